//! What depends on what in a whole place.

use serde::{Deserialize, Serialize};
use ts_rs::TS;
use waybill_model::{ArtifactId, State};

use super::PlaceHead;

/// An artifact in the graph.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export, optional_fields)]
pub struct GraphNode {
    /// Which artifact.
    pub id: ArtifactId,
    /// What people call it; its code where the place does not hold it.
    pub name: String,
    /// Its state, for the kinds that have one.
    pub state: Option<State>,
    /// The place holds it; else it is needed and missing.
    pub present: bool,
    /// How many it needs.
    pub uses: u32,
    /// How many need it.
    pub used_by: u32,
    /// Nothing needs it, and it is of a kind that is only there to be needed.
    pub unused: bool,
    /// Which of the graph's cycles it is in.
    pub cycle: Option<u32>,
    /// Where its left edge is drawn.
    pub x: f32,
    /// Where its middle is drawn.
    pub y: f32,
}

/// A dependency in the graph, by positions in the list of nodes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub struct GraphEdge {
    /// Which needs.
    pub from: u32,
    /// What is needed.
    pub to: u32,
    /// What for.
    pub role: String,
    /// It leads from one project into another, or out of one.
    pub across: bool,
}

/// What depends on what in a place.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub struct GraphView {
    /// The place.
    pub head: PlaceHead,
    /// The artifacts, sorted by id.
    pub nodes: Vec<GraphNode>,
    /// The dependencies.
    pub edges: Vec<GraphEdge>,
    /// Artifacts that need each other in a circle, by positions in the list of nodes.
    pub cycles: Vec<Vec<u32>>,
    /// How wide the drawing is.
    pub width: f32,
    /// How high the drawing is.
    pub height: f32,
    /// What the graph does not know, in plain words.
    pub notes: Vec<String>,
}

/// An artifact that a change would reach.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export, optional_fields)]
pub struct ImpactRow {
    /// Which artifact.
    pub id: ArtifactId,
    /// What people call it.
    pub name: String,
    /// Its state, for the kinds that have one.
    pub state: Option<State>,
    /// How many dependencies lie between: 1 needs the changed one itself.
    pub distance: u32,
    /// The artifact through which it is reached.
    pub via: ArtifactId,
    /// What it needs that one for.
    pub role: String,
}

/// What a change of an artifact would reach.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub struct ImpactView {
    /// What would be changed.
    pub id: ArtifactId,
    /// What it reaches, the nearest first.
    pub rows: Vec<ImpactRow>,
    /// How many of these are active or started.
    pub active: u32,
}
