//! Connectivity agents (documented; no recorded sample is public).

use serde::Deserialize;

use super::{WireObject, lenient};

/// An agent of a group.
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub struct Agent {
    /// Its identifier.
    #[serde(deserialize_with = "lenient::name")]
    pub id: String,
    /// What people call it.
    #[serde(deserialize_with = "lenient::name")]
    pub name: String,
    /// Its state.
    #[serde(deserialize_with = "lenient::text")]
    pub status: Option<String>,
    /// Its version.
    #[serde(deserialize_with = "lenient::text")]
    pub version: Option<String>,
    /// The computer it runs on (member name inferred).
    #[serde(deserialize_with = "lenient::text")]
    pub host: Option<String>,
}

impl WireObject for Agent {
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
