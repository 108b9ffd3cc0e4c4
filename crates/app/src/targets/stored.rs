//! A target as `settings.json` has it. No secret is in it.

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::TargetSlot;
use crate::view::{EncryptionWay, SecretStoreKind, TargetForm, TargetPlace};

/// A saved target.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct StoredTarget {
    /// Never changes.
    pub(crate) id: String,
    /// Unique; capital letters do not count.
    pub(crate) name: String,
    pub(crate) on: bool,
    /// The instances by their ids; all where nothing is said.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) instances: Option<Vec<String>>,
    pub(crate) place: TargetPlace,
    /// It holds a vault instead of files.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub(crate) vault: bool,
    pub(crate) pattern: String,
    #[serde(default)]
    pub(crate) encryption: EncryptionWay,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) host_key: Option<String>,
    /// Snapshots before this time are not due by themselves, but for the newest of each instance.
    pub(crate) since: Timestamp,
    /// It was reached once, and carries what shows that it is the one that was meant.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub(crate) known: bool,
    /// Where its secrets were put.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub(crate) secrets_in: BTreeMap<TargetSlot, SecretStoreKind>,
    /// What a later version added.
    #[serde(flatten)]
    pub(crate) other: Map<String, Value>,
}

impl StoredTarget {
    /// Whether snapshots of an instance go there.
    pub(crate) fn takes(&self, instance: &str) -> bool {
        self.instances
            .as_ref()
            .is_none_or(|instances| instances.iter().any(|id| id == instance))
    }

    /// What was set.
    pub(super) fn form(&self) -> TargetForm {
        TargetForm {
            id: Some(self.id.clone()),
            name: self.name.clone(),
            on: self.on,
            instances: self.instances.clone(),
            place: self.place.clone(),
            vault: self.vault,
            pattern: self.pattern.clone(),
            encryption: self.encryption.clone(),
            host_key: self.host_key.clone(),
        }
    }

    /// The file of certificates that it trusts beside those of the system.
    pub(super) fn ca_file(&self) -> Option<&str> {
        match &self.place {
            TargetPlace::Git { ca_file, .. }
            | TargetPlace::S3 { ca_file, .. }
            | TargetPlace::Swift { ca_file, .. }
            | TargetPlace::Upload { ca_file, .. } => ca_file.as_deref(),
            TargetPlace::Folder { .. } | TargetPlace::Sftp { .. } => None,
        }
    }

    /// Whether the secrets of `before` would go to somebody else, or in another name, with this.
    pub(super) fn asks_elsewhere(&self, before: &Self) -> bool {
        fn asked(place: &TargetPlace) -> [&str; 4] {
            match place {
                TargetPlace::Folder { .. } => ["folder", "", "", ""],
                TargetPlace::Sftp { host, user, .. } => ["sftp", host, user, ""],
                TargetPlace::Git { address, .. } => ["git", address, "", ""],
                TargetPlace::S3 {
                    endpoint,
                    access_key,
                    ..
                } => ["s3", endpoint, access_key, ""],
                TargetPlace::Swift { address, user, .. } => ["swift", address, user, ""],
                TargetPlace::Upload { .. } => ["upload", "", "", ""],
            }
        }
        asked(&self.place) != asked(&before.place)
    }

    /// Whether an SSH host key has to be confirmed before anything goes there.
    pub(super) fn has_host_key(&self) -> bool {
        match &self.place {
            TargetPlace::Sftp { .. } => true,
            TargetPlace::Git { sign_in, .. } => {
                matches!(sign_in, crate::view::GitWay::Ssh { .. })
            }
            _ => false,
        }
    }
}
