//! What is sent about lookups (documented).

use serde::Serialize;

/// A lookup to create or replace; at least two columns.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct LookupDefinition {
    /// Its name.
    pub name: String,
    /// What it is for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    /// Its columns, at least two.
    pub columns: Vec<String>,
    /// Its rows.
    pub rows: Vec<LookupCells>,
}

/// A row.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct LookupCells {
    /// Its cells, in the order of the columns.
    pub row_data: Vec<String>,
}

impl LookupDefinition {
    /// A lookup of these columns and rows.
    #[must_use]
    pub fn new(name: &str, columns: &[&str], rows: &[&[&str]]) -> Self {
        let owned = |cells: &[&str]| cells.iter().map(|cell| (*cell).to_owned()).collect();
        Self {
            name: name.to_owned(),
            description: None,
            columns: owned(columns),
            rows: rows
                .iter()
                .map(|cells| LookupCells {
                    row_data: owned(cells),
                })
                .collect(),
        }
    }
}

/// What a copy of a lookup is called.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct LookupClone {
    /// Its name.
    pub name: String,
    /// What it is for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    /// Search words.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub keywords: Option<String>,
}
