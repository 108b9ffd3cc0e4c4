//! JavaScript libraries (documented; no recorded sample is public).

use serde::Deserialize;

use super::{WireObject, lenient, settle_versioned};

/// One version of a library.
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub struct Library {
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
    #[serde(deserialize_with = "lenient::name")]
    pub name: String,
    /// What people call it, where the service gives this member instead.
    #[serde(deserialize_with = "lenient::text")]
    pub display_name: Option<String>,
    /// What it is for.
    #[serde(deserialize_with = "lenient::text")]
    pub description: Option<String>,
    /// `API`, …
    #[serde(deserialize_with = "lenient::text")]
    pub library_type: Option<String>,
    /// Its state.
    #[serde(deserialize_with = "lenient::text")]
    pub status: Option<String>,
    /// How many integrations use it.
    #[serde(deserialize_with = "lenient::count")]
    pub usage: Option<u64>,
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
    /// Somebody has it open in the console.
    #[serde(deserialize_with = "lenient::flag")]
    pub locked_flag: bool,
    /// Who.
    #[serde(deserialize_with = "lenient::text")]
    pub locked_by: Option<String>,
    /// Since when.
    #[serde(deserialize_with = "lenient::text")]
    pub locked_date: Option<String>,
}

impl WireObject for Library {
    fn settle(&mut self) {
        settle_versioned(&mut self.id, &mut self.code, &mut self.version);
        if self.name.is_empty() {
            self.name = self
                .display_name
                .clone()
                .unwrap_or_else(|| self.code.clone());
        }
    }

    fn identity(&self) -> &str {
        &self.id
    }
}
