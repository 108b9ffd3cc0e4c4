//! What archives give away is found, and shown without its value.

#![allow(
    clippy::unwrap_used,
    clippy::print_stderr,
    reason = "a test may stop at what it did not expect, and tells what it found"
)]

use std::collections::BTreeMap;
use std::io::{Cursor, Write};
use std::path::{Path, PathBuf};

use waybill_archive::{Finding, Limits, Rule, Severity, findings, findings_in_folder};
use zip::ZipWriter;
use zip::write::SimpleFileOptions;

fn scan(files: &[(&str, &str)]) -> Vec<Finding> {
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, text) in files {
        zip.start_file(*name, SimpleFileOptions::default()).unwrap();
        zip.write_all(text.as_bytes()).unwrap();
    }
    findings(&zip.finish().unwrap().into_inner(), Limits::default()).unwrap()
}

fn told(found: &[Finding]) -> Vec<(Rule, &str)> {
    found
        .iter()
        .map(|one| (one.rule, one.place.as_str()))
        .collect()
}

/// Made for this test; none of them opens anything.
const SECRETS: [&str; 8] = [
    "Tiger-Lily-41",
    "c1ientS3cretValue",
    "W3lcomeToTheTable",
    "basePass9word",
    "urlPassw0rd",
    "MIIEvQIBADANBgkqh",
    "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0NTY3ODkwIn0.c2lnbmF0dXJlLXBhcnQ",
    "sampleSecret!x@y.example.com",
];

#[test]
fn secrets_are_found_where_archives_have_them_and_never_shown() {
    let connection = format!(
        r#"<a:ApplicationInstance xmlns:a="http://xmlns.oracle.com/adapters/cloud"><instanceCode>C</instanceCode><connectionProperties>
        <connectionProperty><name>oauth.client.secret</name><value>{}</value></connectionProperty>
        <connectionProperty><name>password</name><value>%%C_password</value></connectionProperty>
        <connectionProperty><name>csfkey</name><value>58b8f6dcc6cb0d23</value></connectionProperty>
        <connectionProperty><name>connectionUrl</name><value>https://bob:{}@api.example.com/x</value></connectionProperty>
        </connectionProperties><attachments><attachment><propertyName>PrivateKey</propertyName><content>LS0tLS1CRUdJTiBQUklWQVRFIEtFWS0tLS0t</content></attachment>
        <attachment><propertyName>WALLET</propertyName><content>UEsDBA==</content></attachment></attachments></a:ApplicationInstance>"#,
        SECRETS[1], SECRETS[4]
    );
    let by_column = format!(
        r#"<dvm name="A" xmlns="http://xmlns.oracle.com/dvm"><columns><column name="user"/><column name="db_password"/></columns>
        <rows><row><cell>scott</cell><cell>{}</cell></row></rows></dvm>"#,
        SECRETS[0]
    );
    let by_row = format!(
        "DVM,B,\nname,value\nERP_PASSWORD,{}\nERP_USER,bob\n",
        SECRETS[2]
    );
    let assign = format!(
        "TextExpression : '{0}'\nXpathExpression : \"{0}\"\nVariableName : basePassword\n",
        SECRETS[3]
    );
    let script = format!(
        "var k = '-----BEGIN RSA PRIVATE KEY-----\\n{}\\n-----END RSA PRIVATE KEY-----'; var t = '{}';",
        SECRETS[5], SECRETS[6]
    );
    let adapter = format!(
        r#"<adapter-config adapter="rest"><property name="RequestSample" value="{{&quot;clientSecret&quot; : &quot;{}&quot;}}"/></adapter-config>"#,
        SECRETS[7]
    );
    let found = scan(&[
        ("icspackage/appinstances/C.xml", &connection),
        ("icspackage/dvms/A.dvm", &by_column),
        ("icspackage/dvms/B.csv", &by_row),
        (
            "icspackage/project/X_1/resources/p/expr.properties",
            &assign,
        ),
        ("icspackage/apilibrary/L1/l.js", &script),
        ("icspackage/project/X_1/resources/a.jca", &adapter),
        ("icspackage/recordings/1/1.json", "{}"),
    ]);
    let warnings: Vec<_> = found
        .iter()
        .filter(|one| one.severity == Severity::Warning)
        .cloned()
        .collect();
    let mut rules: BTreeMap<Rule, usize> = BTreeMap::new();
    for one in &warnings {
        *rules.entry(one.rule).or_default() += 1;
    }
    assert_eq!(rules[&Rule::PrivateKey], 2, "{warnings:#?}");
    assert_eq!(rules[&Rule::Wallet], 1);
    assert_eq!(rules[&Rule::Token], 1);
    assert_eq!(rules[&Rule::Recording], 1);
    assert_eq!(rules[&Rule::Password], 6, "{warnings:#?}");
    let shown = format!("{found:?}");
    for secret in SECRETS {
        assert!(!shown.contains(secret), "{secret} is shown");
    }
    assert!(
        !shown.contains("y.example.com"),
        "a part of a secret is shown"
    );
}

#[test]
fn strings_of_an_environment_are_told_with_their_place() {
    let found = scan(&[
        (
            "a/schedule/S.xml",
            "<schedule xmlns='http://xmlns.oracle.com/scheduler'><time-zone>Europe/Berlin</time-zone></schedule>",
        ),
        (
            "a/appinstances/C.xml",
            "<ApplicationInstance xmlns='http://xmlns.oracle.com/adapters/cloud'><connectionProperty><name>connectionUrl</name><value>https://Fa-Test.fa.ocs.oraclecloud.com/x</value></connectionProperty></ApplicationInstance>",
        ),
        (
            "a/resources/FTP_DIRexpr.properties",
            "XpathExpression : \"/u01/app/in\"\nNamespaceList : a=http://example.net/ns\nVariableName : dir\n",
        ),
        (
            "a/resources/notification_to.data",
            "ops@example.com, {TO_PARAM_1}",
        ),
        (
            "a/resources/m.xsl",
            "<x xmlns='http://example.net/namespace' select=\"'https://host.example.org/a'\"/>",
        ),
    ]);
    assert_eq!(
        told(&found),
        [
            (Rule::Pod, "connectionUrl"),
            (Rule::Host, "select"),
            (Rule::EmailAddress, "text"),
            (Rule::Path, "dir"),
            (Rule::Zone, "time-zone"),
        ],
        "{found:#?}"
    );
    assert_eq!(found[0].shown, "fa-test.fa.ocs.oraclecloud.com");
    assert_eq!(found[2].shown, "ops@example.com");
    assert_eq!(found[3].shown, "/u01/app/in");
    assert_eq!(found[0].path, "a/appinstances/C.xml");
}

#[test]
fn a_folder_is_looked_through_with_the_archives_in_it() {
    let folder = tempfile::tempdir().unwrap();
    let inner = folder.path().join("icspackage/resources");
    std::fs::create_dir_all(&inner).unwrap();
    std::fs::write(inner.join("body.data"), "to ops@example.com").unwrap();
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    zip.start_file("x.data", SimpleFileOptions::default())
        .unwrap();
    zip.write_all(b"apiKey=\"0123456789\"").unwrap();
    std::fs::write(
        folder.path().join("a.iar"),
        zip.finish().unwrap().into_inner(),
    )
    .unwrap();
    let found = findings_in_folder(folder.path(), Limits::default()).unwrap();
    let told: Vec<_> = found
        .iter()
        .map(|one| (one.rule, one.path.as_str(), one.shown.as_str()))
        .collect();
    assert_eq!(
        told,
        [
            (Rule::Password, "a.iar/x.data", "•••• (10 characters)"),
            (
                Rule::EmailAddress,
                "icspackage/resources/body.data",
                "ops@example.com"
            ),
        ]
    );
}

#[test]
fn the_real_archives_are_looked_through() {
    let folder = std::env::var_os("WAYBILL_ARCHIVES").map_or_else(
        || Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/archives"),
        PathBuf::from,
    );
    let Ok(sources) = std::fs::read_dir(&folder) else {
        eprintln!("passed over: no real archives in {}", folder.display());
        return;
    };
    let mut rules: BTreeMap<Rule, usize> = BTreeMap::new();
    for source in sources {
        let source = source.unwrap().path();
        if !source.is_dir() {
            continue;
        }
        for file in std::fs::read_dir(source).unwrap() {
            let file = file.unwrap().path();
            if file.extension().is_some_and(|ending| ending != "txt") {
                let bytes = std::fs::read(&file).unwrap();
                for finding in findings(&bytes, Limits::default()).unwrap() {
                    *rules.entry(finding.rule).or_default() += 1;
                    if finding.severity == Severity::Warning {
                        eprintln!(
                            "{}: {} {} {} {}",
                            file.file_name().unwrap().to_string_lossy(),
                            finding.rule.code(),
                            finding.path,
                            finding.place,
                            finding.shown
                        );
                    }
                }
            }
        }
    }
    eprintln!("{rules:?}");
    assert!(rules[&Rule::Pod] > 0 && rules[&Rule::EmailAddress] > 0);
    assert!(!rules.contains_key(&Rule::NotScanned));
}
