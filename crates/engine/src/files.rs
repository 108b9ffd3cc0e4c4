//! Archive files and folders on disk as a place.

use std::collections::BTreeSet;
use std::fmt;
use std::fs::{self, File};
use std::io::{self, Read as _};
use std::path::{Path, PathBuf};
use std::sync::OnceLock;

use jiff::Timestamp;
use waybill_archive::{ArchiveKind, Limits, Member, Opened, read, read_design, read_folder};
use waybill_model::{ArtifactId, ArtifactKind, Catalogue};

use crate::catalogue::is_pseudo_connection;
use crate::error::{EngineError, Result};

/// Bytes of a file that may be an archive. The largest export that was seen has some 20 MB.
const MOST: u64 = 1 << 30;

/// Reads a file that may be an archive. Blocks.
///
/// # Errors
/// Those of reading; also for what is no file (a device, a pipe), which might never end, and for
/// files of more than 1 GiB.
pub fn read_file(path: &Path) -> io::Result<Vec<u8>> {
    let no_file = || {
        io::Error::new(
            io::ErrorKind::InvalidInput,
            "it is neither a file nor a folder",
        )
    };
    let too_large = || {
        io::Error::new(
            io::ErrorKind::FileTooLarge,
            "it has more than 1 GB, and no archive is that large",
        )
    };
    // Before it is opened: opening a pipe may wait for ever.
    if !fs::metadata(path)?.is_file() {
        return Err(no_file());
    }
    let file = File::open(path)?;
    let known = file.metadata()?;
    if !known.is_file() {
        return Err(no_file());
    }
    if known.len() > MOST {
        return Err(too_large());
    }
    let mut bytes = Vec::with_capacity(usize::try_from(known.len()).unwrap_or_default());
    // It may grow meanwhile.
    file.take(MOST + 1).read_to_end(&mut bytes)?;
    if bytes.len() as u64 > MOST {
        return Err(too_large());
    }
    Ok(bytes)
}

/// Archive files and folders, opened as one place.
pub struct FilePlace {
    sources: Vec<Source>,
    opened: Opened,
    designed: OnceLock<Opened>,
    read_at: String,
}

/// What lies in archives may be secret, and is not printed.
impl fmt::Debug for FilePlace {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("FilePlace")
            .field("paths", &self.paths().collect::<Vec<_>>())
            .field("read_at", &self.read_at)
            .finish_non_exhaustive()
    }
}

/// One file or folder of a place.
struct Source {
    path: PathBuf,
    /// The bytes of a file; a folder has none.
    bytes: Option<Vec<u8>>,
}

impl FilePlace {
    /// Reads an archive file (`.iar`, `.par`, `.car`, a lookup, a library, or a ZIP of these), or a
    /// folder that holds such files or is one, unpacked. What it is comes from its content. Blocks.
    pub fn open(path: &Path, now: Timestamp) -> Result<Self> {
        Self::open_all(&[path.to_owned()], now)
    }

    /// Reads several files and folders as one place: where two hold the same artifact, the first
    /// counts. Blocks.
    pub fn open_all(paths: &[PathBuf], now: Timestamp) -> Result<Self> {
        let sources: Vec<Source> = paths
            .iter()
            .map(|path| Source::open(path))
            .collect::<Result<_>>()?;
        let opened = together(&sources, false)?;
        Ok(Self {
            sources,
            opened,
            designed: OnceLock::new(),
            read_at: crate::journal::stamp(now),
        })
    }

    /// Where it is.
    pub fn paths(&self) -> impl Iterator<Item = &Path> {
        self.sources.iter().map(|source| source.path.as_path())
    }

    /// What it is called: the name of the only file, or how many there are.
    #[must_use]
    pub fn title(&self) -> String {
        match self.sources.as_slice() {
            [only] => only.path.file_name().map_or_else(
                || only.path.display().to_string(),
                |name| name.to_string_lossy().into_owned(),
            ),
            several => format!("{} files", several.len()),
        }
    }

    /// What it holds, in the archive's own words.
    #[must_use]
    pub fn opened(&self) -> &Opened {
        &self.opened
    }

    /// The same with the design of its integrations, which takes longer the first time. Blocks.
    pub fn designed(&self) -> Result<&Opened> {
        if let Some(designed) = self.designed.get() {
            return Ok(designed);
        }
        let read = together(&self.sources, true)?;
        Ok(self.designed.get_or_init(|| read))
    }

    /// Each file or folder: its name, what it holds, its bytes (a folder has none).
    pub(crate) fn roots(&self) -> impl Iterator<Item = (String, &Opened, &[u8])> {
        let alone = self.sources.len() == 1;
        self.sources
            .iter()
            .enumerate()
            .filter_map(move |(index, source)| {
                let opened = if alone {
                    &self.opened
                } else {
                    &self.opened.members().get(index)?.opened
                };
                let bytes = source.bytes.as_deref().unwrap_or_default();
                Some((source.path.display().to_string(), opened, bytes))
            })
    }

    /// The artifacts in it.
    #[must_use]
    pub fn catalogue(&self) -> Catalogue {
        let mut catalogue = self.opened.catalogue();
        catalogue.read_at.clone_from(&self.read_at);
        // What stands in the place of a connection where there is none is not missing.
        let held: BTreeSet<ArtifactId> = catalogue
            .artifacts
            .iter()
            .map(|artifact| artifact.id.clone())
            .collect();
        for artifact in &mut catalogue.artifacts {
            artifact
                .dependencies
                .retain(|need| held.contains(&need.id) || !is_pseudo_connection(&need.id.code));
        }
        catalogue
    }

    /// The bytes of an artifact's own archive: the file itself, or an archive inside it. Connections
    /// and what else lies unpacked in an archive have none.
    pub fn bytes(&self, id: &ArtifactId) -> Result<Vec<u8>> {
        let found = match self.sources.as_slice() {
            [only] => own_archive(&self.opened, only.bytes.as_deref().unwrap_or_default(), id),
            _ => self
                .opened
                .members()
                .iter()
                .zip(&self.sources)
                .find_map(|(member, source)| {
                    own_archive(
                        &member.opened,
                        source.bytes.as_deref().unwrap_or_default(),
                        id,
                    )
                }),
        };
        found
            .map(<[u8]>::to_vec)
            .ok_or_else(|| EngineError::NotInPlace {
                artifact: Box::new(id.clone()),
                place: self.title(),
            })
    }
}

impl Source {
    fn open(path: &Path) -> Result<Self> {
        let failed = |source| EngineError::File {
            path: path.to_owned(),
            action: "read",
            source,
        };
        let folder = fs::metadata(path).map_err(failed)?.is_dir();
        let bytes = if folder {
            None
        } else {
            Some(read_file(path).map_err(failed)?)
        };
        Ok(Self {
            path: path.to_owned(),
            bytes,
        })
    }

    fn read(&self, design: bool) -> Result<Opened> {
        match &self.bytes {
            Some(bytes) if design => read_design(bytes),
            Some(bytes) => read(bytes),
            None => read_folder(&self.path, Limits::default(), design),
        }
        .map_err(|source| EngineError::Archive {
            path: self.path.clone(),
            source: Box::new(source),
        })
    }
}

/// What all sources hold; the members are the sources where there are several.
fn together(sources: &[Source], design: bool) -> Result<Opened> {
    if let [only] = sources {
        return only.read(design);
    }
    let mut members = Vec::new();
    for source in sources {
        members.push(Member {
            path: source.path.display().to_string(),
            bytes: Vec::new(),
            opened: source.read(design)?,
        });
    }
    Ok(Opened::together(members))
}

fn own_archive<'a>(opened: &'a Opened, bytes: &'a [u8], id: &ArtifactId) -> Option<&'a [u8]> {
    let kind = match opened.kind {
        ArchiveKind::Integration => Some(ArtifactKind::Integration),
        ArchiveKind::Package => Some(ArtifactKind::Package),
        ArchiveKind::Project => Some(ArtifactKind::Project),
        ArchiveKind::Lookup => Some(ArtifactKind::Lookup),
        ArchiveKind::Library => Some(ArtifactKind::Library),
        ArchiveKind::Bundle | ArchiveKind::Clone => None,
    };
    if kind == Some(id.kind) && opened.catalogue().get(id).is_some() {
        // What lies unpacked has no archive of its own.
        return Some(bytes).filter(|bytes| !bytes.is_empty());
    }
    opened
        .members()
        .iter()
        .find_map(|member| own_archive(&member.opened, &member.bytes, id))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_lookup_on_disk_is_a_place() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("renamed.txt");
        let bytes = b"DVM,Countries,Codes of countries\nERP,CRM\nDE,Germany\n";
        std::fs::write(&path, bytes).unwrap();
        let place = FilePlace::open(&path, "2026-11-21T08:00:00Z".parse().unwrap()).unwrap();
        let catalogue = place.catalogue();
        assert_eq!(catalogue.read_at, "2026-11-21T08:00:00.000Z");
        let id = &catalogue.artifacts[0].id;
        assert_eq!(id.to_string(), "lookup:Countries");
        assert_eq!(place.bytes(id).unwrap(), bytes);
        let other = "lookup:Other".parse().unwrap();
        assert!(matches!(
            place.bytes(&other),
            Err(EngineError::NotInPlace { .. })
        ));
    }

    #[test]
    fn a_file_without_end_and_one_that_is_too_large_are_refused_unread() {
        let folder = tempfile::tempdir().unwrap();
        let large = folder.path().join("large.iar");
        // Takes no room: nothing is written into it.
        File::create(&large).unwrap().set_len(MOST + 1).unwrap();
        let refused = FilePlace::open(&large, Timestamp::UNIX_EPOCH).unwrap_err();
        assert!(refused.to_string().contains("1 GB"), "{refused}");
        if cfg!(unix) {
            let endless = Path::new("/dev/zero");
            let refused = FilePlace::open(endless, Timestamp::UNIX_EPOCH).unwrap_err();
            assert!(refused.to_string().contains("neither a file"), "{refused}");
        }
    }

    #[test]
    fn nothing_of_the_content_is_printed() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.csv");
        std::fs::write(&path, b"DVM,KEYS,\nname,password\nA,Tiger-Lily-41\n").unwrap();
        let place = FilePlace::open(&path, Timestamp::UNIX_EPOCH).unwrap();
        let printed = format!("{place:?}");
        assert!(
            printed.contains("a.csv") && !printed.contains("Tiger"),
            "{printed}"
        );
    }

    #[test]
    fn what_is_no_archive_is_refused_with_its_path() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("x.iar");
        std::fs::write(&path, b"<html>sign in</html>").unwrap();
        let refused = FilePlace::open(&path, Timestamp::UNIX_EPOCH).unwrap_err();
        assert!(matches!(refused, EngineError::Archive { .. }));
        assert!(refused.to_string().contains("x.iar"));
    }
}
