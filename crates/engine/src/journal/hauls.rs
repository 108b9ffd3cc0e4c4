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
