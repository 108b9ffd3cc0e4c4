//! Who may ask for tokens: the confidential and public applications, and the people.

use axum::http::{HeaderMap, header};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use x509_parser::pem::Pem;
use x509_parser::prelude::FromDer;
use x509_parser::x509::SubjectPublicKeyInfo;

use crate::role::Role;

/// An application that is known to the identity domain.
#[derive(Clone, Debug)]
pub(crate) struct Caller {
    pub id: String,
    /// Without one the application is public.
    pub secret: Option<String>,
    pub roles: Vec<Role>,
    /// The instances (by name) it is known in; empty for all.
    pub instances: Vec<String>,
    /// The addresses that a sign-in may end at, compared letter by letter.
    pub redirects: Vec<String>,
    /// The grants it may use; `None` for all.
    pub grants: Option<Vec<String>>,
    /// What its assertions may be signed with.
    pub certificates: Vec<Certificate>,
}

impl Caller {
    pub fn new(id: &str, secret: Option<&str>, roles: Vec<Role>, instances: Vec<String>) -> Self {
        Self {
            id: id.to_owned(),
            secret: secret.map(str::to_owned),
            roles,
            instances,
            redirects: Vec::new(),
            grants: None,
            certificates: Vec::new(),
        }
    }

    pub fn knows(&self, instance: &str) -> bool {
        self.instances.is_empty() || self.instances.iter().any(|one| one == instance)
    }

    /// Whether the application may use a grant. Public ones have nothing to prove themselves with.
    pub fn may(&self, grant: &str) -> bool {
        if self.secret.is_none() && grant == "client_credentials" {
            return false;
        }
        self.grants
            .as_ref()
            .is_none_or(|grants| grants.iter().any(|one| one == grant))
    }
}

/// A person who can sign in.
#[derive(Clone, Debug)]
pub(crate) struct Person {
    /// The e-mail, which is the user name.
    pub name: String,
    pub password: String,
    pub roles: Vec<Role>,
    /// The instances (by name) the person has access to; empty for all.
    pub instances: Vec<String>,
    /// Needs a second factor: a password alone is refused, wherever it is sent.
    pub second_factor: bool,
}

impl Person {
    pub fn knows(&self, instance: &str) -> bool {
        self.instances.is_empty() || self.instances.iter().any(|one| one == instance)
    }
}

/// A certificate or public key of an application.
#[derive(Clone, Debug)]
pub(crate) struct Certificate {
    /// Its alias in the identity domain: what `kid` names.
    pub alias: Option<String>,
    /// The whole certificate; absent where a bare key was registered.
    pub der: Option<Vec<u8>>,
    /// The RSA public key (PKCS #1).
    pub key: Vec<u8>,
}

impl Certificate {
    /// Reads a PEM file with a certificate or a public key.
    pub fn read(pem: &str, alias: Option<String>) -> Result<Self, String> {
        let block = Pem::iter_from_buffer(pem.as_bytes())
            .next()
            .ok_or("there is no PEM block")?
            .map_err(|error| error.to_string())?;
        let wrong = |error: &dyn std::fmt::Display| error.to_string();
        match block.label.as_str() {
            "CERTIFICATE" => {
                let certificate = block.parse_x509().map_err(|error| wrong(&error))?;
                let key = certificate.public_key().subject_public_key.data.to_vec();
                Ok(Self {
                    alias,
                    key,
                    der: Some(block.contents),
                })
            }
            "PUBLIC KEY" => {
                let (_, info) = SubjectPublicKeyInfo::from_der(&block.contents)
                    .map_err(|error| wrong(&error))?;
                Ok(Self {
                    alias,
                    der: None,
                    key: info.subject_public_key.data.to_vec(),
                })
            }
            other => Err(format!(
                "a PEM block `{other}` is no certificate and no public key"
            )),
        }
    }
}

/// The two parts of `Authorization: Basic …`.
pub(crate) fn basic(headers: &HeaderMap) -> Option<(String, String)> {
    let text = headers.get(header::AUTHORIZATION)?.to_str().ok()?;
    let (scheme, encoded) = text.split_once(' ')?;
    if !scheme.eq_ignore_ascii_case("basic") {
        return None;
    }
    let decoded = String::from_utf8(STANDARD.decode(encoded.trim()).ok()?).ok()?;
    let (name, secret) = decoded.split_once(':')?;
    Some((name.to_owned(), secret.to_owned()))
}
