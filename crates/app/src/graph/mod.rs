//! What depends on what in a whole place: the drawing, what a change would reach, and both as files.
//!
//! The graph itself is `waybill_model::graph`. Here it gets a place, the words for what it cannot
//! know (`notes`), and its forms outside the application (`dot`, `svg`, JSON).

mod dot;
mod notes;
mod svg;

use std::path::Path;

use waybill_model::graph::{Graph, Node};
use waybill_model::{ArtifactId, Catalogue, State};

use crate::Waybill;
use crate::places;
use crate::storage::save_file;
use crate::view::{
    CatalogueView, CommandError, GraphEdge, GraphNode, GraphView, ImpactRow, ImpactView, PlaceHead,
    PlaceRef, SavedFile,
};

/// A form of the graph outside the application.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum GraphFormat {
    /// For Graphviz.
    Dot,
    /// A [`GraphView`].
    Json,
    /// A drawing for browsers and documents.
    Svg,
}

impl Waybill {
    /// What depends on what in a place, and where each artifact is drawn. Of an instance: from the
    /// cache, unless there is none or `refresh` asks for a fresh one.
    ///
    /// # Errors
    /// As [`Waybill::catalogue`].
    pub async fn graph(&self, place: &PlaceRef, refresh: bool) -> Result<GraphView, CommandError> {
        let read = self.read_graph(place, refresh).await?;
        Ok(read.view(&read.graph))
    }

    /// The same, of one artifact alone: all that it needs and all that needs it, directly or through
    /// others.
    ///
    /// # Errors
    /// `UnknownSubject` if the place neither holds nor needs it; as [`Waybill::catalogue`].
    pub async fn graph_around(
        &self,
        place: &PlaceRef,
        id: &ArtifactId,
        refresh: bool,
    ) -> Result<GraphView, CommandError> {
        let read = self.read_graph(place, refresh).await?;
        let part = read.graph.around(id).ok_or_else(|| unknown(id))?;
        Ok(read.view(&part))
    }

    /// What a change of an artifact would reach. It may be missing in the place.
    ///
    /// # Errors
    /// `UnknownSubject` if the place neither holds nor needs it; as [`Waybill::catalogue`].
    pub async fn impact(
        &self,
        place: &PlaceRef,
        id: &ArtifactId,
    ) -> Result<ImpactView, CommandError> {
        let graph = self.read_graph(place, false).await?.graph;
        let reached = graph.impact(id).ok_or_else(|| unknown(id))?;
        let node = |position: u32| &graph.nodes()[position as usize];
        let rows: Vec<ImpactRow> = reached
            .into_iter()
            .map(|one| ImpactRow {
                id: node(one.position).id.clone(),
                name: places::name(&node(one.position).name),
                state: node(one.position).state,
                distance: one.distance,
                via: node(one.via).id.clone(),
                role: one.role,
            })
            .collect();
        let runs = |row: &&ImpactRow| matches!(row.state, Some(State::Active | State::Started));
        Ok(ImpactView {
            id: id.clone(),
            active: count(rows.iter().filter(runs).count()),
            rows,
        })
    }

    /// Writes the graph of a place as a file.
    ///
    /// # Errors
    /// As [`Waybill::catalogue`]; `FileFailed`, `DiskFull`.
    pub async fn graph_write(
        &self,
        place: &PlaceRef,
        format: GraphFormat,
        path: &Path,
    ) -> Result<SavedFile, CommandError> {
        let view = self.graph(place, false).await?;
        graph_save(&view, format, path)
    }

    async fn read_graph(&self, place: &PlaceRef, refresh: bool) -> Result<Read, CommandError> {
        let mut view = self.catalogue(place, refresh).await?;
        let mut catalogue = Catalogue {
            read_at: std::mem::take(&mut view.read_at),
            artifacts: std::mem::take(&mut view.artifacts),
            gaps: std::mem::take(&mut view.gaps),
        };
        let notes = self.graph_notes(place, &mut catalogue).await;
        Ok(Read {
            head: head(view, &catalogue),
            graph: Graph::of(&catalogue),
            notes,
        })
    }
}

/// The graph as the text of a file.
///
/// # Errors
/// `Internal` if it cannot be written as JSON.
pub fn graph_text(view: &GraphView, format: GraphFormat) -> Result<String, CommandError> {
    match format {
        GraphFormat::Dot => Ok(dot::text(view)),
        GraphFormat::Svg => Ok(svg::text(view)),
        GraphFormat::Json => {
            let mut text = serde_json::to_string_pretty(view).map_err(CommandError::internal)?;
            text.push('\n');
            Ok(text)
        }
    }
}

/// Writes a graph that was read before as a file.
///
/// # Errors
/// `FileFailed`, `DiskFull`.
pub fn graph_save(
    view: &GraphView,
    format: GraphFormat,
    path: &Path,
) -> Result<SavedFile, CommandError> {
    save_file(path, graph_text(view, format)?.as_bytes())
}

/// A graph with the place that it is of.
struct Read {
    head: PlaceHead,
    graph: Graph,
    notes: Vec<String>,
}

impl Read {
    fn view(&self, graph: &Graph) -> GraphView {
        let drawing = graph.drawing();
        let place = |(node, (x, y)): (&Node, &(f32, f32))| GraphNode {
            id: node.id.clone(),
            name: places::name(&node.name),
            state: node.state,
            present: node.present,
            uses: node.uses,
            used_by: node.used_by,
            unused: node.unused,
            cycle: node.cycle,
            x: *x,
            y: *y,
        };
        GraphView {
            head: self.head.clone(),
            nodes: graph
                .nodes()
                .iter()
                .zip(&drawing.places)
                .map(place)
                .collect(),
            edges: graph
                .edges()
                .iter()
                .map(|edge| GraphEdge {
                    from: edge.from,
                    to: edge.to,
                    role: edge.role.clone(),
                    across: edge.across,
                })
                .collect(),
            cycles: graph.cycles().to_vec(),
            width: drawing.width,
            height: drawing.height,
            notes: self.notes.clone(),
        }
    }
}

fn head(view: CatalogueView, catalogue: &Catalogue) -> PlaceHead {
    PlaceHead {
        place: view.place,
        title: view.title,
        instance_id: view.instance_id,
        environment: view.environment,
        read_at: catalogue.read_at.clone(),
    }
}

fn unknown(id: &ArtifactId) -> CommandError {
    CommandError::unknown("artifact", &id.to_string())
        .guide("The place neither holds nor needs it. Choose one that is in the graph.")
}

fn count(number: usize) -> u32 {
    u32::try_from(number).unwrap_or(u32::MAX)
}

/// What a person reads in one line: without control characters.
fn plain(text: &str) -> String {
    text.chars()
        .map(|character| {
            if character.is_control() {
                ' '
            } else {
                character
            }
        })
        .collect()
}
