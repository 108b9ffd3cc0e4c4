//! The kinds of artifacts.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// What an artifact is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub enum ArtifactKind {
    /// One version of an integration.
    Integration,
    /// A connection to a system outside, with its adapter.
    Connection,
    /// A lookup (domain value map).
    Lookup,
    /// A JavaScript library.
    Library,
    /// A package that holds integrations.
    Package,
    /// A certificate or key in the instance's store.
    Certificate,
    /// The schedule of an integration; has the code and version of its integration.
    Schedule,
    /// A project of OIC 3.
    Project,
    /// A deployment ("label" on the wire) of a project.
    Deployment,
    /// A connectivity agent group.
    AgentGroup,
    /// Who may do what in a project; has the code of its project.
    AccessList,
}

impl ArtifactKind {
    /// All kinds, in the order in which lists show them.
    pub const ALL: [Self; 11] = [
        Self::Integration,
        Self::Connection,
        Self::Lookup,
        Self::Library,
        Self::Package,
        Self::Certificate,
        Self::Schedule,
        Self::Project,
        Self::Deployment,
        Self::AgentGroup,
        Self::AccessList,
    ];

    /// The name used in ids, command lines and JSON.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Integration => "integration",
            Self::Connection => "connection",
            Self::Lookup => "lookup",
            Self::Library => "library",
            Self::Package => "package",
            Self::Certificate => "certificate",
            Self::Schedule => "schedule",
            Self::Project => "project",
            Self::Deployment => "deployment",
            Self::AgentGroup => "agentGroup",
            Self::AccessList => "accessList",
        }
    }

    /// Whether artifacts of this kind have a version of their own in their id.
    #[must_use]
    pub const fn is_versioned(self) -> bool {
        matches!(self, Self::Integration | Self::Library | Self::Schedule)
    }
}

impl fmt::Display for ArtifactKind {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.name())
    }
}

/// The word given is the name of no kind of artifact.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is not a kind of artifact")]
pub struct UnknownKind(pub String);

impl FromStr for ArtifactKind {
    type Err = UnknownKind;

    fn from_str(text: &str) -> Result<Self, UnknownKind> {
        Self::ALL
            .into_iter()
            .find(|kind| kind.name() == text)
            .ok_or_else(|| UnknownKind(text.to_owned()))
    }
}
