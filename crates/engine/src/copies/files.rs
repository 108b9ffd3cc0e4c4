//! What a copy holds: the files of the snapshot under names that a person files them by, the manifest, and
//! for places that show differences what is in archives, unpacked.

use std::sync::Arc;

use bytes::Bytes;
use waybill_archive::{Limits, readable_files};
use waybill_targets::{CopyFile, derived_file};
use waybill_vault::Vault;

use crate::error::{EngineError, Result};
use crate::manifest::{FileStamp, Manifest};
use crate::{digest, layout};

/// What stands behind the name of an archive in the folder of what is in it.
const UNPACKED: &str = ".unpacked";

/// The files of a snapshot, readable one after the other.
pub struct Source {
    pub vault: Arc<Vault>,
    /// The snapshot's id.
    pub snapshot: String,
    pub manifest: Manifest,
    /// The bytes of the manifest, which says nothing of itself.
    manifest_bytes: Bytes,
}

/// A file of a copy with its content's place: in the snapshot, or in an archive of it.
pub struct Planned {
    /// The file of the snapshot, under its name in the copy.
    pub file: CopyFile,
    /// What was unpacked from it.
    pub derived: Vec<CopyFile>,
}

impl Source {
    /// Opens a snapshot. Blocks.
    pub fn open(vault: Arc<Vault>, snapshot: &str) -> Result<Self> {
        let bytes = vault
            .read(snapshot, layout::MANIFEST)
            .map_err(EngineError::vault("Reading the manifest of the snapshot"))?;
        let manifest = crate::snapshot::read_manifest(&vault, snapshot)?;
        Ok(Self {
            vault,
            snapshot: snapshot.to_owned(),
            manifest,
            manifest_bytes: Bytes::from(bytes),
        })
    }

    /// The files of the copy. Blocks, and reads every archive where they are unpacked.
    pub fn planned(&self, unpacked: bool, stopped: &dyn Fn() -> bool) -> Result<Vec<Planned>> {
        let mut planned = vec![Planned {
            file: CopyFile {
                path: layout::MANIFEST.to_owned(),
                origin: layout::MANIFEST.to_owned(),
                sha256: digest::sha256(&self.manifest_bytes),
                size: self.manifest_bytes.len() as u64,
            },
            derived: Vec::new(),
        }];
        for stamp in self.manifest.files() {
            if stopped() {
                return Err(EngineError::Cancelled);
            }
            let file = CopyFile {
                path: filed(&stamp.path),
                origin: stamp.path.clone(),
                sha256: stamp.sha256.clone(),
                size: stamp.size,
            };
            let derived = if unpacked && may_be_archive(&stamp.path) {
                let content = self.content(&file)?;
                inside(&file.path, &content)
                    .into_iter()
                    .map(|(path, content)| derived_file(path, &content))
                    .collect()
            } else {
                Vec::new()
            };
            planned.push(Planned { file, derived });
        }
        Ok(planned)
    }

    /// The content of a file of the snapshot, compared with the manifest. Blocks.
    pub fn content(&self, file: &CopyFile) -> Result<Bytes> {
        if file.origin == layout::MANIFEST {
            return Ok(self.manifest_bytes.clone());
        }
        let content = self
            .vault
            .read(&self.snapshot, &file.origin)
            .map_err(EngineError::vault(format!(
                "Reading `{}` of a snapshot",
                file.origin
            )))?;
        if digest::sha256(&content) != file.sha256 {
            return Err(EngineError::Unreadable {
                what: file.origin.clone(),
                snapshot: crate::snapshot::short(&self.snapshot).to_owned(),
                cause: "its SHA-256 is not the one in the manifest".to_owned(),
            });
        }
        Ok(Bytes::from(content))
    }
}

/// What is in an archive, under the paths that it has in the copy. What cannot be unpacked is there as it is,
/// packed.
#[must_use]
pub fn inside(path: &str, content: &[u8]) -> Vec<(String, Vec<u8>)> {
    let found = readable_files(content, Limits::default()).unwrap_or_default();
    found
        .into_iter()
        .filter(|(inner, _)| is_sound(inner))
        .map(|(inner, content)| (format!("{path}{UNPACKED}/{inner}"), content))
        .collect()
}

/// What Git and every system can hold.
fn is_sound(path: &str) -> bool {
    path.split('/').all(|part| {
        !matches!(part, "" | "." | "..")
            && !part.eq_ignore_ascii_case(".git")
            && !part.contains(['\\', ':', '*', '?', '"', '<', '>', '|'])
            && !part.chars().any(char::is_control)
    })
}

fn may_be_archive(path: &str) -> bool {
    [".iar", ".par", ".car", ".jar"]
        .iter()
        .any(|ending| path.ends_with(ending))
}

/// The path of a file in a copy: `integrations/A_01.iar` is filed under `Integrations`.
fn filed(path: &str) -> String {
    let mut letters = path.chars();
    match letters.next() {
        Some(first) if path.contains('/') => {
            format!("{}{}", first.to_ascii_uppercase(), letters.as_str())
        }
        _ => path.to_owned(),
    }
}

/// The files that two snapshots do not share.
pub fn new_since<'a>(
    before: Option<&Manifest>,
    now: &'a Manifest,
) -> impl Iterator<Item = &'a FileStamp> {
    let known: std::collections::HashSet<String> = before
        .into_iter()
        .flat_map(Manifest::files)
        .map(|file| file.sha256.clone())
        .collect();
    now.files()
        .filter(move |file| !known.contains(&file.sha256))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_are_filed_under_words_that_people_know() {
        assert_eq!(
            filed("integrations/A_01.00.0000.iar"),
            "Integrations/A_01.00.0000.iar"
        );
        assert_eq!(filed("agentGroups/G.json"), "AgentGroups/G.json");
        assert_eq!(
            filed("projects/HR/lookups/T.csv"),
            "Projects/HR/lookups/T.csv"
        );
        assert_eq!(filed("catalogue.json"), "catalogue.json");
    }

    #[test]
    fn what_no_system_can_hold_is_left_packed() {
        for path in ["a/.GIT/b", "a\\b", "a//b", "a/../b", "a/b?"] {
            assert!(!is_sound(path), "{path}");
        }
        assert!(is_sound(
            "icspackage/project/A_01.00.0000/PROJECT-INF/project.xml"
        ));
    }
}
