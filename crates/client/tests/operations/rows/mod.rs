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
