//! What is sent about schedules.

use serde::Serialize;
use serde_json::{Map, Value, json};

/// Members of a schedule that the service alone sets: they are not sent back.
const READ_ONLY: [&str; 13] = [
    "id",
    "links",
    "created",
    "createdBy",
    "updated",
    "updatedBy",
    "errorCode",
    "errorMessage",
    "lockedBy",
    "lockedDate",
    "lockedFlag",
    "state",
    "status",
];

/// The body that creates or replaces a schedule. Which bodies the service takes is documented for a
/// few recurrences only, so the faithful way to restore one is to send back what was read.
#[derive(Clone, Debug, PartialEq)]
pub struct ScheduleDefinition(Map<String, Value>);

/// How often.
#[derive(Clone, Debug, PartialEq)]
pub enum Recurrence {
    /// Once, at the start date (documented by example).
    Once,
    /// Every so many minutes, at least 10 (documented by example).
    Minutes(u32),
    /// Every so many days (public script).
    Days(u32),
    /// An iCal expression (`FREQ=WEEKLY;BYDAY=MO;BYHOUR=8;BYMINUTE=0;`).
    Ical(String),
}

impl ScheduleDefinition {
    /// What was read, without what the service alone sets.
    #[must_use]
    pub fn from_stored(stored: &Value) -> Self {
        let mut members = stored.as_object().cloned().unwrap_or_default();
        // The name of a time zone in words goes with the zone.
        members.remove("scheduleTZDisplayName");
        members.retain(|name, value| !READ_ONLY.contains(&name.as_str()) && !value.is_null());
        Self(members)
    }

    /// A new schedule in a time zone (`Asia/Calcutta`).
    #[must_use]
    pub fn new(name: &str, time_zone: &str, recurrence: &Recurrence) -> Self {
        let mut members = Map::new();
        members.insert("name".to_owned(), json!(name));
        members.insert("scheduleTZ".to_owned(), json!(time_zone));
        let simple = |kind: &str, interval: Option<u32>| {
            let mut frequency = json!({ "frequencyType": kind });
            if let Some(interval) = interval {
                frequency["interval"] = json!(interval);
            }
            ("frequency".to_owned(), frequency)
        };
        let (member, value) = match recurrence {
            Recurrence::Once => simple("ONCE", None),
            Recurrence::Minutes(interval) => simple("MINUTELY", Some(*interval)),
            Recurrence::Days(interval) => simple("DAILY", Some(*interval)),
            Recurrence::Ical(expression) => ("icalExpression".to_owned(), json!(expression)),
        };
        members.insert(member, value);
        Self(members)
    }

    /// What it is for.
    #[must_use]
    pub fn described(self, description: &str) -> Self {
        self.with("description", description)
    }

    /// From when, in its own time zone: `M/D/YYYY|HH:MM:SS`.
    #[must_use]
    pub fn starting(self, start_date: &str) -> Self {
        self.with("startDate", start_date)
    }

    /// Until when, in the same form.
    #[must_use]
    pub fn ending(self, end_date: &str) -> Self {
        self.with("endDate", end_date)
    }

    fn with(mut self, member: &str, value: &str) -> Self {
        self.0.insert(member.to_owned(), json!(value));
        self
    }

    /// The body as it is sent.
    #[must_use]
    pub fn to_body(&self) -> Value {
        Value::Object(self.0.clone())
    }
}

/// The value of a schedule parameter.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct ScheduleParameter {
    /// Its name.
    pub name: String,
    /// Its value.
    pub value: String,
}

/// How a run begins: with the start of a schedule, or now (documented).
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct ScheduleRun {
    /// Values for this run.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub parameters: Vec<ScheduleParameter>,
    /// Run as the schedule does.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub run_as_schedule: Option<bool>,
    /// Run as this user; needed in practice where an application is signed in, not a user (public
    /// script).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub run_as_user_name: Option<String>,
}

/// How a change of a schedule's state is asked for (OIC 3; Gen 2 documents neither).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct ScheduleMode {
    /// Answer at once, with 202 and a `Location` to look at (`async`).
    pub at_once: bool,
    /// Try anew what is stuck in between (`retry`): `STARTING`, `STOPPING`, `PAUSING`, `RESUMING`.
    pub retry: bool,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_read_goes_back_without_what_the_service_sets() {
        let stored = json!({
            "id": "X", "links": [], "state": "ACTIVE", "status": "S", "created": "c", "updatedBy": "u",
            "lockedFlag": false, "errorCode": null, "scheduleTZDisplayName": "Kolkata",
            "name": "N", "scheduleTZ": "Asia/Calcutta", "startDate": "1/20/2021|13:12:00",
            "endDate": null, "frequency": {"frequencyType": "MINUTELY", "interval": 65},
            "scheduleType": "SIMPLE",
        });
        assert_eq!(
            ScheduleDefinition::from_stored(&stored).to_body(),
            json!({
                "name": "N", "scheduleTZ": "Asia/Calcutta", "startDate": "1/20/2021|13:12:00",
                "frequency": {"frequencyType": "MINUTELY", "interval": 65}, "scheduleType": "SIMPLE",
            })
        );
    }

    #[test]
    fn a_new_schedule_is_written_as_documented() {
        let once =
            ScheduleDefinition::new("SCH_ONE_01_00_0000", "Asia/Calcutta", &Recurrence::Once)
                .described("Description for schedule")
                .starting("1/20/2021|13:12:00")
                .ending("1/30/2021|13:12:00");
        assert_eq!(
            once.to_body(),
            json!({
                "frequency": {"frequencyType": "ONCE"}, "name": "SCH_ONE_01_00_0000",
                "description": "Description for schedule", "scheduleTZ": "Asia/Calcutta",
                "startDate": "1/20/2021|13:12:00", "endDate": "1/30/2021|13:12:00",
            })
        );
        let often = ScheduleDefinition::new("N", "UTC", &Recurrence::Minutes(65));
        assert_eq!(
            often.to_body()["frequency"],
            json!({"frequencyType": "MINUTELY", "interval": 65})
        );
        let ical = ScheduleDefinition::new("N", "UTC", &Recurrence::Ical("FREQ=DAILY;".to_owned()));
        assert_eq!(ical.to_body()["icalExpression"], "FREQ=DAILY;");
    }

    #[test]
    fn a_run_without_wishes_is_empty() {
        assert_eq!(
            serde_json::to_value(ScheduleRun::default()).unwrap(),
            json!({})
        );
    }
}
