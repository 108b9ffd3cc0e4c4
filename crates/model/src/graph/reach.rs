//! Following the edges: what a change would reach, and the surroundings of one artifact.

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use super::{Edge, Graph, Node};
use crate::ArtifactId;

/// An artifact that a change would reach.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reached {
    /// Its position in the list of nodes.
    pub position: u32,
    /// How many dependencies lie between: 1 needs the changed one itself.
    pub distance: u32,
    /// The position of the artifact through which it is reached.
    pub via: u32,
    /// What it needs that one for; several purposes with commas between.
    pub role: String,
}

impl Graph {
    /// What a change of an artifact would reach, the nearest first: all that needs it, directly or
    /// through others. Projects, packages and deployments that merely hold what is reached are not
    /// reached; where one of them is itself what changes, so do its members. `None` if the graph
    /// does not know the artifact.
    #[must_use]
    pub fn impact(&self, id: &ArtifactId) -> Option<Vec<Reached>> {
        let start = super::count(self.position(id)?);
        let mut reached: BTreeMap<u32, Reached> = BTreeMap::new();
        let mut waiting = VecDeque::from([(start, 0_u32)]);
        while let Some((position, distance)) = waiting.pop_front() {
            let index = position as usize;
            let arriving = self.arriving[index].iter();
            let mut steps: Vec<(u32, &str)> = arriving
                .map(|edge| &self.edges[*edge as usize])
                .filter(|edge| !edge.is_containment())
                .map(|edge| (edge.from, edge.role.as_str()))
                .collect();
            if position == start {
                let leaving = self.leaving[index].iter();
                steps.extend(
                    leaving
                        .map(|edge| &self.edges[*edge as usize])
                        .filter(|edge| edge.role == "member")
                        .map(|edge| (edge.to, edge.role.as_str())),
                );
            }
            let mut roles: BTreeMap<u32, Vec<&str>> = BTreeMap::new();
            for (next, role) in steps {
                if next != start && !reached.contains_key(&next) {
                    roles.entry(next).or_default().push(role);
                }
            }
            for (next, roles) in roles {
                let found = Reached {
                    position: next,
                    distance: distance + 1,
                    via: position,
                    role: roles.join(", "),
                };
                reached.insert(next, found);
                waiting.push_back((next, distance + 1));
            }
        }
        let mut reached: Vec<Reached> = reached.into_values().collect();
        reached.sort_by_key(|one| (one.distance, one.position));
        Some(reached)
    }

    /// The part of the graph that has to do with one artifact: all that it needs and all that needs
    /// it, directly or through others. The counts of the nodes stay those of the whole. `None` if
    /// the graph does not know the artifact.
    #[must_use]
    pub fn around(&self, id: &ArtifactId) -> Option<Self> {
        let start = super::count(self.position(id)?);
        let mut kept = self.follow(start, &self.leaving, |edge| edge.to);
        kept.extend(self.follow(start, &self.arriving, |edge| edge.from));
        let places: BTreeMap<u32, u32> = kept.iter().copied().zip(0..).collect();
        let place = |position: &u32| places.get(position).copied();
        let edges = self.edges.iter().filter_map(|edge| {
            Some(Edge {
                from: place(&edge.from)?,
                to: place(&edge.to)?,
                ..edge.clone()
            })
        });
        let whole: Vec<&Node> = kept
            .iter()
            .map(|position| &self.nodes[*position as usize])
            .collect();
        let mut part = Self::linked(whole.iter().copied().cloned().collect(), edges.collect());
        for (node, whole) in part.nodes.iter_mut().zip(whole) {
            node.uses = whole.uses;
            node.used_by = whole.used_by;
        }
        Some(part)
    }

    fn follow(&self, start: u32, edges: &[Vec<u32>], end: impl Fn(&Edge) -> u32) -> BTreeSet<u32> {
        let mut seen = BTreeSet::from([start]);
        let mut waiting = vec![start];
        while let Some(position) = waiting.pop() {
            for edge in &edges[position as usize] {
                let next = end(&self.edges[*edge as usize]);
                if seen.insert(next) {
                    waiting.push(next);
                }
            }
        }
        seen
    }
}
