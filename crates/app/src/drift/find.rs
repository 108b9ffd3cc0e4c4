//! A backup beside the one before it: which artifacts changed, and how.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use futures::{StreamExt as _, TryStreamExt as _};
use waybill_engine::manifest::{ArtifactEntry, InstanceStamp};
use waybill_engine::snapshot::{self, ItemChange, tags};
use waybill_engine::{
    DriftRow, Manifest, RunId, Side, SnapshotPlace, SnapshotStatus, Wrote, compare_one,
};
use waybill_model::{Artifact, ArtifactId, ArtifactKind};
use waybill_vault::{SnapshotRecord, Vault};

use super::origin::origin;
use super::words::{self, Meant};
use crate::Waybill;
use crate::places::{blocking, name};
use crate::view::{CommandError, DriftChange, DriftKind};

/// So many differences are explained at the same time.
const AT_ONCE: usize = 4;
/// So many artifacts are explained; of more it is said that they changed.
const EXPLAINED: usize = 400;
/// What a snapshot could not read is looked for in so many before it.
const BACK: usize = 7;

/// A backup that is in the vault.
#[derive(Clone, Debug)]
pub(super) struct Backup {
    pub run: RunId,
    pub snapshot: String,
    pub taken_at: String,
    instance: InstanceStamp,
    chosen: bool,
}

impl Backup {
    /// The backup behind a snapshot that was read back; none for one that belongs to a change.
    pub(super) fn of(record: &SnapshotRecord) -> Option<Self> {
        let brief = snapshot::brief(record)?;
        let counts = tags::status(&record.tags) != SnapshotStatus::Unverified
            && !brief.asked.run.keeps_before_a_change();
        counts.then(|| Self {
            run: brief.asked.run,
            snapshot: record.id.clone(),
            taken_at: brief.taken_at,
            instance: brief.instance,
            chosen: brief.chosen,
        })
    }

    /// Whether it may be what the later one is compared with; of choices, what was chosen decides too.
    fn is_like(&self, later: &Self) -> bool {
        self.chosen == later.chosen && self.instance.is_same_place(&later.instance)
    }
}

/// What changed, and against which snapshot it has to be explained.
#[derive(Default)]
struct Changed {
    /// Removed from the one before.
    removed: Vec<ArtifactEntry>,
    added: BTreeSet<ArtifactId>,
    /// By the snapshot that holds how they were.
    differs: BTreeMap<String, BTreeSet<ArtifactId>>,
}

/// What a backup is compared with.
enum Pairing {
    /// Nothing: it is the first of its kind.
    First,
    /// Nothing that could be read.
    Unreadable,
    /// The one before.
    Of(Box<Pair>),
}

/// Two snapshots with what changed.
struct Pair {
    before: Backup,
    after: Manifest,
    changed: Changed,
    /// Until when certificates that are new are valid.
    ends: BTreeMap<ArtifactId, String>,
}

impl Waybill {
    /// Finds out what changed with the backup of a run and keeps it; with nothing before it ([`is_first`]) for the
    /// first of its kind. Nothing for a backup that is not in the vault.
    pub(super) async fn find_drift(
        &self,
        instance: &str,
        run: &RunId,
        taken: &[Backup],
    ) -> Result<Option<DriftRow>, CommandError> {
        let Some(at) = taken.iter().position(|backup| backup.run == *run) else {
            return Ok(None);
        };
        let Some((later, earlier)) = taken[..=at].split_last() else {
            return Ok(None);
        };
        let vault = self.shared.vault.open(&self.shared.secrets).await?;
        let (held, later) = (Arc::clone(&vault), later.clone());
        let earlier: Vec<Backup> = earlier
            .iter()
            .rev()
            .filter(|one| one.is_like(&later))
            .cloned()
            .collect();
        let (snapshot, taken_at) = (later.snapshot.clone(), later.taken_at.clone());
        let pair = blocking(move || pair(&held, &later, &earlier)).await?;
        let Pairing::Of(pair) = pair else {
            let row = DriftRow {
                instance_id: instance.to_owned(),
                run: run.clone(),
                before: RunId::named(""),
                taken_at,
                detail: serde_json::Value::Array(Vec::new()),
            };
            // What could not be read may be there again the next time.
            if matches!(pair, Pairing::First) {
                self.shared.journal.keep_drift(&row)?;
            }
            return Ok(Some(row));
        };
        let wrote = self.shared.journal.wrote_between(
            instance,
            &pair.before.taken_at,
            &pair.after.taken_at,
        )?;
        let changes = self.explain(&vault, &snapshot, &pair, &wrote).await?;
        let row = DriftRow {
            instance_id: instance.to_owned(),
            run: run.clone(),
            before: pair.before.run.clone(),
            taken_at: pair.after.taken_at.clone(),
            detail: serde_json::to_value(changes).map_err(CommandError::internal)?,
        };
        self.shared.journal.keep_drift(&row)?;
        Ok(Some(row))
    }

    async fn explain(
        &self,
        vault: &Arc<Vault>,
        snapshot: &str,
        pair: &Pair,
        wrote: &[Wrote],
    ) -> Result<Vec<DriftChange>, CommandError> {
        let is_empty = pair.changed.removed.is_empty()
            && pair.changed.added.is_empty()
            && pair.changed.differs.is_empty();
        if is_empty {
            return Ok(Vec::new());
        }
        let after = side(vault, snapshot).await?;
        let before = side(vault, &pair.before.snapshot).await?;
        let mut changes = Vec::new();
        let one = |id: &ArtifactId, called: &str, now: Option<&Artifact>, meant: Meant| {
            let at = now.and_then(|artifact| artifact.updated.clone());
            let origin = origin(id, at.as_deref(), now.is_none(), wrote);
            DriftChange {
                id: id.clone(),
                name: name(called),
                kinds: meant.kinds,
                words: name(&meant.words),
                by: now.and_then(|artifact| artifact.updated_by.clone()),
                at,
                run: origin.run,
                outside: origin.outside,
            }
        };
        for entry in &pair.changed.removed {
            let meant = words::removed(&entry.id, after.catalogue());
            changes.push(one(&entry.id, &entry.name, None, meant));
        }
        for id in &pair.changed.added {
            let Some(now) = after.catalogue().get(id) else {
                continue;
            };
            let ends = pair.ends.get(id).map(String::as_str);
            let meant = words::added(id, before.catalogue(), after.catalogue(), ends);
            changes.push(one(id, &now.name, Some(now), meant));
        }
        let mut explained = 0;
        for (base, ids) in &pair.changed.differs {
            let left = if *base == pair.before.snapshot {
                Arc::clone(&before)
            } else {
                side(vault, base).await?
            };
            let room = EXPLAINED.saturating_sub(explained);
            explained += ids.len();
            // Owned, so that the futures do not depend on how long a reference lives.
            let own: Vec<(usize, ArtifactId)> = ids.iter().cloned().enumerate().collect();
            let work = own.into_iter().map(|(index, id)| {
                let (left, after) = (Arc::clone(&left), Arc::clone(&after));
                async move {
                    let meant = if index < room {
                        self.meant(&left, &after, &id).await?
                    } else {
                        Some(Meant::one(DriftKind::Definition, "changed"))
                    };
                    Ok::<_, CommandError>((id, meant))
                }
            });
            let found: Vec<(ArtifactId, Option<Meant>)> = futures::stream::iter(work)
                .buffer_unordered(AT_ONCE)
                .try_collect()
                .await?;
            for (id, meant) in found {
                let now = after.catalogue().get(&id);
                if let (Some(now), Some(meant)) = (now, meant) {
                    changes.push(one(&id, &now.name, Some(now), meant));
                }
            }
        }
        changes.sort_by(|left, right| left.id.cmp(&right.id));
        Ok(changes)
    }

    /// What it means that one artifact is another than it was; nothing if it is not, after all.
    async fn meant(
        &self,
        before: &Arc<Side>,
        after: &Arc<Side>,
        id: &ArtifactId,
    ) -> Result<Option<Meant>, CommandError> {
        let (Some(was), Some(is)) = (before.catalogue().get(id), after.catalogue().get(id)) else {
            return Ok(None);
        };
        let compared = Box::pin(compare_one(before, id, after, id, &self.shared.journal)).await?;
        let state = words::state(was, is, before.catalogue(), after.catalogue());
        let mut meant = words::differs(id, &compared.difference, state.is_some());
        if let Some(state) = state {
            meant.put_first(state);
        }
        if meant.kinds.is_empty() {
            if let Some(reason) = compared.reason {
                meant = Meant::one(DriftKind::Definition, &reason);
            } else if was.updated == is.updated {
                return Ok(None);
            } else {
                meant = Meant::one(DriftKind::Saved, "saved again, nothing differs");
            }
        }
        Ok(Some(meant))
    }
}

async fn side(vault: &Arc<Vault>, snapshot: &str) -> Result<Arc<Side>, CommandError> {
    let (vault, id) = (Arc::clone(vault), snapshot.to_owned());
    blocking(move || {
        let place = SnapshotPlace::open(vault, &id)?;
        let title = format!("snapshot {}", snapshot::short(&id));
        Ok(Arc::new(Side::snapshot(place, &title)?))
    })
    .await
}

/// Lays a backup beside the newest of those before it that was of the same. Blocks.
fn pair(
    vault: &Arc<Vault>,
    later: &Backup,
    earlier: &[Backup],
) -> Result<Pairing, waybill_engine::EngineError> {
    let after = SnapshotPlace::open(Arc::clone(vault), &later.snapshot)?;
    let mut unreadable = false;
    let mut older = earlier.iter().filter_map(|backup| {
        // One that is damaged is passed over.
        let Ok(manifest) = snapshot::read_manifest(vault, &backup.snapshot) else {
            unreadable = true;
            return None;
        };
        (manifest.selection == after.manifest().selection).then_some((backup, manifest))
    });
    let Some((before, manifest)) = older.next() else {
        drop(older);
        return Ok(if unreadable {
            Pairing::Unreadable
        } else {
            Pairing::First
        });
    };
    let mut changed = Changed {
        removed: after.difference(Some(&manifest)).removed,
        ..Changed::default()
    };
    let mut unknown = BTreeSet::new();
    sort(
        after.manifest(),
        (&before.snapshot, &manifest),
        None,
        &mut changed,
        &mut unknown,
    );
    // What the one before could not read is as it was when it was last read.
    for (backup, manifest) in older.take(BACK) {
        if unknown.is_empty() {
            break;
        }
        let wanted = std::mem::take(&mut unknown);
        sort(
            after.manifest(),
            (&backup.snapshot, &manifest),
            Some(&wanted),
            &mut changed,
            &mut unknown,
        );
    }
    let mut ends = BTreeMap::new();
    for id in &changed.added {
        if id.kind == ArtifactKind::Certificate
            && let Some(end) = after
                .artifact_record(id)
                .ok()
                .as_ref()
                .and_then(valid_until)
        {
            ends.insert(id.clone(), end);
        }
    }
    Ok(Pairing::Of(Box::new(Pair {
        before: before.clone(),
        after: after.manifest().clone(),
        changed,
        ends,
    })))
}

/// Whether a row is that of a backup with nothing before it.
pub(super) fn is_first(row: &DriftRow) -> bool {
    row.before.as_str().is_empty()
}

/// Sorts the artifacts of a snapshot by how they stand against an earlier one. `unknown` gets those of which the
/// earlier one knows nothing.
fn sort(
    after: &Manifest,
    (snapshot, before): (&str, &Manifest),
    wanted: Option<&BTreeSet<ArtifactId>>,
    changed: &mut Changed,
    unknown: &mut BTreeSet<ArtifactId>,
) {
    // Seen the other way round, what is new is what is gone; what could not be read is neither.
    let new: BTreeSet<ArtifactId> = snapshot::difference(Some(after), before)
        .removed
        .into_iter()
        .map(|entry| entry.id)
        .collect();
    for (id, change) in snapshot::difference(Some(before), after).changes {
        if wanted.is_some_and(|wanted| !wanted.contains(&id)) {
            continue;
        }
        match change {
            ItemChange::Changed => {
                let base = changed.differs.entry(snapshot.to_owned()).or_default();
                base.insert(id);
            }
            ItemChange::Added if new.contains(&id) => {
                changed.added.insert(id);
            }
            ItemChange::Added => {
                unknown.insert(id);
            }
            ItemChange::Same | ItemChange::Removed => {}
        }
    }
}

/// The day on which a certificate ends, from its record.
fn valid_until(record: &serde_json::Value) -> Option<String> {
    let text = ["expiryDate", "expiry"]
        .iter()
        .find_map(|name| record.get(*name)?.as_str())?;
    let day: jiff::civil::Date = text.get(..10)?.parse().ok()?;
    Some(day.strftime("%-d %b %Y").to_string())
}
