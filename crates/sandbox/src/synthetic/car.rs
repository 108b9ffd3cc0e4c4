//! Project archives, whole or of one deployment.

use std::fmt::Write;

use serde_json::json;

use super::Export;
use super::connections::connection_xml;
use super::export::properties;
use super::flow::design;
use super::iar::persisted;
use super::tables::{dvm, library_files, schedule_xml};
use super::zip::{Files, zipped};
use crate::store::{Audit, Deployment, Integration, Project, Space, Style};
use crate::wire::{date, tags_in, to_bytes, tracking_name};

/// The archive of a project, or, with a deployment, of the integrations in that and what they need.
pub(crate) fn project_archive(
    project: &Project,
    deployment: Option<&Deployment>,
    export: &mut Export,
) -> Vec<u8> {
    let space = &project.space;
    let chosen: Vec<&Integration> = space
        .integrations
        .values()
        .filter(|one| {
            deployment.is_none_or(|label| {
                label
                    .integrations
                    .iter()
                    .any(|(code, version)| one.code == *code && one.version == *version)
            })
        })
        .collect();
    let whole = deployment.is_none();
    let mut files = Files::new();
    let mut assets = String::from("assets:\n");
    assets.push_str("  integrations:\n");
    for one in &chosen {
        asset(&mut assets, &one.id(), &one.name, one.revision, &one.audit);
        let home = format!("project/integrations/{}_{}", one.code, one.version);
        files.extend(
            design(one, export)
                .into_iter()
                .map(|(path, bytes)| (format!("{home}/{path}"), bytes)),
        );
        files.push((format!("{home}/info.json"), info(one, space, export)));
    }
    if chosen.iter().any(|one| one.schedule.is_some()) {
        assets.push_str("  schedules:\n");
        for one in &chosen {
            if let Some(schedule) = &one.schedule {
                asset(&mut assets, &one.id(), &schedule.name, 0, &one.audit);
                files.push((
                    format!(
                        "project/schedules/Schedule_{}_{}.xml",
                        one.code, one.version
                    ),
                    schedule_xml(schedule),
                ));
            }
        }
    }
    assets.push_str("  connections:\n");
    for connection in space.connections.values() {
        let used = chosen.iter().any(|one| {
            one.endpoints
                .iter()
                .any(|endpoint| endpoint.connection == connection.code)
        });
        if whole || used {
            asset(
                &mut assets,
                &connection.code,
                &connection.name,
                1,
                &connection.audit,
            );
            files.push((
                format!("project/connections/{}.xml", connection.code),
                connection_xml(connection, false),
            ));
        }
    }
    let lookups: Vec<_> = space
        .lookups
        .values()
        .filter(|lookup| whole || chosen.iter().any(|one| one.lookups.contains(&lookup.name)))
        .collect();
    if !lookups.is_empty() {
        assets.push_str("  lookups:\n");
    }
    for lookup in lookups {
        asset(&mut assets, &lookup.name, &lookup.name, 1, &lookup.audit);
        files.push((format!("project/lookups/{}.dvm", lookup.name), dvm(lookup)));
    }
    for library in space.libraries.values() {
        let folder = format!("project/libraries/{}_{}", library.code, library.version);
        files.extend(library_files(library, &folder, export));
    }
    let labels: Vec<&Deployment> = match deployment {
        Some(label) => vec![label],
        None => project.deployments.values().collect(),
    };
    if !labels.is_empty() {
        assets.push_str("  labels:\n");
    }
    for label in labels {
        asset(&mut assets, &label.code, &label.name, 1, &project.audit);
        let members: Vec<_> = label
            .integrations
            .iter()
            .map(|(code, version)| json!({"code": code, "version": version}))
            .collect();
        let text =
            json!({"name": label.name, "code": label.code, "revision": 1, "integrations": members});
        files.push((
            format!("project/labels/{}.json", label.code),
            to_bytes(&text),
        ));
    }
    files.push((
        "project/project.yaml".to_owned(),
        identity(project, &assets),
    ));
    files.push((
        "project/oic_project.properties".to_owned(),
        properties(export, &[("mod", export.seal(&assets))]),
    ));
    zipped(files, export)
}

fn asset(to: &mut String, id: &str, name: &str, revision: u32, audit: &Audit) {
    // Writing to a string does not fail.
    let _ = write!(
        to,
        "  - id: \"{id}\"\n    name: {}\n    revision: {revision}\n    updatedBy: {}\n    updatedDate: {}\n",
        json!(name),
        audit.updated_by,
        date(audit.updated),
    );
}

fn identity(project: &Project, assets: &str) -> Vec<u8> {
    let audit = &project.audit;
    let mut tags = String::new();
    for one in project.space.integrations.values() {
        // Writing to a string does not fail.
        let _ = writeln!(tags, "- {}", json!(tags_in(one, Some(&project.space))));
    }
    if tags.is_empty() {
        tags.push_str("- \"\"\n");
    }
    format!(
        "\n\n---\nid: {code}\ncode: {code}\nname: {name}\ndescription: {description}\n\
         type: DEVELOPED\nsmartTags:\n{tags}revision: 0\nprojectRevision: {revision}\nstatus: {status}\n\
         createdBy: {by}\ncreatedDate: {created}\nupdatedBy: {last}\nupdatedDate: {updated}\n\
         latestBy: {last}\nlatestDate: {updated}\nCAV: 1\nsimplifiedMode: false\n{assets}\
         origin:\n  tenantOCID: ocid1.tenancy.oc1..sandbox\n  \
         serviceInstanceOCID: ocid1.integrationinstance.oc1.sandbox.sandbox\n",
        code = project.code,
        name = json!(project.name),
        description = json!(project.description),
        revision = project.revision,
        status = project.status,
        by = audit.created_by,
        last = audit.updated_by,
        created = date(audit.created),
        updated = date(audit.updated),
    )
    .into_bytes()
}

fn info(one: &Integration, space: &Space, export: &Export) -> Vec<u8> {
    let pattern = match one.style {
        Style::Async => "MEP00",
        Style::Sync => "MEP04",
        Style::Scheduled => "MEP07",
        Style::Event => "MEP08",
    };
    let mut connections: Vec<&str> = one
        .endpoints
        .iter()
        .map(|endpoint| endpoint.connection.as_str())
        .collect();
    connections.dedup();
    let libraries: Vec<String> = one
        .libraries
        .iter()
        .map(|(code, version)| format!("{code}|{version}"))
        .collect();
    let schedules: Vec<String> = one.schedule.iter().map(|_| one.id()).collect();
    to_bytes(&json!({
        "dependencies": {
            "connections": connections,
            "libraries": libraries,
            "lookups": one.lookups,
            "schedules": schedules,
        },
        "properties": {
            "CAV": "4",
            "code": one.code,
            "lastUpdatedICSVersion": export.service_version_whole(),
            "mepType": pattern,
            "mod": export.seal(&format!("{}{}", one.id(), one.revision)),
            "name": one.name,
            "originalICSVersion": export.service_version_whole(),
            "persistedState": persisted(one),
            "scope": "Private",
            "smartTags": tags_in(one, Some(space)),
            "trackingInstanceName": tracking_name(one),
            "transientState": "",
            "type": "DEVELOPED",
            "validity": export.validity(),
            "version": one.version,
        },
    }))
}
