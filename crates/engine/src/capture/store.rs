//! Fetching what is missing, and storing each artifact as soon as it has arrived: bytes into the
//! encrypted staging first, then the row in the journal. What has a row is stored.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};

use bytes::Bytes;
use futures::stream::{StreamExt as _, TryStreamExt as _};
use jiff::Timestamp;
use waybill_model::ArtifactId;
use waybill_vault::Staging;

use super::base::{Base, Carried};
use super::fetch::{self, Fetched};
use super::plan::{Action, Plan, Planned};
use super::{Work, blocking};
use crate::error::{EngineError, Result};
use crate::failure::{Reach, artifact_reason, reach, singular};
use crate::journal::{ItemState, LogWeight, RunItem, RunPhase, StoredFile, stamp};
use crate::manifest::Unread;
use crate::needs;

/// How many artifacts are worked on at once. The client decides how many calls are made at once;
/// those that wait for their turn hold no bytes.
const AT_ONCE: usize = 64;
/// How often the counts go into the journal.
const SAVE_EVERY: u32 = 25;

/// Where the bytes of an artifact are.
#[derive(Clone, Debug)]
pub(super) enum Held {
    /// In the staging of the run.
    Staged {
        files: Vec<StoredFile>,
        carry_key: Option<String>,
    },
    /// In an earlier snapshot.
    Carried(Box<Carried>),
    /// In memory: a record that is the list entry.
    Record(Bytes),
}

/// What fetching led to.
#[derive(Debug, Default)]
pub(super) struct Harvest {
    pub held: BTreeMap<ArtifactId, Held>,
    pub unread: Vec<Unread>,
}

impl Work {
    pub(super) async fn fetch_all(
        &self,
        plan: &Plan,
        base: &Base,
        staging: &Arc<Staging>,
    ) -> Result<Harvest> {
        self.recorder.phase(RunPhase::Fetching)?;
        let mut harvest = Harvest {
            unread: plan.absent.clone(),
            ..Harvest::default()
        };
        for planned in &plan.artifacts {
            let held = match &planned.action {
                Action::Carry(carried) => Held::Carried(carried.clone()),
                Action::Stored(files, carry_key) => Held::Staged {
                    files: files.clone(),
                    carry_key: carry_key.clone(),
                },
                Action::Record => Held::Record(record_bytes(&planned.detail.wire)),
                Action::Fetch => continue,
            };
            harvest.held.insert(planned.artifact.id.clone(), held);
        }
        let harvest = Mutex::new(harvest);
        futures::stream::iter(plan.to_fetch())
            .map(Ok)
            .try_for_each_concurrent(AT_ONCE, |planned| {
                Box::pin(self.one(planned, base, staging, &harvest))
            })
            .await?;
        self.recorder.save_counts()?;
        let mut harvest = harvest.into_inner().unwrap_or_else(PoisonError::into_inner);
        harvest.unread.sort_by(|left, right| left.id.cmp(&right.id));
        Ok(harvest)
    }

    async fn one(
        &self,
        planned: &Planned,
        base: &Base,
        staging: &Arc<Staging>,
        harvest: &Mutex<Harvest>,
    ) -> Result<()> {
        let id = &planned.artifact.id;
        let mut item = planned.item();
        item.state = ItemState::Running;
        self.recorder.tell_item(item.clone());
        let fetched = match fetch::fetch(&self.client, &planned.artifact, &planned.detail).await {
            Ok(Some(fetched)) => fetched,
            Ok(None) => return self.gone(planned),
            Err(error) => match reach(&error) {
                Reach::Cancelled => return Err(EngineError::Cancelled),
                Reach::Everything => {
                    return Err(EngineError::ArtifactCall {
                        artifact: Box::new(id.clone()),
                        source: Box::new(error),
                    });
                }
                Reach::This => {
                    let unread = self.unread(planned, item, &error).await?;
                    lock(harvest).unread.push(unread);
                    return Ok(());
                }
            },
        };
        if let Some(note) = &fetched.note {
            self.recorder.line(LogWeight::Note, note.clone(), None)?;
        }
        item.carry_key.clone_from(&fetched.carry_key);
        let held = if let Some(carried) = base.find(id, fetched.carry_key.as_deref()) {
            // Read again and found to be the same (schedules).
            item.state = ItemState::Carried;
            Held::Carried(Box::new(carried))
        } else {
            item.state = ItemState::Fetched;
            Held::Staged {
                files: Vec::new(),
                carry_key: fetched.carry_key.clone(),
            }
        };
        let (item, held) = self.store(item, held, fetched, staging).await?;
        let fetched = item.state == ItemState::Fetched;
        self.recorder.count(|counts| {
            if fetched {
                counts.fetched += 1;
                counts.bytes += item.bytes;
            } else {
                counts.carried += 1;
            }
        });
        if self.recorder.counts().fetched.is_multiple_of(SAVE_EVERY) {
            self.recorder.save_counts()?;
        }
        self.recorder.tell_item(item);
        lock(harvest).held.insert(id.clone(), held);
        Ok(())
    }

    /// Stages the files unless the artifact is carried over, and writes the row.
    async fn store(
        &self,
        mut item: RunItem,
        mut held: Held,
        fetched: Fetched,
        staging: &Arc<Staging>,
    ) -> Result<(RunItem, Held)> {
        let (recorder, staging) = (self.recorder.clone(), staging.clone());
        blocking(move || {
            if let Held::Staged { files, .. } = &mut held {
                let read_at = stamp(Timestamp::now());
                let record = record_bytes(&fetched.record);
                let parts = fetched.archive.into_iter().chain([("json", record)]);
                for (extension, bytes) in parts {
                    let key = format!("{}#{extension}", item.id);
                    staging
                        .put(&key, &bytes)
                        .map_err(EngineError::vault(format!("Storing `{}`", item.id)))?;
                    files.push(StoredFile {
                        key,
                        extension: extension.to_owned(),
                        size: bytes.len() as u64,
                        sha256: crate::digest::sha256(&bytes),
                        read_at: read_at.clone(),
                        needs: needs::of_archive(extension, &bytes),
                    });
                }
                item.bytes = files.iter().map(|file| file.size).sum();
                item.files.clone_from(files);
            }
            recorder.journal().set_item(recorder.run(), &item)?;
            Ok((item, held))
        })
        .await
    }

    async fn unread(
        &self,
        planned: &Planned,
        mut item: RunItem,
        error: &waybill_client::Error,
    ) -> Result<Unread> {
        let (reason, guidance) = artifact_reason(&planned.artifact, error);
        item.state = ItemState::Failed;
        item.reason = Some(reason.clone());
        let recorder = self.recorder.clone();
        let (row, line, call) = (item.clone(), reason.clone(), error.clone());
        blocking(move || {
            recorder.journal().set_item(recorder.run(), &row)?;
            recorder.line(LogWeight::Warning, line, Some(&call))
        })
        .await?;
        self.recorder.count(|counts| counts.failed += 1);
        self.recorder.tell_item(item);
        Ok(Unread {
            id: planned.artifact.id.clone(),
            name: planned.artifact.name.clone(),
            reason,
            guidance,
            code: error.kind().name().to_owned(),
        })
    }

    /// Deleted in the instance since the lists were read.
    fn gone(&self, planned: &Planned) -> Result<()> {
        let id = &planned.artifact.id;
        self.recorder.journal().drop_item(self.recorder.run(), id)?;
        self.recorder.line(
            LogWeight::Note,
            format!(
                "{} `{}` is no longer in the instance and is left out.",
                singular(id.kind),
                planned.artifact.name
            ),
            None,
        )?;
        self.recorder
            .count(|counts| counts.planned = counts.planned.saturating_sub(1));
        Ok(())
    }
}

fn lock(harvest: &Mutex<Harvest>) -> std::sync::MutexGuard<'_, Harvest> {
    harvest.lock().unwrap_or_else(PoisonError::into_inner)
}

/// A record as it lies in a snapshot: JSON to be read by people too.
pub(super) fn record_bytes(record: &serde_json::Value) -> Bytes {
    // A value that came from JSON can be written as JSON.
    serde_json::to_vec_pretty(record).unwrap_or_default().into()
}
