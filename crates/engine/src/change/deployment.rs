//! Making a deployment of a project, and setting what it holds. A deployment names versions of integrations;
//! what it is exported with is what these are at that moment.

use std::collections::BTreeMap;

use waybill_client::wire::{Deployment, DeploymentRequest, IntegrationVersion};
use waybill_client::{Client, Error, ErrorKind};
use waybill_model::{Artifact, ArtifactId, ArtifactKind, Catalogue, Scope, State};

use super::plan::{Plan, names};
use super::request::DeploymentEdit;
use super::scene::failed;
use super::seen::Seen;
use crate::catalogue::integration_artifact;
use crate::error::Result;

/// The longest code and name.
const LONGEST: usize = 200;

/// What is sent.
pub(super) fn request(id: &ArtifactId, edit: &DeploymentEdit) -> DeploymentRequest {
    let mut request = DeploymentRequest::new(&id.code, edit.name.trim());
    request.description.clone_from(&edit.description);
    request.integrations = Some(versions(&edit.integrations));
    request
}

pub(super) async fn plan_create(
    client: &Client,
    catalogue: &Catalogue,
    subject: &ArtifactId,
    edit: &DeploymentEdit,
) -> Result<Plan> {
    let project = subject.scope.project().unwrap_or_default();
    let name = edit.name.trim();
    let mut plan = Plan::new(format!("Create deployment `{name}` in project `{project}`"));
    plan.stands("name", format!("`{name}`"));
    plan.stands("there", "no");
    check_names(subject, edit, &mut plan);
    match client.deployment(project, &subject.code).await {
        Ok(there) => plan.block(
            format!(
                "Project `{project}` has a deployment `{}` already.",
                there.value.name
            ),
            "Choose another code, or change that deployment.",
        ),
        Err(error) if *error.kind() == ErrorKind::NotFound => {}
        Err(error) => return Err(failed(subject)(error)),
    }
    plan.effect(format!(
        "Project `{project}` has deployment `{name}`, with {}.",
        counted(edit.integrations.len())
    ));
    check_members(client, catalogue, subject, edit, &mut plan).await?;
    plan.undo = Some("Delete the deployment; nothing else was changed.".to_owned());
    Ok(plan)
}

pub(super) async fn plan_update(
    client: &Client,
    catalogue: &Catalogue,
    subject: &ArtifactId,
    edit: &DeploymentEdit,
) -> Result<Plan> {
    let project = subject.scope.project().unwrap_or_default();
    let there = client.deployment(project, &subject.code).await;
    let there = there.map_err(failed(subject))?.value;
    let name = edit.name.trim();
    let mut plan = Plan::new(format!(
        "Change deployment `{}` of project `{project}`",
        there.name
    ));
    plan.stands("name", format!("`{name}`"));
    plan.stands("integrations", held(&there).join(", "));
    check_names(subject, edit, &mut plan);
    let before: Vec<String> = held(&there);
    let after: Vec<String> = edit.integrations.iter().map(ArtifactId::wire).collect();
    let added = after.iter().filter(|one| !before.contains(one));
    let removed = before.iter().filter(|one| !after.contains(one));
    let (added, removed) = (
        names(added.map(String::as_str)),
        names(removed.map(String::as_str)),
    );
    if !added.is_empty() {
        plan.effect(format!("It also holds {added}."));
    }
    if !removed.is_empty() {
        plan.effect(format!("It no longer holds {removed}."));
    }
    if name != there.name {
        plan.effect(format!("It is called `{name}`."));
    }
    if is_as_wanted(edit, &there) {
        plan.note("It is as wanted already.");
    }
    check_members(client, catalogue, subject, edit, &mut plan).await?;
    plan.undo = Some(format!(
        "Set it to hold {} again.",
        if before.is_empty() {
            "nothing".to_owned()
        } else {
            names(before.iter().map(String::as_str))
        }
    ));
    Ok(plan)
}

/// Whether the deployment is there and holds what was asked for.
pub(super) async fn look(
    client: &Client,
    id: &ArtifactId,
    edit: &DeploymentEdit,
) -> std::result::Result<Seen, Error> {
    let project = id.scope.project().unwrap_or_default();
    match client.deployment(project, &id.code).await {
        Ok(there) if is_as_wanted(edit, &there.value) => Ok(Seen::Done(format!(
            "there, with {}",
            counted(edit.integrations.len())
        ))),
        Ok(there) => Ok(Seen::NotDone(format!(
            "there, with {}",
            counted(there.value.integrations.len())
        ))),
        Err(error) if *error.kind() == ErrorKind::NotFound => {
            Ok(Seen::NotDone("not there".to_owned()))
        }
        Err(error) => Err(error),
    }
}

fn check_names(subject: &ArtifactId, edit: &DeploymentEdit, plan: &mut Plan) {
    let name = edit.name.trim();
    if name.is_empty() || name.chars().count() > LONGEST {
        plan.block(
            format!("The name of a deployment has 1 to {LONGEST} characters."),
            "Enter another name.",
        );
    }
    let allowed = |sign: char| sign.is_ascii_alphanumeric() || "._-".contains(sign);
    let code = &subject.code;
    if code.is_empty() || code.chars().count() > LONGEST || !code.chars().all(allowed) {
        plan.block(
            format!("`{code}` cannot be the code of a deployment."),
            "Use letters, digits, full stops, hyphens and underscores.",
        );
    }
}

/// Looks at the integrations as they are now.
async fn check_members(
    client: &Client,
    catalogue: &Catalogue,
    subject: &ArtifactId,
    edit: &DeploymentEdit,
    plan: &mut Plan,
) -> Result<()> {
    if edit.integrations.is_empty() {
        plan.note("It holds nothing: what is exported of it is an empty project.");
        return Ok(());
    }
    let read = client.integrations(&subject.scope).await;
    let there: BTreeMap<ArtifactId, Artifact> = read
        .map_err(failed(subject))?
        .iter()
        .map(|read| integration_artifact(&subject.scope, &read.value))
        .map(|artifact| (artifact.id.clone(), artifact))
        .collect();
    let missing = edit
        .integrations
        .iter()
        .filter(|id| !there.contains_key(*id));
    let missing: Vec<String> = missing.map(ArtifactId::wire).collect();
    if !missing.is_empty() {
        plan.block(
            format!(
                "The project does not hold {}.",
                names(missing.iter().map(String::as_str))
            ),
            "Choose from the integrations that the project holds now.",
        );
    }
    let members = || edit.integrations.iter().filter_map(|id| there.get(id));
    let drafts: Vec<&str> = members()
        .filter(|one| one.state == Some(State::Draft))
        .map(|one| one.name.as_str())
        .collect();
    if !drafts.is_empty() {
        plan.warn(
            format!("Not complete: {}.", names(drafts)),
            Some("They can be exported, but not activated in a destination.".to_owned()),
        );
    }
    let locked: Vec<&str> = members()
        .filter(|one| one.lock.is_some())
        .map(|one| one.name.as_str())
        .collect();
    if !locked.is_empty() {
        plan.warn(
            format!("Open in the console: {}.", names(locked)),
            Some("An export holds what was saved last.".to_owned()),
        );
    }
    for called in called_outside(catalogue, edit) {
        plan.note(format!(
            "`{}` is called by it and is not in it: the destination has to have it.",
            called.wire()
        ));
    }
    Ok(())
}

/// The integrations that those of the deployment call and that are not in it, other projects' among them.
fn called_outside(catalogue: &Catalogue, edit: &DeploymentEdit) -> Vec<ArtifactId> {
    let mut called: Vec<ArtifactId> = edit
        .integrations
        .iter()
        .filter_map(|id| catalogue.get(id))
        .flat_map(|own| &own.dependencies)
        .map(|need| catalogue.meant(&need.id))
        .filter(|id| id.kind == ArtifactKind::Integration && !edit.integrations.contains(id))
        .collect();
    called.sort();
    called.dedup();
    called
}

fn is_as_wanted(edit: &DeploymentEdit, there: &Deployment) -> bool {
    let mut wanted: Vec<String> = edit.integrations.iter().map(ArtifactId::wire).collect();
    let mut found = held(there);
    wanted.sort_unstable();
    found.sort_unstable();
    there.name == edit.name.trim() && wanted == found
}

/// What a deployment holds, as `CODE|VERSION`.
fn held(deployment: &Deployment) -> Vec<String> {
    let members = deployment.integrations.iter();
    members
        .map(|one| {
            ArtifactId {
                kind: ArtifactKind::Integration,
                scope: Scope::Global,
                code: one.code.clone(),
                version: Some(one.version.clone()),
            }
            .wire()
        })
        .collect()
}

fn counted(integrations: usize) -> String {
    match integrations {
        1 => "1 integration".to_owned(),
        many => format!("{many} integrations"),
    }
}

pub(super) fn versions(integrations: &[ArtifactId]) -> Vec<IntegrationVersion> {
    integrations
        .iter()
        .map(|id| IntegrationVersion {
            code: id.code.clone(),
            version: id.version.clone().unwrap_or_default(),
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use waybill_client::wire::DeployedIntegration;

    use super::*;

    fn edit(name: &str, integrations: &[&str]) -> DeploymentEdit {
        DeploymentEdit {
            name: name.to_owned(),
            description: None,
            integrations: integrations
                .iter()
                .map(|text| text.parse().unwrap())
                .collect(),
        }
    }

    #[test]
    fn a_deployment_is_as_wanted_in_whichever_order_it_names_its_integrations() {
        let member = |code: &str| DeployedIntegration {
            code: code.to_owned(),
            version: "01.00.0000".to_owned(),
            ..DeployedIntegration::default()
        };
        let there = Deployment {
            code: "D".to_owned(),
            name: "Build 7".to_owned(),
            integrations: vec![member("B"), member("A")],
            ..Deployment::default()
        };
        let both = ["HR/integration:A|01.00.0000", "HR/integration:B|01.00.0000"];
        assert!(is_as_wanted(&edit(" Build 7 ", &both), &there));
        assert!(!is_as_wanted(&edit("Build 8", &both), &there));
        assert!(!is_as_wanted(&edit("Build 7", &both[..1]), &there));
    }

    #[test]
    fn codes_that_no_address_can_carry_are_refused() {
        let id: ArtifactId = "HR/deployment:a b".parse().unwrap();
        let mut plan = Plan::new("x");
        check_names(&id, &edit("n", &[]), &mut plan);
        assert!(plan.blocking().is_some());
        let id: ArtifactId = "HR/deployment:01.00.0002".parse().unwrap();
        let mut plan = Plan::new("x");
        check_names(&id, &edit("1.0.2", &[]), &mut plan);
        assert_eq!(plan.blocking(), None);
    }

    #[test]
    fn what_is_sent_names_versions_and_leaves_the_rest_alone() {
        let id: ArtifactId = "HR/deployment:D".parse().unwrap();
        let sent = request(&id, &edit("Build 7", &["HR/integration:A|01.00.0000"]));
        assert_eq!((sent.code.as_str(), sent.name.as_str()), ("D", "Build 7"));
        let integrations = sent.integrations.unwrap();
        assert_eq!(integrations.len(), 1);
        assert_eq!(integrations[0].version, "01.00.0000");
        assert_eq!((sent.robots, sent.decisions), (None, None));
    }
}
