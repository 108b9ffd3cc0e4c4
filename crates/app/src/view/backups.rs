//! Snapshots.

use serde::{Deserialize, Serialize};
use ts_rs::TS;
use waybill_model::{ArtifactId, ArtifactKind, Environment};

/// How a snapshot stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub enum SnapshotStatus {
    /// All that was planned is in it, read back and compared.
    Complete,
    /// Something is missing; the reasons are in it.
    Partial,
    /// Written, not read back: the run ended before that.
    Unverified,
}

/// A snapshot in a list.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export, optional_fields)]
pub struct SnapshotSummary {
    /// Its id, as restic knows it.
    pub id: String,
    /// The first eight characters of it.
    pub short_id: String,
    /// The instance it was taken from, by its id in the settings.
    pub instance_id: String,
    /// The instance's name at that moment.
    pub instance_name: String,
    /// Its environment at that moment.
    pub environment: Environment,
    /// When.
    pub taken_at: String,
    /// How it stands.
    pub status: SnapshotStatus,
    /// How many artifacts are in it.
    pub artifacts: u32,
    /// How many could not be read.
    pub unread: u32,
    /// How many are new since the one before.
    pub added: u32,
    /// How many changed since the one before.
    pub changed: u32,
    /// How many are gone since the one before.
    pub removed: u32,
    /// How many were carried over without a download.
    pub carried: u32,
    /// Bytes in it.
    pub bytes: u64,
    /// Who asked for it.
    pub asked_by: String,
    /// Why, in that person's words.
    pub note: Option<String>,
    /// Only a choice of artifacts was asked for.
    pub selection: bool,
    /// It keeps an artifact as it was before a single change.
    pub before_change: bool,
}

/// How an artifact in a snapshot stands against the snapshot before.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub enum ItemChange {
    /// Not in the one before.
    Added,
    /// Changed.
    Changed,
    /// The same, carried over.
    Same,
    /// In the one before, not in this one.
    Removed,
}

/// One artifact of a snapshot.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export, optional_fields)]
pub struct SnapshotItem {
    /// Which artifact.
    pub id: ArtifactId,
    /// What people call it.
    pub name: String,
    /// Where its archive (else its record) lies in the snapshot.
    pub path: String,
    /// The size of that file.
    pub bytes: u64,
    /// How it stands against the one before.
    pub change: ItemChange,
    /// Who changed it last.
    pub updated_by: Option<String>,
    /// When it was last changed.
    pub updated: Option<String>,
}

/// An artifact, or a kind of artifacts, that could not be read.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export, optional_fields)]
pub struct UnreadItem {
    /// Which artifact, where it was one.
    pub id: Option<ArtifactId>,
    /// Its kind.
    pub kind: ArtifactKind,
    /// What people call it.
    pub name: String,
    /// Why, in plain words.
    pub reason: String,
    /// What to do.
    pub guidance: Option<String>,
}

/// A snapshot opened.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export, optional_fields)]
pub struct SnapshotDetail {
    /// What the list says of it.
    pub summary: SnapshotSummary,
    /// What is in it, sorted by id; and what is gone since the one before.
    pub items: Vec<SnapshotItem>,
    /// What could not be read.
    pub unread: Vec<UnreadItem>,
    /// When it was last read back and compared.
    pub verified_at: Option<String>,
    /// That comparison found nothing wrong.
    pub verify_passed: Option<bool>,
    /// The one before of the same instance.
    pub before: Option<String>,
    /// The version of Waybill that took it.
    pub tool_version: String,
}

/// What reading a snapshot back found.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub struct VerifyView {
    /// The snapshot.
    pub snapshot: String,
    /// All files are there and equal.
    pub passed: bool,
    /// How many files were read and compared.
    pub files: u32,
    /// How many bytes.
    pub bytes: u64,
    /// What is wrong, a line each.
    pub problems: Vec<String>,
    /// How long it took, in milliseconds.
    pub took_ms: u64,
}

/// What restoring a snapshot to a folder wrote.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub struct ExtractView {
    /// The snapshot.
    pub snapshot: String,
    /// The folder.
    pub folder: String,
    /// How many files were written and compared.
    pub files: u32,
    /// How many bytes.
    pub bytes: u64,
    /// What could not be written or is damaged, a line each.
    pub problems: Vec<String>,
}
