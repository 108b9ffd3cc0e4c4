//! How long the steps will take, by what such steps took in the past.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use crate::waybill::{Lane, Step};

/// What past runs of the destination took.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct History {
    /// The usual duration of a step in milliseconds, by the word of its kind
    /// ([`crate::waybill::StepKind::word`]).
    pub millis: BTreeMap<String, u64>,
    /// How many imports and changes run at once.
    pub imports_at_once: u32,
    /// How many activations run at once.
    pub activations_at_once: u32,
}

impl Default for History {
    fn default() -> Self {
        Self {
            millis: BTreeMap::new(),
            imports_at_once: 2,
            activations_at_once: 2,
        }
    }
}

/// The time in seconds; none where nothing is known of imports and activations. It is the greater of
/// the longest chain of steps and the work of each lane divided by how many run at once. Steps of a
/// sort that never ran count as the mean of those that did.
#[must_use]
pub fn estimate(steps: &[Step], history: &History) -> Option<u64> {
    let words: BTreeSet<&str> = steps.iter().map(|step| step.kind.word()).collect();
    let known: Vec<u64> = words
        .iter()
        .filter_map(|word| history.millis.get(*word).copied())
        .collect();
    let mean = known.iter().sum::<u64>() / u64::try_from(known.len()).ok().filter(|n| *n > 0)?;
    let mut ends: HashMap<&str, u64> = HashMap::new();
    let mut work: BTreeMap<Lane, u64> = BTreeMap::new();
    let mut longest = 0;
    for step in steps {
        let own = history
            .millis
            .get(step.kind.word())
            .copied()
            .unwrap_or(mean);
        *work.entry(step.kind.lane()).or_default() += own;
        let needs = step.needs.iter().chain(&step.any_of);
        let begin = needs
            .filter_map(|need| ends.get(need.as_str()).copied())
            .max();
        let end = begin.unwrap_or(0) + own;
        longest = longest.max(end);
        ends.insert(&step.key, end);
    }
    let lanes = work.into_iter().map(|(lane, work)| {
        let at_once = match lane {
            Lane::Imports => history.imports_at_once,
            Lane::Activations => history.activations_at_once,
        };
        work / u64::from(at_once.max(1))
    });
    let millis = lanes.max().unwrap_or(0).max(longest);
    Some(millis.div_ceil(1000))
}

#[cfg(test)]
mod tests {
    use waybill_model::{ArtifactId, ArtifactKind};

    use super::*;
    use crate::change::Facts;
    use crate::waybill::StepKind;

    fn step(code: &str, kind: StepKind, needs: &[&Step]) -> Step {
        let subject = ArtifactId::global(ArtifactKind::Integration, code, Some("01.00.0000"));
        Step {
            key: kind.key(&subject),
            kind,
            subject,
            needs: needs.iter().map(|need| need.key.clone()).collect(),
            any_of: Vec::new(),
            before: Facts::new(),
            after: Facts::new(),
            words: String::new(),
        }
    }

    #[test]
    fn the_longest_chain_or_the_fullest_lane_decides() {
        let activate = StepKind::Activate { tracing: None };
        let a = step("A", activate, &[]);
        let b = step("B", activate, &[&a]);
        let c = step("C", activate, &[&b]);
        let mut history = History {
            activations_at_once: 3,
            ..History::default()
        };
        assert_eq!(estimate(std::slice::from_ref(&a), &history), None);
        history.millis.insert("activate".to_owned(), 5_000);
        assert_eq!(
            estimate(&[a.clone(), b.clone(), c.clone()], &history),
            Some(15)
        );
        let wide: Vec<Step> = (0..30)
            .map(|number| step(&format!("X{number}"), activate, &[]))
            .collect();
        assert_eq!(estimate(&wide, &history), Some(50));
        let deactivation = step("A", StepKind::Deactivate, &[]);
        let known = [deactivation, a];
        assert_eq!(estimate(&known, &history), Some(5));
    }
}
