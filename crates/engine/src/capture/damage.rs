//! Earlier snapshots that can no longer be read: what is damaged is not carried over.

use std::collections::BTreeMap;

use waybill_model::ArtifactId;
use waybill_vault::VaultError;

use super::base::Carried;
use super::{Work, blocking};
use crate::error::{EngineError, Result};

/// The vault holds something that it cannot read any more.
pub(super) fn is_damage(error: &EngineError) -> bool {
    matches!(
        error.vault_error(),
        Some(VaultError::ContentUnreadable { .. } | VaultError::Damaged { .. })
    )
}

impl Work {
    /// Which of the artifacts to be carried over can no longer be read.
    pub(super) async fn damaged(&self, carried: Vec<Carried>) -> Result<Vec<ArtifactId>> {
        let (vault, stop) = (self.vault.clone(), self.stop.clone());
        blocking(move || {
            let mut by_snapshot: BTreeMap<String, Vec<Carried>> = BTreeMap::new();
            for one in carried {
                by_snapshot
                    .entry(one.snapshot.clone())
                    .or_default()
                    .push(one);
            }
            let mut damaged = Vec::new();
            for (snapshot, carried) in by_snapshot {
                let files = carried.iter().flat_map(|one| one.entry.files());
                let expected: Vec<_> = files
                    .map(|file| (file.path.clone(), file.sha256.clone(), file.size))
                    .collect();
                let mismatches = vault
                    .verify(&snapshot, &expected, &waybill_vault::Silent, &|| {
                        stop.is_cancelled()
                    })
                    .map_err(EngineError::vault("Looking for what is damaged"))?;
                damaged.extend(carried.iter().filter_map(|one| {
                    let hit = |path: &str| mismatches.iter().any(|bad| bad.path == path);
                    one.entry
                        .files()
                        .any(|file| hit(&file.path))
                        .then(|| one.entry.id.clone())
                }));
            }
            Ok(damaged)
        })
        .await
    }
}
