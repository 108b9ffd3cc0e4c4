//! The names under which what was found out about an artifact is kept: equal names, equal content.

use waybill_model::{ArtifactId, ArtifactKind, Scope};

use super::side::{Place, Side};
use crate::digest::sha256;
use crate::manifest::Manifest;

/// Another version of the program may see an artifact in another way.
const VERSION: &str = env!("CARGO_PKG_VERSION");
/// The length of a key in characters: 160 bits.
const LENGTH: usize = 40;

/// The keys of an artifact of a place; none where the place does not tell whether it changed.
pub(super) fn keys(side: &Side, id: &ArtifactId) -> Vec<String> {
    match &side.place {
        Place::Live(live) => {
            let known = live.details.get(id);
            vec![match known.and_then(|detail| detail.carry_key.as_deref()) {
                Some(carry) => carried(&live.identity, id, carry),
                // Good as long as the lists are not read anew.
                None => key(&[
                    "read",
                    &live.identity,
                    &id.to_string(),
                    &side.catalogue().read_at,
                ]),
            }]
        }
        Place::Snapshot(kept) => of_entry(kept.place.manifest(), &kept.identity, id),
        Place::Files(files) => {
            let sha256 = files.held.get(id).and_then(|held| held.sha256.as_deref());
            sha256
                .map(|sha256| key(&["file", &id.to_string(), sha256]))
                .into_iter()
                .collect()
        }
    }
}

/// The keys of an artifact of a snapshot.
pub(super) fn of_entry(manifest: &Manifest, identity: &str, id: &ArtifactId) -> Vec<String> {
    let Some(entry) = manifest.entry(id) else {
        return Vec::new();
    };
    let archive = match (&entry.archive, &id.scope, id.kind) {
        (Some(archive), _, _) => Some(archive),
        (None, Scope::Project(project), ArtifactKind::Integration) => {
            let home = ArtifactId::global(ArtifactKind::Project, project.as_str(), None);
            manifest.entry(&home).and_then(|home| home.archive.as_ref())
        }
        _ => None,
    };
    let archive = archive.map_or("", |archive| archive.sha256.as_str());
    let content = key(&["kept", &id.to_string(), archive, &entry.record.sha256]);
    let carry = entry.carry_key.as_deref();
    std::iter::once(content)
        .chain(carry.map(|carry| carried(identity, id, carry)))
        .collect()
}

/// The key of two fingerprints in their order.
pub(super) fn pair(left: &str, right: &str) -> String {
    key(&["pair", left, right])
}

fn carried(identity: &str, id: &ArtifactId, carry: &str) -> String {
    key(&["carried", identity, &id.to_string(), carry])
}

fn key(parts: &[&str]) -> String {
    let mut text = VERSION.to_owned();
    for part in parts {
        text.push('\n');
        text.push_str(part);
    }
    let mut key = sha256(text.as_bytes());
    key.truncate(LENGTH);
    key
}
