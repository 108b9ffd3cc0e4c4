//! Agent groups and agents as monitoring shows them.

use serde::Deserialize;

use crate::wire::{WireObject, lenient};

/// An agent group.
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub struct MonitoredAgentGroup {
    /// Its identifier.
    #[serde(deserialize_with = "lenient::name")]
    pub id: String,
    /// What people call it.
    #[serde(deserialize_with = "lenient::text")]
    pub name: Option<String>,
    /// Where it stands.
    #[serde(deserialize_with = "lenient::text")]
    pub status: Option<String>,
    /// Its agents, where the call tells.
    #[serde(deserialize_with = "lenient::list")]
    pub agents: Vec<MonitoredAgent>,
}

/// An agent.
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub struct MonitoredAgent {
    /// Its key (`key`, or `id`).
    #[serde(deserialize_with = "lenient::name")]
    pub key: String,
    #[serde(deserialize_with = "lenient::name")]
    id: String,
    /// What people call it.
    #[serde(deserialize_with = "lenient::text")]
    pub name: Option<String>,
    /// The computer it runs on.
    #[serde(deserialize_with = "lenient::text")]
    pub host: Option<String>,
    /// Whether it is heard of.
    #[serde(deserialize_with = "lenient::text")]
    pub status: Option<String>,
    /// Its version.
    #[serde(deserialize_with = "lenient::text")]
    pub version: Option<String>,
    /// When it was last heard of.
    #[serde(deserialize_with = "lenient::text")]
    pub last_heartbeat: Option<String>,
}

impl WireObject for MonitoredAgentGroup {
    fn identity(&self) -> &str {
        &self.id
    }
}

impl WireObject for MonitoredAgent {
    fn settle(&mut self) {
        if self.key.is_empty() {
            self.key = std::mem::take(&mut self.id);
        }
    }

    fn identity(&self) -> &str {
        &self.key
    }
}
