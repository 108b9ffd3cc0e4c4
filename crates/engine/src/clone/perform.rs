//! The run: the parts one after the other, each written down before and after.

use std::sync::Arc;
use std::time::Duration;

use jiff::Timestamp;
use serde_json::{Value, json};
use waybill_client::Error;

use super::follow::JobEnd;
use super::job::JobKind;
use super::note::{ArchiveNote, JobNote};
use super::request::{ClonePart, CloneWork};
use super::residual::{Residual, residuals};
use super::told::part_of;
use super::words::{self, Halt};
use crate::catalogue::read_catalogue;
use crate::change::{Keeping, Stop, keep_as_is};
use crate::error::{EngineError, Result};
use crate::haul::Hush;
use crate::journal::{LogWeight, Run, RunPhase, Step, StepEnd, StepFailure, StepState};
use crate::manifest::{InstanceStamp, Selection};
use crate::recorder::Recorder;

/// Between two looks at who is next in an instance.
const TURN: Duration = Duration::from_secs(2);

/// Does what is asked for. Takes it up again if the journal knows the run already: a job that was begun is followed,
/// and what is done is not done again.
///
/// The run is begun, written down and ended in the journal and in the audit log, whatever the result. Dropping the
/// future ends it as the death of the process would.
///
/// # Errors
/// `AlreadyRunning`, `NotResumable` and `Journal` before anything is done. Afterwards the run that is returned says
/// how it ended.
pub async fn clone_instance(work: CloneWork) -> Result<Run> {
    let request = &work.request;
    let recorder = Recorder::take(
        Arc::clone(&work.journal),
        Arc::clone(&work.reporter),
        &request.new_run(),
    )?;
    let known = work.journal.steps(&request.run)?;
    let resumed = !known.is_empty();
    let steps = if resumed {
        known
    } else {
        let parts = request.parts();
        let details: Vec<Value> = parts.iter().map(|part| json!({ "part": part })).collect();
        work.journal.plan_steps(&request.run, &details)?
    };
    let storage = &work.container.storage;
    let address = work.container.secret_address.then_some(&storage.url);
    let hush = Hush::knowing(std::iter::once(&storage.password).chain(address));
    let cloning = Cloning {
        work,
        recorder,
        hush,
    };
    cloning.audit("begun", "")?;
    let mut known = Known::default();
    let result = Box::pin(cloning.run(&steps, resumed, &mut known)).await;
    let given_back = cloning.give_turn_back();
    cloning.conclude(result, &known, given_back)
}

/// What the parts found out.
#[derive(Default)]
pub(super) struct Known {
    pub export: Option<JobNote>,
    pub archive: Option<ArchiveNote>,
    /// A job did not end as it should.
    pub warnings: bool,
    /// So much of the source is not in the destination.
    pub left: usize,
}

/// A run under way.
pub(super) struct Cloning {
    pub work: CloneWork,
    pub recorder: Recorder,
    pub hush: Hush,
}

impl Cloning {
    async fn run(
        &self,
        steps: &[Step],
        resumed: bool,
        known: &mut Known,
    ) -> std::result::Result<(), Stop> {
        let stop = |halt: Halt| halt.stop;
        self.phase(RunPhase::Preparing).map_err(stop)?;
        if resumed {
            self.note("Taken up again: what is done is not done again, and a job that was begun is followed.")
                .map_err(stop)?;
        }
        let planned = u32::try_from(steps.len()).unwrap_or(u32::MAX);
        self.recorder.count(|counts| counts.planned = planned);
        let begun = steps.iter().any(|step| {
            part_of(step) == Some(ClonePart::Import) && step.state != StepState::Planned
        });
        for step in steps {
            let Some(part) = part_of(step) else {
                return Err(Stop::failed(
                    "The journal holds a part that cannot be understood.",
                    "Give the run up, and begin anew.",
                ));
            };
            if self.work.cancel.is_cancelled() {
                return Err(words::cancelled());
            }
            let again = match part {
                // What opens it may have changed since.
                ClonePart::Container => true,
                // So may the destination, until the import is begun.
                ClonePart::Keep => !begun,
                _ => false,
            };
            if step.state == StepState::Done && !again {
                known.learn(part, step);
            } else {
                self.part(part, step, known).await?;
            }
            self.recorder.count(|counts| counts.fetched += 1);
            self.recorder
                .save_counts()
                .map_err(|error| Halt::from(error).stop)?;
        }
        Ok(())
    }

    /// One part, and how it ended.
    async fn part(
        &self,
        part: ClonePart,
        step: &Step,
        known: &mut Known,
    ) -> std::result::Result<(), Stop> {
        let ended = match Box::pin(self.perform(part, step, known)).await {
            Ok(after) => {
                let end = StepEnd {
                    state: StepState::Done,
                    after: Some(after),
                    took_ms: None,
                    failure: None,
                };
                self.end(step, &end)
            }
            Err(halt) if halt.failed => {
                let end = StepEnd {
                    state: StepState::Failed,
                    after: None,
                    took_ms: None,
                    failure: Some(StepFailure {
                        why: halt.stop.headline.clone(),
                        what_to_do: halt.stop.guidance.clone(),
                        exchange: halt.stop.call.as_ref().and_then(crate::failure::exchange),
                    }),
                };
                self.end(step, &end).and(Err(halt))
            }
            Err(halt) => Err(halt),
        };
        ended.map_err(|halt| halt.stop)
    }

    async fn perform(
        &self,
        part: ClonePart,
        step: &Step,
        known: &mut Known,
    ) -> std::result::Result<String, Halt> {
        match part {
            ClonePart::Container => {
                self.sent(step, None)?;
                self.try_container().await
            }
            ClonePart::Export => {
                let mut note = JobNote::of(step);
                let end = self.job(step, &mut note, JobKind::Export).await?;
                known.warnings |= end != JobEnd::Well;
                known.export = Some(note);
                Ok(in_words(end, "exported").to_owned())
            }
            ClonePart::Archive => {
                self.phase(RunPhase::Reading)?;
                self.sent(step, None)?;
                let found = self.find(known.export.as_ref()).await?;
                let base = serde_json::to_value(&found).unwrap_or_default();
                self.base(step, &base)?;
                self.recorder.count(|counts| counts.bytes = found.bytes);
                let text = format!(
                    "The archive is `{}`, {} bytes, in `{}`. What is in it is secret.",
                    found.name, found.bytes, self.work.request.container.name
                );
                self.note(&text)?;
                known.archive = Some(found);
                Ok(text)
            }
            ClonePart::Keep => {
                self.phase(RunPhase::Fetching)?;
                self.sent(step, None)?;
                self.keep().await
            }
            ClonePart::Import => {
                let archive = known.archive()?.clone();
                let mut note = JobNote::of(step);
                let end = self.job(step, &mut note, JobKind::Import(&archive)).await?;
                known.warnings |= end != JobEnd::Well;
                Ok(in_words(end, "imported").to_owned())
            }
            ClonePart::Compare => {
                self.phase(RunPhase::Verifying)?;
                self.sent(step, None)?;
                let left = self.compare().await?;
                known.left = missing(&left);
                let base = serde_json::to_value(&left).unwrap_or_default();
                self.base(step, &base)?;
                Ok(match known.left {
                    0 => "All that the source lists is there.".to_owned(),
                    1 => "One thing did not come along.".to_owned(),
                    many => format!("{many} things did not come along."),
                })
            }
            ClonePart::Remove => {
                self.sent(step, None)?;
                let archive = known.archive()?.clone();
                self.remove(&archive).await
            }
        }
    }

    /// Keeps the destination in a snapshot, whole.
    async fn keep(&self) -> std::result::Result<String, Halt> {
        let (work, request) = (&self.work, &self.work.request);
        let (Some(side), Some(instance), Some(vault)) =
            (&work.destination, &request.destination, &work.vault)
        else {
            let error = EngineError::Internal("an import has nowhere to keep what was".to_owned());
            return Err(error.into());
        };
        let keeping = Keeping {
            run: &request.run,
            instance,
            selection: Selection::Everything,
            title: &request.title,
            asked_by: &request.asked_by,
            tool_version: &request.tool_version,
        };
        let (vault, journal) = (Arc::clone(vault), &self.work.journal);
        let kept = keep_as_is(keeping, &side.client, vault, journal, &self.work.cancel);
        let snapshot = Box::pin(kept).await.map_err(Halt::left)?;
        journal.set_snapshot(&request.run, &snapshot)?;
        let short = snapshot.get(..8).unwrap_or(&snapshot);
        let text = format!(
            "`{}` as it was before is kept in snapshot {short}.",
            instance.name
        );
        self.note(&text)?;
        Ok(text)
    }

    /// Reads the lists of both instances, and lays them side by side.
    async fn compare(&self) -> std::result::Result<Vec<Residual>, Halt> {
        let request = &self.work.request;
        let source = match (&self.work.source, &request.source) {
            (Some(side), Some(stamp)) => Some(self.catalogue(&side.client, stamp).await?),
            _ => None,
        };
        let destination = match (&self.work.destination, &request.destination) {
            (Some(side), Some(stamp)) => self.catalogue(&side.client, stamp).await?,
            _ => return Ok(Vec::new()),
        };
        Ok(residuals(request, source.as_ref(), &destination))
    }

    async fn catalogue(
        &self,
        client: &waybill_client::Client,
        stamp: &InstanceStamp,
    ) -> std::result::Result<waybill_model::Catalogue, Halt> {
        let client = client.with_cancellation(self.work.cancel.clone());
        let read = read_catalogue(&client, Timestamp::now(), &|_| {});
        let live = Box::pin(read).await?;
        self.work.journal.keep_live(&stamp.id, &live)?;
        Ok(live.catalogue)
    }

    /// Waits until no other run of Waybill has a job in the instance before this one.
    pub(super) async fn wait_for_turn(
        &self,
        stamp: &InstanceStamp,
    ) -> std::result::Result<(), Halt> {
        let mut told = false;
        while let Some(before) = self
            .work
            .journal
            .take_turn(&stamp.id, &self.work.request.run)?
        {
            if !told {
                told = true;
                let text = format!(
                    "`{}` takes one job at a time: this one begins when run {before} is through with it.",
                    stamp.name
                );
                self.note(&text)?;
            }
            self.pause(TURN.min(self.work.patience.busy_pause)).await?;
        }
        Ok(())
    }

    pub(super) fn give_turn_back(&self) -> Result<()> {
        self.work.journal.give_turn_back(&self.work.request.run)
    }

    /// Waits; a cancel ends it.
    pub(super) async fn pause(&self, time: Duration) -> std::result::Result<(), Halt> {
        let slept = self
            .work
            .cancel
            .run_until_cancelled(tokio::time::sleep(time))
            .await;
        slept.ok_or_else(|| Halt::left(words::cancelled()))
    }

    fn sent(&self, step: &Step, base: Option<&Value>) -> std::result::Result<(), Halt> {
        let (journal, run) = (&self.work.journal, &self.work.request.run);
        journal.begin_step(run, step.position, base)?;
        Ok(())
    }

    fn end(&self, step: &Step, end: &StepEnd) -> std::result::Result<(), Halt> {
        let (journal, run) = (&self.work.journal, &self.work.request.run);
        journal.end_step(run, step.position, &self.hush.end(end))?;
        Ok(())
    }

    fn base(&self, step: &Step, base: &Value) -> std::result::Result<(), Halt> {
        let (journal, run) = (&self.work.journal, &self.work.request.run);
        journal.set_base(run, step.position, Some(base))?;
        Ok(())
    }

    /// Keeps what is known of a job.
    pub(super) fn keep_note(&self, step: &Step, note: &JobNote) -> std::result::Result<(), Halt> {
        self.base(step, &serde_json::to_value(note).unwrap_or_default())
    }

    pub(super) fn mark(&self, step: &Step, state: StepState) -> std::result::Result<(), Halt> {
        let (journal, run) = (&self.work.journal, &self.work.request.run);
        journal.set_step(run, step.position, state, None)?;
        Ok(())
    }

    pub(super) fn phase(&self, phase: RunPhase) -> std::result::Result<(), Halt> {
        Ok(self.recorder.phase(phase)?)
    }

    pub(super) fn note(&self, text: &str) -> std::result::Result<(), Halt> {
        self.line(LogWeight::Note, text, None)
    }

    pub(super) fn line(
        &self,
        weight: LogWeight,
        text: &str,
        call: Option<&Error>,
    ) -> std::result::Result<(), Halt> {
        let text = self.hush.words(text);
        Ok(self.recorder.line(weight, text, call)?)
    }

    /// A failure without the secrets that a service may have repeated.
    pub(super) fn hushed(&self, mut stop: Stop) -> Stop {
        stop.headline = self.hush.words(&stop.headline);
        stop
    }
}

impl Known {
    /// What a part that is done found out when it was.
    fn learn(&mut self, part: ClonePart, step: &Step) {
        match part {
            ClonePart::Export => {
                let note = JobNote::of(step);
                self.warnings |= ended_with_warnings(&note);
                self.export = Some(note);
            }
            ClonePart::Import => self.warnings |= ended_with_warnings(&JobNote::of(step)),
            ClonePart::Archive => {
                let base = step.base.clone();
                self.archive = base.and_then(|base| serde_json::from_value(base).ok());
            }
            ClonePart::Compare => {
                let base = step.base.clone();
                let left: Option<Vec<Residual>> =
                    base.and_then(|base| serde_json::from_value(base).ok());
                self.left = left.as_deref().map_or(0, missing);
            }
            ClonePart::Container | ClonePart::Keep | ClonePart::Remove => {}
        }
    }

    fn archive(&self) -> std::result::Result<&ArchiveNote, Halt> {
        self.archive.as_ref().ok_or_else(|| {
            Halt::left(Stop::failed(
                "Which archive is meant stands nowhere.",
                "Give the run up, and begin anew with the archive by its name.",
            ))
        })
    }
}

/// A job that did not end as it should, or of which nobody can tell.
fn ended_with_warnings(note: &JobNote) -> bool {
    note.told
        .as_ref()
        .is_none_or(|told| told.status.to_ascii_uppercase().contains("WARN"))
}

/// How much of the source is not there.
fn missing(left: &[Residual]) -> usize {
    left.iter()
        .filter(|one| one.kind.counts_as_missing())
        .map(|one| one.artifacts.len())
        .sum()
}

const fn in_words(end: JobEnd, done: &'static str) -> &'static str {
    match end {
        JobEnd::Well => done,
        JobEnd::WithWarnings => "ended with warnings",
        JobEnd::Unseen => "begun; how it ended nobody can ask",
    }
}
