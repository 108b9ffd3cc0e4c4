//! Work that the service does after it has answered (OIC 3; seen in a public script for the export of
//! projects, not documented).

use serde::Deserialize;

use super::{WireObject, lenient};

/// A piece of work under way.
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub struct WorkRequest {
    /// Its id: the `oic-work-request-id` of the answer that started it.
    #[serde(deserialize_with = "lenient::name")]
    pub id: String,
    /// `ACCEPTED`, `IN_PROGRESS`, `SUCCEEDED`, `FAILED` or `CANCELED`.
    #[serde(deserialize_with = "lenient::text")]
    pub status: Option<String>,
    /// What came of it.
    #[serde(deserialize_with = "lenient::object")]
    pub data: WorkRequestData,
}

/// What came of a piece of work.
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub struct WorkRequestData {
    /// What the result is called.
    #[serde(deserialize_with = "lenient::text")]
    pub object_name: Option<String>,
    /// What the service says about it.
    #[serde(deserialize_with = "lenient::text")]
    pub message: Option<String>,
}

impl WireObject for WorkRequest {
    fn identity(&self) -> &str {
        &self.id
    }
}
