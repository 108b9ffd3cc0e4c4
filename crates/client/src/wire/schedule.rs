//! Schedules of integrations (documented).

use serde::Deserialize;
use serde_json::Value;

use super::{WireObject, lenient};

/// When an integration runs.
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub struct Schedule {
    /// Its id.
    #[serde(deserialize_with = "lenient::text")]
    pub id: Option<String>,
    /// Its name.
    #[serde(deserialize_with = "lenient::text")]
    pub name: Option<String>,
    /// What it is for.
    #[serde(deserialize_with = "lenient::text")]
    pub description: Option<String>,
    /// `ACTIVE`, `CANCELLED`, `STARTING`, `STOPPING`, `PAUSED`, …
    #[serde(deserialize_with = "lenient::text")]
    pub state: Option<String>,
    /// A second state of the service; meaning not documented.
    #[serde(deserialize_with = "lenient::text")]
    pub status: Option<String>,
    /// The form of the recurrence.
    #[serde(deserialize_with = "lenient::text")]
    pub schedule_type: Option<String>,
    /// The simple recurrence as it came.
    pub frequency: Value,
    /// The recurrence as an iCal expression.
    #[serde(deserialize_with = "lenient::text")]
    pub ical_expression: Option<String>,
    /// From when: `M/D/YYYY|HH:MM:SS` in its own time zone.
    #[serde(deserialize_with = "lenient::text")]
    pub start_date: Option<String>,
    /// Until when.
    #[serde(deserialize_with = "lenient::text")]
    pub end_date: Option<String>,
    /// Its time zone.
    #[serde(rename = "scheduleTZ", deserialize_with = "lenient::text")]
    pub schedule_tz: Option<String>,
    /// The error of the last start.
    #[serde(deserialize_with = "lenient::text")]
    pub error_code: Option<String>,
    /// Its words.
    #[serde(deserialize_with = "lenient::text")]
    pub error_message: Option<String>,
    /// When it was created.
    #[serde(deserialize_with = "lenient::text")]
    pub created: Option<String>,
    /// Who created it.
    #[serde(deserialize_with = "lenient::text")]
    pub created_by: Option<String>,
    /// When it was last changed.
    #[serde(deserialize_with = "lenient::text")]
    pub updated: Option<String>,
    /// Who changed it last.
    #[serde(deserialize_with = "lenient::text")]
    pub updated_by: Option<String>,
    /// Somebody has it open in the console.
    #[serde(deserialize_with = "lenient::flag")]
    pub locked_flag: bool,
    /// Who.
    #[serde(deserialize_with = "lenient::text")]
    pub locked_by: Option<String>,
    /// Since when.
    #[serde(deserialize_with = "lenient::text")]
    pub locked_date: Option<String>,
}

impl WireObject for Schedule {
    fn identity(&self) -> &str {
        self.id
            .as_deref()
            .or(self.name.as_deref())
            .unwrap_or_default()
    }
}
