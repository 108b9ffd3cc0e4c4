//! Snapshots as places: what they hold, the bytes of an artifact, how they differ; reading one back
//! and restoring it to a folder.
//!
//! All calls block.

mod damage;
mod difference;
mod extract;
pub mod tags;
mod verify;

use std::any::Any;
use std::sync::Arc;

use waybill_model::{ArtifactId, Catalogue};
use waybill_vault::{SnapshotRecord, Vault};

pub use damage::{DamagedFile, name_files};
pub use difference::{Difference, ItemChange, difference};
pub use extract::{ExtractReport, extract, extract_some};
pub use verify::{VerifyReport, verify};

use crate::error::{EngineError, Result};
use crate::layout;
use crate::manifest::{ArtifactEntry, Brief, FileStamp, Manifest, SnapshotStatus};

/// The snapshots that Waybill took, oldest first.
pub fn list(vault: &Vault) -> Result<Vec<SnapshotRecord>> {
    let mut snapshots = vault
        .snapshots()
        .map_err(EngineError::vault("Listing the snapshots"))?;
    snapshots.retain(|record| record.tags.iter().any(|tag| tag == waybill_vault::TAG));
    Ok(snapshots)
}

/// What the head of a snapshot says of it, without reading its files. `None` for a snapshot that
/// another program wrote.
#[must_use]
pub fn brief(record: &SnapshotRecord) -> Option<Brief> {
    serde_json::from_str(record.description.as_deref()?).ok()
}

/// The manifest of a snapshot.
pub fn read_manifest(vault: &Vault, id: &str) -> Result<Manifest> {
    document(vault, id, layout::MANIFEST)
}

fn document<T: serde::de::DeserializeOwned>(vault: &Vault, id: &str, path: &str) -> Result<T> {
    let bytes = vault.read(id, path).map_err(EngineError::vault(format!(
        "Reading `{path}` of a snapshot"
    )))?;
    parse(id, path, &bytes)
}

fn parse<T: serde::de::DeserializeOwned>(id: &str, path: &str, bytes: &[u8]) -> Result<T> {
    serde_json::from_slice(bytes).map_err(|error| EngineError::Unreadable {
        what: path.to_owned(),
        snapshot: short(id).to_owned(),
        cause: error.to_string(),
    })
}

/// The beginning of a snapshot's id, as people see it.
#[must_use]
pub fn short(id: &str) -> &str {
    id.get(..8).unwrap_or(id)
}

/// A snapshot, opened.
#[derive(Debug)]
pub struct SnapshotPlace {
    vault: Arc<Vault>,
    /// Its id in this vault.
    at: String,
    record: SnapshotRecord,
    manifest: Manifest,
    /// What has to be there for as long as this is.
    held: Option<Arc<dyn Any + Send + Sync>>,
}

impl SnapshotPlace {
    /// Opens a snapshot by its id or a unique beginning of it.
    pub fn open(vault: Arc<Vault>, id: &str) -> Result<Self> {
        let record = vault
            .snapshot(id)
            .map_err(EngineError::vault("Opening the snapshot"))?;
        let manifest = read_manifest(&vault, &record.id)?;
        Ok(Self {
            vault,
            at: record.id.clone(),
            record,
            manifest,
            held: None,
        })
    }

    /// The same place for a copy of a snapshot, under the id that the snapshot is known by. `held` is let go of
    /// with the place.
    #[must_use]
    pub fn known_as(mut self, id: &str, held: Option<Arc<dyn Any + Send + Sync>>) -> Self {
        id.clone_into(&mut self.record.id);
        self.held = held;
        self
    }

    /// Its head.
    #[must_use]
    pub fn record(&self) -> &SnapshotRecord {
        &self.record
    }

    /// Its manifest.
    #[must_use]
    pub fn manifest(&self) -> &Manifest {
        &self.manifest
    }

    /// How it stands: what the manifest says counts only once the tag confirms it.
    #[must_use]
    pub fn status(&self) -> SnapshotStatus {
        tags::status(&self.record.tags)
    }

    /// The artifacts in it.
    pub fn catalogue(&self) -> Result<Catalogue> {
        let bytes = self.file(&self.manifest.catalogue)?;
        parse(&self.record.id, layout::CATALOGUE, &bytes)
    }

    /// What the manifest says of an artifact.
    pub fn entry(&self, id: &ArtifactId) -> Result<&ArtifactEntry> {
        self.manifest
            .entry(id)
            .ok_or_else(|| EngineError::NotInPlace {
                artifact: Box::new(id.clone()),
                place: format!("snapshot {}", short(&self.record.id)),
            })
    }

    /// The record of an artifact.
    pub fn artifact_record(&self, id: &ArtifactId) -> Result<serde_json::Value> {
        let stamp = &self.entry(id)?.record;
        let bytes = self.file(stamp)?;
        parse(&self.record.id, &stamp.path, &bytes)
    }

    /// The archive of an artifact, else its record: the bytes as the instance served them, compared
    /// with the manifest.
    pub fn bytes(&self, id: &ArtifactId) -> Result<(FileStamp, Vec<u8>)> {
        let stamp = self.entry(id)?.main_file();
        Ok((stamp.clone(), self.file(stamp)?))
    }

    /// How it differs from another one, by default the one before it.
    #[must_use]
    pub fn difference(&self, before: Option<&Manifest>) -> Difference {
        difference(before, &self.manifest)
    }

    /// The manifest of the snapshot before, if it is still there. A snapshot whose tags changed has
    /// another id; then the newest confirmed one of the instance before this one is taken.
    pub fn before(&self) -> Result<Option<(String, Manifest)>> {
        let Some(named) = self.manifest.before.as_deref() else {
            return Ok(None);
        };
        if let Ok(manifest) = read_manifest(&self.vault, named) {
            return Ok(Some((named.to_owned(), manifest)));
        }
        let tag = tags::instance(&self.manifest.instance.id);
        // One that is damaged does not keep this one from being opened.
        let earlier = list(&self.vault)?
            .into_iter()
            .rev()
            .filter(|record| {
                record.time < self.record.time
                    && record.tags.contains(&tag)
                    && tags::status(&record.tags) != SnapshotStatus::Unverified
            })
            .find_map(|record| {
                let manifest = read_manifest(&self.vault, &record.id).ok()?;
                Some((record.id, manifest))
            });
        Ok(earlier)
    }

    /// The bytes of a file by its path, as the vault has them.
    pub fn read(&self, path: &str) -> Result<Vec<u8>> {
        self.vault
            .read(&self.at, path)
            .map_err(EngineError::vault(format!(
                "Reading `{path}` of a snapshot"
            )))
    }

    fn file(&self, stamp: &FileStamp) -> Result<Vec<u8>> {
        let bytes = self.read(&stamp.path)?;
        if crate::digest::sha256(&bytes) != stamp.sha256 {
            return Err(EngineError::Unreadable {
                what: stamp.path.clone(),
                snapshot: short(&self.record.id).to_owned(),
                cause: "its SHA-256 is not the one in the manifest".to_owned(),
            });
        }
        Ok(bytes)
    }
}
