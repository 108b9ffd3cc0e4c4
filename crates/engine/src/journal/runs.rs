//! Runs: begun, taken up again, watched and ended.
//!
//! Status and what can follow it: `running` → `done`, `partial`, `failed`, `cancelled`, or
//! `interrupted` when its process died. `interrupted`, `cancelled` and those of `failed` that are
//! marked resumable (sign-in lost, network lost, disk full) can be resumed; `discarded` is the end
//! of one that nobody wants to resume.

use rusqlite::{Connection, OptionalExtension, Row, named_params, params};

use super::run::{NewRun, Run, RunCounts, RunEnd, RunId, RunPhase, RunStatus};
use super::words::{value, word};
use super::{Journal, now};
use crate::error::{EngineError, Result};

const COLUMNS: &str = "id, kind, instance_id, instance_name, environment, status, phase, started_at, \
    ended_at, asked_by, request, planned, fetched, carried, failed, bytes, snapshot, headline, guidance, resumable";

impl Journal {
    /// Begins a run and takes it into this process's hands.
    ///
    /// # Errors
    /// `AlreadyRunning` if the run is a backup and one of the same instance is under way.
    pub fn begin(&self, new: &NewRun) -> Result<Run> {
        self.settle()?;
        let id = new.id.as_str();
        if !self.held.take(id)? {
            return Err(EngineError::AlreadyRunning {
                instance: new.instance_name.clone().unwrap_or_default(),
                run: id.to_owned(),
            });
        }
        let request = new.request.to_string();
        let inserted = self.lock().execute(
            "INSERT INTO runs (id, kind, instance_id, instance_name, environment, status, phase, started_at, asked_by, request, snapshot, owner_pid)
             VALUES (:id, :kind, :instance_id, :instance_name, :environment, 'running', 'preparing', :started_at, :asked_by, :request, :snapshot, :pid)",
            named_params! {
                ":id": id,
                ":kind": word(&new.kind),
                ":instance_id": new.instance_id,
                ":instance_name": new.instance_name,
                ":environment": new.environment.as_ref().map(word),
                ":started_at": now(),
                ":asked_by": new.asked_by,
                ":request": request,
                ":snapshot": new.snapshot,
                ":pid": std::process::id(),
            },
        );
        if let Err(source) = inserted {
            self.held.release(id, true);
            return Err(self.begin_failed(
                new.instance_id.as_deref(),
                new.instance_name.as_deref(),
                source,
            ));
        }
        self.run(&new.id)
    }

    /// Takes up a run that was interrupted, cancelled or failed in a way that may pass.
    ///
    /// # Errors
    /// `NotResumable` for any other run, `AlreadyRunning` if another one of the instance is under way.
    pub fn resume(&self, id: &RunId) -> Result<Run> {
        let run = self.run(id)?;
        let not_resumable = |run: &Run| EngineError::NotResumable {
            run: id.to_string(),
            status: status_in_words(run.status).to_owned(),
        };
        if !run.resumable || run.status.is_under_way() {
            return Err(not_resumable(&run));
        }
        if !self.held.take(id.as_str())? {
            return Err(not_resumable(&run));
        }
        let updated = self.lock().execute(
            "UPDATE runs SET status = 'running', phase = 'preparing', ended_at = NULL, headline = NULL,
                 guidance = NULL, resumable = 0, owner_pid = ?2
             WHERE id = ?1 AND resumable = 1 AND status NOT IN ('running', 'cancelling')",
            params![id.as_str(), std::process::id()],
        );
        match updated {
            Ok(1) => self.run(id),
            Ok(_) => {
                self.held.release(id.as_str(), false);
                Err(not_resumable(&run))
            }
            Err(source) => {
                self.held.release(id.as_str(), false);
                Err(self.begin_failed(
                    run.instance_id.as_deref(),
                    run.instance_name.as_deref(),
                    source,
                ))
            }
        }
    }

    /// This process has the run in its hands and it is under way.
    #[must_use]
    pub fn holds(&self, id: &RunId) -> bool {
        self.held.holds(id.as_str())
    }

    /// Lets go of a run without ending it, as the end of the process would: the run is interrupted.
    pub(crate) fn abandon(&self, id: &RunId) {
        self.held.release(id.as_str(), false);
    }

    /// Writes down what the run is doing.
    pub fn set_phase(&self, id: &RunId, phase: RunPhase) -> Result<()> {
        self.with("writing a run", |connection| {
            connection.execute(
                "UPDATE runs SET phase = ?2 WHERE id = ?1",
                params![id.as_str(), word(&phase)],
            )
        })?;
        Ok(())
    }

    /// Writes down the counts of the run.
    pub fn set_counts(&self, id: &RunId, counts: RunCounts) -> Result<()> {
        self.with("writing a run", |connection| {
            connection.execute(
                "UPDATE runs SET planned = ?2, fetched = ?3, carried = ?4, failed = ?5, bytes = ?6 WHERE id = ?1",
                params![id.as_str(), counts.planned, counts.fetched, counts.carried, counts.failed, signed(counts.bytes)],
            )
        })?;
        Ok(())
    }

    /// Marks a run under way as asked to stop.
    pub fn set_cancelling(&self, id: &RunId) -> Result<()> {
        self.with("writing a run", |connection| {
            connection.execute(
                "UPDATE runs SET status = 'cancelling' WHERE id = ?1 AND status = 'running'",
                [id.as_str()],
            )
        })?;
        Ok(())
    }

    /// Ends a run and lets go of it.
    pub fn end(&self, id: &RunId, end: &RunEnd) -> Result<Run> {
        self.with("ending a run", |connection| {
            connection.execute(
                "UPDATE runs SET status = ?2, phase = 'ended', ended_at = ?3, snapshot = COALESCE(?4, snapshot),
                     headline = ?5, guidance = ?6, resumable = ?7 WHERE id = ?1",
                params![id.as_str(), word(&end.status), now(), end.snapshot, end.headline, end.guidance, end.resumable],
            )
        })?;
        self.held.release(id.as_str(), !end.resumable);
        self.run(id)
    }

    /// Gives up a run that could be resumed. What it staged is the caller's to clear.
    pub fn discard(&self, id: &RunId) -> Result<Run> {
        self.settle()?;
        let changed = self.with("discarding a run", |connection| {
            connection.execute(
                "UPDATE runs SET status = 'discarded', phase = 'ended', resumable = 0, ended_at = COALESCE(ended_at, ?2)
                 WHERE id = ?1 AND status NOT IN ('running', 'cancelling') AND resumable = 1",
                params![id.as_str(), now()],
            )
        })?;
        let run = self.run(id)?;
        if changed == 0 {
            return Err(EngineError::NotResumable {
                run: id.to_string(),
                status: status_in_words(run.status).to_owned(),
            });
        }
        Ok(run)
    }

    /// One run.
    pub fn run(&self, id: &RunId) -> Result<Run> {
        self.settle()?;
        self.find(id)?
            .ok_or_else(|| EngineError::UnknownRun(id.to_string()))
    }

    /// The newest runs first, at most `limit`.
    pub fn runs(&self, limit: u32) -> Result<Vec<Run>> {
        self.settle()?;
        self.with("reading the runs", |connection| {
            select(
                connection,
                "ORDER BY started_at DESC, rowid DESC LIMIT ?1",
                params![limit],
            )
        })
    }

    /// The newest backups of one instance first, at most `limit`.
    pub fn backups_of(&self, instance_id: &str, limit: u32) -> Result<Vec<Run>> {
        self.settle()?;
        self.with("reading the runs", |connection| {
            select(
                connection,
                "WHERE kind = 'backup' AND instance_id = ?1 ORDER BY started_at DESC, rowid DESC LIMIT ?2",
                params![instance_id, limit],
            )
        })
    }

    /// The run with this name, if there is one, without looking whether its process lives.
    pub(crate) fn find(&self, id: &RunId) -> Result<Option<Run>> {
        self.with("reading a run", |connection| {
            connection
                .query_row(
                    &format!("SELECT {COLUMNS} FROM runs WHERE id = ?1"),
                    [id.as_str()],
                    read,
                )
                .optional()
        })
    }

    /// Marks the runs as interrupted that no living process has in its hands.
    pub(super) fn settle(&self) -> Result<()> {
        let under_way: Vec<String> = self.with("reading the runs", |connection| {
            connection
                .prepare_cached("SELECT id FROM runs WHERE status IN ('running', 'cancelling')")?
                .query_map([], |row| row.get(0))?
                .collect()
        })?;
        for id in under_way {
            if !self.held.alive(&id) {
                self.with("marking an interrupted run", |connection| {
                    connection.execute(
                        "UPDATE runs SET resumable = (kind IN ('backup', 'change', 'move', 'clone', 'copy')), status = 'interrupted', phase = 'ended', ended_at = ?2,
                             headline = 'Waybill ended before this run did.',
                             guidance = CASE kind WHEN 'backup' THEN 'Resume it: what is stored already is not fetched again.'
                             WHEN 'clone' THEN 'Resume it: a job that was begun goes on in the service, and is followed again.'
                             WHEN 'copy' THEN 'Resume it: what was carried is not carried again.'
                             WHEN 'change' THEN 'Resume it: the instance is looked at first, and nothing is done twice.'
                             WHEN 'move' THEN 'Resume it: the instance is looked at first, and nothing is done twice.' ELSE 'Start it again.' END
                         WHERE id = ?1 AND status IN ('running', 'cancelling')",
                        params![id, now()],
                    )
                })?;
            }
        }
        Ok(())
    }

    fn begin_failed(
        &self,
        instance_id: Option<&str>,
        name: Option<&str>,
        source: rusqlite::Error,
    ) -> EngineError {
        let busy = matches!(&source, rusqlite::Error::SqliteFailure(failure, _)
            if failure.code == rusqlite::ErrorCode::ConstraintViolation);
        let other = instance_id.and_then(|instance_id| {
            self.lock()
                .query_row(
                    "SELECT id FROM runs WHERE kind IN ('backup', 'change', 'move', 'clone') AND instance_id = ?1 AND status IN ('running', 'cancelling')",
                    [instance_id],
                    |row| row.get::<_, String>(0),
                )
                .ok()
        });
        match other {
            Some(run) if busy => EngineError::AlreadyRunning {
                instance: name.or(instance_id).unwrap_or_default().to_owned(),
                run,
            },
            _ => self.failed("beginning a run", source),
        }
    }
}

fn select(
    connection: &Connection,
    rest: &str,
    parameters: &[&dyn rusqlite::ToSql],
) -> rusqlite::Result<Vec<Run>> {
    connection
        .prepare_cached(&format!("SELECT {COLUMNS} FROM runs {rest}"))?
        .query_map(parameters, read)?
        .collect()
}

fn read(row: &Row<'_>) -> rusqlite::Result<Run> {
    Ok(Run {
        id: RunId(row.get(0)?),
        kind: value(row.get(1)?)?,
        instance_id: row.get(2)?,
        instance_name: row.get(3)?,
        environment: row.get::<_, Option<String>>(4)?.map(value).transpose()?,
        status: value(row.get(5)?)?,
        phase: value(row.get(6)?)?,
        started_at: row.get(7)?,
        ended_at: row.get(8)?,
        asked_by: row.get(9)?,
        request: super::words::json(&row.get::<_, String>(10)?)?,
        counts: RunCounts {
            planned: row.get(11)?,
            fetched: row.get(12)?,
            carried: row.get(13)?,
            failed: row.get(14)?,
            bytes: row.get::<_, i64>(15)?.unsigned_abs(),
        },
        snapshot: row.get(16)?,
        headline: row.get(17)?,
        guidance: row.get(18)?,
        resumable: row.get(19)?,
    })
}

/// SQLite's integers are signed; sizes stay far below its limit.
pub(super) fn signed(bytes: u64) -> i64 {
    i64::try_from(bytes).unwrap_or(i64::MAX)
}

fn status_in_words(status: RunStatus) -> &'static str {
    match status {
        RunStatus::Running => "under way",
        RunStatus::Cancelling => "being cancelled",
        RunStatus::Done => "done",
        RunStatus::Partial => "done, with something missing",
        RunStatus::Failed => "failed for good",
        RunStatus::Cancelled => "cancelled",
        RunStatus::Interrupted => "in the hands of another program",
        RunStatus::Discarded => "discarded",
    }
}

#[cfg(test)]
mod tests {
    use waybill_model::Environment;

    use super::*;
    use crate::journal::RunKind;

    fn new(id: &RunId, instance: &str) -> NewRun {
        NewRun {
            id: id.clone(),
            kind: RunKind::Backup,
            instance_id: Some(instance.into()),
            instance_name: Some("TEST".into()),
            environment: Some(Environment::Test),
            asked_by: "tester".into(),
            request: serde_json::json!({"note": "why"}),
            snapshot: None,
        }
    }

    fn journal(folder: &tempfile::TempDir) -> Journal {
        Journal::open(&folder.path().join("waybill.db")).unwrap()
    }

    #[test]
    fn a_run_is_written_and_read_back_whole() {
        let folder = tempfile::tempdir().unwrap();
        let journal = journal(&folder);
        let id = RunId::fresh();
        let run = journal.begin(&new(&id, "i1")).unwrap();
        assert_eq!(run.status, RunStatus::Running);
        assert_eq!(run.environment, Some(Environment::Test));
        assert_eq!(run.request["note"], "why");
        let counts = RunCounts {
            planned: 5,
            fetched: 3,
            carried: 1,
            failed: 1,
            bytes: 77,
        };
        journal.set_counts(&id, counts).unwrap();
        journal.set_phase(&id, RunPhase::Fetching).unwrap();
        assert_eq!(journal.run(&id).unwrap().phase, RunPhase::Fetching);
        let ended = journal
            .end(
                &id,
                &RunEnd {
                    status: RunStatus::Partial,
                    snapshot: Some("abc".into()),
                    headline: "4 of 5".into(),
                    guidance: None,
                    resumable: false,
                },
            )
            .unwrap();
        assert_eq!(
            (ended.status, ended.counts, ended.snapshot.as_deref()),
            (RunStatus::Partial, counts, Some("abc"))
        );
        assert!(ended.ended_at.is_some());
        assert!(matches!(
            journal.resume(&id),
            Err(EngineError::NotResumable { .. })
        ));
    }

    #[test]
    fn one_backup_per_instance_at_a_time_also_across_programs() {
        let folder = tempfile::tempdir().unwrap();
        let (window, command_line) = (journal(&folder), journal(&folder));
        let first = RunId::fresh();
        window.begin(&new(&first, "i1")).unwrap();
        match command_line.begin(&new(&RunId::fresh(), "i1")) {
            Err(EngineError::AlreadyRunning { run, .. }) => assert_eq!(run, first.to_string()),
            other => panic!("{other:?}"),
        }
        command_line.begin(&new(&RunId::fresh(), "i2")).unwrap();
        let mut check = new(&RunId::fresh(), "i1");
        check.kind = RunKind::Verify;
        command_line.begin(&check).unwrap();
    }

    #[test]
    fn a_run_whose_program_died_is_interrupted_and_can_be_resumed_or_discarded() {
        let folder = tempfile::tempdir().unwrap();
        let id = RunId::fresh();
        let dying = journal(&folder);
        dying.begin(&new(&id, "i1")).unwrap();
        let other = journal(&folder);
        assert_eq!(other.run(&id).unwrap().status, RunStatus::Running);
        assert!(other.resume(&id).is_err());
        drop(dying);
        let seen = other.run(&id).unwrap();
        assert_eq!(
            (seen.status, seen.resumable),
            (RunStatus::Interrupted, true)
        );
        assert_eq!(other.resume(&id).unwrap().status, RunStatus::Running);
        other.abandon(&id);
        assert_eq!(other.discard(&id).unwrap().status, RunStatus::Discarded);
        assert!(other.resume(&id).is_err());
        other.begin(&new(&RunId::fresh(), "i1")).unwrap();
    }

    #[test]
    fn the_newest_run_comes_first() {
        let folder = tempfile::tempdir().unwrap();
        let journal = journal(&folder);
        let ids: Vec<_> = (0..3).map(|_| RunId::fresh()).collect();
        for (index, id) in ids.iter().enumerate() {
            journal.begin(&new(id, &format!("i{index}"))).unwrap();
        }
        let listed: Vec<_> = journal
            .runs(2)
            .unwrap()
            .into_iter()
            .map(|run| run.id)
            .collect();
        assert_eq!(listed, [ids[2].clone(), ids[1].clone()]);
    }
}
