//! What the lists of an instance told, kept for the next look: the catalogue, and beside it what
//! comparing needs.

use std::collections::BTreeMap;

use rusqlite::{OptionalExtension, params};
use serde_json::Value;
use waybill_model::{ArtifactId, ArtifactKind};

use super::Journal;
use crate::catalogue::{Detail, LiveCatalogue};
use crate::error::Result;

/// Carry key and, where the entry of the list is all there is of the artifact, that entry.
type Kept = BTreeMap<ArtifactId, (Option<String>, Option<Value>)>;

impl Journal {
    /// Keeps what the lists of an instance told.
    pub fn keep_live(&self, instance_id: &str, live: &LiveCatalogue) -> Result<()> {
        self.keep_catalogue(instance_id, &live.catalogue)?;
        let kept: Kept = live
            .details
            .iter()
            .map(|(id, detail)| {
                let record = is_its_entry(id.kind).then(|| detail.wire.clone());
                (id.clone(), (detail.carry_key.clone(), record))
            })
            .collect();
        let text = serde_json::to_string(&kept)
            .map_err(|error| rusqlite::Error::ToSqlConversionFailure(Box::new(error)));
        self.with("keeping what lists told", |connection| {
            connection.execute(
                "INSERT OR REPLACE INTO catalogue_details (instance_id, read_at, details) VALUES (?1, ?2, ?3)",
                params![instance_id, live.catalogue.read_at, text?],
            )
        })?;
        Ok(())
    }

    /// What the lists of an instance told when they were last read. None if no more than the
    /// catalogue is known. Entries of lists come back for the kinds of which they are all there is.
    pub fn kept_live(&self, instance_id: &str) -> Result<Option<LiveCatalogue>> {
        let Some(catalogue) = self.kept_catalogue(instance_id)? else {
            return Ok(None);
        };
        let told: Option<String> = self.with("reading what lists told", |connection| {
            connection
                .query_row(
                    "SELECT details FROM catalogue_details WHERE instance_id = ?1 AND read_at = ?2",
                    params![instance_id, catalogue.read_at],
                    |row| row.get(0),
                )
                .optional()
        })?;
        let kept: Option<Kept> = told.and_then(|text| serde_json::from_str(&text).ok());
        Ok(kept.map(|kept| LiveCatalogue {
            catalogue: catalogue.catalogue,
            details: kept
                .into_iter()
                .map(|(id, (carry_key, record))| {
                    let detail = Detail {
                        wire: record.unwrap_or_default(),
                        list_key: carry_key.clone().unwrap_or_default(),
                        carry_key,
                    };
                    (id, detail)
                })
                .collect(),
        }))
    }
}

/// The instance tells no more of such an artifact than its list does.
const fn is_its_entry(kind: ArtifactKind) -> bool {
    matches!(
        kind,
        ArtifactKind::Certificate | ArtifactKind::AgentGroup | ArtifactKind::AccessList
    )
}

#[cfg(test)]
mod tests {
    use serde_json::json;
    use waybill_model::{Artifact, Catalogue};

    use super::*;

    #[test]
    fn what_lists_told_belongs_to_its_catalogue() {
        let folder = tempfile::tempdir().unwrap();
        let journal = Journal::open(&folder.path().join("waybill.db")).unwrap();
        let id = ArtifactId::global(ArtifactKind::AgentGroup, "HOUSE", None);
        let mut live = LiveCatalogue {
            catalogue: Catalogue::new("1", vec![Artifact::named(id.clone(), "House")], vec![]),
            details: BTreeMap::new(),
        };
        live.details.insert(
            id.clone(),
            Detail {
                wire: json!({"id": "HOUSE"}),
                carry_key: Some("k".into()),
                list_key: "k".into(),
            },
        );
        assert!(journal.kept_live("i").unwrap().is_none());
        journal.keep_live("i", &live).unwrap();
        let kept = journal.kept_live("i").unwrap().unwrap();
        assert_eq!(kept.catalogue, live.catalogue);
        assert_eq!(kept.details, live.details);
        // A catalogue that came without them is not taken for theirs.
        let later = Catalogue::new("2", live.catalogue.artifacts, vec![]);
        journal.keep_catalogue("i", &later).unwrap();
        assert!(journal.kept_live("i").unwrap().is_none());
    }
}
