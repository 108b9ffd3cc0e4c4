//! Connectivity agent groups (documented; read-only in every generation).

use serde::Deserialize;

use super::{WireObject, lenient};

/// A group of connectivity agents.
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub struct AgentGroup {
    /// Its identifier.
    #[serde(deserialize_with = "lenient::name")]
    pub id: String,
    /// What people call it.
    #[serde(deserialize_with = "lenient::name")]
    pub name: String,
    /// What it is for.
    #[serde(deserialize_with = "lenient::text")]
    pub description: Option<String>,
    /// Its state.
    #[serde(deserialize_with = "lenient::text")]
    pub status: Option<String>,
}

impl WireObject for AgentGroup {
    fn settle(&mut self) {
        if self.name.is_empty() {
            self.name.clone_from(&self.id);
        }
        if self.id.is_empty() {
            self.id.clone_from(&self.name);
        }
    }

    fn identity(&self) -> &str {
        &self.id
    }
}
