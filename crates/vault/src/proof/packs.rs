//! Packs as files: reading the list at the end of one, and writing new ones.
//!
//! A pack is its pieces one after the other, then the encrypted list of them, then the length of
//! that list in four bytes, lowest first. An entry of the list is a kind (0 data, 1 tree, 2 and 3
//! the same compressed), the length in the pack, for compressed ones the length unpacked, and the
//! SHA-256 (restic's design document, "Pack Format"; documented).

use std::str::FromStr;

use rustic_core::{BytesList, FileType, Id, WriteBackend};
use serde::Serialize;
use sha2::{Digest, Sha256};

use super::blobs::Piece;
use crate::error::{Result, VaultError, is_gone};
use crate::vault::Vault;

/// A new pack is closed at this size, as everywhere in the vault.
const PACK_BYTES: usize = 8 * 1024 * 1024;

/// What a pack on the disk says it holds; `None` where it cannot be read.
pub(super) fn header(
    vault: &Vault,
    doing: &'static str,
    id: &Id,
    size: u32,
) -> Result<Option<Vec<Piece>>> {
    let part =
        |offset, length| match vault
            .store()
            .read_partial(FileType::Pack, id, false, offset, length)
        {
            Ok(part) => Ok(Some(part)),
            Err(error) if is_gone(&error) || !vault.is_remote() => Ok(None),
            Err(error) => Err(vault.failure(doing, "data", &error)),
        };
    let Some(end) = size.checked_sub(4) else {
        return Ok(None);
    };
    let Some(length) = part(end, 4)?.and_then(|tail| <[u8; 4]>::try_from(&*tail).ok()) else {
        return Ok(None);
    };
    let length = u32::from_le_bytes(length);
    let Some(begin) = end.checked_sub(length) else {
        return Ok(None);
    };
    Ok(part(begin, length)?
        .and_then(|sealed| vault.secret().open(&sealed))
        .and_then(|list| entries(&list)))
}

fn entries(mut list: &[u8]) -> Option<Vec<Piece>> {
    let mut pieces = Vec::new();
    let mut offset = 0_u32;
    while let Some((kind, rest)) = list.split_first() {
        let (length, rest) = rest.split_first_chunk::<4>()?;
        let length = u32::from_le_bytes(*length);
        let (unpacked, rest) = match kind {
            0 | 1 => (None, rest),
            2 | 3 => {
                let (unpacked, rest) = rest.split_first_chunk::<4>()?;
                (Some(u32::from_le_bytes(*unpacked)), rest)
            }
            _ => return None,
        };
        let (id, rest) = rest.split_first_chunk::<32>()?;
        pieces.push(Piece {
            id: Id::from_str(&hex::encode(id)).ok()?,
            tree: matches!(kind, 1 | 3),
            offset,
            length,
            unpacked,
        });
        offset = offset.checked_add(length)?;
        list = rest;
    }
    Some(pieces)
}

#[derive(Serialize)]
struct NewIndex<'a> {
    packs: &'a [NewPack],
}

#[derive(Serialize)]
struct NewPack {
    id: String,
    blobs: Vec<NewBlob>,
}

#[derive(Serialize)]
struct NewBlob {
    id: String,
    #[serde(rename = "type")]
    kind: &'static str,
    offset: usize,
    length: usize,
    #[serde(skip_serializing_if = "Option::is_none")]
    uncompressed_length: Option<u32>,
}

/// Packs in the making, and the index of those that are made.
pub(super) struct PackWriter<'a> {
    vault: &'a Vault,
    doing: &'static str,
    data: Open,
    trees: Open,
    made: Vec<NewPack>,
}

#[derive(Default)]
struct Open {
    bytes: Vec<u8>,
    list: Vec<u8>,
    blobs: Vec<NewBlob>,
}

impl<'a> PackWriter<'a> {
    pub(super) fn new(vault: &'a Vault, doing: &'static str) -> Self {
        Self {
            vault,
            doing,
            data: Open::default(),
            trees: Open::default(),
            made: Vec::new(),
        }
    }

    /// Takes up a piece as it lies in another pack of the same vault, still encrypted.
    pub(super) fn add_sealed(&mut self, piece: &Piece, sealed: &[u8]) -> Result<()> {
        let open = if piece.tree {
            &mut self.trees
        } else {
            &mut self.data
        };
        let kind = u8::from(piece.tree) + if piece.unpacked.is_some() { 2 } else { 0 };
        let length = u32::try_from(sealed.len()).unwrap_or(u32::MAX);
        open.list.push(kind);
        open.list.extend_from_slice(&length.to_le_bytes());
        if let Some(unpacked) = piece.unpacked {
            open.list.extend_from_slice(&unpacked.to_le_bytes());
        }
        let hex_id = piece.id.to_hex().as_str().to_owned();
        open.list
            .extend(hex::decode(&hex_id).map_err(|error| self.vault.broken(self.doing, &error))?);
        open.blobs.push(NewBlob {
            id: hex_id,
            kind: if piece.tree { "tree" } else { "data" },
            offset: open.bytes.len(),
            length: sealed.len(),
            uncompressed_length: piece.unpacked,
        });
        open.bytes.extend_from_slice(sealed);
        if open.bytes.len() >= PACK_BYTES {
            let full = std::mem::take(open);
            self.close(full)?;
        }
        Ok(())
    }

    /// Takes up a piece by its content, which is what `id` names.
    pub(super) fn add(&mut self, id: Id, tree: bool, content: &[u8]) -> Result<()> {
        let sealed = self.vault.secret().encrypt(content).ok_or_else(|| {
            VaultError::damaged(self.doing, "a pack", "it could not be encrypted")
        })?;
        let piece = Piece {
            id,
            tree,
            offset: 0,
            length: 0,
            unpacked: None,
        };
        self.add_sealed(&piece, &sealed)
    }

    /// Writes what is left and the index of all. Returns how many packs were made.
    pub(super) fn finish(mut self) -> Result<u64> {
        for open in [
            std::mem::take(&mut self.data),
            std::mem::take(&mut self.trees),
        ] {
            if !open.blobs.is_empty() {
                self.close(open)?;
            }
        }
        if !self.made.is_empty() {
            let index = NewIndex { packs: &self.made };
            self.vault.save_file(self.doing, FileType::Index, &index)?;
        }
        Ok(self.made.len() as u64)
    }

    fn close(&mut self, open: Open) -> Result<()> {
        let Open {
            mut bytes,
            list,
            blobs,
        } = open;
        let sealed = self.vault.secret().encrypt(&list).ok_or_else(|| {
            VaultError::damaged(self.doing, "a pack", "it could not be encrypted")
        })?;
        bytes.extend_from_slice(&sealed);
        let length = u32::try_from(sealed.len()).unwrap_or(u32::MAX);
        bytes.extend_from_slice(&length.to_le_bytes());
        let name = hex::encode(Sha256::digest(&bytes));
        let id =
            Id::from_str(&name).map_err(|error| self.vault.failure(self.doing, &name, &error))?;
        self.vault
            .store()
            .write_bytes(FileType::Pack, &id, false, BytesList::from(bytes))
            .map_err(|error| self.vault.failure(self.doing, &name, &error))?;
        self.made.push(NewPack { id: name, blobs });
        Ok(())
    }
}

impl Vault {
    fn broken(&self, doing: &'static str, error: &hex::FromHexError) -> VaultError {
        VaultError::damaged(doing, self.id(), error.to_string())
    }
}
