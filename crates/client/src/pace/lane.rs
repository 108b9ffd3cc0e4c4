//! One lane: how many calls of its kind are made at a time, found out by trying.

use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::sync::Semaphore;

use super::{Change, latency::LatencyWatch};
use crate::observe::{Lane, SlowReason};
use crate::pace::CallClass;

/// Starts with a few places, doubles each round until the first sign of slowing, then halves at each
/// further sign and grows by one a round.
pub(super) struct LanePace {
    lane: Lane,
    /// First come, first served; places of calls that end are given back by hand.
    pub(super) places: Semaphore,
    state: Mutex<State>,
    most: usize,
}

struct State {
    allowed: usize,
    /// Places to be taken away as calls end.
    owed: usize,
    /// Counts the slowings, so that the many refusals of one burst count as one.
    era: u64,
    doubling: bool,
    answered_in_round: usize,
    recovered_at: Option<usize>,
    latency: LatencyWatch,
}

impl LanePace {
    pub(super) fn new(lane: Lane, first: usize, most: usize) -> Self {
        let allowed = first.min(most).max(1);
        Self {
            lane,
            places: Semaphore::new(allowed),
            state: Mutex::new(State {
                allowed,
                owed: 0,
                era: 0,
                doubling: true,
                answered_in_round: 0,
                recovered_at: None,
                latency: LatencyWatch::default(),
            }),
            most: most.max(1),
        }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) fn allowed(&self) -> usize {
        self.state().allowed
    }

    pub(super) fn era(&self) -> u64 {
        self.state().era
    }

    /// Waits for a place. What is taken is given back with [`leave`](Self::leave).
    pub(super) async fn take(&self) {
        match self.places.acquire().await {
            Ok(place) => place.forget(),
            // The semaphore is never closed.
            Err(_) => self.state().owed += 1,
        }
    }

    pub(super) fn leave(&self) {
        let mut state = self.state();
        if state.owed > 0 {
            state.owed -= 1;
        } else {
            self.places.add_permits(1);
        }
    }

    /// An answer came; `era` is that of the call's start.
    pub(super) fn answered(&self, era: u64, class: CallClass, took: Duration) -> Option<Change> {
        let mut state = self.state();
        let allowed = state.allowed;
        if state.latency.notice(class, took, allowed) && allowed > 2 {
            return self.halve(&mut state, era, SlowReason::Latency, None);
        }
        if era != state.era || allowed >= self.most {
            return None;
        }
        state.answered_in_round += 1;
        if !state.doubling && state.answered_in_round < allowed {
            return None;
        }
        state.answered_in_round = 0;
        state.allowed += 1;
        if state.owed > 0 {
            state.owed -= 1;
        } else {
            self.places.add_permits(1);
        }
        let allowed = state.allowed;
        let lane = self.lane;
        state
            .recovered_at
            .take_if(|level| allowed >= *level)
            .map(|_| Change::Recovered { lane, allowed })
    }

    /// A sign of slowing came to a call that began in `era`.
    pub(super) fn slow(
        &self,
        era: u64,
        reason: SlowReason,
        retry_after: Option<Duration>,
    ) -> Option<Change> {
        self.halve(&mut self.state(), era, reason, retry_after)
    }

    fn halve(
        &self,
        state: &mut State,
        era: u64,
        reason: SlowReason,
        retry_after: Option<Duration>,
    ) -> Option<Change> {
        if era != state.era {
            return None;
        }
        let before = state.allowed;
        state.era += 1;
        state.doubling = false;
        state.answered_in_round = 0;
        state.allowed = (before / 2).max(1);
        state.recovered_at = Some(state.recovered_at.unwrap_or(before).max(before));
        let surplus = before - state.allowed;
        let taken = self.places.forget_permits(surplus);
        state.owed += surplus - taken;
        Some(Change::Slowed {
            lane: self.lane,
            reason,
            allowed: state.allowed,
            retry_after,
        })
    }
}
