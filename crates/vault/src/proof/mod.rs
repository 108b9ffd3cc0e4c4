//! Proof that what was backed up can be had back: reading the vault part by part, saying which files
//! damage hits, and putting them right from another copy.
//!
//! The store library gives up at the first thing it cannot read. This module reads index, packs and
//! trees by itself, piece by piece, so that damage in one place does not hide the rest.

mod blobs;
mod mend;
mod packs;
mod part;
mod quiet;
mod walk;

pub use mend::MendReport;
pub use part::PartReport;

pub(crate) use blobs::BlobMap;
pub(crate) use quiet::WithoutSnapshots;
pub(crate) use walk::{Hit, missing};

/// Something in the vault that is not as it was written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Damage {
    /// What kind of thing it is.
    pub what: Damaged,
    /// Its id; empty for [`Damaged::Content`].
    pub id: String,
    /// What is wrong with it, in words.
    pub detail: String,
    /// The files that cannot be read because of it, by snapshot and path. For a key and an index,
    /// which files are hit is not known.
    pub files: Vec<HitFile>,
}

/// Kinds of things that can be damaged.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Damaged {
    /// One of the passwords: a file in `keys/`.
    Key,
    /// The list of a snapshot: a file in `snapshots/`.
    Snapshot,
    /// A part of the index: a file in `index/`. All it says can be read again from the packs.
    Index,
    /// Content: a file in `data/`.
    Pack,
    /// Content that no index names: its pack was lost.
    Content,
}

impl Damaged {
    /// The folder in which it lies.
    #[must_use]
    pub fn folder(self) -> &'static str {
        match self {
            Self::Key => "keys",
            Self::Snapshot => "snapshots",
            Self::Index => "index",
            Self::Pack | Self::Content => "data",
        }
    }
}

/// A file of a snapshot that cannot be read.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct HitFile {
    /// The snapshot's id, 64 hexadecimal digits.
    pub snapshot: String,
    /// The path inside it. One that ends with `/` is a folder whose list of files is damaged, with
    /// all that it holds; `/` alone is the whole snapshot.
    pub path: String,
}

impl std::fmt::Display for Damage {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let folder = self.what.folder();
        if self.id.is_empty() {
            write!(f, "Content in {folder} {}.", self.detail)?;
        } else {
            write!(f, "{folder}/{} {}.", self.id, self.detail)?;
        }
        match self.files.as_slice() {
            [] => Ok(()),
            [one] => write!(f, " {} cannot be read.", one.path),
            [first, rest @ ..] => write!(
                f,
                " {} and {} more files cannot be read.",
                first.path,
                rest.len()
            ),
        }
    }
}
