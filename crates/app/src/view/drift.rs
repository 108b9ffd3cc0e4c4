//! What changed from one backup to the next, and by whom.

use serde::{Deserialize, Serialize};
use ts_rs::TS;
use waybill_model::{ArtifactId, Environment};

/// In what way an artifact changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub enum DriftKind {
    /// It is new.
    Added,
    /// It is gone.
    Removed,
    /// Another version of it came, went, or took over.
    Version,
    /// Active or not, failed, locked, in another package.
    State,
    /// What was designed.
    Definition,
    /// The values of a connection.
    ConnectionValues,
    /// The rows of a lookup.
    LookupCells,
    /// When it runs.
    Schedule,
    /// Who has access.
    Access,
    /// A certificate.
    Certificate,
    /// It was saved again, and nothing of what is kept differs.
    Saved,
}

/// One artifact that changed from one backup to the next.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export, optional_fields)]
pub struct DriftChange {
    /// Which artifact.
    pub id: ArtifactId,
    /// What people call it.
    pub name: String,
    /// In what ways it changed; at least one.
    pub kinds: Vec<DriftKind>,
    /// What that means, in a few words: `1 step added, 3 fields mapped`.
    pub words: String,
    /// Who changed it last, as the instance tells.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub by: Option<String>,
    /// When, as the instance tells.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub at: Option<String>,
    /// The run of Waybill that wrote it in between.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub run: Option<String>,
    /// It was changed outside of Waybill, or that as well.
    pub outside: bool,
}

/// What changed with one backup.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export, optional_fields)]
pub struct DriftStep {
    /// The run that made the backup.
    pub run: String,
    /// Its snapshot; absent once it was removed.
    pub snapshot: Option<String>,
    /// The snapshot that it is compared with; absent once it was removed.
    pub before: Option<String>,
    /// When the lists were read.
    pub taken_at: String,
    /// What changed, sorted by id.
    pub changes: Vec<DriftChange>,
}

/// What of the changes of an instance is asked for.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase", default)]
#[ts(export, optional_fields)]
pub struct DriftAsk {
    /// Backups from this time on (RFC 3339).
    pub since: Option<String>,
    /// Backups up to this time (RFC 3339).
    pub until: Option<String>,
    /// Of this artifact alone.
    pub artifact: Option<ArtifactId>,
    /// Only what was not done by Waybill.
    pub only_outside: bool,
}

/// The changes of an instance, backup by backup.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export, optional_fields)]
pub struct DriftView {
    /// The instance, by its id.
    pub instance_id: String,
    /// Its name.
    pub instance_name: String,
    /// Its environment.
    pub environment: Environment,
    /// The backups with a change that was asked for, newest first.
    pub steps: Vec<DriftStep>,
    /// How many backups were looked at.
    pub looked_at: u32,
    /// How many older backups were not, because that takes its time; asking again goes on with them.
    pub not_looked_at: u32,
}
