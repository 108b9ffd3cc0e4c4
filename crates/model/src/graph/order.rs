//! In which column an artifact is drawn, and in which order from top to bottom.
//!
//! The columns follow the kinds, left to right: what holds others, schedules, integrations by how
//! deep they are called, what these need, and what connections need. The order within a column
//! keeps lines short and crossings few: each artifact goes to the mean place of its neighbours (the
//! barycentre), a fixed number of times from left to right and back.

use std::collections::BTreeMap;

use petgraph::algo::kosaraju_scc;
use petgraph::graph::DiGraph;

use super::Graph;
use crate::ArtifactKind;

/// How often the columns are gone through, forth and back.
const SWEEPS: usize = 6;
/// The column of what integrations need, whatever their depth.
const NEEDED: u32 = u32::MAX - 1;

impl Graph {
    /// The column of each node; numbers in between may have no node.
    pub(super) fn tiers(&self) -> Vec<u32> {
        let depths = self.call_depths();
        self.nodes
            .iter()
            .zip(depths)
            .map(|(node, depth)| match node.id.kind {
                ArtifactKind::AccessList => 0,
                ArtifactKind::Project | ArtifactKind::Package | ArtifactKind::Deployment => 1,
                ArtifactKind::Schedule => 2,
                ArtifactKind::Integration => 3 + depth,
                ArtifactKind::Connection | ArtifactKind::Lookup | ArtifactKind::Library => NEEDED,
                ArtifactKind::Certificate | ArtifactKind::AgentGroup => u32::MAX,
            })
            .collect()
    }

    /// How many integrations call each other before it is the turn of each node. Those that call
    /// each other in a circle are equally deep.
    fn call_depths(&self) -> Vec<u32> {
        let calls = |kind| kind == ArtifactKind::Integration;
        let mut links = DiGraph::<(), (), u32>::with_capacity(self.nodes.len(), self.edges.len());
        for _ in &self.nodes {
            links.add_node(());
        }
        for edge in &self.edges {
            let kinds = [edge.from, edge.to].map(|end| self.nodes[end as usize].id.kind);
            if kinds.into_iter().all(calls) {
                links.add_edge(edge.from.into(), edge.to.into(), ());
            }
        }
        let mut depths = vec![0_u32; self.nodes.len()];
        let mut circles = kosaraju_scc(&links);
        // Callers come before what they call.
        circles.reverse();
        let mut circle_of = vec![0; self.nodes.len()];
        for (number, circle) in circles.iter().enumerate() {
            for member in circle {
                circle_of[member.index()] = number;
            }
        }
        for (number, circle) in circles.iter().enumerate() {
            let members = circle.iter().map(|member| member.index());
            let depth = members.map(|member| depths[member]).max().unwrap_or(0);
            for member in circle {
                depths[member.index()] = depth;
            }
            for member in circle {
                for called in links.neighbors(*member) {
                    if circle_of[called.index()] != number {
                        let known = &mut depths[called.index()];
                        *known = (*known).max(depth + 1);
                    }
                }
            }
        }
        depths
    }

    /// The neighbours of each node, on both sides.
    pub(super) fn neighbours(&self) -> Vec<Vec<usize>> {
        let mut neighbours = vec![Vec::new(); self.nodes.len()];
        for edge in &self.edges {
            let (from, to) = (edge.from as usize, edge.to as usize);
            if from != to {
                neighbours[from].push(to);
                neighbours[to].push(from);
            }
        }
        neighbours
    }

    /// Some nodes in columns, each in its order from top to bottom. `place` has room for the place of
    /// each node of the graph within its column, between 0 and 1.
    pub(super) fn columns(
        &self,
        members: &[usize],
        tiers: &[u32],
        neighbours: &[Vec<usize>],
        place: &mut [f32],
    ) -> Vec<Vec<usize>> {
        let mut by_tier: BTreeMap<u32, Vec<usize>> = BTreeMap::new();
        for member in members {
            by_tier.entry(tiers[*member]).or_default().push(*member);
        }
        let mut columns: Vec<Vec<usize>> = by_tier.into_values().collect();
        for column in &mut columns {
            // What lives in one project begins side by side.
            column.sort_by_key(|member| (&self.nodes[*member].id.scope, *member));
            settle(column, place);
        }
        for sweep in 0..SWEEPS * 2 {
            let forth = sweep % 2 == 0;
            let order: Vec<usize> = if forth {
                (0..columns.len()).collect()
            } else {
                (0..columns.len()).rev().collect()
            };
            for index in order {
                let column = &mut columns[index];
                let mut keyed: Vec<(f32, usize)> = column
                    .iter()
                    .map(|member| {
                        let before = neighbours[*member].iter().filter(|other| {
                            let (own, theirs) = (tiers[*member], tiers[**other]);
                            if forth { theirs < own } else { theirs > own }
                        });
                        let key = mean(before.map(|other| place[*other]));
                        (key.unwrap_or(place[*member]), *member)
                    })
                    .collect();
                keyed.sort_by(|left, right| left.0.total_cmp(&right.0));
                *column = keyed.into_iter().map(|(_, member)| member).collect();
                settle(column, place);
            }
        }
        columns
    }
}

/// Gives the nodes of a column their places between 0 and 1.
fn settle(column: &[usize], place: &mut [f32]) {
    let length = column.len() as f32;
    for (rank, member) in column.iter().enumerate() {
        place[*member] = (rank as f32 + 0.5) / length;
    }
}

/// The mean; none of nothing.
pub(super) fn mean(values: impl Iterator<Item = f32>) -> Option<f32> {
    let (sum, count) = values.fold((0.0, 0.0), |(sum, count), value| (sum + value, count + 1.0));
    (count > 0.0).then(|| sum / count)
}
