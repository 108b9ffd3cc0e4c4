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
use crate::proof::{BlobMap, Hit, WithoutSnapshots, missing};
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
            let snapshots = ids
                .iter()
                .map(|id| from.snapshot_file(DOING, id))
                .collect::<Result<Vec<_>>>()?;
            let mut there = to.snapshot_files(DOING)?;
            let wanted: Vec<SnapshotFile> = snapshots
                .iter()
                .filter(|snapshot| !there.iter().any(|there| is_copy(there, snapshot)))
                .cloned()
                .collect();
            // All at once spares reading the index there again for each. Where one is damaged, the
            // others are brought one by one.
            let brought = to.bring(from, &wanted, &gate);
            let one_by_one = wanted.len() > 1 && matches!(brought, Err(VaultError::Damaged { .. }));
            let mut gaps = if one_by_one { Vec::new() } else { brought? };
            let mut copied: Vec<CopiedSnapshot> = Vec::new();
            for snapshot in &snapshots {
                let from_id = hex_of(snapshot);
                if let Some(twice) = copied.iter().find(|copy| copy.from == from_id) {
                    let twice = CopiedSnapshot {
                        was_there: true,
                        ..twice.clone()
                    };
                    copied.push(twice);
                    done.fetch_add(1, Ordering::Relaxed);
                    continue;
                }
                let copy = if let Some(found) = to.copy_of(&mut there, snapshot)? {
                    to.take_on_tags(found, snapshot)?
                } else {
                    if one_by_one {
                        gaps = to.bring(from, std::slice::from_ref(snapshot), &gate)?;
                    }
                    to.list_copy(snapshot, &gaps)?
                };
                copied.push(copy);
                done.fetch_add(1, Ordering::Relaxed);
            }
            Ok(copied)
        })
    }

    /// The copy of a snapshot in this vault. Of several, which a change of tags leaves when it is cut
    /// short, the one with the right tags stays.
    fn copy_of(
        &self,
        there: &mut Vec<SnapshotFile>,
        snapshot: &SnapshotFile,
    ) -> Result<Option<SnapshotFile>> {
        let (mut copies, others): (Vec<_>, Vec<_>) = std::mem::take(there)
            .into_iter()
            .partition(|there| is_copy(there, snapshot));
        *there = others;
        let same = copies.iter().position(|copy| copy.tags == snapshot.tags);
        let Some(found) = same.or((!copies.is_empty()).then_some(0)) else {
            return Ok(None);
        };
        let found = copies.swap_remove(found);
        for double in copies {
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

    /// Brings the content of snapshots that is not here yet, and looks whether all of it is here
    /// then: the library passes over pieces that the index it copies from does not name.
    fn bring(&self, from: &Self, snapshots: &[SnapshotFile], gate: &Arc<Gate>) -> Result<Vec<Hit>> {
        if snapshots.is_empty() {
            return Ok(Vec::new());
        }
        let subject = match snapshots {
            [one] => format!("snapshot {}", hex_of(one)),
            several => format!("one of {} snapshots", several.len()),
        };
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
                .copy(&there, snapshots)
                .map_err(|error| from.failure(DOING, &subject, &error))
        });
        if let Some(failure) = gate.take_failure() {
            return Err(failure);
        }
        if gate.is_cancelled() {
            return Err(VaultError::Cancelled { operation: DOING });
        }
        brought?;
        let map = BlobMap::read(self, DOING)?;
        missing(self, DOING, &map, &HashSet::new(), snapshots)
    }

    /// Writes the list of a snapshot whose content is here.
    fn list_copy(&self, snapshot: &SnapshotFile, gaps: &[Hit]) -> Result<CopiedSnapshot> {
        let from = hex_of(snapshot);
        let mut gaps = gaps.iter().filter(|gap| gap.file.snapshot == from);
        if let Some(gap) = gaps.next() {
            return Err(VaultError::Incomplete {
                detail: format!(
                    "{} could not be copied, and {} more",
                    gap.file.path,
                    gaps.count()
                ),
            });
        }
        let mut copy = snapshot.clone();
        copy.original = Some(first_id(snapshot));
        copy.parent = None;
        copy.parents = Vec::new();
        copy.id = SnapshotId::default();
        Ok(CopiedSnapshot {
            from,
            to: self.save_snapshot(DOING, &copy)?,
            was_there: false,
        })
    }
}

fn is_copy(there: &SnapshotFile, snapshot: &SnapshotFile) -> bool {
    first_id(there) == first_id(snapshot)
        && there.tree == snapshot.tree
        && there.time == snapshot.time
}

/// The id by which a snapshot is known wherever it is copied to.
fn first_id(snapshot: &SnapshotFile) -> SnapshotId {
    snapshot.original.unwrap_or(snapshot.id)
}

fn hex_of(snapshot: &SnapshotFile) -> String {
    snapshot.id.to_hex().as_str().to_owned()
}
