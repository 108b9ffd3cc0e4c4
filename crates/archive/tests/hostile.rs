//! Input that means harm, or was damaged on its way.

#![allow(
    clippy::unwrap_used,
    reason = "a test may stop at what it did not expect"
)]

use std::io::{Cursor, Write};

use waybill_archive::{ArchiveError, ArchiveKind, Excess, Limits, read, read_within, verify};
use zip::ZipWriter;
use zip::write::SimpleFileOptions;

const MODEL: &str = r#"<p:icsproject xmlns="http://www.oracle.com/2014/03/ics/project/definition"
    xmlns:f="http://www.oracle.com/2014/03/ics/flow/definition"
    xmlns:p="http://www.oracle.com/2014/03/ics/project" modelType="freeform">
    <projectCode>ORDER</projectCode><projectVersion>01.00.0000</projectVersion>
    <projectName>Order</projectName>
    <p:icsflow><f:application><f:role>source</f:role><f:adapter><f:code>REST</f:code></f:adapter>
    <f:mep>push-sync</f:mep></f:application></p:icsflow></p:icsproject>"#;
const MODEL_PATH: &str = "icspackage/project/ORDER_01.00.0000/PROJECT-INF/project.xml";

fn zipped(files: &[(&str, &[u8])]) -> Vec<u8> {
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, bytes) in files {
        zip.start_file(*name, SimpleFileOptions::default()).unwrap();
        zip.write_all(bytes).unwrap();
    }
    zip.finish().unwrap().into_inner()
}

#[test]
fn the_smallest_integration_opens() {
    let opened = read(&zipped(&[(MODEL_PATH, MODEL.as_bytes())])).unwrap();
    assert_eq!(opened.kind, ArchiveKind::Integration);
    let integration = &opened.contents.integrations[0];
    assert_eq!(integration.reference.to_string(), "ORDER|01.00.0000");
    assert_eq!(integration.endpoints[0].connection, "REST");
}

#[test]
fn traces_of_a_file_manager_are_not_read() {
    let opened = read(&zipped(&[
        (
            "__MACOSX/icspackage/project/X/PROJECT-INF/project.xml",
            b"\0\x05\x16\x07",
        ),
        (
            "icspackage/project/ORDER_01.00.0000/PROJECT-INF/._project.xml",
            b"\0\x05",
        ),
        ("icspackage/appinstances/._REST.xml", b"\0\x05"),
        ("icspackage/.DS_Store", b"\0"),
        (MODEL_PATH, MODEL.as_bytes()),
    ]))
    .unwrap();
    assert_eq!(opened.contents.integrations.len(), 1);
    assert!(opened.contents.connections.is_empty());
}

#[test]
fn names_that_leave_the_archive_are_refused() {
    for name in [
        "../evil.xml",
        "/etc/passwd",
        "a/../../b",
        "C:/x",
        "..\\evil",
        "\\\\host\\x",
    ] {
        let error = read(&zipped(&[(MODEL_PATH, MODEL.as_bytes()), (name, b"x")])).unwrap_err();
        assert!(
            matches!(error, ArchiveError::UnsafeName { .. }),
            "{name}: {error}"
        );
    }
}

#[test]
fn a_bomb_is_not_unpacked() {
    let zeros = vec![0_u8; 24 << 20];
    let path = "icspackage/appinstances/BIG.xml";
    let bomb = zipped(&[(MODEL_PATH, MODEL.as_bytes()), (path, &zeros)]);
    assert!(bomb.len() < 100_000);
    assert_eq!(
        read(&bomb).unwrap_err(),
        ArchiveError::TooLarge(Excess::Ratio)
    );
    let small = Limits {
        total_bytes: 1 << 16,
        ..Limits::default()
    };
    assert_eq!(
        read_within(&bomb, small).unwrap_err(),
        ArchiveError::TooLarge(Excess::TotalBytes)
    );
}

#[test]
fn too_many_files_and_too_much_nesting_are_refused() {
    let few = Limits {
        entries: 3,
        ..Limits::default()
    };
    let many = zipped(&[("a", b""), ("b", b""), ("c", b""), ("d", b"")]);
    assert_eq!(
        read_within(&many, few).unwrap_err(),
        ArchiveError::TooLarge(Excess::Entries)
    );
    let mut nested = zipped(&[(MODEL_PATH, MODEL.as_bytes())]);
    for _ in 0..8 {
        nested = zipped(&[("inner.zip", &nested)]);
    }
    assert_eq!(
        read(&nested).unwrap_err(),
        ArchiveError::TooLarge(Excess::Depth)
    );
}

#[test]
fn document_types_and_entities_are_refused() {
    let evil = MODEL.replace(
        "<p:icsproject",
        "<!DOCTYPE x [<!ENTITY a \"b\">]><p:icsproject",
    );
    let error = read(&zipped(&[(MODEL_PATH, evil.as_bytes())])).unwrap_err();
    assert!(matches!(error, ArchiveError::DamagedFile { .. }), "{error}");
}

#[test]
fn deeply_nested_xml_gives_an_answer() {
    let deep = format!("{}{}", "<a>".repeat(300_000), "</a>".repeat(300_000));
    assert!(read(&zipped(&[(MODEL_PATH, deep.as_bytes())])).is_err());
    for part in ["[", "- ", "{a: "] {
        let yaml = format!("code: x\nassets:\n {}", part.repeat(200_000));
        assert!(read(&zipped(&[("project/project.yaml", yaml.as_bytes())])).is_err());
    }
}

#[test]
fn what_is_no_archive_is_named() {
    for (bytes, word) in [
        (&b""[..], "empty"),
        (b"<html><body>Sign in</body></html>", "HTML"),
        (b"\x89PNG\r\n\x1a\n\xff", "neither a ZIP nor text"),
        (
            b"its function is unknown (so far)",
            "neither lookup nor script",
        ),
        (b"PK\x03\x04 and nothing more", "damaged or incomplete"),
    ] {
        let error = read(bytes).unwrap_err().to_string();
        assert!(error.contains(word), "{error}");
    }
    let holiday = zipped(&[("photo.jpg", b"\xff\xd8")]);
    assert!(matches!(
        read(&holiday).unwrap_err(),
        ArchiveError::NotAnArchive { .. }
    ));
}

#[test]
fn a_flipped_byte_is_noticed() {
    let bytes = zipped(&[
        (MODEL_PATH, MODEL.as_bytes()),
        ("icspackage/other", &[7; 4000]),
    ]);
    assert_eq!(verify(&bytes).unwrap(), 2);
    let mut damaged = bytes.clone();
    let middle = MODEL_PATH.len() + 60;
    damaged[middle] ^= 1;
    assert!(verify(&damaged).is_err());
}

#[test]
fn an_error_in_a_nested_archive_names_the_way_to_it() {
    let inner = zipped(&[(MODEL_PATH, b"<x/>")]);
    let outer = zipped(&[
        ("ics_package_attributes.properties", b"package_name=demo\n"),
        ("icspackage_Order.iar", &inner),
    ]);
    let error = read(&outer).unwrap_err().to_string();
    assert!(
        error.contains("icspackage_Order.iar/icspackage/project/ORDER"),
        "{error}"
    );
}
