//! Taking a snapshot of an instance.
//!
//! The way of a run: read the lists (`catalogue`), see what earlier snapshots and an earlier attempt
//! of the same run already hold (`base`, `plan`), fetch the rest (`fetch`) straight into the
//! encrypted staging with a row in the journal behind each (`store`), write the snapshot, read it
//! back, compare, and only then say how it stands (`write`).
//!
//! A run that was cancelled, interrupted or failed keeps what it staged. Started again under the
//! same id it reads the lists anew and fetches what is missing or has changed since.

mod base;
mod damage;
mod fetch;
mod plan;
mod store;
mod write;

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use tokio_util::sync::CancellationToken;
use waybill_client::Client;
use waybill_model::ArtifactId;
use waybill_vault::{Staging, Vault};

use crate::catalogue::{LiveCatalogue, Reading, read_catalogue};
use crate::error::{EngineError, Result};
use crate::failure;
use crate::journal::{
    Journal, LogWeight, NewRun, RunCounts, RunEnd, RunId, RunKind, RunPhase, RunStatus,
};
use crate::manifest::{InstanceStamp, Selection, SnapshotStatus, Unread};
use crate::needs;
use crate::progress::Reporter;
use crate::recorder::Recorder;
use base::{Base, Carried, Leftover};
use damage::is_damage;
use plan::{Action, Plan};
use store::Held;

/// What to take a snapshot of.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct CaptureRequest {
    /// The run.
    pub run: RunId,
    /// The instance.
    pub instance: InstanceStamp,
    /// What of it.
    pub selection: Selection,
    /// Who asks.
    pub asked_by: String,
    /// Why, in that person's words.
    #[serde(default)]
    pub note: Option<String>,
    /// The version of this program.
    pub tool_version: String,
}

impl CaptureRequest {
    /// The run to begin, for [`Journal::begin`]. Its request holds all of this and no secret, so
    /// that it can be resumed from the journal alone ([`CaptureRequest::of_run`]).
    #[must_use]
    pub fn new_run(&self) -> NewRun {
        NewRun {
            id: self.run.clone(),
            kind: RunKind::Backup,
            instance_id: Some(self.instance.id.clone()),
            instance_name: Some(self.instance.name.clone()),
            environment: Some(self.instance.environment),
            asked_by: self.asked_by.clone(),
            request: serde_json::to_value(self).unwrap_or_default(),
            snapshot: None,
        }
    }

    /// The request that a run in the journal was made for.
    #[must_use]
    pub fn of_run(run: &crate::journal::Run) -> Option<Self> {
        serde_json::from_value(run.request.clone()).ok()
    }
}

/// What a capture led to.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct CaptureOutcome {
    /// The run.
    pub run: RunId,
    /// The snapshot, by its final id.
    pub snapshot: String,
    /// `Complete` or `Partial`.
    pub status: SnapshotStatus,
    /// The counts.
    pub counts: RunCounts,
    /// What could not be read.
    pub unread: Vec<Unread>,
    /// The result in one sentence, as in the journal.
    pub headline: String,
}

/// Takes a snapshot. Resumes if the journal knows the run already.
///
/// The run is begun, written down and ended in the journal, whatever the result; the same events go
/// to the reporter. Dropping the future ends it as the death of the process would: the run is
/// interrupted and can be resumed.
///
/// # Errors
/// `AlreadyRunning` and `NotResumable` before anything is done. Afterwards: `Cancelled` (the run is
/// `cancelled`), else the cause (the run is `failed`); both can be resumed, and nothing that was
/// stored is lost. What concerns one artifact alone is no error but part of a partial snapshot.
pub async fn capture(
    request: CaptureRequest,
    client: Client,
    vault: Arc<Vault>,
    journal: Arc<Journal>,
    reporter: Arc<dyn Reporter>,
    cancel: CancellationToken,
) -> Result<CaptureOutcome> {
    Box::pin(capture_ahead(
        request, client, vault, journal, reporter, cancel, None,
    ))
    .await
}

/// The same, with lists that are being read already: reading need not wait for the vault to be
/// opened.
///
/// # Errors
/// As [`capture`].
pub async fn capture_ahead(
    request: CaptureRequest,
    client: Client,
    vault: Arc<Vault>,
    journal: Arc<Journal>,
    reporter: Arc<dyn Reporter>,
    cancel: CancellationToken,
    reading: Option<Reading>,
) -> Result<CaptureOutcome> {
    let recorder = Arc::new(Recorder::take(journal, reporter, &request.new_run())?);
    // Work on blocking threads outlives this future when it is dropped; the guard stops it.
    let stop = cancel.child_token();
    let _guard = stop.clone().drop_guard();
    let work = Work {
        client: client.with_cancellation(stop.clone()),
        request: Arc::new(request),
        vault,
        recorder: recorder.clone(),
        stop,
        reading: Mutex::new(reading),
    };
    // Boxed, here and below: in one piece the state of a capture would fill a thread's stack.
    let result = Box::pin(work.run()).await;
    conclude(&recorder, cancel.is_cancelled(), result)
}

/// What one attempt at a snapshot led to.
enum Attempt {
    Done(CaptureOutcome),
    /// The vault could not give back what was to be carried over.
    VaultUnreadable(Vec<Carried>, EngineError),
}

/// Gives up a run that could be resumed: what it staged and what it left unconfirmed in the vault is
/// removed. Blocks.
///
/// # Errors
/// `NotResumable` for any other run.
pub fn discard(run: &RunId, vault: &Vault, journal: &Journal) -> Result<crate::journal::Run> {
    let discarded = journal.discard(run)?;
    let removing = || EngineError::vault("Removing what the run had stored");
    vault
        .staging(run.as_str())
        .and_then(|staging| staging.clear())
        .map_err(removing())?;
    if let Leftover::Unconfirmed(ids) = base::leftover(vault, run)? {
        for id in ids {
            vault.forget(&id).map_err(removing())?;
        }
    }
    Ok(discarded)
}

/// Everything a capture works with.
struct Work {
    client: Client,
    request: Arc<CaptureRequest>,
    vault: Arc<Vault>,
    recorder: Arc<Recorder>,
    stop: CancellationToken,
    /// Taken by the first attempt.
    reading: Mutex<Option<Reading>>,
}

impl Work {
    async fn run(&self) -> Result<CaptureOutcome> {
        self.recorder.phase(RunPhase::Preparing)?;
        let (vault, request) = (self.vault.clone(), self.request.clone());
        let (leftover, mut base, staging) = blocking(move || {
            let leftover = base::leftover(&vault, &request.run)?;
            let mut base = Base::load(&vault, &request.instance)?;
            if request.run.keeps_before_a_change() {
                // Fetched, whatever the dates say: it is what a change is taken back with.
                base.carry_nothing();
            }
            let staging = vault
                .staging(request.run.as_str())
                .map_err(EngineError::vault("Opening the staging of the run"))?;
            Ok((leftover, base, Arc::new(staging)))
        })
        .await?;
        let unconfirmed = match leftover {
            Leftover::Finished(record) => return self.finish_earlier(record),
            Leftover::Unconfirmed(ids) => ids,
        };
        let (held, error) = match Box::pin(self.attempt(&base, &staging, &unconfirmed)).await? {
            Attempt::Done(outcome) => return Ok(outcome),
            Attempt::VaultUnreadable(held, error) => (held, error),
        };
        let damaged = self.damaged(held).await?;
        if damaged.is_empty() {
            return Err(error);
        }
        let text = format!(
            "{} artifacts of earlier snapshots can no longer be read in the vault and are fetched again. Check the vault.",
            damaged.len()
        );
        self.recorder.line(LogWeight::Warning, text, None)?;
        base.distrust(&damaged);
        match Box::pin(self.attempt(&base, &staging, &unconfirmed)).await? {
            Attempt::Done(outcome) => Ok(outcome),
            Attempt::VaultUnreadable(_, error) => Err(error),
        }
    }

    /// Plans, fetches and writes.
    async fn attempt(
        &self,
        base: &Base,
        staging: &Arc<Staging>,
        unconfirmed: &[String],
    ) -> Result<Attempt> {
        let (recorder, kept) = (self.recorder.clone(), staging.clone());
        let stored = blocking(move || {
            let items = recorder.journal().items(recorder.run())?;
            plan::intact(&kept, items)
        })
        .await?;
        let plan = Box::pin(self.plan(base, stored)).await?;
        let harvest = Box::pin(self.fetch_all(&plan, base, staging)).await?;
        let carried: Vec<_> = harvest
            .held
            .values()
            .filter_map(|held| match held {
                Held::Carried(carried) => Some((**carried).clone()),
                _ => None,
            })
            .collect();
        let written = write::write(self, plan, harvest, base, staging.clone(), unconfirmed);
        match Box::pin(written).await {
            Ok(outcome) => Ok(Attempt::Done(outcome)),
            Err(error) if !carried.is_empty() && is_damage(&error) => {
                Ok(Attempt::VaultUnreadable(carried, error))
            }
            Err(error) => Err(error),
        }
    }

    /// The earlier attempt wrote and confirmed the snapshot; only the end was not written down.
    fn finish_earlier(&self, record: waybill_vault::SnapshotRecord) -> Result<CaptureOutcome> {
        let manifest = crate::snapshot::read_manifest(&self.vault, &record.id)?;
        let carried = manifest
            .artifacts
            .iter()
            .filter(|entry| entry.carried_from.is_some())
            .count();
        let count = |length: usize| u32::try_from(length).unwrap_or(u32::MAX);
        let counts = RunCounts {
            planned: count(manifest.artifacts.len() + manifest.unread.len()),
            fetched: count(manifest.artifacts.len() - carried),
            carried: count(carried),
            failed: count(manifest.unread.len()),
            bytes: 0,
        };
        self.recorder.count(|now| *now = counts);
        self.end(record.id, manifest.status, manifest.unread)
    }

    /// What the instance holds: as being read since before, or read now.
    async fn lists(&self) -> Result<LiveCatalogue> {
        let ahead = self
            .reading
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .take();
        match ahead {
            Some(reading) => self
                .stop
                .run_until_cancelled(reading.done())
                .await
                .unwrap_or(Err(EngineError::Cancelled)),
            None => read_catalogue(&self.client, Timestamp::now(), &|_| {}).await,
        }
    }

    async fn plan(
        &self,
        base: &Base,
        mut stored: BTreeMap<ArtifactId, crate::journal::RunItem>,
    ) -> Result<Plan> {
        self.recorder.phase(RunPhase::Reading)?;
        let mut live = self.lists().await?;
        let journal = self.recorder.journal();
        if let Some(kept) = journal.kept_catalogue(&self.request.instance.id)? {
            needs::complete(&mut live.catalogue, &kept.catalogue);
        }
        journal.keep_live(&self.request.instance.id, &live)?;
        for gap in live.catalogue.gaps.iter().filter(|gap| !gap.not_offered) {
            self.recorder
                .line(LogWeight::Warning, gap.reason.clone(), None)?;
        }
        let kept_before = stored.len();
        let plan = Plan::of(live, &self.request.selection, base, &mut stored);
        let items = plan.items();
        journal.plan_items(&self.request.run, &items)?;
        if kept_before > 0 {
            let kept = plan
                .artifacts
                .iter()
                .filter(|planned| matches!(planned.action, Action::Stored(..)))
                .count();
            self.recorder.line(
                LogWeight::Note,
                format!("Resumed: {kept} artifacts were stored already and are not fetched again."),
                None,
            )?;
        }
        self.recorder.count(|counts| {
            *counts = RunCounts {
                planned: u32::try_from(items.len()).unwrap_or(u32::MAX),
                failed: u32::try_from(plan.absent.len()).unwrap_or(u32::MAX),
                ..RunCounts::default()
            };
            for planned in &plan.artifacts {
                match &planned.action {
                    Action::Carry(_) => counts.carried += 1,
                    Action::Record => counts.fetched += 1,
                    Action::Stored(files, _) => {
                        counts.fetched += 1;
                        counts.bytes += files.iter().map(|file| file.size).sum::<u64>();
                    }
                    Action::Fetch => {}
                }
            }
        });
        self.recorder.save_counts()?;
        for item in items {
            self.recorder.tell_item(item);
        }
        Ok(plan)
    }

    /// Ends a run whose snapshot stands.
    fn end(
        &self,
        snapshot: String,
        status: SnapshotStatus,
        unread: Vec<Unread>,
    ) -> Result<CaptureOutcome> {
        let counts = self.recorder.counts();
        let headline = headline(status, counts);
        let partial = status != SnapshotStatus::Complete;
        let guidance = partial.then(|| match unread.first() {
            Some(first) => first.guidance.clone().unwrap_or_else(|| {
                "The reasons stand beside the artifacts; put them right and back up again.".to_owned()
            }),
            None => "A list could not be read; its reason stands in the log. Put it right and back up again.".to_owned(),
        });
        self.recorder.end(&RunEnd {
            status: if partial {
                RunStatus::Partial
            } else {
                RunStatus::Done
            },
            snapshot: Some(snapshot.clone()),
            headline: headline.clone(),
            guidance,
            resumable: false,
        })?;
        Ok(CaptureOutcome {
            run: self.request.run.clone(),
            snapshot,
            status,
            counts,
            unread,
            headline,
        })
    }
}

fn headline(status: SnapshotStatus, counts: RunCounts) -> String {
    let held = counts.fetched + counts.carried;
    let artifacts = if held == 1 {
        "1 artifact".to_owned()
    } else {
        format!("{held} artifacts")
    };
    let how = format!(
        "{} fetched, {} carried over",
        counts.fetched, counts.carried
    );
    match (status, counts.failed) {
        (SnapshotStatus::Complete, _) => {
            format!("Complete: {artifacts} ({how}), read back and compared.")
        }
        (_, 0) => format!("Partial: {artifacts} ({how}); a list could not be read."),
        (_, failed) => format!("Partial: {artifacts} ({how}); {failed} could not be read."),
    }
}

/// Writes down how a run ended that has no snapshot to show.
fn conclude(
    recorder: &Recorder,
    cancelled: bool,
    result: Result<CaptureOutcome>,
) -> Result<CaptureOutcome> {
    let error = match result {
        Ok(outcome) => return Ok(outcome),
        Err(error) => error,
    };
    let counts = recorder.counts();
    let end = if cancelled || error.is_cancelled() {
        RunEnd {
            status: RunStatus::Cancelled,
            snapshot: None,
            headline: format!(
                "Cancelled with {} of {} artifacts stored.",
                counts.fetched + counts.carried,
                counts.planned
            ),
            guidance: Some("Resume it: what is stored already is not fetched again.".to_owned()),
            resumable: true,
        }
    } else {
        RunEnd {
            status: RunStatus::Failed,
            snapshot: None,
            headline: failure::sentence(&error),
            guidance: guidance(&error),
            resumable: true,
        }
    };
    if let Some(client) = error.client() {
        // A journal that cannot be written leaves the run interrupted; the cause is returned anyway.
        let _ = recorder.line(LogWeight::Failure, client.to_string(), Some(client));
    }
    if let Err(journal) = recorder.end(&end) {
        tracing::error!(%journal, "the end of a run could not be written down");
    }
    if end.status == RunStatus::Cancelled {
        return Err(EngineError::Cancelled);
    }
    Err(error)
}

fn guidance(error: &EngineError) -> Option<String> {
    if let Some(client) = error.client() {
        return failure::run_guidance(client).map(str::to_owned);
    }
    if let Some(vault) = error.vault_error() {
        return Some(vault.guidance().to_owned());
    }
    match error {
        EngineError::NotAsWritten { .. } => Some(
            "Check the vault with its data to see what is damaged, look after the disk, then resume.".to_owned(),
        ),
        EngineError::Journal { .. } | EngineError::File { .. } => Some(
            "Check that the disk has space and that this account may write there, then resume.".to_owned(),
        ),
        EngineError::NothingRead { .. } => Some(
            "The reasons stand beside the artifacts; put the first right, then resume.".to_owned(),
        ),
        _ => None,
    }
}

/// Runs blocking work on its own thread.
async fn blocking<T: Send + 'static>(
    work: impl FnOnce() -> Result<T> + Send + 'static,
) -> Result<T> {
    crate::blocking::run(work).await
}
