//! A run as the journal knows it.

use std::fmt;

use serde::{Deserialize, Serialize};
use waybill_model::Environment;

/// Marks the backup that belongs to a change; no other name holds it (they are UUIDs).
const BEFORE_CHANGE: &str = "-before";

/// The name of a run: letters, digits and hyphens.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct RunId(pub(super) String);

impl RunId {
    /// A new name that no other run has.
    #[must_use]
    pub fn fresh() -> Self {
        Self(uuid::Uuid::new_v4().to_string())
    }

    /// The run with this name. It becomes part of file names, so everything but letters, digits and
    /// hyphens is dropped.
    #[must_use]
    pub fn named(text: &str) -> Self {
        Self(
            text.chars()
                .filter(|character| character.is_ascii_alphanumeric() || *character == '-')
                .collect(),
        )
    }

    /// A name for the backup that keeps an artifact as it is before this run changes it.
    #[must_use]
    pub fn before_change(&self) -> Self {
        Self(format!("{}{BEFORE_CHANGE}", self.0))
    }

    /// The same for an attempt whose first backup cannot be used any more.
    #[must_use]
    pub fn before_change_again(&self) -> Self {
        let own = uuid::Uuid::new_v4().simple().to_string();
        Self(format!("{}{BEFORE_CHANGE}-{}", self.0, &own[..8]))
    }

    /// It keeps an artifact as it is before a change, and is a part of that change.
    #[must_use]
    pub fn keeps_before_a_change(&self) -> bool {
        self.0.contains(BEFORE_CHANGE)
    }

    /// The name.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for RunId {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0)
    }
}

/// What a run does.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
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
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
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
    /// Given up by the user.
    Discarded,
}

impl RunStatus {
    /// It has not ended.
    #[must_use]
    pub const fn is_under_way(self) -> bool {
        matches!(self, Self::Running | Self::Cancelling)
    }
}

/// What a run is doing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
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
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
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

/// A run to begin.
#[derive(Clone, Debug)]
pub struct NewRun {
    /// Its name.
    pub id: RunId,
    /// What it does.
    pub kind: RunKind,
    /// The instance, by its id in the settings.
    pub instance_id: Option<String>,
    /// The instance's name.
    pub instance_name: Option<String>,
    /// The instance's environment.
    pub environment: Option<Environment>,
    /// Who asked for it.
    pub asked_by: String,
    /// All that is needed to take it up again; no secrets.
    pub request: serde_json::Value,
    /// The snapshot it reads, for the kinds that read one.
    pub snapshot: Option<String>,
}

/// A run as the journal knows it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Run {
    /// Its name.
    pub id: RunId,
    /// What it does.
    pub kind: RunKind,
    /// The instance, by its id in the settings.
    pub instance_id: Option<String>,
    /// The instance's name at that moment.
    pub instance_name: Option<String>,
    /// The instance's environment at that moment.
    pub environment: Option<Environment>,
    /// How it stands.
    pub status: RunStatus,
    /// What it is doing.
    pub phase: RunPhase,
    /// When it began (RFC 3339).
    pub started_at: String,
    /// When it ended.
    pub ended_at: Option<String>,
    /// Who asked for it.
    pub asked_by: String,
    /// What was asked for.
    pub request: serde_json::Value,
    /// Its counts.
    pub counts: RunCounts,
    /// The snapshot it made or read.
    pub snapshot: Option<String>,
    /// Its result or failure in one sentence.
    pub headline: Option<String>,
    /// What to do about a failure.
    pub guidance: Option<String>,
    /// It can be taken up again.
    pub resumable: bool,
}

/// How a run ended.
#[derive(Clone, Debug)]
pub struct RunEnd {
    /// How it stands from now on.
    pub status: RunStatus,
    /// The snapshot it made or read.
    pub snapshot: Option<String>,
    /// Its result or failure in one sentence.
    pub headline: String,
    /// What to do about a failure.
    pub guidance: Option<String>,
    /// It can be taken up again.
    pub resumable: bool,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_cannot_leave_its_folder() {
        assert_eq!(RunId::named("../../x y").as_str(), "xy");
    }
}
