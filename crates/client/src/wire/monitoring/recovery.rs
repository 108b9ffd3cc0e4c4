//! Answers to abort, resubmit and discard, and the jobs that resubmission makes (documented).

use serde::Deserialize;

use crate::wire::{WireObject, lenient};

/// The answer to an abort.
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub struct AbortAnswer {
    /// The job that aborts.
    #[serde(deserialize_with = "lenient::text")]
    pub abort_job_id: Option<String>,
    /// The service's words.
    #[serde(deserialize_with = "lenient::text")]
    pub message: Option<String>,
    /// Where the instance stands.
    #[serde(deserialize_with = "lenient::text")]
    pub status: Option<String>,
}

/// The answer to a resubmission, single or of many.
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub struct ResubmitAnswer {
    /// The service's words.
    #[serde(deserialize_with = "lenient::text")]
    pub message: Option<String>,
    /// The job that resubmits.
    #[serde(deserialize_with = "lenient::text")]
    pub recovery_job_id: Option<String>,
    /// Single: it was taken on.
    #[serde(deserialize_with = "lenient::flag")]
    pub resubmit_successful: bool,
    /// Many: the request was taken on.
    #[serde(deserialize_with = "lenient::flag")]
    pub resubmit_requested: bool,
    /// Many: how many instances it is about.
    #[serde(deserialize_with = "lenient::count")]
    pub resubmitted_instances_count: Option<u64>,
    /// Those taken on.
    #[serde(deserialize_with = "lenient::list")]
    pub accepted_ids: Vec<String>,
    /// Those that do not exist.
    #[serde(deserialize_with = "lenient::list")]
    pub invalid_ids: Vec<String>,
    /// Those that cannot be sent on.
    #[serde(deserialize_with = "lenient::list")]
    pub non_recoverable_ids: Vec<String>,
}

/// The answer to a discard of many.
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub struct DiscardAnswer {
    /// The job that discards.
    #[serde(deserialize_with = "lenient::text")]
    pub abort_job_id: Option<String>,
    /// How many instances were discarded.
    #[serde(deserialize_with = "lenient::count")]
    pub aborted_instances_count: Option<u64>,
    /// The request was taken on.
    #[serde(deserialize_with = "lenient::flag")]
    pub discard_requested: bool,
    /// The service's words.
    #[serde(deserialize_with = "lenient::text")]
    pub message: Option<String>,
    /// Those taken on.
    #[serde(deserialize_with = "lenient::list")]
    pub accepted_ids: Vec<String>,
    /// Those that do not exist.
    #[serde(deserialize_with = "lenient::list")]
    pub invalid_ids: Vec<String>,
    /// Those that cannot be discarded.
    #[serde(deserialize_with = "lenient::list")]
    pub non_discardable_ids: Vec<String>,
}

/// A job that resubmits.
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub struct RecoveryJob {
    /// Its id (`recoveryJobId`, or `id`).
    #[serde(deserialize_with = "lenient::name")]
    pub recovery_job_id: String,
    #[serde(deserialize_with = "lenient::name")]
    id: String,
    /// When it began.
    #[serde(deserialize_with = "lenient::text")]
    pub created_date: Option<String>,
    /// How many failed again.
    #[serde(deserialize_with = "lenient::count")]
    pub failed_count: Option<u64>,
    /// How many are under way.
    #[serde(deserialize_with = "lenient::count")]
    pub in_progress_count: Option<u64>,
    /// How many came through.
    #[serde(deserialize_with = "lenient::count")]
    pub recovered_count: Option<u64>,
    /// How many it is about.
    #[serde(deserialize_with = "lenient::count")]
    pub total_count: Option<u64>,
}

impl WireObject for AbortAnswer {
    fn identity(&self) -> &str {
        self.abort_job_id.as_deref().unwrap_or_default()
    }
}

impl WireObject for ResubmitAnswer {
    fn identity(&self) -> &str {
        self.recovery_job_id.as_deref().unwrap_or_default()
    }
}

impl WireObject for DiscardAnswer {
    fn identity(&self) -> &str {
        self.abort_job_id.as_deref().unwrap_or_default()
    }
}

impl WireObject for RecoveryJob {
    fn settle(&mut self) {
        if self.recovery_job_id.is_empty() {
            self.recovery_job_id = std::mem::take(&mut self.id);
        }
    }

    fn identity(&self) -> &str {
        &self.recovery_job_id
    }
}
