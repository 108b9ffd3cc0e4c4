//! Listens to the client on behalf of a run.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use waybill_client::{CallEvent, Lane, Observer, SlowReason};

use super::{Reporter, RunEvent};
use crate::journal::{Journal, LogLine, LogWeight, RunId};

/// Passes on what the client tells of calls. Give it to the client as its observer.
///
/// Each slowing and each recovery is a line of the run's log too; what is slowed at the moment stands
/// in its progress.
pub struct CallWatch {
    reporter: Arc<dyn Reporter>,
    journal: Arc<Journal>,
    run: RunId,
    in_flight: AtomicU32,
    /// The lanes that are slowed now, with their sentences.
    slowed: Mutex<BTreeMap<&'static str, String>>,
}

impl CallWatch {
    /// Tells `reporter`, and writes into the log of `run`.
    #[must_use]
    pub fn new(reporter: Arc<dyn Reporter>, journal: Arc<Journal>, run: RunId) -> Self {
        Self {
            reporter,
            journal,
            run,
            in_flight: AtomicU32::new(0),
            slowed: Mutex::default(),
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

    /// Notes how a lane stands, and gives what to show: the sentence of the lane that was slowed last.
    fn note(&self, lane: Lane, sentence: Option<String>) -> Option<String> {
        let mut slowed = self.slowed.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(sentence) = sentence {
            slowed.insert(word(lane), sentence.clone());
            return Some(sentence);
        }
        slowed.remove(word(lane));
        slowed.values().next().cloned()
    }

    /// Adds a line to the log, away from the call that told of it: the journal may have to wait.
    fn line(&self, weight: LogWeight, text: String) {
        let line = LogLine::now(weight, text);
        let (journal, run) = (Arc::clone(&self.journal), self.run.clone());
        let reporter = Arc::clone(&self.reporter);
        let write = move || {
            if let Err(error) = journal.add_line(&run, &line) {
                tracing::warn!(%error, "a line of a run could not be written");
            }
            reporter.report(RunEvent::Line(line));
        };
        match tokio::runtime::Handle::try_current() {
            Ok(runtime) => drop(runtime.spawn_blocking(write)),
            Err(_) => write(),
        }
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
                lane,
                reason,
                allowed,
                retry_after,
            } => {
                let sentence = slowed(*lane, *reason, *allowed, *retry_after);
                self.line(LogWeight::Warning, sentence.clone());
                RunEvent::Slowed(self.note(*lane, Some(sentence)))
            }
            CallEvent::Recovered { lane, allowed } => {
                self.line(LogWeight::Note, recovered(*lane, *allowed));
                RunEvent::Slowed(self.note(*lane, None))
            }
            _ => return,
        };
        self.reporter.report(event);
    }
}

/// The calls of a lane, in words.
fn word(lane: Lane) -> &'static str {
    match lane {
        Lane::Reads => "read",
        Lane::Imports => "change",
        Lane::Activations => "activation",
    }
}

fn calls(lane: Lane, allowed: usize) -> String {
    let word = word(lane);
    if allowed == 1 {
        format!("1 {word}")
    } else {
        format!("{allowed} {word}s")
    }
}

/// Why, how long, and how many from now on.
fn slowed(lane: Lane, reason: SlowReason, allowed: usize, retry_after: Option<Duration>) -> String {
    let why = match reason {
        SlowReason::TooManyRequests => {
            "Slowed down by the service, which asks for fewer calls (429)"
        }
        SlowReason::Unavailable => "Slowed down by the service, which is busy (503)",
        SlowReason::Latency => "Slowed down, because the service answers more and more slowly",
    };
    let now = calls(lane, allowed);
    match retry_after.map(|wait| wait.as_secs().max(1)) {
        Some(1) => format!("{why}: waiting for a second, then {now} at once."),
        Some(wait) => format!("{why}: waiting for {wait} seconds, then {now} at once."),
        None => format!("{why}: now {now} at once."),
    }
}

fn recovered(lane: Lane, allowed: usize) -> String {
    format!(
        "The service keeps up again: {} at once, as before.",
        calls(lane, allowed)
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::journal::{NewRun, RunKind};
    use crate::progress::Silent;

    struct Told(Mutex<Vec<RunEvent>>);

    impl Reporter for Told {
        fn report(&self, event: RunEvent) {
            self.0.lock().unwrap().push(event);
        }
    }

    fn watch(reporter: Arc<dyn Reporter>) -> (tempfile::TempDir, CallWatch) {
        let folder = tempfile::tempdir().unwrap();
        let journal = Arc::new(Journal::open(&folder.path().join("waybill.db")).unwrap());
        let run = RunId::fresh();
        journal
            .begin(&NewRun {
                id: run.clone(),
                kind: RunKind::Backup,
                instance_id: None,
                instance_name: None,
                environment: None,
                asked_by: "tester".into(),
                request: serde_json::Value::Null,
                snapshot: None,
            })
            .unwrap();
        (folder, CallWatch::new(reporter, journal, run))
    }

    #[test]
    fn a_call_that_began_before_the_watch_may_end_in_it() {
        let (_folder, watch) = watch(Arc::new(Silent));
        assert_eq!(watch.ended(), 0);
        watch.in_flight.fetch_add(2, Ordering::Relaxed);
        assert_eq!(watch.ended(), 1);
    }

    #[test]
    fn slowing_is_said_in_a_sentence() {
        assert_eq!(
            slowed(Lane::Reads, SlowReason::TooManyRequests, 3, None),
            "Slowed down by the service, which asks for fewer calls (429): now 3 reads at once."
        );
        assert_eq!(
            slowed(
                Lane::Activations,
                SlowReason::Unavailable,
                1,
                Some(Duration::from_secs(5))
            ),
            "Slowed down by the service, which is busy (503): waiting for 5 seconds, then 1 activation at once."
        );
        assert_eq!(
            recovered(Lane::Imports, 4),
            "The service keeps up again: 4 changes at once, as before."
        );
    }

    #[test]
    fn each_slowing_and_recovery_is_a_line_and_the_progress_shows_what_is_slow_now() {
        let told = Arc::new(Told(Mutex::default()));
        let (_folder, watch) = watch(told.clone());
        let slow = |lane| CallEvent::Slowed {
            lane,
            reason: SlowReason::TooManyRequests,
            allowed: 2,
            retry_after: None,
        };
        watch.event(&slow(Lane::Reads));
        watch.event(&slow(Lane::Imports));
        watch.event(&CallEvent::Recovered {
            lane: Lane::Imports,
            allowed: 4,
        });
        watch.event(&CallEvent::Recovered {
            lane: Lane::Reads,
            allowed: 8,
        });
        let shown: Vec<_> = told
            .0
            .lock()
            .unwrap()
            .iter()
            .filter_map(|event| match event {
                RunEvent::Slowed(now) => Some(now.clone().unwrap_or_default()),
                _ => None,
            })
            .collect();
        assert!(shown[0].contains("2 reads"), "{shown:?}");
        assert!(shown[1].contains("2 changes"), "{shown:?}");
        assert!(shown[2].contains("2 reads"), "{shown:?}");
        assert_eq!(shown[3], "");
        let lines = watch.journal.lines(&watch.run).unwrap();
        assert_eq!(lines.len(), 4, "{lines:?}");
        assert!(lines[3].text.contains("8 reads at once"), "{lines:?}");
    }
}
