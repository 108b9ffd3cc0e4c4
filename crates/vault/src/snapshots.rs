//! Reading: the snapshots of a vault, the files of a snapshot, the bytes of a file. And the two
//! changes a snapshot knows: other tags, and being forgotten.

use std::path::Path;
use std::str::FromStr;

use jiff::Timestamp;
use rustic_core::repofile::{Node, NodeType, SnapshotFile, SnapshotId};
use rustic_core::{BytesList, FileType, Id, LsOptions};
use sha2::{Digest, Sha256};

use crate::attend::guarded;
use crate::error::{Result, VaultError};
use crate::trees::Trees;
use crate::vault::{Reader, Vault};
use crate::write::tag_list;
use crate::writer_lock::WriterLock;

/// The tag that every snapshot of Waybill carries.
pub const TAG: &str = "waybill";

/// What is known of a snapshot without reading its files.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SnapshotRecord {
    /// Its id, 64 hexadecimal digits.
    pub id: String,
    /// The moment it stands for.
    pub time: Timestamp,
    /// Whose snapshot it is.
    pub label: String,
    /// Its tags, sorted.
    pub tags: Vec<String>,
    /// The note it was written with.
    pub description: Option<String>,
    /// Files in it. 0 where the program that wrote it did not say (restic before 0.17).
    pub files: u64,
    /// Bytes of their contents; 0 as with `files`.
    pub bytes: u64,
    /// Bytes by which the vault grew with it; 0 as with `files`.
    pub bytes_added: u64,
}

/// A file of a snapshot.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FileRecord {
    /// Path inside the snapshot, parts separated by `/`.
    pub path: String,
    /// Size in bytes.
    pub size: u64,
    /// When its content was last changed.
    pub modified: Option<Timestamp>,
}

impl Vault {
    /// All snapshots that can be read, oldest first. One whose file is damaged is left out and
    /// logged; [`Vault::check`] names it.
    ///
    /// # Errors
    /// `Io`, `Damaged`.
    pub fn snapshots(&self) -> Result<Vec<SnapshotRecord>> {
        let snapshots = self.snapshot_files("Listing the snapshots")?;
        Ok(snapshots.iter().map(record).collect())
    }

    /// One snapshot, by its full id or a beginning that only it has.
    ///
    /// # Errors
    /// `NoSuchSnapshot`, `AmbiguousSnapshot`, `Damaged`, `Io`.
    pub fn snapshot(&self, id: &str) -> Result<SnapshotRecord> {
        self.snapshot_file("Reading the snapshot", id)
            .map(|snapshot| record(&snapshot))
    }

    /// The files of a snapshot, in order of their paths.
    ///
    /// # Errors
    /// As [`Self::snapshot`].
    pub fn files(&self, id: &str) -> Result<Vec<FileRecord>> {
        let nodes = self.file_nodes("Listing the files of a snapshot", id)?;
        Ok(nodes
            .into_iter()
            .map(|(path, node)| FileRecord {
                path,
                size: node.meta.size,
                modified: node.meta.mtime,
            })
            .collect())
    }

    /// The bytes of a file of a snapshot, authenticated.
    ///
    /// # Errors
    /// `NoSuchSnapshot`, `AmbiguousSnapshot`, `NoSuchFile`, `Damaged` naming the file, `Io`.
    pub fn read(&self, id: &str, path: &str) -> Result<Vec<u8>> {
        let doing = "Reading a file";
        let reader = self.reader(doing)?;
        let snapshot = self.snapshot_file(doing, id)?;
        read_file(self.path(), &reader, &self.trees(), doing, &snapshot, path)
    }

    /// Gives a snapshot other tags (`waybill` is added). Content, time and note stay; the id
    /// changes, and the first id is kept in the field `original`, as restic does it. The old file
    /// is removed once the new one is there. Returns the new id.
    ///
    /// # Errors
    /// `Locked`, and as [`Self::snapshot`].
    pub fn retag(&self, id: &str, tags: &[String]) -> Result<String> {
        let doing = "Changing the tags of a snapshot";
        let _lock = WriterLock::acquire(self)?;
        let mut snapshot = self.snapshot_file(doing, id)?;
        let old = snapshot.id;
        let tags = tag_list(tags);
        let old_id = old.to_hex().as_str().to_owned();
        if snapshot.tags == tags {
            return Ok(old_id);
        }
        snapshot.tags = tags;
        snapshot.original = snapshot.original.or(Some(old));
        snapshot.id = SnapshotId::default();
        let new_id = self.save_snapshot(doing, &snapshot)?;
        self.remove_snapshot_file(&old_id)?;
        Ok(new_id)
    }

    /// Writes a snapshot file and returns its id, which comes from its content.
    pub(crate) fn save_snapshot(
        &self,
        doing: &'static str,
        snapshot: &SnapshotFile,
    ) -> Result<String> {
        self.save_file(doing, FileType::Snapshot, snapshot)
    }

    /// Writes a file of the repository as JSON, encrypted and named by its content.
    pub(crate) fn save_file(
        &self,
        doing: &'static str,
        kind: FileType,
        file: &impl serde::Serialize,
    ) -> Result<String> {
        let failed = |detail: &str| VaultError::damaged(doing, kind.dirname(), detail);
        let plain = serde_json::to_vec(file).map_err(|error| failed(&error.to_string()))?;
        let file = self
            .secret()
            .encrypt(&plain)
            .ok_or_else(|| failed("it could not be encrypted"))?;
        let name = hex::encode(Sha256::digest(&file));
        let id = Id::from_str(&name).map_err(|error| self.failure(doing, &name, &error))?;
        self.store()
            .write_bytes(kind, &id, true, BytesList::from(file))
            .map_err(|error| self.failure(doing, &name, &error))?;
        Ok(name)
    }

    /// Removes a snapshot from the list. The content that only it used stays in the vault until it
    /// is pruned.
    ///
    /// # Errors
    /// `Locked`, and as [`Self::snapshot`].
    pub fn forget(&self, id: &str) -> Result<()> {
        let _lock = WriterLock::acquire(self)?;
        let snapshot = self.snapshot_file("Forgetting a snapshot", id)?;
        self.remove_snapshot_file(snapshot.id.to_hex().as_str())
    }

    /// Removes several snapshots from the list under one lock. Ids that are no longer there are
    /// passed over, so that what was cut short is ended by asking for the same again. Nothing is
    /// removed when one of the ids fits several snapshots. Returns the full ids that were removed.
    ///
    /// # Errors
    /// `Locked`, `AmbiguousSnapshot`, `Io`.
    pub fn forget_many(&self, ids: &[String]) -> Result<Vec<String>> {
        let doing = "Forgetting snapshots";
        let _lock = WriterLock::acquire(self)?;
        let there = self.snapshot_ids(doing)?;
        let mut found = Vec::new();
        for id in ids {
            match choose(&there, id) {
                Ok(id) if found.contains(&id) => {}
                Ok(id) => found.push(id),
                Err(VaultError::NoSuchSnapshot { .. }) => {}
                Err(error) => return Err(error),
            }
        }
        let mut removed = Vec::new();
        for id in found {
            let id = id.to_hex().as_str().to_owned();
            self.remove_snapshot_file(&id)?;
            removed.push(id);
        }
        Ok(removed)
    }

    pub(crate) fn remove_snapshot_file(&self, id: &str) -> Result<()> {
        let doing = "Removing a snapshot";
        Id::from_str(id)
            .and_then(|id| self.store().remove(FileType::Snapshot, &id, true))
            .map_err(|error| self.failure(doing, &format!("snapshot {id}"), &error))
    }

    /// All snapshot files that can be read, oldest first.
    pub(crate) fn snapshot_files(&self, doing: &'static str) -> Result<Vec<SnapshotFile>> {
        self.snapshot_files_looking(doing, 5)
    }

    fn snapshot_files_looking(
        &self,
        doing: &'static str,
        looks_left: u32,
    ) -> Result<Vec<SnapshotFile>> {
        let mut snapshots = Vec::new();
        for id in self.snapshot_ids(doing)? {
            match self.load_snapshot(doing, id) {
                Ok(snapshot) => snapshots.push(snapshot),
                Err(error @ VaultError::Damaged { .. }) => {
                    tracing::warn!(%error, "a snapshot was left out");
                }
                // Removed since by another process, which may have written it anew with other tags.
                Err(VaultError::NoSuchSnapshot { .. }) if looks_left > 0 => {
                    return self.snapshot_files_looking(doing, looks_left - 1);
                }
                Err(VaultError::NoSuchSnapshot { id }) => {
                    tracing::warn!(id, "a snapshot that vanished was left out");
                }
                Err(error) => return Err(error),
            }
        }
        snapshots.sort_by(|a, b| a.time.cmp(&b.time).then_with(|| a.id.cmp(&b.id)));
        Ok(snapshots)
    }

    /// Every file of a snapshot with its node, sorted by path.
    pub(crate) fn file_nodes(&self, doing: &'static str, id: &str) -> Result<Vec<(String, Node)>> {
        let reader = self.reader(doing)?;
        let snapshot = self.snapshot_file(doing, id)?;
        let subject = format!("snapshot {}", snapshot.id.to_hex().as_str());
        guarded(doing, &subject, || {
            let fail = |error| self.failure(doing, &subject, &error);
            let root = reader
                .node_from_snapshot_and_path(&snapshot, "")
                .map_err(|error| fail(*error))?;
            let mut files = Vec::new();
            for item in reader
                .ls(&root, &LsOptions::default())
                .map_err(|error| fail(*error))?
            {
                let (path, node) = item.map_err(|error| fail(*error))?;
                if node.node_type == NodeType::File {
                    files.push((slashed(&path), node));
                }
            }
            files.sort_by(|a, b| a.0.cmp(&b.0));
            Ok(files)
        })
    }

    pub(crate) fn snapshot_file(&self, doing: &'static str, id: &str) -> Result<SnapshotFile> {
        let found = choose(&self.snapshot_ids(doing)?, id)?;
        self.load_snapshot(doing, found)
    }

    pub(crate) fn snapshot_ids(&self, doing: &'static str) -> Result<Vec<Id>> {
        self.store()
            .list(FileType::Snapshot)
            .map_err(|error| self.failure(doing, "snapshots", &error))
    }

    pub(crate) fn load_snapshot(&self, doing: &'static str, id: Id) -> Result<SnapshotFile> {
        let hex_id = id.to_hex().as_str().to_owned();
        let subject = format!("snapshot {hex_id}");
        let file = match self.store().read_full(FileType::Snapshot, &id) {
            Ok(file) => file,
            Err(error) => {
                return Err(match self.failure(doing, &subject, &error) {
                    // It was listed a moment ago and another process removed it since.
                    VaultError::Damaged { .. } => VaultError::NoSuchSnapshot { id: hex_id },
                    other => other,
                });
            }
        };
        if hex::encode(Sha256::digest(&file)) != hex_id {
            return Err(VaultError::damaged(
                doing,
                subject,
                "its content does not match its name",
            ));
        }
        let mut snapshot: SnapshotFile = self
            .secret()
            .decrypt(&file)
            .and_then(|plain| serde_json::from_slice(&plain).ok())
            .ok_or_else(|| VaultError::damaged(doing, subject, "it cannot be decrypted"))?;
        snapshot.id = SnapshotId::from(id);
        Ok(snapshot)
    }
}

/// The one id among `ids` that begins with `wanted`.
fn choose(ids: &[Id], wanted: &str) -> Result<Id> {
    let wanted = wanted.to_ascii_lowercase();
    let mut fits = ids
        .iter()
        .filter(|id| !wanted.is_empty() && id.to_hex().as_str().starts_with(&wanted));
    match (fits.next(), fits.count()) {
        (None, _) => Err(VaultError::NoSuchSnapshot { id: wanted }),
        (Some(id), 0) => Ok(*id),
        (Some(_), more) => Err(VaultError::AmbiguousSnapshot {
            id: wanted,
            count: more + 1,
        }),
    }
}

/// Reads a file of a snapshot through `reader`; a panic of the library becomes an error.
pub(crate) fn read_file(
    vault: &Path,
    reader: &Reader,
    trees: &Trees,
    doing: &'static str,
    snapshot: &SnapshotFile,
    path: &str,
) -> Result<Vec<u8>> {
    guarded(doing, path, || {
        let node = trees.file(vault, reader, doing, snapshot, path)?;
        let size = usize::try_from(node.meta.size).unwrap_or_default();
        // The size is a claim of the snapshot; a false one must not reserve all memory.
        let mut content = Vec::with_capacity(size.min(64 * 1024 * 1024));
        reader
            .dump(&node, &mut content)
            .map_err(|error| VaultError::store(doing, vault, path, &error))?;
        if content.len() as u64 != node.meta.size {
            return Err(VaultError::damaged(
                doing,
                path,
                format!("{} bytes where {} are due", content.len(), node.meta.size),
            ));
        }
        Ok(content)
    })
}

fn slashed(path: &Path) -> String {
    path.components()
        .filter_map(|part| match part {
            std::path::Component::Normal(name) => Some(name.to_string_lossy()),
            _ => None,
        })
        .collect::<Vec<_>>()
        .join("/")
}

fn record(snapshot: &SnapshotFile) -> SnapshotRecord {
    let summary = snapshot.summary.as_ref();
    SnapshotRecord {
        id: snapshot.id.to_hex().as_str().to_owned(),
        time: snapshot.time.timestamp(),
        label: snapshot.hostname.clone(),
        tags: snapshot.tags.iter().cloned().collect(),
        description: snapshot.description.clone(),
        files: summary.map_or(0, |summary| summary.total_files_processed),
        bytes: summary.map_or(0, |summary| summary.total_bytes_processed),
        bytes_added: summary.map_or(0, |summary| summary.data_added_packed),
    }
}
