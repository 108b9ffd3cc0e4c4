//! The way in: what the bytes are, and what they hold.

use waybill_model::Scope;

use crate::container::{Container, check_depth, is_zip, read_all, text};
use crate::limits::Budget;
use crate::{
    ArchiveError, Contents, Limits, bundle, integration, library, lookup, package, project,
};

/// What a file is, by its content.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ArchiveKind {
    /// One integration and what it needs (`.iar`).
    Integration,
    /// A package of integrations (`.par`).
    Package,
    /// A project, or one deployment of it (`.car`).
    Project,
    /// A plain ZIP that holds archives.
    Bundle,
    /// A lookup (`.dvm`, `.csv`).
    Lookup,
    /// A library without its description (`.jar`, `.js`).
    Library,
}

/// An archive inside another.
#[derive(Clone, Debug, PartialEq)]
pub struct Member {
    /// Its path in the outer archive.
    pub path: String,
    /// Its bytes, as they lie there.
    pub bytes: Vec<u8>,
    /// What it holds.
    pub opened: Opened,
}

/// An archive that was read.
#[derive(Clone, Debug, PartialEq)]
pub struct Opened {
    /// What it is.
    pub kind: ArchiveKind,
    /// Everything in it, nested archives included, each scope and name once.
    pub contents: Contents,
    pub(crate) members: Vec<Member>,
}

impl Opened {
    /// The archives inside it (the integrations of a package, the files of a plain ZIP), by path.
    #[must_use]
    pub fn members(&self) -> &[Member] {
        &self.members
    }
}

/// Reads an archive within the usual [`Limits`].
pub fn read(bytes: &[u8]) -> Result<Opened, ArchiveError> {
    read_within(bytes, Limits::default())
}

/// Reads an archive within given limits.
pub fn read_within(bytes: &[u8], limits: Limits) -> Result<Opened, ArchiveError> {
    read_at(bytes, 1, &mut Budget::new(limits))
}

/// Unpacks every file of a ZIP in memory, so that every checksum is compared, and says how many
/// there are. Archives nested in it are compared as files, not opened.
pub fn verify(bytes: &[u8]) -> Result<usize, ArchiveError> {
    if !is_zip(bytes) {
        return Err(not_an_archive("it does not start like a ZIP"));
    }
    read_all(bytes, &mut Budget::new(Limits::default()))
}

pub(crate) fn read_at(
    bytes: &[u8],
    depth: usize,
    budget: &mut Budget,
) -> Result<Opened, ArchiveError> {
    check_depth(depth, budget)?;
    if !is_zip(bytes) {
        return read_plain(bytes);
    }
    let mut container = Container::open(bytes, budget)?;
    let mut members = Vec::new();
    let (kind, contents) = if let Some(folder) = project::find(&container) {
        let contents = project::read_archive(&mut container, &folder, budget)?;
        (ArchiveKind::Project, contents)
    } else if let Some(attributes) = package::find(&container) {
        let (contents, found) = package::read_archive(&mut container, &attributes, depth, budget)?;
        members = found;
        (ArchiveKind::Package, contents)
    } else if let Some(folder) = integration::find(&container) {
        let contents = integration::read_archive(&mut container, &folder, budget)?;
        (ArchiveKind::Integration, contents)
    } else if library::is_bare(&container) {
        let contents = Contents {
            libraries: vec![library::bare_jar(&container, bytes)],
            ..Contents::default()
        };
        (ArchiveKind::Library, contents)
    } else {
        let (contents, found) = bundle::read_archive(&mut container, depth, budget)?;
        members = found;
        (ArchiveKind::Bundle, contents)
    };
    Ok(Opened {
        kind,
        contents,
        members,
    })
}

/// Whether the bytes may be a lookup; a quick look, not a promise.
pub(crate) fn looks_like_lookup(bytes: &[u8]) -> bool {
    let start = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    let head = start.get(..400.min(start.len())).unwrap_or_default();
    start.starts_with(b"DVM,")
        || (start.starts_with(b"<") && head.windows(4).any(|part| part == b"/dvm"))
}

fn read_plain(bytes: &[u8]) -> Result<Opened, ArchiveError> {
    if bytes.is_empty() {
        return Err(not_an_archive("it is empty"));
    }
    let Ok(source) = text("file", bytes.to_vec()) else {
        return Err(not_an_archive("it is neither a ZIP nor text"));
    };
    let mut contents = Contents::default();
    let kind = if lookup::is_csv(&source) {
        contents.lookups.push(lookup::read_csv(&source)?);
        ArchiveKind::Lookup
    } else if source.trim_start().starts_with('<') {
        if !looks_like_lookup(bytes) {
            return Err(not_an_archive("it is XML or HTML, but no lookup"));
        }
        contents
            .lookups
            .push(lookup::read_dvm("file", &source, &Scope::Global)?);
        ArchiveKind::Lookup
    } else if let Some(library) = library::bare_script(&source, bytes) {
        contents.libraries.push(library);
        ArchiveKind::Library
    } else {
        return Err(not_an_archive("it is text, but neither lookup nor script"));
    };
    Ok(Opened {
        kind,
        contents,
        members: Vec::new(),
    })
}

fn not_an_archive(reason: &str) -> ArchiveError {
    ArchiveError::NotAnArchive {
        reason: reason.to_owned(),
    }
}
