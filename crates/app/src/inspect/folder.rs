//! Folders: an archive that lies there unpacked, or archives, packed and unpacked, as people keep
//! them in Git.

use std::fs::{self, File};
use std::io::{self, Read};
use std::path::{Path, PathBuf};

use waybill_archive::{
    ArchiveError, ArchiveKind, Excess, Limits, Opened, findings_in_folder, read_folder,
};

use super::describe::{Subject, describe};
use super::queue::Queue;
use super::{Wanted, damaged, failed, look};
use crate::storage::file_failed;
use crate::view::{CommandError, ErrorCode, InspectAnswer};

/// Folders inside each other; the deepest name of a real export has 12.
const DEPTH: usize = 40;
/// So many files are looked at.
const MOST: usize = 200_000;

pub(super) fn inspect(folder: &Path, queue: &mut Queue<'_, '_>) {
    queue.flush();
    let told = queue.told;
    let mut listing = Listing::default();
    listing.walk(folder, 0);
    for (path, error) in listing.unread {
        queue.tell(failed(&path, file_failed("read", &path, &error)));
    }
    let mut claimed = Vec::new();
    if listing.unpacked {
        match read_folder(folder, Limits::default(), queue.wanted.flow) {
            Ok(opened) if opened.kind != ArchiveKind::Bundle => {
                return queue.tell(unpacked(&opened, folder, folder, queue.wanted));
            }
            Ok(opened) => claimed = unpacked_members(&opened, folder, queue),
            Err(ArchiveError::NotAnArchive { .. }) => {}
            Err(error) => queue.tell(failed(folder, damaged(folder, error))),
        }
    }
    for path in listing.files {
        if !claimed.iter().any(|own| path.starts_with(own)) {
            let named = is_named_archive(&path);
            queue.file(path, named);
        }
    }
    if listing.more {
        let error = ArchiveError::TooLarge(Excess::Entries);
        queue.tell(failed(folder, damaged(folder, error)));
    }
    queue.flush();
    if queue.told == told {
        let words = format!(
            "`{}` holds no archive of Oracle Integration.",
            folder.display()
        );
        queue.tell(failed(
            folder,
            CommandError::new(ErrorCode::UnknownSubject, words)
                .guide("Choose an archive, or a folder that holds archives.")
                .with("path", folder.display()),
        ));
    }
}

/// What lies unpacked among other things, and the folders it takes up. What lies packed is read
/// file by file, each within limits of its own.
fn unpacked_members(opened: &Opened, folder: &Path, queue: &mut Queue<'_, '_>) -> Vec<PathBuf> {
    let mut claimed = Vec::new();
    for member in opened.members().iter().filter(|one| one.bytes.is_empty()) {
        let path = folder.join(&member.path);
        let own = whole(&path);
        queue.tell(unpacked(&member.opened, &path, &own, queue.wanted));
        claimed.push(own);
    }
    for (path, reason) in &opened.unread {
        let path = folder.join(path);
        if path.is_dir() {
            let words = format!("`{}` cannot be read: {reason}.", path.display());
            queue.tell(failed(
                &path,
                CommandError::new(ErrorCode::ArchiveDamaged, words)
                    .guide(
                        "Export it again from Oracle Integration, or take it from another backup.",
                    )
                    .with("path", path.display()),
            ));
        }
    }
    claimed
}

fn unpacked(opened: &Opened, path: &Path, own: &Path, wanted: Wanted) -> InspectAnswer {
    let found = look(wanted, || findings_in_folder(own, Limits::default()));
    let mut opened = opened.clone();
    wanted.note(&mut opened);
    InspectAnswer::Read(Box::new(describe(
        &opened,
        Subject::unpacked(path, size(own), found),
    )))
}

/// The bytes of all files below.
fn size(folder: &Path) -> u64 {
    let entries = fs::read_dir(folder).into_iter().flatten().flatten();
    entries
        .map(|entry| match entry.metadata() {
            Ok(known) if known.is_dir() => size(&entry.path()),
            Ok(known) => known.len(),
            Err(_) => 0,
        })
        .sum()
}

/// The folder with everything that belongs to an integration: exports have it in
/// `icspackage/project/CODE_VERSION`, with connections and lookups beside `project`.
fn whole(own: &Path) -> PathBuf {
    own.parent()
        .filter(|parent| parent.file_name().is_some_and(|name| name == "project"))
        .and_then(Path::parent)
        .unwrap_or(own)
        .to_owned()
}

/// The files below a folder that are worth a look.
#[derive(Default)]
struct Listing {
    /// What may be a packed archive or a lookup.
    files: Vec<PathBuf>,
    /// Something lies there unpacked.
    unpacked: bool,
    /// Folders and files that could not be read.
    unread: Vec<(PathBuf, io::Error)>,
    seen: usize,
    /// There is more than is looked at.
    more: bool,
}

impl Listing {
    /// Symbolic links are not followed, what begins with a dot is passed over.
    fn walk(&mut self, folder: &Path, depth: usize) {
        let entries = match fs::read_dir(folder) {
            Ok(entries) => entries,
            Err(error) => return self.unread.push((folder.to_owned(), error)),
        };
        let mut paths: Vec<_> = entries.flatten().map(|entry| entry.path()).collect();
        paths.sort();
        for path in paths {
            self.seen += 1;
            if self.seen > MOST || depth > DEPTH {
                self.more = true;
                return;
            }
            let name = path
                .file_name()
                .map(|name| name.to_string_lossy().into_owned())
                .unwrap_or_default();
            if name.starts_with('.') || name == "__MACOSX" {
                continue;
            }
            match fs::symlink_metadata(&path) {
                Ok(known) if known.is_dir() => self.walk(&path, depth + 1),
                Ok(known) if known.is_file() => self.take(path, &name),
                Ok(_) => {}
                Err(error) => self.unread.push((path, error)),
            }
        }
    }

    fn take(&mut self, path: PathBuf, name: &str) {
        let model = name == "project.xml"
            && path
                .parent()
                .is_some_and(|folder| folder.ends_with("PROJECT-INF"));
        if model || name == "project.yaml" || name == "ics_package_attributes.properties" {
            self.unpacked = true;
        } else if is_named_archive(&path) {
            self.files.push(path);
        } else {
            match head(&path) {
                Ok(head) if begins_like_one(&head) => self.files.push(path),
                Ok(_) => {}
                Err(error) => self.unread.push((path, error)),
            }
        }
    }
}

/// Whether the name says that it is an archive, so that its damage is worth telling.
fn is_named_archive(path: &Path) -> bool {
    path.extension().is_some_and(|ending| {
        ["iar", "par", "car", "dvm"]
            .iter()
            .any(|known| ending.eq_ignore_ascii_case(known))
    })
}

fn head(path: &Path) -> io::Result<Vec<u8>> {
    let mut head = Vec::new();
    File::open(path)?.take(8).read_to_end(&mut head)?;
    Ok(head)
}

/// A ZIP, whatever it is called, or a lookup in CSV.
fn begins_like_one(head: &[u8]) -> bool {
    let text = head.strip_prefix(b"\xef\xbb\xbf").unwrap_or(head);
    head.starts_with(b"PK\x03\x04") || text.starts_with(b"DVM,")
}
