//! The way back from a run: what to take from the snapshot that it took before it wrote, and what to
//! delete because it brought it. Planning from there is the usual one.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};
use waybill_model::{ArtifactId, Catalogue};

use super::world::Choice;
use crate::progress::StepNow;
use crate::waybill::{
    Activate, ConnectionPolicy, Existing, Policies, SchedulePolicy, StepKind, Waybill,
};

/// How a step of a waybill ended in a run.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct StepOutcome {
    /// Its name in the waybill.
    pub key: String,
    /// To which artifact, by its name in the destination.
    pub subject: ArtifactId,
    /// What it does.
    pub kind: StepKind,
    /// How it ended.
    pub state: StepNow,
}

/// What brings the destination back to how it stood before a run: chosen is what the run changed and
/// the snapshot holds, removed what it created. `done` are the steps of the run; those that nobody can
/// tell the end of count as made. `only` narrows it to some artifacts; what is needed with them comes
/// along.
#[must_use]
pub fn rollback(
    waybill: &Waybill,
    done: &[StepOutcome],
    snapshot: &Catalogue,
    only: Option<&BTreeSet<ArtifactId>>,
) -> (Choice, Policies) {
    let mut choice = Choice::default();
    let touched = done
        .iter()
        .filter(|step| matches!(step.state, StepNow::Done | StepNow::Unknown))
        .map(|step| &step.subject)
        .filter(|id| only.is_none_or(|only| only.contains(*id)));
    for id in touched {
        if snapshot.get(id).is_some() {
            choice.chosen.insert(id.clone());
        } else if waybill.item(id).is_some_and(|item| !item.before.present) {
            choice.remove.insert(id.clone());
        }
    }
    let policies = Policies {
        existing: Existing::ReplaceIfDifferent,
        activate: Activate::AsInSource,
        schedules: SchedulePolicy::AsInSource,
        connections: ConnectionPolicy::FromSource,
        ..Policies::default()
    };
    (choice, policies)
}
