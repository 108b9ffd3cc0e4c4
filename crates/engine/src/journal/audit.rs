//! The audit log: what was done, by whom, to what. Each entry carries the hash of the one before, so
//! that a change, a removal or a reordering in the middle shows. The tables refuse both as well.

use jiff::Timestamp;
use rusqlite::{OptionalExtension, Row, TransactionBehavior, params};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use super::{Journal, stamp};
use crate::error::Result;

/// What stands in place of the hash before the first entry.
const BEGINNING: &str = "0000000000000000000000000000000000000000000000000000000000000000";

/// One entry of the audit log.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct AuditEntry {
    /// Its number, from 1.
    pub seq: i64,
    /// When (RFC 3339).
    pub at: String,
    /// Who.
    pub who: String,
    /// What was done: `backup`, `instance saved`, `vault password shown`, …
    pub action: String,
    /// To what.
    pub subject: String,
    /// More, as JSON; no secrets.
    pub detail: serde_json::Value,
    /// The hash of the entry before.
    pub previous: String,
    /// SHA-256 over the members above, in hex.
    pub hash: String,
}

/// What following the chain found.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ChainReport {
    /// How many entries there are.
    pub entries: u64,
    /// The first entry that does not fit the one before, or was changed.
    pub broken_at: Option<i64>,
}

impl Journal {
    /// Adds an entry to the audit log.
    pub fn audit(
        &self,
        at: Timestamp,
        who: &str,
        action: &str,
        subject: &str,
        detail: &serde_json::Value,
    ) -> Result<AuditEntry> {
        self.with("writing the audit log", |connection| {
            let transaction =
                connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
            let last: Option<(i64, String)> = transaction
                .query_row(
                    "SELECT seq, hash FROM audit ORDER BY seq DESC LIMIT 1",
                    [],
                    |row| Ok((row.get(0)?, row.get(1)?)),
                )
                .optional()?;
            let (seq, previous) = match last {
                Some((seq, hash)) => (seq + 1, hash),
                None => (1, BEGINNING.to_owned()),
            };
            let mut entry = AuditEntry {
                seq,
                at: stamp(at),
                who: who.to_owned(),
                action: action.to_owned(),
                subject: subject.to_owned(),
                detail: detail.clone(),
                previous,
                hash: String::new(),
            };
            let text = entry.detail.to_string();
            entry.hash = hash(&entry, &text);
            transaction.execute(
                "INSERT INTO audit (seq, at, who, action, subject, detail, previous, hash) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)",
                params![entry.seq, entry.at, entry.who, entry.action, entry.subject, text, entry.previous, entry.hash],
            )?;
            transaction.commit()?;
            Ok(entry)
        })
    }

    /// The newest entries first, at most `limit`.
    pub fn audit_entries(&self, limit: u32) -> Result<Vec<AuditEntry>> {
        self.audit_entries_of(limit, None)
    }

    /// The newest entries first, at most `limit`: those of the instance with this id and name.
    pub fn audit_entries_of(
        &self,
        limit: u32,
        instance: Option<(&str, &str)>,
    ) -> Result<Vec<AuditEntry>> {
        let (id, name) = instance.unzip();
        self.with("reading the audit log", |connection| {
            connection
                .prepare(
                    "SELECT seq, at, who, action, subject, previous, hash, detail FROM audit
                     WHERE ?2 IS NULL OR subject = ?3 OR json_extract(detail, '$.instanceId') = ?2
                     ORDER BY seq DESC LIMIT ?1",
                )?
                .query_map(params![limit, id, name], |row| {
                    read(row).map(|(entry, _)| entry)
                })?
                .collect()
        })
    }

    /// Follows the chain from the first entry to the last.
    pub fn verify_chain(&self) -> Result<ChainReport> {
        self.with("checking the audit log", |connection| {
            let mut statement = connection.prepare(
                "SELECT seq, at, who, action, subject, previous, hash, detail FROM audit ORDER BY seq",
            )?;
            let mut rows = statement.query([])?;
            let mut before = BEGINNING.to_owned();
            let mut entries = 0;
            let mut broken_at = None;
            while let Some(row) = rows.next()? {
                let seq = row.get(0)?;
                entries += 1;
                let whole = read(row).is_ok_and(|(entry, text)| {
                    let fits = entry.previous == before && entry.hash == hash(&entry, &text);
                    before = entry.hash;
                    fits && u64::try_from(seq) == Ok(entries)
                });
                if !whole {
                    broken_at = broken_at.or(Some(seq));
                }
            }
            Ok(ChainReport { entries, broken_at })
        })
    }
}

/// Length before each member: two entries that differ never hash the same text.
fn hash(entry: &AuditEntry, detail: &str) -> String {
    let mut hasher = Sha256::new();
    let seq = entry.seq.to_string();
    for member in [
        seq.as_str(),
        &entry.at,
        &entry.who,
        &entry.action,
        &entry.subject,
        detail,
        &entry.previous,
    ] {
        hasher.update(format!("{}:", member.len()));
        hasher.update(member);
    }
    crate::digest::hex(&hasher.finalize())
}

fn read(row: &Row<'_>) -> rusqlite::Result<(AuditEntry, String)> {
    let text: String = row.get(7)?;
    let entry = AuditEntry {
        seq: row.get(0)?,
        at: row.get(1)?,
        who: row.get(2)?,
        action: row.get(3)?,
        subject: row.get(4)?,
        previous: row.get(5)?,
        hash: row.get(6)?,
        detail: super::words::json(&text)?,
    };
    Ok((entry, text))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn filled() -> (tempfile::TempDir, Journal) {
        let folder = tempfile::tempdir().unwrap();
        let journal = Journal::open(&folder.path().join("waybill.db")).unwrap();
        for subject in ["A", "B", "C"] {
            journal
                .audit(
                    "2026-11-21T08:00:00Z".parse().unwrap(),
                    "tester",
                    "backup",
                    subject,
                    &json!({"n": 1}),
                )
                .unwrap();
        }
        (folder, journal)
    }

    #[test]
    fn an_untouched_chain_holds() {
        let (_folder, journal) = filled();
        assert_eq!(
            journal.verify_chain().unwrap(),
            ChainReport {
                entries: 3,
                broken_at: None
            }
        );
        assert_eq!(journal.audit_entries(1).unwrap()[0].subject, "C");
    }

    #[test]
    fn the_tables_refuse_changes() {
        let (_folder, journal) = filled();
        for change in [
            "UPDATE audit SET who = 'x' WHERE seq = 2",
            "DELETE FROM audit WHERE seq = 2",
        ] {
            assert!(
                journal
                    .with("x", |connection| connection.execute(change, []))
                    .is_err()
            );
        }
    }

    #[test]
    fn a_forged_or_removed_entry_shows() {
        for (change, at) in [
            ("UPDATE audit SET who = 'x' WHERE seq = 2", 2),
            ("DELETE FROM audit WHERE seq = 2", 3),
            ("DELETE FROM audit WHERE seq = 1", 2),
        ] {
            let (_folder, journal) = filled();
            journal
                .with("x", |connection| {
                    connection.execute_batch(
                        "DROP TRIGGER audit_is_never_changed; DROP TRIGGER audit_is_never_shortened;",
                    )?;
                    connection.execute(change, [])
                })
                .unwrap();
            assert_eq!(
                journal.verify_chain().unwrap().broken_at,
                Some(at),
                "{change}"
            );
        }
    }
}
