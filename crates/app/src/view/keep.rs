//! Keep rules: which snapshots stay and which go.

use serde::{Deserialize, Serialize};
use ts_rs::TS;
use waybill_model::Environment;

use super::SnapshotStatus;

/// How many snapshots stay. What is not set, or 0, keeps none by itself; with nothing set all stay.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase", default)]
#[ts(export, optional_fields)]
pub struct KeepRulesView {
    /// The last ones.
    pub last: Option<u32>,
    /// The newest of each of the last hours that have one.
    pub hourly: Option<u32>,
    /// The newest of each of the last days that have one.
    pub daily: Option<u32>,
    /// The newest of each of the last weeks that have one.
    pub weekly: Option<u32>,
    /// The newest of each of the last months that have one.
    pub monthly: Option<u32>,
    /// The newest of each of the last years that have one.
    pub yearly: Option<u32>,
}

/// Rules of an instance that are not those of all.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub struct KeepOwn {
    /// The instance, by its id.
    pub instance: String,
    /// Its rules.
    pub rules: KeepRulesView,
}

/// All keep rules.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase", default)]
#[ts(export)]
pub struct KeepForm {
    /// For every instance that has none of its own.
    pub all: KeepRulesView,
    /// For single instances.
    pub own: Vec<KeepOwn>,
}

/// The keep rules as they are saved.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export, optional_fields)]
pub struct KeepView {
    /// The rules.
    pub form: KeepForm,
    /// What is offered to somebody who has none.
    pub offered: KeepRulesView,
    /// When they were saved.
    pub saved_at: Option<String>,
    /// Whether any rule is set; without one all snapshots stay.
    pub set: bool,
}

/// Why a snapshot stays, by the weightiest reason.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub enum KeepBadge {
    /// Marked to stay for ever.
    Kept,
    /// A run needs it for rolling back.
    Run,
    /// The last one of its year.
    Yearly,
    /// The last one of its month.
    Monthly,
    /// The last one of its week.
    Weekly,
    /// The last one of its day.
    Daily,
    /// The last one of its hour.
    Hourly,
    /// One of the last.
    Last,
}

/// A snapshot and what the rules say of it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export, optional_fields)]
pub struct KeptSnapshot {
    /// Its id.
    pub id: String,
    /// The first eight characters of it.
    pub short_id: String,
    /// The instance it was taken from, by its id; empty for one of another program.
    pub instance_id: String,
    /// The instance's name.
    pub instance_name: String,
    /// Its environment.
    pub environment: Environment,
    /// When.
    pub taken_at: String,
    /// How it stands.
    pub status: SnapshotStatus,
    /// Only a choice of artifacts is in it.
    pub selection: bool,
    /// Bytes in it.
    pub bytes: u64,
    /// Whether it stays.
    pub keep: bool,
    /// Why it stays or goes, each in a few words.
    pub reasons: Vec<String>,
    /// The weightiest reason for which it stays.
    pub badge: Option<KeepBadge>,
    /// The name under which it was marked to stay for ever.
    pub kept_as: Option<String>,
}

/// What keep rules would do. Nothing is touched by looking.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export, optional_fields)]
pub struct KeepPreviewView {
    /// Names the list of those that would go. What is removed later is held against it.
    pub previewed: String,
    /// How many would go.
    pub goes: u32,
    /// How many stay.
    pub stays: u32,
    /// Bytes that those that go take in the vault and no other one does.
    pub bytes: u64,
    /// All snapshots, by instance, newest first.
    pub snapshots: Vec<KeptSnapshot>,
}
