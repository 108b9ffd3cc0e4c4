//! Snapshots that stay for ever, under a name.
//!
//! The mark is a tag in the vault, so that restic heeds it too (`--keep-tag keep`). A snapshot whose tags
//! change gets another id. What is about to change is written down first, so that a program that ends in
//! between leaves nobody with an id that leads nowhere: the snapshot is found again by its run.

use std::sync::Arc;

use serde::{Deserialize, Serialize};
use waybill_engine::snapshot::tags;
use waybill_engine::{EngineError, Journal};
use waybill_vault::{Vault, VaultError};

use crate::places::blocking;
use crate::view::{CommandError, ErrorCode, SnapshotSummary};
use crate::{AppEvent, Waybill};

/// The fact that says which snapshot is getting other tags.
const MARKING: &str = "keep/marking";
/// The longest name of a mark.
const NAME: usize = 80;

/// A snapshot that is getting other tags.
#[derive(Debug, Serialize, Deserialize)]
struct Marking {
    id: String,
    run: String,
}

impl Waybill {
    /// Marks a snapshot to stay whatever the rules say, under a name that says why.
    ///
    /// # Errors
    /// `BadInput` with `context.field` for the name, `UnknownSubject`, `VaultLocked` while somebody writes
    /// into the vault.
    pub async fn keep_mark(&self, id: &str, name: &str) -> Result<SnapshotSummary, CommandError> {
        let name = name.trim();
        let wrong = if name.is_empty() {
            Some("Give the reason a name, such as Before go-live.".to_owned())
        } else if name.chars().count() > NAME {
            Some(format!("The name can have {NAME} characters at most."))
        } else if name.chars().any(|sign| sign == ',' || sign.is_control()) {
            Some("The name can hold no comma and no line break: it is a tag of restic.".to_owned())
        } else {
            None
        };
        if let Some(wrong) = wrong {
            return Err(CommandError::field("name", wrong));
        }
        self.set_mark(id, Some(name)).await
    }

    /// Takes the mark away. From now on the rules decide.
    ///
    /// # Errors
    /// As [`Self::keep_mark`].
    pub async fn keep_unmark(&self, id: &str) -> Result<SnapshotSummary, CommandError> {
        self.set_mark(id, None).await
    }

    async fn set_mark(
        &self,
        id: &str,
        name: Option<&str>,
    ) -> Result<SnapshotSummary, CommandError> {
        let vault = self.shared.vault.open(&self.shared.secrets).await?;
        self.settle_marks(&vault).await?;
        let id = self.snapshot_now(&vault, id).await?;
        let journal = Arc::clone(&self.shared.journal);
        let named = name.map(str::to_owned);
        let held = Arc::clone(&vault);
        let new = blocking(move || {
            let record = held.snapshot(&id).map_err(in_vault)?;
            let run = tags::run_of(&record.tags);
            let wanted = tags::marked(&record.tags, named.as_deref());
            if let Some(run) = &run {
                let marking = Marking {
                    id: record.id.clone(),
                    run: run.to_string(),
                };
                let text = serde_json::to_string(&marking).unwrap_or_default();
                journal.set_fact(MARKING, &text)?;
            }
            let new = held.retag(&record.id, &wanted).map_err(in_vault)?;
            journal.snapshot_renamed(&record.id, &new)?;
            journal.set_fact(MARKING, "")?;
            Ok(new)
        })
        .await?;
        self.audit(
            if name.is_some() {
                "snapshot kept"
            } else {
                "snapshot no longer kept"
            },
            &format!("{} {}", &new[..8], name.unwrap_or_default()),
        )?;
        self.tell(AppEvent::VaultChanged);
        let summary = self
            .snapshots(None)
            .await?
            .into_iter()
            .find(|one| one.id == new);
        summary.ok_or_else(|| CommandError::unknown("snapshot", &new))
    }

    /// Finishes what a program left that ended while it marked a snapshot.
    pub(crate) async fn settle_marks(&self, vault: &Arc<Vault>) -> Result<(), CommandError> {
        let left = self.shared.journal.fact(MARKING)?;
        let Some(marking) = left
            .filter(|text| !text.is_empty())
            .and_then(|text| serde_json::from_str::<Marking>(&text).ok())
        else {
            return Ok(());
        };
        let (vault, journal) = (Arc::clone(vault), Arc::clone(&self.shared.journal));
        blocking(move || settle(&vault, &journal, &marking)).await
    }

    /// The id that a snapshot has now, given one that it has or had, or the beginning of one.
    ///
    /// # Errors
    /// `UnknownSubject`, and the failures of the vault.
    pub(crate) async fn snapshot_now(
        &self,
        vault: &Arc<Vault>,
        id: &str,
    ) -> Result<String, CommandError> {
        let (held, wanted) = (Arc::clone(vault), id.to_owned());
        let found = crate::vault::on_own_thread(move || held.snapshot(&wanted)).await;
        match found {
            Ok(record) => Ok(record.id),
            Err(error) if error.code == ErrorCode::UnknownSubject => {
                self.settle_marks(vault).await?;
                match self.shared.journal.snapshot_called(id)? {
                    Some(now) => Ok(now),
                    None => Err(error),
                }
            }
            Err(error) => Err(error),
        }
    }
}

fn settle(vault: &Vault, journal: &Journal, marking: &Marking) -> Result<(), EngineError> {
    let tag = format!("run:{}", marking.run);
    let of_run: Vec<String> = vault
        .snapshots()
        .map_err(in_vault)?
        .into_iter()
        .filter(|record| record.tags.contains(&tag))
        .map(|record| record.id)
        .collect();
    match of_run.as_slice() {
        // Written anew, and the old one not removed yet: both say the same, and the old one goes.
        [_, _, ..] if of_run.contains(&marking.id) => {
            match vault.forget_many(std::slice::from_ref(&marking.id)) {
                Ok(_) => return settle(vault, journal, marking),
                // Whoever writes may well be the one who is at it.
                Err(VaultError::Locked { .. }) => return Ok(()),
                Err(error) => return Err(in_vault(error)),
            }
        }
        [now] => journal.snapshot_renamed(&marking.id, now)?,
        _ => {}
    }
    journal.set_fact(MARKING, "")
}

fn in_vault(source: VaultError) -> EngineError {
    EngineError::Vault {
        operation: "Marking a snapshot".to_owned(),
        source: Box::new(source),
    }
}
