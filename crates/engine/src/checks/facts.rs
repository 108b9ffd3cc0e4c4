//! What the checks know beyond the plan: plain data, gathered beforehand.

use std::collections::{BTreeMap, BTreeSet};

use waybill_archive::ArchiveKind;
use waybill_model::{ArtifactId, Generation};

/// What is known on this computer: secrets, room, the vault, what the settings demand.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct OwnFacts {
    /// The secrets that are held, by account ([`crate::waybill::secret_account`]).
    pub secrets_held: BTreeSet<String>,
    /// How many bytes are free where the run keeps its snapshot and its cargo; none: not known.
    pub free_bytes: Option<u64>,
    /// Why the vault is not ready, in plain words; none if it is.
    pub vault_ready: Option<String>,
    /// The destination demands that a second person signs off.
    pub sign_off_required: bool,
    /// How the last test of a connection ended that was made from here with the values that it has
    /// now, by its name in the destination.
    pub tested: BTreeMap<ArtifactId, bool>,
    /// What is known of the rights in the destination.
    pub rights: Rights,
    /// Now (RFC 3339).
    pub now: String,
}

/// What is known of the rights with which the destination is called.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Rights {
    /// Nothing.
    #[default]
    Unknown,
    /// They were enough the last time something was changed there.
    Enough,
    /// They are not enough; why, in plain words.
    Lacking(String),
}

/// What the checks know beyond the plan.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct CheckFacts {
    /// What is known on this computer.
    pub own: OwnFacts,
    /// The host of the source, where it is or was an instance of its own address.
    pub source_hosts: BTreeSet<String>,
    /// The name of that instance, with which hosts of its own begin.
    pub source_instance: Option<String>,
    /// Connections of the source, by their name there.
    pub source_connections: BTreeMap<ArtifactId, ConnectionFacts>,
    /// Connections of the destination, by their name there.
    pub connections: BTreeMap<ArtifactId, ConnectionFacts>,
    /// The adapters that connections of the destination have.
    pub adapters: BTreeSet<String>,
    /// The agent groups of the destination; none where they could not be read.
    pub agent_groups: Option<BTreeMap<String, AgentGroupFacts>>,
    /// The certificates of the destination; none where they could not be read.
    pub certificates: Option<BTreeMap<ArtifactId, CertificateFacts>>,
    /// What the archives tell that go along, by SHA-256 of their bytes.
    pub archives: BTreeMap<String, ArchiveFacts>,
    /// SHA-256 of the files that bindings name, by path; none where there is no file to read.
    pub files: BTreeMap<String, Option<String>>,
    /// What schedules say of themselves, by their name in the source.
    pub schedules: BTreeMap<ArtifactId, ScheduleFacts>,
    /// What could not be gathered.
    pub unread: Vec<NotChecked>,
}

/// What could not be gathered, and which checks therefore cannot say that all is well.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NotChecked {
    /// Their names.
    pub rules: Vec<&'static str>,
    /// About which artifact, by its name in the destination.
    pub subject: Option<ArtifactId>,
    /// What and why, in a sentence.
    pub text: String,
}

/// A connection as its record tells.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ConnectionFacts {
    /// What the console calls its adapter.
    pub adapter: Option<String>,
    /// The id of its adapter.
    pub adapter_id: Option<String>,
    /// The adapter comes with the service.
    pub preinstalled: bool,
    /// Its security policy.
    pub security_policy: Option<String>,
    /// Its properties, connection before credentials.
    pub properties: Vec<PropertyFacts>,
    /// The agent group it goes through.
    pub agent_group: Option<String>,
    /// The certificates that its settings name.
    pub certificates: BTreeSet<String>,
    /// How its last test ended, as far as the service tells.
    pub tested: Option<bool>,
    /// An archive tells it, which says nothing of what it has to have.
    pub of_archive: bool,
}

/// A property of a connection.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PropertyFacts {
    /// Its name on the wire.
    pub name: String,
    /// What the console calls it.
    pub label: String,
    /// It has to have a value.
    pub required: bool,
    /// Its value is never given out.
    pub secret: bool,
    /// Its value is a file.
    pub file: bool,
    /// It belongs to the credentials.
    pub credential: bool,
    /// Its value; none of a secret.
    pub value: Option<String>,
    /// It has a value, seen or not.
    pub set: bool,
}

/// An agent group.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct AgentGroupFacts {
    /// What people call it.
    pub name: String,
    /// How many agents are in it, and how many of them run; none where that could not be read.
    pub agents: Option<(u32, u32)>,
}

/// A certificate.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct CertificateFacts {
    /// Its alias.
    pub name: String,
    /// When its time is over (RFC 3339, or as the service writes it).
    pub ends: Option<String>,
    /// The service says that it is over.
    pub expired: bool,
}

/// What a schedule says of itself.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ScheduleFacts {
    /// Its parameters and their values.
    pub parameters: BTreeMap<String, Option<String>>,
}

/// What an archive tells.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ArchiveFacts {
    /// What it is; none where it cannot be read.
    pub kind: Option<ArchiveKind>,
    /// Why it, or an archive in it, cannot be read or lacks what it needs.
    pub damage: Vec<String>,
    /// Signs that somebody packed it anew or changed it.
    pub repacked: Vec<String>,
    /// The secrets that it gives away: what and where, never which.
    pub secrets: Vec<FoundThere>,
    /// Hosts that stand in it beside the values of connections.
    pub hosts: Vec<FoundThere>,
    /// Lookups and libraries that lie in it beside integrations, by their name in the source.
    pub holds: BTreeSet<ArtifactId>,
    /// The generation of the service that wrote it, as far as it tells.
    pub generation: Option<Generation>,
    /// The connections that it brings, by their name in the source.
    pub connections: BTreeMap<ArtifactId, ConnectionFacts>,
}

/// What was found in an archive, and where.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct FoundThere {
    /// What: a host, or a sort of secret.
    pub what: String,
    /// The file in the archive, and the place in it.
    pub place: String,
}
