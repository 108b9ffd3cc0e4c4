//! Writing the snapshot, reading it back, comparing, and only then saying how it stands.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::{Duration, Instant};

use bytes::Bytes;
use jiff::Timestamp;
use tokio_util::sync::CancellationToken;
use waybill_model::{Artifact, ArtifactId, Catalogue};
use waybill_vault::{Content, Entry, NewSnapshot, Staging, VaultError, Written};

use super::base::Base;
use super::plan::{Action, Plan};
use super::store::{Harvest, Held};
use super::{CaptureOutcome, CaptureRequest, Work, blocking};
use crate::digest::sha256;
use crate::error::{EngineError, Result};
use crate::journal::{LogWeight, RunPhase};
use crate::layout::{self, Layout};
use crate::manifest::{
    ArtifactEntry, Asked, Brief, FORMAT, FileStamp, Manifest, Selection, SnapshotStatus, Tool,
};
use crate::needs::{self, Needs};
use crate::recorder::Recorder;
use crate::snapshot::{difference, tags};
use crate::wire_time::moment;

/// How long to wait while another run writes into the same vault.
const WAIT_FOR_VAULT: Duration = Duration::from_mins(5);
const BETWEEN_TRIES: Duration = Duration::from_millis(200);

/// Writes, confirms and tags the snapshot, clears up, and ends the run.
pub(super) async fn write(
    work: &Work,
    plan: Plan,
    harvest: Harvest,
    base: &Base,
    staging: Arc<Staging>,
    unconfirmed: &[String],
) -> Result<CaptureOutcome> {
    if harvest.held.is_empty()
        && let Some(first) = harvest.unread.first()
    {
        return Err(EngineError::NothingRead {
            planned: work.recorder.counts().planned,
            first: first.reason.clone(),
        });
    }
    work.recorder.phase(RunPhase::Writing)?;
    let draft = Draft::of(&work.request, plan, harvest, base, &staging)?;
    let (vault, recorder, request, stop) = (
        work.vault.clone(),
        work.recorder.clone(),
        work.request.clone(),
        work.stop.clone(),
    );
    let unread = draft.manifest.unread.clone();
    let unconfirmed = unconfirmed.to_vec();
    let (snapshot, status) = blocking(move || {
        let turn = Turn {
            recorder: &recorder,
            stop: &stop,
        };
        for id in &unconfirmed {
            turn.wait(|| vault.forget(id), "Removing an unconfirmed snapshot")?;
        }
        let status = draft.manifest.status;
        remember(&recorder, &request.instance.id, &draft.listed)?;
        let (written, expected) = draft.put(&vault, &turn, &request)?;
        recorder.phase(RunPhase::Verifying)?;
        let progress = |progress: waybill_vault::Progress| {
            recorder.tell_bytes(progress.bytes_done, progress.bytes);
        };
        let mismatches = vault
            .verify(&written.id, &expected, &progress, &|| stop.is_cancelled())
            .map_err(EngineError::vault("Reading the snapshot back"))?;
        if let Some(first) = mismatches.first() {
            turn.wait(
                || vault.forget(&written.id),
                "Removing an unconfirmed snapshot",
            )?;
            return Err(EngineError::NotAsWritten {
                count: mismatches.len(),
                first: first.to_string(),
            });
        }
        let tags = tags::all(&request.instance.id, status, &request.run);
        let id = turn.wait(
            || vault.retag(&written.id, &tags),
            "Marking the snapshot as confirmed",
        )?;
        if let Err(error) = staging.clear() {
            tracing::warn!(%error, "what a finished run had staged could not be removed");
        }
        Ok((id, status))
    })
    .await?;
    work.end(snapshot, status, unread)
}

/// Completes the catalogue that was read at the beginning with what the archives told since.
fn remember(recorder: &Recorder, instance: &str, listed: &Catalogue) -> Result<()> {
    let journal = recorder.journal();
    if let Some(mut kept) = journal.kept_catalogue(instance)? {
        needs::complete(&mut kept.catalogue, listed);
        journal.keep_catalogue(instance, &kept.catalogue)?;
    }
    Ok(())
}

/// Waiting for one's turn at the vault.
struct Turn<'a> {
    recorder: &'a Recorder,
    stop: &'a CancellationToken,
}

impl Turn<'_> {
    /// Tries again while another run has the vault, for some minutes.
    fn wait<T>(
        &self,
        mut work: impl FnMut() -> waybill_vault::Result<T>,
        operation: &str,
    ) -> Result<T> {
        let began = Instant::now();
        let mut told = false;
        loop {
            match work() {
                Err(VaultError::Locked { by })
                    if began.elapsed() < WAIT_FOR_VAULT && !self.stop.is_cancelled() =>
                {
                    if !told {
                        told = true;
                        let text = format!("Waiting: the vault is in use by {by}.");
                        self.recorder.line(LogWeight::Note, text, None)?;
                    }
                    std::thread::sleep(BETWEEN_TRIES);
                }
                other => return other.map_err(EngineError::vault(operation)),
            }
        }
    }
}

/// Path, SHA-256 and size of every file that has to be found.
type Expected = Vec<(String, String, u64)>;

/// A snapshot ready to be written.
struct Draft {
    manifest: Manifest,
    brief: Brief,
    listed: Catalogue,
    catalogue: Bytes,
    sources: Vec<Source>,
    staging: Arc<Staging>,
    taken: Timestamp,
}

/// Where the bytes of one file come from. Kept apart from [`Entry`], which is used up by a try.
struct Source {
    path: String,
    size: u64,
    modified: Timestamp,
    from: Origin,
}

enum Origin {
    Staged(String),
    Snapshot(String, String),
    Memory(Bytes),
}

impl Draft {
    fn of(
        request: &CaptureRequest,
        plan: Plan,
        harvest: Harvest,
        base: &Base,
        staging: &Arc<Staging>,
    ) -> Result<Self> {
        let taken = Timestamp::now();
        let taken_at = crate::journal::stamp(taken);
        let layout = Layout::of(harvest.held.keys());
        let mut sources = Vec::new();
        let mut entries = Vec::new();
        let mut artifacts = Vec::new();
        for planned in plan.artifacts {
            let Some(held) = harvest.held.get(&planned.artifact.id) else {
                continue;
            };
            let carry_key = match &planned.action {
                Action::Record => planned.detail.carry_key.clone(),
                _ => None,
            };
            entries.push(place(
                &planned.artifact,
                held,
                carry_key,
                &layout,
                taken,
                &taken_at,
                &mut sources,
            )?);
            artifacts.push(planned.artifact);
        }
        let status = if harvest.unread.is_empty()
            && !plan.gaps.iter().any(|gap| request.selection.misses(gap))
        {
            SnapshotStatus::Complete
        } else {
            SnapshotStatus::Partial
        };
        let known: Needs = entries
            .iter()
            .flat_map(|entry| entry.needs.clone())
            .collect();
        for artifact in &mut artifacts {
            if let Some(needs) = known.get(&artifact.id) {
                needs::add(artifact, needs);
            }
        }
        let catalogue = Catalogue::new(taken_at.clone(), artifacts, plan.gaps.clone());
        let kinds = catalogue
            .counts()
            .into_iter()
            .map(|(kind, count)| (kind, u32::try_from(count).unwrap_or(u32::MAX)))
            .collect();
        let listed = catalogue;
        let catalogue = json(&listed)?;
        let manifest = Manifest {
            format: FORMAT,
            tool: Tool {
                name: "waybill".to_owned(),
                version: request.tool_version.clone(),
            },
            instance: request.instance.clone(),
            taken_at,
            status,
            selection: request.selection.clone(),
            asked: Asked {
                by: request.asked_by.clone(),
                note: request.note.clone(),
                run: request.run.clone(),
            },
            before: base.before.as_ref().map(|(id, _)| id.clone()),
            catalogue: file(layout::CATALOGUE, &catalogue),
            artifacts: entries,
            unread: harvest.unread,
            gaps: plan.gaps,
        };
        let brief = brief(&manifest, base, kinds);
        Ok(Self {
            manifest,
            brief,
            listed,
            catalogue,
            sources,
            staging: staging.clone(),
            taken,
        })
    }

    /// Writes the snapshot as not yet confirmed, and says what has to be found in it.
    fn put(
        self,
        vault: &waybill_vault::Vault,
        turn: &Turn<'_>,
        request: &CaptureRequest,
    ) -> Result<(Written, Expected)> {
        let manifest = json(&self.manifest)?;
        let mut expected: Vec<_> = self
            .manifest
            .files()
            .map(|file| (file.path.clone(), file.sha256.clone(), file.size))
            .collect();
        let stamp = file(layout::MANIFEST, &manifest);
        expected.push((stamp.path, stamp.sha256, stamp.size));
        let new = NewSnapshot {
            label: request.instance.name.clone(),
            tags: tags::all(
                &request.instance.id,
                SnapshotStatus::Unverified,
                &request.run,
            ),
            time: self.taken,
            description: serde_json::to_string(&self.brief).ok(),
        };
        let progress = |progress: waybill_vault::Progress| {
            turn.recorder
                .tell_bytes(progress.bytes_done, progress.bytes);
        };
        let written = turn.wait(
            || {
                let mut entries: Vec<_> = self
                    .sources
                    .iter()
                    .map(|source| source.entry(&self.staging))
                    .collect();
                for (path, bytes) in [
                    (layout::CATALOGUE, &self.catalogue),
                    (layout::MANIFEST, &manifest),
                ] {
                    entries.push(Entry {
                        path: path.to_owned(),
                        modified: self.taken,
                        size: bytes.len() as u64,
                        content: Content::Bytes(bytes.clone()),
                    });
                }
                vault.write(&new, entries, &progress, &|| turn.stop.is_cancelled())
            },
            "Writing the snapshot",
        )?;
        Ok((written, expected))
    }
}

impl Source {
    fn entry(&self, staging: &Arc<Staging>) -> Entry {
        Entry {
            path: self.path.clone(),
            modified: self.modified,
            size: self.size,
            content: match &self.from {
                Origin::Staged(key) => Content::Staged(key.clone(), staging.clone()),
                Origin::Snapshot(snapshot, path) => Content::FromSnapshot {
                    snapshot: snapshot.clone(),
                    path: path.clone(),
                },
                Origin::Memory(bytes) => Content::Bytes(bytes.clone()),
            },
        }
    }
}

/// Gives an artifact its place in the snapshot.
fn place(
    artifact: &Artifact,
    held: &Held,
    carry_key: Option<String>,
    layout: &Layout,
    taken: Timestamp,
    taken_at: &str,
    sources: &mut Vec<Source>,
) -> Result<ArtifactEntry> {
    let path = |extension: &str| path_of(layout, &artifact.id, extension);
    let modified = artifact
        .updated
        .as_deref()
        .and_then(moment)
        .unwrap_or(taken);
    let mut add = |stamp: &FileStamp, from: Origin| {
        sources.push(Source {
            path: stamp.path.clone(),
            size: stamp.size,
            modified,
            from,
        });
    };
    let mut entry = ArtifactEntry {
        id: artifact.id.clone(),
        name: artifact.name.clone(),
        archive: None,
        record: FileStamp {
            path: path("json")?,
            size: 0,
            sha256: String::new(),
        },
        carry_key,
        carried_from: None,
        read_at: taken_at.to_owned(),
        needs: BTreeMap::new(),
    };
    match held {
        Held::Record(bytes) => {
            entry.record = file(&entry.record.path, bytes);
            add(&entry.record, Origin::Memory(bytes.clone()));
        }
        Held::Staged { files, carry_key } => {
            entry.carry_key.clone_from(carry_key);
            for stored in files {
                let stamp = FileStamp {
                    path: path(&stored.extension)?,
                    size: stored.size,
                    sha256: stored.sha256.clone(),
                };
                add(&stamp, Origin::Staged(stored.key.clone()));
                entry.read_at.clone_from(&stored.read_at);
                entry.needs.extend(stored.needs.clone());
                if stored.extension == "json" {
                    entry.record = stamp;
                } else {
                    entry.archive = Some(stamp);
                }
            }
        }
        Held::Carried(carried) => {
            let known = &carried.entry;
            entry.carry_key.clone_from(&known.carry_key);
            entry.carried_from = Some(carried.snapshot.clone());
            entry.read_at.clone_from(&known.read_at);
            entry.needs.clone_from(&known.needs);
            let mut take = |known: &FileStamp| -> Result<FileStamp> {
                let extension = known.path.rsplit_once('.').map_or("", |(_, ending)| ending);
                let stamp = FileStamp {
                    path: path(extension)?,
                    ..known.clone()
                };
                add(
                    &stamp,
                    Origin::Snapshot(carried.snapshot.clone(), known.path.clone()),
                );
                Ok(stamp)
            };
            entry.archive = known.archive.as_ref().map(&mut take).transpose()?;
            entry.record = take(&known.record)?;
        }
    }
    Ok(entry)
}

fn path_of(layout: &Layout, id: &ArtifactId, extension: &str) -> Result<String> {
    layout
        .path(id, extension)
        .ok_or_else(|| EngineError::Internal(format!("`{id}` got no name in the snapshot")))
}

fn brief(
    manifest: &Manifest,
    base: &Base,
    kinds: BTreeMap<waybill_model::ArtifactKind, u32>,
) -> Brief {
    let count = |length: usize| u32::try_from(length).unwrap_or(u32::MAX);
    let difference = difference(base.before.as_ref().map(|(_, manifest)| manifest), manifest);
    let carried = manifest
        .artifacts
        .iter()
        .filter(|entry| entry.carried_from.is_some())
        .count();
    let missed = manifest
        .gaps
        .iter()
        .filter(|gap| manifest.selection.misses(gap))
        .count();
    Brief {
        format: FORMAT,
        instance: manifest.instance.clone(),
        taken_at: manifest.taken_at.clone(),
        asked: manifest.asked.clone(),
        tool_version: manifest.tool.version.clone(),
        chosen: manifest.selection != Selection::Everything,
        before: manifest.before.clone(),
        artifacts: count(manifest.artifacts.len()),
        unread: count(manifest.unread.len()),
        gaps: count(missed),
        added: count(difference.added()),
        changed: count(difference.changed()),
        removed: count(difference.removed.len()),
        carried: count(carried),
        kinds,
    }
}

fn file(path: &str, bytes: &[u8]) -> FileStamp {
    FileStamp {
        path: path.to_owned(),
        size: bytes.len() as u64,
        sha256: sha256(bytes),
    }
}

fn json(value: &impl serde::Serialize) -> Result<Bytes> {
    serde_json::to_vec_pretty(value)
        .map(Bytes::from)
        .map_err(|error| EngineError::Internal(format!("a document could not be written: {error}")))
}
