//! Schedules as they are shown.

use waybill_engine::{DueOutcome, DueTime};

use super::StoredSchedule;
use super::calendar::{here, words};
use crate::Waybill;
use crate::settings::StoredInstance;
use crate::view::{BackupScheduleView, CommandError, PastDueTime, ScheduleForm, ScheduleState};

/// So many coming times are shown.
const COMING: usize = 5;
/// So many past times are shown.
const PAST: u32 = 30;

impl Waybill {
    pub(super) fn schedule_view(
        &self,
        schedule: &StoredSchedule,
        instance: &StoredInstance,
    ) -> Result<BackupScheduleView, CommandError> {
        let past = self.shared.journal.due_times(&schedule.id, PAST)?;
        let newest = past.first().map(|due| state(due.outcome));
        let next = match schedule.calendar() {
            Ok(calendar) if schedule.on => calendar.coming(self.shared.clock.now(), COMING),
            _ => Vec::new(),
        };
        Ok(BackupScheduleView {
            id: schedule.id.clone(),
            form: ScheduleForm {
                id: Some(schedule.id.clone()),
                instance: schedule.instance.clone(),
                on: schedule.on,
                rhythm: schedule.rhythm.clone(),
                zone: Some(schedule.zone.clone().unwrap_or_else(here)),
                selection: schedule.selection.clone(),
                catch_up: schedule.catch_up,
                on_battery: schedule.on_battery,
            },
            instance_name: instance.name.clone(),
            environment: instance.environment,
            words: words(&schedule.rhythm),
            state: if schedule.on {
                newest.unwrap_or(ScheduleState::Waiting)
            } else {
                ScheduleState::Off
            },
            next: next.into_iter().map(|due| due.to_string()).collect(),
            past: past.into_iter().map(past_due).collect(),
        })
    }
}

fn past_due(due: DueTime) -> PastDueTime {
    PastDueTime {
        due_at: due.due_at.to_string(),
        state: state(due.outcome),
        at: due.taken_at.to_string(),
        run: due.run.map(|run| run.to_string()),
        words: due.words,
    }
}

const fn state(outcome: DueOutcome) -> ScheduleState {
    match outcome {
        DueOutcome::Taken => ScheduleState::Running,
        DueOutcome::Done => ScheduleState::Waiting,
        DueOutcome::Partial => ScheduleState::Partial,
        DueOutcome::Failed => ScheduleState::Failed,
        DueOutcome::Postponed => ScheduleState::Postponed,
        DueOutcome::Missed => ScheduleState::Missed,
    }
}
