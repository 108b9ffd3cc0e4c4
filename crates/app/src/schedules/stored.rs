//! A schedule as `settings.json` has it.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::calendar::Calendar;
use crate::view::{CommandError, Rhythm, SelectionView};

/// A saved schedule.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct StoredSchedule {
    /// Never changes.
    pub(crate) id: String,
    /// The instance, by its id.
    pub(crate) instance: String,
    pub(crate) on: bool,
    pub(crate) rhythm: Rhythm,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) zone: Option<String>,
    #[serde(default)]
    pub(crate) selection: SelectionView,
    #[serde(default)]
    pub(crate) catch_up: bool,
    #[serde(default)]
    pub(crate) on_battery: bool,
    /// Times up to this one do not count: since then it is as it is.
    pub(crate) since: Timestamp,
    /// What a later version added.
    #[serde(flatten)]
    pub(crate) other: Map<String, Value>,
}

impl StoredSchedule {
    pub(super) fn calendar(&self) -> Result<Calendar, CommandError> {
        Calendar::read(&self.rhythm, self.zone.as_deref())
    }
}
