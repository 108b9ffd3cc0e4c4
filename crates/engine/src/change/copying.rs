//! Copying integrations of one project into another (known from public scripts; no page is published). The
//! service adds to a project and replaces nothing in it.

use std::collections::BTreeSet;

use waybill_client::wire::IntegrationVersion;
use waybill_client::{Client, Error};
use waybill_model::{ArtifactId, ArtifactKind, Catalogue, Scope};

use super::deployment;
use super::plan::{Plan, names};
use super::scene::failed;
use super::seen::Seen;
use crate::catalogue::{integration_artifact, is_pseudo_connection};
use crate::error::Result;

/// The project that all of them are in; none where they are of several, or outside projects.
pub(super) fn source(integrations: &[ArtifactId]) -> Option<&str> {
    let first = integrations.first()?.scope.project()?;
    let same = |id: &ArtifactId| id.scope.project() == Some(first);
    integrations.iter().all(same).then_some(first)
}

pub(super) fn versions(integrations: &[ArtifactId]) -> Vec<IntegrationVersion> {
    deployment::versions(integrations)
}

pub(super) async fn plan(
    client: &Client,
    catalogue: &Catalogue,
    subject: &ArtifactId,
    integrations: &[ArtifactId],
) -> Result<Plan> {
    let into = &subject.code;
    let named = client.project(into).await;
    let named = named.map_err(failed(subject))?.value.name;
    let mut plan = Plan::new(format!(
        "Copy {} into project `{named}`",
        counted(integrations.len())
    ));
    plan.stands("name", format!("`{named}`"));
    let Some(from) = source(integrations).filter(|from| from != into) else {
        plan.block(
            "The integrations to be copied are not all of one other project.",
            "Choose integrations of one project, and another project to copy them into.",
        );
        return Ok(plan);
    };
    let (from, to) = (
        Scope::Project(from.to_owned()),
        Scope::Project(into.clone()),
    );
    let (ours, theirs) =
        futures::try_join!(held(client, subject, &from), held(client, subject, &to))?;
    let wire: Vec<String> = integrations.iter().map(ArtifactId::wire).collect();
    let missing = wire.iter().filter(|one| !ours.contains(*one));
    let missing = names(missing.map(String::as_str));
    if !missing.is_empty() {
        plan.block(
            format!("Its project does not hold {missing} any more."),
            "Read the catalogue again, and choose from what is there.",
        );
    }
    let there = wire.iter().filter(|one| theirs.contains(*one));
    let there = names(there.map(String::as_str));
    if !there.is_empty() {
        plan.block(
            format!("Project `{named}` holds {there} already."),
            "The service adds to a project and replaces nothing in it. Delete it there first, or copy another version.",
        );
    }
    plan.effect(format!(
        "Project `{named}` also holds {}; they are not active there.",
        names(wire.iter().map(String::as_str))
    ));
    let lacking = connections_lacking(catalogue, into, integrations);
    if !lacking.is_empty() {
        plan.warn(
            format!(
                "Project `{named}` has no connection {}.",
                names(lacking.iter().map(String::as_str))
            ),
            Some(
                "They come as drafts: enter their values before the copies are activated."
                    .to_owned(),
            ),
        );
    }
    plan.undo = Some("Delete the copies; the integrations they were made of stay.".to_owned());
    Ok(plan)
}

/// How many of them are in the project.
pub(super) async fn look(
    client: &Client,
    id: &ArtifactId,
    integrations: &[ArtifactId],
) -> std::result::Result<Seen, Error> {
    let scope = Scope::Project(id.code.clone());
    let read = client.integrations(&scope).await?;
    let there: BTreeSet<String> = read
        .iter()
        .map(|read| integration_artifact(&scope, &read.value).id.wire())
        .collect();
    let found = integrations
        .iter()
        .filter(|one| there.contains(&one.wire()))
        .count();
    Ok(match found {
        0 => Seen::NotDone("without them".to_owned()),
        all if all == integrations.len() => Seen::Done(format!("with {}", counted(all))),
        some => Seen::Unknown(format!(
            "{some} of {} are in the project",
            integrations.len()
        )),
    })
}

async fn held(client: &Client, subject: &ArtifactId, scope: &Scope) -> Result<BTreeSet<String>> {
    let read = client.integrations(scope).await.map_err(failed(subject))?;
    let ids = read
        .iter()
        .map(|read| integration_artifact(scope, &read.value).id.wire());
    Ok(ids.collect())
}

/// The codes of connections of their own project that the other one lacks.
fn connections_lacking(
    catalogue: &Catalogue,
    into: &str,
    integrations: &[ArtifactId],
) -> BTreeSet<String> {
    let needs = integrations
        .iter()
        .filter_map(|id| catalogue.get(id))
        .flat_map(|own| &own.dependencies)
        .map(|need| catalogue.meant(&need.id))
        .filter(|id| id.kind == ArtifactKind::Connection && id.scope != Scope::Global)
        .filter(|id| !is_pseudo_connection(&id.code));
    needs
        .filter(|id| {
            let theirs = ArtifactId {
                scope: Scope::Project(into.to_owned()),
                ..id.clone()
            };
            catalogue.get(&theirs).is_none()
        })
        .map(|id| id.code)
        .collect()
}

fn counted(integrations: usize) -> String {
    match integrations {
        1 => "1 integration".to_owned(),
        many => format!("{many} integrations"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn copies_come_from_one_project() {
        let ids = |all: &[&str]| -> Vec<ArtifactId> {
            all.iter().map(|text| text.parse().unwrap()).collect()
        };
        let of_one = ids(&["HR/integration:A|01.00.0000", "HR/integration:B|01.00.0000"]);
        assert_eq!(source(&of_one), Some("HR"));
        let of_two = ids(&[
            "HR/integration:A|01.00.0000",
            "FIN/integration:B|01.00.0000",
        ]);
        assert_eq!(source(&of_two), None);
        assert_eq!(source(&ids(&["integration:A|01.00.0000"])), None);
        assert_eq!(source(&[]), None);
    }
}
