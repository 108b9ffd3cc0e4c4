//! Projects (recorded samples of OIC 3), and what is sent to change them.

use serde::{Deserialize, Serialize};

use super::{Deployment, WireObject, lenient};

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
    /// Where it comes from; empty for one made in this instance.
    #[serde(deserialize_with = "lenient::object")]
    pub origin: ProjectOrigin,
    /// Whether it may be copied (`NONE`: no restriction; recorded in 2026).
    #[serde(deserialize_with = "lenient::text")]
    pub clone_restrict: Option<String>,
    /// Only its owners see how it is built (inferred from the name; recorded in 2026).
    #[serde(deserialize_with = "lenient::flag")]
    pub view_restricted: bool,
    /// State, lock and audit stamps.
    #[serde(deserialize_with = "lenient::object")]
    pub state: ProjectState,
}

/// Where a project comes from.
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub struct ProjectOrigin {
    /// `Oracle` for a recipe.
    #[serde(deserialize_with = "lenient::text")]
    pub built_by: Option<String>,
    /// `R` for a recipe.
    #[serde(rename = "type", deserialize_with = "lenient::text")]
    pub origin_kind: Option<String>,
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

/// A project to be created.
///
/// No page for creating an empty project is published; the members are those of the console's form
/// (inferred). Importing an archive is the documented way to a new project.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct NewProject {
    /// Its identifier: the name in upper case, with `_` for what is neither letter nor digit.
    pub code: String,
    /// What people call it. `-BA-` and `_BA_` are refused in it (documented).
    pub name: String,
    /// What it is for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    /// Search words.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub keyword: Option<String>,
    /// Always `DEVELOPED`.
    #[serde(rename = "type")]
    project_type: &'static str,
}

impl NewProject {
    /// A project with neither description nor search words.
    #[must_use]
    pub fn new(code: impl Into<String>, name: impl Into<String>) -> Self {
        Self {
            code: code.into(),
            name: name.into(),
            description: None,
            keyword: None,
            project_type: "DEVELOPED",
        }
    }
}

/// What is to change in a project; what is `None` stays (the call was announced in February 2026; its
/// page could not be read: inferred).
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct ProjectChange {
    /// What people call it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// What it is for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    /// Search words.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub keyword: Option<String>,
}

/// One version of an integration, named in a request.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct IntegrationVersion {
    /// Its identifier.
    pub code: String,
    /// Its version.
    pub version: String,
}
