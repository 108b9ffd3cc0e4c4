//! Giving connections another password or address while integrations use them.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use ts_rs::TS;
use waybill_model::ArtifactId;

/// Which connections are meant.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase", default)]
#[ts(export, optional_fields)]
pub struct RotationAsk {
    /// The instance, by its id.
    pub instance: String,
    /// These connections; none: all that `text` finds.
    pub connections: Vec<ArtifactId>,
    /// A host, address or user that stands in one of their values that may be seen.
    pub text: Option<String>,
    /// Read the lists of the instance anew.
    pub refresh: bool,
}

/// A value of a connection that may be seen.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub struct RotationValue {
    /// The property on the wire.
    pub property: String,
    /// What the console calls it.
    pub label: String,
    /// What it is.
    pub value: String,
}

/// A connection that may get other values.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export, optional_fields)]
pub struct RotationConnection {
    /// Which.
    pub id: ArtifactId,
    /// What people call it.
    pub name: String,
    /// Its adapter.
    pub adapter: Option<String>,
    /// The values in which the text stands; all that may be seen where none was given.
    pub values: Vec<RotationValue>,
    /// The names of its secrets.
    pub secrets: Vec<String>,
    /// How many integrations use it.
    pub used_by: u32,
    /// How many of them are active, and are deactivated and activated again.
    pub active: u32,
    /// Somebody has it open in the console.
    pub locked: bool,
}

/// An integration that uses one of them.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub struct RotationUser {
    /// Which.
    pub id: ArtifactId,
    /// What people call it.
    pub name: String,
    /// It is active now.
    pub active: bool,
    /// Which of the connections it uses.
    pub connections: Vec<ArtifactId>,
}

/// What a rotation would touch. Nothing is changed by looking.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub struct RotationView {
    /// The instance, by its id.
    pub instance: String,
    /// Its name.
    pub title: String,
    /// The connections, by id.
    pub connections: Vec<RotationConnection>,
    /// The integrations that use them, by id.
    pub integrations: Vec<RotationUser>,
    /// Connections that could not be read, in sentences.
    pub notes: Vec<String>,
}

/// What the connections get. Secrets come beside it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase", default)]
#[ts(export, optional_fields)]
pub struct RotationNew {
    /// The instance, by its id.
    pub instance: String,
    /// What it is for.
    pub name: Option<String>,
    /// The connections.
    pub connections: Vec<ArtifactId>,
    /// This text in their values that may be seen …
    pub replace: Option<String>,
    /// … becomes this one.
    pub with: Option<String>,
    /// Values that all of them get, by name on the wire.
    pub values: BTreeMap<String, String>,
    /// Integrations that use them go on running; they may go on with the old values until they are
    /// activated again.
    pub leave_running: bool,
}
