//! What is sent about integrations (documented, with the larger set of flags as public scripts send
//! it).

use serde::Serialize;

/// Flags of an integration; only those that are given are sent. A level of the console's tracing is a
/// pair of the first two (inferred): Production is both off, Audit the first on, Debug both on.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct IntegrationFlags {
    /// `tracingEnabledFlag` (documented).
    #[serde(rename = "tracingEnabledFlag", skip_serializing_if = "Option::is_none")]
    pub tracing: Option<bool>,
    /// `payloadTracingEnabledFlag` (documented).
    #[serde(
        rename = "payloadTracingEnabledFlag",
        skip_serializing_if = "Option::is_none"
    )]
    pub payload_tracing: Option<bool>,
    /// `recordEnabledFlag`: OIC 3 (public script).
    #[serde(rename = "recordEnabledFlag", skip_serializing_if = "Option::is_none")]
    pub recording: Option<bool>,
    /// `replay.canReplay`: OIC 3 (public script).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub replay: Option<Replay>,
    /// `payload.validate`: OIC 3 (public script).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub payload: Option<PayloadCheck>,
}

/// Whether failed runs can be replayed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Replay {
    /// They can.
    pub can_replay: bool,
}

/// Whether payloads are checked against their schema.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct PayloadCheck {
    /// They are.
    pub validate: bool,
}

impl IntegrationFlags {
    /// Whether a flag is set that only OIC 3 knows.
    pub(crate) fn of_oic3(&self) -> bool {
        self.recording.is_some() || self.replay.is_some() || self.payload.is_some()
    }
}

/// How to activate.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Activation {
    /// What is set along with it.
    pub flags: IntegrationFlags,
    /// Answer at once and work on (`enableAsyncActivationMode=true`, documented). Without it the
    /// service may hold the answer back for minutes, or answer at once all the same (OIC 3): only the
    /// state read afterwards tells the end.
    pub at_once: bool,
    /// `deleteEventSubscriptionFlag` (documented).
    pub delete_event_subscription: Option<bool>,
    /// `oracleRecommendsFlag` (documented for Gen 2 alone).
    pub oracle_recommends: Option<bool>,
}

/// How to deactivate. Requests not yet worked off are dropped (documented).
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Deactivation {
    /// Stop a running schedule too: `stopScheduleForDeactivation`, a text, in the body (OIC 3, public
    /// script). Without it the schedule has to be stopped before.
    pub stop_schedule: bool,
    /// Let requests under way end: `softDeactivate` (OIC 3, public script).
    pub soft: Option<bool>,
    /// Answer at once and work on; see [`Activation::at_once`].
    pub at_once: bool,
    /// `deleteEventSubscriptionFlag` (documented).
    pub delete_event_subscription: Option<bool>,
}

/// What a copy of an integration is called (documented).
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct IntegrationClone {
    /// Its identifier.
    pub code: String,
    /// Its version, `01.02.0000`.
    pub version: String,
    /// What people call it.
    pub name: String,
    /// What it is for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    /// Search words.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub keywords: Option<String>,
    /// The package it goes into.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub package_name: Option<String>,
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn only_the_flags_that_are_given_are_sent() {
        assert_eq!(
            serde_json::to_value(IntegrationFlags::default()).unwrap(),
            json!({})
        );
        let flags = IntegrationFlags {
            tracing: Some(true),
            payload_tracing: Some(false),
            recording: Some(false),
            replay: Some(Replay { can_replay: false }),
            payload: Some(PayloadCheck { validate: false }),
        };
        assert_eq!(
            serde_json::to_value(flags).unwrap(),
            json!({
                "tracingEnabledFlag": true, "payloadTracingEnabledFlag": false,
                "recordEnabledFlag": false, "replay": {"canReplay": false},
                "payload": {"validate": false},
            })
        );
    }
}
