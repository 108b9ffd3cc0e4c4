//! Which artifacts are meant by files of snapshots that cannot be read.

use std::collections::{BTreeMap, BTreeSet};

use waybill_model::ArtifactId;
use waybill_vault::{HitFile, SnapshotRecord, Vault};

use super::{brief, read_manifest};
use crate::error::{EngineError, Result};
use crate::journal::{Journal, RunItem};
use crate::layout::Layout;
use crate::manifest::{ArtifactEntry, FileStamp, InstanceStamp, Manifest};

/// A file of a snapshot that cannot be read, and whose it is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DamagedFile {
    /// The snapshot.
    pub snapshot: String,
    /// When it was taken (RFC 3339).
    pub taken_at: String,
    /// The instance it was taken from; none for a snapshot of another program.
    pub instance: Option<InstanceStamp>,
    /// The artifact, where it is one of an artifact.
    pub artifact: Option<ArtifactId>,
    /// What people call the artifact; empty where it is none.
    pub name: String,
    /// The path inside the snapshot. One that ends with `/` is a folder whose list is lost.
    pub path: String,
    /// What its content was, where the manifest can still be read.
    pub sha256: Option<String>,
}

/// Names what was hit, sorted by snapshot and path. Of a folder whose list is lost, each file that the
/// manifest knows is named. Where the manifest is lost too, what the journal knows of the run that took the
/// snapshot tells the artifact.
pub fn name_files(
    vault: &Vault,
    journal: &Journal,
    hits: &BTreeSet<HitFile>,
) -> Result<Vec<DamagedFile>> {
    if hits.is_empty() {
        return Ok(Vec::new());
    }
    let records: BTreeMap<String, SnapshotRecord> = vault
        .snapshots()
        .map_err(EngineError::vault("Listing the snapshots"))?
        .into_iter()
        .map(|record| (record.id.clone(), record))
        .collect();
    let mut by_snapshot: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for hit in hits {
        by_snapshot
            .entry(&hit.snapshot)
            .or_default()
            .push(&hit.path);
    }
    let mut named = Vec::new();
    for (snapshot, paths) in by_snapshot {
        let record = records.get(snapshot);
        let head = record.and_then(brief);
        let blank = DamagedFile {
            snapshot: snapshot.to_owned(),
            taken_at: head
                .as_ref()
                .map(|head| head.taken_at.clone())
                .or_else(|| record.map(|record| record.time.to_string()))
                .unwrap_or_default(),
            instance: head.map(|head| head.instance),
            artifact: None,
            name: String::new(),
            path: String::new(),
            sha256: None,
        };
        if let Ok(manifest) = read_manifest(vault, snapshot) {
            for path in paths {
                named.extend(files_at(&manifest, path, &blank));
            }
            continue;
        }
        let run = record.and_then(|record| super::tags::run_of(&record.tags));
        let items = run.map_or(Ok(Vec::new()), |run| journal.items(&run))?;
        let layout = Layout::of(items.iter().map(|item| &item.id));
        for path in paths {
            named.push(file_of_run(&items, &layout, path, &blank));
        }
    }
    Ok(named)
}

/// What the journal tells of a file.
fn file_of_run(items: &[RunItem], layout: &Layout, path: &str, blank: &DamagedFile) -> DamagedFile {
    let ending = path.rsplit_once('.').map_or("", |(_, ending)| ending);
    let item = items
        .iter()
        .find(|item| layout.path(&item.id, ending).as_deref() == Some(path));
    DamagedFile {
        artifact: item.map(|item| item.id.clone()),
        name: item.map(|item| item.id.code.clone()).unwrap_or_default(),
        path: path.to_owned(),
        sha256: item
            .and_then(|item| item.files.iter().find(|file| file.extension == ending))
            .map(|file| file.sha256.clone()),
        ..blank.clone()
    }
}

fn files_at(manifest: &Manifest, path: &str, blank: &DamagedFile) -> Vec<DamagedFile> {
    let is_folder = path.ends_with('/');
    let hit = |file: &FileStamp| {
        if is_folder {
            path == "/" || file.path.starts_with(path)
        } else {
            file.path == path
        }
    };
    let of = |file: &FileStamp, entry: Option<&ArtifactEntry>| DamagedFile {
        artifact: entry.map(|entry| entry.id.clone()),
        name: entry.map(|entry| entry.name.clone()).unwrap_or_default(),
        path: file.path.clone(),
        sha256: Some(file.sha256.clone()),
        ..blank.clone()
    };
    let mut files = Vec::new();
    for entry in &manifest.artifacts {
        files.extend(
            entry
                .files()
                .filter(|file| hit(file))
                .map(|file| of(file, Some(entry))),
        );
    }
    if hit(&manifest.catalogue) {
        files.push(of(&manifest.catalogue, None));
    }
    if files.is_empty() {
        files.push(DamagedFile {
            path: path.to_owned(),
            ..blank.clone()
        });
    }
    files
}
