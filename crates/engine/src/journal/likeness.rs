//! What comparing found out: fingerprints of artifacts, and how two fingerprints differ. Keys are
//! hashes that the comparison makes; everything here can be found out again.

use std::collections::HashMap;

use rusqlite::{TransactionBehavior, params};

use super::{Journal, stamp};
use crate::error::Result;

/// So long nothing is forgotten that was not used.
const KEPT: jiff::SignedDuration = jiff::SignedDuration::from_hours(24 * 180);
/// So long a use is not written down anew.
const FRESH: jiff::SignedDuration = jiff::SignedDuration::from_hours(24 * 14);

/// How two fingerprints differ.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct KnownDifference {
    /// The word of the verdict.
    pub verdict: String,
    /// In a few words.
    pub summary: String,
}

impl Journal {
    /// The fingerprints known under these keys: one statement, however many there are.
    pub(crate) fn fingerprints(&self, keys: &[&str]) -> Result<HashMap<String, String>> {
        let wanted = wanted(keys);
        let (found, stale) = self.with("reading fingerprints", |connection| {
            let mut statement = connection.prepare_cached(
                "SELECT key, fingerprint, used_at FROM fingerprints WHERE key IN (SELECT value FROM json_each(?1))",
            )?;
            let limit = before(FRESH);
            let mut found = HashMap::new();
            let mut stale = false;
            let mut rows = statement.query([&wanted])?;
            while let Some(row) = rows.next()? {
                stale |= row.get_ref(2)?.as_str()? < limit.as_str();
                found.insert(row.get(0)?, row.get(1)?);
            }
            Ok((found, stale))
        })?;
        if stale {
            self.used("fingerprints", &wanted)?;
        }
        Ok(found)
    }

    /// Keeps fingerprints: key and fingerprint.
    pub(crate) fn keep_fingerprints(&self, known: &[(String, String)]) -> Result<()> {
        let now = super::now();
        self.with("keeping fingerprints", |connection| {
            let transaction =
                connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
            {
                let mut statement = transaction.prepare_cached(
                    "INSERT OR REPLACE INTO fingerprints (key, fingerprint, used_at) VALUES (?1, ?2, ?3)",
                )?;
                for (key, fingerprint) in known {
                    statement.execute(params![key, fingerprint, now])?;
                }
            }
            transaction.execute(
                "DELETE FROM fingerprints WHERE used_at < ?1",
                [before(KEPT)],
            )?;
            transaction.commit()
        })
    }

    /// The differences known under these keys: one statement, however many there are.
    pub(crate) fn differences(&self, keys: &[&str]) -> Result<HashMap<String, KnownDifference>> {
        let wanted = wanted(keys);
        let (found, stale) = self.with("reading differences", |connection| {
            let mut statement = connection.prepare_cached(
                "SELECT key, verdict, summary, used_at FROM differences WHERE key IN (SELECT value FROM json_each(?1))",
            )?;
            let limit = before(FRESH);
            let mut found = HashMap::new();
            let mut stale = false;
            let mut rows = statement.query([&wanted])?;
            while let Some(row) = rows.next()? {
                stale |= row.get_ref(3)?.as_str()? < limit.as_str();
                let known = KnownDifference {
                    verdict: row.get(1)?,
                    summary: row.get(2)?,
                };
                found.insert(row.get(0)?, known);
            }
            Ok((found, stale))
        })?;
        if stale {
            self.used("differences", &wanted)?;
        }
        Ok(found)
    }

    /// Keeps differences by their keys.
    pub(crate) fn keep_differences(&self, known: &[(String, KnownDifference)]) -> Result<()> {
        let now = super::now();
        self.with("keeping differences", |connection| {
            let transaction =
                connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
            {
                let mut statement = transaction.prepare_cached(
                    "INSERT OR REPLACE INTO differences (key, verdict, summary, used_at) VALUES (?1, ?2, ?3, ?4)",
                )?;
                for (key, known) in known {
                    statement.execute(params![key, known.verdict, known.summary, now])?;
                }
            }
            transaction.execute("DELETE FROM differences WHERE used_at < ?1", [before(KEPT)])?;
            transaction.commit()
        })
    }

    fn used(&self, table: &'static str, wanted: &str) -> Result<()> {
        self.with("writing down a use", |connection| {
            connection.execute(
                &format!(
                    "UPDATE {table} SET used_at = ?1 WHERE key IN (SELECT value FROM json_each(?2))"
                ),
                params![super::now(), wanted],
            )
        })?;
        Ok(())
    }
}

fn wanted(keys: &[&str]) -> String {
    serde_json::Value::from(keys.to_vec()).to_string()
}

fn before(age: jiff::SignedDuration) -> String {
    stamp(jiff::Timestamp::now() - age)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_found_out_comes_back_by_its_key_alone() {
        let folder = tempfile::tempdir().unwrap();
        let journal = Journal::open(&folder.path().join("waybill.db")).unwrap();
        journal
            .keep_fingerprints(&[("a".into(), "1".into()), ("b".into(), "2".into())])
            .unwrap();
        journal
            .keep_fingerprints(&[("b".into(), "3".into())])
            .unwrap();
        let found = journal.fingerprints(&["b", "c"]).unwrap();
        assert_eq!(found, HashMap::from([("b".into(), "3".into())]));
        let known = KnownDifference {
            verdict: "different".into(),
            summary: "1 map".into(),
        };
        journal
            .keep_differences(&[("p".into(), known.clone())])
            .unwrap();
        assert_eq!(journal.differences(&["p"]).unwrap()["p"], known);
        assert!(journal.differences(&["q"]).unwrap().is_empty());
    }

    #[test]
    fn what_is_not_used_for_long_is_forgotten() {
        let folder = tempfile::tempdir().unwrap();
        let journal = Journal::open(&folder.path().join("waybill.db")).unwrap();
        let keys = [
            ("old".to_owned(), "1".to_owned()),
            ("used".to_owned(), "2".to_owned()),
        ];
        journal.keep_fingerprints(&keys).unwrap();
        journal
            .with("ageing", |connection| {
                connection.execute(
                    "UPDATE fingerprints SET used_at = '2020-01-01T00:00:00.000Z'",
                    [],
                )
            })
            .unwrap();
        // Looked for, and so used.
        assert_eq!(journal.fingerprints(&["used"]).unwrap().len(), 1);
        journal.keep_fingerprints(&[]).unwrap();
        let left = journal.fingerprints(&["old", "used"]).unwrap();
        assert_eq!(left.keys().collect::<Vec<_>>(), ["used"]);
    }
}
