//! What surrounds the files: a ZIP in memory, or a folder in which somebody keeps one unpacked.
//! Safe names, counted bytes, no traces of file managers.
//!
//! Of a ZIP only the table of contents is trusted, and only after it was compared with the headers:
//! exports carry sizes after the data, their headers say zero.

use std::collections::HashMap;
use std::io::{Cursor, Read};
use std::path::PathBuf;

use zip::ZipArchive;

use crate::directory::Packed;
use crate::limits::Budget;
use crate::unpack::Unpacker;
use crate::{ArchiveError, Excess, Oddity, OddityKind, directory};

/// An open ZIP or folder.
pub(crate) struct Container<'bytes> {
    store: Store<'bytes>,
    names: Vec<(String, usize)>,
    /// What is unusual about the container itself.
    pub oddities: Vec<Oddity>,
    shelf: Shelf,
}

/// Unpacked files that will be wanted once more.
#[derive(Default)]
struct Shelf {
    files: HashMap<usize, Vec<u8>>,
    /// So many bytes more are kept.
    room: usize,
    /// Each file is asked for once from now on.
    last: bool,
}

enum Store<'bytes> {
    Zip {
        bytes: &'bytes [u8],
        files: Vec<Packed>,
        unpacker: Box<Unpacker>,
    },
    Folder(PathBuf),
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
        let directory = directory::read(bytes, budget.entries_left())?;
        budget.take_entries(directory.files.len())?;
        let mut zip = ZipArchive::new(Cursor::new(bytes)).map_err(damaged)?;
        if zip.len() != directory.files.len() {
            return Err(ArchiveError::Deceptive {
                reason: "it has two tables of contents".to_owned(),
            });
        }
        let mut names = Vec::with_capacity(zip.len());
        let mut files = Vec::with_capacity(zip.len());
        let mut oddities: Vec<Oddity> = directory.repacked.into_iter().collect();
        let mut traces = 0_usize;
        for index in 0..zip.len() {
            let entry = zip.by_index_raw(index).map_err(damaged)?;
            let Some(file) = directory.files.get(entry.name_raw()) else {
                return Err(ArchiveError::Deceptive {
                    reason: "it has two tables of contents".to_owned(),
                });
            };
            let name = entry.name().map_err(damaged)?.replace('\\', "/");
            if !is_safe(&name) {
                return Err(ArchiveError::UnsafeName { name });
            }
            if entry.encrypted() {
                return Err(ArchiveError::file(name, "it is encrypted"));
            }
            if directory.links.contains(entry.name_raw()) {
                oddities.push(link(name));
            } else if is_trace(&name) {
                traces += 1;
            } else if !(entry.is_dir() || name.ends_with('/')) {
                names.push((name, files.len()));
                files.push(*file);
            }
        }
        if traces > 0 {
            oddities.push(Oddity::new(
                OddityKind::FileManagerTraces,
                format!("{traces} files of a file manager lie in it and were passed over"),
            ));
        }
        // The order of an export is that of a hash table: sort, so that reading is repeatable.
        names.sort();
        let twice = names
            .iter()
            .zip(names.iter().skip(1))
            .find(|((one, _), (other, _))| one == other);
        if let Some(((name, _), _)) = twice {
            return Err(ArchiveError::Deceptive {
                reason: format!("it holds two files of the name `{name}`"),
            });
        }
        Ok(Self {
            store: Store::Zip {
                bytes,
                files,
                unpacker: Box::new(Unpacker::new()),
            },
            names,
            oddities,
            shelf: Shelf::default(),
        })
    }

    /// A folder whose files were listed, with names relative to it.
    pub fn folder(path: PathBuf, mut names: Vec<String>, links: Vec<String>) -> Self {
        names.retain(|name| !is_trace(name));
        names.sort();
        Self {
            store: Store::Folder(path),
            names: names.into_iter().map(|name| (name, 0)).collect(),
            oddities: links.into_iter().map(link).collect(),
            shelf: Shelf::default(),
        }
    }

    /// Keeps so many bytes of what is unpacked from now on, for those who want it again.
    pub fn keep_unpacked(&mut self, room: usize) {
        self.shelf.room = room;
    }

    /// Gives away what was kept: each file is asked for once more at most.
    pub fn give_away(&mut self) {
        self.shelf.room = 0;
        self.shelf.last = true;
    }

    /// Whether it is a folder on a disk.
    pub fn is_folder(&self) -> bool {
        matches!(self.store, Store::Folder(_))
    }

    /// The names of the files, sorted.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.names.iter().map(|(name, _)| name.as_str())
    }

    /// The names below a folder (which ends in `/`, or is empty), sorted.
    pub fn under<'own>(&'own self, folder: &'own str) -> impl Iterator<Item = &'own str> + Clone {
        let start = self
            .names
            .partition_point(|(name, _)| name.as_str() < folder);
        self.names
            .get(start..)
            .unwrap_or_default()
            .iter()
            .map(|(name, _)| name.as_str())
            .take_while(move |name| name.starts_with(folder))
    }

    /// The names right in a folder with that ending.
    pub fn files(&self, folder: &str, ending: &str) -> Vec<String> {
        self.under(folder)
            .filter(|name| !name[folder.len()..].contains('/') && has_ending(name, ending))
            .map(str::to_owned)
            .collect()
    }

    /// Whether there is a file of that name.
    pub fn has(&self, name: &str) -> bool {
        self.position(name).is_some()
    }

    fn position(&self, name: &str) -> Option<usize> {
        let position = self
            .names
            .binary_search_by(|(known, _)| known.as_str().cmp(name))
            .ok()?;
        self.names.get(position).map(|(_, index)| *index)
    }

    /// The bytes of a file, or `None` where there is none of that name.
    pub fn find(
        &mut self,
        name: &str,
        budget: &mut Budget,
    ) -> Result<Option<Vec<u8>>, ArchiveError> {
        let Some(index) = self.position(name) else {
            return Ok(None);
        };
        let bytes = match &mut self.store {
            Store::Zip {
                bytes,
                files,
                unpacker,
            } => {
                let file = files.get(index).copied().unwrap_or_default();
                let allowance = budget.allowance(file.length);
                if let Some(kept) = self.shelf.get(index, allowance) {
                    kept?
                } else {
                    let unpacked = unpacker.whole(name, bytes, &file, allowance)?;
                    self.shelf.put(index, &unpacked);
                    unpacked
                }
            }
            Store::Folder(folder) => {
                let file = std::fs::File::open(folder.join(name))
                    .map_err(|error| ArchiveError::file(name, error))?;
                let size = file
                    .metadata()
                    .map_err(|error| ArchiveError::file(name, error))?
                    .len();
                counted(name, file, size, budget.allowance(u64::MAX))?
            }
        };
        budget.take_bytes(bytes.len() as u64);
        Ok(Some(bytes))
    }

    /// The first bytes of a file, enough to tell what it is.
    pub fn head(&mut self, name: &str) -> Vec<u8> {
        const ENOUGH: usize = 512;
        let Some(index) = self.position(name) else {
            return Vec::new();
        };
        match &mut self.store {
            Store::Zip {
                bytes,
                files,
                unpacker,
            } => files
                .get(index)
                .map(|file| unpacker.head(bytes, file, ENOUGH))
                .unwrap_or_default(),
            Store::Folder(folder) => {
                let mut head = Vec::new();
                if let Ok(file) = std::fs::File::open(folder.join(name)) {
                    // What cannot be read here is read again, and reported, where it is wanted.
                    let _ = file.take(ENOUGH as u64).read_to_end(&mut head);
                }
                head
            }
        }
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

impl Shelf {
    fn get(
        &mut self,
        index: usize,
        (allowed, excess): (u64, Excess),
    ) -> Option<Result<Vec<u8>, ArchiveError>> {
        let kept = if self.last {
            self.files.remove(&index)?
        } else {
            self.files.get(&index)?.clone()
        };
        if kept.len() as u64 > allowed {
            return Some(Err(ArchiveError::TooLarge(excess)));
        }
        Some(Ok(kept))
    }

    fn put(&mut self, index: usize, bytes: &[u8]) {
        if let Some(left) = self.room.checked_sub(bytes.len().max(1)) {
            self.room = left;
            self.files.insert(index, bytes.to_vec());
        }
    }
}

/// Reads a file of a folder to the end, or to what is allowed; it has the size that it says.
fn counted(
    name: &str,
    source: impl Read,
    declared: u64,
    (allowed, excess): (u64, Excess),
) -> Result<Vec<u8>, ArchiveError> {
    if declared > allowed {
        return Err(ArchiveError::TooLarge(excess));
    }
    let mut bytes = Vec::with_capacity(usize::try_from(declared.min(1 << 20)).unwrap_or(0));
    source
        .take(allowed.saturating_add(1))
        .read_to_end(&mut bytes)
        .map_err(|error| ArchiveError::file(name, error))?;
    let count = bytes.len() as u64;
    if count > allowed {
        return Err(ArchiveError::TooLarge(excess));
    }
    if count != declared {
        return Err(ArchiveError::file(
            name,
            format!("it says that it has {declared} bytes, and has {count}"),
        ));
    }
    Ok(bytes)
}

/// UTF-8 without its byte order mark; XML that is none and declares a Western encoding, as files
/// edited by hand may, is read in it.
pub(crate) fn text(name: &str, bytes: Vec<u8>) -> Result<String, ArchiveError> {
    let text = match String::from_utf8(bytes) {
        Ok(text) => text,
        Err(error) if declares_western(error.as_bytes()) => {
            error.as_bytes().iter().copied().map(char::from).collect()
        }
        Err(_) => return Err(ArchiveError::file(name, "it is not text in UTF-8")),
    };
    Ok(match text.strip_prefix('\u{feff}') {
        Some(rest) => rest.to_owned(),
        None => text,
    })
}

/// Whether the first line of XML names an encoding whose letters are the first of Unicode's.
fn declares_western(bytes: &[u8]) -> bool {
    let head = bytes.get(..100.min(bytes.len())).unwrap_or_default();
    let head = String::from_utf8_lossy(head).to_ascii_lowercase();
    head.starts_with("<?xml")
        && head.split("?>").next().is_some_and(|line| {
            line.contains("iso-8859-1\"")
                || line.contains("iso-8859-1'")
                || line.contains("windows-1252")
        })
}

fn damaged(error: impl std::fmt::Display) -> ArchiveError {
    ArchiveError::Damaged {
        reason: error.to_string(),
    }
}

fn link(name: String) -> Oddity {
    Oddity::at(
        OddityKind::SymbolicLink,
        name,
        "it is a symbolic link and was not followed",
    )
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
    let names: Vec<String> = container.names().map(str::to_owned).collect();
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
