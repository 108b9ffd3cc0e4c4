//! What is asked for: one change of one artifact. Everything here goes into the journal, so that an
//! interrupted change can be taken up again; secrets are no part of it.

use serde::{Deserialize, Serialize};
use waybill_model::{ArtifactId, ArtifactKind};

use crate::journal::{NewRun, Run, RunId, RunKind};
use crate::manifest::InstanceStamp;

/// How much an integration writes down of each of its runs, in the words of the console. On the wire
/// these are two flags (inferred: Audit is tracing alone, Debug is tracing with payloads).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Tracing {
    /// As little as possible.
    Production,
    /// The steps, without payloads.
    Audit,
    /// The steps with payloads.
    Debug,
}

impl Tracing {
    /// The two flags: tracing, and payloads as well.
    #[must_use]
    pub const fn flags(self) -> (bool, bool) {
        match self {
            Self::Production => (false, false),
            Self::Audit => (true, false),
            Self::Debug => (true, true),
        }
    }

    /// The level that the two flags stand for.
    #[must_use]
    pub const fn of_flags(tracing: bool, payloads: bool) -> Self {
        match (tracing, payloads) {
            (false, _) => Self::Production,
            (true, false) => Self::Audit,
            (true, true) => Self::Debug,
        }
    }

    /// The word of the console.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Production => "Production",
            Self::Audit => "Audit",
            Self::Debug => "Debug",
        }
    }
}

/// A new value of a connection that may be seen.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct NewValue {
    /// The name of the property on the wire.
    pub name: String,
    /// Its new value.
    pub value: String,
}

/// What is to be different in a connection.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ConnectionEdit {
    /// New values that may be seen.
    pub values: Vec<NewValue>,
    /// The names of the secrets that change.
    #[serde(default)]
    pub secrets: Vec<String>,
    /// Another security policy.
    #[serde(default)]
    pub security_policy: Option<String>,
    /// Another agent group; an empty one takes it away.
    #[serde(default)]
    pub agent_group: Option<String>,
}

/// What a deployment is to hold from now on.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct DeploymentEdit {
    /// What people call it.
    pub name: String,
    /// What it is for; as it is otherwise.
    #[serde(default)]
    pub description: Option<String>,
    /// The integrations in it, of the same project.
    pub integrations: Vec<ArtifactId>,
}

/// One change.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", tag = "type")]
pub enum Change {
    /// Activates a version of an integration.
    Activate {
        /// The tracing level from then on; as it is otherwise.
        tracing: Option<Tracing>,
    },
    /// Deactivates a version of an integration.
    #[serde(rename_all = "camelCase")]
    Deactivate {
        /// Stops its schedule first.
        stop_schedule: bool,
    },
    /// Sets the tracing level of an integration.
    SetTracing {
        /// The level.
        tracing: Tracing,
    },
    /// Lets the service test a connection.
    TestConnection,
    /// Sets values of a connection.
    EditConnection {
        /// What is to be different.
        edit: ConnectionEdit,
    },
    /// Starts a schedule.
    StartSchedule,
    /// Stops a schedule and its runs under way.
    StopSchedule,
    /// Pauses a schedule.
    PauseSchedule,
    /// Lets a paused schedule go on.
    ResumeSchedule,
    /// Runs a scheduled integration once.
    RunNow,
    /// Makes a deployment of a project.
    CreateDeployment {
        /// What it holds.
        edit: DeploymentEdit,
    },
    /// Sets what a deployment holds.
    UpdateDeployment {
        /// What it holds from then on.
        edit: DeploymentEdit,
    },
    /// Copies integrations of another project into a project.
    #[serde(rename_all = "camelCase")]
    CopyInto {
        /// The integrations, all of one other project.
        integrations: Vec<ArtifactId>,
    },
    /// Deletes the artifact.
    Delete,
}

impl Change {
    /// The name of the change in the journal and the audit log.
    #[must_use]
    pub const fn name(&self) -> &'static str {
        match self {
            Self::Activate { .. } => "activate",
            Self::Deactivate { .. } => "deactivate",
            Self::SetTracing { .. } => "set tracing",
            Self::TestConnection => "test connection",
            Self::EditConnection { .. } => "change connection values",
            Self::StartSchedule => "start schedule",
            Self::StopSchedule => "stop schedule",
            Self::PauseSchedule => "pause schedule",
            Self::ResumeSchedule => "resume schedule",
            Self::RunNow => "run now",
            Self::CreateDeployment { .. } => "create deployment",
            Self::UpdateDeployment { .. } => "change deployment",
            Self::CopyInto { .. } => "copy integrations",
            Self::Delete => "delete",
        }
    }

    /// Whether it changes nothing in the instance.
    #[must_use]
    pub const fn only_looks(&self) -> bool {
        matches!(self, Self::TestConnection)
    }

    /// Whether there is something that it takes away or alters, and that is kept before: what only adds
    /// finds nothing to keep.
    #[must_use]
    pub const fn keeps(&self) -> bool {
        !self.only_looks() && !matches!(self, Self::CreateDeployment { .. } | Self::CopyInto { .. })
    }

    const fn is_of_schedule(&self) -> bool {
        matches!(
            self,
            Self::StartSchedule
                | Self::StopSchedule
                | Self::PauseSchedule
                | Self::ResumeSchedule
                | Self::RunNow
        )
    }

    /// The artifact that the change is made to: a schedule stands for its integration. `None` if
    /// such an artifact cannot be changed in this way.
    #[must_use]
    pub fn subject(&self, id: &ArtifactId) -> Option<ArtifactId> {
        let fits = match self {
            Self::Activate { .. } | Self::Deactivate { .. } | Self::SetTracing { .. } => {
                id.kind == ArtifactKind::Integration
            }
            Self::TestConnection | Self::EditConnection { .. } => {
                id.kind == ArtifactKind::Connection
            }
            Self::CreateDeployment { .. } | Self::UpdateDeployment { .. } => {
                id.kind == ArtifactKind::Deployment && id.scope.project().is_some()
            }
            Self::CopyInto { .. } => id.kind == ArtifactKind::Project,
            Self::Delete => matches!(
                id.kind,
                ArtifactKind::Deployment
                    | ArtifactKind::Integration
                    | ArtifactKind::Connection
                    | ArtifactKind::Lookup
                    | ArtifactKind::Library
                    | ArtifactKind::Package
                    | ArtifactKind::Certificate
            ),
            _ => {
                self.is_of_schedule()
                    && matches!(id.kind, ArtifactKind::Integration | ArtifactKind::Schedule)
            }
        };
        fits.then(|| ArtifactId {
            kind: match id.kind {
                ArtifactKind::Schedule => ArtifactKind::Integration,
                kind => kind,
            },
            ..id.clone()
        })
    }
}

/// A change to make, and for whom.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ChangeRequest {
    /// The run.
    pub run: RunId,
    /// The instance.
    pub instance: InstanceStamp,
    /// What is changed.
    pub subject: ArtifactId,
    /// The change.
    pub change: Change,
    /// What is done, in a few words: the title of the run.
    pub title: String,
    /// Who asks.
    pub asked_by: String,
    /// The version of this program.
    pub tool_version: String,
}

impl ChangeRequest {
    /// The run to begin, for [`crate::Journal::begin`].
    #[must_use]
    pub fn new_run(&self) -> NewRun {
        NewRun {
            id: self.run.clone(),
            kind: RunKind::Change,
            instance_id: Some(self.instance.id.clone()),
            instance_name: Some(self.instance.name.clone()),
            environment: Some(self.instance.environment),
            asked_by: self.asked_by.clone(),
            request: serde_json::to_value(self).unwrap_or_default(),
            snapshot: None,
        }
    }

    /// The request that a run in the journal was made for.
    #[must_use]
    pub fn of_run(run: &Run) -> Option<Self> {
        serde_json::from_value(run.request.clone())
            .ok()
            .filter(|_| run.kind == RunKind::Change)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_schedule_stands_for_its_integration_and_other_kinds_are_refused() {
        let schedule = ArtifactId::global(ArtifactKind::Schedule, "A", Some("01.00.0000"));
        let integration = ArtifactId {
            kind: ArtifactKind::Integration,
            ..schedule.clone()
        };
        assert_eq!(
            Change::StopSchedule.subject(&schedule),
            Some(integration.clone())
        );
        assert_eq!(Change::Activate { tracing: None }.subject(&schedule), None);
        assert_eq!(Change::TestConnection.subject(&integration), None);
        let outside = ArtifactId::global(ArtifactKind::Deployment, "D", None);
        let edit = DeploymentEdit::default();
        assert_eq!(Change::CreateDeployment { edit }.subject(&outside), None);
        let group = ArtifactId::global(ArtifactKind::AgentGroup, "G", None);
        assert_eq!(Change::Delete.subject(&group), None);
    }

    #[test]
    fn levels_are_their_flags() {
        for level in [Tracing::Production, Tracing::Audit, Tracing::Debug] {
            let (tracing, payloads) = level.flags();
            assert_eq!(Tracing::of_flags(tracing, payloads), level);
        }
    }
}
