//! What was last read of an instance, what checks found, and single facts.

use rusqlite::{OptionalExtension, params};
use serde::{Deserialize, Serialize};
use waybill_archive::mask;
use waybill_model::Catalogue;

use super::words::json;
use super::{Journal, now};
use crate::error::Result;

/// The catalogue of an instance as it was last read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CachedCatalogue {
    /// When it was read (RFC 3339).
    pub read_at: String,
    /// What was read.
    pub catalogue: Catalogue,
}

/// What one check found.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct CheckRecord {
    /// When (RFC 3339).
    pub at: String,
    /// Nothing was wrong.
    pub passed: bool,
    /// What the check reported.
    pub report: serde_json::Value,
}

impl Journal {
    /// Keeps the catalogue of an instance for the next look.
    pub fn keep_catalogue(&self, instance_id: &str, catalogue: &Catalogue) -> Result<()> {
        let mut catalogue = catalogue.clone();
        for artifact in &mut catalogue.artifacts {
            // People write secrets there, and this is not encrypted.
            artifact.name = mask(&artifact.name).into_owned();
            if let Some(description) = &mut artifact.description {
                *description = mask(description).into_owned();
            }
        }
        let text = serde_json::to_string(&catalogue)
            .map_err(|error| rusqlite::Error::ToSqlConversionFailure(Box::new(error)));
        self.with("keeping a catalogue", |connection| {
            connection.execute(
                "INSERT OR REPLACE INTO catalogue_cache (instance_id, read_at, catalogue) VALUES (?1, ?2, ?3)",
                params![instance_id, catalogue.read_at, text?],
            )
        })?;
        Ok(())
    }

    /// The catalogue of an instance as it was last read. One that an older version wrote and this
    /// one cannot read is none.
    pub fn kept_catalogue(&self, instance_id: &str) -> Result<Option<CachedCatalogue>> {
        let kept: Option<(String, String)> = self.with("reading a catalogue", |connection| {
            connection
                .query_row(
                    "SELECT read_at, catalogue FROM catalogue_cache WHERE instance_id = ?1",
                    [instance_id],
                    |row| Ok((row.get(0)?, row.get(1)?)),
                )
                .optional()
        })?;
        Ok(kept.and_then(|(read_at, text)| {
            let catalogue = serde_json::from_str(&text).ok()?;
            Some(CachedCatalogue { read_at, catalogue })
        }))
    }

    /// Forgets the catalogue of an instance.
    pub fn forget_catalogue(&self, instance_id: &str) -> Result<()> {
        self.with("forgetting a catalogue", |connection| {
            connection.execute(
                "DELETE FROM catalogue_cache WHERE instance_id = ?1",
                [instance_id],
            )
        })?;
        Ok(())
    }

    /// Writes down what a check (`snapshot`, `vault`) of `subject` found.
    pub fn add_check(
        &self,
        kind: &str,
        subject: &str,
        passed: bool,
        report: &serde_json::Value,
    ) -> Result<()> {
        self.with("writing a check", |connection| {
            connection.execute(
                "INSERT INTO checks (kind, subject, at, passed, report) VALUES (?1, ?2, ?3, ?4, ?5)",
                params![kind, subject, now(), passed, report.to_string()],
            )
        })?;
        Ok(())
    }

    /// The last check of that kind of `subject`.
    pub fn last_check(&self, kind: &str, subject: &str) -> Result<Option<CheckRecord>> {
        self.with("reading a check", |connection| {
            connection
                .query_row(
                    "SELECT at, passed, report FROM checks WHERE kind = ?1 AND subject = ?2 ORDER BY seq DESC LIMIT 1",
                    params![kind, subject],
                    |row| {
                        Ok(CheckRecord {
                            at: row.get(0)?,
                            passed: row.get(1)?,
                            report: json(&row.get::<_, String>(2)?)?,
                        })
                    },
                )
                .optional()
        })
    }

    /// Keeps a single fact (`recoverySheetSavedAt`, …).
    pub fn set_fact(&self, key: &str, value: &str) -> Result<()> {
        self.with("writing a fact", |connection| {
            connection.execute(
                "INSERT OR REPLACE INTO facts (key, value, at) VALUES (?1, ?2, ?3)",
                params![key, value, now()],
            )
        })?;
        Ok(())
    }

    /// A single fact.
    pub fn fact(&self, key: &str) -> Result<Option<String>> {
        self.with("reading a fact", |connection| {
            connection
                .query_row("SELECT value FROM facts WHERE key = ?1", [key], |row| {
                    row.get(0)
                })
                .optional()
        })
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;
    use waybill_model::{Artifact, ArtifactId, ArtifactKind};

    use super::*;
    use crate::journal::{LogLine, LogWeight, NewRun, RunId, RunKind};

    fn journal() -> (tempfile::TempDir, Journal) {
        let folder = tempfile::tempdir().unwrap();
        let journal = Journal::open(&folder.path().join("waybill.db")).unwrap();
        (folder, journal)
    }

    #[test]
    fn the_last_catalogue_check_and_fact_count() {
        let (_folder, journal) = journal();
        let artifact =
            Artifact::named(ArtifactId::global(ArtifactKind::Lookup, "TAX", None), "Tax");
        for read_at in ["2026-11-21T08:00:00Z", "2026-11-21T09:00:00Z"] {
            journal
                .keep_catalogue(
                    "i1",
                    &Catalogue::new(read_at, vec![artifact.clone()], vec![]),
                )
                .unwrap();
        }
        let kept = journal.kept_catalogue("i1").unwrap().unwrap();
        assert_eq!(kept.read_at, "2026-11-21T09:00:00Z");
        assert_eq!(kept.catalogue.artifacts, [artifact]);
        journal.forget_catalogue("i1").unwrap();
        assert_eq!(journal.kept_catalogue("i1").unwrap(), None);

        journal
            .add_check("snapshot", "s", false, &json!({"problems": ["x"]}))
            .unwrap();
        journal
            .add_check("snapshot", "s", true, &json!({}))
            .unwrap();
        assert!(journal.last_check("snapshot", "s").unwrap().unwrap().passed);
        assert_eq!(journal.last_check("vault", "s").unwrap(), None);

        journal.set_fact("sheet", "1").unwrap();
        journal.set_fact("sheet", "2").unwrap();
        assert_eq!(journal.fact("sheet").unwrap().as_deref(), Some("2"));
    }

    #[test]
    fn lines_come_back_in_order() {
        let (_folder, journal) = journal();
        let run = RunId::fresh();
        journal
            .begin(&NewRun {
                id: run.clone(),
                kind: RunKind::Verify,
                instance_id: None,
                instance_name: None,
                environment: None,
                asked_by: String::new(),
                request: json!(null),
                snapshot: None,
            })
            .unwrap();
        let lines = [
            LogLine::now(LogWeight::Note, "first"),
            LogLine::now(LogWeight::Failure, "second"),
        ];
        for line in &lines {
            journal.add_line(&run, line).unwrap();
        }
        assert_eq!(journal.lines(&run).unwrap(), lines);
    }
}
