//! Single changes of one artifact: what is asked for, what it would lead to, and what the history
//! keeps of it.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use ts_rs::TS;
use waybill_model::{ArtifactId, Environment, WritePolicy};

/// How much an integration writes down of each of its runs, in the words of the console. On the wire
/// these are two flags (inferred: Audit is tracing alone, Debug is tracing with payloads).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub enum Tracing {
    /// As little as possible.
    Production,
    /// The steps, without payloads.
    Audit,
    /// The steps with payloads, which may hold personal data.
    Debug,
}

/// A value of a connection that is to be changed. Values of secrets never stand here: they come
/// beside the request.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export, optional_fields)]
pub struct NewValue {
    /// Its name on the wire (`PropertyView.name`).
    pub name: String,
    /// The new value; an empty one clears it. None: it stays as it is.
    pub value: Option<String>,
}

/// One change of one artifact.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(
    rename_all = "camelCase",
    rename_all_fields = "camelCase",
    tag = "type"
)]
#[ts(export, optional_fields)]
pub enum ChangeRequest {
    /// Activates a version of an integration.
    Activate {
        /// The integration.
        id: ArtifactId,
        /// The tracing level from then on; as it is otherwise.
        tracing: Option<Tracing>,
    },
    /// Deactivates a version of an integration.
    Deactivate {
        /// The integration.
        id: ArtifactId,
        /// Stops its schedule first.
        stop_schedule: bool,
    },
    /// Sets the tracing level of an integration.
    SetTracing {
        /// The integration.
        id: ArtifactId,
        /// The level.
        tracing: Tracing,
    },
    /// Lets the service test a connection. Changes nothing.
    TestConnection {
        /// The connection.
        id: ArtifactId,
    },
    /// Sets values of a connection. New secrets come beside the request, by name.
    EditConnection {
        /// The connection.
        id: ArtifactId,
        /// The values that change.
        values: Vec<NewValue>,
        /// The names of the secrets that change; their values come beside the request.
        #[serde(default)]
        secrets: Vec<String>,
        /// Another security policy.
        security_policy: Option<String>,
        /// Another agent group; an empty one takes it away.
        agent_group: Option<String>,
    },
    /// Starts the schedule of an integration.
    StartSchedule {
        /// The integration, or its schedule.
        id: ArtifactId,
    },
    /// Stops the schedule of an integration, and the runs of it that are under way.
    StopSchedule {
        /// The integration, or its schedule.
        id: ArtifactId,
    },
    /// Pauses the schedule of an integration; runs under way end by themselves.
    PauseSchedule {
        /// The integration, or its schedule.
        id: ArtifactId,
    },
    /// Lets a paused schedule go on.
    ResumeSchedule {
        /// The integration, or its schedule.
        id: ArtifactId,
    },
    /// Runs a scheduled integration once, now.
    RunNow {
        /// The integration, or its schedule.
        id: ArtifactId,
    },
    /// Makes a deployment of a project.
    CreateDeployment {
        /// The deployment, by the code that it is to have.
        id: ArtifactId,
        /// What people call it.
        name: String,
        /// What it is for.
        description: Option<String>,
        /// The integrations in it, of the same project.
        integrations: Vec<ArtifactId>,
    },
    /// Sets what a deployment holds.
    UpdateDeployment {
        /// The deployment.
        id: ArtifactId,
        /// What people call it.
        name: String,
        /// What it is for; as it is otherwise.
        description: Option<String>,
        /// The integrations in it from then on.
        integrations: Vec<ArtifactId>,
    },
    /// Copies integrations of one project into another.
    CopyInto {
        /// The project into which they are copied.
        id: ArtifactId,
        /// The integrations, all of one other project.
        integrations: Vec<ArtifactId>,
    },
    /// Deletes an artifact.
    Delete {
        /// The integration, connection, lookup, library, package, deployment or certificate.
        id: ArtifactId,
    },
}

/// A change, without what it is made to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub enum ChangeVerb {
    /// `ChangeRequest.activate`
    Activate,
    /// `ChangeRequest.deactivate`
    Deactivate,
    /// `ChangeRequest.setTracing`
    SetTracing,
    /// `ChangeRequest.testConnection`
    TestConnection,
    /// `ChangeRequest.editConnection`
    EditConnection,
    /// `ChangeRequest.startSchedule`
    StartSchedule,
    /// `ChangeRequest.stopSchedule`
    StopSchedule,
    /// `ChangeRequest.pauseSchedule`
    PauseSchedule,
    /// `ChangeRequest.resumeSchedule`
    ResumeSchedule,
    /// `ChangeRequest.runNow`
    RunNow,
    /// `ChangeRequest.createDeployment`
    CreateDeployment,
    /// `ChangeRequest.updateDeployment`
    UpdateDeployment,
    /// `ChangeRequest.copyInto`
    CopyInto,
    /// `ChangeRequest.delete`
    Delete,
}

/// How weighty a finding is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub enum FindingSeverity {
    /// The change cannot be made as long as this stands.
    Blocking,
    /// It can be made, but look at this first.
    Warning,
    /// Good to know.
    Note,
}

/// One result of the checks before a change.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export, optional_fields)]
pub struct FindingView {
    /// How weighty.
    pub severity: FindingSeverity,
    /// What was found, in a sentence.
    pub text: String,
    /// How to put it right.
    pub guidance: Option<String>,
}

/// Whether Waybill may write into an instance now.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export, optional_fields)]
pub struct WriteStanding {
    /// The policy that counts: Production is always read-only until allowed for a time.
    pub policy: WritePolicy,
    /// Until when changes are allowed in a read-only instance.
    pub allowed_until: Option<String>,
    /// It may be written now.
    pub may_write: bool,
    /// Why not.
    pub because: Option<String>,
}

/// What a change would lead to, from a fresh look at the instance.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export, optional_fields)]
pub struct ChangePlan {
    /// The instance, by its id.
    pub instance_id: String,
    /// The instance's name.
    pub instance_name: String,
    /// The instance's environment.
    pub environment: Environment,
    /// What it is made to.
    pub id: ArtifactId,
    /// The change.
    pub verb: ChangeVerb,
    /// What would be done, as the title of the dialog.
    pub title: String,
    /// What the button says: its effect, with the artifact and the instance.
    pub button: String,
    /// What will be different afterwards, a sentence each.
    pub effects: Vec<String>,
    /// The results of the checks, the weightiest first.
    pub findings: Vec<FindingView>,
    /// What has to be typed before the button works, where something has to.
    pub type_name: Option<String>,
    /// Whether the instance may be written now.
    pub writes: WriteStanding,
    /// The artifact is kept in a snapshot first.
    pub backs_up: bool,
    /// Nothing stands against it: no blocking finding, and the instance may be written.
    pub run_possible: bool,
}

/// One entry of the audit log.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export, optional_fields)]
pub struct AuditView {
    /// Its number, from 1.
    pub number: u64,
    /// When.
    pub at: String,
    /// Who.
    pub who: String,
    /// What was done: `activate`, `writes allowed`, `backup started`, …
    pub action: String,
    /// To what: an artifact, an instance, a run.
    pub subject: String,
    /// The instance's name at that moment, where there is one.
    pub instance: Option<String>,
    /// How it stood before, in words.
    pub before: Option<String>,
    /// How it stood afterwards, in words.
    pub after: Option<String>,
    /// How it went, in a sentence.
    pub result: Option<String>,
    /// The run that did it.
    pub run: Option<String>,
    /// Everything else that was written down; no secrets.
    pub details: BTreeMap<String, String>,
}

/// What following the chain of the audit log found.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export, optional_fields)]
pub struct AuditCheckView {
    /// How many entries there are.
    pub entries: u64,
    /// Each entry fits the one before.
    pub whole: bool,
    /// The first entry that does not.
    pub broken_at: Option<u64>,
}
