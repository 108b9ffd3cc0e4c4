//! The way in: what the bytes are, and what they hold.

use waybill_model::Scope;

use crate::container::{Container, check_depth, has_ending, is_zip, read_all, text};
use crate::findings::findings_in;
use crate::limits::Budget;
use crate::roots::{Root, RootKind};
use crate::{
    ArchiveError, Contents, Finding, Limits, Oddity, OddityKind, bundle, clone, findings, gather,
    integration, library, lookup, package, project, roots,
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
    /// A whole instance, as the service exports it for cloning; told by names, or by the layout
    /// of practice instances. It holds credentials and is secret as a whole.
    Clone,
}

const WHOLE_INSTANCE: &str = "It is the archive of a whole instance, whose layout is not known; \
     only archives that lie in it were read. Such an archive holds credentials: it is secret as a \
     whole.";

/// An archive inside another.
#[derive(Clone, Debug, PartialEq)]
pub struct Member {
    /// Its path in the outer archive.
    pub path: String,
    /// Its bytes, as they lie there; empty for what lies there unpacked.
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
    /// What could not be read of a plain ZIP or a folder, by path, and why: archives in it, and
    /// integrations, packages and projects that lie in it unpacked. Each is in the notes too.
    pub unread: Vec<(String, ArchiveError)>,
    pub(crate) members: Vec<Member>,
}

impl Opened {
    pub(crate) fn new(kind: ArchiveKind, contents: Contents) -> Self {
        Self {
            kind,
            contents,
            unread: Vec::new(),
            members: Vec::new(),
        }
    }

    /// What the name of the file tells falsely: exports are named `CODE_VERSION.iar` and
    /// `PROJECT.car` or `PROJECT-DEPLOYMENT.car`, and people rename them.
    #[must_use]
    pub fn renamed(&self, file_name: &str) -> Option<Oddity> {
        let stem = file_name
            .rsplit_once('.')
            .map_or(file_name, |(stem, _)| stem);
        let own = match self.kind {
            ArchiveKind::Integration => {
                let reference = &self.contents.integrations.first()?.reference;
                format!("{}_{}", reference.code, reference.version)
            }
            ArchiveKind::Project => self.contents.projects.first()?.code.clone(),
            _ => return None,
        };
        let told = stem == own
            || (self.kind == ArchiveKind::Project
                && stem
                    .strip_prefix(&own)
                    .is_some_and(|rest| rest.starts_with('-')));
        (!told).then(|| {
            Oddity::new(
                OddityKind::Renamed,
                format!("the file is called `{file_name}` and holds `{own}`"),
            )
        })
    }

    /// The archive of a whole instance, known by its name alone: nothing in it could be read.
    #[must_use]
    pub fn whole_instance() -> Self {
        let mut opened = Self::new(ArchiveKind::Clone, Contents::default());
        opened.contents.notes.push(WHOLE_INSTANCE.to_owned());
        opened
    }

    /// Several archives as one, like a ZIP that holds them: each scope and name once, the first one.
    #[must_use]
    pub fn together(members: Vec<Member>) -> Self {
        Self {
            kind: ArchiveKind::Bundle,
            contents: gather::gather(&members),
            unread: Vec::new(),
            members,
        }
    }

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
    read_at(bytes, 1, &mut Budget::new(limits, size(bytes), false))
}

/// Reads an archive with the design of its integrations: flow, maps, expressions. It takes several
/// times as long as [`read`].
pub fn read_design(bytes: &[u8]) -> Result<Opened, ArchiveError> {
    read_design_within(bytes, Limits::default())
}

/// Reads an archive with the design of its integrations within given limits.
pub fn read_design_within(bytes: &[u8], limits: Limits) -> Result<Opened, ArchiveError> {
    read_at(bytes, 1, &mut Budget::new(limits, size(bytes), true))
}

/// Unpacked bytes that are kept between reading an archive and looking through it.
const KEPT: usize = 16 << 20;

/// Reads an archive and says what it gives away, as [`read_within`] or, with `design`,
/// [`read_design_within`] and [`findings`] would, in less time: most files are unpacked once.
pub fn inspect(
    bytes: &[u8],
    limits: Limits,
    design: bool,
) -> Result<(Opened, Result<Vec<Finding>, ArchiveError>), ArchiveError> {
    let mut budget = Budget::new(limits, size(bytes), design);
    if !is_zip(bytes) {
        let opened = read_at(bytes, 1, &mut budget)?;
        return Ok((opened, findings(bytes, limits)));
    }
    check_depth(1, &budget)?;
    let mut container = Container::open(bytes, &mut budget)?;
    if library::is_bare(&container) {
        let opened = read_at(bytes, 1, &mut Budget::new(limits, size(bytes), design))?;
        return Ok((opened, findings(bytes, limits)));
    }
    let mut own = budget.clone();
    container.keep_unpacked(KEPT);
    let opened = read_container(&mut container, 1, &mut budget)?;
    container.give_away();
    Ok((opened, findings_in(&mut container, &mut own)))
}

/// Unpacks every file of a ZIP in memory, so that every checksum is compared, and says how many
/// there are. Archives nested in it are compared as files, not opened.
pub fn verify(bytes: &[u8]) -> Result<usize, ArchiveError> {
    if !is_zip(bytes) {
        return Err(not_an_archive("it does not start like a ZIP"));
    }
    read_all(
        bytes,
        &mut Budget::new(Limits::default(), size(bytes), false),
    )
}

fn size(bytes: &[u8]) -> u64 {
    bytes.len() as u64
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
    if library::is_bare(&container) {
        budget.keep(bytes)?;
        let contents = Contents {
            libraries: vec![library::bare_jar(&mut container, bytes, budget)?],
            ..Contents::default()
        };
        return Ok(Opened::new(ArchiveKind::Library, contents));
    }
    read_container(&mut container, depth, budget)
}

/// Reads what lies in a ZIP or a folder.
pub(crate) fn read_container(
    container: &mut Container<'_>,
    depth: usize,
    budget: &mut Budget,
) -> Result<Opened, ArchiveError> {
    let roots = roots::find(container);
    if clone::is_one(container) {
        return read_clone(container, &roots, depth, budget);
    }
    let mut unread = Vec::new();
    let (kind, mut contents, members) = match roots.as_slice() {
        [root] if !holds_others(container, root) => {
            let (contents, members) = read_root(container, root, depth, budget)?;
            (root.kind.into(), contents, members)
        }
        roots => {
            let (contents, members) =
                bundle::read_archive(container, roots, depth, &mut unread, budget)?;
            // Whoever packs archives together does it by hand.
            container
                .oddities
                .retain(|oddity| oddity.kind != OddityKind::Repacked);
            (ArchiveKind::Bundle, contents, members)
        }
    };
    contents.oddities.append(&mut container.oddities);
    Ok(Opened {
        kind,
        contents,
        unread,
        members,
    })
}

/// Reads the archive of a whole instance as far as archives lie in it; the rest is opaque.
fn read_clone(
    container: &mut Container<'_>,
    roots: &[Root],
    depth: usize,
    budget: &mut Budget,
) -> Result<Opened, ArchiveError> {
    let mut opened = Opened::new(ArchiveKind::Clone, Contents::default());
    match bundle::read_archive(container, roots, depth, &mut opened.unread, budget) {
        Ok((contents, members)) => {
            opened.contents = contents;
            opened.members = members;
        }
        Err(ArchiveError::NotAnArchive { .. }) => {}
        Err(error) => return Err(error),
    }
    opened.contents.notes.insert(0, WHOLE_INSTANCE.to_owned());
    Ok(opened)
}

/// Whether archives lie beside the one place that was found.
fn holds_others(container: &Container<'_>, root: &Root) -> bool {
    container.names().any(|name| {
        !name.starts_with(root.claim())
            && ["iar", "par", "car"]
                .iter()
                .any(|ending| has_ending(name, ending))
    })
}

/// Reads what begins at a place in a ZIP or folder.
pub(crate) fn read_root(
    container: &mut Container<'_>,
    root: &Root,
    depth: usize,
    budget: &mut Budget,
) -> Result<(Contents, Vec<Member>), ArchiveError> {
    match root.kind {
        RootKind::Project => Ok((
            project::read_archive(container, &root.folder, budget)?,
            Vec::new(),
        )),
        RootKind::Package => package::read_archive(container, &root.folder, depth, budget),
        RootKind::Integration => Ok((
            integration::read_archive(container, root, budget)?,
            Vec::new(),
        )),
    }
}

impl From<RootKind> for ArchiveKind {
    fn from(kind: RootKind) -> Self {
        match kind {
            RootKind::Project => Self::Project,
            RootKind::Package => Self::Package,
            RootKind::Integration => Self::Integration,
        }
    }
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
    Ok(Opened::new(kind, contents))
}

fn not_an_archive(reason: &str) -> ArchiveError {
    ArchiveError::NotAnArchive {
        reason: reason.to_owned(),
    }
}
