//! What a sandbox says once it listens.

use serde::{Deserialize, Serialize};
use waybill_model::Generation;

use crate::swift::ObjectStore;

/// An instance that can be called now.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ReadyInstance {
    /// The name it was given.
    pub name: String,
    /// Its generation.
    pub generation: Generation,
    /// Scheme, host and port of the design API.
    pub design_url: String,
    /// The instance's own host, which answers 307 (Oracle Integration 3 only).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub console_url: Option<String>,
    /// The value of the parameter `integrationInstance` (Oracle Integration 3 only).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub integration_instance: Option<String>,
    /// Where tokens are given.
    pub token_url: String,
    /// A client that may ask for them.
    pub client_id: String,
    /// Its secret; it protects nothing.
    pub client_secret: String,
    /// The scope to ask for.
    pub scope: String,
    /// Where people sign in.
    #[serde(default)]
    pub authorize_url: String,
    /// Where a sign-in with that client may end.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub redirect_uris: Vec<String>,
    /// A person who can sign in on the page, or by the grant `password`.
    #[serde(default)]
    pub person: String,
    /// That person's password; it protects nothing.
    #[serde(default)]
    pub person_password: String,
    /// A user who calls with name and password (Basic; before Oracle Integration 3 only).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub user: Option<String>,
    /// The user's password; it protects nothing.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub password: Option<String>,
    /// The files that were loaded into it, relative to the folder given.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub files: Vec<String>,
}

/// The object store that archives of instances are written to and read from.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ReadyStore {
    /// The address of a bucket, in Swift's form: what `storageUrl` takes.
    pub url: String,
    /// The same bucket by a pre-authenticated request, which needs neither name nor password.
    pub prepared_url: String,
    /// The user's name.
    pub user: String,
    /// The user's authentication token; it protects nothing.
    pub password: String,
}

impl ReadyStore {
    pub(crate) fn of(store: &ObjectStore) -> Self {
        Self {
            url: store.url(),
            prepared_url: store.prepared_url(),
            user: store.user.clone(),
            password: store.token.clone(),
        }
    }
}

/// A sandbox that listens; printed as one line of JSON by the program.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Ready {
    /// Always true.
    pub ready: bool,
    /// Where the sandbox itself is steered (`/__sandbox/…`).
    pub control_url: String,
    /// The certificate of the authority to trust, where the sandbox speaks TLS.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ca_file: Option<std::path::PathBuf>,
    /// Where archives of whole instances go.
    #[serde(default)]
    pub object_store: ReadyStore,
    /// The instances.
    pub instances: Vec<ReadyInstance>,
    /// Files that were not loaded, each with the reason.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub passed_over: Vec<String>,
}
