//! What a run tells while it goes on.
//!
//! A run reports single events ([`RunEvent`]) to a [`Reporter`]. [`Throttle`] is the reporter for
//! screens and terminals: it gathers events into at most ten messages a second and loses none.
//! [`CallWatch`] listens to the client and adds what is told of calls.

mod calls;
mod steps;
mod throttle;

use serde::{Deserialize, Serialize};

use crate::journal::{LogLine, Run, RunCounts, RunId, RunItem, RunPhase, RunStatus};

pub use calls::CallWatch;
pub use steps::{StepNews, StepNow, StepWhat};
pub use throttle::Throttle;

/// One thing that happened in a run.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub enum RunEvent {
    /// It does something else now.
    Phase(RunPhase),
    /// It was asked to stop.
    Cancelling,
    /// The counts changed.
    Counts(RunCounts),
    /// An artifact's state changed.
    Item(RunItem),
    /// A step's state changed.
    Step(Box<StepNews>),
    /// A line was added to the log.
    Line(LogLine),
    /// How far writing or verifying is, in bytes.
    Bytes {
        /// Bytes done in this phase.
        done: u64,
        /// Bytes in all.
        of: u64,
    },
    /// Calls under way, and bytes that arrived since the last such event.
    Calls {
        /// Calls under way.
        in_flight: u32,
        /// Bytes that arrived.
        arrived: u64,
    },
    /// The service asked for fewer calls, in a sentence; or recovered.
    Slowed(Option<String>),
    /// It has ended.
    Ended(Box<Run>),
}

/// Told about a run. Called from within the run: must return at once.
pub trait Reporter: Send + Sync {
    /// Something happened.
    fn report(&self, event: RunEvent);
}

/// Tells nobody.
#[derive(Clone, Copy, Debug, Default)]
pub struct Silent;

impl Reporter for Silent {
    fn report(&self, _: RunEvent) {}
}

/// What is shown of a run under way.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Progress {
    /// The run.
    pub run: RunId,
    /// How it stands.
    pub status: RunStatus,
    /// What it is doing.
    pub phase: RunPhase,
    /// Its counts.
    pub counts: RunCounts,
    /// Bytes a second over the last seconds.
    pub bytes_per_second: u64,
    /// About how long the phase will take, in seconds, once that can be told.
    pub seconds_left: Option<u32>,
    /// Calls under way.
    pub in_flight: u32,
    /// The service asked for fewer calls; in one sentence.
    pub slowed: Option<String>,
    /// The artifacts whose state changed since the last message, each once.
    pub items: Vec<RunItem>,
    /// The steps of a waybill whose state changed since the last message, each once.
    pub steps: Vec<StepNews>,
    /// The lines added since the last message.
    pub log: Vec<LogLine>,
}
