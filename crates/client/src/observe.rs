//! What an onlooker (progress, log, benchmark) is told about calls. Never a secret, never a body.

use std::time::Duration;

/// Why the client slowed down.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum SlowReason {
    /// 429.
    TooManyRequests,
    /// 503.
    Unavailable,
    /// Answers kept taking much longer than the best of their kind.
    Latency,
}

/// Calls that are paced together.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Lane {
    /// Lists, objects, archives that are fetched.
    Reads,
    /// Archives that are sent, and changes of single objects.
    Imports,
    /// Activations and deactivations, starts and stops of schedules.
    Activations,
}

/// Something happened on the way of a call.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum CallEvent {
    /// A request is being sent.
    Started {
        /// The HTTP method.
        method: String,
        /// Its path, without host and query.
        path: String,
        /// 1 for the first try.
        attempt: u32,
    },
    /// It ended, well or not. Each `Started` has its `Finished`.
    Finished {
        /// The HTTP method.
        method: String,
        /// Its path, without host and query.
        path: String,
        /// The status; `None` where no answer came.
        status: Option<u16>,
        /// How many bytes of body arrived (after decompression).
        bytes: u64,
        /// From sending to the last byte.
        took: Duration,
        /// 1 for the first try.
        attempt: u32,
    },
    /// Fewer calls at a time from now on.
    Slowed {
        /// In which lane. What the service asks for slows the other lanes as well.
        lane: Lane,
        /// Why.
        reason: SlowReason,
        /// How many calls at a time are allowed now.
        allowed: usize,
        /// How long all calls wait, where the server asked for it.
        retry_after: Option<Duration>,
    },
    /// As many calls at a time as before the slowing.
    Recovered {
        /// In which lane.
        lane: Lane,
        /// How many calls at a time are allowed now.
        allowed: usize,
    },
    /// A token was fetched.
    TokenRenewed {
        /// How long it lives.
        expires_in: Duration,
    },
}

/// Somebody who is told. Called from within calls: must return at once.
pub trait Observer: Send + Sync {
    /// Something happened.
    fn event(&self, event: &CallEvent);
}
