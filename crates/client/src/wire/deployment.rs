//! Deployments ("label" on the wire) of projects (recorded samples of OIC 3).

use serde::{Deserialize, Serialize};

use super::{IntegrationVersion, WireObject, lenient};

/// A deployment ("label" on the wire) of a project.
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub struct Deployment {
    /// Its identifier.
    #[serde(deserialize_with = "lenient::name")]
    pub code: String,
    /// What people call it.
    #[serde(deserialize_with = "lenient::name")]
    pub name: String,
    /// What it is for.
    #[serde(deserialize_with = "lenient::text")]
    pub description: Option<String>,
    /// When it was last changed.
    #[serde(deserialize_with = "lenient::text")]
    pub last_updated: Option<String>,
    /// The integrations chosen for it.
    #[serde(deserialize_with = "lenient::list")]
    pub integrations: Vec<DeployedIntegration>,
    /// The robots chosen for it (documented).
    #[serde(deserialize_with = "lenient::list")]
    pub robots: Vec<DeployedResource>,
    /// The decisions chosen for it (documented).
    #[serde(deserialize_with = "lenient::list")]
    pub decisions: Vec<DeployedResource>,
    /// The B2B trading partners chosen for it (documented).
    #[serde(rename = "b2btradingpartners", deserialize_with = "lenient::list")]
    pub trading_partners: Vec<DeployedResource>,
}

/// An integration in a deployment.
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub struct DeployedIntegration {
    /// Its identifier.
    #[serde(deserialize_with = "lenient::name")]
    pub code: String,
    /// Its version.
    #[serde(deserialize_with = "lenient::name")]
    pub version: String,
    /// What people call it.
    #[serde(deserialize_with = "lenient::text")]
    pub name: Option<String>,
    /// Its state.
    #[serde(deserialize_with = "lenient::text")]
    pub status: Option<String>,
}

/// Something else than an integration in a deployment.
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub struct DeployedResource {
    /// Its identifier, for robots and decisions.
    #[serde(deserialize_with = "lenient::text")]
    pub identifier: Option<String>,
    /// Its identifier, for trading partners.
    #[serde(deserialize_with = "lenient::text")]
    pub code: Option<String>,
    /// Its version.
    #[serde(deserialize_with = "lenient::text")]
    pub version: Option<String>,
}

impl WireObject for Deployment {
    fn settle(&mut self) {
        if self.name.is_empty() {
            self.name.clone_from(&self.code);
        }
    }

    fn identity(&self) -> &str {
        &self.code
    }
}

/// A deployment to be made, or what it is to hold from now on (documented; recorded).
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct DeploymentRequest {
    /// Its identifier.
    pub code: String,
    /// What people call it.
    pub name: String,
    /// What it is for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    /// The integrations in it; `None` leaves them as they are, or makes an empty deployment.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub integrations: Option<Vec<IntegrationVersion>>,
    /// The robots in it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub robots: Option<Vec<ResourceVersion>>,
    /// The decisions in it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub decisions: Option<Vec<ResourceVersion>>,
    /// The B2B trading partners in it.
    #[serde(rename = "b2btradingpartners", skip_serializing_if = "Option::is_none")]
    pub trading_partners: Option<Vec<IntegrationVersion>>,
}

impl DeploymentRequest {
    /// A deployment of which only identifier and name are said.
    #[must_use]
    pub fn new(code: impl Into<String>, name: impl Into<String>) -> Self {
        Self {
            code: code.into(),
            name: name.into(),
            description: None,
            integrations: None,
            robots: None,
            decisions: None,
            trading_partners: None,
        }
    }
}

/// A robot or a decision, named in a request.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct ResourceVersion {
    /// Its identifier.
    pub identifier: String,
    /// Its version.
    pub version: String,
}
