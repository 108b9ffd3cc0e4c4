//! Message counts, history, audit records and runs to come.

use serde::Deserialize;

use crate::wire::{WireObject, lenient, settle_versioned};

/// How many messages, by how they fared. Names as working clients read them.
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub struct MessageCounts {
    /// All that came.
    #[serde(rename = "noOfMsgsReceived", deserialize_with = "lenient::count")]
    pub received: Option<u64>,
    /// All that were worked off.
    #[serde(rename = "noOfMsgsProcessed", deserialize_with = "lenient::count")]
    pub processed: Option<u64>,
    /// Those that came through.
    #[serde(rename = "noOfSuccess", deserialize_with = "lenient::count")]
    pub succeeded: Option<u64>,
    /// Those that failed.
    #[serde(rename = "noOfErrors", deserialize_with = "lenient::count")]
    pub failed: Option<u64>,
    /// Those under way.
    #[serde(rename = "noOfMsgsInProgress", deserialize_with = "lenient::count")]
    pub in_progress: Option<u64>,
    /// Those aborted.
    #[serde(rename = "noOfAborted", deserialize_with = "lenient::count")]
    pub aborted: Option<u64>,
}

/// An integration with its message counts.
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub struct MonitoredIntegration {
    /// `CODE|VERSION`.
    #[serde(deserialize_with = "lenient::name")]
    pub id: String,
    /// Its identifier.
    #[serde(deserialize_with = "lenient::name")]
    pub code: String,
    /// Its version.
    #[serde(deserialize_with = "lenient::name")]
    pub version: String,
    /// What people call it.
    #[serde(deserialize_with = "lenient::name")]
    pub name: String,
    /// `ACTIVATED`, `CONFIGURED`, `ACTIVATION_INPROGRESS`, `FAILEDACTIVATION`.
    #[serde(deserialize_with = "lenient::text")]
    pub status: Option<String>,
    /// `freeform_mapmydata`, `freeform_scheduled`, `template_…`.
    #[serde(deserialize_with = "lenient::text")]
    pub style: Option<String>,
    /// The project it is in.
    #[serde(deserialize_with = "lenient::text")]
    pub project_code: Option<String>,
    /// How its messages fared.
    #[serde(flatten)]
    pub counts: MessageCounts,
}

/// The counts of all messages together. Working clients read them under names of their own
/// (`messageSummary`, `total…`); those of the other lists are taken where they come instead.
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub struct TrafficSummary {
    /// How they fared.
    #[serde(flatten)]
    pub counts: MessageCounts,
    #[serde(deserialize_with = "lenient::object")]
    message_summary: SummaryCounts,
    #[serde(deserialize_with = "lenient::count")]
    total_messages: Option<u64>,
    #[serde(deserialize_with = "lenient::count")]
    total_success: Option<u64>,
    #[serde(deserialize_with = "lenient::count")]
    total_errors: Option<u64>,
    #[serde(deserialize_with = "lenient::count")]
    total_aborted: Option<u64>,
}

#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(default, rename_all = "camelCase")]
struct SummaryCounts {
    #[serde(deserialize_with = "lenient::count")]
    received: Option<u64>,
    #[serde(deserialize_with = "lenient::count")]
    processed: Option<u64>,
    #[serde(deserialize_with = "lenient::count")]
    successful: Option<u64>,
    #[serde(deserialize_with = "lenient::count")]
    errored: Option<u64>,
    #[serde(deserialize_with = "lenient::count")]
    in_progress: Option<u64>,
    #[serde(deserialize_with = "lenient::count")]
    aborted: Option<u64>,
}

/// The counts of a stretch of time.
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub struct HistoryEntry {
    /// Which stretch.
    #[serde(deserialize_with = "lenient::text")]
    pub date: Option<String>,
    /// How messages fared in it.
    #[serde(flatten)]
    pub counts: MessageCounts,
}

/// Who did what in the instance.
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub struct AuditRecord {
    /// Its id.
    #[serde(deserialize_with = "lenient::name")]
    pub id: String,
    /// What was done (`ACTIVATE`, …; open-ended).
    #[serde(deserialize_with = "lenient::text")]
    pub action: Option<String>,
    /// By whom.
    #[serde(deserialize_with = "lenient::text")]
    pub user: Option<String>,
    /// When.
    #[serde(deserialize_with = "lenient::text")]
    pub date: Option<String>,
    /// To what kind of thing.
    #[serde(rename = "type", deserialize_with = "lenient::text")]
    pub subject_kind: Option<String>,
    /// To what (`resourceName`, or `name`).
    #[serde(deserialize_with = "lenient::text")]
    pub resource_name: Option<String>,
    #[serde(deserialize_with = "lenient::text")]
    name: Option<String>,
    /// Its identifier.
    #[serde(deserialize_with = "lenient::text")]
    pub code: Option<String>,
    /// Its version.
    #[serde(deserialize_with = "lenient::text")]
    pub version: Option<String>,
    /// The service's words.
    #[serde(deserialize_with = "lenient::text")]
    pub message: Option<String>,
}

/// A run of a schedule that is still to come.
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub struct FutureRun {
    /// Its id.
    #[serde(deserialize_with = "lenient::name")]
    pub id: String,
    /// `CODE|VERSION` of the integration, or its code.
    #[serde(deserialize_with = "lenient::text")]
    pub integration_id: Option<String>,
    /// What people call the integration.
    #[serde(deserialize_with = "lenient::text")]
    pub integration_name: Option<String>,
    /// Its version.
    #[serde(deserialize_with = "lenient::text")]
    pub integration_version: Option<String>,
    /// When it will be (`nextRun`, or `scheduledTime`).
    #[serde(deserialize_with = "lenient::text")]
    pub next_run: Option<String>,
    #[serde(deserialize_with = "lenient::text")]
    scheduled_time: Option<String>,
    /// Where it stands.
    #[serde(deserialize_with = "lenient::text")]
    pub state: Option<String>,
}

impl WireObject for MonitoredIntegration {
    fn settle(&mut self) {
        settle_versioned(&mut self.id, &mut self.code, &mut self.version);
        if self.name.is_empty() {
            self.name.clone_from(&self.code);
        }
    }

    fn identity(&self) -> &str {
        &self.id
    }
}

impl WireObject for TrafficSummary {
    fn settle(&mut self) {
        let (own, inner) = (&mut self.counts, &self.message_summary);
        own.received = own.received.or(inner.received).or(self.total_messages);
        own.processed = own.processed.or(inner.processed);
        own.succeeded = own.succeeded.or(inner.successful).or(self.total_success);
        own.failed = own.failed.or(inner.errored).or(self.total_errors);
        own.in_progress = own.in_progress.or(inner.in_progress);
        own.aborted = own.aborted.or(inner.aborted).or(self.total_aborted);
    }

    fn identity(&self) -> &'static str {
        "summary"
    }
}

impl WireObject for HistoryEntry {
    fn identity(&self) -> &str {
        self.date.as_deref().unwrap_or_default()
    }
}

impl WireObject for AuditRecord {
    fn settle(&mut self) {
        if self.resource_name.is_none() {
            self.resource_name = self.name.take();
        }
    }

    fn identity(&self) -> &str {
        &self.id
    }
}

impl WireObject for FutureRun {
    fn settle(&mut self) {
        if self.next_run.is_none() {
            self.next_run = self.scheduled_time.take();
        }
    }

    fn identity(&self) -> &str {
        &self.id
    }
}
