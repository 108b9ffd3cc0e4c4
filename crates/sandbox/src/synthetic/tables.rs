//! Lookups, libraries and schedules as files.

use super::export::{Export, properties, xml};
use super::zip::{Files, zipped};
use crate::store::{Library, Lookup, Schedule};

/// The export of a lookup: byte order mark, `DVM` line, column line, rows.
pub(crate) fn lookup_csv(lookup: &Lookup) -> Vec<u8> {
    let cell = |text: &String| {
        if text.contains(['"', ',', '\n']) {
            format!("\"{}\"", text.replace('"', "\"\""))
        } else {
            text.clone()
        }
    };
    let line = |cells: &[String]| cells.iter().map(cell).collect::<Vec<_>>().join(",");
    let head = [
        "DVM".to_owned(),
        lookup.name.clone(),
        lookup.description.clone(),
    ];
    let mut text = format!("\u{feff}{}\n{}\n", line(&head), line(&lookup.columns));
    for row in &lookup.rows {
        text.push_str(&line(row));
        text.push('\n');
    }
    text.into_bytes()
}

/// A lookup inside an archive.
pub(crate) fn dvm(lookup: &Lookup) -> Vec<u8> {
    let columns: String = lookup
        .columns
        .iter()
        .map(|name| format!("<column name=\"{}\"/>", xml(name)))
        .collect();
    let rows: String = lookup
        .rows
        .iter()
        .map(|row| {
            let cells: String = row
                .iter()
                .map(|cell| format!("<cell>{}</cell>", xml(cell)))
                .collect();
            format!("<row>{cells}</row>")
        })
        .collect();
    format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\"?><dvm name=\"{}\" \
         xmlns=\"http://xmlns.oracle.com/dvm\"><description>{}</description>\
         <columns>{columns}</columns><rows>{rows}</rows></dvm>",
        xml(&lookup.name),
        xml(&lookup.description),
    )
    .into_bytes()
}

/// The packed script of a library; the same bytes each time.
pub(crate) fn jar(name: &str, functions: &[String]) -> Vec<u8> {
    let script: String = functions
        .iter()
        .map(|function| {
            format!(
                "function {function}(value) {{\n  var result = value == null ? \"\" : String(value).trim();\n  return result;\n}}\n"
            )
        })
        .collect();
    let files: Files = vec![(format!("{name}.js"), script.into_bytes())];
    zipped(files, &mut Export::new(jiff::Timestamp::UNIX_EPOCH, 0))
}

/// What the installer of an agent comes as: here, a ZIP that says what it is.
pub(crate) fn connectivity_agent() -> Vec<u8> {
    let files: Files = vec![(
        "README.txt".to_owned(),
        b"The sandbox has no connectivity agent.\n".to_vec(),
    )];
    zipped(files, &mut Export::new(jiff::Timestamp::UNIX_EPOCH, 0))
}

/// The three files of a library inside an archive, in `folder`.
pub(crate) fn library_files(library: &Library, folder: &str, export: &Export) -> Files {
    let apis: String = library
        .functions
        .iter()
        .map(|function| {
            format!(
                "<api apiid=\"{code}:{version}:{name}.js:{function}\"><name>{function}</name>\
                 <libraryCode>{code}</libraryCode></api>",
                code = library.code,
                version = library.version,
                name = library.name,
            )
        })
        .collect();
    let description = format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\"?>\n<api-library>\
         <name>{name}</name><code>{code}</code><version>{version}</version>\
         <description>{text}</description><implementationType>JAVASCRIPT</implementationType>\
         <sources><source><fileName>{name}.js</fileName><apiDefinitions>{apis}</apiDefinitions>\
         </source></sources></api-library>\n",
        name = xml(&library.name),
        code = library.code,
        version = library.version,
        text = xml(&library.description),
    );
    let attributes = properties(
        export,
        &[
            ("code", library.code.clone()),
            ("librarytype", "API".to_owned()),
            ("name", library.name.clone()),
            ("version", library.version.clone()),
        ],
    );
    let name = &library.name;
    vec![
        (format!("{folder}/{name}.jar"), library.jar.to_vec()),
        (format!("{folder}/{name}.xml"), description.into_bytes()),
        (format!("{folder}/{name}_properties.properties"), attributes),
    ]
}

/// A schedule inside an archive.
pub(crate) fn schedule_xml(schedule: &Schedule) -> Vec<u8> {
    format!(
        "<?xml version = '1.0' encoding = 'UTF-8'?><schedule \
         xmlns=\"http://xmlns.oracle.com/scheduler\" name=\"{name}\"><description/>\
         <display-name>{name}</display-name><recurrence><ical-expression>{expression}\
         </ical-expression></recurrence><time-zone>{zone}</time-zone></schedule>",
        name = xml(&schedule.name),
        expression = xml(&schedule.expression),
        zone = xml(&schedule.zone),
    )
    .into_bytes()
}
