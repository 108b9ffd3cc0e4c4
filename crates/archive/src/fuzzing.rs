//! Ways in for the fuzz targets and for the tests that stand in for them: arbitrary bytes as each
//! part of an archive that is read. No part of the interface.

use std::collections::HashSet;
use std::io::{Cursor, Write};

use zip::ZipWriter;
use zip::write::SimpleFileOptions;

use crate::findings::secret_values;
use crate::{Limits, Needle, findings, mask, read_design_within, search, verify};

/// The values that the look for secrets finds in a file, for the proof that no mask shows one.
#[must_use]
pub fn secrets(name: &str, text: &str) -> HashSet<String> {
    secret_values(name, text)
}

/// The folder of the integration into which parts are put.
const OWN: &str = "icspackage/project/X_01.00.0000/";

/// A model whose flow uses every file that a target fills.
const MODEL: &str = r#"<p:icsproject xmlns:p="http://www.oracle.com/2014/03/ics/project" xmlns:d="http://www.oracle.com/2014/03/ics/project/definition" xmlns:f="http://www.oracle.com/2014/03/ics/flow/definition" version="10.1"><d:projectCode>X</d:projectCode><d:projectVersion>01.00.0000</d:projectVersion><p:icsflow>
<f:application name="application_1"><f:role>source</f:role><f:adapter><f:code>C</f:code><f:name>in</f:name></f:adapter></f:application>
<f:processor name="processor_1"><f:type>assignment</f:type><f:resourceGroup><f:resource location="../resources/processor_1/expr.properties"/></f:resourceGroup></f:processor>
<f:processor name="processor_2"><f:type>stitch</f:type><f:resourceGroup><f:resource location="../resources/processor_2/stitch.json"/></f:resourceGroup></f:processor>
<f:processor name="processor_3"><f:type>transformer</f:type><f:resourceGroup><f:resource location="../resources/processor_3/req_1.xsl"/></f:resourceGroup></f:processor>
<f:orchestration><f:receive refUri="application_1" id="i0"/><f:assignment refUri="processor_1" id="a0"/><f:stitch refUri="processor_2" id="s0"/><f:transformer refUri="processor_3" id="m0"/></f:orchestration></p:icsflow></p:icsproject>"#;

/// Any bytes as an archive: read with its design, looked through for secrets, searched, checked.
pub fn archive(bytes: &[u8]) {
    let limits = Limits {
        total_bytes: 8 << 20,
        entries: 2_000,
        ..Limits::default()
    };
    if let Ok(opened) = read_design_within(bytes, limits) {
        let _ = opened.catalogue();
    }
    let _ = findings(bytes, limits);
    if let Some(needle) = Needle::new("a", false) {
        let _ = search(bytes, &needle, limits);
    }
    let _ = verify(bytes);
}

/// Any bytes as the model of an integration.
pub fn project_xml(bytes: &[u8]) {
    within(&[("PROJECT-INF/project.xml", bytes)], &[]);
}

/// Any bytes as a connection.
pub fn connection_xml(bytes: &[u8]) {
    within(&[], &[("icspackage/appinstances/C.xml", bytes)]);
}

/// Any bytes as a lookup, in both of its forms.
pub fn lookup(bytes: &[u8]) {
    within(&[], &[("icspackage/dvms/L.dvm", bytes)]);
    let mut csv = b"DVM,L,".to_vec();
    csv.extend(bytes);
    archive(&csv);
    masks(bytes);
}

/// Any bytes as the description of a project.
pub fn project_yaml(bytes: &[u8]) {
    let files = [
        ("project/project.yaml", bytes),
        (
            "project/integrations/X_01.00.0000/PROJECT-INF/project.xml",
            MODEL.as_bytes(),
        ),
        ("project/integrations/X_01.00.0000/info.json", bytes),
        ("project/labels/L.json", bytes),
    ];
    archive(&packed(&files));
}

/// Any bytes as an expression, a data stitch, a map and an adapter file.
pub fn expressions(bytes: &[u8]) {
    within(
        &[
            ("PROJECT-INF/project.xml", MODEL.as_bytes()),
            ("resources/processor_1/expr.properties", bytes),
            ("resources/processor_2/stitch.json", bytes),
            ("resources/processor_3/req_1.xsl", bytes),
            ("resources/application_1/outbound_1/in_REQUEST.jca", bytes),
        ],
        &[],
    );
    masks(bytes);
}

/// No text is shown with a secret that the look for secrets finds in it, and masking ends.
fn masks(bytes: &[u8]) {
    let Ok(text) = std::str::from_utf8(bytes) else {
        return;
    };
    let shown = mask(text);
    for value in secrets("some.txt", text) {
        let value = value.trim();
        assert!(
            value.len() < 8 || !shown.contains(value),
            "a secret is shown"
        );
    }
}

fn within(own: &[(&str, &[u8])], around: &[(&str, &[u8])]) {
    let mut files: Vec<(String, &[u8])> = own
        .iter()
        .map(|(name, bytes)| (format!("{OWN}{name}"), *bytes))
        .collect();
    if own.is_empty() {
        files.push((format!("{OWN}PROJECT-INF/project.xml"), MODEL.as_bytes()));
    }
    files.extend(
        around
            .iter()
            .map(|(name, bytes)| ((*name).to_owned(), *bytes)),
    );
    let files: Vec<(&str, &[u8])> = files
        .iter()
        .map(|(name, bytes)| (name.as_str(), *bytes))
        .collect();
    archive(&packed(&files));
}

fn packed(files: &[(&str, &[u8])]) -> Vec<u8> {
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    let options = SimpleFileOptions::default().compression_method(zip::CompressionMethod::Stored);
    for (name, bytes) in files {
        if zip.start_file(*name, options).is_ok() {
            let _ = zip.write_all(bytes);
        }
    }
    zip.finish().map(Cursor::into_inner).unwrap_or_default()
}
