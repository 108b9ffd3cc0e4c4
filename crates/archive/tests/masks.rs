//! What the findings of an archive count as a secret is shown nowhere: masks and findings agree.
//! Passed over, in plain words, where the folder of real archives is absent.

#![allow(
    clippy::unwrap_used,
    clippy::print_stderr,
    reason = "a test may stop at what it did not expect, and tells what it found"
)]

use std::io::{Cursor, Read};
use std::path::{Path, PathBuf};

use waybill_archive::{Limits, Severity, findings, mask, mask_row, mask_value};

/// Secrets made for this test; none of them opens anything.
const MADE: [&str; 6] = [
    "Tiger-Lily-41",
    "p&ss<w>ord\"9",
    "back\\slash77",
    "zwölf•Ölfässer3",
    "QmFzZTY0IGlzIG5vIHNlY3JldA==",
    "with space 5",
];

fn xml(value: &str) -> String {
    value
        .replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('"', "&quot;")
}

fn json(value: &str) -> String {
    serde_json::to_string(value).unwrap()
}

/// Texts that hold the value where a secret stands.
fn texts(value: &str) -> Vec<(&'static str, String)> {
    let (json, xml) = (json(value), xml(value));
    let twice = serde_json::to_string(&format!("{{\"password\":{json}}}")).unwrap();
    vec![
        (
            "JSON",
            format!("{{\"user\": \"bob\", \"password\" : {json}, \"x\": 1}}"),
        ),
        ("JSON in JSON", format!("{{\"body\": {twice}}}")),
        (
            "JSON pair",
            format!("[{{\"propertyName\":\"clientSecret\",\"propertyValue\":{json}}}]"),
        ),
        (
            "element",
            format!("<a><user>bob</user><n:Password>{xml}</n:Password></a>"),
        ),
        (
            "piece of XML",
            format!("user><db.password>{xml}</db.password><us"),
        ),
        ("attribute", format!("<a password=\"{xml}\"/>")),
        (
            "pair of attributes",
            format!("<p name=\"client_secret\" value=\"{xml}\"/>"),
        ),
        (
            "connection",
            format!(
                "<a:ApplicationInstance xmlns:a=\"http://xmlns.oracle.com/adapters/cloud\"><connectionProperties><connectionProperty><name>oauth.client.secret</name><value>{xml}</value></connectionProperty></connectionProperties></a:ApplicationInstance>"
            ),
        ),
        (
            "lookup",
            format!(
                "<dvm name=\"A\" xmlns=\"http://xmlns.oracle.com/dvm\"><columns><column name=\"db_password\"/></columns><rows><row><cell>{xml}</cell></row></rows></dvm>"
            ),
        ),
        (
            "adapter file",
            format!(
                "<adapter-config adapter=\"rest\"><property name=\"RequestSample\" value=\"{}\"/></adapter-config>",
                self::xml(&format!("{{\"client_secret\": {json}}}"))
            ),
        ),
        ("quoted", format!("let password = {json};")),
    ]
}

#[test]
fn a_made_secret_is_dots_in_every_form() {
    for value in MADE {
        for (form, text) in texts(value) {
            let shown = mask(&text);
            for written in [value.to_owned(), xml(value), json(value)] {
                let bare = written.trim_matches('"');
                assert!(!shown.contains(bare), "{form}: {shown}");
            }
            assert!(shown.contains("••••••"), "{form}: {shown}");
            let again = mask(&shown).into_owned();
            assert_eq!(again, shown, "{form}: masking twice changes it");
            assert!(
                findings(text.as_bytes(), Limits::default()).is_err() || {
                    // The findings of the same text as a file count it too.
                    zipped_findings(&text) > 0
                },
                "{form}"
            );
        }
    }
}

fn zipped_findings(text: &str) -> usize {
    use std::io::Write;
    let mut zip = zip::ZipWriter::new(Cursor::new(Vec::new()));
    let options = zip::write::SimpleFileOptions::default();
    zip.start_file("some.txt", options).unwrap();
    zip.write_all(text.as_bytes()).unwrap();
    let bytes = zip.finish().unwrap().into_inner();
    findings(&bytes, Limits::default())
        .unwrap()
        .iter()
        .filter(|one| one.severity == Severity::Warning)
        .count()
}

#[test]
fn secrets_known_by_their_shape_are_dots() {
    let token = "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0NTY3ODkwIn0.c2lnbmF0dXJlLXBhcnQ";
    for (text, secret) in [
        (
            "k = '-----BEGIN RSA PRIVATE KEY-----\\nMIIEvQIBADANBgkqh\\n-----END RSA PRIVATE KEY-----'"
                .to_owned(),
            "MIIEvQIBADANBgkqh",
        ),
        ("-----BEGIN PRIVATE KEY-----\nMIIEvQ".to_owned(), "MIIEvQ"),
        (format!("t={token}"), token),
        (format!("Authorization: Bearer {token}"), token),
        ("authorization: bearer abcdefghijklmnopqrstuv".to_owned(), "abcdefghijklmnopqrstuv"),
        // `user:pass`, without a digit or an equals sign.
        ("Authorization: Basic dXNlcjpwYXNz".to_owned(), "dXNlcjpwYXNz"),
        ("https://bob:urlPassw0rd@api.example.com/x".to_owned(), "urlPassw0rd"),
        ("db.password: Welcome1\n".to_owned(), "Welcome1"),
        ("a=1&client_secret=abcd1234&b=2".to_owned(), "abcd1234"),
        ("key AKIAABCDEFGHIJKLMNOP".to_owned(), "AKIAABCDEFGHIJKLMNOP"),
    ] {
        let shown = mask(&text);
        assert!(!shown.contains(secret), "{shown}");
        assert!(shown.contains("••••••"), "{shown}");
    }
    assert_eq!(
        mask("https://bob:urlPassw0rd@api.example.com/x"),
        "https://bob:••••••@api.example.com/x"
    );
}

#[test]
fn what_is_no_secret_stays_as_it_is() {
    for text in [
        "",
        "Enter the password: it is on the note",
        "<value>%%ERP_password</value>",
        "{\"password\": \"\", \"secret\": null}",
        "concat($password, '/x')",
        "if (password == other) { }",
        "Basic information about Bearer bonds",
        "https://example.com/path?x=a:b@c",
    ] {
        assert_eq!(mask(text), text);
    }
    assert_eq!(mask_value("password", "Welcome1"), "••••••");
    assert_eq!(mask_value("password", "$password"), "$password");
    assert_eq!(
        mask_value("connectionUrl", "https://a.example.com"),
        "https://a.example.com"
    );
    let columns = ["name".to_owned(), "value".to_owned()];
    let row = ["ERP_PASSWORD".to_owned(), "Welcome1".to_owned()];
    assert_eq!(mask_row(&columns, &row), ["ERP_PASSWORD", "••••••"]);
}

#[test]
fn a_short_secret_is_dots_where_it_stands_and_not_in_words() {
    let text = "<dvm name=\"A\" xmlns=\"http://xmlns.oracle.com/dvm\"><columns><column name=\"pwd\"/></columns><rows><row><cell>ell</cell></row></rows></dvm>";
    let shown = mask(text);
    assert!(shown.contains("<cell>••••••</cell>"), "{shown}");
}

/// Text files of an archive and of the archives in it.
fn files(bytes: &[u8], path: &str, to: &mut Vec<(String, String)>) {
    let Ok(mut zip) = zip::ZipArchive::new(Cursor::new(bytes)) else {
        return;
    };
    for index in 0..zip.len() {
        let mut entry = zip.by_index(index).unwrap();
        let name = format!("{path}/{}", entry.name().unwrap());
        let mut inner = Vec::new();
        entry.read_to_end(&mut inner).unwrap();
        if inner.starts_with(b"PK\x03\x04") {
            files(&inner, &name, to);
        } else if let Ok(text) = String::from_utf8(inner) {
            to.push((name, text));
        }
    }
}

#[test]
fn no_secret_of_a_real_archive_is_in_its_masked_texts() {
    let folder = std::env::var_os("WAYBILL_ARCHIVES").map_or_else(
        || Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/archives"),
        PathBuf::from,
    );
    let Ok(sources) = std::fs::read_dir(&folder) else {
        eprintln!("passed over: no real archives in {}", folder.display());
        return;
    };
    let (mut texts, mut secrets, mut changed) = (0, 0, 0);
    for source in sources.map(|source| source.unwrap().path()) {
        let Ok(archives) = std::fs::read_dir(&source) else {
            continue;
        };
        for archive in archives.map(|archive| archive.unwrap().path()) {
            let mut found = Vec::new();
            let name = archive.file_name().unwrap().to_string_lossy().into_owned();
            files(&std::fs::read(&archive).unwrap(), &name, &mut found);
            for (path, text) in found {
                let shown = mask(&text);
                let values = waybill_archive::fuzzing::secrets(&path, &text);
                texts += 1;
                changed += usize::from(shown != text);
                secrets += values.len();
                for value in values {
                    let value = value.trim();
                    assert!(
                        value.len() < 4 || !shown.contains(value),
                        "a secret of {} characters is shown in {path}",
                        value.len()
                    );
                }
            }
        }
    }
    eprintln!("{secrets} secrets in {texts} texts, all of them dots; {changed} texts were changed");
    assert!(texts > 1_000);
    // No more is hidden than has to be.
    assert!(changed <= secrets, "{changed} texts were changed");
}
