//! The single calls that a change is made of, in order. Each is written down before it is sent and
//! after it is answered.

use secrecy::SecretString;
use waybill_client::{Client, Error};
use waybill_model::{ArtifactId, Catalogue};

use super::plan::{Facts, Plan};
use super::request::Change;
use super::scene::Scene;
use super::seen::Seen;
use super::{activation, connection, copying, delete, deployment, schedule};
use crate::error::Result;

/// The secrets that a change sets, by the names of their properties. Never written down.
pub type Secrets = Vec<(String, SecretString)>;

/// Looks at the instance and says what the change would lead to.
///
/// # Errors
/// `NotInPlace` and `ArtifactCall` where the artifact cannot be looked at.
pub async fn plan_change(
    client: &Client,
    catalogue: &Catalogue,
    subject: &ArtifactId,
    change: &Change,
) -> Result<Plan> {
    match change {
        // What is to be made is not there yet, and lists may be older than what is to be changed.
        Change::CreateDeployment { edit } => {
            return deployment::plan_create(client, catalogue, subject, edit).await;
        }
        Change::UpdateDeployment { edit } => {
            return deployment::plan_update(client, catalogue, subject, edit).await;
        }
        Change::CopyInto { integrations } => {
            return copying::plan(client, catalogue, subject, integrations).await;
        }
        _ => {}
    }
    let scene = Box::pin(Scene::read(client, catalogue, subject)).await?;
    let mut plan = match change {
        Change::Activate { tracing } => activation::plan_activate(&scene, *tracing).await,
        Change::Deactivate { stop_schedule } => activation::plan_deactivate(&scene, *stop_schedule),
        Change::SetTracing { tracing } => activation::plan_tracing(&scene, *tracing),
        Change::TestConnection => connection::plan_test(&scene),
        Change::EditConnection { edit } => connection::plan_edit(&scene, edit),
        Change::Delete => delete::plan(&scene),
        _ => schedule::plan(&scene, change),
    };
    if !matches!(change, Change::Delete | Change::TestConnection) {
        scene.check_prebuilt(&mut plan);
    }
    plan.stands("name", scene.short());
    Ok(plan)
}

impl Change {
    /// The calls it is made of: each is a change of its own.
    pub(super) fn deeds(&self, before: &Facts) -> Vec<Self> {
        let runs = before
            .get("schedule")
            .is_some_and(|state| schedule::is_running(state));
        match self {
            Self::Deactivate {
                stop_schedule: true,
            } if runs => vec![Self::StopSchedule, self.clone()],
            other => vec![other.clone()],
        }
    }

    /// How far it is, as the instance shows it now.
    pub(super) async fn look(
        &self,
        client: &Client,
        id: &ArtifactId,
        before: &Facts,
    ) -> std::result::Result<Seen, Error> {
        match self {
            Self::Activate { .. } => activation::look_active(client, id).await,
            Self::Deactivate { .. } => activation::look_inactive(client, id).await,
            Self::SetTracing { tracing } => activation::look_tracing(client, id, *tracing).await,
            // A test leaves nothing behind that could be looked at, and may be made again.
            Self::TestConnection => Ok(Seen::NotDone("not tested".to_owned())),
            Self::EditConnection { edit } => connection::look(client, id, edit, before).await,
            Self::CreateDeployment { edit } | Self::UpdateDeployment { edit } => {
                deployment::look(client, id, edit).await
            }
            Self::CopyInto { integrations } => copying::look(client, id, integrations).await,
            Self::Delete => delete::look(client, id).await,
            _ => schedule::look(client, id, self).await,
        }
    }

    /// What the service is doing meanwhile, for the log.
    pub(super) const fn doing(&self) -> &'static str {
        match self {
            Self::Activate { .. } => "Activating",
            Self::Deactivate { .. } => "Deactivating",
            Self::SetTracing { .. } => "Setting the tracing level of",
            Self::TestConnection => "Testing",
            Self::EditConnection { .. } => "Changing the values of",
            Self::StartSchedule => "Starting the schedule of",
            Self::StopSchedule => "Stopping the schedule of",
            Self::PauseSchedule => "Pausing the schedule of",
            Self::ResumeSchedule => "Resuming the schedule of",
            Self::RunNow => "Running",
            Self::CreateDeployment { .. } => "Creating deployment",
            Self::UpdateDeployment { .. } => "Changing deployment",
            Self::CopyInto { .. } => "Copying integrations into project",
            Self::Delete => "Deleting",
        }
    }
}
