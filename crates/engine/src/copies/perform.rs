//! The run of a copy: plan, name, carry, compare, write down.

use std::collections::HashMap;
use std::sync::Arc;

use jiff::Timestamp;
use tokio_util::sync::CancellationToken;
use waybill_targets::{CopyFile, CopyHead, Finished, Target, TargetError};
use waybill_vault::{RemoteFiles, Vault};

use super::bridge::RemotePlace;
use super::files::{self, Planned, Source};
use super::head::{Known, head};
use super::into_vault::{self, Carried, IntoVault};
use super::words::{Said, counted, said, sentence};
use super::{Carrier, CopyRequest};
use crate::blocking;
use crate::error::{EngineError, Result};
use crate::journal::{CopyEnd, CopyState, Journal, RunEnd, RunPhase, RunStatus};
use crate::manifest::Manifest;
use crate::progress::Reporter;
use crate::recorder::Recorder;
use crate::snapshot;

/// What a copy led to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CopyOutcome {
    /// How it is opened at the target.
    pub folder: String,
    /// Where it is, for people.
    pub reference: String,
    /// The result in one sentence.
    pub headline: String,
}

/// Copies a snapshot. The journal has its row ([`Journal::take_copy`]) and its run already. Resumes where
/// the journal knows of an earlier try.
///
/// Dropping the future ends it as the death of the process would: the run is interrupted, and what was
/// carried stays for the next try.
///
/// # Errors
/// `NotResumable`, `AlreadyRunning` before anything is done. Afterwards `Cancelled`, `Target`, `Vault`: the run
/// is cancelled or failed, and can be resumed.
pub async fn copy(
    request: CopyRequest,
    carrier: Carrier,
    vault: Arc<Vault>,
    journal: Arc<Journal>,
    reporter: Arc<dyn Reporter>,
    cancel: CancellationToken,
    clock: Clock,
) -> Result<CopyOutcome> {
    let recorder = Arc::new(Recorder::take(journal, reporter, &request.new_run())?);
    let stop = cancel.child_token();
    let _guard = stop.clone().drop_guard();
    let work = Work {
        request,
        carrier,
        vault,
        recorder: Arc::clone(&recorder),
        stop,
    };
    let result = Box::pin(work.run()).await;
    conclude(&recorder, &work.request, clock(), result)
}

/// Where the time comes from.
pub type Clock = Arc<dyn Fn() -> Timestamp + Send + Sync>;

/// Ends the run of a copy that could not begin: its target cannot be used as it is set. Blocks for a moment.
///
/// # Errors
/// `Journal`.
pub fn refuse(
    request: &CopyRequest,
    journal: &Arc<Journal>,
    reporter: Arc<dyn Reporter>,
    problem: &str,
    guidance: Option<String>,
    now: Timestamp,
) -> Result<()> {
    let recorder = Recorder::take(Arc::clone(journal), reporter, &request.new_run())?;
    let failed = Failed {
        status: RunStatus::Failed,
        problem: problem.to_owned(),
        guidance,
        now,
    };
    failed.settle(&recorder, request)
}

struct Work {
    request: CopyRequest,
    carrier: Carrier,
    vault: Arc<Vault>,
    recorder: Arc<Recorder>,
    stop: CancellationToken,
}

impl Work {
    async fn run(&self) -> Result<CopyOutcome> {
        self.recorder.phase(RunPhase::Preparing)?;
        let source = Arc::new(self.source().await?);
        match &self.carrier {
            Carrier::Files { target, unpacked } => {
                tokio::select! {
                    biased;
                    () = self.stop.cancelled() => Err(EngineError::Cancelled),
                    done = Box::pin(self.to_target(&source, target, *unpacked)) => done,
                }
            }
            Carrier::Vault { files, password } => {
                let place: Arc<dyn RemoteFiles> = Arc::new(RemotePlace::new(Arc::clone(files)));
                let to = into_vault::open_vault(Arc::clone(files), password.clone(), true).await?;
                self.to_vault(&source, place, to).await
            }
        }
    }

    /// The snapshot, by its id or, where its tags changed meanwhile, by the run that took it.
    async fn source(&self) -> Result<Source> {
        let (vault, wanted, origin) = (
            Arc::clone(&self.vault),
            self.request.snapshot.clone(),
            self.request.origin.clone(),
        );
        blocking::run(move || {
            let id = match into_vault::taken_by(&vault, &origin)? {
                Some(id) => id,
                None => wanted,
            };
            Source::open(vault, &id)
        })
        .await
    }

    async fn to_target(
        &self,
        source: &Arc<Source>,
        target: &Arc<dyn Target>,
        unpacked: bool,
    ) -> Result<CopyOutcome> {
        self.recorder.phase(RunPhase::Reading)?;
        let (reading, stop) = (Arc::clone(source), self.stop.clone());
        let planned =
            blocking::run(move || reading.planned(unpacked, &|| stop.is_cancelled())).await?;
        let all: Vec<CopyFile> = planned
            .iter()
            .flat_map(|one| std::iter::once(&one.file).chain(&one.derived))
            .cloned()
            .collect();
        self.recorder
            .count(|counts| counts.planned = small(all.len()));
        self.recorder.save_counts()?;

        let mut head = self.known_head(source, target).await?;
        let mut writer = match target.begin(&head, &all).await {
            // A copy that nobody here knows of lies in its folder: of another computer, or of a data folder that
            // is gone.
            Err(TargetError::Refused { .. }) if self.is_taken(target, &head).await => {
                head = self.other_head(source, target).await?;
                target.begin(&head, &all).await
            }
            begun => begun,
        }
        .map_err(EngineError::target)?;

        self.recorder.phase(RunPhase::Writing)?;
        let bytes: u64 = all.iter().map(|file| file.size).sum();
        let mut done = 0;
        for one in &planned {
            let missing = |file: &&CopyFile| !writer.has(file);
            let derived: Vec<CopyFile> = one.derived.iter().filter(missing).cloned().collect();
            let own = !writer.has(&one.file);
            if own || !derived.is_empty() {
                let content = self.content(source, &one.file).await?;
                if !derived.is_empty() {
                    let wanted: HashMap<&str, &CopyFile> = derived
                        .iter()
                        .map(|file| (file.path.as_str(), file))
                        .collect();
                    for (path, content) in files::inside(&one.file.path, &content) {
                        if let Some(file) = wanted.get(path.as_str()) {
                            writer
                                .put(file, content.into())
                                .await
                                .map_err(EngineError::target)?;
                        }
                    }
                }
                if own {
                    writer
                        .put(&one.file, content)
                        .await
                        .map_err(EngineError::target)?;
                }
            }
            done += self.told(one, own, derived.len());
            self.recorder.tell_bytes(done, bytes);
        }
        self.recorder.save_counts()?;
        self.recorder.phase(RunPhase::Verifying)?;
        let finished = writer.finish().await.map_err(EngineError::target)?;
        Ok(self.outcome(head.folder, &finished, all.len()))
    }

    /// Counts what was carried and what was there, and gives their bytes.
    fn told(&self, one: &Planned, own: bool, derived: usize) -> u64 {
        let bytes = one.file.size + one.derived.iter().map(|file| file.size).sum::<u64>();
        let carried = derived + usize::from(own);
        let kept = one.derived.len() + 1 - carried;
        self.recorder.count(|counts| {
            counts.fetched += small(carried);
            counts.carried += small(kept);
            if carried > 0 {
                counts.bytes += bytes;
            }
        });
        bytes
    }

    async fn content(&self, source: &Arc<Source>, file: &CopyFile) -> Result<bytes::Bytes> {
        let (source, file) = (Arc::clone(source), file.clone());
        blocking::run(move || source.content(&file)).await
    }

    /// The head of an earlier try, or a new one. It is in the journal before anything is carried.
    async fn known_head(&self, source: &Arc<Source>, target: &Arc<dyn Target>) -> Result<CopyHead> {
        let earlier = self
            .recorder
            .journal()
            .copy_of_run(&self.request.run)?
            .and_then(|row| row.head);
        if let Some(head) = earlier {
            return Ok(head);
        }
        let mut known = Known::default();
        let rows = self.recorder.journal().copies_at(&self.request.target)?;
        for row in rows.iter().filter(|row| !row.folder.is_empty()) {
            let of_this = row.of.instance_id == self.request.instance.id;
            known.learn(&row.folder, if of_this { row.build } else { 0 });
        }
        if known.build == 0 {
            // Nothing is known here; what lies there may be of a data folder that is gone.
            match target.copies().await {
                Ok(copies) => self.learn(&mut known, &copies),
                Err(reason) if reason.is_passing() => return Err(EngineError::target(reason)),
                // Not every target can be listed.
                Err(reason) => tracing::debug!(%reason, "the copies of a target were not listed"),
            }
        }
        self.named(source, target, &known).await
    }

    fn learn(&self, known: &mut Known, copies: &[CopyHead]) {
        for copy in copies {
            let of_this = copy.instance == self.request.instance.name;
            known.learn(&copy.folder, if of_this { copy.build } else { 0 });
        }
    }

    async fn is_taken(&self, target: &Arc<dyn Target>, head: &CopyHead) -> bool {
        let copies = target.copies().await.unwrap_or_default();
        copies
            .iter()
            .any(|copy| copy.folder == head.folder && copy.snapshot != head.snapshot)
    }

    async fn other_head(&self, source: &Arc<Source>, target: &Arc<dyn Target>) -> Result<CopyHead> {
        let mut known = Known::default();
        let copies = target.copies().await.map_err(EngineError::target)?;
        self.learn(&mut known, &copies);
        self.named(source, target, &known).await
    }

    async fn named(
        &self,
        source: &Arc<Source>,
        target: &Arc<dyn Target>,
        known: &Known,
    ) -> Result<CopyHead> {
        let before = self.before(Some(target)).await?;
        let reading = Arc::clone(source);
        let said: Said = blocking::run(move || {
            let place =
                snapshot::SnapshotPlace::open(Arc::clone(&reading.vault), &reading.snapshot)?;
            // Without it the copy is made all the same, only without names of people.
            let catalogue = place.catalogue().unwrap_or_default();
            Ok(said(before.as_ref(), &reading.manifest, &catalogue))
        })
        .await?;
        let head = head(&self.request, &source.snapshot, said, known);
        self.recorder
            .journal()
            .name_copy(&self.request.row(), &head)?;
        Ok(head)
    }

    /// The manifest of the copy before: from the vault, or from the copy itself where the snapshot has gone.
    async fn before(&self, target: Option<&Arc<dyn Target>>) -> Result<Option<Manifest>> {
        let rows = self.recorder.journal().copies_at(&self.request.target)?;
        let last = rows.into_iter().find(|row| {
            row.state == CopyState::Whole
                && row.of.instance_id == self.request.instance.id
                && row.of.taken_at < self.request.taken_at
        });
        let Some(last) = last else {
            return Ok(None);
        };
        let (vault, origin) = (Arc::clone(&self.vault), last.of.origin.clone());
        let kept = blocking::run(move || {
            let id = into_vault::taken_by(&vault, &origin)?;
            id.map(|id| snapshot::read_manifest(&vault, &id))
                .transpose()
        })
        .await;
        if let Ok(Some(manifest)) = kept {
            return Ok(Some(manifest));
        }
        let Some(target) = target else {
            return Ok(None);
        };
        // Only words hang on it.
        let read = async {
            let reader = target.open(&last.folder).await.ok()?;
            let bytes = reader.read(crate::layout::MANIFEST).await.ok()?;
            serde_json::from_slice(&bytes).ok()
        };
        Ok(read.await)
    }

    async fn to_vault(
        &self,
        source: &Arc<Source>,
        place: Arc<dyn RemoteFiles>,
        to: Arc<Vault>,
    ) -> Result<CopyOutcome> {
        let before = self.before(None).await?;
        let what = IntoVault {
            from: Arc::clone(&self.vault),
            snapshot: source.snapshot.clone(),
            manifest: source.manifest.clone(),
            before,
        };
        let all = what.manifest.files().count();
        self.recorder.count(|counts| counts.planned = small(all));
        self.recorder.save_counts()?;
        let (recorder, stop) = (Arc::clone(&self.recorder), self.stop.clone());
        let (finished, folder) = blocking::run(move || {
            let told = |at: Carried| {
                let noted = match at {
                    Carried::Writing => recorder.phase(RunPhase::Writing),
                    Carried::Verifying => recorder.phase(RunPhase::Verifying),
                    Carried::Bytes(done, of) => {
                        recorder.tell_bytes(done, of);
                        Ok(())
                    }
                };
                if let Err(error) = noted {
                    tracing::debug!(%error, "how far a copy is was not written down");
                }
            };
            into_vault::carry(&what, place, &to, &told, &|| stop.is_cancelled())
        })
        .await?;
        self.recorder.count(|counts| {
            let kept = small(usize::try_from(finished.kept).unwrap_or(all));
            counts.carried = kept;
            counts.fetched = counts.planned.saturating_sub(kept);
            counts.bytes = finished.carried;
        });
        let head = CopyHead {
            folder: folder.clone(),
            title: String::new(),
            body: String::new(),
            instance: self.request.instance.name.clone(),
            snapshot: source.snapshot.clone(),
            taken: self.request.taken_at,
            build: 0,
        };
        self.recorder
            .journal()
            .name_copy(&self.request.row(), &head)?;
        Ok(self.outcome(folder, &finished, all))
    }

    fn outcome(&self, folder: String, finished: &Finished, files: usize) -> CopyOutcome {
        CopyOutcome {
            folder,
            reference: finished.reference.clone(),
            headline: format!(
                "{} of {} compared at {}: {}.",
                counted(files, "file"),
                self.request.instance.name,
                self.request.target_name,
                finished.reference
            ),
        }
    }
}

fn conclude(
    recorder: &Recorder,
    request: &CopyRequest,
    now: Timestamp,
    result: Result<CopyOutcome>,
) -> Result<CopyOutcome> {
    let error = match result {
        Ok(outcome) => {
            let end = CopyEnd::Whole {
                reference: outcome.reference.clone(),
            };
            recorder.journal().settle_copy(&request.row(), &end, now)?;
            recorder.end(&RunEnd {
                status: RunStatus::Done,
                snapshot: None,
                headline: outcome.headline.clone(),
                guidance: None,
                resumable: false,
            })?;
            return Ok(outcome);
        }
        Err(error) => error,
    };
    let failed = if error.is_cancelled() {
        Failed {
            status: RunStatus::Cancelled,
            problem: format!("The copy to {} was cancelled.", request.target_name),
            guidance: Some("Resume it: what was carried is not carried again.".to_owned()),
            now,
        }
    } else {
        let (said, guidance) = match (error.target_error(), error.vault_error()) {
            (Some(reason), _) => (reason.to_string(), Some(reason.guidance())),
            (None, Some(reason)) => (error.to_string(), Some(reason.guidance())),
            (None, None) => (error.to_string(), None),
        };
        Failed {
            status: RunStatus::Failed,
            problem: sentence(&said),
            guidance: guidance.map(str::to_owned),
            now,
        }
    };
    failed.settle(recorder, request)?;
    Err(error)
}

/// How a try ended that did not bring the copy there.
struct Failed {
    status: RunStatus,
    problem: String,
    guidance: Option<String>,
    now: Timestamp,
}

impl Failed {
    fn settle(self, recorder: &Recorder, request: &CopyRequest) -> Result<()> {
        let end = CopyEnd::Failed {
            problem: self.problem.clone(),
            guidance: self.guidance.clone(),
        };
        recorder
            .journal()
            .settle_copy(&request.row(), &end, self.now)?;
        recorder.end(&RunEnd {
            status: self.status,
            snapshot: None,
            headline: self.problem,
            guidance: self.guidance,
            resumable: true,
        })?;
        Ok(())
    }
}

fn small(count: usize) -> u32 {
    u32::try_from(count).unwrap_or(u32::MAX)
}
