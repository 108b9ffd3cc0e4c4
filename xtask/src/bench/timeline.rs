//! When the phases and the steps of a run began and ended, and what was asked of an instance in each.

use std::{
    collections::BTreeMap,
    time::{Duration, Instant},
};

use serde_json::Value;

/// A run as its messages told of it; they come ten times a second.
pub struct Timeline {
    began: Instant,
    took: Duration,
    phases: Vec<Phase>,
    /// By what they do.
    steps: BTreeMap<String, Steps>,
    last_counts: Value,
}

/// One phase.
pub struct Phase {
    name: String,
    from: Duration,
    to: Duration,
    /// What had been asked of the instance when it began, and when it ended.
    counts: (Value, Value),
}

/// All steps that do the same.
#[derive(Default)]
struct Steps {
    done: u32,
    first_sent: Option<Duration>,
    last_sent: Duration,
    first_ended: Option<Duration>,
    last_ended: Duration,
}

impl Timeline {
    /// Now.
    pub fn begin() -> Self {
        Self {
            began: Instant::now(),
            took: Duration::ZERO,
            phases: Vec::new(),
            steps: BTreeMap::new(),
            last_counts: Value::Null,
        }
    }

    /// Takes in a message; `counts` says what has been asked of the instance so far.
    pub fn hear(
        &mut self,
        message: &Value,
        counts: impl FnOnce() -> anyhow::Result<Value>,
    ) -> anyhow::Result<()> {
        let now = self.began.elapsed();
        let Some(name) = message["phase"].as_str() else {
            return Ok(());
        };
        for step in message["steps"].as_array().into_iter().flatten() {
            let kind = step["kind"].as_str().unwrap_or_default().to_owned();
            let steps = self.steps.entry(kind).or_default();
            match step["state"].as_str() {
                Some("running") => {
                    steps.first_sent.get_or_insert(now);
                    steps.last_sent = now;
                }
                Some("done") => {
                    steps.done += 1;
                    steps.first_ended.get_or_insert(now);
                    steps.last_ended = now;
                }
                _ => {}
            }
        }
        if self.phases.last().is_some_and(|last| last.name == name) {
            return Ok(());
        }
        let counts = counts()?;
        self.close(now, &counts);
        self.phases.push(Phase {
            name: name.to_owned(),
            from: now,
            to: now,
            counts: (counts, Value::Null),
        });
        Ok(())
    }

    /// The run has ended.
    pub fn end(&mut self, counts: Value) {
        self.took = self.began.elapsed();
        self.close(self.took, &counts);
        self.last_counts = counts;
    }

    fn close(&mut self, now: Duration, counts: &Value) {
        if let Some(last) = self.phases.last_mut() {
            last.to = now;
            last.counts.1 = counts.clone();
        }
    }

    /// How long it all took, from the start of the program to its end.
    pub fn took(&self) -> Duration {
        self.took
    }

    /// A phase by its name.
    pub fn phase(&self, name: &str) -> Option<&Phase> {
        self.phases.iter().find(|phase| phase.name == name)
    }

    /// What had been asked of the instance in the end.
    pub fn last_counts(&self) -> &Value {
        &self.last_counts
    }

    /// Prints when what took place, in seconds since the start.
    pub fn print(&self) {
        for phase in &self.phases {
            let (from, to) = (phase.from.as_secs_f64(), phase.to.as_secs_f64());
            println!("  {:<24} {from:>8.2} to {to:>6.2}", phase.name);
        }
        for (kind, steps) in &self.steps {
            let Some(first_ended) = steps.first_ended else {
                continue;
            };
            let first_sent = steps.first_sent.unwrap_or(first_ended);
            println!(
                "  {:<4} {kind:<19} sent {:>6.2} to {:>6.2}, ended {:>6.2} to {:>6.2}",
                steps.done,
                first_sent.as_secs_f64(),
                steps.last_sent.as_secs_f64(),
                first_ended.as_secs_f64(),
                steps.last_ended.as_secs_f64(),
            );
        }
    }
}

impl Phase {
    /// How long it took.
    pub fn took(&self) -> Duration {
        self.to.saturating_sub(self.from)
    }

    /// How often a kind of path was called in it.
    pub fn calls(&self, path: &str) -> f64 {
        let at = |counts: &Value| counts["byPath"][path].as_f64().unwrap_or_default();
        at(&self.counts.1) - at(&self.counts.0)
    }
}
