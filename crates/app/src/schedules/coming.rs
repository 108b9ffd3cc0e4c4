//! The next backup of an instance over all its schedules, and whether its last time was used.

use jiff::Timestamp;

use crate::Waybill;
use crate::settings::StoredInstance;
use crate::view::{
    BackupScheduleView, CommandError, NextBackup, PastDueTime, ScheduleState, SnapshotStatus,
    SnapshotSummary,
};

impl Waybill {
    /// The next backup of an instance; none where it has no schedule. `last` is the last snapshot of the
    /// whole instance: one that was taken after a time that was missed makes up for it.
    pub(crate) fn next_backup(
        &self,
        instance: &StoredInstance,
        last: Option<&SnapshotSummary>,
    ) -> Result<Option<NextBackup>, CommandError> {
        let schedules = self.schedules(Some(&instance.id))?;
        Ok(next_of(&schedules, last))
    }
}

fn next_of(schedules: &[BackupScheduleView], last: Option<&SnapshotSummary>) -> Option<NextBackup> {
    let on: Vec<_> = schedules.iter().filter(|one| one.form.on).collect();
    let Some(soonest) = on.iter().min_by_key(|one| time(one.next.first())) else {
        return schedules.first().map(|one| NextBackup {
            at: None,
            words: one.words.clone(),
            state: ScheduleState::Off,
            due_at: None,
            why: None,
        });
    };
    let newest = on.iter().filter_map(|one| one.past.first());
    let newest: Option<&PastDueTime> = newest.max_by_key(|due| time(Some(&due.due_at)));
    let made_up = |due: &PastDueTime| {
        last.is_some_and(|last| {
            last.status == SnapshotStatus::Complete
                && time(Some(&last.taken_at)) > time(Some(&due.due_at))
        })
    };
    let open = newest.filter(|due| due.state == ScheduleState::Running || !made_up(due));
    Some(NextBackup {
        at: soonest.next.first().cloned(),
        words: soonest.words.clone(),
        state: open.map_or(ScheduleState::Waiting, |due| due.state),
        due_at: open.map(|due| due.due_at.clone()),
        why: open.and_then(|due| due.words.clone()),
    })
}

/// A time as it can be compared; none, and what cannot be read, comes last.
fn time(text: Option<&String>) -> Timestamp {
    text.and_then(|text| text.parse().ok())
        .unwrap_or(Timestamp::MAX)
}

#[cfg(test)]
mod tests {
    use waybill_model::Environment;

    use super::*;
    use crate::view::{Rhythm, ScheduleForm, SelectionView};

    fn schedule(on: bool, next: &str, past: &[(&str, ScheduleState)]) -> BackupScheduleView {
        BackupScheduleView {
            id: "S1".into(),
            form: ScheduleForm {
                id: None,
                instance: "i".into(),
                on,
                rhythm: Rhythm::Hourly { minute: 0 },
                zone: None,
                selection: SelectionView::Everything,
                catch_up: true,
                on_battery: true,
            },
            instance_name: "Acme".into(),
            environment: Environment::Test,
            words: format!("until {next}"),
            state: ScheduleState::Waiting,
            next: vec![next.into()],
            past: past
                .iter()
                .map(|(due, state)| PastDueTime {
                    due_at: (*due).into(),
                    state: *state,
                    at: (*due).into(),
                    run: None,
                    words: Some("asleep".into()),
                })
                .collect(),
        }
    }

    fn taken(at: &str, status: SnapshotStatus) -> SnapshotSummary {
        SnapshotSummary {
            id: "1".into(),
            short_id: "1".into(),
            instance_id: "i".into(),
            instance_name: "Acme".into(),
            environment: Environment::Test,
            taken_at: at.into(),
            status,
            artifacts: 1,
            unread: 0,
            added: 0,
            changed: 0,
            removed: 0,
            carried: 0,
            bytes: 1,
            asked_by: "ann".into(),
            note: None,
            selection: false,
            before_change: false,
        }
    }

    #[test]
    fn the_soonest_time_counts_and_a_missed_one_until_a_whole_backup_was_made() {
        assert_eq!(next_of(&[], None), None);
        let off = next_of(&[schedule(false, "2026-11-20T06:00:00Z", &[])], None).unwrap();
        assert_eq!((off.at, off.state), (None, ScheduleState::Off));
        let both = [
            schedule(
                true,
                "2026-11-22T06:00:00Z",
                &[("2026-11-19T06:00:00Z", ScheduleState::Missed)],
            ),
            schedule(
                true,
                "2026-11-20T06:00:00Z",
                &[("2026-11-18T06:00:00Z", ScheduleState::Waiting)],
            ),
        ];
        let next = next_of(&both, None).unwrap();
        assert_eq!(next.at.as_deref(), Some("2026-11-20T06:00:00Z"));
        assert_eq!(next.state, ScheduleState::Missed);
        assert_eq!(next.why.as_deref(), Some("asleep"));
        let partial = taken("2026-11-19T09:00:00Z", SnapshotStatus::Partial);
        assert_eq!(next_of(&both, Some(&partial)).unwrap(), next);
        let whole = taken("2026-11-19T09:00:00Z", SnapshotStatus::Complete);
        let next = next_of(&both, Some(&whole)).unwrap();
        assert_eq!((next.state, next.why), (ScheduleState::Waiting, None));
    }
}
