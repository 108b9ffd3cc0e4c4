//! Work that a call began and that ends later, asked after at `workRequests`.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

/// How far it is, in the words of the wire.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum WorkState {
    Accepted,
    InProgress,
    Succeeded,
}

impl WorkState {
    pub fn word(self) -> &'static str {
        match self {
            Self::Accepted => "ACCEPTED",
            Self::InProgress => "IN_PROGRESS",
            Self::Succeeded => "SUCCEEDED",
        }
    }
}

/// A piece of work.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct WorkRequest {
    pub began: Timestamp,
    pub ends: Timestamp,
    /// What it makes: the name of a file.
    pub object: String,
}

impl WorkRequest {
    pub fn state(&self, now: Timestamp) -> WorkState {
        let half = self.began + self.ends.duration_since(self.began) / 2;
        if now >= self.ends {
            WorkState::Succeeded
        } else if now >= half {
            WorkState::InProgress
        } else {
            WorkState::Accepted
        }
    }
}
