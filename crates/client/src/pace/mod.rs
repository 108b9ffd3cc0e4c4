//! How many calls are made at a time, and when.
//!
//! One limiter per instance, shared by all clones of its client. It starts with a few calls at a time,
//! doubles each round until the first sign of slowing (429, 503, rising latency), then halves at each
//! further sign and grows by one a round. A `Retry-After` pauses all calls. A budget per minute can be
//! set. Calls start in the order in which they were asked for, so none starves.

mod latency;

use std::collections::VecDeque;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::sync::Semaphore;
use tokio::time::Instant;

use crate::config::Pace;
use crate::observe::SlowReason;
pub(crate) use latency::CallClass;
use latency::LatencyWatch;

/// Calls at a time in the beginning.
const FIRST_ALLOWED: usize = 8;
/// The window of the budget.
const MINUTE: Duration = Duration::from_mins(1);

/// How a call went, as far as the pace is concerned.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Outcome {
    /// It was answered.
    Answered(CallClass, Duration),
    /// The service asked for less.
    Slowed(SlowReason, Option<Duration>),
    /// It tells nothing (no answer, cancelled).
    Nothing,
}

/// What the outcome changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Change {
    Slowed {
        reason: SlowReason,
        allowed: usize,
        retry_after: Option<Duration>,
    },
    Recovered {
        allowed: usize,
    },
}

pub(crate) struct Limiter {
    /// First come, first served; permits of calls that end are given back by hand.
    places: Semaphore,
    /// One at a time, in order: pause and budget. Holds the times of the last starts.
    gate: tokio::sync::Mutex<VecDeque<Instant>>,
    state: Mutex<State>,
    most: usize,
    per_minute: Option<usize>,
}

struct State {
    allowed: usize,
    /// Places to be taken away as calls end.
    owed: usize,
    /// Counts the slowings, so that the many refusals of one burst count as one.
    era: u64,
    doubling: bool,
    answered_in_round: usize,
    paused_until: Option<Instant>,
    recovered_at: Option<usize>,
    latency: LatencyWatch,
}

impl Limiter {
    pub(crate) fn new(pace: Pace) -> Self {
        let most = pace.max_in_flight.clamp(1, 256);
        let allowed = FIRST_ALLOWED.min(most);
        Self {
            places: Semaphore::new(allowed),
            gate: tokio::sync::Mutex::new(VecDeque::new()),
            state: Mutex::new(State {
                allowed,
                owed: 0,
                era: 0,
                doubling: true,
                answered_in_round: 0,
                paused_until: None,
                recovered_at: None,
                latency: LatencyWatch::default(),
            }),
            most,
            per_minute: pace
                .per_minute
                .map(|count| usize::try_from(count.max(1)).unwrap_or(usize::MAX)),
        }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Calls at a time now.
    pub(crate) fn allowed(&self) -> usize {
        self.state().allowed
    }

    /// Waits for a place, the end of a pause and the budget.
    pub(crate) async fn enter(&self) -> Permit<'_> {
        match self.places.acquire().await {
            Ok(place) => place.forget(),
            // The semaphore is never closed.
            Err(_) => self.state().owed += 1,
        }
        // From here on the place comes back by the permit's drop, also where this future is dropped.
        let mut permit = Permit {
            limiter: self,
            era: 0,
            settled: false,
        };
        let mut starts = self.gate.lock().await;
        loop {
            let now = Instant::now();
            let pause = self.state().paused_until.filter(|&until| until > now);
            let until = pause.or_else(|| self.budget_opens(&mut starts, now));
            match until {
                Some(until) => tokio::time::sleep_until(until).await,
                None => break,
            }
        }
        if self.per_minute.is_some() {
            starts.push_back(Instant::now());
        }
        permit.era = self.state().era;
        permit
    }

    /// When the budget allows the next start, if not now.
    fn budget_opens(&self, starts: &mut VecDeque<Instant>, now: Instant) -> Option<Instant> {
        let budget = self.per_minute?;
        while starts.front().is_some_and(|&start| start + MINUTE <= now) {
            starts.pop_front();
        }
        if starts.len() < budget {
            None
        } else {
            starts.front().map(|&start| start + MINUTE)
        }
    }

    fn settle(&self, era: u64, outcome: Outcome) -> Option<Change> {
        let mut state = self.state();
        match outcome {
            Outcome::Nothing => None,
            Outcome::Slowed(reason, retry_after) => {
                if let Some(wait) = retry_after {
                    let until = Instant::now() + wait;
                    state.paused_until =
                        Some(state.paused_until.map_or(until, |now| now.max(until)));
                }
                self.slow(&mut state, era, reason, retry_after)
            }
            Outcome::Answered(class, took) => {
                let allowed = state.allowed;
                if state.latency.notice(class, took, allowed) && allowed > 2 {
                    return self.slow(&mut state, era, SlowReason::Latency, None);
                }
                if era == state.era {
                    self.grow(&mut state)
                } else {
                    None
                }
            }
        }
    }

    fn slow(
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
            reason,
            allowed: state.allowed,
            retry_after,
        })
    }

    fn grow(&self, state: &mut State) -> Option<Change> {
        if state.allowed >= self.most {
            return None;
        }
        state.answered_in_round += 1;
        if !state.doubling && state.answered_in_round < state.allowed {
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
        state
            .recovered_at
            .take_if(|level| allowed >= *level)
            .map(|_| Change::Recovered { allowed })
    }

    fn leave(&self) {
        let mut state = self.state();
        if state.owed > 0 {
            state.owed -= 1;
        } else {
            self.places.add_permits(1);
        }
    }
}

/// The right to make one call; given back when dropped.
pub(crate) struct Permit<'a> {
    limiter: &'a Limiter,
    era: u64,
    settled: bool,
}

impl Permit<'_> {
    /// Tells how the call went and gives the place back.
    pub(crate) fn settle(mut self, outcome: Outcome) -> Option<Change> {
        self.settled = true;
        let change = self.limiter.settle(self.era, outcome);
        self.limiter.leave();
        change
    }
}

impl Drop for Permit<'_> {
    fn drop(&mut self) {
        if !self.settled {
            self.limiter.leave();
        }
    }
}

#[cfg(test)]
mod tests;
