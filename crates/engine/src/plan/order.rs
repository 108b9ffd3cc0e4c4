//! Which integrations call each other, and the order of steps.

use std::collections::{BTreeMap, BTreeSet, BinaryHeap};

use waybill_model::graph::Graph;
use waybill_model::{Artifact, ArtifactId, ArtifactKind, Catalogue};

use crate::waybill::{ImportHow, Step, StepKind};

/// Who calls whom, without the calls within circles.
#[derive(Debug, Default)]
pub(super) struct Calls {
    called: BTreeMap<ArtifactId, BTreeSet<ArtifactId>>,
    callers: BTreeMap<ArtifactId, BTreeSet<ArtifactId>>,
    /// Integrations that call each other in a circle.
    pub circles: Vec<Vec<ArtifactId>>,
}

impl Calls {
    /// The calls among some integrations, given who calls whom.
    pub fn of(calls: &BTreeSet<(ArtifactId, ArtifactId)>) -> Self {
        let ids: BTreeSet<&ArtifactId> = calls.iter().flat_map(|(from, to)| [from, to]).collect();
        let artifacts = ids.into_iter().map(|id| {
            let mut artifact = Artifact::named(id.clone(), "");
            artifact.dependencies = calls
                .range((id.clone(), lowest())..)
                .take_while(|(from, _)| from == id)
                .map(|(_, to)| waybill_model::Dependency {
                    id: to.clone(),
                    role: "calls".to_owned(),
                })
                .collect();
            artifact
        });
        let graph = Graph::of(&Catalogue::new("", artifacts.collect(), Vec::new()));
        let nodes = graph.nodes();
        let mut own = Self::default();
        for edge in graph.edges() {
            let (from, to) = (&nodes[edge.from as usize], &nodes[edge.to as usize]);
            let within = from.cycle.is_some() && from.cycle == to.cycle;
            if !within {
                let (from, to) = (from.id.clone(), to.id.clone());
                let known = own.called.entry(from.clone()).or_default();
                known.insert(to.clone());
                own.callers.entry(to).or_default().insert(from);
            }
        }
        let circle = |members: &Vec<u32>| {
            let members = members
                .iter()
                .map(|member| nodes[*member as usize].id.clone());
            members.collect()
        };
        own.circles = graph.cycles().iter().map(circle).collect();
        own
    }

    /// What an integration calls.
    pub fn called(&self, id: &ArtifactId) -> impl Iterator<Item = &ArtifactId> {
        self.called.get(id).into_iter().flatten()
    }

    /// What calls an integration.
    pub fn callers(&self, id: &ArtifactId) -> impl Iterator<Item = &ArtifactId> {
        self.callers.get(id).into_iter().flatten()
    }
}

/// The id before all others.
fn lowest() -> ArtifactId {
    ArtifactId::global(ArtifactKind::Integration, "", None)
}

/// Where a step stands among those that could be taken at the same time.
const fn rank(kind: StepKind) -> u8 {
    match kind {
        StepKind::StopSchedule => 0,
        StepKind::Import { how, .. } => match how {
            ImportHow::Certificate => 1,
            ImportHow::Library => 3,
            ImportHow::Lookup => 4,
            ImportHow::Project => 5,
            ImportHow::Package => 6,
            ImportHow::Integration => 7,
        },
        StepKind::Deactivate => 2,
        StepKind::SetLookup => 8,
        StepKind::SetConnection => 9,
        StepKind::TestConnection => 10,
        StepKind::Activate { .. } => 11,
        StepKind::SetSchedule => 12,
        StepKind::StartSchedule => 13,
        StepKind::SetAccess => 14,
        StepKind::Delete => 15,
    }
}

/// The steps in an order in which each comes after what it needs: all of one sort together where
/// that goes. Needs that are no step are dropped.
pub(super) fn in_order(mut steps: BTreeMap<String, Step>) -> Vec<Step> {
    let keys: BTreeSet<String> = steps.keys().cloned().collect();
    let mut open: BTreeMap<String, usize> = BTreeMap::new();
    let mut next: BTreeMap<String, Vec<String>> = BTreeMap::new();
    let mut ready = BinaryHeap::new();
    let place =
        |step: &Step| std::cmp::Reverse((rank(step.kind), step.subject.clone(), step.key.clone()));
    for (key, step) in &mut steps {
        for list in [&mut step.needs, &mut step.any_of] {
            list.retain(|need| need != key && keys.contains(need));
            list.sort();
            list.dedup();
        }
        let needs: BTreeSet<&String> = step.needs.iter().chain(&step.any_of).collect();
        for need in &needs {
            next.entry((*need).clone()).or_default().push(key.clone());
        }
        if needs.is_empty() {
            ready.push(place(step));
        }
        open.insert(key.clone(), needs.len());
    }
    let mut ordered = Vec::with_capacity(steps.len());
    while let Some(std::cmp::Reverse((_, _, key))) = ready.pop() {
        let Some(step) = steps.remove(&key) else {
            continue;
        };
        ordered.push(step);
        for waiting in next.remove(&key).unwrap_or_default() {
            if let Some(left) = open.get_mut(&waiting) {
                *left = left.saturating_sub(1);
                if let (0, Some(step)) = (*left, steps.get(&waiting)) {
                    ready.push(place(step));
                }
            }
        }
    }
    debug_assert!(steps.is_empty(), "steps need each other in a circle");
    ordered
}

#[cfg(test)]
mod tests {
    use super::*;

    fn id(code: &str) -> ArtifactId {
        ArtifactId::global(ArtifactKind::Integration, code, Some("01.00.0000"))
    }

    #[test]
    fn calls_within_a_circle_do_not_count_and_the_circle_is_told() {
        let calls = [("A", "B"), ("B", "C"), ("C", "B"), ("D", "D")];
        let calls = calls.iter().map(|(from, to)| (id(from), id(to))).collect();
        let calls = Calls::of(&calls);
        assert_eq!(calls.called(&id("A")).collect::<Vec<_>>(), [&id("B")]);
        assert_eq!(calls.called(&id("B")).count(), 0);
        assert_eq!(calls.callers(&id("B")).collect::<Vec<_>>(), [&id("A")]);
        assert_eq!(calls.circles, [vec![id("B"), id("C")], vec![id("D")]]);
    }
}
