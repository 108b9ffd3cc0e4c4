//! No value that the scan for secrets would find leaves in a difference.

use std::fmt::Write as _;

use waybill_archive::Meaning;
use waybill_model::{ArtifactId, ArtifactKind};

use super::files::{Files, edit, opened};
use super::made;

const SECRETS: [&str; 6] = [
    "Welcome123",
    "Hunter2222",
    "Zq9rTTkk",
    "Passw0rd-77",
    "Tiger-4711",
    "Lion-0815",
];

fn with(lookup: &str, cell: &str, map: &str, script: &str) -> Files {
    let mut files = made::archive();
    assert_eq!(
        edit(
            &mut files,
            |path| path.ends_with(".dvm"),
            |_| format!(
                r#"<dvm name="TAX_CODES" xmlns="http://xmlns.oracle.com/dvm"><columns><column name="key"/><column name="value"/><column name="password"/></columns><rows><row><cell>a</cell><cell>b</cell><cell>{lookup}</cell></row><row><cell>ftp_password</cell><cell>{cell}</cell><cell/></row></rows></dvm>"#
            )
        ),
        1
    );
    assert_eq!(
        edit(
            &mut files,
            |path| path.ends_with(".xsl"),
            |text| {
                text.replace(
        "<nsa:lines>",
        &format!("<nsa:password><xsl:value-of select=\"'{map}'\"/></nsa:password><nsa:secret>{map}</nsa:secret><xsl:variable name=\"clientSecret\" select=\"'{map}'\"/><nsa:lines>")
    )
            }
        ),
        1
    );
    assert_eq!(
        edit(
            &mut files,
            |path| path.ends_with("sums.js"),
            |text| format!("{text}\nfunction sign() {{\n  var password = \"{script}\";\n}}\n")
        ),
        1
    );
    edit(
        &mut files,
        |path| path.ends_with("folderexpr.properties"),
        |text| {
            text.replace("VariableName : folder", "VariableName : password")
                .replace("'/in'", &format!("'{map}'"))
        },
    );
    files
}

#[test]
fn secrets_are_dots_everywhere() {
    let one = opened(&with(SECRETS[0], SECRETS[1], SECRETS[2], SECRETS[3]));
    let other = opened(&with(SECRETS[4], SECRETS[5], SECRETS[0], SECRETS[1]));
    let plain = opened(&made::archive());
    for (kind, code, version) in [
        (ArtifactKind::Lookup, "TAX_CODES", None),
        (ArtifactKind::Integration, "ORDER", Some("01.00.0000")),
        (ArtifactKind::Library, "SUMS", Some("01.00.0000")),
    ] {
        let id = ArtifactId::global(kind, code, version);
        let meaning = |opened| Meaning::in_archive(opened, &id).unwrap();
        let all = [meaning(&one), meaning(&other), meaning(&plain)];
        let mut shown = format!("{all:?}");
        for (left, right) in [(0, 1), (0, 2), (2, 1)] {
            let (left, right) = (&all[left], &all[right]);
            let difference = left.difference(right);
            assert!(!difference.sections.is_empty(), "{id}");
            let json = serde_json::to_string(&difference).unwrap();
            let _ = write!(shown, "{difference:?}{json}");
            for section in &difference.sections {
                if let Some(text) = left.text_difference(right, &section.key) {
                    let _ = write!(shown, "{text:?}");
                }
            }
        }
        for secret in SECRETS {
            assert!(!shown.contains(secret), "{id}: {secret} in {shown}");
        }
        assert!(shown.contains("••••••"), "{id}");
        if kind == ArtifactKind::Integration {
            let masked = all[0].difference(&all[1]);
            let changes = masked.sections.iter().flat_map(|section| &section.changes);
            assert!(
                changes.clone().count() >= 3 && changes.into_iter().all(|change| change.masked)
            );
        }
    }
}
