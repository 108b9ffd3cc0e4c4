//! The format of `settings.json`, version 2. Members this version does not know are kept.
//!
//! Version 1 knew client credentials and Basic alone, and one secret for each instance. It is read as it
//! is, and written as version 2 with the next change; a program that knows version 1 alone then leaves
//! the file alone.

use std::collections::BTreeMap;

use serde::{Deserialize, Deserializer, Serialize};
use serde_json::{Map, Value};
use waybill_model::{Environment, Generation, WritePolicy};

use crate::access::StoredPeople;
use crate::keep::StoredKeep;
use crate::proof::StoredProof;
use crate::schedules::StoredSchedule;
use crate::secrets::Slot;
use crate::targets::StoredTarget;
use crate::view::{SecretStoreKind, SettingsView, SignInForm};
use crate::word::StoredWord;

/// The version this program writes and the newest it reads.
pub(crate) const VERSION: u32 = 2;

/// The whole file.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct StoredSettings {
    /// The version of the format.
    pub(crate) version: u32,
    /// What a person set, by the names of [`SettingsView`].
    #[serde(default)]
    pub(crate) settings: Map<String, Value>,
    /// Where secrets are to lie, once that was chosen.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) secret_store: Option<SecretStoreKind>,
    /// What is known of the vault beside the vault itself.
    #[serde(default)]
    pub(crate) vault: StoredVault,
    /// The saved instances in the user's order.
    #[serde(default)]
    pub(crate) instances: Vec<StoredInstance>,
    /// When which instances are backed up.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(crate) schedules: Vec<StoredSchedule>,
    /// Which snapshots stay.
    #[serde(default, skip_serializing_if = "StoredKeep::is_untouched")]
    pub(crate) keep: StoredKeep,
    /// What is proved by itself.
    #[serde(default, skip_serializing_if = "StoredProof::is_untouched")]
    pub(crate) proof: StoredProof,
    /// Who is told what.
    #[serde(default, skip_serializing_if = "StoredWord::is_empty")]
    pub(crate) word: StoredWord,
    /// Where copies of snapshots go.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(crate) targets: Vec<StoredTarget>,
    /// Who is whom in which identity domain, as people said.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(crate) identities: Vec<StoredPeople>,
    /// Where the secrets were put that go into destinations, by account.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub(crate) waybill_secrets: BTreeMap<String, SecretStoreKind>,
    /// What a later version added.
    #[serde(flatten)]
    pub(crate) other: Map<String, Value>,
}

impl Default for StoredSettings {
    fn default() -> Self {
        Self {
            version: VERSION,
            settings: Map::new(),
            secret_store: None,
            vault: StoredVault::default(),
            instances: Vec::new(),
            schedules: Vec::new(),
            targets: Vec::new(),
            keep: StoredKeep::default(),
            proof: StoredProof::default(),
            word: StoredWord::default(),
            identities: Vec::new(),
            waybill_secrets: BTreeMap::new(),
            other: Map::new(),
        }
    }
}

impl StoredSettings {
    /// What a person set; what is missing or makes no sense has its first value.
    pub(crate) fn view(&self) -> SettingsView {
        let mut known = serde_json::to_value(SettingsView::default()).unwrap_or_default();
        if let Some(members) = known.as_object_mut() {
            for (name, value) in &self.settings {
                let Some(first) = members.get(name).cloned() else {
                    continue;
                };
                members.insert(name.clone(), value.clone());
                let whole = Value::Object(members.clone());
                if serde_json::from_value::<SettingsView>(whole).is_err() {
                    members.insert(name.clone(), first);
                }
            }
        }
        serde_json::from_value(known).unwrap_or_default()
    }

    /// Takes over what a person set; unknown members stay.
    pub(crate) fn set_view(&mut self, view: &SettingsView) {
        if let Ok(Value::Object(members)) = serde_json::to_value(view) {
            self.settings.extend(members);
        }
    }

    /// The instance with this id, else the one with this name (capital letters do not count).
    pub(crate) fn instance(&self, id_or_name: &str) -> Option<&StoredInstance> {
        self.instances
            .iter()
            .find(|instance| instance.id == id_or_name)
            .or_else(|| {
                self.instances
                    .iter()
                    .find(|instance| same_name(&instance.name, id_or_name))
            })
    }
}

/// Whether two names of instances count as the same.
pub(crate) fn same_name(left: &str, right: &str) -> bool {
    left.trim().to_lowercase() == right.trim().to_lowercase()
}

/// What is known of the vault beside the vault itself.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub(crate) struct StoredVault {
    /// The accounts of its secrets begin with this; `vault` where nothing is said.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) account: Option<String>,
    /// Where its password was put.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) password_in: Option<SecretStoreKind>,
    /// What a later version added.
    #[serde(flatten)]
    pub(crate) other: Map<String, Value>,
}

impl StoredVault {
    /// With what the accounts of its secrets begin.
    pub(crate) fn prefix(&self) -> &str {
        self.account.as_deref().unwrap_or("vault")
    }
}

/// A saved instance.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct StoredInstance {
    /// Never changes.
    pub(crate) id: String,
    /// Unique; capital letters do not count.
    pub(crate) name: String,
    pub(crate) environment: Environment,
    pub(crate) generation: Generation,
    /// `scheme://host[:port]`. Of a practice instance it says nothing: the port changes.
    pub(crate) address: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) instance_name: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) region: Option<String>,
    pub(crate) sign_in: SignInForm,
    pub(crate) write_policy: WritePolicy,
    /// Until when changes are allowed although it can only be read (RFC 3339).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) writes_allowed_until: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) calls_per_minute: Option<u32>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) ca_file: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) proxy: Option<String>,
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub(crate) practice: bool,
    /// A second person has to sign a waybill off before it runs into it.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub(crate) sign_off_required: bool,
    /// Where its secrets were put.
    #[serde(
        default,
        alias = "secretIn",
        deserialize_with = "places",
        skip_serializing_if = "BTreeMap::is_empty"
    )]
    pub(crate) secrets_in: BTreeMap<Slot, SecretStoreKind>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) tested_at: Option<String>,
    /// What a later version added.
    #[serde(flatten)]
    pub(crate) other: Map<String, Value>,
}

/// Where secrets were put. The first files had `secretIn`, one place for the one secret there was.
fn places<'de, D: Deserializer<'de>>(from: D) -> Result<BTreeMap<Slot, SecretStoreKind>, D::Error> {
    #[derive(Deserialize)]
    #[serde(untagged)]
    enum Places {
        Each(BTreeMap<Slot, SecretStoreKind>),
        One(SecretStoreKind),
    }
    Ok(match Places::deserialize(from)? {
        Places::Each(places) => places,
        Places::One(kind) => BTreeMap::from([(Slot::ClientSecret, kind), (Slot::Password, kind)]),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_secret_of_an_earlier_file_is_found_again() {
        let instance = |place: &str| {
            let text = format!(
                r#"{{"id":"a","name":"A","environment":"test","generation":"oic3","address":"https://a","writePolicy":"readOnly",
                    "signIn":{{"type":"basic","user":"u"}},{place}}}"#
            );
            serde_json::from_str::<StoredInstance>(&text).unwrap()
        };
        let early = instance(r#""secretIn":"keychain""#);
        assert_eq!(
            early.secrets_in.get(&Slot::Password),
            Some(&SecretStoreKind::Keychain)
        );
        let text = serde_json::to_string(&early).unwrap();
        assert!(!text.contains("secretIn\""), "{text}");
        let now = instance(r#""secretsIn":{"refreshToken":"session"}"#);
        assert_eq!(
            now.secrets_in,
            BTreeMap::from([(Slot::RefreshToken, SecretStoreKind::Session)])
        );
    }
}
