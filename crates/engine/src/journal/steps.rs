//! The steps of a run that changes an instance: each is written down before its call is sent and after
//! it is answered, so that nobody has to guess after a crash.

use rusqlite::{Connection, TransactionBehavior, params};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::words::{json, value, word};
use super::{Journal, LogExchange, RunId, now};
use crate::error::Result;

/// How a step stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum StepState {
    /// Its call was not sent.
    Planned,
    /// Its call is being sent: whether it arrived, only the instance can tell.
    Sent,
    /// Its call was answered; the service may still be at work on it.
    Answered,
    /// It is made.
    Done,
    /// It was refused or failed.
    Failed,
    /// It was not sent, because something that it needs failed.
    Skipped,
    /// Nobody can tell.
    Unknown,
}

/// Why a step failed.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct StepFailure {
    /// Why, in plain words.
    pub why: String,
    /// What to do about it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub what_to_do: Option<String>,
    /// The call behind it, redacted.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub exchange: Option<LogExchange>,
}

/// One step of a run.
#[derive(Clone, Debug, PartialEq)]
pub struct Step {
    /// Its place in the order, from 0.
    pub position: u32,
    /// How it stands.
    pub state: StepState,
    /// What it is, and how things stood before; no secrets.
    pub detail: Value,
    /// How things stood afterwards, in words.
    pub after: Option<String>,
    /// When it was sent for the last time (RFC 3339); none if it never was.
    pub began_at: Option<String>,
    /// How long it took, in milliseconds, where it was seen through.
    pub took_ms: Option<u64>,
    /// How things stood right before it was sent for the last time.
    pub base: Option<Value>,
    /// Why it failed.
    pub failure: Option<StepFailure>,
}

/// How a step ended.
#[derive(Clone, Debug)]
pub struct StepEnd {
    /// How it stands from now on.
    pub state: StepState,
    /// How things stand, in words.
    pub after: Option<String>,
    /// How long it took, in milliseconds.
    pub took_ms: Option<u64>,
    /// Why it failed.
    pub failure: Option<StepFailure>,
}

impl Journal {
    /// Writes down the steps of a run, none of them sent.
    pub fn plan_steps(&self, run: &RunId, details: &[Value]) -> Result<Vec<Step>> {
        self.with("writing the steps of a run", |connection| {
            let transaction =
                connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
            transaction.execute("DELETE FROM run_steps WHERE run = ?1", [run.as_str()])?;
            for (position, detail) in (0_u32..).zip(details) {
                transaction.execute(
                    "INSERT INTO run_steps (run, position, state, detail, changed_at) VALUES (?1, ?2, ?3, ?4, ?5)",
                    params![run.as_str(), position, word(&StepState::Planned), detail.to_string(), now()],
                )?;
            }
            transaction.commit()
        })?;
        self.steps(run)
    }

    /// Writes down how a step stands. It reaches the disk before this returns: that a call is about to
    /// be sent must be known after a loss of power too.
    pub fn set_step(
        &self,
        run: &RunId,
        position: u32,
        state: StepState,
        after: Option<&str>,
    ) -> Result<()> {
        self.with("writing a step of a run", |connection| {
            to_the_disk(connection, |connection| {
                connection.execute(
                    "UPDATE run_steps SET state = ?3, after = COALESCE(?4, after), changed_at = ?5
                     WHERE run = ?1 AND position = ?2",
                    params![run.as_str(), position, word(&state), after, now()],
                )
            })
        })?;
        Ok(())
    }

    /// Writes down that the call of a step is about to be sent, and how things stand (`base`). It
    /// reaches the disk before this returns. Gives back the time that it wrote.
    pub fn begin_step(&self, run: &RunId, position: u32, base: Option<&Value>) -> Result<String> {
        let at = now();
        self.with("writing a step of a run", |connection| {
            to_the_disk(connection, |connection| {
                connection.execute(
                    "UPDATE run_steps SET state = ?3, base = ?4, began_at = ?5, changed_at = ?5,
                         took_ms = NULL, failure = NULL, after = NULL
                     WHERE run = ?1 AND position = ?2",
                    params![
                        run.as_str(),
                        position,
                        word(&StepState::Sent),
                        base.map(Value::to_string),
                        at
                    ],
                )
            })
        })?;
        Ok(at)
    }

    /// Writes down how a step ended. A loss of power may take this back to how it stood before; the
    /// instance is looked at then.
    pub fn end_step(&self, run: &RunId, position: u32, end: &StepEnd) -> Result<()> {
        let failure = end.failure.as_ref();
        let failure = failure.and_then(|failure| serde_json::to_string(failure).ok());
        let took = end
            .took_ms
            .map(|took| i64::try_from(took).unwrap_or(i64::MAX));
        self.with("writing a step of a run", |connection| {
            connection.execute(
                "UPDATE run_steps SET state = ?3, after = ?4, took_ms = ?5, failure = ?6, changed_at = ?7
                 WHERE run = ?1 AND position = ?2",
                params![run.as_str(), position, word(&end.state), end.after, took, failure, now()],
            )
        })?;
        Ok(())
    }

    /// Writes down further steps of a run, after those it has; gives them back.
    pub fn add_steps(&self, run: &RunId, details: &[Value]) -> Result<Vec<Step>> {
        let first: u32 = self.with("writing the steps of a run", |connection| {
            let transaction =
                connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
            let first: u32 = transaction.query_row(
                "SELECT COALESCE(MAX(position) + 1, 0) FROM run_steps WHERE run = ?1",
                [run.as_str()],
                |row| row.get(0),
            )?;
            for (position, detail) in (first..).zip(details) {
                transaction.execute(
                    "INSERT INTO run_steps (run, position, state, detail, changed_at) VALUES (?1, ?2, ?3, ?4, ?5)",
                    params![run.as_str(), position, word(&StepState::Planned), detail.to_string(), now()],
                )?;
            }
            transaction.commit()?;
            Ok(first)
        })?;
        let mut steps = self.steps(run)?;
        steps.retain(|step| step.position >= first);
        Ok(steps)
    }

    /// Writes down how things stand that a step has left.
    pub fn set_base(&self, run: &RunId, position: u32, base: Option<&Value>) -> Result<()> {
        self.with("writing a step of a run", |connection| {
            connection.execute(
                "UPDATE run_steps SET base = ?3, changed_at = ?4 WHERE run = ?1 AND position = ?2",
                params![run.as_str(), position, base.map(Value::to_string), now()],
            )
        })?;
        Ok(())
    }

    /// Has a step stand as if its call had never been sent: what is known of it counts no longer.
    pub fn unbegin_step(&self, run: &RunId, position: u32) -> Result<()> {
        self.with("writing a step of a run", |connection| {
            connection.execute(
                "UPDATE run_steps SET began_at = NULL, base = NULL, changed_at = ?3
                 WHERE run = ?1 AND position = ?2",
                params![run.as_str(), position, now()],
            )
        })?;
        Ok(())
    }

    /// Has steps to be taken once more, and forgets all from a place on: both, or neither.
    pub fn reopen_steps(&self, run: &RunId, positions: &[u32], forget_from: u32) -> Result<()> {
        self.with("writing the steps of a run", |connection| {
            let transaction =
                connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
            for position in positions {
                transaction.execute(
                    "UPDATE run_steps SET state = ?3, after = NULL, took_ms = NULL, changed_at = ?4
                     WHERE run = ?1 AND position = ?2",
                    params![run.as_str(), position, word(&StepState::Planned), now()],
                )?;
            }
            transaction.execute(
                "DELETE FROM run_steps WHERE run = ?1 AND position >= ?2",
                params![run.as_str(), forget_from],
            )?;
            transaction.commit()
        })
    }

    /// The steps of a run in their order; none if it never came so far.
    pub fn steps(&self, run: &RunId) -> Result<Vec<Step>> {
        self.with("reading the steps of a run", |connection| {
            connection
                .prepare_cached(
                    "SELECT position, state, detail, after, began_at, took_ms, base, failure
                     FROM run_steps WHERE run = ?1 ORDER BY position",
                )?
                .query_map([run.as_str()], |row| {
                    let member =
                        |index: usize| -> rusqlite::Result<Option<String>> { row.get(index) };
                    Ok(Step {
                        position: row.get(0)?,
                        state: value(row.get(1)?)?,
                        detail: json(&row.get::<_, String>(2)?)?,
                        after: row.get(3)?,
                        began_at: row.get(4)?,
                        took_ms: row.get::<_, Option<i64>>(5)?.map(i64::unsigned_abs),
                        base: member(6)?.map(|text| json(&text)).transpose()?,
                        failure: member(7)?.map(|text| json(&text)).transpose()?,
                    })
                })?
                .collect()
        })
    }
}

/// Lets what is written reach the disk before it counts as written.
fn to_the_disk<T>(
    connection: &mut Connection,
    write: impl FnOnce(&Connection) -> rusqlite::Result<T>,
) -> rusqlite::Result<T> {
    connection.execute_batch("PRAGMA synchronous = FULL")?;
    let written = write(connection);
    connection.execute_batch("PRAGMA synchronous = NORMAL")?;
    written
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::super::{NewRun, RunKind};
    use super::*;

    #[test]
    fn steps_are_there_after_a_restart_as_they_stood() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("waybill.db");
        let run = RunId::fresh();
        {
            let journal = Journal::open(&path).unwrap();
            journal
                .begin(&NewRun {
                    id: run.clone(),
                    kind: RunKind::Change,
                    instance_id: Some("i1".into()),
                    instance_name: None,
                    environment: None,
                    asked_by: "tester".into(),
                    request: Value::Null,
                    snapshot: None,
                })
                .unwrap();
            journal
                .plan_steps(&run, &[json!({"type": "stopSchedule"}), json!({"n": 2})])
                .unwrap();
            journal
                .set_step(&run, 0, StepState::Done, Some("stopped"))
                .unwrap();
            journal.set_step(&run, 1, StepState::Sent, None).unwrap();
        }
        let journal = Journal::open(&path).unwrap();
        let states = || -> Vec<StepState> {
            let steps = journal.steps(&run).unwrap();
            steps.iter().map(|step| step.state).collect()
        };
        assert_eq!(states(), [StepState::Done, StepState::Sent]);
        let steps = journal.steps(&run).unwrap();
        assert_eq!(steps[0].after.as_deref(), Some("stopped"));
        let seen = journal.run(&run).unwrap();
        assert!(seen.resumable, "{seen:?}");
        assert!(seen.guidance.unwrap().contains("looked at first"));

        let added = journal.add_steps(&run, &[json!({"n": 3})]).unwrap();
        assert_eq!((added.len(), added[0].position), (1, 2));
        journal.set_base(&run, 0, Some(&json!(["a"]))).unwrap();
        journal.reopen_steps(&run, &[0], 2).unwrap();
        assert_eq!(states(), [StepState::Planned, StepState::Sent]);
        assert_eq!(journal.steps(&run).unwrap()[0].base, Some(json!(["a"])));
    }
}
