//! Restoring a snapshot to a folder, and comparing what was written.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};
use waybill_vault::{Vault, WriteProgress};

use crate::error::{EngineError, Result};

/// What restoring to a folder wrote.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ExtractReport {
    /// The snapshot.
    pub snapshot: String,
    /// The folder.
    pub folder: PathBuf,
    /// How many files were written and found equal.
    pub files: u32,
    /// How many bytes.
    pub bytes: u64,
    /// What could not be written or is damaged, a line each.
    pub problems: Vec<String>,
}

/// Writes the files of a snapshot into `folder`, reads each one there and compares it with the
/// manifest.
pub fn extract(
    vault: &Vault,
    id: &str,
    folder: &Path,
    progress: &dyn WriteProgress,
    cancelled: &dyn Fn() -> bool,
) -> Result<ExtractReport> {
    extract_some(vault, id, folder, &|_| true, progress, cancelled)
}

/// The same for the files whose path in the snapshot `wanted` says yes to.
pub fn extract_some(
    vault: &Vault,
    id: &str,
    folder: &Path,
    wanted: &dyn Fn(&str) -> bool,
    progress: &dyn WriteProgress,
    cancelled: &dyn Fn() -> bool,
) -> Result<ExtractReport> {
    let failed = EngineError::vault("Opening the snapshot");
    let id = vault.snapshot(id).map_err(failed)?.id;
    // Where the manifest is lost, the rest is worth restoring all the same.
    let (manifest, lost) = match super::read_manifest(vault, &id) {
        Ok(manifest) => (Some(manifest), None),
        Err(error) => (
            None,
            Some(format!(
                "{}: {error} What was restored could not be compared with it.",
                crate::layout::MANIFEST
            )),
        ),
    };
    let hashes: BTreeMap<_, _> = manifest
        .iter()
        .flat_map(crate::manifest::Manifest::files)
        .map(|file| (file.path.as_str(), file.sha256.as_str()))
        .collect();
    let restored = vault
        .restore(&id, folder, wanted, progress, cancelled)
        .map_err(EngineError::vault(format!(
            "Restoring the snapshot to {}",
            folder.display()
        )))?;
    let mut report = ExtractReport {
        snapshot: id,
        folder: folder.to_owned(),
        files: 0,
        bytes: 0,
        problems: lost.into_iter().collect(),
    };
    for file in restored {
        let problem = match file.problem {
            Some(problem) => Some(format!("{}: {problem}", file.path)),
            None => hashes
                .get(file.path.as_str())
                .and_then(|hash| differs(&file.destination, hash)),
        };
        if let Some(problem) = problem {
            report.problems.push(problem);
        } else {
            report.files += 1;
            report.bytes += file.size;
        }
    }
    Ok(report)
}

fn differs(path: &Path, hash: &str) -> Option<String> {
    match std::fs::read(path) {
        Ok(bytes) if crate::digest::sha256(&bytes) == hash => None,
        Ok(_) => Some(format!("{} differs from the manifest.", path.display())),
        Err(error) => Some(format!(
            "{} could not be read again: {error}.",
            path.display()
        )),
    }
}
