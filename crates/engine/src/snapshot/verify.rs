//! Reading a snapshot back and comparing it with its manifest.

use std::collections::BTreeSet;
use std::time::{Duration, Instant};

use serde::{Deserialize, Serialize};
use waybill_vault::{Vault, WriteProgress};

use crate::error::{EngineError, Result};
use crate::layout;

/// What reading a snapshot back found.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct VerifyReport {
    /// The snapshot.
    pub snapshot: String,
    /// How many files were read and compared.
    pub files: u32,
    /// How many bytes.
    pub bytes: u64,
    /// What is wrong, a line each; empty if all files are there and equal.
    pub problems: Vec<String>,
    /// How long it took.
    pub took: Duration,
}

impl VerifyReport {
    /// All files are there and equal.
    #[must_use]
    pub fn passed(&self) -> bool {
        self.problems.is_empty()
    }
}

/// Reads every file of a snapshot and compares it with the manifest; files that the manifest does
/// not know are named as well.
pub fn verify(
    vault: &Vault,
    id: &str,
    progress: &dyn WriteProgress,
    cancelled: &dyn Fn() -> bool,
) -> Result<VerifyReport> {
    let began = Instant::now();
    let failed = EngineError::vault("Opening the snapshot");
    let id = vault.snapshot(id).map_err(failed)?.id;
    let manifest = super::read_manifest(vault, &id)?;
    let expected: Vec<_> = manifest
        .files()
        .map(|file| (file.path.clone(), file.sha256.clone(), file.size))
        .collect();
    let mismatches = vault
        .verify(&id, &expected, progress, cancelled)
        .map_err(EngineError::vault("Reading the snapshot back"))?;
    let mut problems: Vec<_> = mismatches.iter().map(ToString::to_string).collect();
    let known: BTreeSet<_> = manifest.files().map(|file| file.path.as_str()).collect();
    let files = vault
        .files(&id)
        .map_err(EngineError::vault("Listing the files of the snapshot"))?;
    for file in files {
        if file.path != layout::MANIFEST && !known.contains(file.path.as_str()) {
            problems.push(format!(
                "{} is in the snapshot and not in its manifest.",
                file.path
            ));
        }
    }
    Ok(VerifyReport {
        snapshot: id,
        files: u32::try_from(expected.len()).unwrap_or(u32::MAX),
        bytes: expected.iter().map(|(_, _, size)| size).sum(),
        problems,
        took: began.elapsed(),
    })
}
