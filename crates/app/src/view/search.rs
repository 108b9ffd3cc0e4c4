//! Where a text is used.

use serde::{Deserialize, Serialize};
use ts_rs::TS;
use waybill_model::{ArtifactId, Piece};

use super::{PlaceHead, PlaceRef};

/// What to look for and where.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub struct SearchRequest {
    /// The text, at least two characters.
    pub text: String,
    /// Capital letters count.
    #[serde(default)]
    pub match_case: bool,
    /// Where; nowhere named: all snapshots.
    #[serde(default)]
    pub places: Vec<PlaceRef>,
}

/// A place in a file where the text stands.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub struct SearchMatch {
    /// The file inside the archive, with the archives around it; empty where there is no archive.
    pub path: String,
    /// Where in it, in the words of the designer where they are known: a step, a field, a cell, a
    /// property.
    #[serde(rename = "where")]
    pub spot: String,
    /// The text around it; what may be secret is shown as dots. The matches are the changed pieces.
    pub excerpt: Vec<Piece>,
}

/// An artifact in which the text stands.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export, optional_fields)]
pub struct SearchHit {
    /// Which artifact.
    pub id: ArtifactId,
    /// What people call it.
    pub name: String,
    /// The place; of several with the same content, the newest.
    pub head: PlaceHead,
    /// The other places that hold the same content, the newest first.
    pub also: Vec<PlaceHead>,
    /// Where in it, at most 50.
    pub matches: Vec<SearchMatch>,
    /// How many there are.
    pub count: u32,
}

/// Where a text is used.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub struct SearchView {
    /// The artifacts, sorted by id.
    pub hits: Vec<SearchHit>,
    /// How many artifacts were looked through, each content once.
    pub searched: u32,
    /// How many places.
    pub places: u32,
    /// What could not be looked through, in plain words.
    pub notes: Vec<String>,
    /// There are more artifacts than are told.
    pub cut_off: bool,
    /// How long it took, in milliseconds.
    pub took_ms: u64,
}
