//! Integrations (recorded samples of OIC 3 and ICS).

use serde::Deserialize;
use serde_json::Value;

use super::{WireObject, lenient, settle_versioned};

/// One version of an integration.
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub struct Integration {
    /// `CODE|VERSION`.
    #[serde(deserialize_with = "lenient::name")]
    pub id: String,
    /// Its identifier.
    #[serde(deserialize_with = "lenient::name")]
    pub code: String,
    /// `01.02.0003`.
    #[serde(deserialize_with = "lenient::name")]
    pub version: String,
    /// What people call it.
    #[serde(deserialize_with = "lenient::name")]
    pub name: String,
    /// What it is for.
    #[serde(deserialize_with = "lenient::text")]
    pub description: Option<String>,
    /// `ACTIVATED`, `CONFIGURED`, `INPROGRESS` (draft), `FAILEDACTIVATION`, …
    #[serde(deserialize_with = "lenient::text")]
    pub status: Option<String>,
    /// `FREEFORM`, …
    #[serde(deserialize_with = "lenient::text")]
    pub style: Option<String>,
    /// The style in words.
    #[serde(deserialize_with = "lenient::text")]
    pub style_description: Option<String>,
    /// `Orchestration`, `Scheduled`, …
    #[serde(deserialize_with = "lenient::text")]
    pub pattern: Option<String>,
    /// `DEVELOPED`; `PREBUILT` where Oracle delivers it, which cannot be exported.
    #[serde(deserialize_with = "lenient::text")]
    pub project_type: Option<String>,
    /// The package it is in.
    #[serde(deserialize_with = "lenient::text")]
    pub package_name: Option<String>,
    /// Search words.
    #[serde(deserialize_with = "lenient::text")]
    pub keywords: Option<String>,
    /// Tags of the service, separated by commas.
    #[serde(deserialize_with = "lenient::text")]
    pub smart_tags: Option<String>,
    /// How far it is designed, in per cent.
    #[serde(deserialize_with = "lenient::count")]
    pub percentage_complete: Option<u64>,
    /// When it was created, as the service writes it (`2025-08-19T13:41:38.413+0000`).
    #[serde(deserialize_with = "lenient::text")]
    pub created: Option<String>,
    /// Who created it.
    #[serde(deserialize_with = "lenient::text")]
    pub created_by: Option<String>,
    /// When it was last changed.
    #[serde(deserialize_with = "lenient::text")]
    pub last_updated: Option<String>,
    /// Who changed it last.
    #[serde(deserialize_with = "lenient::text")]
    pub last_updated_by: Option<String>,
    /// Somebody has it open in the console.
    #[serde(deserialize_with = "lenient::flag")]
    pub locked_flag: bool,
    /// Who.
    #[serde(deserialize_with = "lenient::text")]
    pub locked_by: Option<String>,
    /// Since when.
    #[serde(deserialize_with = "lenient::text")]
    pub locked_date: Option<String>,
    /// It can have a schedule.
    #[serde(deserialize_with = "lenient::flag")]
    pub schedule_applicable_flag: bool,
    /// It has a schedule.
    #[serde(deserialize_with = "lenient::flag")]
    pub schedule_defined_flag: bool,
    /// The schedule parameters as they came; `null` where there are none.
    pub schedule_params: Value,
    /// Tracing is on (level Audit, inferred).
    #[serde(deserialize_with = "lenient::flag")]
    pub tracing_enabled_flag: bool,
    /// Payloads are traced too (level Debug, inferred).
    #[serde(deserialize_with = "lenient::flag")]
    pub payload_tracing_enabled_flag: bool,
    /// Recording is on.
    #[serde(deserialize_with = "lenient::flag")]
    pub record_enabled_flag: bool,
    /// Deactivated, with requests still being worked off.
    #[serde(deserialize_with = "lenient::flag")]
    pub soft_deactivated: bool,
    /// Where it is called, for those that are called.
    #[serde(rename = "endPointURI", deserialize_with = "lenient::text")]
    pub end_point_uri: Option<String>,
    /// Its triggers and invokes.
    #[serde(deserialize_with = "lenient::list")]
    pub end_points: Vec<EndPoint>,
    /// What it needs.
    #[serde(deserialize_with = "lenient::object")]
    pub dependencies: Dependencies,
}

/// A trigger or an invoke.
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub struct EndPoint {
    /// Its name in the flow.
    #[serde(deserialize_with = "lenient::name")]
    pub name: String,
    /// `SOURCE` or `TARGET`.
    #[serde(deserialize_with = "lenient::text")]
    pub role: Option<String>,
    /// Over which connection.
    #[serde(deserialize_with = "lenient::object")]
    pub connection: EndPointConnection,
}

/// The connection of an end point.
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub struct EndPointConnection {
    /// Its identifier; pseudo connections such as `SCHEDULE` do not exist as connections.
    #[serde(deserialize_with = "lenient::name")]
    pub id: String,
    /// What people call it.
    #[serde(deserialize_with = "lenient::text")]
    pub name: Option<String>,
    /// It needs a connectivity agent.
    #[serde(deserialize_with = "lenient::flag")]
    pub agent_required: bool,
}

/// What an integration needs.
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub struct Dependencies {
    /// Connections.
    #[serde(deserialize_with = "lenient::list")]
    pub connections: Vec<NeededConnection>,
    /// Lookups.
    #[serde(deserialize_with = "lenient::list")]
    pub lookups: Vec<NeededObject>,
    /// Libraries.
    #[serde(deserialize_with = "lenient::list")]
    pub libraries: Vec<NeededObject>,
    /// Certificates.
    #[serde(deserialize_with = "lenient::list")]
    pub certificates: Vec<NeededObject>,
    /// Integrations it calls (documented for Gen 2).
    #[serde(deserialize_with = "lenient::list")]
    pub integrations: Vec<NeededIntegration>,
}

/// A connection that an integration needs.
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub struct NeededConnection {
    /// Its identifier.
    #[serde(deserialize_with = "lenient::name")]
    pub id: String,
    /// What people call it.
    #[serde(deserialize_with = "lenient::text")]
    pub name: Option<String>,
    /// The adapter as the console names it.
    #[serde(deserialize_with = "lenient::text")]
    pub display_name: Option<String>,
    /// The adapter's id (`rest`, `atpdatabase`, `soap`, …).
    #[serde(rename = "type", deserialize_with = "lenient::text")]
    pub adapter: Option<String>,
    /// `SOURCE`, `TARGET` or `SOURCE_AND_TARGET`.
    #[serde(deserialize_with = "lenient::text")]
    pub role: Option<String>,
    /// `CONFIGURED` or `INPROGRESS`.
    #[serde(deserialize_with = "lenient::text")]
    pub status: Option<String>,
    /// Somebody has it open in the console.
    #[serde(deserialize_with = "lenient::flag")]
    pub locked_flag: bool,
}

/// A lookup, library or certificate that an integration needs.
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub struct NeededObject {
    /// Its identifier, for the kinds that have one beside the name.
    #[serde(deserialize_with = "lenient::text")]
    pub id: Option<String>,
    /// Its name.
    #[serde(deserialize_with = "lenient::name")]
    pub name: String,
    /// Its code (libraries).
    #[serde(deserialize_with = "lenient::text")]
    pub code: Option<String>,
    /// Its version (libraries).
    #[serde(deserialize_with = "lenient::text")]
    pub version: Option<String>,
    /// Its state.
    #[serde(deserialize_with = "lenient::text")]
    pub status: Option<String>,
    /// Somebody has it open in the console.
    #[serde(deserialize_with = "lenient::flag")]
    pub locked_flag: bool,
}

/// An integration that another one calls.
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub struct NeededIntegration {
    /// `CODE|VERSION`.
    #[serde(deserialize_with = "lenient::name")]
    pub id: String,
    /// Its code.
    #[serde(deserialize_with = "lenient::text")]
    pub code: Option<String>,
    /// Its version.
    #[serde(deserialize_with = "lenient::text")]
    pub version: Option<String>,
    /// What people call it.
    #[serde(deserialize_with = "lenient::text")]
    pub name: Option<String>,
}

impl WireObject for Integration {
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
