//! How many calls are made at a time, and when.
//!
//! One limiter per instance, shared by all clones of its client. Reads, imports and activations have a
//! lane each, so that slow activations do not hold up reads; each lane finds out by itself how many
//! calls at a time the service takes ([`lane`]). The lanes together never exceed the most calls at a
//! time. What the service asks for (429, 503) slows all lanes, and a `Retry-After` pauses them. A budget
//! per minute can be set. Within a lane, calls start in the order in which they were asked for, so none
//! starves.

mod lane;
mod latency;

use std::collections::VecDeque;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::sync::Semaphore;
use tokio::time::Instant;

use crate::config::Pace;
use crate::observe::{Lane, SlowReason};
use lane::LanePace;
pub(crate) use latency::CallClass;

/// The window of the budget.
const MINUTE: Duration = Duration::from_mins(1);
/// Calls at a time in the beginning, and at most, of each lane; what an instance takes is not
/// documented.
const READS: (usize, usize) = (8, 256);
const IMPORTS: (usize, usize) = (2, 6);
/// The call of an activation only asks for it, and is answered at once.
const ACTIVATIONS: (usize, usize) = (4, 12);

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
        lane: Lane,
        reason: SlowReason,
        allowed: usize,
        retry_after: Option<Duration>,
    },
    Recovered {
        lane: Lane,
        allowed: usize,
    },
}

pub(crate) struct Limiter {
    lanes: [LanePace; 3],
    /// Over all lanes.
    places: Semaphore,
    /// One at a time, in order: pause and budget. Holds the times of the last starts.
    gate: tokio::sync::Mutex<VecDeque<Instant>>,
    paused_until: Mutex<Option<Instant>>,
    per_minute: Option<usize>,
}

impl Limiter {
    pub(crate) fn new(pace: Pace) -> Self {
        let most = pace.max_in_flight.clamp(1, 256);
        let lane =
            |lane, (first, at_most): (usize, usize)| LanePace::new(lane, first, at_most.min(most));
        Self {
            lanes: [
                lane(Lane::Reads, READS),
                lane(Lane::Imports, IMPORTS),
                lane(Lane::Activations, ACTIVATIONS),
            ],
            places: Semaphore::new(most),
            gate: tokio::sync::Mutex::new(VecDeque::new()),
            paused_until: Mutex::default(),
            per_minute: pace
                .per_minute
                .map(|count| usize::try_from(count.max(1)).unwrap_or(usize::MAX)),
        }
    }

    fn lane(&self, lane: Lane) -> &LanePace {
        &self.lanes[lane as usize]
    }

    fn paused_until(&self) -> MutexGuard<'_, Option<Instant>> {
        self.paused_until
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
    }

    /// Calls of a lane at a time now.
    pub(crate) fn allowed(&self, lane: Lane) -> usize {
        self.lane(lane).allowed()
    }

    /// Waits for a place in the lane and over all, the end of a pause, and the budget.
    pub(crate) async fn enter(&self, lane: Lane) -> Permit<'_> {
        self.lane(lane).take().await;
        // From here on places come back by the permit's drop, also where this future is dropped.
        let mut permit = Permit {
            limiter: self,
            lane,
            eras: [0; 3],
            has_place: false,
        };
        if let Ok(place) = self.places.acquire().await {
            place.forget();
            permit.has_place = true;
        }
        let mut starts = self.gate.lock().await;
        loop {
            let now = Instant::now();
            let pause = self.paused_until().filter(|&until| until > now);
            let until = pause.or_else(|| self.budget_opens(&mut starts, now));
            match until {
                Some(until) => tokio::time::sleep_until(until).await,
                None => break,
            }
        }
        if self.per_minute.is_some() {
            starts.push_back(Instant::now());
        }
        permit.eras = [0, 1, 2].map(|index| self.lanes[index].era());
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

    fn settle(&self, lane: Lane, eras: [u64; 3], outcome: Outcome) -> Option<Change> {
        let own = eras[lane as usize];
        match outcome {
            Outcome::Nothing => None,
            Outcome::Answered(class, took) => self.lane(lane).answered(own, class, took),
            Outcome::Slowed(SlowReason::Latency, _) => {
                self.lane(lane).slow(own, SlowReason::Latency, None)
            }
            Outcome::Slowed(reason, retry_after) => {
                if let Some(wait) = retry_after {
                    let until = Instant::now() + wait;
                    let mut paused = self.paused_until();
                    *paused = Some(paused.map_or(until, |now| now.max(until)));
                }
                let mut told = None;
                for (index, other) in self.lanes.iter().enumerate() {
                    let change = other.slow(eras[index], reason, retry_after);
                    if index == lane as usize {
                        told = change;
                    }
                }
                told
            }
        }
    }
}

/// The right to make one call; given back when dropped.
pub(crate) struct Permit<'a> {
    limiter: &'a Limiter,
    lane: Lane,
    eras: [u64; 3],
    has_place: bool,
}

impl Permit<'_> {
    /// Tells how the call went and gives the place back.
    pub(crate) fn settle(self, outcome: Outcome) -> Option<Change> {
        self.limiter.settle(self.lane, self.eras, outcome)
    }
}

impl Drop for Permit<'_> {
    fn drop(&mut self) {
        if self.has_place {
            self.limiter.places.add_permits(1);
        }
        self.limiter.lane(self.lane).leave();
    }
}

#[cfg(test)]
mod tests;
