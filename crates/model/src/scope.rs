//! Where in an instance an artifact lives.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// Global, or one project.
#[derive(
    Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, TS,
)]
#[serde(rename_all = "camelCase", tag = "type", content = "project")]
#[ts(export)]
pub enum Scope {
    /// Outside all projects.
    #[default]
    Global,
    /// Inside the project with this code.
    Project(String),
}

impl Scope {
    /// The code of the project, or `None` for the global scope.
    #[must_use]
    pub fn project(&self) -> Option<&str> {
        match self {
            Self::Global => None,
            Self::Project(code) => Some(code),
        }
    }
}
