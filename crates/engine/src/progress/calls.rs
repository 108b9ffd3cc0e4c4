//! Listens to the client on behalf of a run.

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use waybill_client::{CallEvent, Observer, SlowReason};

use super::{Reporter, RunEvent};

/// Passes on what the client tells of calls. Give it to the client as its observer.
pub struct CallWatch {
    reporter: Arc<dyn Reporter>,
    in_flight: AtomicU32,
}

impl CallWatch {
    /// Tells `reporter`.
    #[must_use]
    pub fn new(reporter: Arc<dyn Reporter>) -> Self {
        Self {
            reporter,
            in_flight: AtomicU32::new(0),
        }
    }

    /// Counts a call as over, and tells how many go on. A call of a client that others use too may
    /// have begun before this watch.
    fn ended(&self) -> u32 {
        let less = |calls: u32| calls.checked_sub(1);
        self.in_flight
            .fetch_update(Ordering::Relaxed, Ordering::Relaxed, less)
            .map_or(0, |before| before - 1)
    }
}

impl Observer for CallWatch {
    fn event(&self, event: &CallEvent) {
        let event = match event {
            CallEvent::Started { .. } => RunEvent::Calls {
                in_flight: self.in_flight.fetch_add(1, Ordering::Relaxed) + 1,
                arrived: 0,
            },
            CallEvent::Finished { bytes, .. } => RunEvent::Calls {
                in_flight: self.ended(),
                arrived: *bytes,
            },
            CallEvent::Slowed {
                reason,
                allowed,
                retry_after,
                ..
            } => RunEvent::Slowed(Some(sentence(*reason, *allowed, *retry_after))),
            CallEvent::Recovered { .. } => RunEvent::Slowed(None),
            _ => return,
        };
        self.reporter.report(event);
    }
}

fn sentence(reason: SlowReason, allowed: usize, retry_after: Option<Duration>) -> String {
    let why = match reason {
        SlowReason::TooManyRequests => "The service asked for fewer calls",
        SlowReason::Unavailable => "The service is busy",
        SlowReason::Latency => "The service answers slowly",
    };
    let calls = if allowed == 1 {
        "one call".to_owned()
    } else {
        format!("{allowed} calls")
    };
    match retry_after.map(|wait| wait.as_secs().max(1)) {
        Some(1) => format!("{why}: waiting for a second, then at most {calls} at a time."),
        Some(wait) => format!("{why}: waiting for {wait} seconds, then at most {calls} at a time."),
        None => format!("{why}: at most {calls} at a time."),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::progress::Silent;

    #[test]
    fn a_call_that_began_before_the_watch_may_end_in_it() {
        let watch = CallWatch::new(Arc::new(Silent));
        assert_eq!(watch.ended(), 0);
        watch.in_flight.fetch_add(2, Ordering::Relaxed);
        assert_eq!(watch.ended(), 1);
    }

    #[test]
    fn slowing_is_said_in_a_sentence() {
        assert_eq!(
            sentence(SlowReason::TooManyRequests, 4, Some(Duration::from_secs(5))),
            "The service asked for fewer calls: waiting for 5 seconds, then at most 4 calls at a time."
        );
        assert_eq!(
            sentence(SlowReason::Latency, 1, None),
            "The service answers slowly: at most one call at a time."
        );
    }
}
