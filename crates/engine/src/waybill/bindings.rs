//! The values that connections, lookup rows, schedules and certificates take in the destination. No
//! secret is among them: of secrets only the names are kept.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use waybill_model::{ArtifactId, Scope};

use super::AccessBinding;
use crate::access::Grantee;

/// Where the values of a connection come from.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum ConnectionMode {
    /// The destination's own stay.
    #[default]
    Keep,
    /// Those of the source, all but secrets; what is entered counts more.
    FromSource,
    /// They are entered.
    Enter,
}

/// A file that goes into a connection: a wallet, a key, a WSDL.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct AttachmentBinding {
    /// The property that takes it.
    pub property: String,
    /// Where the file lies.
    pub path: String,
    /// SHA-256 of its bytes, in hex: another file under this path is not taken.
    pub sha256: String,
}

/// What a connection is in the destination.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ConnectionBinding {
    /// Where its values come from.
    #[serde(default)]
    pub mode: ConnectionMode,
    /// Values that may be seen, by the name of the property on the wire.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub values: BTreeMap<String, String>,
    /// The names of secrets; their values lie in the place for secrets, see [`secret_account`].
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub secrets: Vec<String>,
    /// Files that go into it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub attachments: Vec<AttachmentBinding>,
    /// Its agent group; an empty one takes it away.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub agent_group: Option<String>,
    /// Its security policy.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub security_policy: Option<String>,
}

impl ConnectionBinding {
    /// Whether something is entered.
    #[must_use]
    pub fn enters(&self) -> bool {
        !self.values.is_empty()
            || !self.secrets.is_empty()
            || !self.attachments.is_empty()
            || self.agent_group.is_some()
            || self.security_policy.is_some()
    }
}

/// The value of one cell of a lookup in the destination.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct LookupCell {
    /// Which lookup.
    pub lookup: ArtifactId,
    /// The row, by the value in its first column.
    pub row: String,
    /// The name of the column.
    pub column: String,
    /// The value.
    pub value: String,
}

/// The values of a schedule in the destination; what is not named comes from the source.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ScheduleBinding {
    /// Its time zone.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub time_zone: Option<String>,
    /// When it begins, as the service writes it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub start: Option<String>,
    /// When it ends, as the service writes it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub end: Option<String>,
    /// Parameters of the scheduled integration.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub parameters: BTreeMap<String, String>,
}

/// The file of a certificate, which no archive and no call of the service gives out.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct CertificateBinding {
    /// Where the file lies.
    pub path: String,
    /// SHA-256 of its bytes, in hex.
    pub sha256: String,
    /// Its type on the wire: `X509`, `SAML`, `PGP`, …
    pub certificate_type: String,
    /// Its category on the wire: `TRUST`, `IDENTITY`, `PUBLIC`, `PRIVATE`, …
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub category: Option<String>,
    /// The names of secrets that open it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub secrets: Vec<String>,
}

impl CertificateBinding {
    /// The names of the secrets that open a file of this type and category, as the service calls them:
    /// those of a store of keys, and that of a private key (`oic/api-design-time.md` §7).
    #[must_use]
    pub fn opened_by(certificate_type: &str, category: &str) -> &'static [&'static str] {
        match (certificate_type, category) {
            ("X509", "IDENTITY") => &["keystorePassword", "keyPasswords"],
            (_, "PRIVATE") => &["passPhrase"],
            _ => &[],
        }
    }
}

/// A service role of an instance that somebody has, by the ids of its identity domain.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct RoleBinding {
    /// The application that stands for the instance.
    pub app: String,
    /// The role.
    pub role: String,
    /// What has it.
    pub kind: Grantee,
    /// Who has it.
    pub grantee: String,
}

/// An address of the source and what stands for it in the destination, for values of connections that
/// lead to the instance itself.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct HostRule {
    /// The host in the source, without scheme and path.
    pub from: String,
    /// The host in the destination.
    pub to: String,
}

/// All bindings of a destination. It is a file of its own too, without any secret.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Bindings {
    /// What connections are, by their name in the destination.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub connections: BTreeMap<ArtifactId, ConnectionBinding>,
    /// Cells of lookups.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub lookup_cells: Vec<LookupCell>,
    /// Values of schedules, by their name in the destination.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub schedules: BTreeMap<ArtifactId, ScheduleBinding>,
    /// Files of certificates, by their name in the destination.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub certificates: BTreeMap<ArtifactId, CertificateBinding>,
    /// Who is meant in access lists, by the name of the list in the destination. Found out anew with each
    /// plan.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub access: BTreeMap<ArtifactId, AccessBinding>,
    /// Service roles that are given or taken, by the artifact that stands for each.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub roles: BTreeMap<ArtifactId, RoleBinding>,
    /// Hosts that have another name in the destination.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub hosts: Vec<HostRule>,
}

impl Bindings {
    /// A value of the source as it is in the destination: each host that a rule names, wherever it
    /// stands as a whole name, is replaced. `None` if no rule applies.
    #[must_use]
    pub fn rewritten(&self, value: &str) -> Option<String> {
        let mut text = value.to_owned();
        for rule in self.hosts.iter().filter(|rule| !rule.from.is_empty()) {
            text = with_host(&text, rule);
        }
        (text != value).then_some(text)
    }
}

/// Part of the name of a host.
fn names_a_host(character: char) -> bool {
    character.is_ascii_alphanumeric() || matches!(character, '.' | '-' | '_')
}

fn with_host(text: &str, rule: &HostRule) -> String {
    // Lower case keeps the places of ASCII, and a host has nothing else.
    let (searched, from) = (text.to_ascii_lowercase(), rule.from.to_ascii_lowercase());
    let mut written = String::with_capacity(text.len());
    let mut done = 0;
    for (at, found) in searched.match_indices(&from) {
        let after = at + found.len();
        let alone =
            !searched[..at].ends_with(names_a_host) && !searched[after..].starts_with(names_a_host);
        if alone {
            written.push_str(&text[done..at]);
            written.push_str(&rule.to);
            done = after;
        }
    }
    written.push_str(&text[done..]);
    written
}

/// The account in the place for secrets under which a secret of a connection in a destination lies.
#[must_use]
pub fn secret_account(destination: &str, connection: &ArtifactId, name: &str) -> String {
    let code = &connection.code;
    match &connection.scope {
        Scope::Global => format!("waybill/{destination}/{code}/{name}"),
        Scope::Project(project) => format!("waybill/{destination}/{project}/{code}/{name}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_host_is_rewritten_as_a_whole_name_alone() {
        let bindings = Bindings {
            hosts: vec![HostRule {
                from: "test.acme.example".to_owned(),
                to: "prod.acme.example".to_owned(),
            }],
            ..Bindings::default()
        };
        assert_eq!(
            bindings
                .rewritten("https://Test.acme.example:443/x?y=test.acme.example")
                .unwrap(),
            "https://prod.acme.example:443/x?y=prod.acme.example"
        );
        assert_eq!(bindings.rewritten("https://my-test.acme.example/"), None);
        assert_eq!(bindings.rewritten("https://test.acme.example.org/"), None);
    }

    #[test]
    fn secrets_of_projects_have_accounts_of_their_own() {
        let account = |id: &str| secret_account("i1", &id.parse().unwrap(), "password");
        assert_eq!(account("connection:ERP"), "waybill/i1/ERP/password");
        assert_eq!(account("HR/connection:ERP"), "waybill/i1/HR/ERP/password");
    }
}
