//! What depends on what in one place, as a graph: who needs whom, what is missing, what nothing
//! needs, what needs each other in a circle, what a change would reach, and where each artifact is
//! drawn.
//!
//! An edge leads from the one that needs to what it needs. `reach` follows edges, `drawing` gives
//! coordinates. Nothing here reads or waits; thousands of artifacts take milliseconds.

mod drawing;
mod order;
mod reach;
#[cfg(test)]
mod tests;

use std::collections::{BTreeMap, BTreeSet};

use petgraph::algo::kosaraju_scc;
use petgraph::graph::DiGraph;

pub use drawing::{BOX_HEIGHT, BOX_WIDTH, Drawing};
pub use reach::Reached;

use crate::{Artifact, ArtifactId, ArtifactKind, Catalogue, State};

/// An artifact in the graph.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Node {
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
}

/// A dependency in the graph, by positions in the list of nodes.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Edge {
    /// Which needs.
    pub from: u32,
    /// What is needed.
    pub to: u32,
    /// What for, in the words of [`crate::Dependency::role`].
    pub role: String,
    /// It leads from one project into another, or out of one. A project is not outside itself.
    pub across: bool,
}

impl Edge {
    /// The one merely holds the other together with others: a project or package its integrations,
    /// an access list its project.
    #[must_use]
    pub fn is_containment(&self) -> bool {
        matches!(self.role.as_str(), "member" | "access of")
    }
}

/// What depends on what in one place.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Graph {
    nodes: Vec<Node>,
    edges: Vec<Edge>,
    cycles: Vec<Vec<u32>>,
    /// Positions of the edges that leave each node.
    leaving: Vec<Vec<u32>>,
    /// Positions of the edges that arrive at each node.
    arriving: Vec<Vec<u32>>,
}

impl Graph {
    /// The graph of a catalogue. What a project needs and does not hold itself, and the global scope
    /// does, is taken from there: lists name the code alone.
    #[must_use]
    pub fn of(catalogue: &Catalogue) -> Self {
        let mut needed: BTreeMap<ArtifactId, Option<&Artifact>> = catalogue
            .artifacts
            .iter()
            .map(|artifact| (artifact.id.clone(), Some(artifact)))
            .collect();
        let mut links = BTreeSet::new();
        for artifact in &catalogue.artifacts {
            for dependency in &artifact.dependencies {
                let id = catalogue.meant(&dependency.id);
                needed.entry(id.clone()).or_insert(None);
                links.insert((&artifact.id, id, dependency.role.as_str()));
            }
        }
        let positions: BTreeMap<&ArtifactId, u32> = needed.keys().zip(0..).collect();
        let edges = links
            .iter()
            .filter_map(|(from, to, role)| {
                let edge = Edge {
                    from: *positions.get(from)?,
                    to: *positions.get(to)?,
                    role: (*role).to_owned(),
                    across: false,
                };
                let across = from.scope != to.scope && !edge.is_containment();
                Some(Edge { across, ..edge })
            })
            .collect();
        let certificates = links
            .iter()
            .any(|(_, to, _)| to.kind == ArtifactKind::Certificate);
        let nodes = needed
            .iter()
            .map(|(id, artifact)| Node {
                id: id.clone(),
                name: artifact.map_or_else(|| id.code.clone(), |artifact| artifact.name.clone()),
                state: artifact.and_then(|artifact| artifact.state),
                present: artifact.is_some(),
                uses: 0,
                used_by: 0,
                // What Oracle delivers is not there to be tidied away, and a place that names no
                // certificate anywhere does not tell which are used.
                unused: artifact.is_some_and(|artifact| !artifact.prebuilt)
                    && (certificates || id.kind != ArtifactKind::Certificate),
                cycle: None,
            })
            .collect();
        Self::linked(nodes, edges)
    }

    /// Completes the nodes with what the edges tell. `unused` is kept where it may be so.
    fn linked(nodes: Vec<Node>, mut edges: Vec<Edge>) -> Self {
        edges.sort();
        let mut graph = Self {
            leaving: vec![Vec::new(); nodes.len()],
            arriving: vec![Vec::new(); nodes.len()],
            nodes,
            edges,
            cycles: Vec::new(),
        };
        for (edge, position) in graph.edges.iter().zip(0..) {
            graph.leaving[edge.from as usize].push(position);
            graph.arriving[edge.to as usize].push(position);
        }
        for index in 0..graph.nodes.len() {
            let needs: BTreeSet<u32> = graph.edges_of(&graph.leaving[index], |edge| edge.to);
            let needed_by: BTreeSet<u32> = graph.edges_of(&graph.arriving[index], |edge| edge.from);
            let node = &mut graph.nodes[index];
            node.uses = count(needs.len());
            node.used_by = count(needed_by.len());
            node.unused &= needed_by.is_empty() && is_there_to_be_needed(node.id.kind);
        }
        graph.cycles = graph.find_cycles();
        for (cycle, number) in graph.cycles.iter().zip(0..) {
            for position in cycle {
                graph.nodes[*position as usize].cycle = Some(number);
            }
        }
        graph
    }

    fn edges_of(&self, positions: &[u32], end: impl Fn(&Edge) -> u32) -> BTreeSet<u32> {
        positions
            .iter()
            .map(|position| end(&self.edges[*position as usize]))
            .collect()
    }

    fn find_cycles(&self) -> Vec<Vec<u32>> {
        let mut links = DiGraph::<(), (), u32>::with_capacity(self.nodes.len(), self.edges.len());
        for _ in &self.nodes {
            links.add_node(());
        }
        for edge in &self.edges {
            links.add_edge(edge.from.into(), edge.to.into(), ());
        }
        let mut cycles: Vec<Vec<u32>> = kosaraju_scc(&links)
            .into_iter()
            .map(|members| {
                let mut members: Vec<u32> = members
                    .into_iter()
                    .map(|node| count(node.index()))
                    .collect();
                members.sort_unstable();
                members
            })
            .filter(|members| match members.as_slice() {
                [only] => {
                    let mut leaving = self.leaving[*only as usize].iter();
                    leaving.any(|edge| self.edges[*edge as usize].to == *only)
                }
                several => several.len() > 1,
            })
            .collect();
        cycles.sort();
        cycles
    }

    /// The artifacts, sorted by id.
    #[must_use]
    pub fn nodes(&self) -> &[Node] {
        &self.nodes
    }

    /// The dependencies, sorted by their ends.
    #[must_use]
    pub fn edges(&self) -> &[Edge] {
        &self.edges
    }

    /// Artifacts that need each other in a circle, by positions in the list of nodes: each set is
    /// as large as it can be, sorted.
    #[must_use]
    pub fn cycles(&self) -> &[Vec<u32>] {
        &self.cycles
    }

    /// The position of an artifact in the list of nodes.
    #[must_use]
    pub fn position(&self, id: &ArtifactId) -> Option<usize> {
        self.nodes.binary_search_by(|node| node.id.cmp(id)).ok()
    }
}

/// Of no use by itself. An integration without callers is not unused: it has a trigger.
const fn is_there_to_be_needed(kind: ArtifactKind) -> bool {
    matches!(
        kind,
        ArtifactKind::Connection
            | ArtifactKind::Lookup
            | ArtifactKind::Library
            | ArtifactKind::Certificate
            | ArtifactKind::AgentGroup
    )
}

fn count(number: usize) -> u32 {
    u32::try_from(number).unwrap_or(u32::MAX)
}
