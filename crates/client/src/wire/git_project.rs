//! Projects in a Git repository (documented in September 2025; GitHub alone).

use secrecy::SecretString;
use serde::{Deserialize, Deserializer};

use super::{WireObject, lenient};

/// Which repository the instance uses. The key never comes back: it is masked.
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub struct GitSettings {
    /// `owner/repository`.
    #[serde(rename = "repoURL", deserialize_with = "lenient::text")]
    pub repository: Option<String>,
    /// The branch.
    #[serde(deserialize_with = "lenient::text")]
    pub branch_name: Option<String>,
}

/// A project archive in the repository.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub struct GitProject {
    /// The file name (`MY_PROJECT.car`).
    #[serde(deserialize_with = "lenient::name")]
    pub id: String,
    /// The path in the repository.
    #[serde(deserialize_with = "lenient::text")]
    pub path: Option<String>,
    /// Where it is fetched from (the one member in snake case); may carry a token of its own, so it is
    /// not for showing.
    #[serde(rename = "download_url", deserialize_with = "secret")]
    pub download_url: Option<SecretString>,
    /// The hash of the file in the repository.
    #[serde(deserialize_with = "lenient::text")]
    pub sha: Option<String>,
}

fn secret<'de, D: Deserializer<'de>>(from: D) -> Result<Option<SecretString>, D::Error> {
    Ok(lenient::text(from)?.map(SecretString::from))
}

impl WireObject for GitSettings {
    fn identity(&self) -> &str {
        self.repository.as_deref().unwrap_or_default()
    }
}

impl WireObject for GitProject {
    fn identity(&self) -> &str {
        &self.id
    }
}
