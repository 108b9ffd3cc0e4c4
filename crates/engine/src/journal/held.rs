//! Snapshots that the journal knows: which of them runs still need, where they are copied, and what one is
//! called now whose tags changed: restic then gives it another id.

use std::collections::{BTreeMap, BTreeSet};

use rusqlite::{OptionalExtension, params};

use super::{Journal, RunId, now};
use crate::error::Result;

/// The facts that say what a snapshot is called now.
const CALLED: &str = "snapshot/";

impl Journal {
    /// The snapshots that runs took before they changed something, with their runs: without them there is no
    /// way back. Those that runs under way read, and those that hold a release that was not given up: it is
    /// promoted from there.
    pub fn needed_snapshots(&self) -> Result<BTreeMap<String, RunId>> {
        self.settle()?;
        let rows: Vec<(String, String)> = self.with("reading what runs need", |connection| {
            connection
                .prepare_cached(
                    "SELECT snapshot, id FROM runs WHERE snapshot IS NOT NULL
                     AND (kind IN ('change', 'move', 'clone') OR status IN ('running', 'cancelling'))
                     UNION ALL
                     SELECT snapshot, run FROM releases WHERE snapshot IS NOT NULL AND stage <> 'givenUp'",
                )?
                .query_map([], |row| Ok((row.get(0)?, row.get(1)?)))?
                .collect()
        })?;
        Ok(rows
            .into_iter()
            .map(|(snapshot, run)| (snapshot, RunId::named(&run)))
            .collect())
    }

    /// The runs that go on or can be taken up.
    pub fn open_runs(&self) -> Result<BTreeSet<RunId>> {
        self.settle()?;
        let rows: Vec<String> = self.with("reading open runs", |connection| {
            connection
                .prepare_cached(
                    "SELECT id FROM runs WHERE status IN ('running', 'cancelling') OR resumable = 1",
                )?
                .query_map([], |row| row.get(0))?
                .collect()
        })?;
        Ok(rows.iter().map(|id| RunId::named(id)).collect())
    }

    /// Writes down that a snapshot is called otherwise now, wherever it is named.
    pub fn snapshot_renamed(&self, old: &str, new: &str) -> Result<()> {
        if old == new {
            return Ok(());
        }
        self.with("naming a snapshot anew", |connection| {
            let transaction = connection.transaction()?;
            for table in ["runs", "copies", "proofs", "releases"] {
                transaction.execute(
                    &format!("UPDATE OR REPLACE {table} SET snapshot = ?2 WHERE snapshot = ?1"),
                    params![old, new],
                )?;
            }
            transaction.execute(
                "UPDATE checks SET subject = ?2 WHERE kind = 'snapshot' AND subject = ?1",
                params![old, new],
            )?;
            transaction.execute(
                "UPDATE facts SET value = ?3 WHERE key LIKE ?1 AND value = ?2",
                params![format!("{CALLED}%"), old, new],
            )?;
            transaction.execute(
                "DELETE FROM facts WHERE key = ?1",
                [format!("{CALLED}{new}")],
            )?;
            transaction.execute(
                "INSERT OR REPLACE INTO facts (key, value, at) VALUES (?1, ?2, ?3)",
                params![format!("{CALLED}{old}"), new, now()],
            )?;
            transaction.commit()
        })
    }

    /// What the snapshot with this id, or the only one with this beginning, is called now, if that
    /// changed.
    pub fn snapshot_called(&self, id: &str) -> Result<Option<String>> {
        let known = !id.is_empty() && id.bytes().all(|byte| byte.is_ascii_hexdigit());
        if !known {
            return Ok(None);
        }
        self.with("looking for a snapshot", |connection| {
            let mut statement = connection
                .prepare_cached("SELECT DISTINCT value FROM facts WHERE key LIKE ?1 LIMIT 2")?;
            let mut rows = statement.query([format!("{CALLED}{id}%")])?;
            let found = rows
                .next()?
                .map(|row| row.get::<_, String>(0))
                .transpose()?;
            Ok(found.filter(|_| matches!(rows.next(), Ok(None))))
        })
    }

    /// The snapshot that a run took or read, as the journal has it.
    pub fn snapshot_of_run(&self, run: &RunId) -> Result<Option<String>> {
        self.with("reading a run", |connection| {
            connection
                .query_row(
                    "SELECT snapshot FROM runs WHERE id = ?1",
                    [run.as_str()],
                    |row| row.get(0),
                )
                .optional()
                .map(Option::flatten)
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::journal::{NewRun, RunEnd, RunKind, RunStatus};

    #[test]
    fn a_snapshot_is_found_under_its_earlier_names_and_runs_follow_it() {
        let folder = tempfile::tempdir().unwrap();
        let journal = Journal::open(&folder.path().join("waybill.db")).unwrap();
        let new = NewRun {
            id: RunId::fresh(),
            kind: RunKind::Move,
            instance_id: Some("i".into()),
            instance_name: None,
            environment: None,
            asked_by: String::new(),
            request: serde_json::json!({}),
            snapshot: None,
        };
        journal.begin(&new).unwrap();
        let end = RunEnd {
            status: RunStatus::Done,
            snapshot: Some("aa11".into()),
            headline: String::new(),
            guidance: None,
            resumable: false,
        };
        journal.end(&new.id, &end).unwrap();
        assert_eq!(
            journal.needed_snapshots().unwrap().get("aa11"),
            Some(&new.id)
        );
        assert_eq!(journal.snapshot_called("aa11").unwrap(), None);
        journal.snapshot_renamed("aa11", "bb22").unwrap();
        journal.snapshot_renamed("bb22", "cc33").unwrap();
        for known in ["aa11", "aa", "bb22"] {
            assert_eq!(
                journal.snapshot_called(known).unwrap().as_deref(),
                Some("cc33"),
                "{known}"
            );
        }
        assert_eq!(journal.snapshot_called("").unwrap(), None);
        assert_eq!(
            journal.snapshot_of_run(&new.id).unwrap().as_deref(),
            Some("cc33")
        );
        // And back again: nothing leads in a circle.
        journal.snapshot_renamed("cc33", "aa11").unwrap();
        assert_eq!(journal.snapshot_called("aa11").unwrap(), None);
        assert_eq!(
            journal.snapshot_called("bb22").unwrap().as_deref(),
            Some("aa11")
        );
    }
}
