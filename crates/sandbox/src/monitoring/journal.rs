//! Everything that ran in a service instance, and what was done about it.

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

use super::audit::Record;
use super::rhythm;
use super::run::{Run, Step};
use crate::chance::Chance;
use crate::store::Instance;

/// How far back runs are known.
const KEPT: SignedDuration = SignedDuration::from_hours(72);
/// How many runs lie behind the start at most: where there are many an hour, fewer hours do.
const PAST: i64 = 20_000;

/// A job that sends failed runs through again, or ends them.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct Job {
    pub id: String,
    pub created: Timestamp,
    pub runs: Vec<String>,
}

/// What ran, oldest first, up to a moment; runs are added when somebody looks.
#[derive(Debug, Default, Serialize, Deserialize)]
pub(crate) struct Journal {
    until: Option<Timestamp>,
    next_number: u64,
    pub(super) runs: Vec<Run>,
    pub(super) jobs: Vec<Job>,
    pub(super) audit: Vec<Record>,
}

impl Journal {
    /// Lets time pass: about `hourly` runs an hour.
    pub fn advance(&mut self, instance: &Instance, hourly: u32, now: Timestamp) {
        let past = KEPT.min(SignedDuration::from_secs(
            PAST * 3_600 / i64::from(hourly.max(1)),
        ));
        let from = self
            .until
            .or_else(|| now.checked_sub(past).ok())
            .unwrap_or(now);
        if now <= from {
            return;
        }
        let first = self.next_number.max(100_001);
        let fresh = rhythm::runs(instance, from, now, hourly, first);
        self.next_number = first + fresh.len() as u64;
        self.until = Some(now);
        if !fresh.is_empty() {
            self.runs.extend(fresh);
            self.runs.sort_by_key(|run| run.started);
        }
        if let Ok(oldest) = now.checked_sub(KEPT) {
            let gone = self.runs.partition_point(|run| run.started <= oldest);
            self.runs.drain(..gone);
        }
    }

    /// Adds a run that somebody asked for.
    pub fn begin(&mut self, run: Run) {
        self.runs.push(run);
    }

    pub fn run(&self, id: &str) -> Option<&Run> {
        self.runs.iter().find(|run| run.id == id)
    }

    pub fn run_mut(&mut self, id: &str) -> Option<&mut Run> {
        self.runs.iter_mut().find(|run| run.id == id)
    }

    /// Ends runs, and remembers it as a job; answers with the job's id.
    pub fn end(&mut self, ids: &[String], now: Timestamp) -> String {
        for id in ids {
            if let Some(run) = self.run_mut(id) {
                run.step = Some(Step::Ended { at: now });
            }
        }
        self.job(ids, now)
    }

    /// Sends runs through again; answers with the job's id. Four in five recover.
    pub fn resubmit(&mut self, ids: &[String], now: Timestamp) -> String {
        for id in ids {
            if let Some(run) = self.run_mut(id) {
                run.retries += 1;
                let mut chance = Chance::of(u64::from(run.retries), &run.id);
                run.step = Some(Step::Resubmitted {
                    at: now,
                    millis: 150 + chance.next() % 450,
                    recovers: chance.percent(80),
                });
            }
        }
        self.job(ids, now)
    }

    fn job(&mut self, ids: &[String], now: Timestamp) -> String {
        let id = (50_001 + self.jobs.len()).to_string();
        self.jobs.push(Job {
            id: id.clone(),
            created: now,
            runs: ids.to_vec(),
        });
        id
    }
}
