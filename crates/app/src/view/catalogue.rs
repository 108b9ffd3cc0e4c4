//! Places and their artifacts.

use serde::{Deserialize, Serialize};
use ts_rs::TS;
use waybill_model::{Artifact, ArtifactId, ArtifactKind, Environment, Gap, Link};

/// Where artifacts can be.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(
    rename_all = "camelCase",
    rename_all_fields = "camelCase",
    tag = "type"
)]
#[ts(export)]
pub enum PlaceRef {
    /// A saved instance.
    Instance {
        /// Its id or its name.
        id: String,
    },
    /// A snapshot in the vault.
    Snapshot {
        /// Its id.
        id: String,
    },
    /// A copy of a snapshot at a target.
    Copy {
        /// The target, by its id or name.
        target: String,
        /// The copy, as the target's list names it.
        copy: String,
    },
    /// An archive file, or a folder that holds archives or is one, unpacked.
    File {
        /// Where it is.
        path: String,
    },
    /// Several archive files and folders together.
    Files {
        /// Where they are.
        paths: Vec<String>,
    },
}

/// All artifacts of a place.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export, optional_fields)]
pub struct CatalogueView {
    /// Which place.
    pub place: PlaceRef,
    /// Its name: the instance's, the file's, or the snapshot's instance.
    pub title: String,
    /// The instance it is, or came from, where that instance is saved.
    pub instance_id: Option<String>,
    /// The environment of that instance.
    pub environment: Option<Environment>,
    /// When it was read, or taken.
    pub read_at: String,
    /// It comes from the cache and is older than the set time.
    pub stale: bool,
    /// The artifacts, sorted by id.
    pub artifacts: Vec<Artifact>,
    /// What could not be read.
    pub gaps: Vec<Gap>,
}

/// What the value of a property is, as its type on the wire tells.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub enum PropertyKind {
    /// Any text.
    #[default]
    Text,
    /// An address.
    Url,
    /// One of the options.
    Choice,
    /// A secret, which is never shown.
    Secret,
    /// The content of a file, which is uploaded in the console.
    File,
}

/// A value that a property can have.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub struct PropertyOption {
    /// As it is sent.
    pub value: String,
    /// As the console names it.
    pub label: String,
}

/// One property of a connection.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export, optional_fields)]
pub struct PropertyView {
    /// Its name on the wire.
    pub name: String,
    /// What the console calls it.
    pub label: String,
    /// Its value; never that of a secret. What may be secret in it is dots.
    pub value: Option<String>,
    /// It is a secret.
    pub secret: bool,
    /// It has a value.
    pub set: bool,
    /// It has to have one.
    pub required: bool,
    /// What its value is.
    #[serde(default)]
    pub kind: PropertyKind,
    /// The values it can have, where it is a choice and the place tells them.
    #[serde(default)]
    pub options: Vec<PropertyOption>,
}

/// The values of a connection.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export, optional_fields)]
pub struct ConnectionView {
    /// The security policy.
    pub security_policy: Option<String>,
    /// Trigger, invoke, or both.
    pub role: Option<String>,
    /// The agent group.
    pub agent_group: Option<String>,
    /// The last test passed.
    pub tested: Option<bool>,
    /// All properties, connection before credentials.
    pub properties: Vec<PropertyView>,
    /// The files attached to it: the property each belongs to, and its name. Only archives tell
    /// them.
    #[serde(default)]
    pub attachments: Vec<super::NamedValue>,
}

/// When an integration runs.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export, optional_fields)]
pub struct ScheduleView {
    /// In words or as iCal, as the service gives it.
    pub recurrence: String,
    /// The time zone.
    pub zone: Option<String>,
    /// Started, stopped, paused.
    pub state: Option<waybill_model::State>,
    /// The first run.
    pub start: Option<String>,
    /// The last run.
    pub end: Option<String>,
}

/// Rows of a lookup, for reading. Cells that may be secret are dots.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub struct LookupView {
    /// The columns.
    pub columns: Vec<String>,
    /// The first rows.
    pub rows: Vec<Vec<String>>,
    /// How many rows there are.
    pub row_count: u32,
}

/// Everything the detail panel shows about one artifact.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export, optional_fields)]
pub struct ArtifactDetail {
    /// The artifact.
    pub artifact: Artifact,
    /// What it needs.
    pub uses: Vec<Link>,
    /// What needs it.
    pub used_by: Vec<Link>,
    /// All versions of the same code.
    pub versions: Vec<Artifact>,
    /// The values, if it is a connection.
    pub connection: Option<ConnectionView>,
    /// The schedule, if it has one.
    pub schedule: Option<ScheduleView>,
    /// The rows, if it is a lookup.
    pub lookup: Option<LookupView>,
    /// The names of its functions, if it is a library, as far as its archive lists them.
    #[serde(default)]
    pub library_functions: Vec<String>,
    /// Tracing is on.
    pub tracing: Option<bool>,
    /// The payload is traced as well.
    pub payload_tracing: Option<bool>,
    /// The same in the words of the console.
    pub tracing_level: Option<super::Tracing>,
    /// Why its last activation failed, as the service tells.
    #[serde(default)]
    pub activation_errors: Vec<String>,
    /// How to have it unlocked, while somebody has it open in the console.
    pub unlock_hint: Option<String>,
    /// The changes that can be made to it in its state, in the order of a menu.
    #[serde(default)]
    pub actions: Vec<super::ChangeVerb>,
    /// It has an archive that can be saved as a file.
    pub can_export: bool,
    /// Why it cannot be saved.
    pub cannot_export_because: Option<String>,
    /// The file name an export proposes.
    pub file_name: Option<String>,
    /// The size of the archive, where it is known without a download.
    pub archive_bytes: Option<u64>,
}

/// What an export wrote.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub struct SavedFile {
    /// Where it is.
    pub path: String,
    /// Its size.
    pub bytes: u64,
    /// SHA-256 of its bytes, in hex.
    pub sha256: String,
}

/// A choice of artifacts.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(
    rename_all = "camelCase",
    rename_all_fields = "camelCase",
    tag = "type"
)]
#[ts(export)]
pub enum SelectionView {
    /// All that the instance holds.
    #[default]
    Everything,
    /// All artifacts of these kinds.
    Kinds {
        /// The kinds; at least one.
        kinds: Vec<ArtifactKind>,
    },
    /// These, and nothing else; a project stands for all that is in it.
    Only {
        /// Their ids.
        ids: Vec<ArtifactId>,
    },
}
