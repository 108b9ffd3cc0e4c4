//! One step of a waybill: at most one change of one artifact.

use serde::{Deserialize, Serialize};
use waybill_model::ArtifactId;

use crate::change::{Facts, Tracing};

/// In which form an archive goes into the destination.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum ImportHow {
    /// `.iar`.
    Integration,
    /// `.par`.
    Package,
    /// `.car`, of a whole project or of one deployment.
    Project,
    /// `.csv`.
    Lookup,
    /// `.jar` or `.js`.
    Library,
    /// A file that a person gives.
    Certificate,
}

/// What a step does.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "camelCase")]
pub enum StepKind {
    /// Stops a schedule.
    StopSchedule,
    /// Deactivates an integration.
    Deactivate,
    /// Sends an archive.
    Import {
        /// In which form.
        how: ImportHow,
        /// It takes the place of what is there.
        replace: bool,
    },
    /// Sets cells of a lookup.
    SetLookup,
    /// Sets values, secrets and attachments of a connection.
    SetConnection,
    /// Lets the service test a connection.
    TestConnection,
    /// Activates an integration.
    Activate {
        /// The tracing level from then on; as the service has it otherwise.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        tracing: Option<Tracing>,
    },
    /// Defines a schedule, with its parameters.
    SetSchedule,
    /// Starts a schedule.
    StartSchedule,
    /// Says who may do what in a project.
    SetAccess,
    /// Deletes an artifact.
    Delete,
}

/// Which of the destination's allowances a step takes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Lane {
    /// Imports, and changes of single objects.
    Imports,
    /// Activations, deactivations, starts and stops.
    Activations,
}

impl StepKind {
    /// The word with which keys of such steps begin, and by which durations of past runs are known.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::StopSchedule => "stop",
            Self::Deactivate => "deactivate",
            Self::Import { .. } => "import",
            Self::SetLookup => "cells",
            Self::SetConnection => "set",
            Self::TestConnection => "test",
            Self::Activate { .. } => "activate",
            Self::SetSchedule => "schedule",
            Self::StartSchedule => "start",
            Self::SetAccess => "access",
            Self::Delete => "delete",
        }
    }

    /// The key of such a step for an artifact.
    #[must_use]
    pub fn key(self, subject: &ArtifactId) -> String {
        format!("{} {subject}", self.word())
    }

    /// Which allowance it takes from.
    #[must_use]
    pub const fn lane(self) -> Lane {
        match self {
            Self::StopSchedule | Self::Deactivate | Self::Activate { .. } | Self::StartSchedule => {
                Lane::Activations
            }
            _ => Lane::Imports,
        }
    }
}

/// One step.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Step {
    /// Its name in the waybill and in the journal: `import integration:ORDER_SYNC|01.02.0003`.
    pub key: String,
    /// What it does.
    pub kind: StepKind,
    /// To which artifact, by its name in the destination.
    pub subject: ArtifactId,
    /// Steps that have to be done before.
    pub needs: Vec<String>,
    /// Steps that have to have ended before, and of which one has to be done: each of them brings what
    /// this step needs.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub any_of: Vec<String>,
    /// How the artifact stands before.
    #[serde(default, skip_serializing_if = "Facts::is_empty")]
    pub before: Facts,
    /// How it is to stand after.
    #[serde(default, skip_serializing_if = "Facts::is_empty")]
    pub after: Facts,
    /// The step in a sentence.
    pub words: String,
}
