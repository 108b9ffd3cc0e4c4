//! What the journal holds of runs that carry out a waybill beyond their steps: what reading back found,
//! and how long steps usually take.

use std::collections::{BTreeMap, BTreeSet};

use rusqlite::{TransactionBehavior, params};
use waybill_model::ArtifactId;

use super::words::{json, value};
use super::{Journal, Run, RunId};
use crate::error::Result;
use crate::plan::History;

/// The steps of so many of the last runs tell how long a step takes.
const RUNS: u32 = 20;
/// How many imports and changes run at once, as the client paces them.
const IMPORTS_AT_ONCE: u32 = 4;

/// What reading an artifact back found.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ReadBack {
    /// It is as it was to be; none: that cannot be told.
    pub verified: Option<bool>,
    /// What was found, where it is not the same.
    pub words: Option<String>,
}

impl Journal {
    /// Takes up a run that ended with something not done, though nobody marked it as one that can be
    /// resumed: to try again what failed.
    ///
    /// # Errors
    /// `NotResumable` where it is under way, done, or was given up; `AlreadyRunning` if another one of
    /// the instance is under way.
    pub fn retry(&self, id: &RunId) -> Result<Run> {
        if self.run(id)?.status == super::RunStatus::Discarded {
            return self.resume(id);
        }
        self.with("taking up a run", |connection| {
            connection.execute(
                "UPDATE runs SET resumable = 1 WHERE id = ?1 AND kind = 'move' AND status IN ('partial', 'failed')",
                [id.as_str()],
            )
        })?;
        self.resume(id)
    }

    /// Writes down the snapshot that a run took before its first write.
    pub fn set_snapshot(&self, run: &RunId, snapshot: &str) -> Result<()> {
        self.with("writing a run", |connection| {
            connection.execute(
                "UPDATE runs SET snapshot = ?2 WHERE id = ?1",
                [run.as_str(), snapshot],
            )
        })?;
        Ok(())
    }

    /// Writes down what reading back found, in place of what was found before.
    pub fn set_read_back(&self, run: &RunId, found: &BTreeMap<ArtifactId, ReadBack>) -> Result<()> {
        self.with("writing what reading back found", |connection| {
            let transaction =
                connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
            transaction.execute("DELETE FROM run_results WHERE run = ?1", [run.as_str()])?;
            for (id, one) in found {
                transaction.execute(
                    "INSERT INTO run_results (run, artifact, verified, words) VALUES (?1, ?2, ?3, ?4)",
                    params![run.as_str(), id.to_string(), one.verified, one.words],
                )?;
            }
            transaction.commit()
        })
    }

    /// What reading back found; nothing if the run did not come so far.
    pub fn read_back(&self, run: &RunId) -> Result<BTreeMap<ArtifactId, ReadBack>> {
        self.with("reading what reading back found", |connection| {
            connection
                .prepare_cached("SELECT artifact, verified, words FROM run_results WHERE run = ?1")?
                .query_map([run.as_str()], |row| {
                    let found = ReadBack {
                        verified: row.get(1)?,
                        words: row.get(2)?,
                    };
                    Ok((value(row.get(0)?)?, found))
                })?
                .collect()
        })
    }

    /// How long the steps of a waybill usually take in an instance: the median of what the last runs
    /// there took, by the word of each kind of step.
    pub fn step_history(&self, instance_id: &str) -> Result<History> {
        let rows: Vec<(String, i64)> = self.with("reading how long steps took", |connection| {
            connection
                .prepare_cached(
                    "SELECT detail, took_ms FROM run_steps JOIN (
                         SELECT id FROM runs WHERE kind = 'move' AND instance_id = ?1
                         ORDER BY started_at DESC, rowid DESC LIMIT ?2
                     ) AS recent ON recent.id = run_steps.run
                     WHERE state = 'done' AND took_ms IS NOT NULL",
                )?
                .query_map(params![instance_id, RUNS], |row| {
                    Ok((row.get(0)?, row.get(1)?))
                })?
                .collect()
        })?;
        let mut took: BTreeMap<String, Vec<u64>> = BTreeMap::new();
        for (detail, millis) in rows {
            let detail: serde_json::Value = json(&detail).unwrap_or_default();
            let key = detail.get("key").and_then(serde_json::Value::as_str);
            // Keys begin with the word of their kind.
            let word = key.and_then(|key| key.split(' ').next());
            if let Some(word) = word {
                let all = took.entry(word.to_owned()).or_default();
                all.push(millis.unsigned_abs());
            }
        }
        let words: BTreeSet<String> = took.keys().cloned().collect();
        let median = |word: &String| {
            let all = took.get_mut(word)?;
            all.sort_unstable();
            Some((word.clone(), *all.get(all.len() / 2)?))
        };
        Ok(History {
            millis: words.iter().filter_map(median).collect(),
            imports_at_once: IMPORTS_AT_ONCE,
            activations_at_once: crate::haul::ACTIVATING_AT_ONCE,
        })
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::super::{NewRun, RunEnd, RunKind, RunStatus, StepEnd, StepFailure, StepState};
    use super::*;
    use crate::error::EngineError;

    fn begun(journal: &Journal, kind: RunKind, instance: &str) -> RunId {
        let id = RunId::fresh();
        let new = NewRun {
            id: id.clone(),
            kind,
            instance_id: Some(instance.into()),
            instance_name: Some(instance.into()),
            environment: None,
            asked_by: "tester".into(),
            request: Value::Null,
            snapshot: None,
        };
        journal.begin(&new).unwrap();
        id
    }

    fn open() -> (tempfile::TempDir, Journal) {
        let folder = tempfile::tempdir().unwrap();
        let journal = Journal::open(&folder.path().join("waybill.db")).unwrap();
        (folder, journal)
    }

    fn ended(journal: &Journal, id: &RunId, status: RunStatus) {
        let end = RunEnd {
            status,
            snapshot: None,
            headline: "Ended.".into(),
            guidance: None,
            resumable: false,
        };
        journal.end(id, &end).unwrap();
    }

    #[test]
    fn a_move_and_a_change_do_not_go_on_in_one_instance_at_once() {
        let (_folder, journal) = open();
        let change = begun(&journal, RunKind::Change, "prod");
        let new = NewRun {
            id: RunId::fresh(),
            kind: RunKind::Move,
            instance_id: Some("prod".into()),
            instance_name: Some("prod".into()),
            environment: None,
            asked_by: "tester".into(),
            request: Value::Null,
            snapshot: None,
        };
        let refused = journal.begin(&new).unwrap_err();
        assert!(
            matches!(&refused, EngineError::AlreadyRunning { run, .. } if *run == change.to_string()),
            "{refused}"
        );
        ended(&journal, &change, RunStatus::Done);
        journal.begin(&new).unwrap();
        begun(&journal, RunKind::Move, "test");
    }

    #[test]
    fn what_ended_with_failures_is_taken_up_again_and_what_is_done_is_not() {
        let (_folder, journal) = open();
        let partial = begun(&journal, RunKind::Move, "prod");
        ended(&journal, &partial, RunStatus::Partial);
        assert!(journal.resume(&partial).is_err());
        assert_eq!(journal.retry(&partial).unwrap().status, RunStatus::Running);
        ended(&journal, &partial, RunStatus::Done);
        assert!(journal.retry(&partial).is_err());
        let change = begun(&journal, RunKind::Change, "prod");
        ended(&journal, &change, RunStatus::Failed);
        assert!(journal.retry(&change).is_err());
    }

    #[test]
    fn steps_keep_their_times_and_causes_and_the_median_tells_how_long_they_take() {
        let (_folder, journal) = open();
        let run = begun(&journal, RunKind::Move, "prod");
        let keys = [
            "import a",
            "activate a",
            "activate b",
            "activate c",
            "activate d",
        ];
        let details: Vec<Value> = keys.iter().map(|key| json!({"key": key})).collect();
        journal.plan_steps(&run, &details).unwrap();
        let base = json!({"present": true});
        journal.begin_step(&run, 0, Some(&base)).unwrap();
        let end = |state, took_ms, failure| StepEnd {
            state,
            after: Some("so".into()),
            took_ms,
            failure,
        };
        for (position, took) in [(1, 4000), (2, 90_000), (3, 5000)] {
            journal.begin_step(&run, position, None).unwrap();
            let done = end(StepState::Done, Some(took), None);
            journal.end_step(&run, position, &done).unwrap();
        }
        let failure = StepFailure {
            why: "No.".into(),
            ..StepFailure::default()
        };
        let failed = end(StepState::Failed, Some(1), Some(failure.clone()));
        journal.end_step(&run, 4, &failed).unwrap();
        let steps = journal.steps(&run).unwrap();
        assert_eq!(steps[0].state, StepState::Sent);
        assert_eq!(steps[0].base, Some(base));
        assert!(steps[0].began_at.is_some());
        assert_eq!(steps[4].failure, Some(failure));
        assert_eq!(steps[4].began_at, None);
        let history = journal.step_history("prod").unwrap();
        assert_eq!(history.millis.get("activate"), Some(&5000));
        assert_eq!(history.millis.get("import"), None);
        assert!(journal.step_history("test").unwrap().millis.is_empty());
    }

    #[test]
    fn what_reading_back_found_replaces_what_it_found_before() {
        let (_folder, journal) = open();
        let run = begun(&journal, RunKind::Move, "prod");
        let id: ArtifactId = "integration:A|01.00.0000".parse().unwrap();
        let found = ReadBack {
            verified: Some(false),
            words: Some("It is another.".into()),
        };
        let found = BTreeMap::from([(id, found)]);
        journal.set_read_back(&run, &found).unwrap();
        assert_eq!(journal.read_back(&run).unwrap(), found);
        journal.set_read_back(&run, &BTreeMap::new()).unwrap();
        assert!(journal.read_back(&run).unwrap().is_empty());
        journal.set_snapshot(&run, "abc").unwrap();
        assert_eq!(journal.run(&run).unwrap().snapshot.as_deref(), Some("abc"));
    }
}
