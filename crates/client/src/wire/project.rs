//! Projects and their deployments (recorded samples of OIC 3).

use serde::Deserialize;

use super::{WireObject, lenient};

/// A project.
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub struct Project {
    /// Its id, the same as its code.
    #[serde(deserialize_with = "lenient::name")]
    pub id: String,
    /// Its identifier.
    #[serde(deserialize_with = "lenient::name")]
    pub code: String,
    /// What people call it.
    #[serde(deserialize_with = "lenient::name")]
    pub name: String,
    /// What it is for.
    #[serde(deserialize_with = "lenient::text")]
    pub description: Option<String>,
    /// Search words.
    #[serde(deserialize_with = "lenient::text")]
    pub keyword: Option<String>,
    /// `DEVELOPED`, …
    #[serde(rename = "type", deserialize_with = "lenient::text")]
    pub project_type: Option<String>,
    /// Tags of the service.
    #[serde(deserialize_with = "lenient::list")]
    pub smart_tags: Vec<String>,
    /// State, lock and audit stamps.
    #[serde(deserialize_with = "lenient::object")]
    pub state: ProjectState,
}

/// State, lock and audit stamps of a project.
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub struct ProjectState {
    /// `DRAFT`, `CONFIGURED`, …
    #[serde(deserialize_with = "lenient::text")]
    pub status: Option<String>,
    /// Somebody has it locked.
    #[serde(deserialize_with = "lenient::flag")]
    pub lock_status: bool,
    /// Who locked it, and when.
    #[serde(deserialize_with = "lenient::object")]
    pub locked: Stamp,
    /// Who created it, and when.
    #[serde(deserialize_with = "lenient::object")]
    pub created: Stamp,
    /// Who changed it last, and when.
    #[serde(deserialize_with = "lenient::object")]
    pub updated: Stamp,
    /// The last change of anything in it (inferred from the name).
    #[serde(deserialize_with = "lenient::object")]
    pub latest: Stamp,
    /// Grows with changes.
    #[serde(deserialize_with = "lenient::count")]
    pub project_revision_id: Option<u64>,
    /// What it holds, as far as the call tells.
    #[serde(deserialize_with = "lenient::object")]
    pub assets: ProjectAssets,
}

/// What a project holds, as far as the call tells.
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub struct ProjectAssets {
    /// Its deployments (`labelsRs.items` on the wire).
    #[serde(rename = "labelsRs", deserialize_with = "lenient::list")]
    pub deployments: Vec<Deployment>,
}

/// Who did it, and when.
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub struct Stamp {
    /// Who.
    #[serde(deserialize_with = "lenient::text")]
    pub by: Option<String>,
    /// When, as the service writes it.
    #[serde(deserialize_with = "lenient::text")]
    pub date: Option<String>,
}

/// A deployment ("label" on the wire) of a project.
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub struct Deployment {
    /// Its identifier.
    #[serde(deserialize_with = "lenient::name")]
    pub code: String,
    /// What people call it.
    #[serde(deserialize_with = "lenient::name")]
    pub name: String,
    /// What it is for.
    #[serde(deserialize_with = "lenient::text")]
    pub description: Option<String>,
    /// When it was last changed.
    #[serde(deserialize_with = "lenient::text")]
    pub last_updated: Option<String>,
    /// The integrations chosen for it.
    #[serde(deserialize_with = "lenient::list")]
    pub integrations: Vec<DeployedIntegration>,
}

/// An integration in a deployment.
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub struct DeployedIntegration {
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

impl WireObject for Project {
    fn settle(&mut self) {
        if self.code.is_empty() {
            self.code.clone_from(&self.id);
        }
        if self.id.is_empty() {
            self.id.clone_from(&self.code);
        }
        if self.name.is_empty() {
            self.name.clone_from(&self.code);
        }
    }

    fn identity(&self) -> &str {
        &self.code
    }
}

impl WireObject for Deployment {
    fn settle(&mut self) {
        if self.name.is_empty() {
            self.name.clone_from(&self.code);
        }
    }

    fn identity(&self) -> &str {
        &self.code
    }
}
