//! Releases: builds of a project, each held by one snapshot, and the instances that they were promoted to.
//!
//! A number and a build are given in one transaction, so that window and command line never give the same. What
//! a release will do next stands in its row before it is done, with the names of the runs that do it: whoever
//! takes it up after a crash takes up those runs.

use jiff::Timestamp;
use rusqlite::{OptionalExtension, Row, TransactionBehavior, named_params, params};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::words::{json, value, word};
use super::{Journal, RunId, stamp};
use crate::error::Result;

/// What comes next for a release.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum ReleaseStage {
    /// Its deployment is made.
    Deploying,
    /// It is exported into a snapshot.
    Exporting,
    /// What was exported is looked through, and read by a person where something was found.
    Checking,
    /// It is pushed to Git.
    Pushing,
    /// It can be promoted.
    Ready,
    /// It was given up.
    GivenUp,
}

/// A release to begin.
#[derive(Clone, Debug, PartialEq)]
pub struct NewRelease {
    /// The instance that it comes from, by its id in the settings.
    pub instance_id: String,
    /// The project, by its code.
    pub project: String,
    /// The number of the build; none for the next one of the project.
    pub build: Option<u64>,
    /// What comes first.
    pub stage: ReleaseStage,
    /// The run that will make the deployment.
    pub change_run: RunId,
    /// The run that will export it.
    pub run: RunId,
    /// All else, as the crate above writes it; no secrets.
    pub detail: Value,
}

/// A release.
#[derive(Clone, Debug, PartialEq)]
pub struct Release {
    /// Its number, from 1.
    pub id: u64,
    /// The instance that it comes from, by its id in the settings.
    pub instance_id: String,
    /// The project, by its code.
    pub project: String,
    /// The number of the build.
    pub build: u64,
    /// What comes next.
    pub stage: ReleaseStage,
    /// When it began.
    pub began_at: Timestamp,
    /// The run that makes the deployment.
    pub change_run: RunId,
    /// The run that exports it.
    pub run: RunId,
    /// The snapshot that holds it.
    pub snapshot: Option<String>,
    /// All else, as the crate above writes it.
    pub detail: Value,
}

/// A release on its way to an instance, or there.
#[derive(Clone, Debug, PartialEq)]
pub struct Promotion {
    /// The release, by its number.
    pub release: u64,
    /// Counts up from 1 in a release.
    pub number: u32,
    /// The destination, by its id in the settings.
    pub instance_id: String,
    /// The move that carries it, `WB-0001`.
    pub moved_by: String,
    /// Its run, once there is one.
    pub run: Option<RunId>,
    /// When it began.
    pub began_at: Timestamp,
    /// All else, as the crate above writes it.
    pub detail: Value,
}

const RELEASE: &str =
    "id, instance_id, project, build, stage, began_at, change_run, run, snapshot, detail";
const PROMOTION: &str = "release, number, instance_id, move, run, began_at, detail";

impl Journal {
    /// Begins a release under the next number. None where the build was given before.
    pub fn begin_release(&self, new: &NewRelease, now: Timestamp) -> Result<Option<Release>> {
        self.with("beginning a release", |connection| {
            let transaction =
                connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
            let highest: i64 = transaction.query_row(
                "SELECT coalesce(max(build), 0) FROM releases WHERE instance_id = ?1 AND project = ?2",
                params![new.instance_id, new.project],
                |row| row.get(0),
            )?;
            let build = match new.build {
                Some(build) => i64::try_from(build).unwrap_or(i64::MAX),
                None => highest.saturating_add(1),
            };
            let given: bool = transaction.query_row(
                "SELECT EXISTS (SELECT 1 FROM releases WHERE instance_id = ?1 AND project = ?2 AND build = ?3)",
                params![new.instance_id, new.project, build],
                |row| row.get(0),
            )?;
            if given {
                return Ok(None);
            }
            transaction.execute(
                "INSERT INTO releases (instance_id, project, build, stage, began_at, change_run, run, detail)
                 VALUES (:instance, :project, :build, :stage, :now, :change, :run, :detail)",
                named_params! {
                    ":instance": new.instance_id,
                    ":project": new.project,
                    ":build": build,
                    ":stage": word(&new.stage),
                    ":now": stamp(now),
                    ":change": new.change_run.as_str(),
                    ":run": new.run.as_str(),
                    ":detail": new.detail.to_string(),
                },
            )?;
            let begun = transaction.query_row(
                &format!("SELECT {RELEASE} FROM releases WHERE id = last_insert_rowid()"),
                [],
                release,
            )?;
            transaction.commit()?;
            Ok(Some(begun))
        })
    }

    /// Writes down how far a release is: its stage, its runs, its snapshot and all else. `from` is the stage
    /// that it was seen in. `false`, and nothing is written, where another program has brought it on since.
    pub fn advance_release(&self, now: &Release, from: ReleaseStage) -> Result<bool> {
        let changed = self.with("writing a release", |connection| {
            connection.execute(
                "UPDATE releases SET stage = ?2, change_run = ?3, run = ?4, snapshot = ?5, detail = ?6
                 WHERE id = ?1 AND stage = ?7",
                params![
                    signed(now.id),
                    word(&now.stage),
                    now.change_run.as_str(),
                    now.run.as_str(),
                    now.snapshot,
                    now.detail.to_string(),
                    word(&from),
                ],
            )
        })?;
        Ok(changed > 0)
    }

    /// A release by its number.
    pub fn release(&self, id: u64) -> Result<Option<Release>> {
        self.with("reading a release", |connection| {
            connection
                .query_row(
                    &format!("SELECT {RELEASE} FROM releases WHERE id = ?1"),
                    [signed(id)],
                    release,
                )
                .optional()
        })
    }

    /// The releases, newest first.
    pub fn releases(&self, limit: u32) -> Result<Vec<Release>> {
        self.with("reading releases", |connection| {
            connection
                .prepare_cached(&format!(
                    "SELECT {RELEASE} FROM releases ORDER BY id DESC LIMIT ?1"
                ))?
                .query_map([limit], release)?
                .collect()
        })
    }

    /// Begins a promotion of a release, under its next number.
    pub fn begin_promotion(
        &self,
        of: u64,
        instance_id: &str,
        moved_by: &str,
        detail: &Value,
        now: Timestamp,
    ) -> Result<Promotion> {
        self.with("beginning a promotion", |connection| {
            let transaction =
                connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
            transaction.execute(
                "INSERT INTO promotions (release, number, instance_id, move, began_at, detail)
                 SELECT ?1, coalesce(max(number), 0) + 1, ?2, ?3, ?4, ?5 FROM promotions WHERE release = ?1",
                params![
                    signed(of),
                    instance_id,
                    moved_by,
                    stamp(now),
                    detail.to_string()
                ],
            )?;
            let begun = transaction.query_row(
                &format!(
                    "SELECT {PROMOTION} FROM promotions WHERE release = ?1 ORDER BY number DESC LIMIT 1"
                ),
                [signed(of)],
                promotion,
            )?;
            transaction.commit()?;
            Ok(begun)
        })
    }

    /// Writes down the run of a promotion, and all else that is known of it.
    pub fn set_promotion(&self, now: &Promotion) -> Result<()> {
        self.with("writing a promotion", |connection| {
            connection.execute(
                "UPDATE promotions SET run = ?3, detail = ?4 WHERE release = ?1 AND number = ?2",
                params![
                    signed(now.release),
                    now.number,
                    now.run.as_ref().map(RunId::as_str),
                    now.detail.to_string()
                ],
            )
        })?;
        Ok(())
    }

    /// The promotions of a release, in their order.
    pub fn promotions(&self, of: u64) -> Result<Vec<Promotion>> {
        self.with("reading promotions", |connection| {
            connection
                .prepare_cached(&format!(
                    "SELECT {PROMOTION} FROM promotions WHERE release = ?1 ORDER BY number"
                ))?
                .query_map([signed(of)], promotion)?
                .collect()
        })
    }

    /// The promotions of all releases into an instance, newest first.
    pub fn promotions_to(&self, instance_id: &str) -> Result<Vec<Promotion>> {
        self.with("reading promotions", |connection| {
            connection
                .prepare_cached(&format!(
                    "SELECT {PROMOTION} FROM promotions WHERE instance_id = ?1 ORDER BY began_at DESC, release DESC"
                ))?
                .query_map([instance_id], promotion)?
                .collect()
        })
    }
}

fn release(row: &Row<'_>) -> rusqlite::Result<Release> {
    Ok(Release {
        id: row.get::<_, i64>(0)?.unsigned_abs(),
        instance_id: row.get(1)?,
        project: row.get(2)?,
        build: row.get::<_, i64>(3)?.unsigned_abs(),
        stage: value(row.get(4)?)?,
        began_at: time(&row.get::<_, String>(5)?)?,
        change_run: RunId::named(&row.get::<_, String>(6)?),
        run: RunId::named(&row.get::<_, String>(7)?),
        snapshot: row.get(8)?,
        detail: json(&row.get::<_, String>(9)?)?,
    })
}

fn promotion(row: &Row<'_>) -> rusqlite::Result<Promotion> {
    Ok(Promotion {
        release: row.get::<_, i64>(0)?.unsigned_abs(),
        number: row.get(1)?,
        instance_id: row.get(2)?,
        moved_by: row.get(3)?,
        run: row
            .get::<_, Option<String>>(4)?
            .map(|run| RunId::named(&run)),
        began_at: time(&row.get::<_, String>(5)?)?,
        detail: json(&row.get::<_, String>(6)?)?,
    })
}

fn signed(number: u64) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}

fn time(text: &str) -> rusqlite::Result<Timestamp> {
    text.parse().map_err(|error: jiff::Error| {
        rusqlite::Error::FromSqlConversionFailure(0, rusqlite::types::Type::Text, Box::new(error))
    })
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn new(project: &str, build: Option<u64>) -> NewRelease {
        NewRelease {
            instance_id: "dev".into(),
            project: project.into(),
            build,
            stage: ReleaseStage::Deploying,
            change_run: RunId::fresh(),
            run: RunId::fresh(),
            detail: json!({ "name": "Build" }),
        }
    }

    fn now() -> Timestamp {
        "2026-11-22T03:00:00Z".parse().unwrap()
    }

    #[test]
    fn builds_count_up_by_project_and_none_is_given_twice() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("waybill.db");
        let (window, line) = (Journal::open(&file).unwrap(), Journal::open(&file).unwrap());
        let begin =
            |journal: &Journal, new: &NewRelease| journal.begin_release(new, now()).unwrap();
        assert_eq!(begin(&window, &new("HR", None)).unwrap().build, 1);
        assert_eq!(begin(&line, &new("HR", None)).unwrap().build, 2);
        assert_eq!(begin(&line, &new("FIN", None)).unwrap().build, 1);
        assert_eq!(begin(&window, &new("HR", Some(41))).unwrap().build, 41);
        assert_eq!(begin(&window, &new("HR", Some(41))), None);
        let last = begin(&window, &new("HR", None)).unwrap();
        assert_eq!((last.id, last.build), (5, 42));
        let ids: Vec<u64> = line.releases(3).unwrap().iter().map(|one| one.id).collect();
        assert_eq!(ids, [5, 4, 3]);
    }

    #[test]
    fn of_two_programs_one_alone_brings_a_release_on() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("waybill.db");
        let (window, line) = (Journal::open(&file).unwrap(), Journal::open(&file).unwrap());
        let mut begun = window
            .begin_release(&new("HR", None), now())
            .unwrap()
            .unwrap();
        begun.stage = ReleaseStage::Exporting;
        assert!(
            window
                .advance_release(&begun, ReleaseStage::Deploying)
                .unwrap()
        );
        assert!(
            !line
                .advance_release(&begun, ReleaseStage::Deploying)
                .unwrap()
        );
        assert_eq!(line.release(begun.id).unwrap(), Some(begun));
        assert_eq!(line.release(9).unwrap(), None);
    }

    #[test]
    fn the_snapshot_of_a_release_stays_and_follows_its_name() {
        let folder = tempfile::tempdir().unwrap();
        let journal = Journal::open(&folder.path().join("waybill.db")).unwrap();
        let mut begun = journal
            .begin_release(&new("HR", None), now())
            .unwrap()
            .unwrap();
        begun.snapshot = Some("aa11".into());
        assert!(
            journal
                .advance_release(&begun, ReleaseStage::Deploying)
                .unwrap()
        );
        assert!(journal.needed_snapshots().unwrap().contains_key("aa11"));
        journal.snapshot_renamed("aa11", "bb22").unwrap();
        let mut found = journal.release(begun.id).unwrap().unwrap();
        assert_eq!(found.snapshot.as_deref(), Some("bb22"));
        found.stage = ReleaseStage::GivenUp;
        assert!(
            journal
                .advance_release(&found, ReleaseStage::Deploying)
                .unwrap()
        );
        assert!(journal.needed_snapshots().unwrap().is_empty());
    }

    #[test]
    fn promotions_count_up_and_are_found_by_where_they_went() {
        let folder = tempfile::tempdir().unwrap();
        let journal = Journal::open(&folder.path().join("waybill.db")).unwrap();
        let begun = journal
            .begin_release(&new("HR", None), now())
            .unwrap()
            .unwrap();
        let detail = json!({});
        let promoted = |to: &str, moved_by: &str| {
            journal
                .begin_promotion(begun.id, to, moved_by, &detail, now())
                .unwrap()
        };
        let mut first = promoted("test", "WB-0001");
        assert_eq!(promoted("prod", "WB-0002").number, 2);
        first.run = Some(RunId::fresh());
        journal.set_promotion(&first).unwrap();
        assert_eq!(journal.promotions(begun.id).unwrap()[0], first);
        assert_eq!(journal.promotions_to("prod").unwrap().len(), 1);
    }
}
