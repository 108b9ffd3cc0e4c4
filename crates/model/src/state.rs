//! The states an artifact can be in.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// The state of an artifact, in the words of the console.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub enum State {
    /// Activated; runs when it is called or due.
    Active,
    /// Complete, not activated; for a connection: complete.
    Configured,
    /// Incomplete.
    Draft,
    /// The activation failed.
    Failed,
    /// Being activated.
    Activating,
    /// Being deactivated.
    Deactivating,
    /// A schedule that runs.
    Started,
    /// A schedule that does not run.
    Stopped,
    /// A schedule that is paused.
    Paused,
    /// The service named a state that this version does not know, or none.
    Unknown,
}

impl State {
    /// Reads the `status` of an object on the wire (`ACTIVATED`, `CONFIGURED`, `INPROGRESS`, …).
    /// `INPROGRESS` is what the console calls Draft.
    #[must_use]
    pub fn from_wire(status: &str) -> Self {
        match status.to_ascii_uppercase().as_str() {
            "ACTIVATED" => Self::Active,
            "CONFIGURED" => Self::Configured,
            "INPROGRESS" | "DRAFT" => Self::Draft,
            "FAILEDACTIVATION" | "FAILED" => Self::Failed,
            "ACTIVATION_INPROGRESS" => Self::Activating,
            "DEACTIVATION_INPROGRESS" => Self::Deactivating,
            "ACTIVE" | "STARTED" => Self::Started,
            "CANCELLED" | "STOPPED" => Self::Stopped,
            "PAUSED" => Self::Paused,
            _ => Self::Unknown,
        }
    }
}
