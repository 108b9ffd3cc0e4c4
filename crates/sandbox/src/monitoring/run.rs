//! One instance of an integration: a run.

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

/// How a run ends if nobody steps in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum Outcome {
    Completes,
    Fails,
    /// Never ends by itself.
    Hangs,
}

/// What was done about a run.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) enum Step {
    /// Aborted, or its failure discarded.
    Ended { at: Timestamp },
    /// Sent through again.
    Resubmitted {
        at: Timestamp,
        millis: u64,
        recovers: bool,
    },
}

/// Why a run failed, where, and whether sending it again can help.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Fault {
    pub code: String,
    pub message: String,
    pub recoverable: bool,
}

/// An instance of an integration. (The word of the wire; elsewhere an instance is a service.)
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Run {
    /// 22 characters in Oracle Integration 3, a number before.
    pub id: String,
    pub code: String,
    pub version: String,
    pub name: String,
    pub project: Option<String>,
    pub scheduled: bool,
    /// The connection and the endpoint that it calls.
    pub connection: Option<String>,
    pub endpoint: Option<String>,
    /// Name and value of the primary tracking variable.
    pub tracked: (String, String),
    pub started: Timestamp,
    pub millis: u64,
    pub outcome: Outcome,
    pub fault: Option<Fault>,
    pub step: Option<Step>,
    pub retries: u32,
    pub invoked_by: String,
}

fn later(moment: Timestamp, millis: u64) -> Timestamp {
    let millis = i64::try_from(millis).unwrap_or(i64::MAX);
    moment
        .checked_add(SignedDuration::from_millis(millis))
        .unwrap_or(moment)
}

impl Run {
    /// The state, in the word of the wire.
    pub fn status(&self, now: Timestamp) -> &'static str {
        match &self.step {
            Some(Step::Ended { .. }) => "ABORTED",
            Some(Step::Resubmitted { at, millis, .. }) if now < later(*at, *millis) => {
                "IN_PROGRESS"
            }
            Some(Step::Resubmitted { recovers: true, .. }) => "COMPLETED",
            Some(Step::Resubmitted { .. }) => "FAILED",
            None if self.outcome == Outcome::Hangs || now < later(self.started, self.millis) => {
                "IN_PROGRESS"
            }
            None if self.outcome == Outcome::Fails => "FAILED",
            None => "COMPLETED",
        }
    }

    /// When it changed last.
    pub fn updated(&self, now: Timestamp) -> Timestamp {
        let last = match &self.step {
            Some(Step::Ended { at }) => *at,
            Some(Step::Resubmitted { at, millis, .. }) => later(*at, *millis),
            None if self.outcome == Outcome::Hangs => later(self.started, 40),
            None => later(self.started, self.millis),
        };
        last.min(now)
    }

    /// How long it took, or takes so far, in milliseconds.
    pub fn duration(&self, now: Timestamp) -> i64 {
        let until = if self.status(now) == "IN_PROGRESS" {
            now
        } else {
            self.updated(now)
        };
        i64::try_from(until.duration_since(self.started).as_millis()).unwrap_or(0)
    }

    /// `CODE|VERSION`.
    pub fn integration(&self) -> String {
        format!("{}|{}", self.code, self.version)
    }

    /// Whether its failure can be sent through again.
    pub fn recoverable(&self) -> bool {
        self.fault.as_ref().is_some_and(|fault| fault.recoverable)
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;

    pub(crate) fn run(id: &str, started: Timestamp, outcome: Outcome) -> Run {
        Run {
            id: id.to_owned(),
            code: "ORDERS".to_owned(),
            version: "01.00.0000".to_owned(),
            name: "Orders".to_owned(),
            project: None,
            scheduled: false,
            connection: None,
            endpoint: None,
            tracked: ("order".to_owned(), "4711".to_owned()),
            started,
            millis: 2_000,
            outcome,
            fault: None,
            step: None,
            retries: 0,
            invoked_by: "caller@example.com".to_owned(),
        }
    }

    #[test]
    fn a_run_ends_by_the_clock_unless_it_hangs() {
        let start: Timestamp = "2026-11-21T10:00:00Z".parse().unwrap();
        let at = |seconds: i64| start + SignedDuration::from_secs(seconds);
        let states = |run: &Run| [run.status(at(1)), run.status(at(3))];
        assert_eq!(
            states(&run("a", start, Outcome::Completes)),
            ["IN_PROGRESS", "COMPLETED"]
        );
        assert_eq!(
            states(&run("a", start, Outcome::Fails)),
            ["IN_PROGRESS", "FAILED"]
        );
        let mut stuck = run("a", start, Outcome::Hangs);
        assert_eq!(states(&stuck), ["IN_PROGRESS", "IN_PROGRESS"]);
        stuck.step = Some(Step::Ended { at: at(2) });
        assert_eq!(
            (stuck.status(at(3)), stuck.duration(at(9))),
            ("ABORTED", 2_000)
        );
    }
}
