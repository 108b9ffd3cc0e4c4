//! The schedule of an integration, and the runs it started.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::Value;

/// A schedule, in the words of the wire.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub(crate) struct Schedule {
    pub name: String,
    pub description: String,
    /// The iCal expression; empty for schedules with a frequency.
    pub expression: String,
    /// The frequency as it was sent.
    pub frequency: Option<Value>,
    pub zone: String,
    /// `ACTIVE`, `CANCELLED`, `PAUSED`, or on the way to one of these.
    pub state: String,
    pub start: String,
    pub end: Option<String>,
    /// The state that it is on its way to, and when it gets there.
    #[serde(default)]
    pub pending: Option<(Timestamp, String)>,
}

/// A run outside the rhythm of the schedule.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct ScheduledRun {
    pub asked: Timestamp,
    pub by: String,
}

impl Schedule {
    /// Whether it starts runs.
    pub fn is_running(&self) -> bool {
        matches!(self.state.as_str(), "ACTIVE" | "STARTING" | "RESUMING")
    }

    /// Stops it at once.
    pub fn stop(&mut self) {
        "CANCELLED".clone_into(&mut self.state);
        self.pending = None;
    }

    /// Lets what is due happen; says when the next thing is.
    pub fn settle(&mut self, now: Timestamp) -> Option<Timestamp> {
        if let Some((due, becomes)) = &self.pending
            && *due <= now
        {
            becomes.clone_into(&mut self.state);
            self.pending = None;
        }
        self.pending.as_ref().map(|(due, _)| *due)
    }
}
