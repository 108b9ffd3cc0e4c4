//! Checking a part of the vault with all its data, and naming the files that damage hits.

use std::collections::{BTreeMap, BTreeSet, HashSet};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use rustic_core::repofile::SnapshotFile;
use rustic_core::{FileType, Id};

use super::blobs::{BlobMap, Content, list, open, read_whole};
use super::{Damage, Damaged, walk};
use crate::attend::Attendance;
use crate::error::{Result, VaultError};
use crate::gate::Gate;
use crate::progress::{Progress, WriteProgress};
use crate::vault::Vault;

const DOING: &str = "Checking a part of the vault";

/// What a check of a part found.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct PartReport {
    /// The part that was read, from 1.
    pub part: u32,
    /// Into how many parts the packs were divided.
    pub of: u32,
    /// Packs read.
    pub packs_read: u64,
    /// Packs in all.
    pub packs: u64,
    /// Bytes of packs read.
    pub bytes_read: u64,
    /// Snapshots looked at.
    pub snapshots: u64,
    /// What is damaged. Empty: all that was read is whole, and nothing is missing.
    pub damages: Vec<Damage>,
}

impl PartReport {
    /// Whether nothing is damaged.
    #[must_use]
    pub fn is_whole(&self) -> bool {
        self.damages.is_empty()
    }
}

/// What reading the packs brought to light.
#[derive(Default)]
pub(super) struct BadPacks {
    /// Why a pack is bad.
    pub(super) why: BTreeMap<Id, String>,
    /// The pieces that it no longer gives.
    pub(super) pieces: BTreeMap<Id, HashSet<Id>>,
}

impl BadPacks {
    pub(super) fn add(&mut self, pack: Id, why: String, pieces: HashSet<Id>) {
        self.why.insert(pack, why);
        self.pieces.insert(pack, pieces);
    }

    /// The pieces that no pack gives any more.
    pub(super) fn lost(&self, map: &BlobMap) -> HashSet<Id> {
        let gives =
            |pack: &Id, piece: &Id| self.pieces.get(pack).is_none_or(|bad| !bad.contains(piece));
        self.pieces
            .values()
            .flatten()
            .filter(|piece| !map.packs_of(piece).iter().any(|pack| gives(pack, piece)))
            .copied()
            .collect()
    }
}

impl Vault {
    /// Checks the vault, and reads the data of part `part` of `of`: of the packs whose id begins with
    /// a byte that leaves `part - 1` when divided by `of`, as restic's `check
    /// --read-data-subset=part/of` chooses them. Calling it with each part in turn reads every byte.
    /// `of` is at least 1 and at most 256, `part` from 1 to `of`; other values are brought into this
    /// range. In each part all keys, snapshots, lists of files and index files are read, and each pack
    /// has to be there in its right size.
    ///
    /// Damage is reported, not returned as an error. It needs no lock and changes nothing. Progress
    /// counts packs and their bytes.
    ///
    /// # Errors
    /// `Cancelled`, and `Io` where the vault cannot be read at all.
    pub fn check_part(
        &self,
        part: u32,
        of: u32,
        progress: &dyn WriteProgress,
        cancelled: &dyn Fn() -> bool,
    ) -> Result<PartReport> {
        let of = of.clamp(1, 256);
        let part = part.clamp(1, of);
        let gate = Arc::new(Gate::default());
        let position = Position::default();
        let subject = self.path().display().to_string();
        let attendance = Attendance {
            operation: DOING,
            subject: &subject,
            progress,
            cancelled,
        };
        attendance.run(&|| position.told(), &|| gate.cancel(), || {
            let mut report = PartReport {
                part,
                of,
                ..PartReport::default()
            };
            self.keys_into(&mut report)?;
            let snapshots = self.snapshots_into(DOING, &mut report.damages)?;
            report.snapshots = snapshots.len() as u64;
            let map = BlobMap::read(self, DOING)?;
            report.damages.extend(broken_index(&map));
            let bad = self.read_packs(&map, &gate, &position, &mut report)?;
            let damages = self.name_files(DOING, &map, &bad, &snapshots)?;
            report.damages.extend(damages);
            Ok(report)
        })
    }

    fn keys_into(&self, report: &mut PartReport) -> Result<()> {
        for (id, _) in list(self, DOING, FileType::Key)? {
            if let Content::Damaged(detail) = read_whole(self, DOING, FileType::Key, &id)? {
                report.damages.push(Damage {
                    what: Damaged::Key,
                    id: hex_of(&id),
                    detail,
                    files: Vec::new(),
                });
            }
        }
        Ok(())
    }

    /// The snapshots that can be read; the others become damages.
    pub(super) fn snapshots_into(
        &self,
        doing: &'static str,
        damages: &mut Vec<Damage>,
    ) -> Result<Vec<SnapshotFile>> {
        let mut snapshots = Vec::new();
        for id in self.snapshot_ids(doing)? {
            match self.load_snapshot(doing, id) {
                Ok(snapshot) => snapshots.push(snapshot),
                // Removed since it was listed.
                Err(VaultError::NoSuchSnapshot { .. }) => {}
                Err(VaultError::Damaged { detail, .. }) => damages.push(Damage {
                    what: Damaged::Snapshot,
                    id: hex_of(&id),
                    detail,
                    files: Vec::new(),
                }),
                Err(error) => return Err(error),
            }
        }
        Ok(snapshots)
    }

    fn read_packs(
        &self,
        map: &BlobMap,
        gate: &Gate,
        position: &Position,
        report: &mut PartReport,
    ) -> Result<BadPacks> {
        let on_disk: BTreeMap<Id, u32> = list(self, DOING, FileType::Pack)?.into_iter().collect();
        report.packs = on_disk.len() as u64;
        let mut bad = BadPacks::default();
        let mut to_read = BTreeSet::new();
        for (pack, size) in &map.sizes {
            match on_disk.get(pack) {
                None => bad.add(*pack, "is missing".to_owned(), all_of(map, pack)),
                Some(found) if found != size => {
                    to_read.insert(*pack);
                }
                Some(_) => {}
            }
        }
        to_read.extend(
            on_disk
                .keys()
                .filter(|pack| first_byte(pack) % report.of == report.part - 1),
        );
        let bytes = to_read.iter().filter_map(|pack| on_disk.get(pack));
        position.begin(to_read.len(), bytes.map(|size| u64::from(*size)).sum());
        for pack in to_read {
            if gate.is_closed() {
                return Err(VaultError::Cancelled { operation: DOING });
            }
            let size = u64::from(on_disk.get(&pack).copied().unwrap_or_default());
            self.read_pack(DOING, map, &pack, &mut bad)?;
            position.advance(size);
            report.packs_read += 1;
            report.bytes_read += size;
        }
        Ok(bad)
    }

    /// Reads a pack whole, and piece by piece where it is not what it was.
    pub(super) fn read_pack(
        &self,
        doing: &'static str,
        map: &BlobMap,
        pack: &Id,
        bad: &mut BadPacks,
    ) -> Result<()> {
        let why = match read_whole(self, doing, FileType::Pack, pack)? {
            Content::Whole(_) => return Ok(()),
            Content::Gone => {
                // Pruned since it was listed, unless the index still wants it.
                if map.packs.contains_key(pack) {
                    bad.add(*pack, "is missing".to_owned(), all_of(map, pack));
                }
                return Ok(());
            }
            Content::Damaged(why) => why,
        };
        let read = self.store().read_full(FileType::Pack, pack).ok();
        let pieces = map.packs.get(pack).map_or(&[][..], Vec::as_slice);
        let lost = pieces
            .iter()
            .filter(|piece| {
                let from = piece.offset as usize;
                let sealed = read
                    .as_ref()
                    .and_then(|content| content.get(from..from + piece.length as usize));
                sealed.is_none_or(|sealed| open(self, piece, sealed).is_none())
            })
            .map(|piece| piece.id)
            .collect();
        bad.add(*pack, why, lost);
        Ok(())
    }

    /// One damage per bad pack with the files it hits, and one for content that is in no pack.
    pub(super) fn name_files(
        &self,
        doing: &'static str,
        map: &BlobMap,
        bad: &BadPacks,
        snapshots: &[SnapshotFile],
    ) -> Result<Vec<Damage>> {
        let hits = walk::missing(self, doing, map, &bad.lost(map), snapshots)?;
        let mut by_pack: BTreeMap<Option<Id>, BTreeSet<_>> = BTreeMap::new();
        for hit in hits {
            let pack = map.packs_of(&hit.piece).first().copied();
            by_pack.entry(pack).or_default().insert(hit.file);
        }
        let mut damages = Vec::new();
        for (pack, why) in &bad.why {
            damages.push(Damage {
                what: Damaged::Pack,
                id: hex_of(pack),
                detail: why.clone(),
                files: by_pack.remove(&Some(*pack)).into_iter().flatten().collect(),
            });
        }
        for (pack, files) in by_pack {
            damages.push(Damage {
                what: pack.map_or(Damaged::Content, |_| Damaged::Pack),
                id: pack.as_ref().map(hex_of).unwrap_or_default(),
                detail: if pack.is_some() {
                    "does not give what the index says it holds".to_owned()
                } else {
                    "is in no pack any more".to_owned()
                },
                files: files.into_iter().collect(),
            });
        }
        Ok(damages)
    }
}

fn broken_index(map: &BlobMap) -> impl Iterator<Item = Damage> {
    map.broken.iter().map(|(id, why)| Damage {
        what: Damaged::Index,
        id: hex_of(id),
        detail: why.clone(),
        files: Vec::new(),
    })
}

fn all_of(map: &BlobMap, pack: &Id) -> HashSet<Id> {
    map.packs
        .get(pack)
        .into_iter()
        .flatten()
        .map(|piece| piece.id)
        .collect()
}

fn first_byte(id: &Id) -> u32 {
    u32::from_str_radix(&id.to_hex().as_str()[..2], 16).unwrap_or_default()
}

pub(super) fn hex_of(id: &Id) -> String {
    id.to_hex().as_str().to_owned()
}

#[derive(Default)]
struct Position {
    packs: AtomicU64,
    packs_done: AtomicU64,
    bytes: AtomicU64,
    bytes_done: AtomicU64,
}

impl Position {
    fn begin(&self, packs: usize, bytes: u64) {
        self.packs.store(packs as u64, Ordering::Relaxed);
        self.bytes.store(bytes, Ordering::Relaxed);
    }

    fn advance(&self, bytes: u64) {
        self.packs_done.fetch_add(1, Ordering::Relaxed);
        self.bytes_done.fetch_add(bytes, Ordering::Relaxed);
    }

    fn told(&self) -> Progress {
        Progress {
            files_done: self.packs_done.load(Ordering::Relaxed),
            files: self.packs.load(Ordering::Relaxed),
            bytes_done: self.bytes_done.load(Ordering::Relaxed),
            bytes: self.bytes.load(Ordering::Relaxed),
        }
    }
}
