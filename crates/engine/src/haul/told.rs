//! The steps of a run as the journal holds them, for screens.

use serde::{Deserialize, Serialize};
use waybill_model::ArtifactId;

use crate::error::Result;
use crate::journal::{Journal, RunId, Step, StepState};
use crate::progress::{StepNews, StepNow, StepWhat};

/// What the journal keeps of a step that does not change.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct StepDetail {
    pub key: String,
    pub what: StepWhat,
    pub subject: ArtifactId,
    pub words: String,
}

/// The steps of a run: the snapshot, those of the waybill in its order, and reading back. Nothing for a
/// run that did not come so far as to write its steps down.
///
/// # Errors
/// `Journal`.
pub fn haul_steps(journal: &Journal, run: &RunId) -> Result<Vec<StepNews>> {
    let steps = journal.steps(run)?;
    Ok(steps.iter().filter_map(news).collect())
}

/// What is told of a step; nothing of one that another kind of run wrote.
pub(super) fn news(step: &Step) -> Option<StepNews> {
    let detail: StepDetail = serde_json::from_value(step.detail.clone()).ok()?;
    Some(StepNews {
        key: detail.key,
        what: detail.what,
        subject: detail.subject,
        words: detail.words,
        state: now(step.state),
        now: step.after.clone(),
        began_at: step.began_at.clone(),
        took_ms: step.took_ms,
    })
}

pub(super) const fn now(state: StepState) -> StepNow {
    match state {
        StepState::Planned => StepNow::Waiting,
        StepState::Sent | StepState::Answered => StepNow::Running,
        StepState::Done => StepNow::Done,
        StepState::Failed => StepNow::Failed,
        StepState::Skipped => StepNow::Skipped,
        StepState::Unknown => StepNow::Unknown,
    }
}
