//! What is sent with the file of a certificate (documented for OIC 3).

use secrecy::SecretString;
use serde::Serialize;

/// A certificate or key to add.
#[derive(Clone, Debug, Default)]
pub struct CertificateDefinition {
    /// Its alias.
    pub name: String,
    /// `X509`, `SAML`, `PGP`, `SIGNKEY` or `DIGITALSIGNATURE`.
    pub certificate_type: String,
    /// `TRUST` or `IDENTITY` for X.509, `OWSM` for SAML, `PRIVATE` or `PUBLIC` for PGP and signing
    /// keys.
    pub category: String,
    /// `USER` for one that somebody added.
    pub installed_type: Option<String>,
    /// Whether it is written in letters; for public PGP keys.
    pub ascii: Option<bool>,
    /// The cipher; for public PGP keys.
    pub cipher: Option<String>,
    /// The passwords of the keys; for X.509 identities.
    pub key_passwords: Option<SecretString>,
    /// The password of the keystore; for X.509 identities.
    pub keystore_password: Option<SecretString>,
    /// The password of the private key; for private PGP and signing keys.
    pub pass_phrase: Option<SecretString>,
}

impl CertificateDefinition {
    /// `installedType|type|category|name`, the id it gets (documented).
    #[must_use]
    pub fn id(&self) -> String {
        let installed = self.installed_type.as_deref().unwrap_or("USER");
        format!(
            "{installed}|{}|{}|{}",
            self.certificate_type, self.category, self.name
        )
    }
}

/// What goes with the file that replaces a certificate: the documented `certificate.json`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct CertificateReplacement {
    /// `installedType|type|category|name`.
    pub id: String,
    /// Its alias.
    pub name: String,
    /// The keystore it is in (`PUBLIC` in the documented example: the category).
    pub keystore: String,
    /// `X509`, `PGP`, …
    #[serde(rename = "type")]
    pub certificate_type: String,
    /// Whether it is written in letters; for public PGP keys.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ascii_armored: Option<bool>,
    /// The cipher; for public PGP keys.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cipher_algorithm: Option<String>,
}
