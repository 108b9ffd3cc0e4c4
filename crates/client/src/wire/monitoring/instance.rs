//! Integration instances: one passage of one message, or one run of a schedule.

use serde::Deserialize;
use serde_json::Value;

use crate::wire::{WireObject, lenient};

/// One passage of a message through an integration.
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub struct IntegrationInstance {
    /// Its id: a number of 19 digits on Gen 2, 22 letters on OIC 3 (`instanceId`, or `id`).
    #[serde(deserialize_with = "lenient::name")]
    pub instance_id: String,
    #[serde(deserialize_with = "lenient::name")]
    id: String,
    /// `CODE|VERSION` of the integration, or its code.
    #[serde(deserialize_with = "lenient::text")]
    pub integration_id: Option<String>,
    /// What people call the integration.
    #[serde(deserialize_with = "lenient::text")]
    pub integration_name: Option<String>,
    /// Its version.
    #[serde(deserialize_with = "lenient::text")]
    pub integration_version: Option<String>,
    /// The project it is in.
    #[serde(deserialize_with = "lenient::text")]
    pub project_code: Option<String>,
    /// Where it stands, in the service's words; [`IntegrationInstance::state`] reads them.
    #[serde(deserialize_with = "lenient::text")]
    pub status: Option<String>,
    /// When it began.
    #[serde(deserialize_with = "lenient::text")]
    pub creation_date: Option<String>,
    /// When it last moved.
    #[serde(deserialize_with = "lenient::text")]
    pub date: Option<String>,
    #[serde(deserialize_with = "lenient::text")]
    last_tracked_time: Option<String>,
    /// How long it took or has taken, in milliseconds (the unit is inferred).
    #[serde(deserialize_with = "lenient::count")]
    pub duration: Option<u64>,
    /// Its messages are deleted already.
    #[serde(deserialize_with = "lenient::flag")]
    pub is_purged: bool,
    /// It stopped at a fault from which it can be sent on.
    #[serde(deserialize_with = "lenient::flag")]
    pub has_recoverable_faults: bool,
    /// Who called it.
    #[serde(deserialize_with = "lenient::text")]
    pub invoked_by: Option<String>,
    /// The run of the schedule it belongs to.
    #[serde(deserialize_with = "lenient::text")]
    pub run_id: Option<String>,
    /// The instance that called it.
    #[serde(deserialize_with = "lenient::text")]
    pub parent_instance_id: Option<String>,
    /// The values by which people find it.
    #[serde(deserialize_with = "lenient::list")]
    pub trackings: Vec<TrackingValue>,
}

/// The value of a tracking variable.
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub struct TrackingValue {
    /// Its name.
    #[serde(deserialize_with = "lenient::text")]
    pub name: Option<String>,
    /// Its value.
    #[serde(deserialize_with = "lenient::text")]
    pub value: Option<String>,
    /// It is the first of the three.
    #[serde(deserialize_with = "lenient::flag")]
    pub primary: bool,
}

/// Where an integration instance stands (documented for OIC 3).
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum InstanceState {
    /// It works.
    InProgress,
    /// It waits for its schedule.
    ScheduleWaiting,
    /// It waits for its turn.
    Queued,
    /// Its schedule is paused.
    SchedulePaused,
    /// It is paused.
    Paused,
    /// It failed.
    Failed,
    /// It came through.
    Completed,
    /// It was aborted or discarded.
    Aborted,
    /// It was sent on after a failure.
    Resubmitted,
    /// It is held up by another one.
    Blocked,
    /// A word never heard, or none.
    Unknown,
}

impl IntegrationInstance {
    /// Where it stands.
    #[must_use]
    pub fn state(&self) -> InstanceState {
        match self.status.as_deref().unwrap_or_default() {
            "IN_PROGRESS" => InstanceState::InProgress,
            "SCHEDULE_WAITING" => InstanceState::ScheduleWaiting,
            "QUEUED" => InstanceState::Queued,
            "SCHEDULE_PAUSED" => InstanceState::SchedulePaused,
            "PAUSED" => InstanceState::Paused,
            "FAILED" => InstanceState::Failed,
            "COMPLETED" => InstanceState::Completed,
            "ABORTED" => InstanceState::Aborted,
            "RESUBMITTED" => InstanceState::Resubmitted,
            "BLOCKED" => InstanceState::Blocked,
            _ => InstanceState::Unknown,
        }
    }
}

/// What happened in an integration instance, step by step.
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub struct ActivityStream {
    /// The instance.
    #[serde(deserialize_with = "lenient::text")]
    pub instance_id: Option<String>,
    /// Where it stands.
    #[serde(deserialize_with = "lenient::text")]
    pub status: Option<String>,
    /// The steps; `items` or `milestones` on the wire.
    #[serde(deserialize_with = "lenient::list")]
    pub milestones: Vec<Milestone>,
    #[serde(deserialize_with = "lenient::list")]
    items: Vec<Milestone>,
}

/// One step of an integration instance. Its words differ with the kind of the step: what is not named
/// here stays in [`Read::raw`](crate::Read::raw) of the stream.
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub struct Milestone {
    /// Its key, for asking after its payload.
    #[serde(deserialize_with = "lenient::text")]
    pub key: Option<String>,
    /// What it is called in the flow.
    #[serde(deserialize_with = "lenient::text")]
    pub milestone: Option<String>,
    /// What happened.
    #[serde(deserialize_with = "lenient::text")]
    pub message: Option<String>,
    /// When.
    #[serde(deserialize_with = "lenient::text")]
    pub date: Option<String>,
    /// What kind of step.
    #[serde(rename = "type", deserialize_with = "lenient::text")]
    pub kind: Option<String>,
    /// It went wrong.
    #[serde(deserialize_with = "lenient::flag")]
    pub error: bool,
    /// More of it, as it came.
    pub details: Value,
}

impl WireObject for Milestone {
    fn identity(&self) -> &str {
        self.key.as_deref().unwrap_or_default()
    }
}

impl WireObject for IntegrationInstance {
    fn settle(&mut self) {
        if self.instance_id.is_empty() {
            self.instance_id = std::mem::take(&mut self.id);
        }
        if self.date.is_none() {
            self.date = self.last_tracked_time.take();
        }
    }

    fn identity(&self) -> &str {
        &self.instance_id
    }
}

impl WireObject for ActivityStream {
    fn settle(&mut self) {
        if self.milestones.is_empty() {
            self.milestones = std::mem::take(&mut self.items);
        }
    }

    fn identity(&self) -> &str {
        self.instance_id.as_deref().unwrap_or_default()
    }
}
