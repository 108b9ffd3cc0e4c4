//! One run in this process's hands: everything that happens in it goes to the journal and to the
//! reporter through here. Let go without [`Recorder::end`], the run counts as interrupted.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use waybill_client::Error as ClientError;

use crate::error::Result;
use crate::failure;
use crate::journal::{
    Journal, LogLine, LogWeight, NewRun, Run, RunCounts, RunEnd, RunId, RunItem, RunPhase,
    RunStatus,
};
use crate::progress::{Reporter, RunEvent};

/// Writes one run down while it goes on.
pub struct Recorder {
    journal: Arc<Journal>,
    reporter: Arc<dyn Reporter>,
    run: RunId,
    counts: Mutex<RunCounts>,
    ended: AtomicBool,
}

impl Recorder {
    /// Takes a run in hand: one that [`Journal::begin`] or [`Journal::resume`] has already given to
    /// this process, one that can be resumed, or a new one.
    ///
    /// # Errors
    /// `AlreadyRunning`, `NotResumable`, `Journal`.
    pub fn take(journal: Arc<Journal>, reporter: Arc<dyn Reporter>, new: &NewRun) -> Result<Self> {
        if !journal.holds(&new.id) {
            if journal.find(&new.id)?.is_some() {
                journal.resume(&new.id)?;
            } else {
                journal.begin(new)?;
            }
        }
        Ok(Self {
            journal,
            reporter,
            run: new.id.clone(),
            counts: Mutex::default(),
            ended: AtomicBool::new(false),
        })
    }

    /// The run.
    #[must_use]
    pub fn run(&self) -> &RunId {
        &self.run
    }

    /// The journal.
    #[must_use]
    pub fn journal(&self) -> &Arc<Journal> {
        &self.journal
    }

    /// The run does something else now.
    pub fn phase(&self, phase: RunPhase) -> Result<()> {
        self.journal.set_phase(&self.run, phase)?;
        self.reporter.report(RunEvent::Phase(phase));
        Ok(())
    }

    /// The counts so far.
    #[must_use]
    pub fn counts(&self) -> RunCounts {
        *self.counts.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Changes the counts. The journal gets them with the next [`Recorder::save_counts`].
    pub fn count(&self, change: impl FnOnce(&mut RunCounts)) {
        let counts = {
            let mut counts = self.counts.lock().unwrap_or_else(PoisonError::into_inner);
            change(&mut counts);
            *counts
        };
        self.reporter.report(RunEvent::Counts(counts));
    }

    /// Writes the counts into the journal.
    pub fn save_counts(&self) -> Result<()> {
        self.journal.set_counts(&self.run, self.counts())
    }

    /// Tells of an artifact whose state changed; the journal is the caller's matter.
    pub fn tell_item(&self, item: RunItem) {
        self.reporter.report(RunEvent::Item(item));
    }

    /// Tells how far writing or verifying is.
    pub fn tell_bytes(&self, done: u64, of: u64) {
        self.reporter.report(RunEvent::Bytes { done, of });
    }

    /// Adds a line to the log, with the call behind it where there was one.
    pub fn line(
        &self,
        weight: LogWeight,
        text: impl Into<String>,
        call: Option<&ClientError>,
    ) -> Result<()> {
        let mut line = LogLine::now(weight, text);
        line.exchange = call.and_then(failure::exchange);
        self.add(line)
    }

    /// Adds a line to the log.
    pub fn add(&self, line: LogLine) -> Result<()> {
        self.journal.add_line(&self.run, &line)?;
        self.reporter.report(RunEvent::Line(line));
        Ok(())
    }

    /// Ends the run.
    ///
    /// # Errors
    /// `Journal`: the run will be found interrupted. Where it failed, whoever watches hears of the
    /// cause all the same: a full disk stands in the way of the journal too.
    pub fn end(&self, end: &RunEnd) -> Result<Run> {
        let written = self.write_end(end);
        if written.is_err()
            && end.status == RunStatus::Failed
            && let Ok(Some(mut run)) = self.journal.find(&self.run)
        {
            run.status = end.status;
            run.phase = RunPhase::Ended;
            run.counts = self.counts();
            run.headline = Some(end.headline.clone());
            run.guidance.clone_from(&end.guidance);
            run.resumable = end.resumable;
            self.reporter.report(RunEvent::Ended(Box::new(run)));
        }
        written
    }

    fn write_end(&self, end: &RunEnd) -> Result<Run> {
        let weight = match end.status {
            RunStatus::Done => LogWeight::Note,
            RunStatus::Failed => LogWeight::Failure,
            _ => LogWeight::Warning,
        };
        self.line(weight, end.headline.clone(), None)?;
        self.save_counts()?;
        let run = self.journal.end(&self.run, end)?;
        self.ended.store(true, Ordering::Release);
        self.reporter.report(RunEvent::Ended(Box::new(run.clone())));
        Ok(run)
    }
}

impl Drop for Recorder {
    fn drop(&mut self) {
        if !self.ended.load(Ordering::Acquire) {
            self.journal.abandon(&self.run);
        }
    }
}
