//! Writing a snapshot: all of it, or none.

use std::collections::HashMap;
use std::path::Path;
use std::sync::Arc;

use bytes::Bytes;
use rustic_core::repofile::{SnapshotFile, StringList};
use rustic_core::{BackupOptions, ParentOptions, WriteBackend};

use crate::attend::Attendance;
use crate::entry::{Content, Entry, NewSnapshot, in_order};
use crate::error::{Result, VaultError};
use crate::gate::{Gate, GatedBackend};
use crate::ledger::Ledger;
use crate::progress::{Progress, WriteProgress};
use crate::snapshots::{TAG, read_file};
use crate::source::{EntrySource, Fetch};
use crate::trees::Trees;
use crate::vault::{Reader, Vault};
use crate::writer_lock::WriterLock;

const DOING: &str = "Writing the snapshot";

/// A snapshot that was written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Written {
    /// Its id, 64 hexadecimal digits.
    pub id: String,
    /// Files in it.
    pub files: u64,
    /// Bytes of their contents.
    pub bytes: u64,
    /// Bytes by which the vault grew, after deduplication and compression.
    pub bytes_added: u64,
}

impl Vault {
    /// Writes a snapshot of `entries`. Every content is read and hashed; what the vault already
    /// holds is not stored again. Either the snapshot is there with every entry in it, or an error
    /// says why it is not.
    ///
    /// `progress` and `cancelled` are called on the calling thread.
    ///
    /// # Errors
    /// `InvalidEntry`, `Locked`, `ContentUnreadable` (an entry's content is missing, damaged or of
    /// another size), `DiskFull`, `Io`, `Incomplete`, `Cancelled`, `Damaged`.
    pub fn write(
        &self,
        new: &NewSnapshot,
        entries: Vec<Entry>,
        progress: &dyn WriteProgress,
        cancelled: &dyn Fn() -> bool,
    ) -> Result<Written> {
        let entries = in_order(entries)?;
        if entries.is_empty() {
            return Err(VaultError::InvalidEntry {
                path: String::new(),
                reason: "a snapshot holds at least one file",
            });
        }
        let _lock = WriterLock::acquire(self)?;
        let gate = Arc::new(Gate::default());
        let ledger = Arc::new(Ledger::new(
            entries
                .iter()
                .map(|entry| (entry.path.as_str(), entry.size)),
        ));
        let subject = self.path().display().to_string();
        let attendance = Attendance {
            operation: DOING,
            subject: &subject,
            progress,
            cancelled,
        };
        let position = || Progress {
            files_done: ledger.files_read(),
            files: ledger.files(),
            bytes_done: ledger.bytes_read(),
            bytes: ledger.bytes(),
        };
        attendance.run(&position, &|| gate.cancel(), || {
            self.tidy_up()?;
            let written = self.write_entries(new, entries, &gate, &ledger);
            match written {
                // What the closed gate refused looks like something that cannot be read.
                Err(VaultError::Damaged { .. }) if gate.is_cancelled() => {
                    Err(VaultError::Cancelled { operation: DOING })
                }
                written => written,
            }
        })
    }

    fn write_entries(
        &self,
        new: &NewSnapshot,
        entries: Vec<Entry>,
        gate: &Arc<Gate>,
        ledger: &Arc<Ledger>,
    ) -> Result<Written> {
        let gated: Arc<dyn WriteBackend> = Arc::new(GatedBackend {
            inner: self.store().clone(),
            gate: gate.clone(),
            ledger: Some(ledger.clone()),
            path: self.path().to_path_buf(),
            operation: DOING,
        });
        let repository = self
            .repository_over(DOING, &gated)?
            .to_indexed()
            .map_err(|error| self.failure(DOING, "the index", &error))?;
        let origins = self.origins(&entries)?;
        let source = EntrySource::new(
            entries,
            new.time,
            gate.clone(),
            ledger.clone(),
            fetch(self.path(), self.reader(DOING)?, self.trees(), origins),
        )?;
        let options = BackupOptions::default()
            .no_scan(true)
            // No parent: its shortcut by time and size would keep old content.
            .parent_opts(ParentOptions::default().force(true));
        let archived = repository.archive(&options, &source, head(new), &[Path::new("/").into()]);
        let snapshot = match archived {
            Ok(snapshot) => snapshot,
            Err(error) => {
                return Err(match gate.take_failure() {
                    Some(failure) => failure,
                    None if gate.is_cancelled() => VaultError::Cancelled { operation: DOING },
                    None => self.failure(DOING, "the vault", &error),
                });
            }
        };
        let id = snapshot.id.to_hex().as_str().to_owned();
        let summary = snapshot.summary.clone().unwrap_or_default();
        if let Some(detail) = difference(ledger, &summary) {
            self.remove_snapshot_file(&id)?;
            return Err(gate
                .take_failure()
                .unwrap_or(VaultError::Incomplete { detail }));
        }
        Ok(Written {
            id,
            files: summary.total_files_processed,
            bytes: summary.total_bytes_processed,
            bytes_added: summary.data_added_packed,
        })
    }

    /// The snapshots that entries are carried over from, each looked up once.
    fn origins(&self, entries: &[Entry]) -> Result<HashMap<String, SnapshotFile>> {
        let mut origins = HashMap::new();
        for entry in entries {
            if let Content::FromSnapshot { snapshot, .. } = &entry.content
                && !origins.contains_key(snapshot)
            {
                let found = self.snapshot_file(DOING, snapshot)?;
                origins.insert(snapshot.clone(), found);
            }
        }
        Ok(origins)
    }
}

/// What the library's own count and the ledger disagree on.
fn difference(ledger: &Ledger, summary: &rustic_core::repofile::SnapshotSummary) -> Option<String> {
    ledger.gap().or_else(|| {
        let stored = (summary.total_files_processed, summary.total_bytes_processed);
        let given = (ledger.files(), ledger.bytes());
        (stored != given).then(|| {
            format!(
                "{} files with {} bytes were given, {} files with {} bytes were stored",
                given.0, given.1, stored.0, stored.1
            )
        })
    })
}

fn head(new: &NewSnapshot) -> SnapshotFile {
    SnapshotFile {
        time: new.time.to_zoned(jiff::tz::TimeZone::UTC),
        hostname: new.label.clone(),
        description: new.description.clone(),
        program_version: concat!("waybill ", env!("CARGO_PKG_VERSION")).to_owned(),
        tags: tag_list(&new.tags),
        ..SnapshotFile::default()
    }
}

/// Tags as the format keeps them, Waybill's own among them.
pub(crate) fn tag_list(tags: &[String]) -> StringList {
    let mut list = StringList::default();
    list.add(TAG.to_owned());
    for tag in tags {
        list.add(tag.clone());
    }
    list
}

/// How contents are fetched while a snapshot is written.
fn fetch(
    vault: &Path,
    reader: Arc<Reader>,
    trees: Arc<Trees>,
    origins: HashMap<String, SnapshotFile>,
) -> Box<Fetch> {
    let vault = vault.to_path_buf();
    Box::new(move |content| match content {
        Content::Bytes(bytes) => Ok(bytes.clone()),
        Content::Staged(key, staging) => {
            staging
                .get(key)?
                .map(Bytes::from)
                .ok_or_else(|| VaultError::ContentUnreadable {
                    path: key.clone(),
                    detail: "it is not in the staging, or is damaged there".to_owned(),
                })
        }
        Content::FromSnapshot { snapshot, path } => {
            let origin = origins
                .get(snapshot)
                .ok_or_else(|| VaultError::NoSuchSnapshot {
                    id: snapshot.clone(),
                })?;
            read_file(&vault, &reader, &trees, DOING, origin, path).map(Bytes::from)
        }
    })
}
