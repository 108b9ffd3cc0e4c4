//! Which step is taken when: each as soon as what it needs is there, several at once within their lane,
//! those first on which the longest chains wait. A step that fails takes only those with it that need
//! it.

use std::collections::{BTreeMap, HashMap};
use std::pin::pin;

use futures::StreamExt as _;
use futures::stream::FuturesUnordered;

use super::ACTIVATING_AT_ONCE;
use super::deed::Deed;
use super::perform::Hauling;
use crate::change::Stop;
use crate::journal::{StepEnd, StepState};
use crate::waybill::{Lane, Step};

/// So many imports and changes are made ready or under way at once; the client paces their calls.
const IMPORTING_AT_ONCE: u32 = 8;

impl Hauling {
    /// Takes all steps that can be taken.
    pub(super) async fn course(&self, deeds: &[Deed]) -> Result<(), Stop> {
        let steps: Vec<&Step> = deeds.iter().map(|deed| &deed.step).collect();
        let states = deeds.iter().map(|deed| match deed.row.state {
            state if has_ended(state) && state != StepState::Unknown => state,
            // What may have been sent is looked at again.
            _ => StepState::Planned,
        });
        let states = states.collect();
        let mut order = Order::of(&steps, states);
        let mut watching = pin!(self.watch.run());
        let mut running = FuturesUnordered::new();
        let mut reading = FuturesUnordered::new();
        let mut stopped: Option<Stop> = None;
        loop {
            if stopped.is_none() {
                let left = order.left_out().into_iter();
                let mut left = left.map(|(index, cause)| (&deeds[index], &steps[cause].subject));
                stopped = left.find_map(|(deed, cause)| self.skip(deed, cause).err());
            }
            if stopped.is_none() {
                for index in order.startable() {
                    let deed = &deeds[index];
                    running.push(async move { (index, self.take(deed).await) });
                }
            }
            let ended = tokio::select! {
                biased;
                ended = running.next() => ended,
                Some(()) = reading.next() => continue,
                never = &mut watching => match never {},
            };
            let Some((index, ended)) = ended else {
                return stopped.map_or(Ok(()), Err);
            };
            match ended {
                Ok(state) => {
                    order.ended(index, state);
                    self.count(state);
                    let deed = &deeds[index];
                    if state == StepState::Done
                        && order.has_more()
                        && let Some(updated) = self.to_read_early(deed)
                    {
                        reading.push(self.read_early(&deed.step.subject, updated));
                    }
                }
                // What is under way ends; nothing more is begun.
                Err(stop) => {
                    order.interrupted(index);
                    let first = stopped.take();
                    stopped = Some(match first {
                        Some(first) if !first.cancelled || stop.cancelled => first,
                        _ => stop,
                    });
                }
            }
        }
    }

    fn skip(&self, deed: &Deed, cause: &waybill_model::ArtifactId) -> Result<(), Stop> {
        let end = StepEnd {
            state: StepState::Skipped,
            after: Some(format!("after `{}`, which failed", cause.wire())),
            took_ms: None,
            failure: None,
        };
        self.end(deed, &end)?;
        self.count(StepState::Skipped);
        Ok(())
    }
}

/// How the steps stand, and which can be taken.
struct Order {
    states: Vec<StepState>,
    /// What each needs; all of the first, one of the second.
    needs: Vec<(Vec<usize>, Vec<usize>)>,
    lanes: Vec<Lane>,
    /// The steps by how much waits for them, most first.
    ranked: Vec<usize>,
    under_way: Vec<bool>,
    /// Because of which step a step was left.
    causes: HashMap<usize, usize>,
}

impl Order {
    fn of(steps: &[&Step], states: Vec<StepState>) -> Self {
        let places: HashMap<&str, usize> = steps
            .iter()
            .enumerate()
            .map(|(index, step)| (step.key.as_str(), index))
            .collect();
        let find = |keys: &[String]| -> Vec<usize> {
            let found = keys.iter().filter_map(|key| places.get(key.as_str()));
            found.copied().collect()
        };
        let needs: Vec<(Vec<usize>, Vec<usize>)> = steps
            .iter()
            .map(|step| (find(&step.needs), find(&step.any_of)))
            .collect();
        // How long the chain is that waits for each; steps stand after what they need.
        let mut waits = vec![0_u32; steps.len()];
        for index in (0..steps.len()).rev() {
            let (all, any) = &needs[index];
            let own = waits[index] + 1;
            for need in all.iter().chain(any) {
                waits[*need] = waits[*need].max(own);
            }
        }
        let mut ranked: Vec<usize> = (0..steps.len()).collect();
        ranked.sort_by_key(|index| (std::cmp::Reverse(waits[*index]), *index));
        Self {
            under_way: vec![false; steps.len()],
            lanes: steps.iter().map(|step| step.kind.lane()).collect(),
            causes: HashMap::new(),
            states,
            needs,
            ranked,
        }
    }

    fn is_open(&self, index: usize) -> bool {
        !self.under_way[index] && !has_ended(self.states[index])
    }

    /// Something is still to be begun.
    fn has_more(&self) -> bool {
        (0..self.states.len()).any(|index| self.is_open(index))
    }

    /// The steps that can no longer be taken, each with the step because of which: they are left.
    fn left_out(&mut self) -> Vec<(usize, usize)> {
        let mut left = Vec::new();
        // Steps stand after what they need: one pass finds what follows from what it found.
        for index in 0..self.states.len() {
            if !self.is_open(index) {
                continue;
            }
            let (all, any) = &self.needs[index];
            let failed = |need: &&usize| is_lost(self.states[**need]);
            let mut cause = all.iter().find(failed).copied();
            let none_left = !any.is_empty() && any.iter().all(|need| is_lost(self.states[*need]));
            if none_left {
                cause = cause.or_else(|| any.first().copied());
            }
            if let Some(cause) = cause {
                let cause = self.causes.get(&cause).copied().unwrap_or(cause);
                self.causes.insert(index, cause);
                self.states[index] = StepState::Skipped;
                left.push((index, cause));
            }
        }
        left
    }

    /// The steps that are to be taken now; they count as under way from here on.
    fn startable(&mut self) -> Vec<usize> {
        let mut free: BTreeMap<Lane, u32> = BTreeMap::new();
        for lane in [Lane::Imports, Lane::Activations] {
            let most = match lane {
                Lane::Imports => IMPORTING_AT_ONCE,
                Lane::Activations => ACTIVATING_AT_ONCE,
            };
            let busy = self.under_way.iter().zip(&self.lanes);
            let busy = busy.filter(|(busy, own)| **busy && **own == lane).count();
            free.insert(
                lane,
                most.saturating_sub(u32::try_from(busy).unwrap_or(u32::MAX)),
            );
        }
        let mut begun = Vec::new();
        for index in &self.ranked {
            let lane = free.get_mut(&self.lanes[*index]);
            let Some(lane) = lane.filter(|free| **free > 0) else {
                continue;
            };
            if self.is_open(*index) && self.is_ready(*index) {
                *lane -= 1;
                begun.push(*index);
            }
        }
        for index in &begun {
            self.under_way[*index] = true;
        }
        begun
    }

    fn is_ready(&self, index: usize) -> bool {
        let (all, any) = &self.needs[index];
        let done = |need: &usize| self.states[*need] == StepState::Done;
        all.iter().all(done)
            && (any.is_empty()
                || (any.iter().all(|need| has_ended(self.states[*need])) && any.iter().any(done)))
    }

    fn ended(&mut self, index: usize, state: StepState) {
        self.states[index] = state;
        self.under_way[index] = false;
    }

    fn interrupted(&mut self, index: usize) {
        self.under_way[index] = false;
    }
}

const fn has_ended(state: StepState) -> bool {
    matches!(state, StepState::Done) || is_lost(state)
}

/// What needs it cannot be taken.
const fn is_lost(state: StepState) -> bool {
    matches!(
        state,
        StepState::Failed | StepState::Skipped | StepState::Unknown
    )
}

#[cfg(test)]
mod tests {
    use waybill_model::{ArtifactId, ArtifactKind};

    use super::*;
    use crate::change::Facts;
    use crate::waybill::StepKind;

    fn step(key: &str, kind: StepKind, needs: &[&str], any_of: &[&str]) -> Step {
        let owned = |keys: &[&str]| keys.iter().map(|key| (*key).to_owned()).collect();
        Step {
            key: key.to_owned(),
            kind,
            subject: ArtifactId::global(ArtifactKind::Integration, key, Some("01.00.0000")),
            needs: owned(needs),
            any_of: owned(any_of),
            before: Facts::new(),
            after: Facts::new(),
            words: String::new(),
        }
    }

    const ACTIVATE: StepKind = StepKind::Activate { tracing: None };

    fn order(steps: &[Step]) -> Order {
        let all: Vec<&Step> = steps.iter().collect();
        Order::of(&all, vec![StepState::Planned; steps.len()])
    }

    #[test]
    fn a_failure_takes_only_what_needs_it() {
        let steps = [
            step("a", ACTIVATE, &[], &[]),
            step("b", ACTIVATE, &["a"], &[]),
            step("c", ACTIVATE, &["b"], &[]),
            step("d", ACTIVATE, &[], &[]),
            step("e", ACTIVATE, &[], &["a", "d"]),
            step("f", ACTIVATE, &[], &["a", "b"]),
        ];
        let mut order = order(&steps);
        assert_eq!(order.startable(), [0, 3]);
        order.ended(0, StepState::Failed);
        assert_eq!(order.left_out(), [(1, 0), (2, 0), (5, 0)]);
        assert!(order.startable().is_empty(), "one of two has not ended");
        order.ended(3, StepState::Done);
        assert!(order.left_out().is_empty());
        assert_eq!(order.startable(), [4]);
    }

    #[test]
    fn what_the_longest_chain_waits_for_comes_first_and_lanes_are_not_crowded() {
        let mut steps: Vec<Step> = (0..60)
            .map(|number| step(&format!("s{number}"), ACTIVATE, &[], &[]))
            .collect();
        steps.push(step("y", ACTIVATE, &["s59"], &[]));
        steps.push(step("z", ACTIVATE, &["y"], &[]));
        let mut order = order(&steps);
        let begun = order.startable();
        assert_eq!(begun.first(), Some(&59));
        assert_eq!(begun.len(), usize::try_from(ACTIVATING_AT_ONCE).unwrap());
        order.ended(59, StepState::Done);
        assert_eq!(order.startable(), [60]);
    }

    #[test]
    fn what_nobody_can_tell_is_not_begun_again_and_takes_what_needs_it() {
        let steps = [
            step("a", ACTIVATE, &[], &[]),
            step("b", ACTIVATE, &["a"], &[]),
        ];
        let mut order = order(&steps);
        assert_eq!(order.startable(), [0]);
        order.ended(0, StepState::Unknown);
        assert_eq!(order.left_out(), [(1, 0)]);
        assert!(order.startable().is_empty());
    }
}
