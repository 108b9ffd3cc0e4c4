//! What a file turned out to hold.

use serde::{Deserialize, Serialize};
use ts_rs::TS;
use waybill_model::{Artifact, Generation};

use super::CommandError;

/// What a file is, by its content, in the word that such files have as their ending.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "lowercase")]
#[ts(export)]
pub enum ArchiveType {
    /// One integration and what it needs.
    Iar,
    /// A package of integrations.
    Par,
    /// A project, or one deployment of it.
    Car,
    /// A plain ZIP that holds archives.
    Zip,
    /// A lookup in XML.
    Dvm,
    /// A lookup in CSV.
    Csv,
    /// A library, packed.
    Jar,
    /// A library, its script alone.
    Js,
    /// A whole instance, as cloning moves it; it is not looked into.
    Clone,
}

/// A file or unpacked archive that was looked into, or why it could not be.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase", tag = "outcome", content = "value")]
#[ts(export)]
pub enum InspectAnswer {
    /// What it holds.
    Read(Box<InspectView>),
    /// It could not be read.
    Failed {
        /// Where it is.
        file: String,
        /// Why, and what to do.
        error: Box<CommandError>,
    },
}

/// What was found at a path.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub struct InspectReport {
    /// One for a file or an unpacked archive; for other folders one for each archive in them.
    pub answers: Vec<InspectAnswer>,
    /// Files in folders that look like archives and hold nothing of Oracle Integration.
    pub passed_over: u32,
}

/// What a file or an unpacked archive holds.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export, optional_fields)]
pub struct InspectView {
    /// Where it is.
    pub file: String,
    /// What it is.
    #[serde(rename = "type")]
    pub kind: ArchiveType,
    /// It lies unpacked in a folder.
    pub unpacked: bool,
    /// Its size in bytes; of a folder, of all files in it.
    pub bytes: u64,
    /// When it was exported (RFC 3339), where it tells.
    pub exported_at: Option<String>,
    /// The generation of the service that exported it, as far as it can be inferred.
    pub generation: Option<Generation>,
    /// The service version that exported it.
    pub service_version: Option<String>,
    /// The code of the project; none where there are several.
    pub project: Option<String>,
    /// The name of the package; none where there are several.
    pub package: Option<String>,
    /// The codes of the project's deployments.
    pub deployments: Vec<String>,
    /// The integrations.
    pub integrations: Vec<InspectedIntegration>,
    /// The connections that are bundled.
    pub connections: Vec<InspectedConnection>,
    /// The names of the lookups that are bundled.
    pub lookups: Vec<String>,
    /// The libraries that are bundled, as `CODE|VERSION`.
    pub libraries: Vec<String>,
    /// The certificates and keys that its connections name; no archive carries them.
    pub certificates: Vec<String>,
    /// Events that are published or subscribed to.
    pub events: Vec<String>,
    /// Documents and schemas of B2B.
    pub documents: Vec<String>,
    /// Files with real payloads of past runs.
    pub recordings: Vec<String>,
    /// Every artifact in it; each can be opened like one of a place.
    pub artifacts: Vec<Artifact>,
    /// What is unusual about the file as a whole.
    pub oddities: Vec<InspectedOddity>,
    /// What of it was not read, in plain words.
    pub notes: Vec<String>,
    /// What it gives away.
    pub findings: Vec<InspectedFinding>,
}

/// An integration in a file.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export, optional_fields)]
pub struct InspectedIntegration {
    /// Its identifier.
    pub code: String,
    /// Its version.
    pub version: String,
    /// Its name.
    pub name: String,
    /// The project it lives in.
    pub project: Option<String>,
    /// `app-driven-sync`, `app-driven-async`, `scheduled`, `event-subscribe`, or
    /// `basic-routing(EXCHANGE)`.
    pub style: String,
    /// Its state at the export, in the service's word (`ACTIVATED`, `CONFIGURED`).
    pub state: Option<String>,
    /// The generation of the service that exported it, as far as it can be inferred.
    pub generation: Option<Generation>,
    /// The service version that exported it.
    pub service_version: Option<String>,
    /// Which connections it uses, each side once.
    pub connections: Vec<ConnectionUse>,
    /// The names of the lookups it uses.
    pub lookups: Vec<String>,
    /// The libraries it uses, as `CODE|VERSION`.
    pub libraries: Vec<String>,
    /// The integrations it calls, as `CODE|VERSION`, those in projects as `PROJECT/CODE|VERSION`.
    pub calls: Vec<String>,
    /// Its schedule.
    pub schedule: Option<InspectedSchedule>,
    /// What is unusual about it; in an archive of one integration, what is unusual about the file
    /// too.
    pub oddities: Vec<InspectedOddity>,
    /// How many steps its flow has, where it was asked for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub steps: Option<u32>,
    /// Its flow, where it was asked for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub flow: Option<Vec<FlowStep>>,
}

/// One side of one connection in a flow.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export, optional_fields)]
pub struct ConnectionUse {
    /// The connection's code.
    pub code: String,
    /// The adapter's id.
    pub adapter: Option<String>,
    /// `trigger` or `invoke`.
    pub role: String,
}

/// A connection that a file bundles.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export, optional_fields)]
pub struct InspectedConnection {
    /// Its identifier.
    pub code: String,
    /// Its name.
    pub name: String,
    /// The adapter's id.
    pub adapter: String,
    /// Its security policy.
    pub security_policy: Option<String>,
    /// The connectivity agent group it goes through.
    pub agent_group: Option<String>,
}

/// The schedule of an integration.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export, optional_fields)]
pub struct InspectedSchedule {
    /// Its name.
    pub name: String,
    /// The iCal expression.
    pub expression: Option<String>,
    /// The unit of a schedule without expression.
    pub frequency: Option<String>,
    /// How many of that unit lie between two runs.
    pub interval: Option<String>,
    /// The time zone.
    pub time_zone: Option<String>,
    /// When it begins, as written.
    pub start: Option<String>,
    /// When it ends, as written.
    pub end: Option<String>,
}

/// Something unusual that is not wrong.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export, optional_fields)]
pub struct InspectedOddity {
    /// What sort of thing (`repacked`, `renamed`, `seal-removed`, …).
    pub kind: String,
    /// The file inside the archive, where it is about one.
    pub path: Option<String>,
    /// What was found.
    pub words: String,
}

/// How much a finding weighs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, TS)]
#[serde(rename_all = "lowercase")]
#[ts(export)]
pub enum InspectSeverity {
    /// The file is to be treated as a secret itself.
    Warning,
    /// Worth knowing before it goes to another environment.
    Note,
}

/// Something that a file gives away.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub struct InspectedFinding {
    /// How much it weighs.
    pub severity: InspectSeverity,
    /// What was looked for (`private-key`, `password`, `host`, …).
    pub rule: String,
    /// The file inside the archive and the place in it.
    #[serde(rename = "where")]
    pub place: String,
    /// What was found: strings of an environment as they are, secrets as dots.
    pub shown: String,
}

/// A step of a flow.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export, optional_fields)]
pub struct FlowStep {
    /// What it does (`receive`, `map`, `for-each`, …); a step that is not known has its name on the
    /// wire.
    pub kind: String,
    /// Its name.
    pub name: Option<String>,
    /// The code of the connection it uses.
    pub connection: Option<String>,
    /// The operation it calls or offers.
    pub operation: Option<String>,
    /// The steps in it.
    pub steps: Vec<FlowStep>,
}
