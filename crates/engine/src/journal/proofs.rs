//! Evidence: what proved, or disproved, that snapshots can be had back.

use jiff::Timestamp;
use rusqlite::{Row, params};
use serde::{Deserialize, Serialize};

use super::words::{json, value, word};
use super::{Journal, RunId, stamp};
use crate::error::Result;

/// How something was proved.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum ProofKind {
    /// The data of the vault, or a part of it, was read.
    Check,
    /// A snapshot was restored into a folder and compared.
    Folder,
    /// A snapshot was restored into an instance and compared.
    Instance,
    /// Damage was put right from another copy.
    Mend,
}

/// One proof.
#[derive(Clone, Debug, PartialEq)]
pub struct Proof {
    /// Its number; 0 until it is kept.
    pub id: i64,
    /// When.
    pub at: Timestamp,
    /// How.
    pub kind: ProofKind,
    /// The snapshot, where it was one.
    pub snapshot: Option<String>,
    /// The instance that the snapshot was taken from.
    pub instance_id: Option<String>,
    /// Nothing was wrong.
    pub passed: bool,
    /// What was looked at and found.
    pub detail: serde_json::Value,
    /// The run that proved it.
    pub run: Option<RunId>,
}

const COLUMNS: &str = "id, at, kind, snapshot, instance_id, passed, detail, run";

impl Journal {
    /// Keeps a proof and gives it a number.
    pub fn add_proof(&self, proof: &Proof) -> Result<i64> {
        self.with("writing a proof", |connection| {
            connection.execute(
                "INSERT INTO proofs (at, kind, snapshot, instance_id, passed, detail, run)
                 VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
                params![
                    stamp(proof.at),
                    word(&proof.kind),
                    proof.snapshot,
                    proof.instance_id,
                    proof.passed,
                    proof.detail.to_string(),
                    proof.run.as_ref().map(RunId::as_str),
                ],
            )?;
            Ok(connection.last_insert_rowid())
        })
    }

    /// The newest proofs first, at most `limit`; of one kind, if it is named.
    pub fn proofs(&self, kind: Option<ProofKind>, limit: u32) -> Result<Vec<Proof>> {
        self.with("reading proofs", |connection| {
            connection
                .prepare_cached(&format!(
                    "SELECT {COLUMNS} FROM proofs WHERE ?1 IS NULL OR kind = ?1 ORDER BY id DESC LIMIT ?2"
                ))?
                .query_map(params![kind.as_ref().map(word), limit], proof)?
                .collect()
        })
    }
}

fn proof(row: &Row<'_>) -> rusqlite::Result<Proof> {
    let at: String = row.get(1)?;
    Ok(Proof {
        id: row.get(0)?,
        at: at.parse().map_err(|error: jiff::Error| {
            rusqlite::Error::FromSqlConversionFailure(
                1,
                rusqlite::types::Type::Text,
                Box::<dyn std::error::Error + Send + Sync>::from(error.to_string()),
            )
        })?,
        kind: value(row.get(2)?)?,
        snapshot: row.get(3)?,
        instance_id: row.get(4)?,
        passed: row.get(5)?,
        detail: json(&row.get::<_, String>(6)?)?,
        run: row.get::<_, Option<String>>(7)?.map(|id| RunId::named(&id)),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn proofs_come_back_newest_first() {
        let folder = tempfile::tempdir().unwrap();
        let journal = Journal::open(&folder.path().join("waybill.db")).unwrap();
        let mut proof = Proof {
            id: 0,
            at: "2026-11-21T06:00:00Z".parse().unwrap(),
            kind: ProofKind::Check,
            snapshot: None,
            instance_id: None,
            passed: true,
            detail: serde_json::json!({ "part": 1 }),
            run: Some(RunId::fresh()),
        };
        proof.id = journal.add_proof(&proof).unwrap();
        let mut second = Proof {
            kind: ProofKind::Folder,
            snapshot: Some("abc".into()),
            passed: false,
            ..proof.clone()
        };
        second.id = journal.add_proof(&second).unwrap();
        assert_eq!(journal.proofs(None, 9).unwrap(), [second, proof.clone()]);
        assert_eq!(journal.proofs(Some(ProofKind::Check), 9).unwrap(), [proof]);
    }
}
