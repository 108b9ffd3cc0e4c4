//! Integration archives.

use super::Export;
use super::connections::{PRESEEDED, connection_xml, preseeded_xml};
use super::export::properties;
use super::flow::design;
use super::tables::{dvm, library_files, schedule_xml};
use super::zip::{Files, zipped};
use crate::store::{Integration, Space, Style};
use crate::wire::tracking_name;

/// The archive of an integration with everything that it names.
pub(crate) fn integration_archive(
    one: &Integration,
    space: &Space,
    tags: &str,
    export: &mut Export,
) -> Vec<u8> {
    let home = format!("icspackage/project/{}_{}", one.code, one.version);
    let mut files: Files = design(one, export)
        .into_iter()
        .map(|(path, bytes)| (format!("{home}/{path}"), bytes))
        .collect();
    let pattern = match one.style {
        Style::Async => "MEP00",
        Style::Sync => "MEP04",
        Style::Scheduled => "MEP07",
        Style::Event => "MEP08",
    };
    let mut attributes = vec![
        ("lastUpdatedICSVersion", export.service_version_whole()),
        ("mep_type", pattern.to_owned()),
        ("modelType", "FREEFORM".to_owned()),
        ("originalICSVersion", export.service_version_whole()),
        ("project_code", one.code.clone()),
        ("project_name", one.name.clone()),
        ("project_persisted_state", persisted(one).to_owned()),
        ("project_transient_state", String::new()),
        ("project_type", "DEVELOPED".to_owned()),
        ("project_version", one.version.clone()),
        ("smartTags", tags.to_owned()),
        ("tracking_instance_name", tracking_name(one).to_owned()),
        ("version", export.service_version().to_owned()),
    ];
    if export.is_sealed() {
        let seal = export.seal(&format!("{}{}", one.id(), one.revision));
        attributes.push(("CAV", "4".to_owned()));
        attributes.push(("mod", seal));
        attributes.push(("validity", export.validity()));
    }
    if let Some(package) = &one.package {
        attributes.push(("package_name", package.clone()));
    }
    files.push((
        format!("{home}/ics_project_attributes.properties"),
        properties(export, &attributes),
    ));
    let mut seen = Vec::new();
    for endpoint in &one.endpoints {
        if let Some(connection) = space.connections.get(&endpoint.connection)
            && !seen.contains(&&endpoint.connection)
        {
            seen.push(&endpoint.connection);
            files.push((
                format!("icspackage/appinstances/{}.xml", connection.code),
                connection_xml(connection, true),
            ));
        }
    }
    if !one.calls.is_empty() {
        files.push((
            format!("icspackage/appinstances/{PRESEEDED}.xml"),
            preseeded_xml(),
        ));
    }
    for lookup in one
        .lookups
        .iter()
        .filter_map(|name| space.lookups.get(name))
    {
        files.push((format!("icspackage/dvms/{}.dvm", lookup.name), dvm(lookup)));
    }
    for (code, version) in &one.libraries {
        if let Some(library) = space.libraries.get(&format!("{code}|{version}")) {
            let folder = format!("icspackage/apilibrary/{code}{version}");
            files.extend(library_files(library, &folder, export));
        }
    }
    if let Some(schedule) = &one.schedule {
        files.push((
            format!("icspackage/schedule/{}.xml", schedule.name),
            schedule_xml(schedule),
        ));
    }
    zipped(files, export)
}

/// The state that archives know: a failed activation left the integration configured.
pub(crate) fn persisted(one: &Integration) -> &'static str {
    if one.status == "ACTIVATED" {
        "ACTIVATED"
    } else {
        "CONFIGURED"
    }
}
