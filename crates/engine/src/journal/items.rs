//! The artifacts of a run: what is planned of each, and what is stored already.

use std::collections::BTreeMap;

use rusqlite::{OptionalExtension, Row, TransactionBehavior, named_params, params};
use serde::{Deserialize, Serialize};
use waybill_model::{ArtifactId, Dependency};

use super::runs::signed;
use super::words::{json, value, word};
use super::{Journal, RunId};
use crate::error::Result;

/// How one artifact of a run stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum ItemState {
    /// Not begun.
    Waiting,
    /// Being fetched.
    Running,
    /// Fetched and stored.
    Fetched,
    /// Carried over from an earlier snapshot.
    Carried,
    /// Could not be read.
    Failed,
}

/// One file of an artifact that is stored in the staging of its run.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct StoredFile {
    /// Its name in the staging.
    pub key: String,
    /// The ending that its name gets in the snapshot: `iar`, `par`, `car`, `csv`, `jar`, `js`, `json`.
    pub extension: String,
    /// Its size in bytes.
    pub size: u64,
    /// SHA-256 of its bytes, in hex.
    pub sha256: String,
    /// When it was read from the instance (RFC 3339).
    pub read_at: String,
    /// What the archive tells of the needs of the artifacts in it.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub needs: BTreeMap<ArtifactId, Vec<Dependency>>,
}

/// One artifact of a run.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct RunItem {
    /// Which artifact.
    pub id: ArtifactId,
    /// How it stands.
    pub state: ItemState,
    /// Bytes fetched.
    pub bytes: u64,
    /// Why it could not be read.
    pub reason: Option<String>,
    /// What the lists said of it when it was planned.
    #[serde(skip)]
    pub list_key: String,
    /// What has to be equal for it to be carried over next time, once it is known.
    #[serde(skip)]
    pub carry_key: Option<String>,
    /// What of it lies in the staging.
    #[serde(skip)]
    pub files: Vec<StoredFile>,
}

impl RunItem {
    /// An artifact that is planned and not begun.
    #[must_use]
    pub fn waiting(id: ArtifactId, list_key: impl Into<String>) -> Self {
        Self {
            id,
            state: ItemState::Waiting,
            bytes: 0,
            reason: None,
            list_key: list_key.into(),
            carry_key: None,
            files: Vec::new(),
        }
    }
}

impl Journal {
    /// Writes down the plan of a run: exactly these artifacts, in this order. What is known of
    /// other artifacts from an earlier attempt of the same run is forgotten.
    pub fn plan_items(&self, run: &RunId, items: &[RunItem]) -> Result<()> {
        self.with("writing the plan of a run", |connection| {
            let transaction =
                connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
            transaction.execute("DELETE FROM run_items WHERE run = ?1", [run.as_str()])?;
            for (position, item) in items.iter().enumerate() {
                write(&transaction, run, signed(position as u64), item)?;
            }
            transaction.commit()
        })
    }

    /// Writes down how one planned artifact stands.
    pub fn set_item(&self, run: &RunId, item: &RunItem) -> Result<()> {
        self.with("writing an artifact of a run", |connection| {
            let position: Option<i64> = connection
                .prepare_cached("SELECT position FROM run_items WHERE run = ?1 AND artifact = ?2")?
                .query_row(params![run.as_str(), item.id.to_string()], |row| row.get(0))
                .optional()?;
            write(connection, run, position.unwrap_or(i64::MAX), item)
        })
    }

    /// Takes one artifact out of the plan: it is no longer in the instance.
    pub fn drop_item(&self, run: &RunId, id: &ArtifactId) -> Result<()> {
        self.with("writing an artifact of a run", |connection| {
            connection.execute(
                "DELETE FROM run_items WHERE run = ?1 AND artifact = ?2",
                params![run.as_str(), id.to_string()],
            )
        })?;
        Ok(())
    }

    /// The artifacts of a run, in the order of the plan.
    pub fn items(&self, run: &RunId) -> Result<Vec<RunItem>> {
        self.with("reading the artifacts of a run", |connection| {
            connection
                .prepare_cached(
                    "SELECT artifact, list_key, carry_key, state, bytes, files, reason FROM run_items
                     WHERE run = ?1 ORDER BY position, artifact",
                )?
                .query_map([run.as_str()], read)?
                .collect()
        })
    }
}

fn write(
    connection: &rusqlite::Connection,
    run: &RunId,
    position: i64,
    item: &RunItem,
) -> rusqlite::Result<()> {
    let files = serde_json::to_string(&item.files)
        .map_err(|error| rusqlite::Error::ToSqlConversionFailure(Box::new(error)))?;
    connection
        .prepare_cached(
            "INSERT OR REPLACE INTO run_items (run, artifact, position, list_key, carry_key, state, bytes, files, reason)
             VALUES (:run, :artifact, :position, :list_key, :carry_key, :state, :bytes, :files, :reason)",
        )?
        .execute(named_params! {
            ":run": run.as_str(),
            ":artifact": item.id.to_string(),
            ":position": position,
            ":list_key": item.list_key,
            ":carry_key": item.carry_key,
            ":state": word(&item.state),
            ":bytes": signed(item.bytes),
            ":files": files,
            ":reason": item.reason,
        })?;
    Ok(())
}

fn read(row: &Row<'_>) -> rusqlite::Result<RunItem> {
    Ok(RunItem {
        id: value(row.get(0)?)?,
        list_key: row.get(1)?,
        carry_key: row.get(2)?,
        state: value(row.get(3)?)?,
        bytes: row.get::<_, i64>(4)?.unsigned_abs(),
        files: json(&row.get::<_, String>(5)?)?,
        reason: row.get(6)?,
    })
}

#[cfg(test)]
mod tests {
    use waybill_model::ArtifactKind;

    use super::super::{NewRun, RunKind};
    use super::*;

    fn begun(journal: &Journal) -> RunId {
        let id = RunId::fresh();
        journal
            .begin(&NewRun {
                id: id.clone(),
                kind: RunKind::Backup,
                instance_id: None,
                instance_name: None,
                environment: None,
                asked_by: "tester".into(),
                request: serde_json::Value::Null,
                snapshot: None,
            })
            .unwrap();
        id
    }

    fn artifact(code: &str) -> ArtifactId {
        ArtifactId::global(ArtifactKind::Integration, code, Some("01.00.0000"))
    }

    #[test]
    fn items_keep_the_order_of_the_plan_and_what_is_stored() {
        let folder = tempfile::tempdir().unwrap();
        let journal = Journal::open(&folder.path().join("waybill.db")).unwrap();
        let run = begun(&journal);
        let planned = [
            RunItem::waiting(artifact("Z"), "z1"),
            RunItem::waiting(artifact("A"), "a1"),
        ];
        journal.plan_items(&run, &planned).unwrap();
        let mut stored = planned[0].clone();
        stored.state = ItemState::Fetched;
        stored.bytes = 12;
        stored.carry_key = Some("z1".into());
        stored.files = vec![StoredFile {
            key: "k".into(),
            extension: "iar".into(),
            size: 12,
            sha256: "00".into(),
            read_at: "2026-11-21T08:00:00.000Z".into(),
            needs: BTreeMap::new(),
        }];
        journal.set_item(&run, &stored).unwrap();
        assert_eq!(journal.items(&run).unwrap(), [stored, planned[1].clone()]);
        journal.drop_item(&run, &planned[1].id).unwrap();
        assert_eq!(journal.items(&run).unwrap().len(), 1);
    }

    #[test]
    fn planning_again_forgets_what_is_no_longer_planned() {
        let folder = tempfile::tempdir().unwrap();
        let journal = Journal::open(&folder.path().join("waybill.db")).unwrap();
        let run = begun(&journal);
        journal
            .plan_items(&run, &[RunItem::waiting(artifact("A"), "1")])
            .unwrap();
        let again = [RunItem::waiting(artifact("B"), "1")];
        journal.plan_items(&run, &again).unwrap();
        assert_eq!(journal.items(&run).unwrap(), again);
    }
}
