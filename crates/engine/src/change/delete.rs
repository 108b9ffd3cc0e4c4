//! Deleting an artifact. There is no way back but the snapshot taken before, as far as the kind can be
//! restored at all.

use waybill_client::{Client, Error, ErrorKind};
use waybill_model::{ArtifactId, ArtifactKind, Scope, State};

use super::plan::{Plan, names};
use super::scene::{Scene, upper, word};
use super::seen::Seen;

pub(super) fn plan(scene: &Scene<'_>) -> Plan {
    let what = scene.named();
    let mut plan = Plan::new(format!("Delete {what}"));
    plan.effect(format!("{} is no longer in the instance.", upper(&what)));
    plan.type_name = Some(scene.artifact.name.clone());
    plan.stands("state", word(scene.state()));
    scene.check_lock(&mut plan);
    match scene.id.kind {
        ArtifactKind::Integration => {
            match scene.state() {
                State::Active | State::Activating | State::Deactivating => plan.block(
                    format!("{} is {}.", upper(&what), word(scene.state())),
                    "Deactivate it first. The service deletes no active integration.",
                ),
                _ => {}
            }
            if scene.schedule.is_some() {
                plan.effect("Its schedule is deleted with it.");
            }
            warn_of_all_users(scene, &mut plan, "They fail where they call it.");
        }
        ArtifactKind::Package => {
            let active = scene
                .catalogue
                .uses(&scene.id)
                .iter()
                .filter_map(|link| scene.catalogue.get(&link.id))
                .filter(|member| member.state == Some(State::Active))
                .map(|member| member.name.clone())
                .collect::<Vec<_>>();
            if !active.is_empty() {
                plan.block(
                    format!("Active integrations are in it: {}.", names(active.iter().map(String::as_str))),
                    "Deactivate them first. The service deletes no package that holds an active or locked integration.",
                );
            }
            plan.effect("The integrations in it are deleted with it.");
        }
        ArtifactKind::Deployment => {
            plan.effect("The integrations that it names stay as they are.");
        }
        _ => warn_of_all_users(
            scene,
            &mut plan,
            "They can no longer be activated without it, and active ones may fail. The service may refuse.",
        ),
    }
    let in_project = scene.id.scope != Scope::Global;
    if in_project
        && !matches!(
            scene.id.kind,
            ArtifactKind::Integration | ArtifactKind::Connection | ArtifactKind::Deployment
        )
    {
        plan.block(
            format!("The service offers no call that deletes {what} inside a project."),
            "Delete it in the console.",
        );
    }
    scene.check_prebuilt(&mut plan);
    plan.undo = Some(match (scene.id.kind, &scene.id.scope) {
        (ArtifactKind::Integration | ArtifactKind::Package | ArtifactKind::Lookup | ArtifactKind::Library, Scope::Global) => {
            "Export its archive from the snapshot taken before, and import it in the console.".to_owned()
        }
        (ArtifactKind::Deployment, _) => {
            "The snapshot says what is in it: make a deployment with the same integrations.".to_owned()
        }
        (ArtifactKind::Certificate, _) => {
            "The snapshot holds its record alone: a certificate can only be uploaded again from its file.".to_owned()
        }
        (ArtifactKind::Connection, _) => {
            "The snapshot holds its values without secrets. A connection comes back with an archive that needs it, and takes its values then.".to_owned()
        }
        _ => "The snapshot holds its record; the project's own archive, from a backup of the project, brings it back.".to_owned(),
    });
    plan
}

fn warn_of_all_users(scene: &Scene<'_>, plan: &mut Plan, what_happens: &str) {
    let users = scene.users();
    if !users.is_empty() {
        let all = names(users.iter().map(|user| user.name.as_str()));
        plan.warn(
            format!("It is used by {all}."),
            Some(what_happens.to_owned()),
        );
    }
}

/// Whether it is gone.
pub(super) async fn look(client: &Client, id: &ArtifactId) -> Result<Seen, Error> {
    let wire_id = id.wire();
    let read = match id.kind {
        ArtifactKind::Deployment => {
            let project = id.scope.project().unwrap_or_default();
            client.deployment(project, &id.code).await.map(drop)
        }
        ArtifactKind::Integration => client.integration(&id.scope, &wire_id).await.map(drop),
        ArtifactKind::Connection => client.connection(&id.scope, &id.code).await.map(drop),
        ArtifactKind::Lookup => client.lookup(&id.scope, &id.code).await.map(drop),
        ArtifactKind::Library if id.scope == Scope::Global => {
            client.library(&wire_id).await.map(drop)
        }
        ArtifactKind::Package => client.package(&id.code).await.map(drop),
        ArtifactKind::Certificate => client.certificate(&id.code).await.map(drop),
        _ => {
            return Ok(Seen::Unknown(
                "the service offers no way to look at it alone".to_owned(),
            ));
        }
    };
    match read {
        Ok(()) => Ok(Seen::NotDone("there".to_owned())),
        Err(error) if *error.kind() == ErrorKind::NotFound => Ok(Seen::Done("deleted".to_owned())),
        Err(error) => Err(error),
    }
}
