//! Who may do what in a project, and the repository that projects are kept in.

use std::collections::BTreeMap;
use std::sync::Arc;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::{Audit, Project, blob};

/// A user or group that is let in. Its id is one of the identity domain.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Allowed {
    pub id: String,
    #[serde(default)]
    pub display_name: String,
    #[serde(rename = "type")]
    pub kind: AllowedKind,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum AllowedKind {
    User,
    Group,
}

impl AllowedKind {
    pub fn name(self) -> &'static str {
        match self {
            Self::User => "user",
            Self::Group => "group",
        }
    }
}

/// One of the four groups of an access list.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct AccessGroup {
    pub allow_all: bool,
    pub allowed: Vec<Allowed>,
}

/// The access list of a project, as it is sent: all four groups are required (documented).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct AccessGroups {
    pub administrators: AccessGroup,
    pub editors: AccessGroup,
    pub viewers: AccessGroup,
    pub monitors: AccessGroup,
}

/// An access list, and who set it.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Access {
    pub groups: AccessGroups,
    pub audit: Audit,
}

/// The repository that projects are exported to and imported from.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub(crate) struct Git {
    pub settings: Option<GitSettings>,
    /// By the name of the file (`MY_PROJECT.car`).
    #[serde(default)]
    pub files: BTreeMap<String, GitFile>,
    /// Imports that were asked for and have not ended.
    #[serde(default)]
    pub pending: Vec<PendingImport>,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct GitSettings {
    /// `owner/repo`.
    pub repository: String,
    /// The personal access token; it is never shown.
    pub key: String,
    pub branch: String,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct GitFile {
    #[serde(with = "blob")]
    pub bytes: Arc<Vec<u8>>,
    /// 40 hexadecimal digits.
    pub hash: String,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct PendingImport {
    pub due: Timestamp,
    pub project: Project,
}

impl Git {
    /// Hands over what has arrived by now; says when the next thing does.
    pub fn settle(
        &mut self,
        now: Timestamp,
        projects: &mut BTreeMap<String, Project>,
    ) -> Option<Timestamp> {
        let (due, waiting): (Vec<_>, Vec<_>) = std::mem::take(&mut self.pending)
            .into_iter()
            .partition(|one| one.due <= now);
        for one in due {
            projects.insert(one.project.code.clone(), one.project);
        }
        self.pending = waiting;
        self.pending.iter().map(|one| one.due).min()
    }
}
