//! What a sandbox is made of, as its user says it: instances, applications, people.

use std::fmt::Write;

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use waybill_model::Generation;

use crate::role::Role;
use crate::sign_in::{Caller, Certificate, Person};

/// An instance to play.
#[derive(Clone, Debug)]
pub struct InstanceSpec {
    /// The name people give it.
    pub name: String,
    /// Its generation.
    pub generation: Generation,
    /// The value of `integrationInstance`; made from the name where none is given.
    pub integration_instance: Option<String>,
    /// The id of a client with all rights in it.
    pub client_id: String,
    /// The secret of that client.
    pub client_secret: String,
    /// A user with all rights in it.
    pub user: String,
    /// The password of that user.
    pub password: String,
    /// The roles of client and user.
    pub roles: Vec<Role>,
    /// It holds nothing at the start, whatever the others are filled with.
    pub empty: bool,
}

impl InstanceSpec {
    /// An instance with credentials of its own.
    #[must_use]
    pub fn new(name: impl Into<String>, generation: Generation) -> Self {
        let name = name.into();
        Self {
            generation,
            integration_instance: None,
            client_id: hex(&["client", &name], 16),
            client_secret: format!("sandbox-{}", hex(&["secret", &name], 8)),
            user: "integration.admin@example.com".to_owned(),
            password: format!("Sandbox-{}", hex(&["password", &name], 6)),
            roles: vec![Role::Administrator],
            empty: false,
            name,
        }
    }

    /// An instance of Oracle Integration 3.
    #[must_use]
    pub fn oic3(name: impl Into<String>) -> Self {
        Self::new(name, Generation::Oic3)
    }

    /// An instance of Gen 2.
    #[must_use]
    pub fn gen2(name: impl Into<String>) -> Self {
        Self::new(name, Generation::Gen2)
    }

    /// An instance of before Gen 2, with the names of its own (`/icsapis`).
    #[must_use]
    pub fn ics(name: impl Into<String>) -> Self {
        Self::new(name, Generation::Ics)
    }

    /// The same, holding nothing at the start.
    #[must_use]
    pub fn empty(mut self) -> Self {
        self.empty = true;
        self
    }

    pub(crate) fn wire_name(&self) -> String {
        self.integration_instance
            .clone()
            .unwrap_or_else(|| format!("{}-sandboxtenant-ia", self.name))
    }
}

/// A client beside those of the instances.
#[derive(Clone, Debug)]
pub struct ClientSpec {
    /// Its id.
    pub id: String,
    /// Its secret.
    pub secret: String,
    /// What it may do; without a role, nothing.
    pub roles: Vec<Role>,
    /// The names of the instances it is known in; empty for all.
    pub instances: Vec<String>,
}

pub(crate) fn hex(parts: &[&str], bytes: usize) -> String {
    let mut hash = Sha256::new();
    for part in parts {
        hash.update(part);
        hash.update([0]);
    }
    let mut text = String::new();
    for byte in hash.finalize().iter().take(bytes) {
        // Writing to a string does not fail.
        let _ = write!(text, "{byte:02x}");
    }
    text
}

/// A person who can sign in, beside the users of the instances.
#[derive(Clone, Debug)]
pub struct UserSpec {
    /// The e-mail, which is the user name.
    pub name: String,
    /// The password; it protects nothing.
    pub password: String,
    /// What the person may do; without a role, nothing.
    pub roles: Vec<Role>,
    /// The names of the instances the person has access to; empty for all.
    pub instances: Vec<String>,
    /// Needs a second factor: a password sent by a program is refused, the sign-in page works.
    pub second_factor: bool,
}

/// A user or group of the identity domain, beside those that are there from the start; one of the same
/// name takes the place of what is there. It cannot sign in: [`UserSpec`] can.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum IdentitySpec {
    /// A user.
    User {
        /// The name to sign in with.
        name: String,
        /// What people call them.
        display: String,
        /// The e-mail address, which need not be the name.
        email: String,
        /// May sign in.
        active: bool,
    },
    /// A group.
    Group {
        /// Its name.
        name: String,
        /// The names of its users.
        members: Vec<String>,
    },
}

impl UserSpec {
    pub(crate) fn person(&self) -> Person {
        Person {
            name: self.name.clone(),
            password: self.password.clone(),
            roles: self.roles.clone(),
            instances: self.instances.clone(),
            second_factor: self.second_factor,
        }
    }
}

/// What is to be registered for an application: one that is known gets what is named here, one
/// that is not is made.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub struct Application {
    /// Its id.
    pub id: String,
    /// Its secret; a new application without one is public.
    pub secret: Option<String>,
    /// Names of its service roles (`ServiceViewer`).
    pub roles: Vec<String>,
    /// The names of the instances it is known in; empty for all.
    pub instances: Vec<String>,
    /// Addresses that a sign-in may end at, compared letter by letter.
    pub redirect_uris: Vec<String>,
    /// The grants it may use; all where nothing is said.
    pub grants: Option<Vec<String>>,
    /// A certificate or public key (PEM) for its assertions.
    pub certificate: Option<String>,
    /// The alias of that certificate.
    pub certificate_alias: Option<String>,
}

impl Application {
    /// Registers it among those that are known.
    pub(crate) fn register(&self, callers: &mut Vec<Caller>) -> Result<(), String> {
        let certificate = match &self.certificate {
            Some(pem) => Some(Certificate::read(pem, self.certificate_alias.clone())?),
            None => None,
        };
        let mut roles = Vec::new();
        for name in &self.roles {
            roles.push(Role::parse(name).ok_or_else(|| format!("there is no role {name}"))?);
        }
        if !callers.iter().any(|caller| caller.id == self.id) {
            let instances = self.instances.clone();
            callers.push(Caller::new(
                &self.id,
                self.secret.as_deref(),
                Vec::new(),
                instances,
            ));
        }
        // An id may be known with more than one secret.
        for caller in callers.iter_mut().filter(|caller| caller.id == self.id) {
            if self.secret.is_some() {
                caller.secret.clone_from(&self.secret);
            }
            if !roles.is_empty() {
                caller.roles.clone_from(&roles);
            }
            caller.redirects.extend(self.redirect_uris.iter().cloned());
            if self.grants.is_some() {
                caller.grants.clone_from(&self.grants);
            }
            caller.certificates.extend(certificate.clone());
        }
        Ok(())
    }
}
