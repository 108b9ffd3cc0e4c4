//! What only the first generation says (ICS v1; documented and known from scripts, never recorded).

use serde::Deserialize;

use super::{WireObject, lenient, settle_versioned};

/// An integration as ICS v1 shows it.
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub struct IcsIntegration {
    /// `CODE|VERSION`; made of the two where the service leaves it out.
    #[serde(deserialize_with = "lenient::name")]
    pub id: String,
    /// Its identifier.
    #[serde(deserialize_with = "lenient::name")]
    pub code: String,
    /// Its version.
    #[serde(deserialize_with = "lenient::name")]
    pub version: String,
    /// What people call it.
    #[serde(deserialize_with = "lenient::name")]
    pub name: String,
    /// `ACTIVATED`, `CONFIGURED`, …
    #[serde(deserialize_with = "lenient::text")]
    pub status: Option<String>,
    /// When it was last changed.
    #[serde(deserialize_with = "lenient::text")]
    pub last_updated: Option<String>,
    /// The connections it calls over (`invokes.items`).
    #[serde(deserialize_with = "lenient::list")]
    pub invokes: Vec<IcsInvoke>,
}

/// A connection that an integration calls over.
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub struct IcsInvoke {
    /// Its identifier; pseudo connections such as `SCHEDULE` do not exist as connections.
    #[serde(deserialize_with = "lenient::name")]
    pub code: String,
    /// What people call it.
    #[serde(deserialize_with = "lenient::text")]
    pub name: Option<String>,
}

impl WireObject for IcsIntegration {
    fn settle(&mut self) {
        settle_versioned(&mut self.id, &mut self.code, &mut self.version);
        if self.name.is_empty() {
            self.name.clone_from(&self.code);
        }
    }

    fn identity(&self) -> &str {
        &self.id
    }
}
