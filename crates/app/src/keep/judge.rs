//! What the rules say of each snapshot.
//!
//! Snapshots compete only with their like: those of one instance, of all of it or of the same choice of
//! artifacts. So a backup of three artifacts never takes the place of a whole one. What a run took before it
//! changed something takes no place at all, and stays.

use std::collections::{BTreeMap, BTreeSet};

use jiff::Timestamp;
use jiff::tz::TimeZone;
use waybill_engine::snapshot::{self, read_manifest, tags};
use waybill_engine::{Brief, EngineError, Journal, ReleaseStage, RunId, sha256};
use waybill_model::Environment;
use waybill_vault::{KeepRules, Kept, SnapshotRecord, TAG, Vault};

use super::StoredKeep;
use crate::view::{KeepBadge, KeepPreviewView, KeptSnapshot};

/// A snapshot and what the rules say of it.
#[derive(Clone, Debug)]
pub(super) struct Judged {
    pub(super) record: SnapshotRecord,
    pub(super) brief: Option<Brief>,
    pub(super) keep: bool,
    pub(super) reasons: Vec<String>,
}

/// What judging needs beside the vault.
#[derive(Clone, Debug)]
pub(super) struct Bench {
    pub(super) rules: StoredKeep,
    pub(super) now: Timestamp,
    pub(super) zone: TimeZone,
    /// Of this instance alone; the others stay.
    pub(super) only: Option<String>,
}

/// Judges all snapshots of the vault, oldest first.
pub(super) fn judge(
    vault: &Vault,
    journal: &Journal,
    bench: &Bench,
) -> Result<Vec<Judged>, EngineError> {
    // What runs need is read before and after the list, so that a run that takes its snapshot in between
    // counts in any case.
    let mut needed: BTreeSet<String> = journal.needed_snapshots()?.into_keys().collect();
    let records = vault.snapshots().map_err(|source| EngineError::Vault {
        operation: "Listing the snapshots".to_owned(),
        source: Box::new(source),
    })?;
    needed.extend(journal.needed_snapshots()?.into_keys());
    let released: BTreeSet<String> = journal
        .releases(u32::MAX)?
        .into_iter()
        .filter(|release| release.stage != ReleaseStage::GivenUp)
        .filter_map(|release| release.snapshot)
        .collect();
    let open = journal.open_runs()?;
    let mut judged: Vec<Judged> = records
        .into_iter()
        .map(|record| Judged {
            brief: snapshot::brief(&record),
            record,
            keep: true,
            reasons: Vec::new(),
        })
        .collect();
    let mut groups: BTreeMap<(String, String), Vec<usize>> = BTreeMap::new();
    for (place, one) in judged.iter_mut().enumerate() {
        let run = tags::run_of(&one.record.tags);
        if !one.record.tags.iter().any(|tag| tag == TAG) {
            one.reasons.push("another program made it".to_owned());
        } else if released.contains(&one.record.id) {
            one.reasons.push("a release is promoted from it".to_owned());
        } else if needed.contains(&one.record.id)
            || run.as_ref().is_some_and(RunId::keeps_before_a_change)
        {
            one.reasons
                .push("a run needs it for rolling back".to_owned());
        } else if run.as_ref().is_some_and(|run| open.contains(run)) {
            one.reasons.push("its backup has not ended".to_owned());
        } else if let Some(brief) = &one.brief {
            let instance = brief.instance.id.clone();
            if bench.only.as_ref().is_some_and(|only| *only != instance) {
                one.reasons.push("of another instance".to_owned());
            } else {
                let choice = choice(vault, brief, &one.record);
                groups.entry((instance, choice)).or_default().push(place);
            }
        } else {
            one.reasons.push("what it holds cannot be told".to_owned());
        }
        if let Some(name) = tags::kept_as(&one.record.tags) {
            one.reasons.insert(0, kept_words(name));
        }
    }
    for ((instance, choice), places) in groups {
        for (place, kept) in by_rules(&judged, &places, &choice, bench.rules.of(&instance), bench) {
            let one = &mut judged[place];
            one.keep = kept.keep;
            let marked = tags::kept_as(&one.record.tags).is_some();
            let said = kept.reasons.into_iter();
            // The vault says of a mark that it is there; its name was said.
            one.reasons
                .extend(said.filter(|reason| !(marked && reason == "tagged keep")));
        }
    }
    Ok(judged)
}

fn kept_words(name: &str) -> String {
    if name.is_empty() {
        "marked to stay".to_owned()
    } else {
        format!("marked to stay: {name}")
    }
}

fn by_rules(
    judged: &[Judged],
    places: &[usize],
    group: &str,
    rules: &KeepRules,
    bench: &Bench,
) -> Vec<(usize, Kept)> {
    // The vault judges by label, which is the instance's name: one that was renamed is still the same.
    let records: Vec<SnapshotRecord> = places
        .iter()
        .map(|place| SnapshotRecord {
            label: group.to_owned(),
            ..judged[*place].record.clone()
        })
        .collect();
    let kept = rules.preview(&records, &BTreeSet::new(), bench.now, &bench.zone);
    places.iter().copied().zip(kept).collect()
}

/// What tells choices of artifacts apart; the same for all that hold everything. One whose choice cannot be
/// read competes with nobody.
fn choice(vault: &Vault, brief: &Brief, record: &SnapshotRecord) -> String {
    if !brief.chosen {
        return String::new();
    }
    let selection = read_manifest(vault, &record.id)
        .ok()
        .and_then(|manifest| serde_json::to_string(&manifest.selection).ok());
    selection.unwrap_or_else(|| record.id.clone())
}

/// Those that go, by id.
pub(super) fn going(judged: &[Judged]) -> BTreeSet<String> {
    judged
        .iter()
        .filter(|one| !one.keep)
        .map(|one| one.record.id.clone())
        .collect()
}

/// Names a list of those that go.
pub(super) fn name_of(vault: &Vault, going: &BTreeSet<String>) -> String {
    let mut text = vault.id().to_owned();
    for id in going {
        text.push('\n');
        text.push_str(id);
    }
    sha256(text.as_bytes())
}

/// The preview as screens see it.
pub(super) fn preview(
    vault: &Vault,
    mut judged: Vec<Judged>,
    only: Option<&str>,
) -> Result<KeepPreviewView, EngineError> {
    let going = going(&judged);
    judged.retain(|one| {
        let of = one.brief.as_ref().map(|brief| brief.instance.id.as_str());
        only.is_none() || of == only
    });
    let bytes = vault
        .only_used_by(&going)
        .map_err(|source| EngineError::Vault {
            operation: "Measuring snapshots".to_owned(),
            source: Box::new(source),
        })?;
    let count = |count: usize| u32::try_from(count).unwrap_or(u32::MAX);
    let mut view = KeepPreviewView {
        previewed: name_of(vault, &going),
        goes: count(going.len()),
        stays: count(judged.len() - going.len()),
        bytes,
        snapshots: judged.into_iter().map(shown).collect(),
    };
    view.snapshots.sort_by(|left, right| {
        (&left.instance_name, &left.instance_id)
            .cmp(&(&right.instance_name, &right.instance_id))
            .then_with(|| right.taken_at.cmp(&left.taken_at))
            .then_with(|| left.id.cmp(&right.id))
    });
    Ok(view)
}

fn shown(one: Judged) -> KeptSnapshot {
    let Judged {
        record,
        brief,
        keep,
        reasons,
    } = one;
    let kept_as = tags::kept_as(&record.tags).map(str::to_owned);
    KeptSnapshot {
        short_id: snapshot::short(&record.id).to_owned(),
        instance_id: brief
            .as_ref()
            .map(|brief| brief.instance.id.clone())
            .unwrap_or_default(),
        instance_name: brief
            .as_ref()
            .map_or_else(|| record.label.clone(), |brief| brief.instance.name.clone()),
        environment: brief
            .as_ref()
            .map_or(Environment::Other, |brief| brief.instance.environment),
        taken_at: brief
            .as_ref()
            .map_or_else(|| record.time.to_string(), |brief| brief.taken_at.clone()),
        status: crate::places::snapshot_status(tags::status(&record.tags)),
        selection: brief.as_ref().is_some_and(|brief| brief.chosen),
        bytes: record.bytes,
        keep,
        badge: keep.then(|| badge(&reasons, kept_as.is_some())).flatten(),
        reasons,
        kept_as,
        id: record.id,
    }
}

fn badge(reasons: &[String], marked: bool) -> Option<KeepBadge> {
    if marked {
        return Some(KeepBadge::Kept);
    }
    reasons
        .iter()
        .filter_map(|reason| match reason.as_str() {
            "a run needs it for rolling back" => Some(KeepBadge::Run),
            "yearly" => Some(KeepBadge::Yearly),
            "monthly" => Some(KeepBadge::Monthly),
            "weekly" => Some(KeepBadge::Weekly),
            "daily" => Some(KeepBadge::Daily),
            "hourly" => Some(KeepBadge::Hourly),
            "one of the last" => Some(KeepBadge::Last),
            _ => None,
        })
        .min()
}
