//! A look at the schedules: what is due is begun, what was interrupted is taken up, what passed is said.

use jiff::{SignedDuration, Timestamp, ToSpan as _};
use waybill_engine::{DueOutcome, DueTime, Run, RunStatus};

use super::StoredSchedule;
use super::calendar::Calendar;
use crate::Waybill;
use crate::settings::StoredInstance;
use crate::view::{CommandError, ErrorCode, RoundView, RunSummary};

/// A backup that begins later than this after its time is one that was made up for.
const LATE: SignedDuration = SignedDuration::from_mins(10);
/// What was postponed is tried again after this time.
const AGAIN: SignedDuration = SignedDuration::from_mins(5);
/// A program that took a time and has no run after this time has ended in between.
const LOST: SignedDuration = SignedDuration::from_mins(10);
/// Who asked, in snapshots and in the history.
pub(crate) const SCHEDULE: &str = "Schedule";

/// What came of a schedule that was looked at.
enum Found {
    Nothing,
    Began(Box<RunSummary>),
    Told(String),
}

impl Waybill {
    /// Looks at all schedules once: begins what is due and nobody else has taken, takes up what was
    /// interrupted, writes down what passed. Looks at what is to be proved, copied and told besides. Returns at
    /// once; the runs go on by themselves.
    ///
    /// # Errors
    /// `FileFailed` where the journal cannot be read or written. What keeps a single backup from beginning
    /// is written down with its due time.
    pub async fn schedules_look(&self) -> Result<RoundView, CommandError> {
        let mut round = RoundView {
            started: Vec::new(),
            told: Vec::new(),
        };
        let settings = self.shared.settings.read();
        for schedule in settings.schedules.iter().filter(|schedule| schedule.on) {
            let Some(instance) = settings.instance(&schedule.instance) else {
                continue;
            };
            match self.look_at(schedule, instance).await? {
                Found::Nothing => {}
                Found::Began(run) => round.started.push(run.id),
                Found::Told(words) => round.told.push(format!("{}: {words}", instance.name)),
            }
        }
        let proofs = self.proofs_look().await?;
        round.started.extend(proofs.into_iter().map(|run| run.id));
        self.copies_look().await;
        self.words_look().await;
        Ok(round)
    }

    async fn look_at(
        &self,
        schedule: &StoredSchedule,
        instance: &StoredInstance,
    ) -> Result<Found, CommandError> {
        let Ok(calendar) = schedule.calendar() else {
            return Ok(Found::Nothing);
        };
        let now = self.shared.clock.now();
        let mut last = self.shared.journal.due_times(&schedule.id, 1)?.pop();
        if let Some(due) = &mut last
            && due.outcome == DueOutcome::Taken
        {
            let Some(run) = &due.run else {
                if now.duration_since(due.taken_at) < LOST {
                    return Ok(Found::Nothing);
                }
                return self
                    .begin(schedule, instance, &calendar, due.due_at, now)
                    .await;
            };
            let run = self.shared.journal.run(run)?;
            if run.status.is_under_way() {
                return Ok(Found::Nothing);
            }
            if let Some(found) = self.end(due, &run, instance, now).await? {
                return Ok(found);
            }
        }
        let since = last
            .as_ref()
            .map_or(schedule.since, |due| due.due_at.max(schedule.since));
        let mut passed = calendar.between(since, now);
        let Some(newest) = passed.pop() else {
            return match last {
                Some(due)
                    if due.outcome == DueOutcome::Postponed
                        && now.duration_since(due.taken_at) >= AGAIN =>
                {
                    self.again(schedule, instance, &calendar, &due, now).await
                }
                _ => Ok(Found::Nothing),
            };
        };
        if let Some(due) = last.filter(|due| due.outcome == DueOutcome::Postponed) {
            self.missed(&due, now, due.words.clone())?;
        }
        for due_at in passed {
            let due = fresh(schedule, due_at, now);
            self.missed(
                &due,
                now,
                Some("Waybill was not running, or the computer was off or asleep.".into()),
            )?;
        }
        if now.duration_since(newest) > LATE && !schedule.catch_up {
            let words = "Waybill was not running, or the computer was off or asleep.".to_owned();
            self.missed(&fresh(schedule, newest, now), now, Some(words))?;
            return Ok(Found::Told(format!(
                "missed its time {}, and is not to make up for it",
                calendar.shown(newest, now)
            )));
        }
        self.begin(schedule, instance, &calendar, newest, now).await
    }

    /// Writes down how the run of a due time ended. One that was cut off is taken up; one that failed in a
    /// way that may pass waits.
    async fn end(
        &self,
        due: &mut DueTime,
        run: &Run,
        instance: &StoredInstance,
        now: Timestamp,
    ) -> Result<Option<Found>, CommandError> {
        if run.status == RunStatus::Interrupted {
            return match self.run_resume(run.id.as_str()).await {
                Ok(summary) => Ok(Some(Found::Began(Box::new(summary)))),
                // Another program was faster.
                Err(error) if error.code == ErrorCode::AlreadyRunning => Ok(Some(Found::Nothing)),
                Err(error) => {
                    self.not_now(due, now, &error)?;
                    Ok(Some(Found::Told(told(&error, instance))))
                }
            };
        }
        due.outcome = match run.status {
            RunStatus::Done => DueOutcome::Done,
            RunStatus::Partial => DueOutcome::Partial,
            RunStatus::Failed if run.resumable => DueOutcome::Postponed,
            _ => DueOutcome::Failed,
        };
        due.taken_at = now;
        due.words.clone_from(&run.headline);
        self.shared.journal.settle_due(due)?;
        Ok(None)
    }

    /// Tries once more what was postponed: its run, if it came to one, else a new one.
    async fn again(
        &self,
        schedule: &StoredSchedule,
        instance: &StoredInstance,
        calendar: &Calendar,
        due: &DueTime,
        now: Timestamp,
    ) -> Result<Found, CommandError> {
        let Some(run) = &due.run else {
            return self
                .begin(schedule, instance, calendar, due.due_at, now)
                .await;
        };
        if self.shared.journal.run(run)?.status == RunStatus::Discarded {
            let mut due = due.clone();
            due.outcome = DueOutcome::Failed;
            due.words = Some("Its backup was given up.".into());
            self.shared.journal.settle_due(&due)?;
            return Ok(Found::Nothing);
        }
        if let Some(reason) = self.hindered(schedule) {
            self.postpone(due.clone(), now, &reason)?;
            return Ok(Found::Told(reason));
        }
        let lost = now.checked_sub(10.minutes()).unwrap_or(now);
        if !self
            .shared
            .journal
            .take_due(&schedule.id, due.due_at, now, lost)?
        {
            return Ok(Found::Nothing);
        }
        match self.run_resume(run.as_str()).await {
            Ok(summary) => Ok(Found::Began(Box::new(summary))),
            Err(error) => {
                self.not_now(&due.clone(), now, &error)?;
                Ok(Found::Told(told(&error, instance)))
            }
        }
    }

    /// Takes a due time and begins its backup.
    async fn begin(
        &self,
        schedule: &StoredSchedule,
        instance: &StoredInstance,
        calendar: &Calendar,
        due_at: Timestamp,
        now: Timestamp,
    ) -> Result<Found, CommandError> {
        let lost = now.checked_sub(LOST).unwrap_or(now);
        if !self
            .shared
            .journal
            .take_due(&schedule.id, due_at, now, lost)?
        {
            return Ok(Found::Nothing);
        }
        let mut due = fresh(schedule, due_at, now);
        if let Some(reason) = self.hindered(schedule) {
            self.postpone(due, now, &reason)?;
            return Ok(Found::Told(reason));
        }
        let late = now.duration_since(due_at) > LATE;
        let note = late.then(|| format!("Made up for: was due {}", calendar.shown(due_at, now)));
        let begun = self
            .backup_asked_by(&instance.id, schedule.selection.clone(), note, SCHEDULE)
            .await;
        match begun {
            Ok(run) => {
                due.outcome = DueOutcome::Taken;
                due.run = Some(waybill_engine::RunId::named(&run.id));
                self.shared.journal.settle_due(&due)?;
                Ok(Found::Began(Box::new(run)))
            }
            Err(error) => {
                self.not_now(&due, now, &error)?;
                Ok(Found::Told(told(&error, instance)))
            }
        }
    }

    /// What keeps this computer from it at the moment.
    fn hindered(&self, schedule: &StoredSchedule) -> Option<String> {
        (!schedule.on_battery && self.shared.power.on_battery())
            .then(|| "Postponed: this computer runs on its battery.".to_owned())
    }

    fn not_now(
        &self,
        due: &DueTime,
        now: Timestamp,
        error: &CommandError,
    ) -> Result<(), CommandError> {
        let mut due = due.clone();
        due.outcome = if passes(error.code) {
            DueOutcome::Postponed
        } else {
            DueOutcome::Failed
        };
        due.taken_at = now;
        due.words = Some(error.message.clone());
        Ok(self.shared.journal.settle_due(&due)?)
    }

    fn postpone(&self, mut due: DueTime, now: Timestamp, reason: &str) -> Result<(), CommandError> {
        due.outcome = DueOutcome::Postponed;
        due.taken_at = now;
        due.words = Some(reason.to_owned());
        Ok(self.shared.journal.settle_due(&due)?)
    }

    fn missed(
        &self,
        due: &DueTime,
        now: Timestamp,
        words: Option<String>,
    ) -> Result<(), CommandError> {
        let mut due = due.clone();
        due.outcome = DueOutcome::Missed;
        due.taken_at = now;
        due.words = words;
        Ok(self.shared.journal.settle_due(&due)?)
    }
}

fn fresh(schedule: &StoredSchedule, due_at: Timestamp, now: Timestamp) -> DueTime {
    DueTime {
        schedule: schedule.id.clone(),
        due_at,
        outcome: DueOutcome::Taken,
        taken_at: now,
        run: None,
        words: None,
    }
}

/// Whether what kept a backup from beginning may be over soon, without a person doing anything.
fn passes(code: ErrorCode) -> bool {
    matches!(
        code,
        ErrorCode::AddressUnknown
            | ErrorCode::Unreachable
            | ErrorCode::ProxyFailed
            | ErrorCode::SlowedDown
            | ErrorCode::ServiceFailed
            | ErrorCode::TimedOut
            | ErrorCode::AlreadyRunning
    )
}

fn told(error: &CommandError, instance: &StoredInstance) -> String {
    let word = if passes(error.code) {
        "postponed"
    } else {
        "could not be backed up"
    };
    tracing::warn!(instance = %instance.name, code = ?error.code, "a scheduled backup did not begin");
    format!("{word}. {}", error.message)
}
