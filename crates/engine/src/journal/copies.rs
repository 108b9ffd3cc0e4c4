//! Copies of snapshots at targets: a row per target and snapshot. A target takes one copy at a time,
//! whichever program makes it.
//!
//! A snapshot is known here by the run that took it (`origin`): its id changes with its tags.

use jiff::{SignedDuration, Timestamp};
use rusqlite::{OptionalExtension, Row, TransactionBehavior, named_params, params};
use serde::{Deserialize, Serialize};
use waybill_targets::CopyHead;

use super::words::{json, value, word};
use super::{Journal, RunId, stamp};
use crate::error::Result;

/// Between the row of a copy and the row of its run lies no more than a moment; after this time the
/// program that wrote the first has ended in between.
const LOST: SignedDuration = SignedDuration::from_secs(30);

/// How a copy stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum CopyState {
    /// A run is at it, or was when its program ended.
    Copying,
    /// It is there whole, and was compared.
    Whole,
    /// The last try did not bring it there.
    Failed,
}

/// A copy that is to be made.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewCopy {
    /// The target, by its id in the settings.
    pub target: String,
    /// The run that took the snapshot.
    pub origin: String,
    /// The id of the snapshot now.
    pub snapshot: String,
    /// The instance, by its id in the settings.
    pub instance_id: String,
    /// When the snapshot was taken.
    pub taken_at: Timestamp,
    /// The run that makes the copy.
    pub run: RunId,
}

/// A copy as the journal knows it.
#[derive(Clone, Debug, PartialEq)]
pub struct CopyRow {
    /// What is copied, and where to.
    pub of: NewCopy,
    /// How it stands.
    pub state: CopyState,
    /// When the last try began.
    pub began_at: Timestamp,
    /// When it ended.
    pub ended_at: Option<Timestamp>,
    /// How often it was tried since it was last whole.
    pub tries: u32,
    /// By what it is opened at the target.
    pub folder: String,
    /// Counts up by one per copy of an instance to the target.
    pub build: u64,
    /// What stands in the copy itself. The same in every try.
    pub head: Option<CopyHead>,
    /// Where it is, for people.
    pub reference: Option<String>,
    /// Why it is not there, in one sentence.
    pub problem: Option<String>,
    /// What to do about it.
    pub guidance: Option<String>,
}

/// How a try ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum CopyEnd {
    /// It is there.
    Whole {
        /// Where, for people.
        reference: String,
    },
    /// It is not.
    Failed {
        /// Why, in one sentence.
        problem: String,
        /// What to do about it.
        guidance: Option<String>,
    },
}

const COLUMNS: &str = "target, origin, snapshot, instance_id, taken_at, run, state, began_at, ended_at, tries, folder, build, \
    head, reference, problem, guidance";

impl Journal {
    /// Takes a copy into the hands of its run, which begins right afterwards. `false`: a copy to this target
    /// goes on.
    pub fn take_copy(&self, copy: &NewCopy, now: Timestamp) -> Result<bool> {
        self.settle()?;
        let lost = now.checked_sub(LOST).unwrap_or(now);
        self.with("taking a copy", |connection| {
            let transaction =
                connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
            let busy: bool = transaction.query_row(
                "SELECT EXISTS (SELECT 1 FROM copies LEFT JOIN runs ON runs.id = copies.run
                 WHERE copies.target = ?1 AND copies.state = 'copying' AND copies.run <> ?2
                     AND (runs.status IN ('running', 'cancelling') OR (runs.id IS NULL AND copies.began_at > ?3)))",
                params![copy.target, copy.run.as_str(), stamp(lost)],
                |row| row.get(0),
            )?;
            if busy {
                return Ok(false);
            }
            transaction.execute(
                "INSERT INTO copies (target, origin, snapshot, instance_id, taken_at, state, began_at, run)
                 VALUES (:target, :origin, :snapshot, :instance, :taken, 'copying', :now, :run)
                 ON CONFLICT (target, origin) DO UPDATE SET snapshot = :snapshot, began_at = :now, ended_at = NULL,
                     tries = CASE state WHEN 'whole' THEN 1 ELSE tries + 1 END, state = 'copying', run = :run",
                named_params! {
                    ":target": copy.target,
                    ":origin": copy.origin,
                    ":snapshot": copy.snapshot,
                    ":instance": copy.instance_id,
                    ":taken": stamp(copy.taken_at),
                    ":now": stamp(now),
                    ":run": copy.run.as_str(),
                },
            )?;
            transaction.commit()?;
            Ok(true)
        })
    }

    /// Writes down what the copy says of itself, before anything of it is carried.
    pub fn name_copy(&self, copy: &NewCopy, head: &CopyHead) -> Result<()> {
        let text = serde_json::to_string(head)
            .map_err(|error| rusqlite::Error::ToSqlConversionFailure(Box::new(error)));
        self.with("naming a copy", |connection| {
            connection.execute(
                "UPDATE copies SET folder = ?3, build = ?4, head = ?5 WHERE target = ?1 AND origin = ?2",
                params![
                    copy.target,
                    copy.origin,
                    head.folder,
                    i64::try_from(head.build).unwrap_or(i64::MAX),
                    text?
                ],
            )
        })?;
        Ok(())
    }

    /// Writes down how the try of a run ended. What another run has taken since is left alone.
    pub fn settle_copy(&self, copy: &NewCopy, end: &CopyEnd, now: Timestamp) -> Result<()> {
        let (state, reference, problem, guidance) = match end {
            CopyEnd::Whole { reference } => (CopyState::Whole, Some(reference), None, None),
            CopyEnd::Failed { problem, guidance } => {
                (CopyState::Failed, None, Some(problem), guidance.as_ref())
            }
        };
        self.with("settling a copy", |connection| {
            connection.execute(
                "UPDATE copies SET state = ?4, ended_at = ?5, reference = coalesce(?6, reference), problem = ?7, guidance = ?8
                 WHERE target = ?1 AND origin = ?2 AND run = ?3",
                params![
                    copy.target,
                    copy.origin,
                    copy.run.as_str(),
                    word(&state),
                    stamp(now),
                    reference,
                    problem,
                    guidance
                ],
            )
        })?;
        Ok(())
    }

    /// The copies at a target, those of the newest snapshots first.
    pub fn copies_at(&self, target: &str) -> Result<Vec<CopyRow>> {
        self.copies_where("target = ?1 ORDER BY taken_at DESC", target)
    }

    /// The copies of a snapshot, by the run that took it.
    pub fn copies_of(&self, origin: &str) -> Result<Vec<CopyRow>> {
        self.copies_where("origin = ?1 ORDER BY target", origin)
    }

    /// The copy that a run makes, or made.
    pub fn copy_of_run(&self, run: &RunId) -> Result<Option<CopyRow>> {
        self.with("reading a copy", |connection| {
            connection
                .query_row(
                    &format!("SELECT {COLUMNS} FROM copies WHERE run = ?1"),
                    [run.as_str()],
                    read,
                )
                .optional()
        })
    }

    /// Forgets the copies at a target. What lies there stays.
    pub fn forget_copies(&self, target: &str) -> Result<()> {
        self.with("forgetting copies", |connection| {
            connection.execute("DELETE FROM copies WHERE target = ?1", [target])
        })?;
        Ok(())
    }

    /// Forgets one copy, by what it is opened with.
    pub fn forget_copy(&self, target: &str, folder: &str) -> Result<()> {
        self.with("forgetting a copy", |connection| {
            connection.execute(
                "DELETE FROM copies WHERE target = ?1 AND folder = ?2",
                [target, folder],
            )
        })?;
        Ok(())
    }

    fn copies_where(&self, rest: &str, what: &str) -> Result<Vec<CopyRow>> {
        self.with("reading copies", |connection| {
            connection
                .prepare_cached(&format!("SELECT {COLUMNS} FROM copies WHERE {rest}"))?
                .query_map([what], read)?
                .collect()
        })
    }
}

fn read(row: &Row<'_>) -> rusqlite::Result<CopyRow> {
    Ok(CopyRow {
        of: NewCopy {
            target: row.get(0)?,
            origin: row.get(1)?,
            snapshot: row.get(2)?,
            instance_id: row.get(3)?,
            taken_at: time(&row.get::<_, String>(4)?)?,
            run: RunId::named(&row.get::<_, String>(5)?),
        },
        state: value(row.get(6)?)?,
        began_at: time(&row.get::<_, String>(7)?)?,
        ended_at: row
            .get::<_, Option<String>>(8)?
            .as_deref()
            .map(time)
            .transpose()?,
        tries: row.get(9)?,
        folder: row.get(10)?,
        build: row.get::<_, i64>(11)?.unsigned_abs(),
        head: row
            .get::<_, Option<String>>(12)?
            .as_deref()
            .map(json)
            .transpose()?,
        reference: row.get(13)?,
        problem: row.get(14)?,
        guidance: row.get(15)?,
    })
}

fn time(text: &str) -> rusqlite::Result<Timestamp> {
    text.parse().map_err(|error: jiff::Error| {
        rusqlite::Error::FromSqlConversionFailure(0, rusqlite::types::Type::Text, Box::new(error))
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::journal::{NewRun, RunEnd, RunKind, RunStatus};

    fn copy(origin: &str) -> NewCopy {
        NewCopy {
            target: "t".into(),
            origin: origin.into(),
            snapshot: format!("id of {origin}"),
            instance_id: "i".into(),
            taken_at: "2026-11-21T06:00:00Z".parse().unwrap(),
            run: RunId::fresh(),
        }
    }

    fn begin(journal: &Journal, copy: &NewCopy) {
        journal
            .begin(&NewRun {
                id: copy.run.clone(),
                kind: RunKind::Copy,
                instance_id: Some("i".into()),
                instance_name: None,
                environment: None,
                asked_by: "t".into(),
                request: serde_json::Value::Null,
                snapshot: None,
            })
            .unwrap();
    }

    #[test]
    fn a_target_takes_one_copy_at_a_time_and_lost_ones_are_taken_up() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("waybill.db");
        let (window, line) = (Journal::open(&file).unwrap(), Journal::open(&file).unwrap());
        let now: Timestamp = "2026-11-21T07:00:00Z".parse().unwrap();
        let (first, second) = (copy("a"), copy("b"));
        assert!(window.take_copy(&first, now).unwrap());
        // Its run has not begun yet, and may in a moment.
        assert!(!line.take_copy(&second, now).unwrap());
        begin(&window, &first);
        let late = now.checked_add(SignedDuration::from_hours(3)).unwrap();
        assert!(!line.take_copy(&second, late).unwrap());
        let elsewhere = NewCopy {
            target: "other".into(),
            ..copy("a")
        };
        assert!(line.take_copy(&elsewhere, now).unwrap());

        drop(window);
        assert!(line.take_copy(&second, late).unwrap(), "its program died");
        begin(&line, &second);
        let head = CopyHead {
            folder: "f".into(),
            title: String::new(),
            body: String::new(),
            instance: "ERP".into(),
            snapshot: "b".into(),
            taken: now,
            build: 7,
        };
        line.name_copy(&second, &head).unwrap();
        let end = CopyEnd::Whole {
            reference: "there".into(),
        };
        line.settle_copy(&second, &end, late).unwrap();
        line.end(
            &second.run,
            &RunEnd {
                status: RunStatus::Done,
                snapshot: None,
                headline: String::new(),
                guidance: None,
                resumable: false,
            },
        )
        .unwrap();
        let row = line.copies_of("b").unwrap().remove(0);
        assert_eq!(
            (row.state, row.folder.as_str(), row.build, row.head),
            (CopyState::Whole, "f", 7, Some(head))
        );
        let again = NewCopy {
            run: RunId::fresh(),
            ..first.clone()
        };
        assert!(line.take_copy(&again, late).unwrap());
        // The first program comes back too late to say anything.
        line.settle_copy(&first, &end, late).unwrap();
        let row = line.copy_of_run(&again.run).unwrap().unwrap();
        assert_eq!((row.state, row.tries), (CopyState::Copying, 2));
        line.forget_copies("t").unwrap();
        assert!(line.copies_at("t").unwrap().is_empty());
    }
}
