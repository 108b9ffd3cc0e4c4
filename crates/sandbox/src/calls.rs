//! Counts of calls, for tests and benchmarks.

use std::collections::BTreeMap;
use std::sync::Mutex;

use serde::{Deserialize, Serialize};

use crate::effect::Effect;
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
    /// Changes that took place, by kind (`POST integrations/{} ACTIVATED`) and subject
    /// (`ORDERS|01.00.0000`; of a project's, `PROJECT/ORDERS|01.00.0000`). A call whose answer was
    /// lost is here too, if it had its effect.
    #[serde(default)]
    pub effects: BTreeMap<String, BTreeMap<String, u64>>,
}

impl CallCounts {
    /// How often changes took place whose kind holds a text, to any subject.
    #[must_use]
    pub fn effects_of(&self, kind: &str) -> u64 {
        self.effects
            .iter()
            .filter(|(own, _)| own.contains(kind))
            .flat_map(|(_, subjects)| subjects.values())
            .sum()
    }

    /// Changes that took place more than once: kind, subject and how often.
    #[must_use]
    pub fn repeated(&self) -> Vec<(String, String, u64)> {
        self.effects
            .iter()
            .flat_map(|(kind, subjects)| {
                subjects
                    .iter()
                    .filter(|(_, count)| **count > 1)
                    .map(move |(subject, count)| (kind.clone(), subject.clone(), *count))
            })
            .collect()
    }
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

    pub fn effect(&self, effect: &Effect) {
        self.change(|counts| {
            let subjects = counts.effects.entry(effect.kind.clone()).or_default();
            *subjects.entry(effect.subject.clone()).or_default() += 1;
        });
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
