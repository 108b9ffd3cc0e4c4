//! The journal: what runs were made, what they did item by item, and what happened to the vault.
//!
//! One SQLite database (`waybill.db`, WAL) that the window and the command line may have open at
//! once. Calls block for a moment; in asynchronous code they belong on a blocking thread where they
//! write often. A run under way is held by an operating system lock on a file beside the database:
//! when its process dies, however it dies, the lock is gone and the run is seen as interrupted.
//!
//! `migrations` holds the tables, `run`, `runs`, `items`, `steps` and `lines` the life of a run, `owner` its lock,
//! `audit` the chained log, `records` the cache, the checks and single facts, `live` what lists told,
//! `likeness` what comparing found out, `hauls` what moves add, `due` the times of schedules, `proofs` the evidence that
//! snapshots can be had back, `releases` builds of projects and where they were promoted to, `held` what snapshots are
//! called and who needs them, `turns` who waits for an instance.

mod audit;
mod copies;
mod drifts;
mod due;
mod hauls;
mod held;
mod identities;
mod items;
mod likeness;
mod lines;
mod live;
mod migrations;
mod owner;
mod proofs;
mod records;
mod releases;
mod run;
mod runs;
mod steps;
mod told;
mod turns;
mod words;

use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use jiff::Timestamp;
use rusqlite::Connection;

pub use audit::{AuditEntry, ChainReport};
pub use copies::{CopyEnd, CopyRow, CopyState, NewCopy};
pub use drifts::{DriftRow, Wrote};
pub use due::{DueOutcome, DueTime};
pub use hauls::ReadBack;
pub use items::{ItemState, RunItem, StoredFile};
pub(crate) use likeness::KnownDifference;
pub use lines::{LogExchange, LogLine, LogWeight};
pub use proofs::{Proof, ProofKind};
pub use records::{CachedCatalogue, CheckRecord};
pub use releases::{NewRelease, Promotion, Release, ReleaseStage};
pub use run::{NewRun, Run, RunCounts, RunEnd, RunId, RunKind, RunPhase, RunStatus};
pub use steps::{Step, StepEnd, StepFailure, StepState};
pub use told::{Cause, NewWord, Word, WordKind, WordSeverity, WordState};

use crate::error::{EngineError, Result};

/// How long a call waits for another program that is writing.
const BUSY: Duration = Duration::from_secs(15);

/// The open journal. Share it by `Arc`.
#[derive(Debug)]
pub struct Journal {
    path: PathBuf,
    connection: Mutex<Connection>,
    held: owner::Held,
}

impl Journal {
    /// Opens the database at `path`, making it and its folder where they are missing, and brings its
    /// tables to the newest version. Runs whose process died are marked as interrupted.
    pub fn open(path: &Path) -> Result<Self> {
        let folder = path.parent().unwrap_or(Path::new("."));
        std::fs::create_dir_all(folder).map_err(|source| EngineError::File {
            path: folder.to_owned(),
            action: "made",
            source,
        })?;
        let failed = |operation| {
            move |source| EngineError::Journal {
                path: path.to_owned(),
                operation,
                source,
            }
        };
        let mut connection = Connection::open(path).map_err(failed("opening"))?;
        connection.busy_timeout(BUSY).map_err(failed("opening"))?;
        connection
            .execute_batch(
                "PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL; PRAGMA foreign_keys = ON;",
            )
            .map_err(failed("opening"))?;
        match migrations::migrate(&mut connection)
            .map_err(failed("bringing its tables up to date"))?
        {
            migrations::Migrated::Current => {}
            migrations::Migrated::TooNew(found) => {
                return Err(EngineError::JournalTooNew {
                    path: path.to_owned(),
                    found,
                    known: migrations::newest(),
                });
            }
        }
        let journal = Self {
            path: path.to_owned(),
            connection: Mutex::new(connection),
            held: owner::Held::new(folder.join("runs")),
        };
        journal.settle()?;
        Ok(journal)
    }

    /// Where the database is.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Runs one piece of work on the database; `operation` names it if it fails.
    fn with<T>(
        &self,
        operation: &'static str,
        work: impl FnOnce(&mut Connection) -> rusqlite::Result<T>,
    ) -> Result<T> {
        work(&mut self.lock()).map_err(|source| self.failed(operation, source))
    }

    fn failed(&self, operation: &'static str, source: rusqlite::Error) -> EngineError {
        EngineError::Journal {
            path: self.path.clone(),
            operation,
            source,
        }
    }

    /// A thread that panicked in the middle left at most an open transaction, which SQLite rolls back.
    fn lock(&self) -> MutexGuard<'_, Connection> {
        self.connection
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
    }
}

/// Now, as the journal writes it.
pub(crate) fn now() -> String {
    stamp(Timestamp::now())
}

/// A time as the journal writes it: RFC 3339, UTC, milliseconds, so that text order is time order.
pub(crate) fn stamp(at: Timestamp) -> String {
    format!("{at:.3}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_journal_opens_twice_and_keeps_its_version() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("deep/waybill.db");
        let first = Journal::open(&path).unwrap();
        let second = Journal::open(&path).unwrap();
        for journal in [first, second] {
            let version: i64 = journal
                .with("reading", |connection| {
                    connection.pragma_query_value(None, "user_version", |row| row.get(0))
                })
                .unwrap();
            assert_eq!(version, migrations::newest());
        }
    }

    #[test]
    fn many_openers_at_once_migrate_once() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("waybill.db");
        std::thread::scope(|scope| {
            let openers: Vec<_> = (0..8)
                .map(|_| scope.spawn(|| Journal::open(&path).map(drop)))
                .collect();
            for opener in openers {
                opener.join().unwrap().unwrap();
            }
        });
    }

    #[test]
    fn a_newer_journal_is_refused_and_left_alone() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("waybill.db");
        Connection::open(&path)
            .unwrap()
            .pragma_update(None, "user_version", 99)
            .unwrap();
        let refused = Journal::open(&path).unwrap_err();
        assert!(
            matches!(refused, EngineError::JournalTooNew { found: 99, .. }),
            "{refused}"
        );
    }

    #[test]
    fn stamps_sort_as_times_do() {
        let early: Timestamp = "2026-11-21T08:00:00Z".parse().unwrap();
        let late: Timestamp = "2026-11-21T08:00:00.5Z".parse().unwrap();
        assert_eq!(stamp(early), "2026-11-21T08:00:00.000Z");
        assert!(stamp(early) < stamp(late));
    }
}
