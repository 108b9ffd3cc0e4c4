//! Projects of a place, and their deployments.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use ts_rs::TS;
use waybill_model::{ArtifactId, ArtifactKind, State};

/// Something that goes over the edge of a project.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub struct ProjectLink {
    /// What is in the project.
    pub inside: ArtifactId,
    /// What is not.
    pub outside: ArtifactId,
    /// What for, as the catalogue names it.
    pub role: String,
    /// The place holds what is outside.
    pub present: bool,
}

/// A project of a place.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export, optional_fields)]
pub struct ProjectView {
    /// The project.
    pub id: ArtifactId,
    /// What people call it.
    pub name: String,
    /// What it is for.
    pub description: Option<String>,
    /// When it was last changed.
    pub updated: Option<String>,
    /// By whom.
    pub updated_by: Option<String>,
    /// How many artifacts of each kind are in it.
    pub counts: BTreeMap<ArtifactKind, u32>,
    /// How many of its integrations are active.
    pub active: u32,
    /// How many of its integrations failed to activate.
    pub failed: u32,
    /// What in it needs something outside it: shared connections, integrations of other projects.
    pub needs: Vec<ProjectLink>,
    /// What outside it needs something in it.
    pub needed_by: Vec<ProjectLink>,
}

/// An integration of a deployment.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export, optional_fields)]
pub struct DeploymentMember {
    /// Which.
    pub id: ArtifactId,
    /// What people call it.
    pub name: String,
    /// Its state in the project.
    pub state: Option<State>,
    /// The project does not hold it any more.
    pub missing: bool,
    /// It was changed after the deployment.
    pub changed_since: bool,
    /// A higher version that the project holds and the deployment does not.
    pub newer: Option<String>,
}

/// A deployment, and how it stands against its project.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export, optional_fields)]
pub struct DeploymentView {
    /// Which.
    pub id: ArtifactId,
    /// What people call it.
    pub name: String,
    /// What it is for.
    pub description: Option<String>,
    /// When it was last changed.
    pub updated: Option<String>,
    /// The integrations in it.
    pub members: Vec<DeploymentMember>,
    /// Active integrations of the project of which no version is in it.
    pub not_in: Vec<ArtifactId>,
    /// How it stands against its project, in a sentence.
    pub words: String,
}
