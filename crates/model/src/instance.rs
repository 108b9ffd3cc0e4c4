//! What kind of instance it is and what may be done to it.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// The generation of Oracle Integration, which decides addresses and calls.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, TS)]
#[serde(rename_all = "lowercase")]
#[ts(export)]
pub enum Generation {
    /// Integration Cloud Service: `/icsapis`.
    Ics,
    /// Oracle Integration Gen 2: one host per instance.
    Gen2,
    /// Oracle Integration 3: the design host of a region, told apart by `integrationInstance`.
    Oic3,
}

/// What the instance is used for. Decides its colour and its first write policy.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, TS)]
#[serde(rename_all = "lowercase")]
#[ts(export)]
pub enum Environment {
    /// Where integrations are built.
    Development,
    /// Where they are tried.
    Test,
    /// Where they work for a living.
    Production,
    /// Anything else.
    Other,
}

impl Environment {
    /// The policy a new instance starts with: Production can only be read.
    #[must_use]
    pub const fn first_write_policy(self) -> WritePolicy {
        match self {
            Self::Production => WritePolicy::ReadOnly,
            Self::Development | Self::Test | Self::Other => WritePolicy::Ask,
        }
    }
}

/// What Waybill may change in an instance.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub enum WritePolicy {
    /// Nothing.
    ReadOnly,
    /// Each change is asked for.
    Ask,
    /// What a waybill says.
    Allow,
}
