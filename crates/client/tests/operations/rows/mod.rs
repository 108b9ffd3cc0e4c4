//! The rows, a file per subject. A new file is named here three times: as a module, as a group, and as
//! a test.

mod activation;
mod agents;
mod certificates;
mod connection_files;
mod connections;
mod deployments;
mod git_projects;
mod ics;
mod ics_connections;
mod ics_second;
mod identity;
mod instance_archives;
mod integrations;
mod libraries;
mod lookups;
mod monitoring;
mod packages;
pub mod place;
mod projects;
mod schedules;
mod traffic;

use std::collections::BTreeSet;
use std::path::Path;

use crate::operation::Operation;
use crate::run::run;
use crate::table::Group;

fn group(title: &'static str, test: &'static str, rows: Vec<Operation>) -> Group {
    Group { title, test, rows }
}

/// All rows, in the order of the page.
pub fn groups() -> Vec<Group> {
    vec![
        group("Integrations", "integrations", integrations::rows()),
        group("Activation", "activation", activation::rows()),
        group("Schedules", "schedules", schedules::rows()),
        group("Packages", "packages", packages::rows()),
        group("Connections", "connections", connections::rows()),
        group(
            "Files of connections",
            "connection_files",
            connection_files::rows(),
        ),
        group("Lookups", "lookups", lookups::rows()),
        group("Libraries", "libraries", libraries::rows()),
        group("Certificates", "certificates", certificates::rows()),
        group("Agents and agent groups", "agents", agents::rows()),
        group("Projects", "projects", projects::rows()),
        group("Deployments and access", "deployments", deployments::rows()),
        group("Projects in Git", "git_projects", git_projects::rows()),
        group(
            "Archives of the whole instance",
            "instance_archives",
            instance_archives::rows(),
        ),
        group("Monitoring", "monitoring", monitoring::rows()),
        group("Message counts, records, logs", "traffic", traffic::rows()),
        group("Identity domain", "identity", identity::rows()),
        group("ICS, version 1", "ics", ics::rows()),
        group("ICS, version 2", "ics_second", ics_second::rows()),
        group(
            "Connections of ICS, version 2",
            "ics_connections",
            ics_connections::rows(),
        ),
    ]
}

#[tokio::test]
async fn integrations() {
    run(integrations::rows()).await;
}

#[tokio::test]
async fn activation() {
    run(activation::rows()).await;
}

#[tokio::test]
async fn schedules() {
    run(schedules::rows()).await;
}

#[tokio::test]
async fn packages() {
    run(packages::rows()).await;
}

#[tokio::test]
async fn connections() {
    run(connections::rows()).await;
}

#[tokio::test]
async fn connection_files() {
    run(connection_files::rows()).await;
}

#[tokio::test]
async fn lookups() {
    run(lookups::rows()).await;
}

#[tokio::test]
async fn libraries() {
    run(libraries::rows()).await;
}

#[tokio::test]
async fn certificates() {
    run(certificates::rows()).await;
}

#[tokio::test]
async fn agents() {
    run(agents::rows()).await;
}

#[tokio::test]
async fn projects() {
    run(projects::rows()).await;
}

#[tokio::test]
async fn deployments() {
    run(deployments::rows()).await;
}

#[tokio::test]
async fn git_projects() {
    run(git_projects::rows()).await;
}

#[tokio::test]
async fn instance_archives() {
    run(instance_archives::rows()).await;
}

#[tokio::test]
async fn monitoring() {
    run(monitoring::rows()).await;
}

#[tokio::test]
async fn traffic() {
    run(traffic::rows()).await;
}

#[tokio::test]
async fn identity() {
    run(identity::rows()).await;
}

#[tokio::test]
async fn ics() {
    run(ics::rows()).await;
}

#[tokio::test]
async fn ics_connections() {
    run(ics_connections::rows()).await;
}

/// Public methods of `Client` that make no call of their own, or several.
pub const BESIDE_THE_TABLE: [&str; 0] = [];

/// The public asynchronous methods in `src/calls`, by name; those of other types than `Client` with their
/// type before them.
pub fn calls_of_the_client() -> BTreeSet<String> {
    let mut names = BTreeSet::new();
    let mut folders = vec![Path::new(env!("CARGO_MANIFEST_DIR")).join("src/calls")];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
                continue;
            }
            let mut of = String::new();
            for line in std::fs::read_to_string(&path).unwrap().lines() {
                if let Some(name) = line.strip_prefix("impl ") {
                    of = match name.trim_end_matches(" {") {
                        "Client" => String::new(),
                        other => format!("{other}::"),
                    };
                }
                if let Some(rest) = line.strip_prefix("    pub async fn ") {
                    let end =
                        rest.find(|letter: char| !(letter.is_alphanumeric() || letter == '_'));
                    names.insert(format!("{of}{}", &rest[..end.unwrap()]));
                }
            }
        }
    }
    names
}

#[tokio::test]
async fn ics_second() {
    run(ics_second::rows()).await;
}
