//! One artifact of a waybill: why it is there, what happens to it, and how it stands before and after.

use serde::{Deserialize, Serialize};
use waybill_model::{ArtifactId, State};

use crate::change::Tracing;

/// An artifact that needs another one.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Need {
    /// Which needs it.
    pub id: ArtifactId,
    /// What for, in the words of [`waybill_model::Dependency::role`]; `carries` where the artifact that
    /// is needed holds the other one's archive.
    pub role: String,
}

/// Why an artifact is in a waybill.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "camelCase")]
pub enum Reason {
    /// A person chose it.
    Chosen,
    /// Another one needs it.
    NeededBy(Need),
}

impl Reason {
    /// The reason in a few words: `called by ORDER_SYNC`.
    #[must_use]
    pub fn words(&self) -> String {
        let Self::NeededBy(need) = self else {
            return "chosen".to_owned();
        };
        let who = &need.id.code;
        match need.role.as_str() {
            "calls" => format!("called by {who}"),
            "trigger" => format!("trigger of {who}"),
            "invoke" => format!("invoked by {who}"),
            "lookup" | "library" | "certificate" | "agent group" | "uses" => {
                format!("used by {who}")
            }
            "member" => format!("part of {who}"),
            "schedule" => format!("schedule of {who}"),
            "schedule of" => format!("scheduled by {who}"),
            "access of" => format!("who may do what in {who}"),
            "carries" => format!("its archive brings {who}"),
            "restart" => format!("deactivated and activated again for {who}"),
            other => format!("{other}, {who}"),
        }
    }
}

/// What happens to an artifact.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "camelCase")]
pub enum Action {
    /// It comes new.
    Create,
    /// It takes the place of the one that is there, or its values do.
    Replace,
    /// It comes new beside other versions of it.
    NewVersion,
    /// What it is stays; its state may change.
    Keep,
    /// It is deleted.
    Remove,
    /// It cannot be carried.
    CannotGo {
        /// Why, in plain words.
        why: String,
    },
}

impl Action {
    /// Whether content of the source gets into the destination.
    #[must_use]
    pub const fn brings(&self) -> bool {
        matches!(self, Self::Create | Self::Replace | Self::NewVersion)
    }
}

/// The bytes that hold an artifact.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ArchiveStamp {
    /// SHA-256 of the bytes, in hex.
    pub sha256: String,
    /// How many bytes.
    pub bytes: u64,
    /// Whose archive it is, where it is not the artifact's own (name in the destination).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub carried_by: Option<ArtifactId>,
}

/// How an artifact stands in the destination.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Standing {
    /// The destination has it.
    pub present: bool,
    /// Its version, for the kinds that have one. Where it is not there: the highest other version.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub version: Option<String>,
    /// Its state, for the kinds that have one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub state: Option<State>,
    /// What it means, as a fingerprint, where it is known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub fingerprint: Option<String>,
    /// Its tracing level, where it is known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tracing: Option<Tracing>,
    /// When it was last changed (RFC 3339), as the destination says.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub updated: Option<String>,
}

/// One artifact of a waybill.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Item {
    /// Its name in the destination.
    pub id: ArtifactId,
    /// Its name in the source, where that is another one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub from: Option<ArtifactId>,
    /// What people call it.
    pub name: String,
    /// Why it is here.
    pub reason: Reason,
    /// All in this waybill that need it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub needed_by: Vec<Need>,
    /// What happens to it.
    pub action: Action,
    /// The bytes that bring it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub archive: Option<ArchiveStamp>,
    /// What the source tells of it beyond its archive, as canonical JSON without secrets: the values of
    /// a connection, a schedule with its parameters, an access list, the tracing of an integration.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub record: Option<ArchiveStamp>,
    /// How it stood when the plan was made.
    pub before: Standing,
    /// How it is to stand afterwards.
    pub after: Standing,
}

impl Item {
    /// Its name in the source.
    #[must_use]
    pub fn source_id(&self) -> &ArtifactId {
        self.from.as_ref().unwrap_or(&self.id)
    }
}
