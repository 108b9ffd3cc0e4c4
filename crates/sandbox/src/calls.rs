//! Counts of calls, for tests and benchmarks.

use std::collections::BTreeMap;
use std::sync::Mutex;

use serde::{Deserialize, Serialize};

use crate::house::hold;

/// What was asked of a sandbox since its start or the last reset.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct CallCounts {
    /// Calls of the API, refused ones included; calls for tokens and redirects are not among them.
    pub total: u64,
    /// Calls that asked for an archive.
    pub archives: u64,
    /// Calls that asked for a page of a list.
    pub lists: u64,
    /// Calls that asked for one object.
    pub items: u64,
    /// Calls for a token.
    pub token: u64,
    /// Calls that met the console host and were sent on.
    pub redirects: u64,
    /// Calls refused because there were too many.
    pub too_many: u64,
    /// Bytes of archives handed out.
    pub archive_bytes: u64,
    /// Calls being answered right now.
    pub in_flight: u64,
    /// The most calls that were answered at the same time.
    pub max_in_flight: u64,
    /// Calls by method and kind of path (`GET integrations/{}/archive`).
    pub by_path: BTreeMap<String, u64>,
}

#[derive(Debug, Default)]
pub(crate) struct Calls(Mutex<CallCounts>);

/// Counts a call as in flight until it is dropped.
pub(crate) struct InFlight<'calls>(&'calls Calls);

impl Drop for InFlight<'_> {
    fn drop(&mut self) {
        self.0
            .change(|counts| counts.in_flight = counts.in_flight.saturating_sub(1));
    }
}

impl Calls {
    pub fn change(&self, change: impl FnOnce(&mut CallCounts)) {
        change(&mut hold(&self.0));
    }

    pub fn begin(&self, path: String) -> InFlight<'_> {
        self.change(|counts| {
            counts.total += 1;
            *counts.by_path.entry(path).or_default() += 1;
            counts.in_flight += 1;
            counts.max_in_flight = counts.max_in_flight.max(counts.in_flight);
        });
        InFlight(self)
    }

    pub fn snapshot(&self) -> CallCounts {
        hold(&self.0).clone()
    }

    pub fn reset(&self) {
        self.change(|counts| {
            *counts = CallCounts {
                in_flight: counts.in_flight,
                ..CallCounts::default()
            };
        });
    }
}
