//! Archives of whole instances: what a person asks for, how it goes, what is left to sign off.

use serde::{Deserialize, Serialize};
use ts_rs::TS;
use waybill_model::ArtifactId;

use super::{ExchangeView, RunStepState, RunSummary};

/// What an import does with the integrations that it brings.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub enum CloneMode {
    /// They are imported and stay inactive.
    #[default]
    ImportOnly,
    /// They are imported, and activated where they were active.
    ImportActivate,
    /// Those that an earlier import brought are activated.
    ActivateOnly,
}

/// An archive of a whole instance to make, to import, or both.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase", default)]
#[ts(export, optional_fields)]
pub struct CloneAsk {
    /// The instance that is exported, by id or name; none where an archive that lies there is imported.
    pub source: Option<String>,
    /// The instance that it is imported into; none where the archive is kept.
    pub destination: Option<String>,
    /// The container that it goes through: a target of the kind Swift or upload address, by id or name.
    pub container: String,
    /// An archive that lies in the container: nothing is exported.
    pub archive: Option<String>,
    /// The name of the job and, in Oracle Integration 3, of the archive; one is made where nothing is said.
    pub name: Option<String>,
    /// Certificates, and credentials of connections, are in the archive.
    pub with_secrets: bool,
    /// An archive of that name may be written over.
    pub overwrite: bool,
    /// What the import does with integrations.
    pub mode: CloneMode,
    /// The archive is removed from the container once it is imported.
    pub remove_archive: bool,
}

/// What a person agreed to.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase", default)]
#[ts(export, optional_fields)]
pub struct CloneAgreed {
    /// What the archive holds was read.
    pub read: bool,
    /// The name of the destination, where it is Production.
    pub typed_name: Option<String>,
}

/// One part of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub enum ClonePart {
    /// The container is tried out, and made where there is none.
    Container,
    /// The source exports itself.
    Export,
    /// The archive is found in the container.
    Archive,
    /// The destination, as it is before, is kept in a snapshot.
    Keep,
    /// The destination imports it.
    Import,
    /// Both instances are compared.
    Compare,
    /// The archive is removed from the container.
    Remove,
}

/// Something to know before it begins.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export, optional_fields)]
pub struct CloneNote {
    /// Its name: the same each time.
    pub key: String,
    /// It has to be said that it was read.
    pub must_be_read: bool,
    /// What it is.
    pub text: String,
    /// What to do about it.
    pub guidance: Option<String>,
}

/// What would be done. Nothing was sent for it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export, optional_fields)]
pub struct ClonePlan {
    /// What is done, in a few words.
    pub title: String,
    /// The effect, for the button that begins it.
    pub effect: String,
    /// The parts in their order.
    pub parts: Vec<ClonePart>,
    /// The name of the job.
    pub name: String,
    /// What to know.
    pub notes: Vec<CloneNote>,
    /// What has to be typed: the name of the destination, where it is Production.
    pub type_name: Option<String>,
}

/// What the service says of a part of the instance.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export, optional_fields)]
pub struct CloneComponent {
    /// Its name, as the service writes it.
    pub name: String,
    /// How it stands, in the service's word.
    pub status: String,
    /// How far it is, in per cent.
    pub percentage: Option<u64>,
    /// How many things it holds.
    pub resources: Option<u64>,
    /// Why it failed.
    pub failure: Option<String>,
}

/// One part, as it stands.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export, optional_fields)]
pub struct ClonePartView {
    /// Which part.
    pub part: ClonePart,
    /// How it stands.
    pub state: RunStepState,
    /// How it ended, in words.
    pub words: Option<String>,
    /// Why it failed.
    pub why: Option<String>,
    /// What to do about it.
    pub what_to_do: Option<String>,
    /// The call behind it.
    pub exchange: Option<ExchangeView>,
    /// When its call was sent.
    pub began_at: Option<String>,
    /// The name of its job.
    pub job_name: Option<String>,
    /// The number that the service gave the job.
    pub job: Option<String>,
    /// How the job stands, in the service's word.
    pub status: Option<String>,
    /// The parts of the instance in the job.
    pub components: Vec<CloneComponent>,
}

/// What sort of thing is left to see to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub enum ResidualKind {
    /// The source lists it, the destination does not.
    Missing,
    /// It is active in the source, and not in the destination.
    Inactive,
    /// A connection lacks values.
    Draft,
    /// A schedule does not run.
    Stopped,
    /// A list could not be read.
    NotRead,
    /// No archive of an instance carries it.
    Beside,
}

/// One thing for a person to see to.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export, optional_fields)]
pub struct ResidualView {
    /// Its name among the entries of the run.
    pub key: String,
    /// What sort it is.
    pub kind: ResidualKind,
    /// What it is.
    pub text: String,
    /// What to do about it.
    pub guidance: String,
    /// The artifacts that it is about.
    pub artifacts: Vec<ArtifactId>,
    /// Who signed it off.
    pub signed_by: Option<String>,
    /// When.
    pub signed_at: Option<String>,
    /// What was done about it.
    pub signed_words: Option<String>,
}

/// A run of this kind.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export, optional_fields)]
pub struct CloneView {
    /// The run.
    pub summary: RunSummary,
    /// What is done, in a few words.
    pub title: String,
    /// The name of the source.
    pub source: Option<String>,
    /// The name of the destination.
    pub destination: Option<String>,
    /// The name of the container.
    pub container: String,
    /// With certificates and credentials.
    pub with_secrets: bool,
    /// What the import does with integrations.
    pub mode: CloneMode,
    /// The parts in their order.
    pub parts: Vec<ClonePartView>,
    /// The archive, once it is found.
    pub archive: Option<LyingArchive>,
    /// What is left to see to.
    pub residuals: Vec<ResidualView>,
    /// So many of them nobody has signed off.
    pub open: u32,
}

/// A file in a container.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub struct LyingArchive {
    /// Its name.
    pub name: String,
    /// Its bytes.
    pub bytes: u64,
    /// It is named as services name archives of instances, or as Waybill does.
    pub looks_like_one: bool,
}

/// A container that archives of instances can go through.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub struct CloneContainer {
    /// Its id among the targets.
    pub id: String,
    /// Its name.
    pub name: String,
    /// Where it is, without a secret.
    pub address: String,
}

/// A container to keep: what its address is built from.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase", default)]
#[ts(export, optional_fields)]
pub struct CloneContainerForm {
    /// What people call it.
    pub name: String,
    /// The region of the cloud: `eu-frankfurt-1`.
    pub region: String,
    /// The namespace of the tenancy's object storage.
    pub namespace: String,
    /// The container, which the console of the cloud calls bucket.
    pub container: String,
    /// The user, with the domain where there is one.
    pub user: String,
    /// The storage address in place of region and namespace, where it is another one.
    pub address: Option<String>,
    /// A file of certificates (PEM) that are trusted beside those of the system.
    pub ca_file: Option<String>,
}
