//! What the next writer puts in order after one that was killed, or after a pack was lost.

use std::collections::{HashMap, HashSet};
use std::fs;
use std::time::Duration;

use rustic_core::repofile::{IndexFile, IndexId, PackId};
use rustic_core::{FileType, RepairIndexOptions};

use crate::error::Result;
use crate::snapshots::TAG;
use crate::vault::Vault;

const DOING: &str = "Tidying up after an interrupted write";
/// Half-written files are left alone for so long, in case another program is writing them.
const ABANDONED_AFTER: Duration = Duration::from_hours(1);

impl Vault {
    /// Takes up packs that were stored but not yet listed, so that their content is used again, and
    /// strikes out packs that are gone, so that their content is stored again; ends a change of
    /// tags that was cut short; removes half-written files. The caller holds the writer's lock.
    pub(crate) fn tidy_up(&self) -> Result<()> {
        self.remove_half_written();
        self.end_interrupted_retags()?;
        self.settle_index()
    }

    fn settle_index(&self) -> Result<()> {
        let repository = self.repository_over(DOING, self.store())?;
        let mut unlisted: HashMap<PackId, u32> = self
            .store()
            .list_with_size(FileType::Pack)
            .map_err(|error| self.failure(DOING, "data", &error))?
            .into_iter()
            .map(|(id, size)| (PackId::from(id), size))
            .collect();
        let on_disk = unlisted.clone();
        let mut lost = 0_usize;
        let mut cut_short = Vec::new();
        let mut in_use = HashSet::new();
        let mut with_marks = Vec::new();
        let indexes = repository
            .stream_files::<IndexFile>()
            .map_err(|error| self.failure(DOING, "the index", &error))?;
        for index in indexes {
            let (id, index) = index.map_err(|error| self.failure(DOING, "the index", &error))?;
            for pack in index.packs.iter().chain(&index.packs_to_delete) {
                unlisted.remove(&pack.id);
                match on_disk.get(&pack.id) {
                    Some(size) if *size == pack.pack_size() => {}
                    Some(_) => cut_short.push(*pack.id),
                    None => lost += 1,
                }
            }
            in_use.extend(index.packs.iter().map(|pack| pack.id));
            if !index.packs_to_delete.is_empty() {
                with_marks.push((id, index));
            }
        }
        self.end_interrupted_prune(&in_use, with_marks)?;
        if unlisted.is_empty() && lost == 0 && cut_short.is_empty() {
            return Ok(());
        }
        tracing::info!(
            unlisted = unlisted.len(),
            lost,
            cut_short = cut_short.len(),
            "the index is brought in line with the packs"
        );
        self.save_what_they_give(&cut_short)?;
        repository
            .repair_index(&RepairIndexOptions::default(), false)
            .map_err(|error| self.failure(DOING, "the index", &error))
    }

    /// A prune first lists the packs that are to go as marked, then takes back the lists in which
    /// they are still in use. Where it was cut short between the two, what the marked packs hold
    /// may not be anywhere else yet: the marks are taken back, and the next prune makes them anew.
    fn end_interrupted_prune(
        &self,
        in_use: &HashSet<PackId>,
        with_marks: Vec<(IndexId, IndexFile)>,
    ) -> Result<()> {
        for (id, mut index) in with_marks {
            let marks = index.packs_to_delete.len();
            index
                .packs_to_delete
                .retain(|pack| !in_use.contains(&pack.id));
            if index.packs_to_delete.len() == marks {
                continue;
            }
            if !index.packs.is_empty() || !index.packs_to_delete.is_empty() {
                self.save_file(DOING, FileType::Index, &index)?;
            }
            self.store()
                .remove(FileType::Index, &id, true)
                .map_err(|error| self.failure(DOING, "the index", &error))?;
        }
        Ok(())
    }

    /// A change of tags writes the new snapshot file and then removes the old one; between the two
    /// both are there.
    fn end_interrupted_retags(&self) -> Result<()> {
        let snapshots = self.snapshot_files(DOING)?;
        for newer in &snapshots {
            let Some(original) = newer.original.filter(|_| newer.tags.contains(TAG)) else {
                continue;
            };
            let superseded = snapshots.iter().find(|older| {
                older.id == original
                    && older.id != newer.id
                    && older.tree == newer.tree
                    && older.time == newer.time
            });
            if let Some(superseded) = superseded {
                self.remove_snapshot_file(superseded.id.to_hex().as_str())?;
            }
        }
        Ok(())
    }

    fn remove_half_written(&self) {
        if self.is_remote() {
            // How a remote place writes a file is its own matter.
            return;
        }
        let data = self.path().join("data");
        let folders = fs::read_dir(&data)
            .into_iter()
            .flatten()
            .flatten()
            .map(|item| item.path())
            .chain(["index", "snapshots", "locks", "keys"].map(|name| self.path().join(name)));
        for folder in folders {
            for item in fs::read_dir(folder).into_iter().flatten().flatten() {
                // What is written gets a name that ends so, and is renamed once it is whole.
                let half_written = item.file_name().to_string_lossy().ends_with("-tmp-");
                let abandoned = item
                    .metadata()
                    .and_then(|metadata| metadata.modified())
                    .ok()
                    .and_then(|modified| modified.elapsed().ok())
                    .is_some_and(|age| age > ABANDONED_AFTER);
                if half_written && abandoned {
                    // It takes up space and does no other harm; the next writer tries again.
                    let _ = fs::remove_file(item.path());
                }
            }
        }
    }
}
