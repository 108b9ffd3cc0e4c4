//! The run of a waybill, step by step, and its report.

use serde::{Deserialize, Serialize};
use ts_rs::TS;
use waybill_model::{ArtifactId, Environment};

use super::{ExchangeView, MoveStepKind, RunSummary};

/// How one step of a run stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub enum RunStepState {
    /// Not begun.
    Waiting,
    /// Its call was sent, or the service is at work on it.
    Running,
    /// Made.
    Done,
    /// Refused or failed.
    Failed,
    /// Not made, because something it needs failed.
    Skipped,
    /// Nobody can tell.
    Unknown,
}

/// One step of a run.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export, optional_fields)]
pub struct RunStep {
    /// Its name in the waybill.
    pub key: String,
    /// What it does.
    pub kind: MoveStepKind,
    /// To what.
    pub subject: ArtifactId,
    /// The step in a sentence.
    pub words: String,
    /// How it stands.
    pub state: RunStepState,
    /// How it stands in a few words: `active`, `sending 212 kB`, `after ORDER_SYNC`.
    pub now: Option<String>,
    /// When it was sent.
    pub began_at: Option<String>,
    /// How long it took, in milliseconds.
    pub took_ms: Option<u64>,
}

/// What became of an artifact.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub enum ReportResult {
    /// A step failed.
    Failed,
    /// Nobody can tell.
    Unknown,
    /// Not made, because something it needs failed, or the run was stopped.
    NotDone,
    /// As the waybill says.
    Done,
    /// It stayed as it was, as the waybill says.
    Kept,
}

/// One artifact of a report.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export, optional_fields)]
pub struct ReportRow {
    /// Its name in the destination.
    pub id: ArtifactId,
    /// What people call it.
    pub name: String,
    /// What became of it.
    pub result: ReportResult,
    /// That in a few words: `Replaced, active`, `Replaced, not active`.
    pub words: String,
    /// How it was, in a few words: `was active, 01.03.0000`.
    pub before: String,
    /// How long its steps took, in milliseconds.
    pub took_ms: Option<u64>,
    /// Why it failed, in plain words.
    pub why: Option<String>,
    /// What to do about it.
    pub what_to_do: Option<String>,
    /// The call behind a failure, redacted.
    pub exchange: Option<ExchangeView>,
    /// SHA-256 of what was sent.
    pub sha256: Option<String>,
    /// What the destination holds now was read back and means the same as what was sent.
    pub verified: Option<bool>,
    /// What reading back found, in a sentence, where it is not the same.
    pub verified_words: Option<String>,
}

/// Whether and from what a run can be rolled back.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export, optional_fields)]
pub struct RollbackOffer {
    /// It can be planned.
    pub possible: bool,
    /// Why not.
    pub because: Option<String>,
    /// The snapshot taken before the first write.
    pub snapshot: Option<String>,
    /// When it was taken.
    pub taken_at: Option<String>,
    /// What it would touch.
    pub artifacts: u32,
    /// Connections whose secrets would have to be entered again.
    pub without_secrets: Vec<ArtifactId>,
}

/// The report of a run.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export, optional_fields)]
pub struct ReportView {
    /// The run.
    pub run: RunSummary,
    /// The waybill's number.
    pub waybill: String,
    /// What the waybill is for.
    pub name: String,
    /// The waybill's hash.
    pub waybill_hash: String,
    /// Where the cargo came from.
    pub from_title: String,
    /// Its environment.
    pub from_environment: Option<Environment>,
    /// `12 replaced, 7 of 9 activated in PROD`.
    pub headline: String,
    /// What that means, in a sentence or two.
    pub sentence: String,
    /// The artifacts, those that failed first.
    pub rows: Vec<ReportRow>,
    /// How many failed, and can be tried again.
    pub failed: u32,
    /// What a person has to see to.
    pub checklist: Vec<String>,
    /// Whether it can be rolled back.
    pub rollback: RollbackOffer,
    /// SHA-256 of the report as JSON without this member.
    pub hash: String,
    /// Its entry in the audit log.
    pub audit_entry: Option<u64>,
}

/// A form of a report or a waybill.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub enum PaperForm {
    /// A page for people, which prints well.
    Html,
    /// For programs; a waybill in this form can be read back.
    Json,
    /// For spreadsheets.
    Csv,
}
