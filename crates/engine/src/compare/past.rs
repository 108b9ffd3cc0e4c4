//! When two places were last seen to hold the same: a snapshot of one of them that still holds what
//! the other has now.

use std::sync::Arc;

use waybill_archive::{Fingerprint, Likeness, Meaning};
use waybill_model::ArtifactId;
use waybill_vault::Vault;

use super::key;
use super::read::understand_kept;
use super::side::{Side, identity};
use crate::error::Result;
use crate::journal::Journal;
use crate::manifest::{InstanceStamp, SnapshotStatus};
use crate::snapshot::{self, SnapshotPlace, tags};

/// So many snapshots are looked at.
const SNAPSHOTS: usize = 16;
/// In so many of them the artifact is read, where its fingerprint is not known.
const READ: usize = 4;

/// A snapshot in which an artifact of one place is as the other has it now.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LastSame {
    /// The snapshot.
    pub snapshot: String,
    /// When it was taken.
    pub taken_at: String,
}

/// Looks through the newest snapshots of both instances, a bounded number of them. `meanings` are
/// what the artifact means in both places. Blocks.
///
/// # Errors
/// The failures of the vault; a snapshot that cannot be read is passed over.
pub fn last_same(
    vault: &Arc<Vault>,
    left: &Side,
    right: &Side,
    id: &ArtifactId,
    meanings: &(Meaning, Meaning),
    journal: &Journal,
) -> Result<Option<LastSame>> {
    let (ours, theirs) = (meanings.0.fingerprint(), meanings.1.fingerprint());
    // Of each instance with what the other has now.
    let wanted: Vec<(&InstanceStamp, &Fingerprint)> = [(left, &theirs), (right, &ours)]
        .into_iter()
        .filter_map(|(side, other)| Some((side.stamp()?, other)))
        .collect();
    // A place and its own past: the snapshot that is compared says it all.
    if let [(one, _), (other, _)] = wanted.as_slice()
        && one.id == other.id
    {
        return Ok(None);
    }
    let mut to_read = READ;
    let records = snapshot::list(vault)?;
    let candidates = records.into_iter().rev().filter_map(|record| {
        let of = wanted
            .iter()
            .find(|(stamp, _)| record.tags.contains(&tags::instance(&stamp.id)))?;
        (tags::status(&record.tags) != SnapshotStatus::Unverified).then_some((record, *of))
    });
    for (record, (stamp, other)) in candidates.take(SNAPSHOTS) {
        let Ok(place) = SnapshotPlace::open(vault.clone(), &record.id) else {
            continue;
        };
        let manifest = place.manifest();
        if manifest.entry(id).is_none() || !manifest.instance.is_same_place(stamp) {
            continue;
        }
        let taken_at = manifest.taken_at.clone();
        let keys = key::of_entry(manifest, &identity(&manifest.instance), id);
        let names: Vec<&str> = keys.iter().map(String::as_str).collect();
        let known = journal.fingerprints(&names)?;
        let known = names.iter().find_map(|key| known.get(*key)?.parse().ok());
        let found: Option<Fingerprint> = match known {
            Some(found) => Some(found),
            None if to_read == 0 => None,
            None => {
                to_read -= 1;
                let side = Side::snapshot(place, "the snapshot").map(Arc::new);
                let read = side.and_then(|side| understand_kept(side, id));
                let found = read.ok().map(|meaning| meaning.fingerprint());
                if let Some(found) = &found {
                    let text = found.to_string();
                    let rows: Vec<_> = keys.iter().map(|key| (key.clone(), text.clone())).collect();
                    journal.keep_fingerprints(&rows)?;
                }
                found
            }
        };
        if found.is_some_and(|found| found.verdict(other) == Some(Likeness::Same)) {
            return Ok(Some(LastSame {
                snapshot: record.id,
                taken_at,
            }));
        }
    }
    Ok(None)
}
