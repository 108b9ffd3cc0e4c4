//! Runs and their progress.

use serde::{Deserialize, Serialize};
use ts_rs::TS;
use waybill_model::{ArtifactId, Environment};

/// What a run does.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub enum RunKind {
    /// Takes a snapshot.
    Backup,
    /// Restores a snapshot to a folder.
    Extract,
    /// Reads a snapshot back and compares.
    Verify,
    /// Checks the whole vault with its data.
    VaultCheck,
    /// Makes one change in an instance.
    Change,
    /// Carries out a waybill.
    Move,
    /// Exports an instance as a whole, imports such an archive, or both.
    Clone,
    /// Carries a snapshot to a target.
    Copy,
    /// Clears out what no snapshot needs any more.
    Prune,
    /// Proves that a snapshot restores.
    Proof,
}

/// How a run stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub enum RunStatus {
    /// Under way.
    Running,
    /// Asked to stop; stops at the next safe point.
    Cancelling,
    /// Ended well.
    Done,
    /// Ended with something missing.
    Partial,
    /// Ended without its result.
    Failed,
    /// Stopped when asked.
    Cancelled,
    /// The program ended in the middle; can be resumed.
    Interrupted,
    /// Given up by the user after an interruption.
    Discarded,
}

/// What a run is doing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub enum RunPhase {
    /// Signs in and opens the vault.
    Preparing,
    /// Reads the lists.
    Reading,
    /// Fetches archives and records.
    Fetching,
    /// Writes the snapshot.
    Writing,
    /// Reads it back and compares.
    Verifying,
    /// Makes the change.
    Changing,
    /// Waits until the change has come to its end in the instance.
    Settling,
    /// Has ended.
    Ended,
}

/// Counts of a run.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub struct RunCounts {
    /// Artifacts planned.
    pub planned: u32,
    /// Artifacts fetched.
    pub fetched: u32,
    /// Artifacts carried over without a download.
    pub carried: u32,
    /// Artifacts that could not be read.
    pub failed: u32,
    /// Bytes fetched.
    pub bytes: u64,
}

/// A run in a list.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export, optional_fields)]
pub struct RunSummary {
    /// Its id.
    pub id: String,
    /// What it does.
    pub kind: RunKind,
    /// What it does in a few words, for a change: `Activate `Orders` 01.02.0000`.
    pub title: Option<String>,
    /// The instance, where there is one.
    pub instance_id: Option<String>,
    /// The instance's name at that moment.
    pub instance_name: Option<String>,
    /// Its environment at that moment.
    pub environment: Option<Environment>,
    /// How it stands.
    pub status: RunStatus,
    /// What it is doing.
    pub phase: RunPhase,
    /// When it began.
    pub started_at: String,
    /// When it ended.
    pub ended_at: Option<String>,
    /// Who asked for it.
    pub asked_by: String,
    /// Its counts.
    pub counts: RunCounts,
    /// The snapshot it made or read.
    pub snapshot: Option<String>,
    /// Its result or its failure in one sentence.
    pub headline: Option<String>,
    /// What to do about a failure.
    pub guidance: Option<String>,
    /// It ended before its result, and what it had stored is kept: it can go on.
    pub resumable: bool,
}

/// How one artifact of a run stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub enum RunItemState {
    /// Not begun.
    Waiting,
    /// Being fetched.
    Running,
    /// Fetched and stored.
    Fetched,
    /// Carried over.
    Carried,
    /// Could not be read.
    Failed,
}

/// One artifact of a run.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export, optional_fields)]
pub struct RunItem {
    /// Which artifact.
    pub id: ArtifactId,
    /// How it stands.
    pub state: RunItemState,
    /// Bytes fetched.
    pub bytes: u64,
    /// Why it could not be read.
    pub reason: Option<String>,
}

/// How weighty a line of a run's log is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub enum LogWeight {
    /// For the record.
    Note,
    /// Worth a look.
    Warning,
    /// Something failed.
    Failure,
}

/// One line of a run's log.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export, optional_fields)]
pub struct RunLogLine {
    /// When.
    pub at: String,
    /// How weighty.
    pub weight: LogWeight,
    /// What, in a sentence.
    pub text: String,
    /// The call behind it, redacted.
    pub exchange: Option<super::ExchangeView>,
}

/// A run opened.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub struct RunDetail {
    /// What the list says of it.
    pub summary: RunSummary,
    /// Its artifacts, in the order of the plan.
    pub items: Vec<RunItem>,
    /// Its steps, where it carries out a waybill.
    pub steps: Vec<super::RunStep>,
    /// Its log, oldest first.
    pub log: Vec<RunLogLine>,
}

/// Live progress of a run; at most ten a second, the first and the last always.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export, optional_fields)]
pub struct RunProgress {
    /// The run.
    pub run: String,
    /// How it stands.
    pub status: RunStatus,
    /// What it is doing.
    pub phase: RunPhase,
    /// Its counts.
    pub counts: RunCounts,
    /// Bytes a second over the last seconds.
    pub bytes_per_second: u64,
    /// About how long it will take, in seconds, once that can be told.
    pub seconds_left: Option<u32>,
    /// Calls under way.
    pub in_flight: u32,
    /// The service asked for fewer calls; in one sentence.
    pub slowed: Option<String>,
    /// The artifacts whose state changed since the last message.
    pub items: Vec<RunItem>,
    /// The steps whose state changed since the last message.
    pub steps: Vec<super::RunStep>,
    /// The lines added since the last message.
    pub log: Vec<RunLogLine>,
    /// Set in the last message.
    pub ended: Option<RunSummary>,
}
