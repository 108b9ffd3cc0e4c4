//! A run of this kind as it stands in the journal: its parts, what the service said of its jobs, what is left to
//! sign off.

use serde::{Deserialize, Serialize};

use super::note::{ArchiveNote, JobNote};
use super::request::ClonePart;
use super::residual::{Residual, Signed};
use crate::error::{EngineError, Result};
use crate::journal::{Journal, RunId, Step, StepFailure, StepState};

/// One part, as it stands.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct PartTold {
    /// Which part.
    pub part: ClonePart,
    /// How it stands.
    pub state: StepState,
    /// How it ended, in words.
    pub words: Option<String>,
    /// Why it failed.
    pub failure: Option<StepFailure>,
    /// When its call was sent for the last time (RFC 3339).
    pub began_at: Option<String>,
    /// The job, for export and import.
    pub job: Option<JobNote>,
    /// The archive, once it is found.
    pub archive: Option<ArchiveNote>,
    /// What is left to see to, after comparing.
    pub residuals: Vec<Residual>,
}

pub(super) fn part_of(step: &Step) -> Option<ClonePart> {
    serde_json::from_value(step.detail.get("part")?.clone()).ok()
}

/// The parts of a run; none for a run of another kind.
///
/// # Errors
/// `Journal`.
pub fn clone_parts(journal: &Journal, run: &RunId) -> Result<Vec<PartTold>> {
    let steps = journal.steps(run)?;
    Ok(steps.into_iter().filter_map(told).collect())
}

fn told(step: Step) -> Option<PartTold> {
    let part = part_of(&step)?;
    let is_job = matches!(part, ClonePart::Export | ClonePart::Import);
    let job = Some(JobNote::of(&step)).filter(|note| is_job && note.tries > 0);
    let base = step.base;
    let archive = base
        .clone()
        .filter(|_| part == ClonePart::Archive)
        .and_then(|base| serde_json::from_value(base).ok());
    let residuals = base
        .filter(|_| part == ClonePart::Compare)
        .and_then(|base| serde_json::from_value(base).ok())
        .unwrap_or_default();
    Some(PartTold {
        part,
        state: step.state,
        words: step.after,
        failure: step.failure,
        began_at: step.began_at,
        job,
        archive,
        residuals,
    })
}

/// Signs an entry off, or takes that back where `signed` is none.
///
/// # Errors
/// `UnknownRun` where the run has no such entry; `Journal`.
pub fn sign_residual(
    journal: &Journal,
    run: &RunId,
    key: &str,
    signed: Option<Signed>,
) -> Result<()> {
    let steps = journal.steps(run)?;
    let step = steps
        .iter()
        .find(|step| part_of(step) == Some(ClonePart::Compare))
        .ok_or_else(|| EngineError::UnknownRun(run.to_string()))?;
    let found = journal.change_base(run, step.position, |base| {
        let mut all: Vec<Residual> = serde_json::from_value(base.clone()).unwrap_or_default();
        let Some(entry) = all.iter_mut().find(|one| one.key == key) else {
            return false;
        };
        entry.signed = signed;
        *base = serde_json::to_value(&all).unwrap_or_default();
        true
    })?;
    if found {
        Ok(())
    } else {
        Err(EngineError::UnknownRun(format!("{run}: {key}")))
    }
}
