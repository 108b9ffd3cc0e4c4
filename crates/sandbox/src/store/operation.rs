//! How an integration is run: activation that takes its time, tracing, and what went wrong.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::{Integration, ScheduledRun};

/// A change of state that has begun and not ended.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Pending {
    pub due: Timestamp,
    /// The state it leads to, in the word of the wire.
    pub becomes: String,
    /// Why it fails, for those that do.
    pub errors: Vec<String>,
}

/// How an integration is run.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub(crate) struct Operation {
    pub pending: Option<Pending>,
    /// Why the last activation failed.
    pub errors: Vec<String>,
    pub recording: bool,
    pub can_replay: bool,
    pub validates_payload: bool,
    pub soft_deactivated: bool,
    /// Runs that were asked for by a call, newest last.
    pub runs: Vec<ScheduledRun>,
}

impl Integration {
    /// Whether messages can reach it.
    pub fn is_active(&self) -> bool {
        self.status == "ACTIVATED"
    }

    /// Whether it is on its way to a state, or in one that no change is allowed in.
    pub fn is_busy(&self) -> bool {
        self.operation.pending.is_some()
    }

    /// Lets what is due happen; says when the next thing is.
    pub fn settle(&mut self, now: Timestamp) -> Option<Timestamp> {
        if self
            .operation
            .pending
            .as_ref()
            .is_some_and(|pending| pending.due <= now)
            && let Some(done) = self.operation.pending.take()
        {
            self.status = done.becomes;
            self.operation.errors = done.errors;
            self.audit.updated = self.audit.updated.max(done.due);
        }
        let schedule = self
            .schedule
            .as_mut()
            .and_then(|schedule| schedule.settle(now));
        let own = self.operation.pending.as_ref().map(|pending| pending.due);
        own.into_iter().chain(schedule).min()
    }
}
