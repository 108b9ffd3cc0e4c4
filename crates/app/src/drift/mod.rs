//! Drift: what changed in an instance from one backup to the next, and by whom.
//!
//! `find` lays a snapshot beside the one before it and asks the journal which runs of Waybill wrote in between,
//! `words` says in a few words what a difference means (`rhythm` when a schedule runs), `origin` tells changes of Waybill from those made outside.
//! What was found is kept in the journal (`drifts`), a row for each backup.

mod find;
mod origin;
mod rhythm;
mod words;

use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use waybill_engine::{DriftRow, Run, RunId, RunKind};
use waybill_vault::SnapshotRecord;

use crate::Waybill;
use crate::places::blocking;
use crate::view::{CommandError, DriftAsk, DriftChange, DriftStep, DriftView};

/// So many backups that nobody looked at yet are looked at for one request.
const AT_ONCE: usize = 12;

impl Waybill {
    /// Finds out and keeps what changed with a backup since the one before, if it made a snapshot, and says what was
    /// changed in Production from outside. Can be called again, and by two programs at once: what is kept is the same.
    /// Where it fails, it is found out when somebody asks; the backup is whole all the same.
    pub(crate) async fn drift_after_backup(&self, run: &Run) {
        if let Err(error) = self.drift_of_backup(run).await {
            tracing::warn!(run = %run.id, message = error.message, "what changed with a backup was not found out");
        }
    }

    async fn drift_of_backup(&self, run: &Run) -> Result<(), CommandError> {
        let made = run.kind == RunKind::Backup
            && run.snapshot.is_some()
            && !run.id.keeps_before_a_change();
        let Some(instance) = run.instance_id.as_deref().filter(|_| made) else {
            return Ok(());
        };
        if self.shared.journal.drift_of(instance, &run.id)?.is_some() {
            return Ok(());
        }
        let taken = self.backups_in_vault(instance).await?;
        if let Some(found) = self.find_drift(instance, &run.id, &taken).await? {
            self.tell_of_drift(run, &found)?;
        }
        Ok(())
    }

    /// The changes of an instance, backup by backup.
    ///
    /// # Errors
    /// `UnknownSubject` for the instance, `BadInput` with the field of a time that cannot be read, and the
    /// failures of the vault.
    pub async fn drift(&self, instance: &str, ask: &DriftAsk) -> Result<DriftView, CommandError> {
        let instance = self.stored_instance(instance)?;
        let since = time(ask.since.as_deref(), "since")?;
        let until = time(ask.until.as_deref(), "until")?;
        let taken = self.backups_in_vault(&instance.id).await?;
        let mut left = 0_u32;
        let mut looked = 0;
        // Newest first: what a person asks about is mostly recent.
        for backup in taken.iter().rev() {
            let within = |time: &Timestamp| {
                since.is_none_or(|since| *time >= since) && until.is_none_or(|until| *time <= until)
            };
            let inside = backup.taken_at.parse().is_ok_and(|time| within(&time));
            let known = self.shared.journal.drift_of(&instance.id, &backup.run)?;
            if !inside || known.is_some() {
                continue;
            }
            if looked == AT_ONCE {
                left += 1;
                continue;
            }
            if self
                .find_drift(&instance.id, &backup.run, &taken)
                .await?
                .is_some()
            {
                looked += 1;
            }
        }
        let rows = self.shared.journal.drifts(&instance.id, since, until)?;
        let compared: Vec<DriftRow> = rows
            .into_iter()
            .filter(|row| !find::is_first(row))
            .collect();
        let looked_at = u32::try_from(compared.len()).unwrap_or(u32::MAX);
        let steps = compared
            .into_iter()
            .map(|row| step(row, &taken))
            .map(|mut step| {
                step.changes.retain(|change| {
                    ask.artifact
                        .as_ref()
                        .is_none_or(|wanted| concerns(change, wanted))
                        && (change.outside || !ask.only_outside)
                });
                step
            })
            .filter(|step| !step.changes.is_empty())
            .collect();
        Ok(DriftView {
            instance_id: instance.id,
            instance_name: instance.name,
            environment: instance.environment,
            steps,
            looked_at,
            not_looked_at: left,
        })
    }

    /// What changed with the backup that took a snapshot; nothing for the first of its kind, and for one that was
    /// taken before a change.
    ///
    /// # Errors
    /// `UnknownSubject`, and the failures of the vault.
    pub async fn snapshot_drift(&self, id: &str) -> Result<Option<DriftStep>, CommandError> {
        let place = self.open_snapshot(id).await?;
        let instance = place.manifest().instance.id.clone();
        let run = place.manifest().asked.run.clone();
        if run.keeps_before_a_change() {
            return Ok(None);
        }
        let taken = self.backups_in_vault(&instance).await?;
        let row = match self.shared.journal.drift_of(&instance, &run)? {
            Some(row) => Some(row),
            None => self.find_drift(&instance, &run, &taken).await?,
        };
        Ok(row
            .filter(|row| !find::is_first(row))
            .map(|row| step(row, &taken)))
    }

    /// The backups of an instance that are in the vault and were read back, oldest first.
    async fn backups_in_vault(&self, instance: &str) -> Result<Vec<find::Backup>, CommandError> {
        if !self.shared.vault.exists() {
            return Ok(Vec::new());
        }
        let vault = self.shared.vault.open(&self.shared.secrets).await?;
        let tag = waybill_engine::snapshot::tags::instance(instance);
        blocking(move || {
            let all = waybill_engine::snapshot::list(&vault)?;
            let of_instance = |record: &&SnapshotRecord| record.tags.contains(&tag);
            let mut backups: Vec<find::Backup> = all
                .iter()
                .filter(of_instance)
                .filter_map(find::Backup::of)
                .collect();
            backups.sort_by(|one, other| one.taken_at.cmp(&other.taken_at));
            Ok(backups)
        })
        .await
    }
}

/// Whether a change is about an artifact: itself, or the schedule that goes with it.
fn concerns(change: &DriftChange, wanted: &waybill_model::ArtifactId) -> bool {
    let same = (&change.id.scope, &change.id.code, &change.id.version)
        == (&wanted.scope, &wanted.code, &wanted.version);
    change.id == *wanted
        || (same
            && change.id.kind == waybill_model::ArtifactKind::Schedule
            && wanted.kind == waybill_model::ArtifactKind::Integration)
}

fn step(row: DriftRow, taken: &[find::Backup]) -> DriftStep {
    let snapshot = |run: &RunId| {
        let found = taken.iter().find(|backup| backup.run == *run);
        found.map(|backup| backup.snapshot.clone())
    };
    DriftStep {
        snapshot: snapshot(&row.run),
        before: snapshot(&row.before),
        run: row.run.to_string(),
        taken_at: row.taken_at,
        changes: serde_json::from_value(row.detail).unwrap_or_default(),
    }
}

/// A time as a person gives it: RFC 3339, or a day, which begins here.
fn time(text: Option<&str>, field: &str) -> Result<Option<Timestamp>, CommandError> {
    let Some(text) = text.map(str::trim).filter(|text| !text.is_empty()) else {
        return Ok(None);
    };
    let day = || {
        let day: Date = text.parse().ok()?;
        Some(day.to_zoned(TimeZone::system()).ok()?.timestamp())
    };
    match text.parse::<Timestamp>().ok().or_else(day) {
        Some(time) => Ok(Some(time)),
        None => Err(
            CommandError::field(field, format!("`{text}` is no day and no time."))
                .guide("Write it as in `2026-11-21` or `2026-11-21T06:00:00Z`."),
        ),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_day_and_a_time_are_read_and_anything_else_is_refused() {
        assert_eq!(time(None, "since").unwrap(), None);
        assert_eq!(time(Some(" "), "since").unwrap(), None);
        let exact = time(Some("2026-11-21T06:00:00Z"), "since").unwrap();
        assert_eq!(exact, Some("2026-11-21T06:00:00Z".parse().unwrap()));
        assert!(time(Some("2026-11-21"), "since").unwrap().is_some());
        let refused = time(Some("last week"), "since").unwrap_err();
        assert_eq!(refused.context["field"], "since");
    }
}
