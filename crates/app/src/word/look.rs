//! A look: times that were missed or postponed for long, what still lasts, the digest, and what waits to be sent.

use jiff::{SignedDuration, Timestamp};
use waybill_engine::{DueOutcome, DueTime, WordKind, WordSeverity};

use super::causes::{Raised, is_long, keys_of};
use super::text::{Said, sentence, shown};
use crate::Waybill;
use crate::schedules::StoredSchedule;
use crate::settings::StoredInstance;
use crate::view::{CommandError, SelectionView};

/// What lasts is said again after this time.
const AGAIN: SignedDuration = SignedDuration::from_hours(24);
/// Missed times of the past that were never said are not said any more.
const RECENT: SignedDuration = SignedDuration::from_hours(24);
/// So many due times are looked at for each schedule.
const TIMES: u32 = 40;

impl Waybill {
    /// Says what there is to say and sends what waits. Can be called as often as one likes, by several programs at
    /// once: each cause is said once, each digest is made once.
    pub async fn words_look(&self) {
        if let Err(error) = self.look_for_words() {
            tracing::warn!(
                message = error.message,
                "what there is to say was not looked for"
            );
        }
        if let Err(error) = self.words_send().await {
            tracing::warn!(message = error.message, "words were not sent");
        }
    }

    fn look_for_words(&self) -> Result<(), CommandError> {
        let settings = self.shared.settings.read();
        let now = self.shared.clock.now();
        for schedule in settings.schedules.iter().filter(|schedule| schedule.on) {
            if let Some(instance) = settings.instance(&schedule.instance) {
                self.look_at_times(schedule, instance, now)?;
            }
        }
        let before = now.checked_sub(AGAIN).unwrap_or(now);
        self.shared.journal.remind_causes(now, before, |cause| {
            Said::still(cause).words(&settings.word, WordKind::Still, cause.severity)
        })?;
        self.digest(&settings, now)
    }

    fn look_at_times(
        &self,
        schedule: &StoredSchedule,
        instance: &StoredInstance,
        now: Timestamp,
    ) -> Result<(), CommandError> {
        let times = self.shared.journal.due_times(&schedule.id, TIMES)?;
        let Some(newest) = times.first() else {
            return Ok(());
        };
        let waits = format!("postponed/{}", schedule.id);
        match newest.outcome {
            DueOutcome::Postponed if is_long(newest.due_at, now) => {
                let said = said(
                    instance,
                    "the backup waits",
                    vec![
                        format!("It was due {}.", shown(&newest.due_at.to_string())),
                        newest.words.as_deref().map(sentence).unwrap_or_default(),
                    ],
                    "It is tried again every few minutes. Check the network and the instance, or back up by hand.",
                    Some("the backup does not wait any more"),
                );
                self.raise(raised(waits, WordSeverity::Warning, true, said), Vec::new())?;
            }
            DueOutcome::Done | DueOutcome::Partial | DueOutcome::Failed | DueOutcome::Missed => {
                self.over(&waits)?;
            }
            DueOutcome::Postponed | DueOutcome::Taken => {}
        }
        if newest.outcome == DueOutcome::Failed && newest.run.is_none() {
            let of_all = schedule.selection == SelectionView::Everything;
            let cause = keys_of(&instance.id, of_all).failed;
            let said = said(
                instance,
                "the backup could not begin",
                newest.words.as_deref().map(sentence).into_iter().collect(),
                "Test the instance under Instances, and look at the vault under Settings.",
                Some("the backup works again"),
            );
            self.raise(raised(cause, WordSeverity::Failure, true, said), Vec::new())?;
        }
        self.look_at_missed(schedule, instance, &times, now)
    }

    /// Times that passed with nobody there: said once, together.
    fn look_at_missed(
        &self,
        schedule: &StoredSchedule,
        instance: &StoredInstance,
        times: &[DueTime],
        now: Timestamp,
    ) -> Result<(), CommandError> {
        let missed: Vec<&DueTime> = times
            .iter()
            .filter(|due| {
                due.outcome == DueOutcome::Missed && now.duration_since(due.taken_at) < RECENT
            })
            .collect();
        let Some(newest) = missed.first() else {
            return Ok(());
        };
        let together = missed
            .iter()
            .filter(|due| due.taken_at == newest.taken_at)
            .count();
        let what = if together == 1 {
            "a backup time was missed".to_owned()
        } else {
            format!("{together} backup times were missed")
        };
        let mut text = vec![format!(
            "The last of them was {}.",
            shown(&newest.due_at.to_string())
        )];
        text.extend(newest.words.as_deref().map(sentence));
        let later = times.first().filter(|due| due.due_at > newest.due_at);
        text.extend(later.map(|due| match due.outcome {
            DueOutcome::Done | DueOutcome::Partial | DueOutcome::Taken => {
                "The backup has been made up for since.".to_owned()
            }
            _ => "The next one has not been made yet.".to_owned(),
        }));
        let said = said(
            instance,
            &what,
            text,
            "Have this computer look after the schedules by itself: Settings, Backup schedules. Or back up by hand.",
            None,
        );
        let notice = said.clone();
        let cause = format!("missed/{}/{}", schedule.id, newest.due_at);
        if self.raise(
            raised(cause, WordSeverity::Warning, false, said),
            Vec::new(),
        )? {
            self.show_notice(&notice);
        }
        Ok(())
    }
}

fn raised(cause: String, severity: WordSeverity, lasts: bool, said: Said) -> Raised {
    Raised {
        cause,
        severity,
        lasts,
        said,
    }
}

fn said(
    instance: &StoredInstance,
    what: &str,
    text: Vec<String>,
    remedy: &str,
    over: Option<&str>,
) -> Said {
    Said {
        title: format!("{}: {what}", instance.name),
        text: text.into_iter().filter(|text| !text.is_empty()).collect(),
        remedy: Some(remedy.to_owned()),
        over: over.map(|over| format!("{}: {over}", instance.name)),
        instance: Some(instance.name.clone()),
        environment: Some(instance.environment),
        to: Vec::new(),
    }
}
