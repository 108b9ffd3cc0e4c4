//! What an integration does, for reading. Texts that may be secret are shown as dots.

use serde::{Deserialize, Serialize};
use ts_rs::TS;
use waybill_model::ArtifactId;

use super::{ConnectionUse, InspectedFinding, InspectedOddity, InspectedSchedule};

/// A name and its value.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub struct NamedValue {
    /// The name.
    pub name: String,
    /// The value.
    pub value: String,
}

/// A field that a map sets.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub struct MappedField {
    /// Its path in the target, separated by `/`.
    pub target: String,
    /// The expression it is set to.
    pub source: String,
    /// The conditions and loops around it, outermost first.
    pub within: Vec<String>,
}

/// A map.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export, optional_fields)]
pub struct MapView {
    /// Its file in the archive, to ask for its text.
    pub path: String,
    /// The messages it reads from.
    pub sources: Vec<String>,
    /// The message it makes.
    pub target: Option<String>,
    /// The fields it sets.
    pub fields: Vec<MappedField>,
    /// What of it is not understood.
    pub notes: Vec<String>,
}

/// An expression of a step.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export, optional_fields)]
pub struct ExpressionView {
    /// What it is for; empty where a step has only one.
    pub role: String,
    /// The expression as the designer shows it.
    pub text: String,
    /// The variable it sets.
    pub variable: Option<String>,
}

/// A step of a flow.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export, optional_fields)]
pub struct StepView {
    /// Names it within its flow: its positions from the outside (`2.0.1`).
    pub key: String,
    /// Its number in the order of reading, from 1; none for what is no step of its own: a route, a
    /// handler, a declaration.
    pub number: Option<u32>,
    /// What it does (`receive`, `map`, `for-each`, …); a step that is not known has its name on the
    /// wire.
    pub kind: String,
    /// It is understood.
    pub known: bool,
    /// Its name.
    pub name: Option<String>,
    /// Its description.
    pub description: Option<String>,
    /// What it is about in a few words (`34 fields, 1 lookup`, `ERP_CLOUD createOrder`).
    pub summary: Option<String>,
    /// The code of the connection it uses.
    pub connection: Option<String>,
    /// The adapter of that connection.
    pub adapter: Option<String>,
    /// The operation it calls or offers.
    pub operation: Option<String>,
    /// The integration it calls, as `CODE|VERSION`, in a project as `PROJECT/CODE|VERSION`.
    pub calls: Option<String>,
    /// The condition under which it runs, or goes on.
    pub condition: Option<String>,
    /// Its map.
    pub map: Option<MapView>,
    /// Its expressions, the condition left out.
    pub expressions: Vec<ExpressionView>,
    /// Its settings, and those of its endpoint.
    pub settings: Vec<NamedValue>,
    /// Its texts (the subject and body of an e-mail).
    pub texts: Vec<NamedValue>,
    /// The lookups it reads, as far as their names are written out.
    pub lookups: Vec<String>,
    /// The steps in it.
    pub steps: Vec<StepView>,
}

/// A tracking variable.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export, optional_fields)]
pub struct TrackingView {
    /// Its name.
    pub name: String,
    /// Where its value comes from.
    pub source: Option<String>,
    /// It is the one that lists show.
    pub primary: bool,
}

/// What an integration does.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export, optional_fields)]
pub struct DesignView {
    /// Which integration.
    pub id: ArtifactId,
    /// What people call it.
    pub name: String,
    /// What it is for, in its author's words.
    pub description: Option<String>,
    /// Its style, as `InspectedIntegration` tells it.
    pub style: String,
    /// The service version that exported it.
    pub service_version: Option<String>,
    /// Its flow.
    pub steps: Vec<StepView>,
    /// How many steps there are, those in others included: the highest number.
    pub step_count: u32,
    /// Its tracking variables, the primary one first.
    pub tracking: Vec<TrackingView>,
    /// The parameters of its schedule with their defaults.
    pub schedule_parameters: Vec<NamedValue>,
    /// Its integration properties.
    pub properties: Vec<NamedValue>,
    /// Which connections it uses, each side once.
    pub connections: Vec<ConnectionUse>,
    /// The lookups it uses.
    pub lookups: Vec<String>,
    /// The libraries it uses, as `CODE|VERSION`.
    pub libraries: Vec<String>,
    /// The integrations it calls.
    pub calls: Vec<String>,
    /// Its schedule, where the archive tells it.
    pub schedule: Option<InspectedSchedule>,
    /// What is unusual about it.
    pub oddities: Vec<InspectedOddity>,
    /// What its archive gives away.
    pub findings: Vec<InspectedFinding>,
}
