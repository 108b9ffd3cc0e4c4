//! One struct per kind of artifact.

use std::collections::BTreeMap;
use std::sync::Arc;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::{Operation, Schedule, blob};

/// Who made something and changed it last, and when.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Audit {
    pub created: Timestamp,
    pub created_by: String,
    pub updated: Timestamp,
    pub updated_by: String,
}

/// Somebody has it open.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Lock {
    pub by: String,
    pub since: Timestamp,
}

/// How an integration is started.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum Style {
    Sync,
    Async,
    Scheduled,
    Event,
}

/// A use of a connection in a flow.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Endpoint {
    pub connection: String,
    pub name: String,
    pub trigger: bool,
}

/// One version of an integration.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Integration {
    pub code: String,
    pub version: String,
    pub name: String,
    pub description: String,
    pub style: Style,
    pub status: String,
    pub package: Option<String>,
    pub endpoints: Vec<Endpoint>,
    pub lookups: Vec<String>,
    /// Code and version.
    pub libraries: Vec<(String, String)>,
    /// Code and version of what it calls in its own scope.
    pub calls: Vec<(String, String)>,
    pub schedule: Option<Schedule>,
    pub parameters: Vec<(String, String)>,
    pub keywords: String,
    pub prebuilt: bool,
    pub tracing: bool,
    pub payload_tracing: bool,
    #[serde(default)]
    pub operation: Operation,
    pub audit: Audit,
    pub lock: Option<Lock>,
    /// Counts changes of the design; part of what a generated archive holds.
    pub revision: u32,
    /// The archive it was loaded from; without one, an archive is generated at each export.
    #[serde(with = "blob::option", default)]
    pub archive: Option<Arc<Vec<u8>>>,
}

impl Integration {
    /// `CODE|VERSION`.
    pub fn id(&self) -> String {
        format!("{}|{}", self.code, self.version)
    }
}

/// What kind of input a setting is in the console.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum PropertyType {
    Url,
    Text,
    Choice,
    Password,
    File,
}

/// A setting of a connection.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Property {
    pub name: String,
    pub label: String,
    pub kind: PropertyType,
    pub value: Option<String>,
    pub required: bool,
}

impl Property {
    /// Whether a file can be sent for it: files, and descriptions of services.
    pub fn takes_file(&self) -> bool {
        self.kind == PropertyType::File || self.name.contains("WSDL")
    }
}

/// A file that belongs to a setting of a connection.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Attachment {
    pub file_name: String,
    #[serde(with = "blob")]
    pub content: Arc<Vec<u8>>,
}

/// What a connection has beside its settings.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub(crate) struct Upkeep {
    /// By the name of the setting.
    pub attachments: BTreeMap<String, Attachment>,
    /// When its metadata was last fetched by a call.
    pub refreshed: Option<Timestamp>,
    /// Why its test fails, for those whose does.
    pub broken: Option<String>,
}

/// A connection.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Connection {
    pub code: String,
    pub name: String,
    pub description: String,
    pub adapter: String,
    pub adapter_name: String,
    pub role: String,
    pub policy: String,
    pub status: String,
    pub settings: Vec<Property>,
    pub credentials: Vec<Property>,
    pub agent_group: Option<String>,
    #[serde(default)]
    pub upkeep: Upkeep,
    pub audit: Audit,
    pub lock: Option<Lock>,
}

impl Connection {
    /// Whether everything that is required has a value.
    pub fn is_complete(&self) -> bool {
        self.settings
            .iter()
            .chain(&self.credentials)
            .all(|one| !one.required || one.value.as_ref().is_some_and(|value| !value.is_empty()))
    }

    /// The setting or credential of that name.
    pub fn property_mut(&mut self, name: &str) -> Option<&mut Property> {
        self.settings
            .iter_mut()
            .chain(&mut self.credentials)
            .find(|one| one.name == name)
    }
}

/// A lookup.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Lookup {
    pub name: String,
    pub description: String,
    pub columns: Vec<String>,
    pub rows: Vec<Vec<String>>,
    pub status: String,
    pub audit: Audit,
    pub lock: Option<Lock>,
    /// The file it was loaded from, if that was the export of a lookup.
    #[serde(with = "blob::option", default)]
    pub csv: Option<Arc<Vec<u8>>>,
}

/// A JavaScript library.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Library {
    pub code: String,
    pub version: String,
    pub name: String,
    pub description: String,
    pub functions: Vec<String>,
    #[serde(with = "blob")]
    pub jar: Arc<Vec<u8>>,
    pub audit: Audit,
    pub lock: Option<Lock>,
}

impl Library {
    /// `CODE|VERSION`.
    pub fn id(&self) -> String {
        format!("{}|{}", self.code, self.version)
    }
}

/// A package; its members are the integrations that name it.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Package {
    pub name: String,
    pub description: String,
    pub audit: Audit,
    #[serde(with = "blob::option", default)]
    pub archive: Option<Arc<Vec<u8>>>,
}

/// A certificate or key.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Certificate {
    pub name: String,
    pub kind: String,
    pub category: String,
    pub installed: String,
    pub expiry: Option<Timestamp>,
    pub audit: Audit,
}

impl Certificate {
    /// `installedType|type|category|name`.
    pub fn id(&self) -> String {
        format!(
            "{}|{}|{}|{}",
            self.installed, self.kind, self.category, self.name
        )
    }
}

/// A connectivity agent group with its agents' names.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct AgentGroup {
    pub id: String,
    pub name: String,
    pub description: String,
    pub agents: Vec<String>,
    pub audit: Audit,
}

/// A deployment of a project.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Deployment {
    pub code: String,
    pub name: String,
    pub description: String,
    /// Code and version.
    pub integrations: Vec<(String, String)>,
    pub updated: Timestamp,
    #[serde(with = "blob::option", default)]
    pub archive: Option<Arc<Vec<u8>>>,
}
