//! A summary of a day or week: what was backed up, what lasts, what changed from outside.

use jiff::{SignedDuration, Timestamp};
use serde_json::json;
use waybill_engine::{DueOutcome, DueTime, NewWord, RunKind, RunStatus, WordKind, WordSeverity};

use super::text::{Said, shown};
use crate::Waybill;
use crate::schedules::Calendar;
use crate::settings::StoredSettings;
use crate::view::{CommandError, DigestForm, DriftChange, Rhythm};

/// Its name among the due times.
const DIGEST: &str = "digest";
/// So many runs are looked through.
const RUNS: u32 = 2000;
/// A digest whose time passed longer ago is left out.
const LATE: SignedDuration = SignedDuration::from_hours(20);

/// How often, if at all.
pub(super) fn rhythm(form: &DigestForm) -> Option<Rhythm> {
    match form {
        DigestForm::Off => None,
        DigestForm::Daily { at } => Some(Rhythm::Daily { at: at.clone() }),
        DigestForm::Weekly { day, at } => Some(Rhythm::Weekly {
            days: vec![*day],
            at: at.clone(),
        }),
    }
}

impl Waybill {
    /// Makes the digest if one is due and nobody else has made it.
    pub(super) fn digest(
        &self,
        settings: &StoredSettings,
        now: Timestamp,
    ) -> Result<(), CommandError> {
        let Some(rhythm) = rhythm(&settings.word.digest) else {
            return Ok(());
        };
        let days = if matches!(settings.word.digest, DigestForm::Weekly { .. }) {
            7
        } else {
            1
        };
        let length = SignedDuration::from_hours(24 * days);
        let Ok(calendar) = Calendar::read(&rhythm, None) else {
            return Ok(());
        };
        let earliest = now.checked_sub(LATE).unwrap_or(now);
        let Some(due_at) = calendar.between(earliest, now).pop() else {
            return Ok(());
        };
        let last = self.shared.journal.due_times(DIGEST, 1)?.pop();
        // What was set today is not for a time that had passed by then.
        let Some(last) = last else {
            return self.digest_done(due_at, now);
        };
        if last.due_at >= due_at
            || !self
                .shared
                .journal
                .take_due(DIGEST, due_at, now, earliest)?
        {
            return Ok(());
        }
        let since = due_at.checked_sub(length).unwrap_or(due_at);
        let said = self.digest_text(settings, since)?.masked();
        let words: Vec<NewWord> = settings
            .word
            .ways(None)
            .iter()
            .map(|way| NewWord {
                way: way.name(),
                kind: WordKind::Digest,
                severity: WordSeverity::Info,
                detail: json!(said),
            })
            .collect();
        self.shared
            .journal
            .add_words(&format!("digest/{due_at}"), now, &words)?;
        self.digest_done(due_at, now)
    }

    /// From now on digests are made: those that were due before are not.
    pub(super) fn digest_begins(&self) -> Result<(), CommandError> {
        let now = self.shared.clock.now();
        self.shared.journal.forget_due(DIGEST)?;
        self.digest_done(now, now)
    }

    fn digest_done(&self, due_at: Timestamp, now: Timestamp) -> Result<(), CommandError> {
        self.shared.journal.settle_due(&DueTime {
            schedule: DIGEST.to_owned(),
            due_at,
            outcome: DueOutcome::Done,
            taken_at: now,
            run: None,
            words: None,
        })?;
        Ok(())
    }

    fn digest_text(
        &self,
        settings: &StoredSettings,
        since: Timestamp,
    ) -> Result<Said, CommandError> {
        let runs = self.shared.journal.runs(RUNS)?;
        let mut text = Vec::new();
        for instance in &settings.instances {
            let of_it = |status: RunStatus| {
                runs.iter()
                    .filter(|run| {
                        run.kind == RunKind::Backup
                            && !run.id.keeps_before_a_change()
                            && run.instance_id.as_deref() == Some(&instance.id)
                            && run.status == status
                            && run
                                .started_at
                                .parse::<Timestamp>()
                                .is_ok_and(|time| time >= since)
                    })
                    .count()
            };
            let mut parts: Vec<String> = [
                (RunStatus::Done, "complete"),
                (RunStatus::Partial, "with gaps"),
                (RunStatus::Failed, "failed"),
                (RunStatus::Interrupted, "interrupted"),
            ]
            .into_iter()
            .map(|(status, word)| (of_it(status), word))
            .filter(|(count, _)| *count > 0)
            .map(|(count, word)| format!("{count} {word}"))
            .collect();
            if parts.is_empty() {
                parts.push("none".to_owned());
            }
            let outside: usize = self
                .shared
                .journal
                .drifts(&instance.id, Some(since), None)?
                .into_iter()
                .filter_map(|row| serde_json::from_value::<Vec<DriftChange>>(row.detail).ok())
                .flatten()
                .filter(|change| change.outside)
                .count();
            let changed = match outside {
                0 => String::new(),
                1 => " 1 change from outside of Waybill.".to_owned(),
                count => format!(" {count} changes from outside of Waybill."),
            };
            text.push(format!(
                "{}: backups {}.{changed}",
                instance.name,
                parts.join(", ")
            ));
        }
        let open = self.shared.journal.open_causes()?;
        if open.is_empty() {
            text.push("Nothing is wrong.".to_owned());
        }
        text.extend(open.iter().map(|cause| {
            format!(
                "Since {}: {}.",
                shown(&cause.began_at.to_string()),
                Said::of(&cause.detail).title
            )
        }));
        let what = match open.len() {
            0 => "all is well".to_owned(),
            1 => "1 thing to look after".to_owned(),
            count => format!("{count} things to look after"),
        };
        Ok(Said {
            title: format!("Waybill since {}: {what}", shown(&since.to_string())),
            text,
            ..Said::default()
        })
    }
}
