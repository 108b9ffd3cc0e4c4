//! Copies of snapshots elsewhere: one snapshot of the vault carried to one target, as a run.
//!
//! The journal knows each copy (`journal::copies`): who is at it, under which name it goes, how often it
//! was tried. Every try carries the same name, text and number, so that a target finds what an earlier one
//! brought. A copy counts when every file was compared by hash at the other end.
//!
//! `files` says what a copy holds and under which names, `words` what it says of itself, `head` under which
//! folder and number it goes, `perform` is the run. A target can also be a vault of its own: `bridge` lets
//! one lie in any place of files, `into_vault` carries snapshots there. `fetch` brings a copy back.

mod bridge;
mod fetch;
mod files;
mod head;
mod into_vault;
mod perform;
mod words;

use std::fmt;
use std::sync::Arc;

use jiff::Timestamp;
use secrecy::SecretString;
use serde::{Deserialize, Serialize};
use waybill_targets::{Files, Target};
use waybill_vault::SnapshotRecord;

pub use bridge::RemotePlace;
pub(crate) use bridge::target_error;
pub use fetch::fetch;
pub use files::inside as unpacked;
pub use into_vault::{copies_in_vault, open_vault, taken_by};
pub use perform::{Clock, CopyOutcome, copy, refuse};

use crate::journal::{NewCopy, NewRun, Run, RunId, RunKind};
use crate::manifest::InstanceStamp;

/// Stands for the year, month and day of the snapshot, its time of day, and the instance in the pattern of folders.
pub const PATTERN: &str = "OIC_Backups/<YYYY>/<MM>/<DD>/<instance>";

/// What carries a copy.
#[derive(Clone)]
pub enum Carrier {
    /// A folder of files for each copy, or a commit.
    Files {
        /// Where to.
        target: Arc<dyn Target>,
        /// Whether what is in archives goes there too, unpacked, so that differences can be read.
        unpacked: bool,
    },
    /// A vault of its own, which restic reads.
    Vault {
        /// Where it lies.
        files: Arc<dyn Files>,
        /// What opens it, and what it is made with where there is none.
        password: SecretString,
    },
}

impl fmt::Debug for Carrier {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (kind, title) = match self {
            Self::Files { target, .. } => ("Files", target.title()),
            Self::Vault { files, .. } => ("Vault", files.title()),
        };
        formatter.debug_tuple(kind).field(&title).finish()
    }
}

impl Carrier {
    /// How people know the place. Never a secret.
    #[must_use]
    pub fn title(&self) -> String {
        match self {
            Self::Files { target, .. } => target.title(),
            Self::Vault { files, .. } => files.title(),
        }
    }
}

/// A copy that was asked for. It stands in the journal whole; no secret is in it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct CopyRequest {
    /// The run.
    pub run: RunId,
    /// The target, by its id in the settings.
    pub target: String,
    /// What people call the target.
    pub target_name: String,
    /// The run that took the snapshot, by which it is known whatever tags it gets.
    pub origin: String,
    /// The id of the snapshot when this was asked for.
    pub snapshot: String,
    /// When the snapshot was taken.
    pub taken_at: Timestamp,
    /// The instance.
    pub instance: InstanceStamp,
    /// The pattern of the folder of a copy.
    pub pattern: String,
    /// Who asked.
    pub asked_by: String,
}

impl CopyRequest {
    /// The run to begin.
    #[must_use]
    pub fn new_run(&self) -> NewRun {
        NewRun {
            id: self.run.clone(),
            kind: RunKind::Copy,
            instance_id: Some(self.instance.id.clone()),
            instance_name: Some(self.instance.name.clone()),
            environment: Some(self.instance.environment),
            asked_by: self.asked_by.clone(),
            request: serde_json::to_value(self).unwrap_or_default(),
            snapshot: Some(self.snapshot.clone()),
        }
    }

    /// The request that a run in the journal was made for.
    #[must_use]
    pub fn of_run(run: &Run) -> Option<Self> {
        serde_json::from_value(run.request.clone()).ok()
    }

    /// The row of the copy.
    #[must_use]
    pub fn row(&self) -> NewCopy {
        NewCopy {
            target: self.target.clone(),
            origin: self.origin.clone(),
            snapshot: self.snapshot.clone(),
            instance_id: self.instance.id.clone(),
            taken_at: self.taken_at,
            run: self.run.clone(),
        }
    }
}

/// The run that took a snapshot; none for one that Waybill did not take.
#[must_use]
pub fn origin(record: &SnapshotRecord) -> Option<&str> {
    record.tags.iter().find_map(|tag| tag.strip_prefix("run:"))
}
