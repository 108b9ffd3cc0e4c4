//! Restoring a snapshot to prove that it can be had back: into a folder, compared byte for byte, or into an
//! instance, compared by meaning.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use serde_json::json;
use tokio_util::sync::CancellationToken;
use waybill_engine::manifest::ArtifactEntry;
use waybill_engine::snapshot::{ExtractReport, extract_some, short};
use waybill_engine::{
    EngineError, LogWeight, NewRun, ProofKind, Recorder, Reporter, RunEnd, RunId, RunKind,
    RunPhase, RunStatus, SnapshotPlace, sha256,
};
use waybill_model::{ArtifactId, ArtifactKind, Environment, Scope};
use waybill_vault::{Progress, Vault};

use super::check::fail;
use super::evidence::{Detail, NewProof};
use crate::Waybill;
use crate::places::blocking;
use crate::settings::StoredInstance;
use crate::storage::make_private;
use crate::view::{CommandError, RunSummary, SnapshotStatus, SnapshotSummary};

/// Begins the names of folders that proofs are restored to.
const SCRATCH: &str = "proof-";

/// What a restore proof found.
#[derive(Clone, Debug, Default)]
pub(super) struct Found {
    pub(super) artifacts: usize,
    pub(super) files: u32,
    pub(super) bytes: u64,
    /// What is wrong, a line each.
    pub(super) problems: Vec<String>,
    /// What was not tried, and why.
    pub(super) left: Vec<String>,
}

/// What is proved.
pub(super) struct Proving {
    pub(super) app: Waybill,
    pub(super) place: Arc<SnapshotPlace>,
    /// How many artifacts; all, where nothing is said.
    pub(super) artifacts: Option<u32>,
    pub(super) into: Option<StoredInstance>,
    pub(super) cancel: CancellationToken,
}

impl Waybill {
    /// Proves that a snapshot can be had back, as a run: restores so many of its artifacts, or all, and
    /// compares what arrived. Into a folder, which is removed afterwards, or into an instance: a practice
    /// instance, or one that was marked for it; there it replaces what is there. Without a snapshot, the newest
    /// complete one is taken of the instance that was proved the longest time ago.
    ///
    /// # Errors
    /// `UnknownSubject` for the snapshot, the instance, or where there is no snapshot; `BadInput` with
    /// `context.field` for an instance that is not meant for it; the failures of the vault and its
    /// password. Later failures end the run.
    pub async fn proof_restore(
        &self,
        snapshot: Option<&str>,
        artifacts: Option<u32>,
        into: Option<&str>,
    ) -> Result<RunSummary, CommandError> {
        let by = self.shared.asked_by.clone();
        self.start_proof(snapshot, artifacts, into, &by).await
    }

    pub(super) async fn start_proof(
        &self,
        snapshot: Option<&str>,
        artifacts: Option<u32>,
        into: Option<&str>,
        asked_by: &str,
    ) -> Result<RunSummary, CommandError> {
        let into = into.map(|name| self.proof_place(name)).transpose()?;
        if artifacts == Some(0) {
            return Err(CommandError::field(
                "artifacts",
                "At least one artifact has to be restored.",
            ));
        }
        let id = match snapshot {
            Some(id) => id.to_owned(),
            None => self.snapshot_to_prove().await?.id,
        };
        let place = Arc::new(self.open_snapshot(&id).await?);
        let stamp = place.manifest().instance.clone();
        let title = match &into {
            None => format!("Restore proof of `{}` in a folder", stamp.name),
            Some(into) => format!("Restore proof of `{}` in `{}`", stamp.name, into.name),
        };
        let new = NewRun {
            id: RunId::fresh(),
            kind: RunKind::Proof,
            // Not the instance it came from: a backup of it may go on meanwhile.
            instance_id: None,
            instance_name: Some(stamp.name),
            environment: Some(stamp.environment),
            asked_by: asked_by.to_owned(),
            request: json!({
                "title": title, "snapshot": place.record().id, "artifacts": artifacts,
                "into": into.as_ref().map(|into| into.id.clone()),
            }),
            snapshot: Some(place.record().id.clone()),
        };
        let run = self.shared.journal.begin(&new)?;
        let app = self.clone();
        Ok(self.launch(&run, |reporter, cancel| async move {
            let proving = Proving {
                app,
                place,
                artifacts,
                into,
                cancel,
            };
            if let Err(error) = Box::pin(proving.perform(new, reporter)).await {
                tracing::warn!(%error, "a restore proof failed");
            }
        }))
    }

    /// An instance that may be restored into: never Production, and nobody's by accident.
    pub(super) fn proof_place(&self, name: &str) -> Result<StoredInstance, CommandError> {
        let instance = self.stored_instance(name)?;
        let refused = |words: String| {
            CommandError::field("into", words)
                .guide("Choose a practice instance, or mark an instance as a scratch instance first: what is in it may be replaced.")
        };
        if instance.environment == Environment::Production {
            return Err(refused(format!(
                "`{}` is Production; no proof is made there.",
                instance.name
            )));
        }
        let scratch = self.shared.settings.read().proof.scratch;
        if !instance.practice && !scratch.contains(&instance.id) {
            return Err(refused(format!(
                "`{}` is not marked as a scratch instance.",
                instance.name
            )));
        }
        Ok(instance)
    }

    /// The newest complete snapshot of a whole instance: of that which was proved the longest time ago.
    async fn snapshot_to_prove(&self) -> Result<SnapshotSummary, CommandError> {
        let mut newest: Vec<SnapshotSummary> = Vec::new();
        for one in self.snapshots(None).await? {
            let fits = one.status == SnapshotStatus::Complete
                && !one.selection
                && !one.before_change
                && one.artifacts > 0;
            if fits
                && !newest
                    .iter()
                    .any(|known| known.instance_id == one.instance_id)
            {
                newest.push(one);
            }
        }
        let proofs = self.shared.journal.proofs(None, 500)?;
        let last = |instance: &str| {
            proofs
                .iter()
                .find(|proof| {
                    matches!(proof.kind, ProofKind::Folder | ProofKind::Instance)
                        && proof.instance_id.as_deref() == Some(instance)
                })
                .map(|proof| proof.id)
        };
        newest
            .into_iter()
            .min_by_key(|one| last(&one.instance_id))
            .ok_or_else(|| {
                CommandError::new(
                    crate::view::ErrorCode::UnknownSubject,
                    "There is no complete snapshot of a whole instance yet.",
                )
                .guide("Back an instance up first.")
            })
    }

    /// Removes folders that a program left that ended in the middle of a proof.
    fn clear_scratch(&self, but: &Path) {
        let Ok(items) = std::fs::read_dir(self.shared.home.root()) else {
            return;
        };
        let open = self.shared.journal.open_runs().unwrap_or_default();
        for item in items.flatten() {
            let name = item.file_name();
            let Some(run) = name.to_str().and_then(|name| name.strip_prefix(SCRATCH)) else {
                continue;
            };
            if item.path() != but
                && !open.contains(&RunId::named(run))
                && let Err(error) = std::fs::remove_dir_all(item.path())
            {
                tracing::warn!(%error, "what a restore proof left could not be removed");
            }
        }
    }
}

impl Proving {
    async fn perform(self, new: NewRun, reporter: Arc<dyn Reporter>) -> Result<(), CommandError> {
        let journal = Arc::clone(&self.app.shared.journal);
        let recorder = Arc::new(Recorder::take(journal, reporter, &new)?);
        recorder.phase(RunPhase::Preparing)?;
        let found = match &self.into {
            None => self.proved_in_folder(&recorder).await,
            Some(instance) => Box::pin(self.proved_in_instance(instance, &recorder)).await,
        };
        match found {
            Ok(found) => self.ended(&recorder, found),
            Err(error) => {
                fail(&recorder, &error)?;
                Err(error)
            }
        }
    }

    async fn proved_in_folder(&self, recorder: &Arc<Recorder>) -> Result<Found, CommandError> {
        let folder = self
            .app
            .shared
            .home
            .root()
            .join(format!("{SCRATCH}{}", recorder.run()));
        self.app.clear_scratch(&folder);
        make_private(&folder)?;
        let guard = Scratch(folder.clone());
        let place = Arc::clone(&self.place);
        let vault = self.app.shared.vault.open(&self.app.shared.secrets).await?;
        let chosen = self.chosen(|_| true);
        let recorder = Arc::clone(recorder);
        let cancel = self.cancel.clone();
        recorder.phase(RunPhase::Writing)?;
        let report = blocking(move || {
            let told =
                |progress: Progress| recorder.tell_bytes(progress.bytes_done, progress.bytes);
            written(&vault, &place, &chosen, &folder, &told, &|| {
                cancel.is_cancelled()
            })
            .map(|report| (report, chosen.len()))
        })
        .await;
        drop(guard);
        let (report, artifacts) = report?;
        Ok(Found {
            artifacts,
            files: report.files,
            bytes: report.bytes,
            problems: report.problems,
            left: Vec::new(),
        })
    }

    /// So many artifacts as are asked for of those that fit, others for each snapshot.
    pub(super) fn chosen(&self, fits: impl Fn(&ArtifactEntry) -> bool) -> Vec<ArtifactEntry> {
        let id = &self.place.record().id;
        let mut entries: Vec<(String, ArtifactEntry)> = self
            .place
            .manifest()
            .artifacts
            .iter()
            .filter(|entry| fits(entry))
            .map(|entry| {
                (
                    sha256(format!("{id} {}", entry.id).as_bytes()),
                    entry.clone(),
                )
            })
            .collect();
        entries.sort_by(|left, right| left.0.cmp(&right.0));
        let all = entries.len();
        let wanted = self
            .artifacts
            .map_or(all, |count| usize::try_from(count).unwrap_or(all));
        entries.truncate(wanted);
        entries.into_iter().map(|(_, entry)| entry).collect()
    }

    fn ended(&self, recorder: &Recorder, found: Found) -> Result<(), CommandError> {
        for line in &found.left {
            recorder.line(LogWeight::Note, line.clone(), None)?;
        }
        for line in &found.problems {
            recorder.line(LogWeight::Failure, line.clone(), None)?;
        }
        recorder.count(|counts| {
            counts.planned = u32::try_from(found.artifacts).unwrap_or(u32::MAX);
            counts.fetched = counts.planned;
            counts.bytes = found.bytes;
        });
        let passed = found.problems.is_empty();
        let stamp = &self.place.manifest().instance;
        let (headline, guidance) = self.words(&found);
        self.app.keep_proof(NewProof {
            kind: match self.into {
                None => ProofKind::Folder,
                Some(_) => ProofKind::Instance,
            },
            snapshot: Some(self.place.record().id.clone()),
            instance_id: Some(stamp.id.clone()),
            passed,
            detail: Detail {
                headline: headline.clone(),
                instance_name: Some(stamp.name.clone()),
                into: self.into.as_ref().map(|into| into.name.clone()),
                artifacts: u32::try_from(found.artifacts).unwrap_or(u32::MAX),
                files: found.files,
                bytes: found.bytes,
                problems: found.problems,
                ..Detail::default()
            },
            run: recorder.run().clone(),
        })?;
        recorder.end(&RunEnd {
            status: if passed {
                RunStatus::Done
            } else {
                RunStatus::Failed
            },
            snapshot: None,
            headline,
            guidance,
            resumable: false,
        })?;
        Ok(())
    }

    fn words(&self, found: &Found) -> (String, Option<String>) {
        let artifacts = match found.artifacts {
            1 => "1 artifact".to_owned(),
            many => format!("{many} artifacts"),
        };
        let of = format!(
            "of `{}` (snapshot {})",
            self.place.manifest().instance.name,
            short(&self.place.record().id)
        );
        let place = match &self.into {
            None => "a folder".to_owned(),
            Some(into) => format!("`{}`", into.name),
        };
        if found.problems.is_empty() {
            let how = if self.into.is_none() {
                "equal byte for byte"
            } else {
                "the same there"
            };
            return (
                format!("{artifacts} {of} restored into {place} and found {how}."),
                None,
            );
        }
        let wrong = match found.problems.len() {
            1 => "1 of them is not as it was".to_owned(),
            many => format!("{many} are not as they were"),
        };
        (
            format!("{artifacts} {of} restored into {place}; {wrong}."),
            Some("The log names each. Check the vault with all its data, and take a new backup of the instance.".to_owned()),
        )
    }
}

/// Kinds that can be put into an instance by themselves. What they need comes along.
pub(super) fn can_be_put_back(entry: &ArtifactEntry) -> bool {
    entry.archive.is_some()
        && entry.id.scope == Scope::Global
        && matches!(
            entry.id.kind,
            ArtifactKind::Integration | ArtifactKind::Lookup | ArtifactKind::Library
        )
}

pub(super) fn ids(entries: &[ArtifactEntry]) -> Vec<ArtifactId> {
    entries.iter().map(|entry| entry.id.clone()).collect()
}

fn written(
    vault: &Vault,
    place: &SnapshotPlace,
    chosen: &[ArtifactEntry],
    folder: &Path,
    told: &dyn Fn(Progress),
    cancelled: &dyn Fn() -> bool,
) -> Result<ExtractReport, EngineError> {
    // From the disk, not from what the open vault still has in memory.
    let fresh = Vault::open_with_key(vault.path(), &vault.export_key()).map_err(|source| {
        EngineError::Vault {
            operation: "Opening the vault".to_owned(),
            source: Box::new(source),
        }
    })?;
    let paths: BTreeSet<&str> = chosen
        .iter()
        .flat_map(ArtifactEntry::files)
        .map(|file| file.path.as_str())
        .collect();
    let mut report = extract_some(
        &fresh,
        &place.record().id,
        folder,
        &|path| paths.contains(path),
        &|progress: Progress| told(progress),
        cancelled,
    )?;
    let due = u32::try_from(paths.len()).unwrap_or(u32::MAX);
    let wrong = u32::try_from(report.problems.len()).unwrap_or(u32::MAX);
    if report.files + wrong < due {
        report.problems.push(format!(
            "{} files that the manifest names are not in the snapshot.",
            due - report.files - wrong
        ));
    }
    Ok(report)
}

/// Takes the folder away, however the proof ends.
struct Scratch(PathBuf);

impl Drop for Scratch {
    fn drop(&mut self) {
        if let Err(error) = std::fs::remove_dir_all(&self.0) {
            tracing::warn!(%error, "the folder of a restore proof could not be removed");
        }
    }
}
