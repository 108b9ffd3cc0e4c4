//! Failed integration instances, and failures counted together.

use serde::Deserialize;

use crate::wire::{WireObject, lenient};

/// An integration instance that failed.
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub struct ErroredInstance {
    /// The id of the instance (`instanceId`, or `id`).
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
    /// Where the instance stands now.
    #[serde(deserialize_with = "lenient::text")]
    pub status: Option<String>,
    /// The code of the failure.
    #[serde(deserialize_with = "lenient::text")]
    pub error_code: Option<String>,
    /// Its words.
    #[serde(deserialize_with = "lenient::text")]
    pub error_message: Option<String>,
    /// More of its words.
    #[serde(deserialize_with = "lenient::text")]
    pub error_details: Option<String>,
    /// At which step.
    #[serde(deserialize_with = "lenient::text")]
    pub error_location: Option<String>,
    /// When it began.
    #[serde(deserialize_with = "lenient::text")]
    pub creation_date: Option<String>,
    /// When it failed (`errorDate`, or `date`).
    #[serde(deserialize_with = "lenient::text")]
    pub error_date: Option<String>,
    #[serde(deserialize_with = "lenient::text")]
    date: Option<String>,
    /// It can be sent on from where it stopped.
    #[serde(deserialize_with = "lenient::flag")]
    pub recoverable: bool,
    #[serde(deserialize_with = "lenient::flag")]
    has_recoverable_faults: bool,
    /// How often it was sent on.
    #[serde(deserialize_with = "lenient::count")]
    pub retry_count: Option<u64>,
}

/// Failures counted together by message, integration or connection.
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub struct ErrorGroup {
    /// What they have in common: the id of an integration or a connection.
    #[serde(deserialize_with = "lenient::name")]
    pub id: String,
    /// Its name, or the message.
    #[serde(deserialize_with = "lenient::text")]
    pub name: Option<String>,
    /// How many.
    #[serde(deserialize_with = "lenient::count")]
    pub error_count: Option<u64>,
    #[serde(deserialize_with = "lenient::count")]
    count: Option<u64>,
}

impl WireObject for ErroredInstance {
    fn settle(&mut self) {
        if self.instance_id.is_empty() {
            self.instance_id = std::mem::take(&mut self.id);
        }
        self.recoverable |= self.has_recoverable_faults;
        if self.error_date.is_none() {
            self.error_date = self.date.take();
        }
    }

    fn identity(&self) -> &str {
        &self.instance_id
    }
}

impl WireObject for ErrorGroup {
    fn settle(&mut self) {
        self.error_count = self.error_count.or(self.count);
    }

    fn identity(&self) -> &str {
        &self.id
    }
}
