//! What lists and archives tell of artifacts, without the secrets that people write into names and
//! descriptions.

use waybill_archive::mask;
use waybill_model::Artifact;

/// A name as it may be shown.
pub(crate) fn name(name: &str) -> String {
    mask(name).into_owned()
}

/// Artifacts as they may be shown.
pub(crate) fn masked(mut artifacts: Vec<Artifact>) -> Vec<Artifact> {
    artifacts.iter_mut().for_each(mask_one);
    artifacts
}

pub(super) fn mask_one(artifact: &mut Artifact) {
    artifact.name = name(&artifact.name);
    if let Some(description) = &mut artifact.description {
        *description = name(description);
    }
}
