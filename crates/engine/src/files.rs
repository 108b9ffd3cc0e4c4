//! Archive files on disk as a place.

use std::path::{Path, PathBuf};

use jiff::Timestamp;
use waybill_archive::{ArchiveKind, Opened};
use waybill_model::{ArtifactId, ArtifactKind, Catalogue};

use crate::error::{EngineError, Result};

/// An archive file, opened.
#[derive(Debug)]
pub struct FilePlace {
    path: PathBuf,
    bytes: Vec<u8>,
    opened: Opened,
    read_at: String,
}

impl FilePlace {
    /// Reads an archive file: `.iar`, `.par`, `.car`, a lookup, a library, or a ZIP of these. What
    /// it is comes from its content. Blocks.
    pub fn open(path: &Path, now: Timestamp) -> Result<Self> {
        let bytes = std::fs::read(path).map_err(|source| EngineError::File {
            path: path.to_owned(),
            action: "read",
            source,
        })?;
        let opened = waybill_archive::read(&bytes).map_err(|source| EngineError::Archive {
            path: path.to_owned(),
            source: Box::new(source),
        })?;
        Ok(Self {
            path: path.to_owned(),
            bytes,
            opened,
            read_at: crate::journal::stamp(now),
        })
    }

    /// Where it is.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// What it holds, in the archive's own words.
    #[must_use]
    pub fn opened(&self) -> &Opened {
        &self.opened
    }

    /// The artifacts in it.
    #[must_use]
    pub fn catalogue(&self) -> Catalogue {
        let mut catalogue = self.opened.catalogue();
        catalogue.read_at.clone_from(&self.read_at);
        catalogue
    }

    /// The bytes of an artifact's own archive: the file itself, or an archive inside it. Connections
    /// and what else lies unpacked in an archive have none.
    pub fn bytes(&self, id: &ArtifactId) -> Result<Vec<u8>> {
        own_archive(&self.opened, &self.bytes, id)
            .map(<[u8]>::to_vec)
            .ok_or_else(|| EngineError::NotInPlace {
                artifact: Box::new(id.clone()),
                place: self.path.display().to_string(),
            })
    }
}

fn own_archive<'a>(opened: &'a Opened, bytes: &'a [u8], id: &ArtifactId) -> Option<&'a [u8]> {
    let kind = match opened.kind {
        ArchiveKind::Integration => Some(ArtifactKind::Integration),
        ArchiveKind::Package => Some(ArtifactKind::Package),
        ArchiveKind::Project => Some(ArtifactKind::Project),
        ArchiveKind::Lookup => Some(ArtifactKind::Lookup),
        ArchiveKind::Library => Some(ArtifactKind::Library),
        ArchiveKind::Bundle => None,
    };
    if kind == Some(id.kind) && opened.catalogue().get(id).is_some() {
        return Some(bytes);
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
    fn what_is_no_archive_is_refused_with_its_path() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("x.iar");
        std::fs::write(&path, b"<html>sign in</html>").unwrap();
        let refused = FilePlace::open(&path, Timestamp::UNIX_EPOCH).unwrap_err();
        assert!(matches!(refused, EngineError::Archive { .. }));
        assert!(refused.to_string().contains("x.iar"));
    }
}
