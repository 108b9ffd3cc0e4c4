//! The first screen.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

use super::{InstanceView, RunSummary, SecretStoreView, SnapshotSummary, VaultView};

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
    /// The place for secrets.
    pub secrets: SecretStoreView,
    /// The practice instances are running.
    pub practice: bool,
}
