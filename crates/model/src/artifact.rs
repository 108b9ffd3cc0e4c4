//! One artifact as a catalogue lists it.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

use crate::{ArtifactId, State};

/// Somebody has it open in the console.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export, optional_fields)]
pub struct Lock {
    /// Who, as far as the service tells.
    pub by: Option<String>,
    /// Since when (RFC 3339), as far as the service tells.
    pub since: Option<String>,
}

/// Another artifact that this one needs.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub struct Dependency {
    /// What is needed.
    pub id: ArtifactId,
    /// What for: `trigger`, `invoke`, `lookup`, `library`, `calls`, `schedule of`, `member`, …
    pub role: String,
}

/// One artifact of a place. Times are RFC 3339 in UTC.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export, optional_fields)]
pub struct Artifact {
    /// Its name in the place.
    pub id: ArtifactId,
    /// What people call it.
    pub name: String,
    /// What it is for, in its author's words.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    /// Its state, for the kinds that have one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub state: Option<State>,
    /// The state in the service's own word, where it has one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub wire_state: Option<String>,
    /// Set while somebody has it open in the console.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub lock: Option<Lock>,
    /// Delivered by Oracle: cannot be exported.
    #[serde(default)]
    pub prebuilt: bool,
    /// When it was created.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub created: Option<String>,
    /// Who created it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub created_by: Option<String>,
    /// When it was last changed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub updated: Option<String>,
    /// Who changed it last.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub updated_by: Option<String>,
    /// The package it is in (integrations).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub package: Option<String>,
    /// The adapter (connections) as the console names it, else its id.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub adapter: Option<String>,
    /// The style (integrations): `Scheduled`, `Orchestration`, …
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub style: Option<String>,
    /// What it needs.
    #[serde(default)]
    pub dependencies: Vec<Dependency>,
}

impl Artifact {
    /// An artifact of which no more than its name is known.
    #[must_use]
    pub fn named(id: ArtifactId, name: impl Into<String>) -> Self {
        Self {
            id,
            name: name.into(),
            description: None,
            state: None,
            wire_state: None,
            lock: None,
            prebuilt: false,
            created: None,
            created_by: None,
            updated: None,
            updated_by: None,
            package: None,
            adapter: None,
            style: None,
            dependencies: Vec::new(),
        }
    }
}
