//! What changed from one backup to the next, and which runs of Waybill wrote in between.
//!
//! A row bears the run that took the snapshot, not the snapshot: a snapshot whose tags change gets another id.

use std::collections::BTreeSet;

use jiff::Timestamp;
use rusqlite::{OptionalExtension, Row, params};
use serde_json::Value;
use waybill_model::ArtifactId;

use super::words::{json, value};
use super::{Journal, RunId, StepState, stamp};
use crate::change::ChangeRequest;
use crate::error::Result;
use crate::journal::RunKind;

/// What changed from one backup to the next.
#[derive(Clone, Debug, PartialEq)]
pub struct DriftRow {
    /// The instance, by its id in the settings.
    pub instance_id: String,
    /// The run that took the later snapshot.
    pub run: RunId,
    /// The run that took the earlier one.
    pub before: RunId,
    /// When the lists of the later one were read (RFC 3339).
    pub taken_at: String,
    /// What changed, as the crate above writes it.
    pub detail: Value,
}

/// A run that changed something in an instance.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Wrote {
    /// The run.
    pub run: RunId,
    /// Who asked for it.
    pub asked_by: String,
    /// When it ended, if it has (RFC 3339).
    pub ended_at: Option<String>,
    /// The artifacts for which calls were sent.
    pub subjects: BTreeSet<ArtifactId>,
    /// It imported an archive of a whole instance: anything that is there may have come with it, and nothing went.
    pub brought_all: bool,
}

const COLUMNS: &str = "instance_id, run, before, taken_at, detail";

impl Journal {
    /// Keeps what changed with a backup, in place of what was kept before.
    pub fn keep_drift(&self, drift: &DriftRow) -> Result<()> {
        self.with("keeping what changed", |connection| {
            connection.execute(
                "INSERT OR REPLACE INTO drifts (instance_id, run, before, taken_at, detail)
                 VALUES (?1, ?2, ?3, ?4, ?5)",
                params![
                    drift.instance_id,
                    drift.run.as_str(),
                    drift.before.as_str(),
                    drift.taken_at,
                    drift.detail.to_string()
                ],
            )
        })?;
        Ok(())
    }

    /// What changed with the backup that this run made.
    pub fn drift_of(&self, instance_id: &str, run: &RunId) -> Result<Option<DriftRow>> {
        self.with("reading what changed", |connection| {
            connection
                .query_row(
                    &format!("SELECT {COLUMNS} FROM drifts WHERE instance_id = ?1 AND run = ?2"),
                    params![instance_id, run.as_str()],
                    row,
                )
                .optional()
        })
    }

    /// What changed in an instance with its backups from `since` to `until`, newest first.
    pub fn drifts(
        &self,
        instance_id: &str,
        since: Option<Timestamp>,
        until: Option<Timestamp>,
    ) -> Result<Vec<DriftRow>> {
        let since = since.map(stamp).unwrap_or_default();
        // No time is written that sorts after this.
        let until = until.map_or_else(|| "~".to_owned(), stamp);
        self.with("reading what changed", |connection| {
            connection
                .prepare_cached(&format!(
                    "SELECT {COLUMNS} FROM drifts WHERE instance_id = ?1 AND taken_at >= ?2 AND taken_at <= ?3
                     ORDER BY taken_at DESC"
                ))?
                .query_map(params![instance_id, since, until], row)?
                .collect()
        })
    }

    /// The runs that changed something in an instance after `from` and before `to`, both RFC 3339, oldest
    /// first.
    pub fn wrote_between(&self, instance_id: &str, from: &str, to: &str) -> Result<Vec<Wrote>> {
        type Found = (String, String, String, String, Option<String>);
        let runs: Vec<Found> = self.with("reading who wrote", |connection| {
            connection
                .prepare_cached(
                    "SELECT id, kind, request, asked_by, ended_at FROM runs
                     WHERE instance_id = ?1 AND kind IN ('change', 'move', 'clone')
                       AND started_at < ?3 AND coalesce(ended_at, ?3) >= ?2
                     ORDER BY started_at, rowid",
                )?
                .query_map(params![instance_id, from, to], |row| {
                    Ok((
                        row.get(0)?,
                        row.get(1)?,
                        row.get(2)?,
                        row.get(3)?,
                        row.get(4)?,
                    ))
                })?
                .collect()
        })?;
        let mut all = Vec::new();
        for (id, kind, request, asked_by, ended_at) in runs {
            let run = RunId::named(&id);
            let steps = self.steps(&run)?;
            let mut sent = steps.iter().filter(|step| {
                matches!(
                    step.state,
                    StepState::Sent | StepState::Answered | StepState::Done | StepState::Unknown
                )
            });
            let kind: Option<RunKind> = value(kind).ok();
            let brought_all = kind == Some(RunKind::Clone)
                && sent
                    .any(|step| step.detail.get("part").and_then(Value::as_str) == Some("import"));
            let subjects: BTreeSet<ArtifactId> = if kind == Some(RunKind::Change) {
                json::<ChangeRequest>(&request)
                    .ok()
                    .filter(|request| !request.change.only_looks() && sent.next().is_some())
                    .map(|request| request.subject)
                    .into_iter()
                    .collect()
            } else {
                sent.filter_map(|step| {
                    serde_json::from_value(step.detail.get("subject")?.clone()).ok()
                })
                .collect()
            };
            if brought_all || !subjects.is_empty() {
                all.push(Wrote {
                    run,
                    asked_by,
                    ended_at,
                    subjects,
                    brought_all,
                });
            }
        }
        Ok(all)
    }
}

fn row(row: &Row<'_>) -> rusqlite::Result<DriftRow> {
    Ok(DriftRow {
        instance_id: row.get(0)?,
        run: RunId::named(&row.get::<_, String>(1)?),
        before: RunId::named(&row.get::<_, String>(2)?),
        taken_at: row.get(3)?,
        detail: json(&row.get::<_, String>(4)?)?,
    })
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::super::{NewRun, RunEnd, RunStatus};
    use super::*;

    #[test]
    fn what_changed_is_kept_once_for_each_backup_and_read_by_time() {
        let folder = tempfile::tempdir().unwrap();
        let journal = Journal::open(&folder.path().join("waybill.db")).unwrap();
        let mut drift = DriftRow {
            instance_id: "prod".into(),
            run: RunId::named("r1"),
            before: RunId::named("r0"),
            taken_at: "2026-11-20T06:00:00.000Z".into(),
            detail: json!([1]),
        };
        journal.keep_drift(&drift).unwrap();
        drift.detail = json!([2]);
        journal.keep_drift(&drift).unwrap();
        let later = DriftRow {
            run: RunId::named("r2"),
            before: RunId::named("r1"),
            taken_at: "2026-11-21T06:00:00.000Z".into(),
            ..drift.clone()
        };
        journal.keep_drift(&later).unwrap();
        assert_eq!(
            journal.drifts("prod", None, None).unwrap(),
            [later.clone(), drift.clone()]
        );
        let since = Some("2026-11-20T12:00:00Z".parse().unwrap());
        assert_eq!(journal.drifts("prod", since, None).unwrap(), [later]);
        assert_eq!(
            journal.drifts("prod", None, since).unwrap(),
            std::slice::from_ref(&drift)
        );
        assert_eq!(
            journal.drift_of("prod", &drift.run).unwrap(),
            Some(drift.clone())
        );
        assert!(journal.drifts("test", None, None).unwrap().is_empty());
    }

    #[test]
    fn a_run_wrote_what_its_sent_steps_are_about() {
        let folder = tempfile::tempdir().unwrap();
        let journal = Journal::open(&folder.path().join("waybill.db")).unwrap();
        let run = RunId::fresh();
        journal
            .begin(&NewRun {
                id: run.clone(),
                kind: RunKind::Move,
                instance_id: Some("prod".into()),
                instance_name: Some("prod".into()),
                environment: None,
                asked_by: "mei".into(),
                request: Value::Null,
                snapshot: None,
            })
            .unwrap();
        let details = ["lookup:A", "lookup:B"].map(|id| json!({"key": id, "subject": id}));
        journal.plan_steps(&run, &details).unwrap();
        journal.begin_step(&run, 0, None).unwrap();
        journal
            .end(
                &run,
                &RunEnd {
                    status: RunStatus::Partial,
                    snapshot: None,
                    headline: String::new(),
                    guidance: None,
                    resumable: false,
                },
            )
            .unwrap();
        let wrote = journal
            .wrote_between("prod", "2000-01-01T00:00:00Z", "2999-01-01T00:00:00Z")
            .unwrap();
        assert_eq!(wrote.len(), 1);
        assert_eq!(
            wrote[0].subjects,
            BTreeSet::from(["lookup:A".parse().unwrap()])
        );
        let later = journal
            .wrote_between("prod", "2999-01-01T00:00:00Z", "2999-01-02T00:00:00Z")
            .unwrap();
        assert!(later.is_empty());
    }

    #[test]
    fn an_import_of_a_whole_instance_wrote_once_it_was_begun() {
        let folder = tempfile::tempdir().unwrap();
        let journal = Journal::open(&folder.path().join("waybill.db")).unwrap();
        let run = RunId::fresh();
        journal
            .begin(&NewRun {
                id: run.clone(),
                kind: RunKind::Clone,
                instance_id: Some("prod".into()),
                instance_name: Some("prod".into()),
                environment: None,
                asked_by: "mei".into(),
                request: Value::Null,
                snapshot: None,
            })
            .unwrap();
        let details = ["container", "import"].map(|part| json!({ "part": part }));
        journal.plan_steps(&run, &details).unwrap();
        journal.begin_step(&run, 0, None).unwrap();
        let wrote = || {
            journal
                .wrote_between("prod", "2000-01-01T00:00:00Z", "2999-01-01T00:00:00Z")
                .unwrap()
        };
        assert!(wrote().is_empty(), "the container alone was tried");
        journal.begin_step(&run, 1, None).unwrap();
        assert!(wrote()[0].brought_all);
    }
}
