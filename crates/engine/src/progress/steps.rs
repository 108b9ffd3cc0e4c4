//! What a run tells of the steps of a waybill.

use serde::{Deserialize, Serialize};
use waybill_model::ArtifactId;

use crate::waybill::StepKind;

/// What a step of a run does: one of the waybill, or one that every run has.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum StepWhat {
    /// Takes the snapshot of all that is touched.
    Capture,
    /// A step of the waybill.
    Waybill(StepKind),
    /// Puts something back that a step of the waybill took out of service, for one that failed.
    Back(StepKind),
    /// Reads back what was sent and compares.
    Verify,
}

/// How a step stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum StepNow {
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

/// How a step of a run stands now.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct StepNews {
    /// Its name in the waybill.
    pub key: String,
    /// What it does.
    pub what: StepWhat,
    /// To what.
    pub subject: ArtifactId,
    /// The step in a sentence.
    pub words: String,
    /// How it stands.
    pub state: StepNow,
    /// How it stands in a few words: `active`, `after ORDER_SYNC`.
    pub now: Option<String>,
    /// When it was sent (RFC 3339).
    pub began_at: Option<String>,
    /// How long it took, in milliseconds.
    pub took_ms: Option<u64>,
}
