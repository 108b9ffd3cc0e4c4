//! What has changed in the destination since a waybill was planned.

use std::collections::{BTreeMap, BTreeSet};

use waybill_model::{ArtifactId, Catalogue};

use super::world::PlanDestination;
use crate::digest::sha256;
use crate::waybill::{Standing, Waybill, canonical};

/// An artifact that is not as it was when the waybill was planned.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Changed {
    /// Which, by its name in the destination.
    pub id: ArtifactId,
    /// How it stood.
    pub was: Standing,
    /// How it stands.
    pub is: Standing,
}

/// What the waybill is about and is not as it was, judged by what lists tell: whether it is there, its
/// version, its state, when it was last changed. A fingerprint counts where both are known.
#[must_use]
pub fn changed_since(waybill: &Waybill, now: &PlanDestination) -> Vec<Changed> {
    let items = waybill.items.iter();
    items
        .filter_map(|item| {
            let is = now.standing(&item.id);
            let was = &item.before;
            let known = |ours: bool, theirs: bool| ours && theirs;
            let same = was.present == is.present
                && was.version == is.version
                && (was.state == is.state || !known(was.state.is_some(), is.state.is_some()))
                && was.updated == is.updated
                && (was.fingerprint == is.fingerprint
                    || !known(was.fingerprint.is_some(), is.fingerprint.is_some()));
            (!same).then(|| Changed {
                id: item.id.clone(),
                was: was.clone(),
                is,
            })
        })
        .collect()
}

/// SHA-256, in hex, of how everything stands that the waybill touches, as far as lists tell: equal as
/// long as nobody changed any of it.
#[must_use]
pub fn state_digest(waybill: &Waybill, destination: &PlanDestination) -> String {
    let items = waybill.items.iter().map(|item| &item.id);
    let subjects = waybill.steps.iter().map(|step| &step.subject);
    let touched: BTreeSet<&ArtifactId> = items.chain(subjects).collect();
    digest(&destination.catalogue, touched)
}

fn digest(catalogue: &Catalogue, touched: BTreeSet<&ArtifactId>) -> String {
    let stands: BTreeMap<String, serde_json::Value> = touched
        .into_iter()
        .map(|id| {
            let how = catalogue.get(id).map(|artifact| {
                serde_json::json!({
                    "state": artifact.state,
                    "updated": artifact.updated,
                })
            });
            (id.to_string(), how.unwrap_or_default())
        })
        .collect();
    let value = serde_json::to_value(stands).unwrap_or_default();
    sha256(canonical(&value).as_bytes())
}
