//! What each connection of a move is in the destination.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use ts_rs::TS;
use waybill_model::{ArtifactId, State};

use super::{HostRuleView, PropertyKind, PropertyOption};

/// Where the values of a connection come from.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub enum BindingMode {
    /// The destination's own stay.
    #[default]
    Keep,
    /// Those of the source, all but secrets.
    FromSource,
    /// They are entered.
    Enter,
}

/// Where a secret that was entered is kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub enum SecretHeld {
    /// Not at all.
    No,
    /// In the place for secrets, for the next move too.
    Kept,
    /// Until the program ends.
    Session,
}

/// One value of a connection in both places.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export, optional_fields)]
pub struct BoundProperty {
    /// Its name on the wire.
    pub name: String,
    /// What the console calls it.
    pub label: String,
    /// It belongs to the credentials.
    pub credential: bool,
    /// It is a secret.
    pub secret: bool,
    /// It has to have a value.
    pub required: bool,
    /// What its value is.
    pub kind: PropertyKind,
    /// The values it can have, where it is a choice.
    pub options: Vec<PropertyOption>,
    /// In the source; never a secret.
    pub source: Option<String>,
    /// In the source as it would be with the rules for hosts, where they change it.
    pub rewritten: Option<String>,
    /// In the destination; never a secret.
    pub destination: Option<String>,
    /// It has a value in the destination, seen or not.
    pub set_there: bool,
    /// What was entered; never a secret.
    pub entered: Option<String>,
    /// Where the secret that was entered is kept.
    pub held: SecretHeld,
}

/// A file that goes into a connection.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub struct BoundFile {
    /// The property that takes it.
    pub property: String,
    /// Where the file lies.
    pub path: String,
    /// It is there, and the same as when it was chosen.
    pub same: bool,
}

/// A connection of a move.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export, optional_fields)]
pub struct MoveConnection {
    /// Its name in the destination.
    pub id: ArtifactId,
    /// What people call it.
    pub name: String,
    /// Its adapter.
    pub adapter: Option<String>,
    /// Trigger, invoke, or both.
    pub role: Option<String>,
    /// The integrations of this move that use it, by name in the destination.
    pub used_by: Vec<ArtifactId>,
    /// Its state in the destination; none where it is not there yet.
    pub state: Option<State>,
    /// The destination has it.
    pub present: bool,
    /// Where its values come from.
    pub mode: BindingMode,
    /// All properties, connection before credentials.
    pub properties: Vec<BoundProperty>,
    /// Files that go into it.
    pub files: Vec<BoundFile>,
    /// The security policy in the source.
    pub policy_source: Option<String>,
    /// The security policy in the destination.
    pub policy_destination: Option<String>,
    /// The security policy that was entered.
    pub policy_entered: Option<String>,
    /// The agent group in the source.
    pub agents_source: Option<String>,
    /// The agent group in the destination.
    pub agents_destination: Option<String>,
    /// The agent group that was entered; empty takes it away.
    pub agents_entered: Option<String>,
    /// Nothing is left to enter.
    pub settled: bool,
    /// What is left, in a sentence.
    pub open: Option<String>,
    /// The last test in the destination passed.
    pub tested: Option<bool>,
}

/// The connections of a move.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub struct MoveConnections {
    /// Those with something to enter first, then by name.
    pub connections: Vec<MoveConnection>,
    /// The agent groups of the destination.
    pub agent_groups: Vec<String>,
    /// Hosts that have another name in the destination.
    pub hosts: Vec<HostRuleView>,
    /// Hosts of the source that are instances of Oracle Integration, as a proposal for rules.
    pub hosts_seen: Vec<String>,
}

/// What is entered for a connection. Secrets come beside it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase", default)]
#[ts(export, optional_fields)]
pub struct BindingInput {
    /// Where its values come from.
    pub mode: BindingMode,
    /// All values that are entered, by name on the wire; one that is not named is not entered.
    pub values: BTreeMap<String, String>,
    /// Another security policy.
    pub security_policy: Option<String>,
    /// Another agent group; empty takes it away.
    pub agent_group: Option<String>,
    /// Files that go into it: the property and the path.
    pub files: Vec<(String, String)>,
    /// Secrets that are not to be set any more, by name.
    pub forget: Vec<String>,
}

/// The file of a certificate that is to go along.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export, optional_fields)]
pub struct CertificateInput {
    /// Where the file lies.
    pub path: String,
    /// Its type on the wire: `X509`, `SAML`, `PGP`.
    pub certificate_type: String,
    /// Its category on the wire: `TRUST`, `IDENTITY`, `PUBLIC`, `PRIVATE`.
    pub category: Option<String>,
}
