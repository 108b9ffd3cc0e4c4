//! How an artifact stands at this moment: read from the instance, not from the catalogue. What the
//! catalogue adds is who needs it and which other versions there are.

use serde_json::Value;
use waybill_client::wire::{Connection, Integration, Read, Schedule};
use waybill_client::{Client, ErrorKind};
use waybill_model::{Artifact, ArtifactId, ArtifactKind, Catalogue, Lock, State};

use super::plan::{Plan, names};
use crate::catalogue::{connection_artifact, integration_artifact};
use crate::error::{EngineError, Result};
use crate::failure::singular;
use crate::live::live_record;
use crate::wire_time::rfc3339;

/// An artifact as it stands now, with what is around it.
pub(super) struct Scene<'a> {
    pub client: &'a Client,
    pub catalogue: &'a Catalogue,
    pub id: ArtifactId,
    pub artifact: Artifact,
    pub integration: Option<Integration>,
    pub connection: Option<Read<Connection>>,
    /// The schedule of an integration that has one.
    pub schedule: Option<Schedule>,
}

impl<'a> Scene<'a> {
    /// Reads the artifact anew, and its schedule.
    pub(super) async fn read(
        client: &'a Client,
        catalogue: &'a Catalogue,
        id: &ArtifactId,
    ) -> Result<Self> {
        let mut scene = Self {
            client,
            catalogue,
            id: id.clone(),
            artifact: Artifact::named(id.clone(), &id.code),
            integration: None,
            connection: None,
            schedule: None,
        };
        match id.kind {
            ArtifactKind::Integration => scene.read_integration().await?,
            ArtifactKind::Connection => {
                let read = client.connection(&id.scope, &id.code).await;
                let read = read.map_err(failed(id))?;
                scene.artifact = connection_artifact(&id.scope, &read.value);
                scene.connection = Some(read);
            }
            _ => scene.read_other().await?,
        }
        Ok(scene)
    }

    async fn read_integration(&mut self) -> Result<()> {
        let wire_id = self.id.wire();
        let read = self.client.integration(&self.id.scope, &wire_id).await;
        let integration = read.map_err(failed(&self.id))?.value;
        self.artifact = integration_artifact(&self.id.scope, &integration);
        let may_have_schedule = integration.schedule_defined_flag
            || integration.schedule_applicable_flag
            || self.catalogue.get(&schedule_of(&self.id)).is_some();
        self.integration = Some(integration);
        if may_have_schedule {
            self.schedule = match self.client.schedule(&self.id.scope, &wire_id).await {
                Ok(schedule) => schedule.map(|read| read.value),
                // Not offered, or there is none.
                Err(error)
                    if matches!(
                        error.kind(),
                        ErrorKind::NotFound | ErrorKind::WrongState | ErrorKind::Unsupported
                    ) =>
                {
                    None
                }
                Err(error) => return Err(failed(&self.id)(error)),
            };
        }
        Ok(())
    }

    async fn read_other(&mut self) -> Result<()> {
        let record = live_record(self.client, &self.id).await?;
        let known = self.catalogue.get(&self.id).cloned();
        self.artifact = match (known, &record) {
            (Some(known), _) => known,
            (None, Some(_)) => Artifact::named(self.id.clone(), &self.id.code),
            (None, None) => {
                return Err(EngineError::NotInPlace {
                    artifact: Box::new(self.id.clone()),
                    place: "the instance".to_owned(),
                });
            }
        };
        if let Some(record) = record {
            self.artifact.lock = lock_of(&record);
        }
        Ok(())
    }

    /// "integration `Orders` 01.02.0000"
    pub(super) fn named(&self) -> String {
        let kind = singular(self.id.kind).to_lowercase();
        format!("{kind} {}", self.short())
    }

    /// "`Orders` 01.02.0000"
    pub(super) fn short(&self) -> String {
        short(&self.artifact)
    }

    pub(super) fn state(&self) -> State {
        self.artifact.state.unwrap_or(State::Unknown)
    }

    /// The integrations that need this artifact and are active, as the catalogue has them.
    pub(super) fn active_users(&self) -> Vec<&Artifact> {
        let links = self.catalogue.used_by(&self.id);
        let mut users: Vec<_> = links
            .iter()
            .filter_map(|link| self.catalogue.get(&link.id))
            .filter(|user| user.id.kind == ArtifactKind::Integration)
            .filter(|user| matches!(user.state, Some(State::Active | State::Activating)))
            .collect();
        users.dedup_by(|later, first| later.id == first.id);
        users
    }

    /// All that need this artifact, by name.
    pub(super) fn users(&self) -> Vec<&Artifact> {
        let links = self.catalogue.used_by(&self.id);
        let mut users: Vec<_> = links
            .iter()
            .filter(|link| link.id.kind != ArtifactKind::Schedule)
            .filter_map(|link| self.catalogue.get(&link.id))
            .collect();
        users.dedup_by(|later, first| later.id == first.id);
        users
    }

    /// Whether the schedule fires, or is about to.
    pub(super) fn schedule_runs(&self) -> bool {
        self.schedule.as_ref().is_some_and(|schedule| {
            let state = schedule.state.as_deref().unwrap_or_default();
            super::schedule::is_running(state)
        })
    }

    /// What stands against most changes: somebody has it open, or Oracle delivers it.
    pub(super) fn check_lock(&self, plan: &mut Plan) {
        if let Some(lock) = &self.artifact.lock {
            let by = lock.by.as_deref().unwrap_or("somebody");
            let since = lock
                .since
                .as_deref()
                .map(|since| format!(" since {since}"))
                .unwrap_or_default();
            plan.block(
                format!(
                    "{} is locked: {by} has it open in the console{since}.",
                    upper(&self.named())
                ),
                unlock_hint(&self.artifact).unwrap_or_default(),
            );
        }
    }

    pub(super) fn check_prebuilt(&self, plan: &mut Plan) {
        if self.artifact.prebuilt {
            plan.warn(
                format!("Oracle delivers {}.", self.named()),
                Some("The service may refuse to change it, and an update by Oracle may undo what is changed.".to_owned()),
            );
        }
    }

    /// Warns of the active integrations that need it.
    pub(super) fn warn_of_users(&self, plan: &mut Plan, what_happens: &str) {
        let users = self.active_users();
        if !users.is_empty() {
            let all = names(users.iter().map(|user| user.name.as_str()));
            plan.warn(
                format!("{} uses it and is active: {all}.", count(users.len())),
                Some(what_happens.to_owned()),
            );
        }
    }
}

fn count(users: usize) -> String {
    match users {
        1 => "1 integration".to_owned(),
        many => format!("Each of {many} integrations"),
    }
}

/// How to have an artifact unlocked that somebody has open in the console; `None` if nobody has. The
/// console lets administrators of the service unlock what others hold (documented).
#[must_use]
pub fn unlock_hint(artifact: &Artifact) -> Option<String> {
    let lock = artifact.lock.as_ref()?;
    let who = match &lock.by {
        Some(by) => format!("Ask {by} to save and close it in the console."),
        None => "Find out who has it open in the console, and have it saved and closed.".to_owned(),
    };
    Some(format!(
        "{who} Where that is not possible, somebody with the role ServiceAdministrator unlocks it there: in the list of {}, the menu Actions of its row, Unlock. What was not saved is lost then.",
        crate::failure::plural(artifact.id.kind)
    ))
}

/// "`Orders` 01.02.0000"
pub(super) fn short(artifact: &Artifact) -> String {
    match &artifact.id.version {
        Some(version) => format!("`{}` {version}", artifact.name),
        None => format!("`{}`", artifact.name),
    }
}

/// With a capital letter in front.
pub(crate) fn upper(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map_or_else(String::new, |first| {
        first.to_uppercase().chain(letters).collect()
    })
}

/// A state in a word.
pub(crate) fn word(state: State) -> &'static str {
    match state {
        State::Active => "active",
        State::Configured => "configured",
        State::Draft => "draft",
        State::Failed => "failed to activate",
        State::Activating => "being activated",
        State::Deactivating => "being deactivated",
        State::Started => "started",
        State::Stopped => "stopped",
        State::Paused => "paused",
        State::Unknown => "in an unknown state",
    }
}

pub(super) fn schedule_of(integration: &ArtifactId) -> ArtifactId {
    ArtifactId {
        kind: ArtifactKind::Schedule,
        ..integration.clone()
    }
}

pub(super) fn failed(id: &ArtifactId) -> impl FnOnce(waybill_client::Error) -> EngineError {
    let artifact = Box::new(id.clone());
    move |source| EngineError::ArtifactCall {
        artifact,
        source: Box::new(source),
    }
}

fn lock_of(record: &Value) -> Option<Lock> {
    let text = |name: &str| record.get(name).and_then(Value::as_str);
    let locked = record.get("lockedFlag").and_then(Value::as_bool) == Some(true);
    locked.then(|| Lock {
        by: text("lockedBy").map(str::to_owned),
        since: rfc3339(text("lockedDate")),
    })
}
