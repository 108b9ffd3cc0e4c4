//! What a person can do with schedules.

use super::StoredSchedule;
use super::calendar::Calendar;
use crate::runs::chosen;
use crate::view::{BackupScheduleView, CommandError, ScheduleForm};
use crate::{AppEvent, Waybill};

impl Waybill {
    /// All schedules, in the order of their instances; or those of one instance.
    ///
    /// # Errors
    /// `UnknownSubject` for the instance, `FileFailed`.
    pub fn schedules(
        &self,
        instance: Option<&str>,
    ) -> Result<Vec<BackupScheduleView>, CommandError> {
        let only = instance
            .map(|name| self.stored_instance(name))
            .transpose()?;
        let settings = self.shared.settings.read();
        let mut views = Vec::new();
        for instance in &settings.instances {
            if only.as_ref().is_some_and(|only| only.id != instance.id) {
                continue;
            }
            for schedule in settings
                .schedules
                .iter()
                .filter(|one| one.instance == instance.id)
            {
                views.push(self.schedule_view(schedule, instance)?);
            }
        }
        Ok(views)
    }

    /// Makes or changes a schedule. Times that have passed until now do not count any more.
    ///
    /// # Errors
    /// `BadInput` with `context.field`, `UnknownSubject` for the instance or the schedule, `FileFailed`.
    pub fn schedule_save(&self, form: &ScheduleForm) -> Result<BackupScheduleView, CommandError> {
        let instance = self.stored_instance(&form.instance)?;
        Calendar::read(&form.rhythm, form.zone.as_deref())?;
        chosen(&form.selection)?;
        let since = self.shared.clock.now();
        let schedule = self.shared.settings.change(|stored| {
            let place = match &form.id {
                None => None,
                Some(id) => Some(
                    stored
                        .schedules
                        .iter()
                        .position(|one| one.id == *id)
                        .ok_or_else(|| CommandError::unknown("schedule", id))?,
                ),
            };
            let schedule = StoredSchedule {
                id: form
                    .id
                    .clone()
                    .unwrap_or_else(|| fresh_id(&stored.schedules)),
                instance: instance.id.clone(),
                on: form.on,
                rhythm: form.rhythm.clone(),
                zone: form.zone.clone().or_else(|| Some(super::calendar::here())),
                selection: form.selection.clone(),
                catch_up: form.catch_up,
                on_battery: form.on_battery,
                since,
                other: place
                    .map(|at| stored.schedules[at].other.clone())
                    .unwrap_or_default(),
            };
            match place {
                Some(at) => stored.schedules[at] = schedule.clone(),
                None => stored.schedules.push(schedule.clone()),
            }
            Ok(schedule)
        })?;
        self.audit("schedule saved", &instance.name)?;
        self.tell(AppEvent::InstancesChanged);
        self.schedule_view(&schedule, &instance)
    }

    /// Turns a schedule on or off. Times that passed while it was off do not count.
    ///
    /// # Errors
    /// `UnknownSubject`, `FileFailed`.
    pub fn schedule_turn(&self, id: &str, on: bool) -> Result<BackupScheduleView, CommandError> {
        let now = self.shared.clock.now();
        let schedule = self.shared.settings.change(|stored| {
            let schedule = stored
                .schedules
                .iter_mut()
                .find(|one| one.id == id)
                .ok_or_else(|| CommandError::unknown("schedule", id))?;
            if on && !schedule.on {
                schedule.since = now;
            }
            schedule.on = on;
            Ok(schedule.clone())
        })?;
        let instance = self.stored_instance(&schedule.instance)?;
        self.audit(
            if on {
                "schedule turned on"
            } else {
                "schedule turned off"
            },
            &instance.name,
        )?;
        self.tell(AppEvent::InstancesChanged);
        self.schedule_view(&schedule, &instance)
    }

    /// Forgets a schedule and its past times. Its snapshots stay.
    ///
    /// # Errors
    /// `UnknownSubject`, `FileFailed`.
    pub fn schedule_remove(&self, id: &str) -> Result<(), CommandError> {
        let schedule = self.shared.settings.change(|stored| {
            let at = stored
                .schedules
                .iter()
                .position(|one| one.id == id)
                .ok_or_else(|| CommandError::unknown("schedule", id))?;
            Ok(stored.schedules.remove(at))
        })?;
        self.shared.journal.forget_due(id)?;
        self.audit("schedule removed", &schedule.instance)?;
        self.tell(AppEvent::InstancesChanged);
        Ok(())
    }
}

/// `S1`, `S2`, … : short enough to be typed.
fn fresh_id(schedules: &[StoredSchedule]) -> String {
    let newest = schedules
        .iter()
        .filter_map(|one| one.id.strip_prefix('S')?.parse::<u32>().ok())
        .max()
        .unwrap_or(0);
    format!("S{}", newest + 1)
}
