//! Putting damage right from another copy.
//!
//! What a damaged pack still gives is copied into a new one; then the damaged pack is struck from
//! the index, and what it no longer gave is written again: lists of files and contents from another
//! vault, contents from files that the caller has. Every piece is named by the SHA-256 of its
//! content, so nothing can be put in the place of something else, and the snapshots keep their ids.
//! Nothing is taken away before what it gave is somewhere else; a mending that was cut short is
//! simply done again.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};
use std::str::FromStr;
use std::sync::Arc;

use bytes::Bytes;
use jiff::Timestamp;
use rustic_core::repofile::{IndexFile, SnapshotFile, SnapshotId};
use rustic_core::{BackupOptions, FileType, Id, ParentOptions, WriteBackend};

use super::blobs::{BlobMap, open};
use super::packs::PackWriter;
use super::part::{BadPacks, hex_of};
use super::quiet::WithoutSnapshots;
use super::walk::{self, Hit};
use super::{Damage, Damaged, HitFile};
use crate::attend::Attendance;
use crate::entry::{Content, Entry};
use crate::error::{Result, VaultError};
use crate::gate::{Gate, GatedBackend};
use crate::ledger::Ledger;
use crate::progress::{Progress, WriteProgress};
use crate::source::EntrySource;
use crate::vault::Vault;
use crate::writer_lock::WriterLock;

const DOING: &str = "Mending the vault";
/// What is damaged for good is kept aside here; restic does not look at it.
const ASIDE: &str = "damaged";
/// Contents are taken from the caller until there are so many bytes, and then written.
const AT_ONCE: u64 = 32 * 1024 * 1024;

/// What a mending achieved.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct MendReport {
    /// Files that could not be read and can be read again.
    pub mended: Vec<HitFile>,
    /// Files that still cannot be read: nobody had their content.
    pub lost: Vec<HitFile>,
    /// Snapshots whose list was damaged and was taken from another vault: the old id and the new.
    pub snapshots: Vec<(String, String)>,
    /// Snapshots whose list is damaged and which no other vault has. Their files are left as they
    /// are; moving them out of `snapshots/` gives them up.
    pub lost_snapshots: Vec<String>,
    /// Packs and index files that were replaced.
    pub replaced: u64,
}

/// Gives the content of a file as it should be, or `None`.
type Give<'a> = &'a (dyn Fn(&HitFile) -> Option<Vec<u8>> + Sync);

impl Vault {
    /// Puts right what [`Self::check_part`] found. `content` is asked for the content of files that
    /// are hit, from a thread of its own and once for the same file in several snapshots; what it
    /// gives is held against the hash of what was lost. Before it, `others` are asked: vaults that
    /// these snapshots were copied to or from. Each damage is looked at again first, so a report
    /// that is out of date does no harm. Progress counts damages.
    ///
    /// A damaged key is not put right: add the password again ([`Self::add_password`]) and move the
    /// file out of `keys/`.
    ///
    /// # Errors
    /// `Locked` while anybody else works on the vault, `Cancelled`, `DiskFull`, `Io`. That some files
    /// stay lost is no error.
    pub fn mend(
        &self,
        damages: &[Damage],
        others: &[&Self],
        content: &(dyn Fn(&HitFile) -> Option<Vec<u8>> + Sync),
        progress: &dyn WriteProgress,
        cancelled: &dyn Fn() -> bool,
    ) -> Result<MendReport> {
        let _lock = WriterLock::exclusive(self)?;
        let gate = Arc::new(Gate::default());
        let subject = self.path().display().to_string();
        let attendance = Attendance {
            operation: DOING,
            subject: &subject,
            progress,
            cancelled,
        };
        let position = || Progress {
            files: damages.len() as u64,
            ..Progress::default()
        };
        attendance.run(&position, &|| gate.cancel(), || {
            let mut report = MendReport::default();
            let map = BlobMap::read(self, DOING)?;
            let bad = self.bad_packs(damages, &map)?;
            let snapshots = self.snapshots_into(DOING, &mut Vec::new())?;
            let hit = walk::missing(self, DOING, &map, &bad.lost(&map), &snapshots)?;
            let mut hit: BTreeSet<HitFile> = hit.into_iter().map(|hit| hit.file).collect();
            self.put_indexes_aside(&map, damages, &mut report)?;
            self.replace_packs(&map, &bad, &mut report)?;
            drop(map);
            // With them in place, the tidying up would take them for whole.
            for pack in bad.why.keys() {
                let name = hex_of(pack);
                self.put_aside(&format!("data/{}/{name}", &name[..2]), &name)?;
            }
            self.tidy_up()?;
            let lists = self.lists_elsewhere(damages, others, &mut report)?;
            let found = self.mend_from_vaults(others, &lists, &gate)?;
            hit.extend(
                found
                    .into_iter()
                    .filter(|file| !lists.iter().any(|list| hex_of(&list.id) == file.snapshot)),
            );
            self.mend_from_files(content, &lists, &gate)?;
            self.take_lists(lists, &mut report)?;
            let lost: BTreeSet<HitFile> = self.hits(&[])?.into_iter().map(|hit| hit.file).collect();
            if lost.is_empty() {
                for pack in bad.why.keys() {
                    self.remove_raw(&format!("{ASIDE}/{}", hex_of(pack)))?;
                }
            }
            report.mended = hit.difference(&lost).cloned().collect();
            report.lost = lost.into_iter().collect();
            Ok(report)
        })
    }

    /// Takes damaged index files away. What they said is read from the packs by the tidying up that
    /// follows.
    fn put_indexes_aside(
        &self,
        map: &BlobMap,
        damages: &[Damage],
        report: &mut MendReport,
    ) -> Result<()> {
        for (id, _) in &map.broken {
            let name = hex_of(id);
            if damages
                .iter()
                .any(|damage| damage.what == Damaged::Index && damage.id == name)
            {
                self.put_aside(&format!("index/{name}"), &name)?;
                report.replaced += 1;
            }
        }
        Ok(())
    }

    /// What is missing to the snapshots of this vault, and to `lists`.
    fn hits(&self, lists: &[SnapshotFile]) -> Result<Vec<Hit>> {
        let map = BlobMap::read(self, DOING)?;
        let mut snapshots = self.snapshots_into(DOING, &mut Vec::new())?;
        snapshots.extend(lists.iter().cloned());
        walk::missing(self, DOING, &map, &HashSet::new(), &snapshots)
    }

    /// The packs among `damages` that are bad indeed.
    fn bad_packs(&self, damages: &[Damage], map: &BlobMap) -> Result<BadPacks> {
        let mut bad = BadPacks::default();
        for damage in damages {
            if damage.what == Damaged::Pack
                && let Ok(pack) = Id::from_str(&damage.id)
            {
                self.read_pack(DOING, map, &pack, &mut bad)?;
            }
        }
        Ok(bad)
    }

    /// Copies what packs of a wrong size still give into new ones: before they are struck from the
    /// index, which alone knows where in them it lies.
    pub(crate) fn save_what_they_give(&self, packs: &[Id]) -> Result<()> {
        if packs.is_empty() {
            return Ok(());
        }
        let map = BlobMap::read(self, DOING)?;
        let mut bad = BadPacks::default();
        for pack in packs {
            self.read_pack(DOING, &map, pack, &mut bad)?;
        }
        self.copy_good_pieces(&map, &bad)
    }

    fn copy_good_pieces(&self, map: &BlobMap, bad: &BadPacks) -> Result<()> {
        let mut writer = PackWriter::new(self, DOING);
        for (pack, lost) in &bad.pieces {
            let Ok(file) = self.store().read_full(FileType::Pack, pack) else {
                continue;
            };
            for piece in map.packs.get(pack).into_iter().flatten() {
                let from = piece.offset as usize;
                let sealed = file.get(from..from + piece.length as usize);
                if let Some(sealed) = sealed.filter(|_| !lost.contains(&piece.id))
                    && open(self, piece, sealed).is_some()
                {
                    writer.add_sealed(piece, sealed)?;
                }
            }
        }
        writer.finish().map(|_| ())
    }

    /// Copies what bad packs still give into new ones, and strikes the bad ones from the index.
    fn replace_packs(&self, map: &BlobMap, bad: &BadPacks, report: &mut MendReport) -> Result<()> {
        if bad.why.is_empty() {
            return Ok(());
        }
        self.copy_good_pieces(map, bad)?;
        report.replaced += bad.why.len() as u64;
        let repository = self.repository_over(DOING, self.store())?;
        let indexes: Vec<(Id, IndexFile)> = repository
            .stream_files::<IndexFile>()
            .map_err(|error| self.failure(DOING, "the index", &error))?
            .map(|index| {
                index
                    .map(|(id, index)| (*id, index))
                    .map_err(|error| self.failure(DOING, "the index", &error))
            })
            .collect::<Result<_>>()?;
        for (id, mut index) in indexes {
            let packs = index.packs.len() + index.packs_to_delete.len();
            index.packs.retain(|pack| !bad.why.contains_key(&*pack.id));
            index
                .packs_to_delete
                .retain(|pack| !bad.why.contains_key(&*pack.id));
            let left = index.packs.len() + index.packs_to_delete.len();
            if left == packs {
                continue;
            }
            if left > 0 {
                self.save_file(DOING, FileType::Index, &index)?;
            }
            self.store()
                .remove(FileType::Index, &id, true)
                .map_err(|error| self.failure(DOING, "the index", &error))?;
        }
        Ok(())
    }

    /// Writes again what other vaults have of what is missing. A list of files that comes back shows
    /// what else is missing below it, so this goes on until nothing more is found. Returns all that
    /// turned out to be hit.
    fn mend_from_vaults(
        &self,
        others: &[&Self],
        lists: &[SnapshotFile],
        gate: &Gate,
    ) -> Result<BTreeSet<HitFile>> {
        let mut seen = BTreeSet::new();
        if others.is_empty() {
            return Ok(seen);
        }
        let maps: Vec<(&Self, BlobMap)> = others
            .iter()
            .map(|other| Ok((*other, BlobMap::read(other, DOING)?)))
            .collect::<Result<_>>()?;
        loop {
            let hits = self.hits(lists)?;
            let pieces: BTreeMap<Id, bool> = hits.iter().map(|hit| (hit.piece, hit.tree)).collect();
            seen.extend(hits.into_iter().map(|hit| hit.file));
            let mut writer = PackWriter::new(self, DOING);
            for (piece, tree) in pieces {
                if gate.is_closed() {
                    return Err(VaultError::Cancelled { operation: DOING });
                }
                for (other, map) in &maps {
                    if let Some(content) = map.content(other, DOING, &piece)? {
                        writer.add(piece, tree, &content)?;
                        break;
                    }
                }
            }
            if writer.finish()? == 0 {
                return Ok(seen);
            }
        }
    }

    /// Writes again the contents that the caller has. Each is cut into pieces as it was at first, and
    /// those pieces that the index does not have are stored.
    fn mend_from_files(
        &self,
        content: Give<'_>,
        lists: &[SnapshotFile],
        gate: &Arc<Gate>,
    ) -> Result<()> {
        let mut wanted: HashMap<Id, Vec<HitFile>> = HashMap::new();
        for hit in self.hits(lists)? {
            if !hit.tree {
                wanted.entry(hit.piece).or_default().push(hit.file);
            }
        }
        let mut asked = HashSet::new();
        let mut given = HashSet::new();
        let mut batch = Vec::new();
        let mut bytes = 0;
        for files in wanted.into_values() {
            for file in files {
                if gate.is_closed() {
                    return Err(VaultError::Cancelled { operation: DOING });
                }
                // A file that misses several pieces is asked for once.
                if given.contains(&file) {
                    break;
                }
                if asked.insert(file.clone())
                    && let Some(content) = content(&file)
                {
                    bytes += content.len() as u64;
                    batch.push(content);
                    given.insert(file);
                    break;
                }
            }
            if bytes >= AT_ONCE {
                self.store_contents(std::mem::take(&mut batch), gate)?;
                bytes = 0;
            }
        }
        self.store_contents(batch, gate)
    }

    fn store_contents(&self, contents: Vec<Vec<u8>>, gate: &Arc<Gate>) -> Result<()> {
        if contents.is_empty() {
            return Ok(());
        }
        let entries: Vec<Entry> = contents
            .into_iter()
            .enumerate()
            .map(|(number, content)| Entry {
                path: format!("{number:08}"),
                modified: Timestamp::UNIX_EPOCH,
                size: content.len() as u64,
                content: Content::Bytes(content.into()),
            })
            .collect();
        let ledger = Arc::new(Ledger::new(
            entries
                .iter()
                .map(|entry| (entry.path.as_str(), entry.size)),
        ));
        let fetch = |content: &Content| match content {
            Content::Bytes(bytes) => Ok(bytes.clone()),
            _ => Ok(Bytes::new()),
        };
        let source = EntrySource::new(
            entries,
            Timestamp::UNIX_EPOCH,
            gate.clone(),
            ledger,
            Box::new(fetch),
        )?;
        let gated: Arc<dyn WriteBackend> = Arc::new(GatedBackend {
            inner: Arc::new(WithoutSnapshots(self.store().clone())),
            gate: gate.clone(),
            ledger: None,
            path: self.path().to_path_buf(),
            operation: DOING,
        });
        if gate.is_cancelled() {
            return Err(VaultError::Cancelled { operation: DOING });
        }
        let repository = self
            .repository_over(DOING, &gated)?
            .to_indexed_ids()
            .map_err(|error| self.failure(DOING, "the index", &error))?;
        let options = BackupOptions::default()
            .no_scan(true)
            .parent_opts(ParentOptions::default().force(true));
        let root = [std::path::PathBuf::from("/")];
        let archived = repository.archive(&options, &source, SnapshotFile::default(), &root);
        match (gate.take_failure(), archived) {
            (Some(failure), _) => Err(failure),
            (None, Err(_)) if gate.is_cancelled() => {
                Err(VaultError::Cancelled { operation: DOING })
            }
            (None, Err(error)) => Err(self.failure(DOING, "the vault", &error)),
            (None, Ok(_)) => Ok(()),
        }
    }

    /// Damaged lists of snapshots as other vaults have them, under the ids they have here.
    fn lists_elsewhere(
        &self,
        damages: &[Damage],
        others: &[&Self],
        report: &mut MendReport,
    ) -> Result<Vec<SnapshotFile>> {
        let mut unread = Vec::new();
        self.snapshots_into(DOING, &mut unread)?;
        unread.retain(|one| {
            damages
                .iter()
                .any(|damage| damage.what == Damaged::Snapshot && damage.id == one.id)
        });
        let mut lists = Vec::new();
        for one in unread {
            let mut list = None;
            for other in others {
                list = other
                    .snapshot_files(DOING)?
                    .into_iter()
                    .find(|snapshot| {
                        hex_of(&snapshot.id) == one.id
                            || snapshot
                                .original
                                .is_some_and(|first| hex_of(&first) == one.id)
                    })
                    .or(list);
            }
            match (list, SnapshotId::from_str(&one.id)) {
                (Some(mut list), Ok(id)) => {
                    list.original = list.original.or(Some(list.id));
                    list.id = id;
                    lists.push(list);
                }
                _ => report.lost_snapshots.push(one.id),
            }
        }
        Ok(lists)
    }

    /// Writes lists of snapshots in the place of damaged ones, where what they list is there.
    fn take_lists(&self, lists: Vec<SnapshotFile>, report: &mut MendReport) -> Result<()> {
        let map = BlobMap::read(self, DOING)?;
        for mut list in lists {
            let old = hex_of(&list.id);
            if map.content(self, DOING, &list.tree)?.is_none() {
                report.lost_snapshots.push(old);
                continue;
            }
            list.id = SnapshotId::default();
            let new = self.save_snapshot(DOING, &list)?;
            self.remove_snapshot_file(&old)?;
            report.snapshots.push((old, new));
        }
        Ok(())
    }

    fn put_aside(&self, path: &str, name: &str) -> Result<()> {
        let files = self.raw_files();
        let fail = |error| self.raw_failure(path, error);
        match files.get(path) {
            Ok(content) => files
                .put(&format!("{ASIDE}/{name}"), &content)
                .map_err(fail)?,
            // What is gone, or cannot be read at all, cannot be kept.
            Err(error) => tracing::warn!(path, %error, "a damaged file could not be kept aside"),
        }
        files.remove(path).map_err(fail)
    }

    fn remove_raw(&self, path: &str) -> Result<()> {
        self.raw_files()
            .remove(path)
            .map_err(|error| self.raw_failure(path, error))
    }

    fn raw_failure(&self, path: &str, error: std::io::Error) -> VaultError {
        VaultError::io(DOING, &self.path().join(path), error)
    }
}
