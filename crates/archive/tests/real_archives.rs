//! Every real archive opens, and agrees with what an independent reader wrote down about it.
//! Passed over, in plain words, where the folder of real archives is absent.

#![allow(
    clippy::unwrap_used,
    reason = "a test may stop at what it did not expect"
)]

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use serde_json::Value;
use waybill_archive::{
    ArchiveKind, Contents, EndpointRole, Integration, Style, read, read_design, verify,
};
use waybill_model::{ArtifactKind, Scope};

fn folder() -> Option<PathBuf> {
    let folder = std::env::var_os("WAYBILL_ARCHIVES").map_or_else(
        || Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/archives"),
        PathBuf::from,
    );
    if folder.join("expected.json").is_file() {
        return Some(folder);
    }
    #[expect(
        clippy::print_stderr,
        reason = "the reader of the test run has to know"
    )]
    {
        eprintln!("passed over: no real archives in {}", folder.display());
    }
    None
}

fn set(value: &Value, key: &str) -> BTreeSet<String> {
    value[key]
        .as_array()
        .map(|items| {
            items
                .iter()
                .map(|item| item.as_str().unwrap().to_owned())
                .collect()
        })
        .unwrap_or_default()
}

fn style(one: &Integration) -> String {
    match one.style {
        Style::AppDrivenSync => "app-driven-sync".to_owned(),
        Style::AppDrivenAsync => "app-driven-async".to_owned(),
        Style::Scheduled => "scheduled".to_owned(),
        Style::Event => "event-subscribe".to_owned(),
        Style::BasicRouting => {
            let exchange = one.exchange.as_deref().unwrap_or_default();
            format!("basic-routing({exchange})")
        }
    }
}

fn call(contents: &Contents) -> BTreeSet<String> {
    contents
        .integrations
        .iter()
        .flat_map(|integration| {
            integration.calls.iter().map(|call| match &call.scope {
                None => call.integration.to_string(),
                Some(Scope::Global) => format!("GLOBAL:{}", call.integration),
                Some(scope) if *scope == integration.scope => {
                    format!("INTRA_PROJECT:{}", call.integration)
                }
                Some(_) => format!("INTER_PROJECT:{}", call.integration),
            })
        })
        .collect()
}

#[track_caller]
fn agree(file: &str, what: &str, found: &BTreeSet<String>, expected: &BTreeSet<String>) {
    assert_eq!(found, expected, "{what} of {file}");
}

#[test]
fn every_real_archive_agrees_with_the_independent_reader() {
    let Some(folder) = folder() else { return };
    let expected: Value =
        serde_json::from_slice(&std::fs::read(folder.join("expected.json")).unwrap()).unwrap();
    let mut compared = 0;
    for (file, expected) in expected.as_object().unwrap() {
        let bytes = std::fs::read(folder.join(file)).unwrap();
        let opened = read(&bytes).unwrap_or_else(|error| panic!("{file}: {error}"));
        verify(&bytes).unwrap();
        let catalogue = opened.catalogue();
        assert!(!catalogue.artifacts.is_empty(), "{file} holds nothing");
        // The files of the two lab ZIPs, which also lie beside them, are only listed by hash.
        if expected["type"].is_null() {
            continue;
        }
        compared += 1;
        let contents = &opened.contents;
        let texts = |texts: Vec<String>| texts.into_iter().collect::<BTreeSet<_>>();
        let mut states = Vec::new();
        let mut styles = Vec::new();
        for integration in &contents.integrations {
            states.extend(integration.state.clone());
            styles.push(style(integration));
        }
        agree(
            file,
            "integrations",
            &texts(
                contents
                    .integrations
                    .iter()
                    .map(|one| one.reference.to_string())
                    .collect(),
            ),
            &set(expected, "integrations"),
        );
        agree(
            file,
            "connections",
            &texts(
                contents
                    .connections
                    .iter()
                    .map(|one| format!("{}:{}", one.code, one.adapter))
                    .collect(),
            ),
            &set(expected, "connections"),
        );
        agree(file, "states", &texts(states), &set(expected, "states"));
        agree(file, "styles", &texts(styles), &set(expected, "styles"));
        agree(
            file,
            "lookups",
            &texts(
                contents
                    .lookups
                    .iter()
                    .map(|one| one.name.clone())
                    .collect(),
            ),
            &set(expected, "lookupsBundled"),
        );
        let named = read_design(&bytes).unwrap().contents;
        agree(
            file,
            "lookups named",
            &named
                .integrations
                .iter()
                .flat_map(|one| one.lookups_named.clone())
                .collect(),
            &set(expected, "lookupsReferenced"),
        );
        let kind = match opened.kind {
            ArchiveKind::Integration => "iar",
            ArchiveKind::Package => "par",
            ArchiveKind::Project => "car",
            _ => "zip",
        };
        assert_eq!(kind, expected["type"].as_str().unwrap(), "type of {file}");
        agree(
            file,
            "libraries",
            &texts(
                contents
                    .libraries
                    .iter()
                    .map(|one| format!("{}|{}", one.code, one.version.as_deref().unwrap_or("")))
                    .collect(),
            ),
            &set(expected, "libraries"),
        );
        agree(
            file,
            "schedules",
            &texts(
                contents
                    .schedules
                    .iter()
                    .map(|one| one.file.clone())
                    .collect(),
            ),
            &set(expected, "schedules"),
        );
        agree(
            file,
            "agent groups",
            &texts(
                contents
                    .connections
                    .iter()
                    .filter_map(|one| one.agent_group.clone())
                    .collect(),
            ),
            &set(expected, "agents"),
        );
        agree(
            file,
            "calls",
            &call(contents),
            &set(expected, "childIntegrations"),
        );
        agree(
            file,
            "deployments",
            &texts(
                contents
                    .projects
                    .iter()
                    .flat_map(|project| project.deployments.iter().map(|one| one.code.clone()))
                    .collect(),
            ),
            &set(expected, "labels"),
        );
        agree(
            file,
            "service versions",
            &texts(
                contents
                    .integrations
                    .iter()
                    .filter_map(|one| one.changed_with.clone())
                    .collect(),
            ),
            &set(expected, "icsVersions"),
        );
        for integration in &contents.integrations {
            for endpoint in &integration.endpoints {
                let bundled = contents
                    .connections
                    .iter()
                    .find(|one| one.code == endpoint.connection)
                    .map(|one| &one.adapter);
                assert!(
                    endpoint.adapter.is_some()
                        && bundled.is_none_or(|own| endpoint.adapter.as_ref() == Some(own)),
                    "adapter of {endpoint:?} in {file}"
                );
            }
        }
        let project = contents
            .projects
            .first()
            .map_or("", |one| one.code.as_str());
        assert_eq!(
            project,
            expected["project"].as_str().unwrap(),
            "project of {file}"
        );
        let packages: BTreeSet<_> = contents
            .integrations
            .iter()
            .filter_map(|one| one.package.as_deref())
            .collect();
        let package: BTreeSet<_> = expected["package"]
            .as_str()
            .into_iter()
            .filter(|name| !name.is_empty())
            .collect();
        assert_eq!(packages, package, "package of {file}");
    }
    assert!(compared >= 16, "only {compared} archives were compared");
    #[expect(
        clippy::print_stderr,
        reason = "a figure for the reader of the test run"
    )]
    {
        eprintln!("{compared} archives agree in every field, none disagrees");
    }
}

#[test]
fn every_connection_lookup_and_library_that_is_needed_is_bundled() {
    let Some(folder) = folder() else { return };
    for entry in std::fs::read_dir(&folder).unwrap() {
        let entry = entry.unwrap().path();
        if !entry.is_dir() {
            continue;
        }
        for file in std::fs::read_dir(entry).unwrap() {
            let file = file.unwrap().path();
            if file.extension().is_some_and(|ending| ending == "txt") {
                continue;
            }
            let opened = read(&std::fs::read(&file).unwrap()).unwrap();
            let catalogue = opened.catalogue();
            for artifact in &catalogue.artifacts {
                for link in catalogue.uses(&artifact.id) {
                    // Called integrations and agent groups are never bundled, preseeded connections
                    // not always.
                    let elsewhere = link.role == "calls"
                        || link.role == "agent group"
                        || link.id.code.starts_with("PRESEEDED_");
                    assert!(
                        link.present || elsewhere,
                        "{}: {} needs {}",
                        file.display(),
                        artifact.id,
                        link.id
                    );
                }
            }
        }
    }
}

#[test]
fn a_package_and_a_lab_zip_give_their_members_byte_for_byte() {
    let Some(folder) = folder() else { return };
    let labs = folder.join("oracle-livelabs__oic");
    let zip = read(&std::fs::read(labs.join("oic-ocw-artifacts.zip")).unwrap()).unwrap();
    assert_eq!(zip.members().len(), 3);
    for member in zip.members() {
        let name = member.path.rsplit('/').next().unwrap();
        assert_eq!(
            member.bytes,
            std::fs::read(labs.join(name)).unwrap(),
            "{name}"
        );
    }
    let package = read(&std::fs::read(labs.join("oic.ocw.hol.par")).unwrap()).unwrap();
    assert_eq!(package.members().len(), 2);
    let catalogue = package.catalogue();
    let kinds = catalogue.counts();
    assert_eq!(kinds[&ArtifactKind::Package], 1);
    assert_eq!(kinds[&ArtifactKind::Integration], 2);
}

#[test]
fn a_trigger_is_told_from_an_invoke() {
    let Some(folder) = folder() else { return };
    let bytes = std::fs::read(
        folder
            .join("lucianosilva__oracle-integration-observability")
            .join("OIO_SAMPLE_BUSINESS_FLOW_01.00.0000.iar"),
    )
    .unwrap();
    let opened = read(&bytes).unwrap();
    let integration = &opened.contents.integrations[0];
    let roles: Vec<_> = integration
        .endpoints
        .iter()
        .map(|endpoint| (endpoint.connection.as_str(), endpoint.role))
        .collect();
    assert_eq!(
        roles,
        [
            ("CON_OIC_REST", EndpointRole::Trigger),
            ("PRESEEDED_COLLOCATED_CONN_1741", EndpointRole::Invoke),
            ("PRESEEDED_COLLOCATED_CONN_1741", EndpointRole::Invoke),
        ]
    );
    assert_eq!(integration.exported_at, Some(1_786_127_999_363));
}

#[test]
fn a_real_archive_cut_anywhere_gives_an_error_and_never_a_panic() {
    let Some(folder) = folder() else { return };
    let bytes = std::fs::read(
        folder
            .join("oracle__cloudtestdrive")
            .join("GETCOUNTRYLIST_01.00.0000.iar"),
    )
    .unwrap();
    for length in (0..bytes.len()).step_by(37) {
        assert!(read(&bytes[..length]).is_err(), "cut at {length}");
    }
    for position in (0..bytes.len()).step_by(11) {
        let mut damaged = bytes.clone();
        damaged[position] ^= 0x5a;
        // Some bytes mean nothing; what counts is that there is an answer.
        let _ = read(&damaged);
    }
}

#[test]
fn a_real_archive_cut_at_any_percent_is_answered() {
    let Some(folder) = folder() else { return };
    for file in [
        "SoumenGhoshDev__Oracle-Integration-Cloud/DEMO_FIRST_PROJECT_4.car",
        "lucianosilva__oracle-integration-observability/OIO_LOG_EVENT_01.00.0000.iar",
    ] {
        let bytes = std::fs::read(folder.join(file)).unwrap();
        for percent in 0..100 {
            let cut = &bytes[..bytes.len() * percent / 100];
            assert!(read_design(cut).is_err(), "{file} cut at {percent} %");
        }
    }
}
