//! Lookups (documented; no recorded sample is public).

use serde::Deserialize;

use super::{WireObject, lenient};

/// A table that maps values.
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub struct Lookup {
    /// Its name, which identifies it.
    #[serde(deserialize_with = "lenient::name")]
    pub name: String,
    /// What it is for.
    #[serde(deserialize_with = "lenient::text")]
    pub description: Option<String>,
    /// `CONFIGURED` or `LOCKED`.
    #[serde(deserialize_with = "lenient::text")]
    pub status: Option<String>,
    /// The columns.
    #[serde(deserialize_with = "lenient::list")]
    pub columns: Vec<String>,
    /// The rows, where they were given.
    #[serde(deserialize_with = "lenient::list")]
    pub rows: Vec<LookupRow>,
    /// How many rows it has.
    #[serde(deserialize_with = "lenient::count")]
    pub row_count: Option<u64>,
    /// Search words.
    #[serde(deserialize_with = "lenient::text")]
    pub keywords: Option<String>,
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

/// One row of a lookup.
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub struct LookupRow {
    /// Its cells, in the order of the columns.
    #[serde(deserialize_with = "lenient::cells")]
    pub row_data: Vec<String>,
}

impl WireObject for Lookup {
    fn identity(&self) -> &str {
        &self.name
    }
}
