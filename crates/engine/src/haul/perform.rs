//! A run of a waybill from its beginning to its end.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use secrecy::SecretString;
use serde_json::{Value, json};
use waybill_client::{Client, Error, ErrorKind};
use waybill_model::{ArtifactKind, Catalogue};

use super::deed::Deed;
use super::hush::Hush;
use super::left::Left;
use super::request::HaulWork;
use super::told::{StepDetail, news, now};
use super::watch::Watch;
use super::writer::Writer;
use crate::catalogue::{LiveCatalogue, read_catalogue};
use crate::change::{Refusal, Stop};
use crate::error::{EngineError, Result};
use crate::failure::{Reach, reach, run_guidance, sentence};
use crate::journal::{self, Journal, LogWeight, Run, RunPhase, StepEnd, StepState};
use crate::needs;
use crate::progress::{RunEvent, StepNews, StepNow, StepWhat};
use crate::recorder::Recorder;
use crate::waybill::{StepKind, Waybill};

/// Carries out a waybill. Takes it up again if the journal knows the run already.
///
/// The run is begun, written down and ended in the journal and in the audit log, whatever the result.
/// Dropping the future ends it as the death of the process would: the run is interrupted, and taking it
/// up again looks at the instance first.
///
/// # Errors
/// `AlreadyRunning`, `NotResumable` and `Journal` before anything is done. Afterwards the run that is
/// returned says how it ended.
pub async fn haul(work: HaulWork) -> Result<Run> {
    let id = &work.request.run;
    if work.retry_failed && !work.journal.holds(id) && work.journal.find(id)?.is_some() {
        work.journal.retry(id)?;
    }
    let recorder = Recorder::take(
        Arc::clone(&work.journal),
        Arc::clone(&work.reporter),
        &work.request.new_run(),
    )?;
    let looking = work.client.with_cancellation(work.cancel.clone());
    let mut hauling = Hauling {
        writer: Writer::new(&work.client, work.domain.as_ref(), Arc::clone(&work.permit)),
        watch: Watch::new(looking.clone(), work.patience),
        looking,
        secrets: BTreeMap::new(),
        hush: Hush::default(),
        groups: BTreeSet::new(),
        left: Left::default(),
        recorder,
        work,
    };
    hauling.audit("begun", "")?;
    let result = Box::pin(hauling.run()).await;
    hauling.conclude(result)
}

/// A waybill that is being carried out.
pub(super) struct Hauling {
    pub work: HaulWork,
    pub recorder: Recorder,
    pub writer: Writer,
    pub watch: Watch,
    /// Looks end when the run is cancelled; writes do not.
    pub looking: Client,
    /// The secrets that are set, by account.
    pub secrets: BTreeMap<String, SecretString>,
    /// Takes them out of what services say.
    pub hush: Hush,
    /// The agent groups of the destination.
    pub groups: BTreeSet<String>,
    /// How the run left what it deactivated.
    pub left: Left,
}

/// The two steps that every run has beside those of its waybill.
const CAPTURE: &str = "capture";
const VERIFY: &str = "verify";

impl Hauling {
    async fn run(&mut self) -> std::result::Result<(), Stop> {
        self.phase(RunPhase::Preparing)?;
        let mut rows = self
            .journal()
            .steps(&self.work.request.run)
            .map_err(broken)?;
        if !rows.is_empty() {
            self.note("Taken up again: the instance is looked at first, and what is done is not done again.")?;
            if self.work.retry_failed {
                self.reset(&rows)?;
                rows = self
                    .journal()
                    .steps(&self.work.request.run)
                    .map_err(broken)?;
            }
        }
        // Until the snapshot is taken, nothing has been written.
        let fresh = rows.first().is_none_or(|row| row.state != StepState::Done);
        self.phase(RunPhase::Reading)?;
        let read = read_catalogue(&self.looking, jiff::Timestamp::now(), &|_| {});
        let mut live = Box::pin(read)
            .await
            .map_err(|error| self.unreadable(error))?;
        live.catalogue = self.with_roles(live.catalogue).await?;
        self.groups = groups(&live.catalogue);
        if fresh {
            self.check(&live)?;
            self.check_people().await?;
        } else {
            self.check_left(&live.catalogue, &rows)?;
        }
        self.provide(&rows).await?;
        self.writer.check().map_err(|refusal| refused(&refusal))?;
        if rows.is_empty() {
            rows = self.plan()?;
        }
        self.tell_all(&rows);
        if fresh {
            self.capture(&live.catalogue).await?;
        }
        self.phase(RunPhase::Changing)?;
        let deeds: Vec<Deed> = self
            .waybill()
            .steps
            .iter()
            .zip(rows.iter().skip(1))
            .map(|(step, row)| Deed {
                position: row.position,
                step: step.clone(),
                row: row.clone(),
                is_back: false,
            })
            .collect();
        self.recall(&deeds);
        self.begin_counts(&rows);
        let mut ended = Box::pin(self.course(&deeds)).await;
        if ended.is_ok() {
            ended = Box::pin(self.put_back()).await;
        }
        self.recorder.save_counts().map_err(broken)?;
        if let Err(stop) = ended {
            if stop.call.is_none() {
                // What Explore shows is to be how it is now.
                self.refresh().await?;
            }
            return Err(stop);
        }
        self.phase(RunPhase::Verifying)?;
        Box::pin(self.verify()).await
    }

    /// Writes the steps down, none of them sent.
    fn plan(&self) -> std::result::Result<Vec<journal::Step>, Stop> {
        let waybill = self.waybill();
        let subject = waybill.steps.first().map(|step| &step.subject);
        let subject = subject.or_else(|| waybill.items.first().map(|item| &item.id));
        let about = |key: &str, what: StepWhat, words: &str| {
            subject.map(|subject| StepDetail {
                key: key.to_owned(),
                what,
                subject: subject.clone(),
                words: words.to_owned(),
            })
        };
        let own = waybill.steps.iter().map(|step| StepDetail {
            key: step.key.clone(),
            what: StepWhat::Waybill(step.kind),
            subject: step.subject.clone(),
            words: step.words.clone(),
        });
        let capture = about(
            CAPTURE,
            StepWhat::Capture,
            "Keep everything that is touched in a snapshot.",
        );
        let verify = about(
            VERIFY,
            StepWhat::Verify,
            "Read back what was sent, and compare.",
        );
        let details: Vec<Value> = capture
            .into_iter()
            .chain(own)
            .chain(verify)
            .map(|detail| json!(detail))
            .collect();
        self.journal()
            .plan_steps(&self.work.request.run, &details)
            .map_err(broken)
    }

    /// What failed, and what was left because of it, is tried again.
    fn reset(&self, rows: &[journal::Step]) -> std::result::Result<(), Stop> {
        for row in rows {
            if matches!(row.state, StepState::Failed | StepState::Skipped) {
                let end = StepEnd {
                    state: StepState::Planned,
                    after: None,
                    took_ms: None,
                    failure: row.failure.clone(),
                };
                self.end_row(row.position, &end)?;
                if row.state == StepState::Failed && self.imports(row) {
                    self.journal()
                        .unbegin_step(&self.work.request.run, row.position)
                        .map_err(broken)?;
                }
            }
        }
        self.take_out_again(rows)?;
        self.note("What failed is tried again, and what was left because of it.")
    }

    /// Whether the step sends an archive. One that failed was looked at, and is not there: it is sent anew. By
    /// the times before its first try it would seem done, for what was put back bears others since.
    fn imports(&self, row: &journal::Step) -> bool {
        let place = usize::try_from(row.position)
            .ok()
            .and_then(|at| at.checked_sub(1));
        place
            .and_then(|place| self.waybill().steps.get(place))
            .is_some_and(|step| matches!(step.kind, StepKind::Import { .. }))
    }

    /// The lists are kept for screens: they must show what is now.
    pub(super) async fn refresh(&self) -> std::result::Result<(), Stop> {
        let id = &self.work.request.instance.id;
        let read = read_catalogue(&self.work.client, jiff::Timestamp::now(), &|_| {});
        match Box::pin(read).await {
            Ok(mut live) => self.keep_live(id, &mut live),
            Err(error) => self.line(
                LogWeight::Warning,
                "The lists could not be read again, so Explore may show how it was before.",
                error.client(),
            ),
        }
    }

    pub(super) fn keep_live(
        &self,
        id: &str,
        live: &mut LiveCatalogue,
    ) -> std::result::Result<(), Stop> {
        let journal = self.journal();
        if let Some(kept) = journal.kept_catalogue(id).map_err(broken)? {
            needs::complete(&mut live.catalogue, &kept.catalogue);
        }
        journal.keep_live(id, live).map_err(broken)
    }

    fn unreadable(&self, error: EngineError) -> Stop {
        if error.is_cancelled() || self.work.cancel.is_cancelled() {
            return halted();
        }
        match error.client() {
            Some(call) => lost(call),
            None => broken(error),
        }
    }

    fn begin_counts(&self, rows: &[journal::Step]) {
        let count = |fits: fn(StepState) -> bool| {
            let own = rows.iter().skip(1).take(self.waybill().steps.len());
            u32::try_from(own.filter(|row| fits(row.state)).count()).unwrap_or(u32::MAX)
        };
        let failed = count(|state| matches!(state, StepState::Failed | StepState::Skipped));
        let done = count(|state| state == StepState::Done);
        self.recorder.count(|counts| {
            counts.planned = u32::try_from(self.waybill().steps.len()).unwrap_or(u32::MAX);
            counts.fetched = done;
            counts.failed = failed;
        });
    }

    /// A step has ended so.
    pub(super) fn count(&self, state: StepState) {
        self.recorder.count(|counts| match state {
            StepState::Done => counts.fetched += 1,
            _ => counts.failed += 1,
        });
    }

    pub(super) fn waybill(&self) -> &Waybill {
        &self.work.request.waybill
    }

    pub(super) fn journal(&self) -> &Arc<Journal> {
        &self.work.journal
    }

    /// The step is about to be sent; gives back when.
    pub(super) fn begun(
        &self,
        deed: &Deed,
        base: Option<&Value>,
    ) -> std::result::Result<String, Stop> {
        self.journal()
            .begin_step(&self.work.request.run, deed.position, base)
            .map_err(broken)
    }

    /// The step stands so; a loss of power may take this back, and the instance is looked at then.
    pub(super) fn mark(&self, deed: &Deed, state: StepState) -> std::result::Result<(), Stop> {
        let end = StepEnd {
            state,
            after: None,
            took_ms: None,
            failure: None,
        };
        self.end_row(deed.position, &end)
    }

    pub(super) fn end(&self, deed: &Deed, end: &StepEnd) -> std::result::Result<(), Stop> {
        let end = self.hush.end(end);
        self.end_row(deed.position, &end)?;
        self.tell(deed, now(end.state), end.after.clone(), None, end.took_ms);
        Ok(())
    }

    pub(super) fn end_row(&self, position: u32, end: &StepEnd) -> std::result::Result<(), Stop> {
        self.journal()
            .end_step(&self.work.request.run, position, end)
            .map_err(broken)
    }

    pub(super) fn tell(
        &self,
        deed: &Deed,
        state: StepNow,
        how: Option<String>,
        began_at: Option<String>,
        took_ms: Option<u64>,
    ) {
        self.work.reporter.report(RunEvent::Step(Box::new(StepNews {
            key: deed.step.key.clone(),
            what: deed.what(),
            subject: deed.step.subject.clone(),
            words: deed.step.words.clone(),
            state,
            now: how,
            began_at,
            took_ms,
        })));
    }

    pub(super) fn tell_all(&self, rows: &[journal::Step]) {
        for news in rows.iter().filter_map(news) {
            self.work.reporter.report(RunEvent::Step(Box::new(news)));
        }
    }

    /// Writes down how one of the two steps stands that every run has.
    pub(super) fn set_own(
        &self,
        what: StepWhat,
        end: Option<&StepEnd>,
    ) -> std::result::Result<(), Stop> {
        let run = &self.work.request.run;
        let rows = self.journal().steps(run).map_err(broken)?;
        let row = match what {
            StepWhat::Capture => rows.first(),
            // After it may stand what was put back.
            _ => rows.get(self.waybill().steps.len() + 1),
        };
        let Some(row) = row else {
            return Ok(());
        };
        match end {
            None => drop(
                self.journal()
                    .begin_step(run, row.position, None)
                    .map_err(broken)?,
            ),
            Some(end) => self.end_row(row.position, end)?,
        }
        let rows = self.journal().steps(run).map_err(broken)?;
        let row = rows.get(usize::try_from(row.position).unwrap_or(usize::MAX));
        self.tell_all(row.map(std::slice::from_ref).unwrap_or_default());
        Ok(())
    }

    pub(super) fn phase(&self, phase: RunPhase) -> std::result::Result<(), Stop> {
        self.recorder.phase(phase).map_err(broken)
    }

    pub(super) fn note(&self, text: &str) -> std::result::Result<(), Stop> {
        self.line(LogWeight::Note, text, None)
    }

    pub(super) fn line(
        &self,
        weight: LogWeight,
        text: &str,
        call: Option<&Error>,
    ) -> std::result::Result<(), Stop> {
        self.put_down(weight, text, call).map_err(broken)
    }
}

fn groups(catalogue: &Catalogue) -> BTreeSet<String> {
    let all = catalogue.artifacts.iter();
    all.filter(|own| own.id.kind == ArtifactKind::AgentGroup)
        .map(|own| own.id.code.clone())
        .collect()
}

/// Asked to stop.
pub(super) fn halted() -> Stop {
    Stop::cancelled(
        "Cancelled.",
        "What was asked for goes on in the service. Resume the run to see how it ended and to go on, or roll back what was done.",
    )
}

/// The permit is gone.
pub(super) fn refused(refusal: &Refusal) -> Stop {
    Stop::failed(
        format!("Stopped before the next write. {}", refusal.message),
        format!(
            "{} Then resume the run: what is done is not done again.",
            refusal.guidance.trim_end()
        ),
    )
    .resumable()
}

/// The instance does not answer any longer, or not well.
pub(super) fn lost(error: &Error) -> Stop {
    if reach(error) == Reach::Cancelled {
        return halted();
    }
    let cause = error.cause().trim_end_matches('.');
    let guidance = match error.kind() {
        ErrorKind::Forbidden => {
            "Give the user or application of this sign-in the role ServiceDeveloper or ServiceAdministrator of the instance. The right is there about a minute later. Then resume the run: what is done is not done again."
        }
        ErrorKind::TooManyRequests
        | ErrorKind::Timeout
        | ErrorKind::Truncated
        | ErrorKind::Server(_) => {
            "Resume the run once the instance answers again: it is looked at first, and nothing is done twice."
        }
        _ => run_guidance(error).map_or(
            "Resume the run once the instance answers again: it is looked at first, and nothing is done twice.",
            |guidance| guidance,
        ),
    };
    let headline = match error.kind() {
        ErrorKind::Forbidden => {
            format!("The sign-in has no right to change the instance: {cause}.")
        }
        _ => format!("The instance could not be reached any longer: {cause}."),
    };
    // What guidance says of backups does not fit here.
    let guidance = guidance.replace(
        "what is stored already is not fetched again",
        "what is done is not done again",
    );
    Stop::failed(headline, guidance).resumable().behind(error)
}

/// The journal or what is kept on this computer cannot be used.
#[expect(
    clippy::needless_pass_by_value,
    reason = "calls that failed end with it"
)]
pub(super) fn broken(error: EngineError) -> Stop {
    if error.is_cancelled() {
        return halted();
    }
    let call = error.client().cloned();
    let mut stop = Stop::failed(
        sentence(&error),
        "Put the cause right, then resume the run: the instance is looked at first, and nothing is done twice.",
    )
    .resumable();
    stop.call = call;
    stop
}
