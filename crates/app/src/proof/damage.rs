//! Damage in words: which artifacts it hits, and where a good copy is. What is known of it is kept, so that
//! screens can show it until it is put right.

use std::collections::{BTreeMap, BTreeSet};

use waybill_engine::snapshot::{DamagedFile, name_files, read_manifest};
use waybill_engine::{EngineError, Journal, Manifest, snapshot};
use waybill_model::ArtifactId;
use waybill_vault::{Damage, HitFile, PartReport, SnapshotRecord, Vault};

use super::elsewhere::whole_copies;
use crate::Waybill;
use crate::view::{CommandError, DamageView, DamagedArtifact, GoodCopy};

/// The fact that has what is known to be damaged.
const KNOWN: &str = "vault/damage";
/// In so many of the newest snapshots of an instance another state of an artifact is looked for.
const LOOKED_AT: usize = 12;

impl Waybill {
    /// What is known to be damaged in the vault, by the last checks; empty where nothing is.
    ///
    /// # Errors
    /// `FileFailed`.
    pub fn vault_damage(&self) -> Result<Vec<DamageView>, CommandError> {
        Ok(known(&self.shared.journal)?)
    }
}

pub(super) fn known(journal: &Journal) -> Result<Vec<DamageView>, EngineError> {
    let text = journal.fact(KNOWN)?.unwrap_or_default();
    Ok(serde_json::from_str(&text).unwrap_or_default())
}

/// Keeps what is known: what a check found, and of what was known before what it did not look at.
pub(super) fn remember(
    journal: &Journal,
    report: &PartReport,
    found: &[DamageView],
) -> Result<Vec<DamageView>, EngineError> {
    let mut all: Vec<DamageView> = known(journal)?
        .into_iter()
        .filter(|one| {
            !is_covered(&one.file, report) && !found.iter().any(|new| new.file == one.file)
        })
        .collect();
    all.extend_from_slice(found);
    let text = serde_json::to_string(&all).unwrap_or_default();
    journal.set_fact(KNOWN, &text)?;
    Ok(all)
}

/// Whether a check of this part reads this file: of packs a part, of the rest all.
fn is_covered(file: &str, report: &PartReport) -> bool {
    let Some(pack) = file.strip_prefix("data/") else {
        return true;
    };
    pack.get(..2)
        .and_then(|byte| u32::from_str_radix(byte, 16).ok())
        .is_none_or(|byte| byte % report.of.max(1) == report.part.saturating_sub(1))
}

/// Names what is hit, and where good copies are.
pub(super) fn describe(
    vault: &Vault,
    app: &Waybill,
    damages: &[Damage],
) -> Result<Vec<DamageView>, EngineError> {
    let journal = &app.shared.journal;
    let targets: BTreeMap<String, String> = app
        .shared
        .settings
        .read()
        .targets
        .into_iter()
        .map(|target| (target.id, target.name))
        .collect();
    let hits: BTreeSet<HitFile> = damages
        .iter()
        .flat_map(|damage| damage.files.iter().cloned())
        .collect();
    let files = name_files(vault, journal, &hits)?;
    let mut others = Others::new(vault, &files)?;
    let mut by_hit: BTreeMap<HitFile, Vec<DamagedArtifact>> = BTreeMap::new();
    for file in files {
        let key = hits
            .iter()
            .find(|hit| hit.snapshot == file.snapshot && covers(&hit.path, &file.path))
            .cloned();
        if let Some(key) = key {
            let copies = copies(journal, &targets, &mut others, &file)?;
            by_hit.entry(key).or_default().push(shown(file, copies));
        }
    }
    Ok(damages
        .iter()
        .map(|damage| DamageView {
            file: if damage.id.is_empty() {
                damage.what.folder().to_owned()
            } else {
                format!("{}/{}", damage.what.folder(), damage.id)
            },
            detail: damage.detail.clone(),
            hits: damage
                .files
                .iter()
                .filter_map(|hit| by_hit.get(hit))
                .flatten()
                .cloned()
                .collect(),
        })
        .collect())
}

fn covers(hit: &str, path: &str) -> bool {
    hit == path || hit == "/" || (hit.ends_with('/') && path.starts_with(hit))
}

fn copies(
    journal: &Journal,
    targets: &BTreeMap<String, String>,
    others: &mut Others<'_>,
    file: &DamagedFile,
) -> Result<Vec<GoodCopy>, EngineError> {
    let rows = match others.run_of(&file.snapshot) {
        Some(run) => whole_copies(journal, &run)?,
        None => Vec::new(),
    };
    let mut copies: Vec<GoodCopy> = rows
        .into_iter()
        .filter_map(|row| {
            let name = targets.get(&row.of.target)?;
            Some(GoodCopy {
                words: format!("the copy of this snapshot at target `{name}`"),
                target: Some(row.of.target),
                snapshot: None,
            })
        })
        .collect();
    if let Some((id, taken_at)) = others.another_state(file) {
        copies.push(GoodCopy {
            words: format!(
                "another state of it in snapshot {} of {}",
                snapshot::short(&id),
                day(&taken_at)
            ),
            target: None,
            snapshot: Some(id),
        });
    }
    Ok(copies)
}

fn shown(file: DamagedFile, copies: Vec<GoodCopy>) -> DamagedArtifact {
    DamagedArtifact {
        snapshot: file.snapshot,
        taken_at: file.taken_at,
        instance_name: file
            .instance
            .map(|instance| instance.name)
            .unwrap_or_default(),
        artifact: file.artifact,
        name: file.name,
        path: file.path,
        copies,
    }
}

/// Snapshots in which another state of an artifact may be.
struct Others<'a> {
    vault: &'a Vault,
    /// Newest first, with the id of their instance.
    records: Vec<(SnapshotRecord, String)>,
    hit: BTreeSet<(String, ArtifactId)>,
    read: BTreeMap<String, Option<Manifest>>,
}

impl<'a> Others<'a> {
    fn new(vault: &'a Vault, files: &[DamagedFile]) -> Result<Self, EngineError> {
        let mut records = Vec::new();
        if !files.is_empty() {
            records = snapshot::list(vault)?;
            records.reverse();
        }
        Ok(Self {
            vault,
            records: records
                .into_iter()
                .filter_map(|record| {
                    let instance = snapshot::brief(&record)?.instance.id;
                    Some((record, instance))
                })
                .collect(),
            hit: files
                .iter()
                .filter_map(|file| Some((file.snapshot.clone(), file.artifact.clone()?)))
                .collect(),
            read: BTreeMap::new(),
        })
    }

    fn run_of(&self, snapshot: &str) -> Option<String> {
        let (record, _) = self
            .records
            .iter()
            .find(|(record, _)| record.id == snapshot)?;
        snapshot::tags::run_of(&record.tags).map(|run| run.to_string())
    }

    fn another_state(&mut self, file: &DamagedFile) -> Option<(String, String)> {
        let artifact = file.artifact.as_ref()?;
        let instance = &file.instance.as_ref()?.id;
        let of_instance = self
            .records
            .iter()
            .filter(|(_, from)| from == instance)
            .take(LOOKED_AT);
        for (record, _) in of_instance {
            if self.hit.contains(&(record.id.clone(), artifact.clone())) {
                continue;
            }
            let manifest = self
                .read
                .entry(record.id.clone())
                .or_insert_with(|| read_manifest(self.vault, &record.id).ok());
            if let Some(manifest) = manifest
                && manifest.entry(artifact).is_some()
            {
                return Some((record.id.clone(), manifest.taken_at.clone()));
            }
        }
        None
    }
}

/// The lines that say what is damaged.
pub(super) fn lines(damages: &[DamageView]) -> Vec<String> {
    let mut lines = Vec::new();
    for damage in damages {
        lines.push(format!("{} {}.", damage.file, damage.detail));
        for hit in &damage.hits {
            lines.push(hit_line(hit));
        }
    }
    lines
}

fn hit_line(hit: &DamagedArtifact) -> String {
    let what = match &hit.artifact {
        Some(id) => format!("{} {id}", hit.name).trim().to_owned(),
        None => hit.path.clone(),
    };
    let mut line = format!(
        "Damaged: {what} of `{}` in snapshot {} of {} ({}).",
        hit.instance_name,
        snapshot::short(&hit.snapshot),
        day(&hit.taken_at),
        hit.path
    );
    if let Some(copy) = hit.copies.first() {
        line.push_str(" A good one: ");
        line.push_str(&copy.words);
        line.push('.');
    }
    line
}

fn day(at: &str) -> String {
    at.parse::<jiff::Timestamp>()
        .map_or_else(|_| at.to_owned(), |at| at.strftime("%-d %b %Y").to_string())
}

/// How many artifacts are hit, each counted once.
pub(super) fn artifacts_hit(damages: &[DamageView]) -> usize {
    damages
        .iter()
        .flat_map(|damage| &damage.hits)
        .filter_map(|hit| hit.artifact.as_ref().map(|id| (&hit.instance_name, id)))
        .collect::<BTreeSet<_>>()
        .len()
}
