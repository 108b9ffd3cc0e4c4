//! Copying snapshots from one vault to another, wherever both lie.
//!
//! Content travels in pieces and only what the other vault does not have, encrypted there with its
//! own key. The list of a snapshot is written last, once all its pieces were found there; a copying
//! that was cut short finds what it already brought.

use std::collections::HashSet;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use rustic_core::WriteBackend;
use rustic_core::repofile::{SnapshotFile, SnapshotId};

use crate::attend::{Attendance, apart};
use crate::error::{Result, VaultError};
use crate::gate::{Gate, GatedBackend};
use crate::progress::{Progress, WriteProgress};
use crate::proof::{BlobMap, WithoutSnapshots, missing};
use crate::vault::Vault;
use crate::writer_lock::WriterLock;

const DOING: &str = "Copying snapshots";

/// A snapshot that is in both vaults.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CopiedSnapshot {
    /// Its id in the vault it was copied from.
    pub from: String,
    /// Its id in the vault it was copied to.
    pub to: String,
    /// Whether it was there before.
    pub was_there: bool,
}

impl Vault {
    /// Copies snapshots of `from` to `to`, in the order given. Time, tags, note and paths stay; the id
    /// there is another, and the first id stays in the field `original`, as restic keeps it. One that
    /// is already there is passed over, or takes on the tags it has in `from`. Progress counts
    /// snapshots.
    ///
    /// # Errors
    /// `Locked` where somebody else writes to `to`; `NoSuchSnapshot`, `AmbiguousSnapshot`; `Damaged`
    /// or `Incomplete` where `from` cannot give all of a snapshot, which is then not in `to`;
    /// `Cancelled`, `DiskFull`, `Io`. Snapshots copied until then stay.
    pub fn copy_snapshots(
        from: &Self,
        to: &Self,
        ids: &[String],
        progress: &dyn WriteProgress,
        cancelled: &dyn Fn() -> bool,
    ) -> Result<Vec<CopiedSnapshot>> {
        let _lock = WriterLock::acquire(to)?;
        let gate = Arc::new(Gate::default());
        let done = AtomicU64::new(0);
        let subject = to.path().display().to_string();
        let attendance = Attendance {
            operation: DOING,
            subject: &subject,
            progress,
            cancelled,
        };
        let position = || Progress {
            files_done: done.load(Ordering::Relaxed),
            files: ids.len() as u64,
            ..Progress::default()
        };
        attendance.run(&position, &|| gate.cancel(), || {
            to.tidy_up()?;
            let mut copied = Vec::new();
            for id in ids {
                let snapshot = from.snapshot_file(DOING, id)?;
                let copy = match to.copy_of(&snapshot)? {
                    Some(there) => to.take_on_tags(there, &snapshot)?,
                    None => to.fetch_snapshot(from, &snapshot, &gate)?,
                };
                copied.push(copy);
                done.fetch_add(1, Ordering::Relaxed);
            }
            Ok(copied)
        })
    }

    /// The copy of a snapshot in this vault. Of several, which a change of tags leaves when it is cut
    /// short, the one with the right tags stays.
    fn copy_of(&self, snapshot: &SnapshotFile) -> Result<Option<SnapshotFile>> {
        let first = first_id(snapshot);
        let mut there = self.snapshot_files(DOING)?;
        there.retain(|there| {
            first_id(there) == first && there.tree == snapshot.tree && there.time == snapshot.time
        });
        let same = there.iter().position(|there| there.tags == snapshot.tags);
        let Some(found) = same.or((!there.is_empty()).then_some(0)) else {
            return Ok(None);
        };
        let found = there.swap_remove(found);
        for double in there {
            self.remove_snapshot_file(&hex_of(&double))?;
        }
        Ok(Some(found))
    }

    fn take_on_tags(
        &self,
        mut there: SnapshotFile,
        snapshot: &SnapshotFile,
    ) -> Result<CopiedSnapshot> {
        let old = hex_of(&there);
        let mut to = old.clone();
        if there.tags != snapshot.tags {
            there.original = Some(first_id(&there));
            there.tags = snapshot.tags.clone();
            there.id = SnapshotId::default();
            to = self.save_snapshot(DOING, &there)?;
            self.remove_snapshot_file(&old)?;
        }
        Ok(CopiedSnapshot {
            from: hex_of(snapshot),
            to,
            was_there: true,
        })
    }

    fn fetch_snapshot(
        &self,
        from: &Self,
        snapshot: &SnapshotFile,
        gate: &Arc<Gate>,
    ) -> Result<CopiedSnapshot> {
        let subject = format!("snapshot {}", hex_of(snapshot));
        let reader = from.reader(DOING)?;
        let gated: Arc<dyn WriteBackend> = Arc::new(GatedBackend {
            inner: Arc::new(WithoutSnapshots(self.store().clone())),
            gate: gate.clone(),
            ledger: None,
            path: self.path().to_path_buf(),
            operation: DOING,
        });
        let brought = apart(DOING, &subject, || {
            let there = self
                .repository_over(DOING, &gated)?
                .to_indexed_ids()
                .map_err(|error| self.failure(DOING, "the index", &error))?;
            reader
                .copy(&there, [snapshot])
                .map_err(|error| from.failure(DOING, &subject, &error))
        });
        match (gate.take_failure(), brought) {
            (Some(failure), _) => return Err(failure),
            (None, Err(_)) if gate.is_cancelled() => {
                return Err(VaultError::Cancelled { operation: DOING });
            }
            (None, brought) => brought?,
        }
        if gate.is_cancelled() {
            return Err(VaultError::Cancelled { operation: DOING });
        }
        let mut copy = snapshot.clone();
        copy.original = Some(first_id(snapshot));
        copy.parent = None;
        copy.parents = Vec::new();
        // The library passes over pieces that the index it copies from does not name.
        let map = BlobMap::read(self, DOING)?;
        let gaps = missing(
            self,
            DOING,
            &map,
            &HashSet::new(),
            std::slice::from_ref(&copy),
        )?;
        if let Some(gap) = gaps.first() {
            return Err(VaultError::Incomplete {
                detail: format!(
                    "{} files or folders could not be copied, the first is {}",
                    gaps.len(),
                    gap.file.path
                ),
            });
        }
        copy.id = SnapshotId::default();
        Ok(CopiedSnapshot {
            from: hex_of(snapshot),
            to: self.save_snapshot(DOING, &copy)?,
            was_there: false,
        })
    }
}

/// The id by which a snapshot is known wherever it is copied to.
fn first_id(snapshot: &SnapshotFile) -> SnapshotId {
    snapshot.original.unwrap_or(snapshot.id)
}

fn hex_of(snapshot: &SnapshotFile) -> String {
    snapshot.id.to_hex().as_str().to_owned()
}
