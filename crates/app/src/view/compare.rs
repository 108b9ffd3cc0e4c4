//! Two places side by side.

use serde::{Deserialize, Serialize};
use ts_rs::TS;
use waybill_model::{ArtifactId, Difference, Environment, State};

use super::PlaceRef;

/// A place that is compared, searched, or drawn.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export, optional_fields)]
pub struct PlaceHead {
    /// Which place.
    pub place: PlaceRef,
    /// Its name: the instance's, the file's, or the snapshot's instance.
    pub title: String,
    /// The instance it is, or came from, where that instance is saved.
    pub instance_id: Option<String>,
    /// The environment of that instance.
    pub environment: Option<Environment>,
    /// When it was read, or taken.
    pub read_at: String,
}

/// How an artifact stands in two places.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub enum Verdict {
    /// It is in the left place alone.
    OnlyLeft,
    /// It is in the right place alone.
    OnlyRight,
    /// Its design differs.
    Different,
    /// Only what belongs to an environment differs: addresses, users, zones.
    Environment,
    /// It means the same in both.
    Same,
    /// It could not be compared; the summary says why.
    NotCompared,
}

/// What one place tells of an artifact.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export, optional_fields)]
pub struct SideFacts {
    /// Its state, for the kinds that have one.
    pub state: Option<State>,
    /// When it was last changed.
    pub updated: Option<String>,
    /// Who changed it last.
    pub updated_by: Option<String>,
}

/// One artifact of two places.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export, optional_fields)]
pub struct ComparedRow {
    /// Which artifact.
    pub id: ArtifactId,
    /// What people call it.
    pub name: String,
    /// How it stands.
    pub verdict: Verdict,
    /// The difference in a few words (`1 map, 2 steps`), or why it was not compared; may be empty.
    pub summary: String,
    /// What the left place tells.
    pub left: Option<SideFacts>,
    /// What the right place tells.
    pub right: Option<SideFacts>,
    /// Active here and not there, started here and stopped there.
    pub state_differs: bool,
    /// Where it is in one place alone: the versions of the same code in the other.
    pub other_versions: Vec<String>,
}

/// How many artifacts stand how.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub struct CompareCounts {
    /// In the left place alone.
    pub only_left: u32,
    /// In the right place alone.
    pub only_right: u32,
    /// Different by design.
    pub different: u32,
    /// Different in their environment alone.
    pub environment: u32,
    /// The same.
    pub same: u32,
    /// Not compared.
    pub not_compared: u32,
}

/// Two places side by side.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub struct CompareView {
    /// The left place.
    pub left: PlaceHead,
    /// The right place.
    pub right: PlaceHead,
    /// Every artifact of both, sorted by id.
    pub rows: Vec<ComparedRow>,
    /// How many stand how.
    pub counts: CompareCounts,
    /// What holds for all of it, in plain words: lists that could not be read, a deployment that
    /// is a part of its project.
    pub notes: Vec<String>,
    /// How many archives had to be fetched.
    pub fetched: u32,
    /// How long it took, in milliseconds.
    pub took_ms: u64,
}

/// How far a comparison or search is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export, optional_fields)]
pub struct WorkProgress {
    /// What is being done, in plain words.
    pub doing: String,
    /// How many are done.
    pub done: u32,
    /// Of how many, once that is known.
    pub total: Option<u32>,
}

/// Another artifact that differs too and that this one needs.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub struct RelatedDifference {
    /// Which.
    pub id: ArtifactId,
    /// What this one needs it for.
    pub role: String,
    /// How it stands.
    pub verdict: Verdict,
    /// Its difference in a few words.
    pub summary: String,
    /// Its difference, where it is a lookup.
    pub difference: Difference,
}

/// When two places were last seen to hold the same.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub struct LastSame {
    /// The snapshot that still holds what the other side has now.
    pub snapshot: String,
    /// When it was taken.
    pub taken_at: String,
}

/// The difference of one artifact.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export, optional_fields)]
pub struct DifferenceView {
    /// The left artifact.
    pub left_id: ArtifactId,
    /// The right artifact; another version or code, where that was asked for.
    pub right_id: ArtifactId,
    /// What people call it.
    pub name: String,
    /// How it stands.
    pub verdict: Verdict,
    /// The difference in one or two sentences.
    pub headline: String,
    /// What the left place tells of it.
    pub left: Option<SideFacts>,
    /// What the right place tells of it.
    pub right: Option<SideFacts>,
    /// All that differs.
    pub difference: Difference,
    /// What it needs and differs too.
    pub related: Vec<RelatedDifference>,
    /// When both were last seen to be the same, where a snapshot shows it.
    pub last_same: Option<LastSame>,
}
