//! A look at what is to be proved: what is due is begun, once, whoever looks.

use jiff::civil::Date;
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp, ToSpan as _};
use waybill_engine::{DueOutcome, DueTime, ProofKind, RunId};

use super::check::PARTS;
use crate::Waybill;
use crate::view::{CommandError, ProofEvery, RunSummary};

/// The names under which due times are taken.
const CHECK: &str = "proof/check";
const RESTORE: &str = "proof/restore";
/// Who asked.
const CALENDAR: &str = "Calendar of proofs";
/// What could not be begun is tried again after this time.
const AGAIN: SignedDuration = SignedDuration::from_mins(30);

impl Waybill {
    /// Looks once at what is to be proved by itself: each day a part of the vault's data, once a schedule is on,
    /// and a restore where that was set. Begins what is due and nobody else has taken; the runs go on by
    /// themselves.
    ///
    /// # Errors
    /// `FileFailed` where the journal cannot be read or written. What keeps a proof from beginning is written
    /// down, and tried again later.
    pub(crate) async fn proofs_look(&self) -> Result<Vec<RunSummary>, CommandError> {
        let mut begun = Vec::new();
        if !self.shared.vault.exists() || self.shared.power.on_battery() {
            return Ok(begun);
        }
        let settings = self.shared.settings.read();
        let now = self.shared.clock.now();
        let today = now.to_zoned(TimeZone::system()).date();
        let proof = settings.proof.form.clone();
        let scheduled = settings.schedules.iter().any(|schedule| schedule.on);
        if proof.check && scheduled && self.take_day(CHECK, today, now)? {
            let part = self.next_part()?;
            let run = self.start_check(part, PARTS, CALENDAR).await;
            begun.extend(self.proof_began(CHECK, today, now, run)?);
        }
        if proof.restore
            && self.restore_is_due(proof.every, now)?
            && self.take_day(RESTORE, today, now)?
        {
            let run = self
                .start_proof(None, proof.artifacts, proof.into.as_deref(), CALENDAR)
                .await;
            begun.extend(self.proof_began(RESTORE, today, now, run)?);
        }
        Ok(begun)
    }

    /// The part that comes after the one that was read last.
    fn next_part(&self) -> Result<u32, CommandError> {
        let read = self.shared.journal.proofs(Some(ProofKind::Check), 50)?;
        let last = read.into_iter().find_map(|proof| {
            let of = proof.detail["of"].as_u64()?;
            let part = proof.detail["part"].as_u64()?;
            (of == u64::from(PARTS))
                .then(|| u32::try_from(part).ok())
                .flatten()
        });
        Ok(last.map_or(1, |part| part % PARTS + 1))
    }

    fn restore_is_due(&self, every: ProofEvery, now: Timestamp) -> Result<bool, CommandError> {
        let span = match every {
            ProofEvery::Week => 7.days(),
            ProofEvery::Month => 1.month(),
            ProofEvery::Quarter => 3.months(),
        };
        let last = self.last_proof(&[ProofKind::Folder, ProofKind::Instance])?;
        let Some(last) = last.and_then(|proof| proof.at.parse::<Timestamp>().ok()) else {
            return Ok(true);
        };
        let next = last
            .to_zoned(TimeZone::system())
            .checked_add(span)
            .map_err(CommandError::internal)?;
        Ok(next.date() <= now.to_zoned(TimeZone::system()).date())
    }

    /// Takes this day, unless somebody has.
    fn take_day(&self, what: &str, day: Date, now: Timestamp) -> Result<bool, CommandError> {
        let due_at = midnight(day)?;
        let newest = self.shared.journal.due_times(what, 1)?.pop();
        if let Some(newest) = newest
            && newest.outcome == DueOutcome::Postponed
            && newest.due_at == due_at
            && now.duration_since(newest.taken_at) < AGAIN
        {
            return Ok(false);
        }
        let lost = now.checked_sub(AGAIN).unwrap_or(now);
        Ok(self.shared.journal.take_due(what, due_at, now, lost)?)
    }

    fn proof_began(
        &self,
        what: &str,
        day: Date,
        now: Timestamp,
        run: Result<RunSummary, CommandError>,
    ) -> Result<Option<RunSummary>, CommandError> {
        let (outcome, words, run) = match run {
            Ok(run) => (DueOutcome::Done, None, Some(run)),
            Err(error) => {
                tracing::warn!(%error, what, "a proof did not begin");
                (DueOutcome::Postponed, Some(error.message), None)
            }
        };
        self.shared.journal.settle_due(&DueTime {
            schedule: what.to_owned(),
            due_at: midnight(day)?,
            outcome,
            taken_at: now,
            run: run.as_ref().map(|run| RunId::named(&run.id)),
            words,
        })?;
        Ok(run)
    }
}

/// Days are named by their midnight in UTC, so that a journey to another zone takes no day twice.
fn midnight(day: Date) -> Result<Timestamp, CommandError> {
    Ok(day
        .to_zoned(TimeZone::UTC)
        .map_err(CommandError::internal)?
        .timestamp())
}
