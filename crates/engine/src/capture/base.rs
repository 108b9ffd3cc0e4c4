//! The snapshots of the same instance that a new one can build on.

use std::collections::BTreeMap;

use waybill_model::ArtifactId;
use waybill_vault::{SnapshotRecord, Vault};

use crate::error::Result;
use crate::journal::RunId;
use crate::manifest::{ArtifactEntry, InstanceStamp, Manifest, Selection, SnapshotStatus};
use crate::snapshot::{self, tags};

/// An artifact as an earlier snapshot holds it.
#[derive(Clone, Debug)]
pub(super) struct Carried {
    /// The snapshot.
    pub snapshot: String,
    /// What its manifest says.
    pub entry: ArtifactEntry,
}

/// What earlier snapshots hold.
#[derive(Debug, Default)]
pub(super) struct Base {
    /// The snapshot that differences refer to.
    pub before: Option<(String, Manifest)>,
    artifacts: BTreeMap<ArtifactId, Vec<Carried>>,
}

impl Base {
    /// Looks at the newest snapshot of the instance and, if that holds a choice only, at the newest
    /// of everything. A snapshot whose manifest cannot be read is passed over, and so is one that was
    /// taken while the saved instance had another address: it holds another instance.
    pub(super) fn load(vault: &Vault, instance: &InstanceStamp) -> Result<Self> {
        let mut candidates: Vec<SnapshotRecord> = snapshot::list(vault)?
            .into_iter()
            .filter(|record| {
                record.tags.contains(&tags::instance(&instance.id))
                    && !matches!(tags::status(&record.tags), SnapshotStatus::Unverified)
            })
            .collect();
        candidates.sort_by_key(|record| std::cmp::Reverse(record.time));
        let mut base = Self::default();
        for record in candidates.into_iter().take(50) {
            let chosen = snapshot::brief(&record).is_some_and(|brief| brief.chosen);
            if chosen && base.before.is_some() {
                continue;
            }
            let manifest = match snapshot::read_manifest(vault, &record.id) {
                Ok(manifest) => manifest,
                Err(error) => {
                    tracing::warn!(snapshot = record.id, %error, "a snapshot is passed over");
                    continue;
                }
            };
            if !manifest.instance.is_same_place(instance) {
                continue;
            }
            base.add(&record.id, &manifest);
            let everything = manifest.selection == Selection::Everything;
            // Differences are told against the newest snapshot of everything, if there is one.
            if everything || base.before.is_none() {
                base.before = Some((record.id, manifest));
            }
            if everything {
                break;
            }
        }
        Ok(base)
    }

    fn add(&mut self, snapshot: &str, manifest: &Manifest) {
        for entry in &manifest.artifacts {
            self.artifacts
                .entry(entry.id.clone())
                .or_default()
                .push(Carried {
                    snapshot: snapshot.to_owned(),
                    entry: entry.clone(),
                });
        }
    }

    /// Everything is fetched.
    pub(super) fn carry_nothing(&mut self) {
        self.artifacts.clear();
    }

    /// Does not carry over these artifacts: their bytes can no longer be read.
    pub(super) fn distrust(&mut self, damaged: &[ArtifactId]) {
        for id in damaged {
            self.artifacts.remove(id);
        }
    }

    /// The artifact as an earlier snapshot holds it, if it has the same carry key.
    pub(super) fn find(&self, id: &ArtifactId, carry_key: Option<&str>) -> Option<Carried> {
        let key = carry_key?;
        let known = self.artifacts.get(id)?;
        known
            .iter()
            .find(|carried| carried.entry.carry_key.as_deref() == Some(key))
            .cloned()
    }
}

/// What an earlier attempt of the same run left in the vault.
pub(super) enum Leftover {
    /// A snapshot that was read back and compared: the run is done.
    Finished(SnapshotRecord),
    /// Snapshots that were not confirmed.
    Unconfirmed(Vec<String>),
}

/// Looks for snapshots of the run.
pub(super) fn leftover(vault: &Vault, run: &RunId) -> Result<Leftover> {
    let mut unconfirmed = Vec::new();
    for record in snapshot::list(vault)? {
        if !record.tags.contains(&tags::run(run)) {
            continue;
        }
        if tags::status(&record.tags) == SnapshotStatus::Unverified {
            unconfirmed.push(record.id);
        } else {
            return Ok(Leftover::Finished(record));
        }
    }
    Ok(Leftover::Unconfirmed(unconfirmed))
}
