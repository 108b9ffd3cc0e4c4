//! The ZIP around everything: safe names, counted bytes, no traces of file managers.
//!
//! Only the central directory is trusted: exports carry sizes in data descriptors, their local
//! headers say zero.

use std::io::{Cursor, Read};

use zip::ZipArchive;

use crate::limits::Budget;
use crate::{ArchiveError, Excess};

/// An open ZIP in memory.
pub(crate) struct Container<'bytes> {
    zip: ZipArchive<Cursor<&'bytes [u8]>>,
    names: Vec<(String, usize)>,
}

/// Whether the name ends in `.ending`, in whatever case.
pub(crate) fn has_ending(name: &str, ending: &str) -> bool {
    name.rsplit_once('.')
        .is_some_and(|(_, own)| own.eq_ignore_ascii_case(ending))
}

/// Whether the bytes start like a ZIP (an empty one included).
pub(crate) fn is_zip(bytes: &[u8]) -> bool {
    bytes.starts_with(b"PK\x03\x04") || bytes.starts_with(b"PK\x05\x06")
}

impl<'bytes> Container<'bytes> {
    pub fn open(bytes: &'bytes [u8], budget: &mut Budget) -> Result<Self, ArchiveError> {
        let mut zip = ZipArchive::new(Cursor::new(bytes)).map_err(damaged)?;
        budget.take_entries(zip.len())?;
        let mut names = Vec::with_capacity(zip.len());
        for index in 0..zip.len() {
            let entry = zip.by_index_raw(index).map_err(damaged)?;
            let name = entry.name().map_err(damaged)?.replace('\\', "/");
            if !is_safe(&name) {
                return Err(ArchiveError::UnsafeName { name });
            }
            if entry.encrypted() {
                return Err(ArchiveError::file(name, "it is encrypted"));
            }
            if !(entry.is_dir() || name.ends_with('/') || is_trace(&name)) {
                names.push((name, index));
            }
        }
        // The order of an export is that of a hash table: sort, so that reading is repeatable.
        names.sort();
        Ok(Self { zip, names })
    }

    /// The names of the files, sorted.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.names.iter().map(|(name, _)| name.as_str())
    }

    /// The names that `wanted` accepts, sorted.
    pub fn matching(&self, wanted: impl Fn(&str) -> bool) -> Vec<String> {
        self.names()
            .filter(|name| wanted(name))
            .map(str::to_owned)
            .collect()
    }

    /// The bytes of a file, or `None` where there is none of that name.
    pub fn find(
        &mut self,
        name: &str,
        budget: &mut Budget,
    ) -> Result<Option<Vec<u8>>, ArchiveError> {
        let Ok(position) = self
            .names
            .binary_search_by(|(known, _)| known.as_str().cmp(name))
        else {
            return Ok(None);
        };
        let Some((_, index)) = self.names.get(position) else {
            return Ok(None);
        };
        let entry = self
            .zip
            .by_index(*index)
            .map_err(|error| ArchiveError::file(name, error))?;
        let (allowed, excess) = budget.allowance(entry.compressed_size());
        if entry.size() > allowed {
            return Err(ArchiveError::TooLarge(excess));
        }
        let mut bytes = Vec::new();
        // The declared size is the archive's word; what arrives is counted.
        entry
            .take(allowed.saturating_add(1))
            .read_to_end(&mut bytes)
            .map_err(|error| ArchiveError::file(name, error))?;
        let count = bytes.len() as u64;
        if count > allowed {
            return Err(ArchiveError::TooLarge(excess));
        }
        budget.take_bytes(count);
        Ok(Some(bytes))
    }

    /// The bytes of a file that has to be there.
    pub fn read(&mut self, name: &str, budget: &mut Budget) -> Result<Vec<u8>, ArchiveError> {
        self.find(name, budget)?
            .ok_or_else(|| ArchiveError::Missing {
                path: name.to_owned(),
            })
    }

    /// The text of a file that has to be there.
    pub fn text(&mut self, name: &str, budget: &mut Budget) -> Result<String, ArchiveError> {
        text(name, self.read(name, budget)?)
    }
}

/// UTF-8 without its byte order mark.
pub(crate) fn text(name: &str, bytes: Vec<u8>) -> Result<String, ArchiveError> {
    let text = String::from_utf8(bytes)
        .map_err(|_| ArchiveError::file(name, "it is not text in UTF-8"))?;
    Ok(match text.strip_prefix('\u{feff}') {
        Some(rest) => rest.to_owned(),
        None => text,
    })
}

fn damaged(error: impl std::fmt::Display) -> ArchiveError {
    ArchiveError::Damaged {
        reason: error.to_string(),
    }
}

/// Relative, inside the archive, free of drive letters and zero bytes.
fn is_safe(name: &str) -> bool {
    let drive = name.as_bytes().get(1) == Some(&b':');
    !(name.is_empty()
        || name.starts_with('/')
        || drive
        || name.contains('\0')
        || name.split('/').any(|part| part == ".."))
}

/// Left by macOS when an archive was packed again by hand: never content, though some of the names
/// end like content (`._project.xml`).
fn is_trace(name: &str) -> bool {
    name.split('/')
        .any(|part| part == "__MACOSX" || part.starts_with("._") || part == ".DS_Store")
}

/// Reads every file and so checks every checksum.
pub(crate) fn read_all(bytes: &[u8], budget: &mut Budget) -> Result<usize, ArchiveError> {
    let mut container = Container::open(bytes, budget)?;
    let names = container.matching(|_| true);
    for name in &names {
        container.read(name, budget)?;
    }
    Ok(names.len())
}

/// Refuses archives nested deeper than allowed.
pub(crate) fn check_depth(depth: usize, budget: &Budget) -> Result<(), ArchiveError> {
    if depth > budget.limits.depth {
        return Err(ArchiveError::TooLarge(Excess::Depth));
    }
    Ok(())
}
