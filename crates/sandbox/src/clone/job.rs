//! A job, and how it is shown.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use waybill_model::Generation;

use crate::swift::Target;
use crate::wire::date;

/// What an import does with the integrations it brings.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum Mode {
    ImportOnly,
    ImportActivate,
    ActivateOnly,
}

impl Mode {
    /// Capitals are not looked at: the documentation has `ImportOnly` and `importOnly`.
    pub fn parse(text: &str) -> Option<Self> {
        [Self::ImportOnly, Self::ImportActivate, Self::ActivateOnly]
            .into_iter()
            .find(|mode| mode.name().eq_ignore_ascii_case(text))
    }

    pub fn name(self) -> &'static str {
        match self {
            Self::ImportOnly => "ImportOnly",
            Self::ImportActivate => "ImportActivate",
            Self::ActivateOnly => "ActivateOnly",
        }
    }
}

#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) enum Task {
    Export {
        overwrite: bool,
    },
    Import {
        archive: String,
        mode: Mode,
        schedule_parameters: bool,
        start_schedules: bool,
    },
}

impl Task {
    pub fn is_export(&self) -> bool {
        matches!(self, Self::Export { .. })
    }
}

/// How a job ended.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Outcome {
    /// `COMPLETED`, `COMPLETED_WITH_WARNINGS` or `FAILED`.
    pub status: String,
    pub archive: Option<String>,
    pub resources: usize,
    pub failure: Option<String>,
    /// The component that failed, where one did and the others did not.
    #[serde(default)]
    pub component: Option<String>,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Job {
    pub id: String,
    /// The instance, by its name on the wire.
    pub instance: String,
    pub generation: Generation,
    pub task: Task,
    pub name: Option<String>,
    pub description: Option<String>,
    pub security: bool,
    /// The bucket; `None` where address or credentials lead nowhere.
    pub target: Option<Target>,
    pub started: Timestamp,
    pub ends: Timestamp,
    pub outcome: Option<Outcome>,
    /// Somebody does its work right now.
    #[serde(skip)]
    pub working: bool,
}

impl Job {
    pub fn is_over(&self) -> bool {
        self.outcome.is_some()
    }

    /// The name that the archive gets (documented for Oracle Integration 3, recorded for both).
    pub fn archive_name(&self) -> String {
        match (self.generation, &self.name) {
            (Generation::Oic3, Some(name)) => name.clone(),
            (Generation::Oic3, None) => format!("Service_Instance_Data-{}", self.id),
            _ => format!("Local_Suite_Instance-{}.zip", self.id),
        }
    }

    /// `NOT_STARTED` for the first third of its time, then `RUNNING`, then what came of it.
    fn status(&self, now: Timestamp) -> &str {
        if let Some(outcome) = &self.outcome {
            return &outcome.status;
        }
        let whole = self.ends.as_millisecond() - self.started.as_millisecond();
        if (now.as_millisecond() - self.started.as_millisecond()) * 3 < whole {
            "NOT_STARTED"
        } else {
            "RUNNING"
        }
    }

    fn moment(&self, moment: Timestamp) -> String {
        let form = match (self.generation, &self.task) {
            (Generation::Oic3, Task::Export { .. }) => return date(moment),
            (Generation::Oic3, Task::Import { .. }) => "%Y-%m-%d %H:%M:%S%.3f UTC",
            _ => "%a %b %d %H:%M:%S UTC %Y",
        };
        moment.strftime(form).to_string()
    }

    /// The answer to the request that started it.
    pub fn accepted(&self, location: &str) -> Value {
        let oic3 = self.generation == Generation::Oic3;
        json!({
            "jobId": self.id,
            "location": self.task.is_export().then_some(location),
            "status": if oic3 { "IN_PROGRESS" } else { "NOT_STARTED" },
        })
    }

    /// The answer to a look at it.
    pub fn shown(&self, now: Timestamp) -> Value {
        let mut shown = json!({
            "archiveName": self.outcome.as_ref().and_then(|outcome| outcome.archive.as_ref()),
            "components": self.components(now),
            "description": self.description,
            "endTime": self.outcome.as_ref().map(|_| self.moment(self.ends)),
            "failureMessage": self.outcome.as_ref().and_then(|outcome| outcome.failure.as_ref()),
            "includeSecurityArtifacts": self.security,
            "jobId": self.id,
            "jobName": self.name,
            "jobType": if self.task.is_export() { "EXPORT" } else { "IMPORT" },
            "overallStatus": self.status(now),
            "startTime": self.moment(self.started),
        });
        let oic3 = self.generation == Generation::Oic3;
        let (mode, parameters, start) = match &self.task {
            Task::Export { .. } => (None, false, false),
            Task::Import {
                mode,
                schedule_parameters,
                start_schedules,
                ..
            } => (Some(mode.name()), *schedule_parameters, *start_schedules),
        };
        if let Some(members) = shown.as_object_mut()
            && (oic3 || mode.is_some())
        {
            members.insert("importScheduleParams".to_owned(), json!(parameters));
            members.insert("startSchedules".to_owned(), json!(start));
            members.insert("mode".to_owned(), json!(mode));
        }
        shown
    }

    fn components(&self, now: Timestamp) -> Value {
        let status = self.status(now);
        let done = self.outcome.as_ref();
        let percentage = done.map(|outcome| {
            let whole = outcome.status == "COMPLETED";
            if whole { 100 } else { 0 }
        });
        if self.generation == Generation::Oic3 {
            return json!([{
                "errorMessage": done.and_then(|outcome| outcome.failure.as_ref()),
                "name": "integration",
                "percentage": percentage.unwrap_or(0),
                "resourceCount": done.map(|outcome| outcome.resources.to_string()),
                "status": status,
            }]);
        }
        // The second component is not part of the sandbox: an export finds nothing in it, an import
        // leaves it out (recorded).
        let failed = |name: &str| {
            let outcome = done.filter(|outcome| outcome.component.is_some())?;
            let is_this = outcome.component.as_deref() == Some(name);
            Some(if is_this {
                json!({"name": name, "percentage": 0, "status": "FAILED", "errorMessage": outcome.failure})
            } else {
                json!({"name": name, "percentage": 100, "status": "COMPLETED"})
            })
        };
        if let (Some(integration), Some(process)) = (failed("Integration"), failed("Process")) {
            return json!([integration, process]);
        }
        let process = if self.task.is_export() {
            json!({"name": "Process", "percentage": percentage, "status": status})
        } else {
            json!({"name": "Process", "status": "CANCELLED"})
        };
        // An export's components start late (recorded).
        json!([{"name": "Integration", "percentage": percentage, "status": status}, process])
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn capitals_of_a_mode_are_not_looked_at() {
        assert_eq!(Mode::parse("importOnly"), Some(Mode::ImportOnly));
        assert_eq!(Mode::parse("IMPORTACTIVATE"), Some(Mode::ImportActivate));
        assert_eq!(Mode::parse("activate"), None);
    }

    #[test]
    fn dates_of_gen2_are_those_of_the_recorded_job() {
        let job = Job {
            id: "142040".to_owned(),
            instance: "x".to_owned(),
            generation: Generation::Gen2,
            task: Task::Export { overwrite: false },
            name: None,
            description: None,
            security: true,
            target: None,
            started: "2020-05-14T21:28:31Z".parse().unwrap(),
            ends: "2020-05-14T21:55:57Z".parse().unwrap(),
            outcome: None,
            working: false,
        };
        let early = job.shown("2020-05-14T21:29:00Z".parse().unwrap());
        assert_eq!(early["startTime"], "Thu May 14 21:28:31 UTC 2020");
        assert_eq!(early["overallStatus"], "NOT_STARTED");
        let later = job.shown("2020-05-14T21:50:00Z".parse().unwrap());
        assert_eq!(later["overallStatus"], "RUNNING");
        assert_eq!(job.archive_name(), "Local_Suite_Instance-142040.zip");
    }
}
