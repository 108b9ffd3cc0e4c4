//! The times at which something was due, and who took them: a row per due time, so that of several
//! programs only one makes the backup of that time.

use jiff::Timestamp;
use rusqlite::{OptionalExtension, Row, params};
use serde::{Deserialize, Serialize};

use super::words::{value, word};
use super::{Journal, RunId};
use crate::error::Result;

/// How a due time ended, or stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum DueOutcome {
    /// A program took it and is at it.
    Taken,
    /// Done, whole.
    Done,
    /// Done, with something missing.
    Partial,
    /// It failed in a way that does not pass by itself.
    Failed,
    /// It could not be made now, and is tried again: no network, no mains, something else goes on.
    Postponed,
    /// It passed without anybody there.
    Missed,
}

/// One due time.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DueTime {
    /// The schedule.
    pub schedule: String,
    /// When it was due.
    pub due_at: Timestamp,
    /// How it stands.
    pub outcome: DueOutcome,
    /// When it was last taken, or ended without.
    pub taken_at: Timestamp,
    /// The run that was made for it.
    pub run: Option<RunId>,
    /// Why it stands so, in a sentence.
    pub words: Option<String>,
}

const COLUMNS: &str = "schedule, due_at, outcome, taken_at, run, words";

impl Journal {
    /// Takes a due time, unless another program has. A postponed one can be taken again, and so can one
    /// that was taken before `lost` without a run: its program ended in between.
    pub fn take_due(
        &self,
        schedule: &str,
        due_at: Timestamp,
        at: Timestamp,
        lost: Timestamp,
    ) -> Result<bool> {
        let taken = self.with("taking a due time", |connection| {
            connection.execute(
                "INSERT INTO due_times (schedule, due_at, outcome, taken_at) VALUES (?1, ?2, ?3, ?4)
                 ON CONFLICT (schedule, due_at) DO UPDATE SET outcome = ?3, taken_at = ?4, words = NULL
                 WHERE outcome = ?5 OR (outcome = ?3 AND run IS NULL AND taken_at < ?6)",
                params![
                    schedule,
                    sortable(due_at),
                    word(&DueOutcome::Taken),
                    sortable(at),
                    word(&DueOutcome::Postponed),
                    sortable(lost)
                ],
            )
        })?;
        Ok(taken == 1)
    }

    /// Writes down the run of a due time, how it ended, or why it did not come to one. One that nobody
    /// took gets its row here.
    pub fn settle_due(&self, due: &DueTime) -> Result<()> {
        self.with("settling a due time", |connection| {
            connection.execute(
                "INSERT INTO due_times (schedule, due_at, outcome, taken_at, run, words)
                 VALUES (?1, ?2, ?3, ?4, ?5, ?6)
                 ON CONFLICT (schedule, due_at) DO UPDATE
                 SET outcome = ?3, taken_at = ?4, run = coalesce(?5, run), words = ?6",
                params![
                    due.schedule,
                    sortable(due.due_at),
                    word(&due.outcome),
                    sortable(due.taken_at),
                    due.run.as_ref().map(RunId::as_str),
                    due.words
                ],
            )
        })?;
        Ok(())
    }

    /// The newest due times of a schedule, newest first.
    pub fn due_times(&self, schedule: &str, limit: u32) -> Result<Vec<DueTime>> {
        self.with("reading due times", |connection| {
            let mut statement = connection.prepare_cached(&format!(
                "SELECT {COLUMNS} FROM due_times WHERE schedule = ?1 ORDER BY due_at DESC LIMIT ?2"
            ))?;
            let rows = statement.query_map(params![schedule, limit], due_time)?;
            rows.collect()
        })
    }

    /// The due time for which a run was made.
    pub fn due_of_run(&self, run: &RunId) -> Result<Option<DueTime>> {
        self.with("reading a due time", |connection| {
            connection
                .query_row(
                    &format!("SELECT {COLUMNS} FROM due_times WHERE run = ?1"),
                    [run.as_str()],
                    due_time,
                )
                .optional()
        })
    }

    /// Forgets the due times of a schedule.
    pub fn forget_due(&self, schedule: &str) -> Result<()> {
        self.with("forgetting due times", |connection| {
            connection.execute("DELETE FROM due_times WHERE schedule = ?1", [schedule])
        })?;
        Ok(())
    }
}

/// Whole seconds, so that texts sort as times do.
fn sortable(time: Timestamp) -> String {
    time.strftime("%Y-%m-%dT%H:%M:%SZ").to_string()
}

fn due_time(row: &Row<'_>) -> rusqlite::Result<DueTime> {
    let time = |index| -> rusqlite::Result<Timestamp> {
        row.get::<_, String>(index)?.parse().map_err(|error| {
            rusqlite::Error::FromSqlConversionFailure(
                index,
                rusqlite::types::Type::Text,
                Box::<dyn std::error::Error + Send + Sync>::from(format!("{error}")),
            )
        })
    };
    Ok(DueTime {
        schedule: row.get(0)?,
        due_at: time(1)?,
        outcome: value(row.get(2)?)?,
        taken_at: time(3)?,
        run: row.get::<_, Option<String>>(4)?.map(|id| RunId::named(&id)),
        words: row.get(5)?,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> Timestamp {
        text.parse().unwrap()
    }

    #[test]
    fn a_due_time_is_taken_once() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("waybill.db");
        let one = Journal::open(&file).unwrap();
        let other = Journal::open(&file).unwrap();
        let due = at("2026-11-21T06:00:00Z");
        let now = at("2026-11-21T06:00:05Z");
        let lost = at("2026-11-21T05:50:00Z");
        assert!(one.take_due("s", due, now, lost).unwrap());
        assert!(!other.take_due("s", due, now, lost).unwrap());

        let mut row = one.due_times("s", 5).unwrap().remove(0);
        row.outcome = DueOutcome::Postponed;
        row.words = Some("no network".into());
        one.settle_due(&row).unwrap();
        assert!(other.take_due("s", due, now, lost).unwrap());

        let later = at("2026-11-21T07:00:00Z");
        assert!(
            one.take_due("s", due, later, at("2026-11-21T06:50:00Z"))
                .unwrap(),
            "its program ended before it had a run"
        );
        row.outcome = DueOutcome::Done;
        row.run = Some(RunId::fresh());
        one.settle_due(&row).unwrap();
        assert!(!one.take_due("s", due, later, later).unwrap());
        assert_eq!(
            one.due_of_run(row.run.as_ref().unwrap())
                .unwrap()
                .unwrap()
                .due_at,
            due
        );
        one.forget_due("s").unwrap();
        assert!(other.due_times("s", 5).unwrap().is_empty());
    }
}
