//! Telling the onlooker how one try of a call ended.

use tokio::time::Instant;

use super::{Call, Core};
use crate::observe::CallEvent;

/// Tells the end of a call also where it is cancelled.
pub(super) struct Report<'a> {
    pub(super) core: &'a Core,
    pub(super) call: &'a Call,
    pub(super) attempt: u32,
    pub(super) started: Instant,
    pub(super) status: Option<u16>,
    pub(super) bytes: u64,
}

impl Drop for Report<'_> {
    fn drop(&mut self) {
        self.core.tell(|| CallEvent::Finished {
            method: self.call.method.to_string(),
            path: self.call.path.clone(),
            status: self.status,
            bytes: self.bytes,
            took: self.started.elapsed(),
            attempt: self.attempt,
        });
    }
}
