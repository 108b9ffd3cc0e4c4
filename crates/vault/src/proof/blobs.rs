//! Which piece of content lies where, read from the index without giving up at a damaged part.

use std::collections::{HashMap, HashSet};

use rustic_core::repofile::{BlobType, IndexFile};
use rustic_core::{FileType, Id};
use sha2::{Digest, Sha256};

use super::packs;
use crate::error::{Result, VaultError, is_gone};
use crate::vault::Vault;

/// Where a piece of content lies.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Piece {
    /// What it is named by: the SHA-256 of its content.
    pub(crate) id: Id,
    /// Whether it is a list of files.
    pub(crate) tree: bool,
    /// Bytes before it in its pack.
    pub(crate) offset: u32,
    /// Bytes it takes there.
    pub(crate) length: u32,
    /// Its size when it is compressed; `None` where it is not.
    pub(crate) unpacked: Option<u32>,
}

/// The index as far as it can be read.
#[derive(Default)]
pub(crate) struct BlobMap {
    /// What each pack holds.
    pub(crate) packs: HashMap<Id, Vec<Piece>>,
    /// The size that each pack should have, in bytes.
    pub(crate) sizes: HashMap<Id, u32>,
    /// Index files that cannot be read, and why.
    pub(crate) broken: Vec<(Id, String)>,
    places: HashMap<Id, Vec<Id>>,
}

impl BlobMap {
    /// Reads the index. Where a part of it is damaged, packs that no other part names are asked for
    /// what they hold.
    pub(crate) fn read(vault: &Vault, doing: &'static str) -> Result<Self> {
        let mut map = Self::default();
        let mut marked = HashSet::new();
        for (id, _) in list(vault, doing, FileType::Index)? {
            match read_whole(vault, doing, FileType::Index, &id)? {
                Content::Gone => {}
                Content::Damaged(why) => map.broken.push((id, why)),
                Content::Whole(file) => {
                    let index = vault
                        .secret()
                        .decrypt(&file)
                        .and_then(|plain| serde_json::from_slice::<IndexFile>(&plain).ok());
                    match index {
                        Some(index) => {
                            marked.extend(index.packs_to_delete.iter().map(|pack| *pack.id));
                            map.add_index(&index);
                        }
                        None => map.broken.push((id, "cannot be decrypted".to_owned())),
                    }
                }
            }
        }
        if !map.broken.is_empty() {
            for (id, size) in list(vault, doing, FileType::Pack)? {
                if map.packs.contains_key(&id) || marked.contains(&id) {
                    continue;
                }
                if let Some(pieces) = packs::header(vault, doing, &id, size)? {
                    map.add_pack(id, size, pieces);
                }
            }
        }
        Ok(map)
    }

    fn add_index(&mut self, index: &IndexFile) {
        for pack in &index.packs {
            let pieces = pack
                .blobs
                .iter()
                .map(|blob| Piece {
                    id: *blob.id,
                    tree: blob.tpe == BlobType::Tree,
                    offset: blob.location.offset,
                    length: blob.location.length,
                    unpacked: blob
                        .location
                        .uncompressed_length
                        .map(std::num::NonZero::get),
                })
                .collect();
            self.add_pack(*pack.id, pack.pack_size(), pieces);
        }
    }

    fn add_pack(&mut self, id: Id, size: u32, pieces: Vec<Piece>) {
        if self.packs.contains_key(&id) {
            return;
        }
        for piece in &pieces {
            self.places.entry(piece.id).or_default().push(id);
        }
        self.sizes.insert(id, size);
        self.packs.insert(id, pieces);
    }

    /// Whether some pack is said to hold this piece.
    pub(crate) fn has(&self, id: &Id) -> bool {
        self.places.contains_key(id)
    }

    /// The packs that are said to hold this piece.
    pub(crate) fn packs_of(&self, id: &Id) -> &[Id] {
        self.places.get(id).map_or(&[], Vec::as_slice)
    }

    /// A piece of content, from whichever pack gives it whole; `None` where none does.
    pub(crate) fn content(
        &self,
        vault: &Vault,
        doing: &'static str,
        id: &Id,
    ) -> Result<Option<Vec<u8>>> {
        for pack in self.packs_of(id) {
            let Some(piece) = self
                .packs
                .get(pack)
                .and_then(|pieces| pieces.iter().find(|piece| piece.id == *id))
            else {
                continue;
            };
            let read =
                vault
                    .store()
                    .read_partial(FileType::Pack, pack, false, piece.offset, piece.length);
            match read {
                Ok(sealed) => {
                    if let Some(content) = open(vault, piece, &sealed) {
                        return Ok(Some(content));
                    }
                }
                Err(error) if is_gone(&error) || !vault.is_remote() => {}
                Err(error) => {
                    let subject = format!("data/{}", pack.to_hex().as_str());
                    return Err(vault.failure(doing, &subject, &error));
                }
            }
        }
        Ok(None)
    }
}

/// Decrypts and unpacks a piece; `None` where it is not what it is named by.
pub(crate) fn open(vault: &Vault, piece: &Piece, sealed: &[u8]) -> Option<Vec<u8>> {
    let packed = vault.secret().open(sealed)?;
    let content = match piece.unpacked {
        Some(_) => zstd::decode_all(packed.as_slice()).ok()?,
        None => packed,
    };
    (hex::encode(Sha256::digest(&content)) == piece.id.to_hex().as_str()).then_some(content)
}

/// What came of reading a file that is named by the SHA-256 of its content.
pub(crate) enum Content {
    /// It is not there.
    Gone,
    /// It is not what it is named by, or cannot be read; why, in words.
    Damaged(String),
    /// As it was written.
    Whole(bytes::Bytes),
}

/// Reads a file and holds it against its name. On the disk of this computer an unreadable file is
/// damage; a remote place that does not answer is an error.
pub(crate) fn read_whole(
    vault: &Vault,
    doing: &'static str,
    kind: FileType,
    id: &Id,
) -> Result<Content> {
    match vault.store().read_full(kind, id) {
        Ok(content) if hex::encode(Sha256::digest(&content)) == id.to_hex().as_str() => {
            Ok(Content::Whole(content))
        }
        Ok(_) => Ok(Content::Damaged("does not match its name".to_owned())),
        Err(error) if is_gone(&error) => Ok(Content::Gone),
        Err(error) => {
            let subject = format!("{}/{}", kind.dirname(), id.to_hex().as_str());
            match vault.failure(doing, &subject, &error) {
                VaultError::Io { source, .. } if !vault.is_remote() => {
                    Ok(Content::Damaged(format!("cannot be read: {source}")))
                }
                error => Err(error),
            }
        }
    }
}

pub(crate) fn list(vault: &Vault, doing: &'static str, kind: FileType) -> Result<Vec<(Id, u32)>> {
    let mut listed = vault
        .store()
        .list_with_size(kind)
        .map_err(|error| vault.failure(doing, kind.dirname(), &error))?;
    listed.sort_unstable();
    Ok(listed)
}
