//! Certificates of OIC 3 (documented; no recorded sample is public).

use serde::Deserialize;

use super::{WireObject, lenient};

/// A certificate or key in the instance's store, without key material.
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub struct Certificate {
    /// `installedType|type|category|name`.
    #[serde(deserialize_with = "lenient::name")]
    pub id: String,
    /// Its alias.
    #[serde(deserialize_with = "lenient::name")]
    pub name: String,
    /// `X509`, `SAML`, `PGP`, `SIGNKEY`, `DIGITALSIGNATURE`.
    #[serde(rename = "type", deserialize_with = "lenient::text")]
    pub certificate_type: Option<String>,
    /// `TRUST`, `IDENTITY`, `OWSM`, `PRIVATE`, `PUBLIC`.
    #[serde(deserialize_with = "lenient::text")]
    pub category: Option<String>,
    /// `USER`, or `SYSTEM` where Oracle put it (inferred).
    #[serde(deserialize_with = "lenient::text")]
    pub installed_type: Option<String>,
    /// Its state.
    #[serde(deserialize_with = "lenient::text")]
    pub status: Option<String>,
    /// When its time is over (member name inferred from the `orderBy` value).
    #[serde(deserialize_with = "lenient::text")]
    pub expiry: Option<String>,
    /// When its time is over (member name inferred).
    #[serde(deserialize_with = "lenient::text")]
    pub expiry_date: Option<String>,
}

impl WireObject for Certificate {
    fn settle(&mut self) {
        if self.name.is_empty() {
            self.name = self.id.rsplit('|').next().unwrap_or_default().to_owned();
        }
        if self.id.is_empty() {
            self.id = [&self.installed_type, &self.certificate_type, &self.category]
                .into_iter()
                .filter_map(Option::as_deref)
                .chain([self.name.as_str()])
                .collect::<Vec<_>>()
                .join("|");
        }
    }

    fn identity(&self) -> &str {
        &self.id
    }
}
