//! The one door through which the engine writes into an instance. Each call asks for the permit first,
//! at the moment it is made, so that no verb can write where nobody allows it.

use std::sync::Arc;

use tokio_util::sync::CancellationToken;
use waybill_client::wire::{
    Activation, ArchiveJobStarted, ConnectionUpdate, Deactivation, InstanceExport, InstanceImport,
    IntegrationFlags, IntegrationVersion, PropertyChange, ScheduleMode, ScheduleRun,
};
use waybill_client::{Client, Error};
use waybill_model::{ArtifactId, ArtifactKind, Generation, Scope, State};

use super::connection::{find, test_ended};
use super::copying;
use super::deed::Secrets;
use super::deployment;
use super::request::{Change, ConnectionEdit, Tracing};
use super::scene::word;
use super::seen::Seen;
use crate::error::{EngineError, Result};

/// Says at any moment whether an instance may be written.
pub trait WritePermit: Send + Sync {
    /// Nothing stands against a write now.
    ///
    /// # Errors
    /// Why it may not be written, and what to do.
    fn check(&self) -> std::result::Result<(), Refusal>;
}

/// Why an instance may not be written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refusal {
    /// Why, in a sentence.
    pub message: String,
    /// What to do about it.
    pub guidance: String,
}

/// Writes into one instance.
pub(super) struct Writer {
    client: Client,
    permit: Arc<dyn WritePermit>,
}

/// What came of a call.
pub(super) struct Sent {
    /// Its answer was lost; looking showed that it is done.
    pub looked_up: bool,
    /// How it ended, where the answer tells that.
    pub ended: Option<Seen>,
}

impl Writer {
    /// A call under way is never cut off: a token of its own, which nobody cancels.
    pub(super) fn new(client: &Client, permit: Arc<dyn WritePermit>) -> Self {
        Self {
            client: client.with_cancellation(CancellationToken::new()),
            permit,
        }
    }

    /// Whether a write would be let through now.
    pub(super) fn check(&self) -> Result<()> {
        self.permit
            .check()
            .map_err(|refusal| EngineError::WriteRefused {
                message: refusal.message,
                guidance: refusal.guidance,
            })
    }

    /// Makes the call. The outer error is the permit's, the inner one the service's.
    pub(super) async fn send(
        &self,
        id: &ArtifactId,
        change: &Change,
        secrets: &Secrets,
    ) -> Result<std::result::Result<Sent, Error>> {
        self.check()?;
        Ok(self.call(id, change, secrets).await)
    }

    async fn call(
        &self,
        id: &ArtifactId,
        change: &Change,
        secrets: &Secrets,
    ) -> std::result::Result<Sent, Error> {
        let (client, scope, wire_id) = (&self.client, &id.scope, id.wire());
        // Stuck calls are not sent anew by this: that is a person's decision.
        let mode = ScheduleMode::default();
        let changed = match change {
            Change::Activate { tracing } => {
                let activation = Activation {
                    flags: tracing.map(flags).unwrap_or_default(),
                    at_once: true,
                    ..Activation::default()
                };
                client
                    .activate_integration(scope, &wire_id, &activation)
                    .await?
            }
            Change::Deactivate { .. } => {
                // The schedule was stopped before, by a call of its own, which every generation has.
                let deactivation = Deactivation {
                    at_once: true,
                    ..Deactivation::default()
                };
                client
                    .deactivate_integration(scope, &wire_id, &deactivation)
                    .await?
            }
            Change::SetTracing { tracing } => {
                client
                    .update_integration(scope, &wire_id, &flags(*tracing))
                    .await?
            }
            Change::StartSchedule => {
                let run = ScheduleRun::default();
                client.start_schedule(scope, &wire_id, &run, mode).await?
            }
            Change::StopSchedule => client.stop_schedule(scope, &wire_id, mode).await?,
            Change::PauseSchedule => client.pause_schedule(scope, &wire_id, mode).await?,
            Change::ResumeSchedule => client.resume_schedule(scope, &wire_id, mode).await?,
            Change::RunNow => {
                let run = ScheduleRun::default();
                let changed = client.run_now(scope, &wire_id, &run).await?;
                return Ok(Sent {
                    looked_up: changed.looked_up,
                    ended: Some(Seen::Done("asked to run once".to_owned())),
                });
            }
            Change::TestConnection => {
                let test = client.test_connection(scope, &id.code).await?;
                return Ok(Sent {
                    looked_up: false,
                    ended: Some(test_ended(&test.value)),
                });
            }
            Change::EditConnection { edit } => return self.edit(id, edit, secrets).await,
            Change::CreateDeployment { edit } => {
                let project = scope.project().unwrap_or_default();
                let request = deployment::request(id, edit);
                let answer = client.create_deployment(project, &request).await?;
                return Ok(Sent {
                    looked_up: answer.looked_up,
                    ended: None,
                });
            }
            Change::UpdateDeployment { edit } => {
                let project = scope.project().unwrap_or_default();
                let mut request = deployment::request(id, edit);
                if request.description.is_none() {
                    // A service that sets what is left out to nothing would take it away.
                    let there = client.deployment(project, &id.code).await?;
                    request.description = there.value.description;
                }
                let answer = client.update_deployment(project, &request).await?;
                return Ok(Sent {
                    looked_up: answer.looked_up,
                    ended: None,
                });
            }
            Change::CopyInto { integrations } => {
                let from = copying::source(integrations).unwrap_or_default();
                let versions: Vec<IntegrationVersion> = copying::versions(integrations);
                client.copy_integrations(&id.code, from, &versions).await?
            }
            Change::Delete => self.delete(id).await?,
        };
        Ok(Sent {
            looked_up: changed.looked_up,
            ended: None,
        })
    }

    async fn edit(
        &self,
        id: &ArtifactId,
        edit: &ConnectionEdit,
        secrets: &Secrets,
    ) -> std::result::Result<Sent, Error> {
        let now = self.client.connection(&id.scope, &id.code).await?.value;
        let mut update = ConnectionUpdate {
            security_policy: edit.security_policy.clone(),
            agent_group_id: edit.agent_group.clone(),
            ..ConnectionUpdate::default()
        };
        let plain = edit
            .values
            .iter()
            .map(|value| PropertyChange::plain(&value.name, &value.value));
        let hidden = secrets
            .iter()
            .map(|(name, value)| PropertyChange::secret(name, value.clone()));
        for mut change in plain.chain(hidden) {
            let known = find(&now, &change.name);
            change.group = known.and_then(|property| property.property_group.clone());
            change.property_type = known.and_then(|property| property.property_type.clone());
            let is_connection = now
                .connection_properties
                .iter()
                .any(|property| property.property_name == change.name);
            if is_connection {
                update.connection_properties.push(change);
            } else {
                update.security_properties.push(change);
            }
        }
        let answer = self
            .client
            .update_connection(&id.scope, &id.code, &update)
            .await?
            .value;
        let state = answer
            .status
            .as_deref()
            .map_or(State::Unknown, State::from_wire);
        Ok(Sent {
            looked_up: false,
            ended: Some(Seen::Done(word(state).to_owned())),
        })
    }

    async fn delete(&self, id: &ArtifactId) -> std::result::Result<waybill_client::Changed, Error> {
        let client = &self.client;
        match (id.kind, &id.scope) {
            (ArtifactKind::Integration, scope) => {
                client.delete_integration(scope, &id.wire()).await
            }
            (ArtifactKind::Connection, scope) => client.delete_connection(scope, &id.code).await,
            (ArtifactKind::Lookup, Scope::Global) => client.delete_lookup(&id.code).await,
            (ArtifactKind::Library, Scope::Global) => client.delete_library(&id.wire()).await,
            (ArtifactKind::Package, _) => client.delete_package(&id.code).await,
            (ArtifactKind::Deployment, Scope::Project(project)) => {
                client.delete_deployment(project, &id.code).await
            }
            // The plan lets no other kind through.
            _ => client.delete_certificate(&id.code).await,
        }
    }
}

/// Begins the jobs of one instance that make and import archives of it as a whole.
pub(crate) struct ArchiveDoor {
    client: Client,
    permit: Arc<dyn WritePermit>,
}

impl ArchiveDoor {
    pub(crate) fn new(client: &Client, permit: Arc<dyn WritePermit>) -> Self {
        Self {
            client: client.with_cancellation(CancellationToken::new()),
            permit,
        }
    }

    /// Has the instance export itself. The outer error is the permit's, the inner one the service's.
    pub(crate) async fn export(
        &self,
        generation: Generation,
        export: &InstanceExport,
    ) -> Result<std::result::Result<ArchiveJobStarted, Error>> {
        self.check()?;
        Ok(if generation == Generation::Ics {
            self.client.start_ics_clone_export(export).await
        } else {
            self.client.start_instance_export(export).await
        })
    }

    /// Has the instance import an archive.
    pub(crate) async fn import(
        &self,
        import: &InstanceImport,
    ) -> Result<std::result::Result<ArchiveJobStarted, Error>> {
        self.check()?;
        Ok(self.client.start_instance_import(import).await)
    }

    fn check(&self) -> Result<()> {
        self.permit
            .check()
            .map_err(|refusal| EngineError::WriteRefused {
                message: refusal.message,
                guidance: refusal.guidance,
            })
    }
}

pub(crate) fn flags(level: Tracing) -> IntegrationFlags {
    let (tracing, payloads) = level.flags();
    IntegrationFlags {
        tracing: Some(tracing),
        payload_tracing: Some(payloads),
        ..IntegrationFlags::default()
    }
}
