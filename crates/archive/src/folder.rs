//! Folders in which archives lie, packed or unpacked, as people keep them in Git.

use std::path::{Path, PathBuf};

use crate::container::Container;
use crate::limits::Budget;
use crate::open::{Opened, read_container};
use crate::{ArchiveError, Excess, Limits};

/// Folders inside each other; the deepest name of a real export has 12.
const DEPTH: usize = 40;

/// Reads a folder: an unpacked archive, or many archives, packed and unpacked. Symbolic links are
/// not followed, folders whose name begins with a dot are passed over. With `design`, flow, maps
/// and expressions are read too.
pub fn read_folder(path: &Path, limits: Limits, design: bool) -> Result<Opened, ArchiveError> {
    let (mut container, mut budget) = open(path, limits, design)?;
    read_container(&mut container, 1, &mut budget)
}

/// Lists a folder, and says what may be read of it.
pub(crate) fn open(
    path: &Path,
    limits: Limits,
    design: bool,
) -> Result<(Container<'static>, Budget), ArchiveError> {
    let mut listing = Listing {
        root: path,
        names: Vec::new(),
        links: Vec::new(),
        bytes: 0,
        most: limits.entries,
    };
    listing.walk(&mut PathBuf::new(), 0)?;
    let mut budget = Budget::new(limits, listing.bytes, design);
    budget.take_entries(listing.names.len())?;
    let container = Container::folder(path.to_owned(), listing.names, listing.links);
    Ok((container, budget))
}

struct Listing<'path> {
    root: &'path Path,
    names: Vec<String>,
    links: Vec<String>,
    bytes: u64,
    most: usize,
}

impl Listing<'_> {
    fn walk(&mut self, below: &mut PathBuf, depth: usize) -> Result<(), ArchiveError> {
        if depth > DEPTH {
            return Err(ArchiveError::TooLarge(Excess::Depth));
        }
        let here = self.root.join(&*below);
        let failed = |error| ArchiveError::file(here.display().to_string(), error);
        for entry in std::fs::read_dir(&here).map_err(failed)? {
            let entry = entry.map_err(failed)?;
            let own = entry.file_name();
            let kind = entry.file_type().map_err(failed)?;
            below.push(&own);
            let name = name(below);
            if kind.is_symlink() {
                self.links.push(name);
            } else if kind.is_dir() {
                if !own.to_string_lossy().starts_with('.') {
                    self.walk(below, depth + 1)?;
                }
            } else if kind.is_file() {
                self.bytes += entry.metadata().map_err(failed)?.len();
                self.names.push(name);
            }
            below.pop();
            if self.names.len() + self.links.len() > self.most {
                return Err(ArchiveError::TooLarge(Excess::Entries));
            }
        }
        Ok(())
    }
}

/// The path with `/` between its parts, on every system.
fn name(path: &Path) -> String {
    path.components()
        .map(|part| part.as_os_str().to_string_lossy())
        .collect::<Vec<_>>()
        .join("/")
}
