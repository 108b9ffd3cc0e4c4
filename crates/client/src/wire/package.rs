//! Packages (documented; no recorded sample is public).

use serde::Deserialize;

use super::{WireObject, lenient, settle_versioned};

/// A package that holds integrations.
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub struct Package {
    /// Its id; calls use the name.
    #[serde(deserialize_with = "lenient::text")]
    pub id: Option<String>,
    /// Its name, which identifies it.
    #[serde(deserialize_with = "lenient::name")]
    pub name: String,
    /// What it is for.
    #[serde(deserialize_with = "lenient::text")]
    pub description: Option<String>,
    /// How many integrations it holds.
    #[serde(deserialize_with = "lenient::count")]
    pub count_of_integrations: Option<u64>,
    /// `DEVELOPED`; `PREBUILT` where Oracle delivers it.
    #[serde(deserialize_with = "lenient::text")]
    pub barta_type: Option<String>,
    /// Who built it.
    #[serde(deserialize_with = "lenient::text")]
    pub barta_built_by: Option<String>,
    /// What it holds, where the dependencies were asked for.
    #[serde(deserialize_with = "lenient::list")]
    pub integrations: Vec<PackagedIntegration>,
    /// When it was created, as the service writes it (`2025-08-19T13:41:38.413+0000`).
    #[serde(deserialize_with = "lenient::text")]
    pub created: Option<String>,
    /// Who created it.
    #[serde(deserialize_with = "lenient::text")]
    pub created_by: Option<String>,
    /// When it was last changed.
    #[serde(deserialize_with = "lenient::text")]
    pub last_updated: Option<String>,
    /// Who changed it last.
    #[serde(deserialize_with = "lenient::text")]
    pub last_updated_by: Option<String>,
}

/// An integration in a package.
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub struct PackagedIntegration {
    /// `CODE|VERSION`.
    #[serde(deserialize_with = "lenient::name")]
    pub id: String,
    /// Its identifier.
    #[serde(deserialize_with = "lenient::name")]
    pub code: String,
    /// Its version.
    #[serde(deserialize_with = "lenient::name")]
    pub version: String,
    /// What people call it.
    #[serde(deserialize_with = "lenient::text")]
    pub name: Option<String>,
    /// Its state.
    #[serde(deserialize_with = "lenient::text")]
    pub status: Option<String>,
}

impl WireObject for Package {
    fn settle(&mut self) {
        if self.name.is_empty() {
            self.name = self.id.clone().unwrap_or_default();
        }
        for held in &mut self.integrations {
            settle_versioned(&mut held.id, &mut held.code, &mut held.version);
        }
    }

    fn identity(&self) -> &str {
        &self.name
    }
}
