//! Schedules of backups.

use serde::{Deserialize, Serialize};
use ts_rs::TS;
use waybill_model::Environment;

use super::SelectionView;

/// A day of the week.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub enum Day {
    /// Monday.
    Monday,
    /// Tuesday.
    Tuesday,
    /// Wednesday.
    Wednesday,
    /// Thursday.
    Thursday,
    /// Friday.
    Friday,
    /// Saturday.
    Saturday,
    /// Sunday.
    Sunday,
}

/// How often.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase", tag = "type")]
#[ts(export)]
pub enum Rhythm {
    /// Each hour.
    Hourly {
        /// At this minute, 0 to 59.
        minute: u8,
    },
    /// Each day.
    Daily {
        /// At this time of day, `HH:MM`.
        at: String,
    },
    /// On some days of the week.
    Weekly {
        /// On these; at least one.
        days: Vec<Day>,
        /// At this time of day, `HH:MM`.
        at: String,
    },
    /// As a line of cron says: minute, hour, day of month, month, day of week.
    Cron {
        /// The line.
        text: String,
    },
}

/// A schedule as a person sets it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export, optional_fields)]
pub struct ScheduleForm {
    /// Which schedule is changed; a new one without it.
    pub id: Option<String>,
    /// The instance, by its id or name.
    pub instance: String,
    /// It is on.
    pub on: bool,
    /// How often.
    pub rhythm: Rhythm,
    /// The time zone of its times, as in `Europe/Vienna`; that of this computer where nothing is said.
    pub zone: Option<String>,
    /// What is backed up.
    pub selection: SelectionView,
    /// A time that passed while nobody was there is made up for at the next chance.
    pub catch_up: bool,
    /// Also while the computer runs on its battery.
    pub on_battery: bool,
}

/// How a schedule stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub enum ScheduleState {
    /// It is off.
    Off,
    /// It waits for its next time.
    Waiting,
    /// A backup of it goes on.
    Running,
    /// Its last time could not be used yet, and is tried again.
    Postponed,
    /// Its last time passed with nobody there.
    Missed,
    /// Its last backup failed.
    Failed,
    /// Its last backup has gaps.
    Partial,
}

/// A time of a schedule that has passed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export, optional_fields)]
pub struct PastDueTime {
    /// When it was due.
    pub due_at: String,
    /// How it ended, or stands; never `off`. `waiting` means done, whole.
    pub state: ScheduleState,
    /// When that was.
    pub at: String,
    /// The run made for it.
    pub run: Option<String>,
    /// Why it stands so.
    pub words: Option<String>,
}

/// A schedule with what comes and what was.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export, optional_fields)]
pub struct BackupScheduleView {
    /// Never changes.
    pub id: String,
    /// What was set; `instance` holds the id.
    pub form: ScheduleForm,
    /// The instance's name.
    pub instance_name: String,
    /// Its environment.
    pub environment: Environment,
    /// How often, in words.
    pub words: String,
    /// How it stands.
    pub state: ScheduleState,
    /// The next times, at most five; none where it is off.
    pub next: Vec<String>,
    /// The last times, newest first, at most thirty.
    pub past: Vec<PastDueTime>,
}

/// Who looks after the schedules while the window is closed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export, optional_fields)]
pub struct KeeperView {
    /// What this computer has for it: `systemd`, `launchd`, `task scheduler`.
    pub platform: String,
    /// It was told to look after them.
    pub installed: bool,
    /// The files that say so.
    pub files: Vec<String>,
    /// What still has to be done, or why it could not be.
    pub problem: Option<String>,
}

/// What a look at the schedules did.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub struct RoundView {
    /// The runs that were begun or taken up.
    pub started: Vec<String>,
    /// What else was found, a line each: missed and postponed times.
    pub told: Vec<String>,
}
