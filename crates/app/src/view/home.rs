//! The first screen.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

use super::{InstanceView, RunSummary, ScheduleState, SecretStoreView, SnapshotSummary, VaultView};

/// What changed in an instance since its last backup, as far as the cached catalogue tells.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export, optional_fields)]
pub struct ChangedSince {
    /// How many artifacts were added, changed or removed.
    pub count: u32,
    /// By how many people.
    pub people: u32,
    /// The latest of them.
    pub latest: Option<String>,
    /// When that was.
    pub latest_at: Option<String>,
}

/// Integrations of an instance, as far as the cached catalogue tells.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub struct IntegrationCounts {
    /// All.
    pub total: u32,
    /// Active.
    pub active: u32,
    /// Whose activation failed.
    pub failed: u32,
}

/// The next backup of an instance, over all its schedules.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export, optional_fields)]
pub struct NextBackup {
    /// When; none where all its schedules are off.
    pub at: Option<String>,
    /// How often, in words, as in `daily at 06:00`.
    pub words: String,
    /// How the last time stands. `waiting` where it was done, or where a backup was made since.
    pub state: ScheduleState,
    /// When that time was.
    pub due_at: Option<String>,
    /// Why it stands so.
    pub why: Option<String>,
}

/// Whether one can rely on what there is of an instance.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub enum Safety {
    /// Its last backup is whole, and none was missed since.
    Safe,
    /// There is a backup to rely on, and something to see to.
    Attention,
    /// There is no backup to rely on.
    Unsafe,
}

/// An instance at a glance.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub struct InstanceGlance {
    /// Its id.
    pub id: String,
    /// Its name.
    pub name: String,
    /// Whether one can rely on what there is of it.
    pub safety: Safety,
    /// How it stands, in a few words.
    pub words: String,
    /// A run goes on with it.
    pub running: bool,
}

/// All instances at a glance, as a tray shows them.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub struct GlanceView {
    /// How the one stands that stands worst.
    pub safety: Safety,
    /// That, in a sentence.
    pub words: String,
    /// The instances, in the user's order.
    pub instances: Vec<InstanceGlance>,
}

/// One instance on Home.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export, optional_fields)]
pub struct InstanceCard {
    /// The instance.
    pub instance: InstanceView,
    /// Its last snapshot.
    pub last_backup: Option<SnapshotSummary>,
    /// What changed since.
    pub changed: Option<ChangedSince>,
    /// Its integrations.
    pub integrations: Option<IntegrationCounts>,
    /// When its catalogue was last read.
    pub read_at: Option<String>,
    /// The run under way on it.
    pub running: Option<RunSummary>,
    /// Why it could not be read last time.
    pub problem: Option<String>,
    /// Its next backup; none where it has no schedule.
    pub next_backup: Option<NextBackup>,
}

/// What stands for the snapshots beside the vault itself: copies elsewhere, and proof that they restore.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export, optional_fields)]
pub struct AssuranceView {
    /// The target with the newest copy, by its name.
    pub copied_to: Option<String>,
    /// When that copy was made.
    pub copied_at: Option<String>,
    /// Targets that lack snapshots or whose last copy failed, by their names.
    pub behind: Vec<String>,
    /// When a restore was last proven.
    pub proven_at: Option<String>,
    /// That proof passed.
    pub proof_passed: Option<bool>,
}

/// Home.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub struct HomeView {
    /// One card per instance, in the user's order.
    pub instances: Vec<InstanceCard>,
    /// The latest runs.
    pub recent: Vec<RunSummary>,
    /// Runs that were interrupted and can be resumed.
    pub interrupted: Vec<RunSummary>,
    /// The vault.
    pub vault: VaultView,
    /// Copies elsewhere, and proof.
    pub assurance: AssuranceView,
    /// The place for secrets.
    pub secrets: SecretStoreView,
    /// The practice instances are running.
    pub practice: bool,
}
