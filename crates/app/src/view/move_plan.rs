//! The waybill as a screen shows it: what happens to each artifact, in which steps, and what the checks
//! found.

use serde::{Deserialize, Serialize};
use ts_rs::TS;
use waybill_model::{ArtifactId, State};

use super::{FindingSeverity, HolderKind};

/// What happens to an artifact.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub enum MoveAction {
    /// It comes new.
    Create,
    /// It, or its values, take the place of what is there.
    Replace,
    /// It comes new beside other versions.
    NewVersion,
    /// What it is stays; its state may change.
    Keep,
    /// It is deleted.
    Remove,
    /// It cannot be carried.
    CannotGo,
}

/// How an artifact stands in the destination.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export, optional_fields)]
pub struct MoveStanding {
    /// It is there.
    pub present: bool,
    /// Its version; where it is not there, the highest other one.
    pub version: Option<String>,
    /// Its state.
    pub state: Option<State>,
}

/// One artifact of a plan.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export, optional_fields)]
pub struct MoveItem {
    /// Its name in the destination.
    pub id: ArtifactId,
    /// Its name in the source, where that is another.
    pub from: Option<ArtifactId>,
    /// What people call it.
    pub name: String,
    /// A person chose it.
    pub chosen: bool,
    /// Why it is here, in plain words.
    pub reason: String,
    /// What happens to it.
    pub action: MoveAction,
    /// Why it cannot go.
    pub why: Option<String>,
    /// SHA-256 of its archive.
    pub sha256: Option<String>,
    /// The size of its archive.
    pub bytes: Option<u64>,
    /// How it stands.
    pub before: MoveStanding,
    /// How it is to stand.
    pub after: MoveStanding,
}

/// What a step does.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub enum MoveStepKind {
    /// Takes a snapshot of all that is touched: the first step of every run.
    Capture,
    /// Stops a schedule.
    StopSchedule,
    /// Deactivates an integration.
    Deactivate,
    /// Brings a certificate.
    ImportCertificate,
    /// Brings or replaces a library.
    ImportLibrary,
    /// Brings or replaces a lookup.
    ImportLookup,
    /// Brings or replaces an integration.
    ImportIntegration,
    /// Brings or replaces a package.
    ImportPackage,
    /// Brings or replaces a project or a deployment.
    ImportProject,
    /// Sets cells of a lookup.
    SetLookup,
    /// Sets the values of a connection.
    SetConnection,
    /// Tests a connection.
    TestConnection,
    /// Activates an integration.
    Activate,
    /// Defines a schedule.
    SetSchedule,
    /// Starts a schedule.
    StartSchedule,
    /// Says who may do what in a project.
    SetAccess,
    /// Deletes an artifact.
    Delete,
    /// Reads back what was sent and compares: the last step of every run.
    Verify,
}

/// Steps of one sort.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export, optional_fields)]
pub struct MoveStepGroup {
    /// What they do.
    pub kind: MoveStepKind,
    /// To what, in order; all that is touched for `capture`.
    pub subjects: Vec<ArtifactId>,
    /// About how long they take, by what past runs took.
    pub seconds: Option<u64>,
}

/// One step.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub struct MoveStep {
    /// Its name in the waybill and in the journal.
    pub key: String,
    /// What it does.
    pub kind: MoveStepKind,
    /// To what.
    pub subject: ArtifactId,
    /// The step in a sentence.
    pub words: String,
    /// How it stands before, in words; may be empty.
    pub before: String,
    /// How it is to stand after, in words; may be empty.
    pub after: String,
    /// The steps it waits for.
    pub needs: Vec<String>,
}

/// What can be done about a finding from here.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(tag = "type", rename_all = "camelCase")]
#[ts(export)]
pub enum MoveFix {
    /// Enter the values of a connection.
    EnterValues {
        /// Which, by name in the destination.
        connection: ArtifactId,
    },
    /// Test a connection.
    TestConnection {
        /// Which.
        connection: ArtifactId,
    },
    /// Stop a schedule.
    StopSchedule {
        /// Which.
        schedule: ArtifactId,
    },
    /// Give the file of a certificate.
    UploadCertificate {
        /// Which.
        certificate: ArtifactId,
    },
    /// Take an artifact of the source along.
    Add {
        /// Which, by name in the source.
        artifact: ArtifactId,
    },
    /// Leave an artifact out.
    LeaveOut {
        /// Which, by name in the source.
        artifact: ArtifactId,
    },
    /// Allow changes in the destination.
    AllowChanges,
}

/// One result of the checks.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export, optional_fields)]
pub struct MoveFinding {
    /// The name of the check.
    pub rule: String,
    /// What the check finds, in a few words, for several findings together.
    pub title: Option<String>,
    /// How weighty.
    pub severity: FindingSeverity,
    /// What it is about, by name in the destination.
    pub subject: Option<ArtifactId>,
    /// What was found, in a sentence.
    pub text: String,
    /// What it means and how to put it right.
    pub guidance: Option<String>,
    /// What can be done about it from here.
    pub fix: Option<MoveFix>,
    /// Who read it.
    pub read_by: Option<String>,
    /// When.
    pub read_at: Option<String>,
}

/// By what somebody was found again in the identity domain of the destination.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub enum FoundBy {
    /// Both instances belong to one identity domain.
    Id,
    /// The name to sign in with.
    UserName,
    /// The e-mail address.
    Email,
    /// The name of the group.
    GroupName,
    /// A person said so.
    Table,
}

/// Somebody whom the access lists of a move name.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export, optional_fields)]
pub struct MovePerson {
    /// User or group.
    pub kind: HolderKind,
    /// The user name or name of the group in the source; what the list calls it, where no more is known.
    pub name: String,
    /// Who it is in the destination; none: gets no access.
    pub to: Option<String>,
    /// By what it was found there.
    pub found_by: Option<FoundBy>,
    /// Why it gets no access, within a sentence.
    pub why: Option<String>,
    /// It was said that it gets no access.
    pub left_out: bool,
    /// Who may be meant, by user name or name of the group.
    pub maybe: Vec<String>,
}

/// A check that found nothing.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub struct PassedCheck {
    /// The name of the check.
    pub rule: String,
    /// What is in order, in a few words: `No artifact is locked`.
    pub text: String,
}

/// How many of what.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub struct MoveCounts {
    /// Come new.
    pub create: u32,
    /// Are replaced; connections are not among them.
    pub replace: u32,
    /// Come as versions of their own.
    pub new_version: u32,
    /// Stay as they are.
    pub keep: u32,
    /// Are deleted.
    pub remove: u32,
    /// Cannot go.
    pub cannot_go: u32,
    /// Connections whose values are set.
    pub connections: u32,
    /// Integrations that are activated.
    pub activate: u32,
    /// Integrations that are deactivated, for a while or for good.
    pub deactivate: u32,
    /// Schedules that are started.
    pub start: u32,
}

/// A waybill.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export, optional_fields)]
pub struct MovePlan {
    /// Its number.
    pub id: String,
    /// Its hash: SHA-256 of all that a person agrees to.
    pub hash: String,
    /// Who planned it.
    pub made_by: String,
    /// When.
    pub made_at: String,
    /// When the source was read.
    pub source_read_at: String,
    /// When the destination was read.
    pub destination_read_at: String,
    /// How long planning and checking took, in milliseconds.
    pub took_ms: u64,
    /// The artifacts, sorted by name in the destination.
    pub items: Vec<MoveItem>,
    /// The steps by sort, in the order of the review; `capture` first, `verify` last.
    pub groups: Vec<MoveStepGroup>,
    /// The steps, in an order in which they can be taken one after the other.
    pub steps: Vec<MoveStep>,
    /// What was found, the weightiest first.
    pub findings: Vec<MoveFinding>,
    /// What is in order.
    pub passed: Vec<PassedCheck>,
    /// How many of what.
    pub counts: MoveCounts,
    /// Whom the access lists name, those who get no access first.
    pub people: Vec<MovePerson>,
    /// What a person has to see to.
    pub checklist: Vec<String>,
    /// About how long it takes, by what past runs took.
    pub estimate_seconds: Option<u64>,
    /// What the button says: `Replace 12 and activate 9 in PROD`.
    pub button: String,
    /// What it does to the destination, in a sentence or two.
    pub effect: String,
    /// What has to be typed before it runs; the instance's name, for Production.
    pub type_name: Option<String>,
    /// Nothing is to be done.
    pub empty: bool,
    /// A finding blocks.
    pub blocked: bool,
    /// Warnings that nobody has read.
    pub unread: u32,
}

/// An artifact of the destination that is not as it was when the plan was made.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub struct MoveChanged {
    /// Which.
    pub id: ArtifactId,
    /// How it stood, in words.
    pub was: String,
    /// How it stands, in words.
    pub is: String,
}

/// A last look before a run, at which nothing is written.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub struct MoveLook {
    /// When.
    pub at: String,
    /// What has changed in the destination since the plan.
    pub changed: Vec<MoveChanged>,
    /// What a run would stop at now, in sentences: archives that are not at hand, secrets that are
    /// not kept, a destination that may not be written, a vault that does not open.
    pub against: Vec<String>,
    /// How many steps a run would make.
    pub steps: u32,
}
