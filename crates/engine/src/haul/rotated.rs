//! Which values of its connections an integration goes on with, after a run that gave connections other
//! ones.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use waybill_model::ArtifactId;

use crate::plan::StepOutcome;
use crate::progress::StepNow;
use crate::waybill::{StepKind, Waybill};

/// The values that a connection has.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Held {
    /// Those of the waybill.
    New,
    /// Those that it had before.
    Old,
    /// The call was sent, and nobody knows whether it came through, or how much of it.
    Unknown,
}

impl Held {
    /// In words, after the name of a connection.
    #[must_use]
    pub const fn words(self) -> &'static str {
        match self {
            Self::New => "has the new values",
            Self::Old => "has the values that it had",
            Self::Unknown => "may have the new values or the old ones; look at it in the console",
        }
    }
}

/// An integration that was taken out of service for new values of connections.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Rotated {
    /// Which.
    pub id: ArtifactId,
    /// The connections that it uses, with what they hold.
    pub connections: Vec<(ArtifactId, Held)>,
}

/// What each integration that a waybill takes out of service for its connections goes on with; nothing for
/// a waybill of another sort.
#[must_use]
pub fn rotated(waybill: &Waybill, outcomes: &[StepOutcome]) -> Vec<Rotated> {
    if !waybill.policies.restart_users {
        return Vec::new();
    }
    let held: BTreeMap<&ArtifactId, Held> = outcomes
        .iter()
        .filter(|step| step.kind == StepKind::SetConnection)
        .map(|step| {
            let held = match step.state {
                StepNow::Done => Held::New,
                // It may consist of several calls, of which some were made.
                StepNow::Failed => failed(waybill, &step.subject),
                StepNow::Waiting | StepNow::Skipped => Held::Old,
                StepNow::Running | StepNow::Unknown => Held::Unknown,
            };
            (&step.subject, held)
        })
        .collect();
    let restarted = waybill.items.iter().filter_map(|item| {
        let needs = item.needed_by.iter();
        let needs = needs.filter(|need| need.role == "restart");
        let connections: Vec<(ArtifactId, Held)> = needs
            .filter_map(|need| Some((need.id.clone(), *held.get(&need.id)?)))
            .collect();
        (!connections.is_empty()).then(|| Rotated {
            id: item.id.clone(),
            connections,
        })
    });
    restarted.collect()
}

/// A refused change leaves all as it was, unless files were to be set one after the other.
fn failed(waybill: &Waybill, connection: &ArtifactId) -> Held {
    let binding = waybill.bindings.connections.get(connection);
    match binding {
        Some(binding) if !binding.attachments.is_empty() => Held::Unknown,
        _ => Held::Old,
    }
}
