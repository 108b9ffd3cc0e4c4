//! Connections and their properties (recorded samples of OIC 3, Gen 2 and ICS).

use serde::Deserialize;

use super::{WireObject, lenient};

/// A connection with its values; the service never gives back secrets.
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub struct Connection {
    /// Its identifier.
    #[serde(deserialize_with = "lenient::name")]
    pub id: String,
    /// What people call it.
    #[serde(deserialize_with = "lenient::name")]
    pub name: String,
    /// What it is for.
    #[serde(deserialize_with = "lenient::text")]
    pub description: Option<String>,
    /// `CONFIGURED` or `INPROGRESS` (draft).
    #[serde(deserialize_with = "lenient::text")]
    pub status: Option<String>,
    /// `SOURCE`, `TARGET` or `SOURCE_AND_TARGET`.
    #[serde(deserialize_with = "lenient::text")]
    pub role: Option<String>,
    /// Its adapter.
    #[serde(deserialize_with = "lenient::object")]
    pub adapter_type: AdapterType,
    /// The agent group it goes through.
    #[serde(deserialize_with = "lenient::text")]
    pub agent_group_id: Option<String>,
    /// It needs a connectivity agent.
    #[serde(deserialize_with = "lenient::flag")]
    pub agent_required: bool,
    /// It can go through a connectivity agent.
    #[serde(deserialize_with = "lenient::flag")]
    pub agent_supported: bool,
    /// It goes through the private endpoint.
    #[serde(deserialize_with = "lenient::flag")]
    pub private_endpoint: bool,
    /// Where and how it connects.
    #[serde(deserialize_with = "lenient::list")]
    pub connection_properties: Vec<ConnectionProperty>,
    /// How it signs in (`BASIC_AUTH`, `OAUTH_CLIENT_CREDENTIALS`, …; open-ended).
    #[serde(deserialize_with = "lenient::text")]
    pub security_policy: Option<String>,
    /// With what it signs in, without secrets.
    #[serde(deserialize_with = "lenient::list")]
    pub security_properties: Vec<ConnectionProperty>,
    /// How its last test ended.
    #[serde(deserialize_with = "lenient::text")]
    pub test_status: Option<String>,
    /// How far it is filled in, in per cent.
    #[serde(deserialize_with = "lenient::count")]
    pub percentage_complete: Option<u64>,
    /// Search words.
    #[serde(deserialize_with = "lenient::text")]
    pub keywords: Option<String>,
    /// How many integrations use it.
    #[serde(deserialize_with = "lenient::count")]
    pub usage: Option<u64>,
    /// The project it is in.
    #[serde(deserialize_with = "lenient::text")]
    pub project_id: Option<String>,
    /// `PRIVATE` or shared, within projects.
    #[serde(deserialize_with = "lenient::text")]
    pub scope: Option<String>,
    /// When it was created, as the service writes it (`2025-08-19T13:41:38.413+0000`).
    #[serde(deserialize_with = "lenient::text")]
    pub created: Option<String>,
    /// Who created it.
    #[serde(deserialize_with = "lenient::text")]
    pub created_by: Option<String>,
    /// When it was last changed.
    #[serde(deserialize_with = "lenient::text")]
    pub last_updated: Option<String>,
    /// Who changed it last.
    #[serde(deserialize_with = "lenient::text")]
    pub last_updated_by: Option<String>,
    /// Somebody has it open in the console.
    #[serde(deserialize_with = "lenient::flag")]
    pub locked_flag: bool,
    /// Who.
    #[serde(deserialize_with = "lenient::text")]
    pub locked_by: Option<String>,
    /// Since when.
    #[serde(deserialize_with = "lenient::text")]
    pub locked_date: Option<String>,
}

/// The adapter of a connection.
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub struct AdapterType {
    /// As the console names it.
    #[serde(deserialize_with = "lenient::text")]
    pub display_name: Option<String>,
    /// Its id (`rest`, `ftp`, `erp`, …).
    #[serde(deserialize_with = "lenient::text")]
    pub name: Option<String>,
    /// `PREINSTALLED`, …
    #[serde(rename = "type", deserialize_with = "lenient::text")]
    pub adapter_kind: Option<String>,
}

/// One value of a connection.
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub struct ConnectionProperty {
    /// Its name.
    #[serde(deserialize_with = "lenient::name")]
    pub property_name: String,
    /// Its value; absent for secrets, or `*****`.
    #[serde(deserialize_with = "lenient::text")]
    pub property_value: Option<String>,
    /// `URL`, `STRING`, `CHOICE`, `PASSWORD`, …
    #[serde(deserialize_with = "lenient::text")]
    pub property_type: Option<String>,
    /// `CONNECTION_PROPS` or `CREDENTIALS`.
    #[serde(deserialize_with = "lenient::text")]
    pub property_group: Option<String>,
    /// As the console names it.
    #[serde(deserialize_with = "lenient::text")]
    pub display_name: Option<String>,
    /// It must be given.
    #[serde(deserialize_with = "lenient::flag")]
    pub required_flag: bool,
    /// The console hides it.
    #[serde(deserialize_with = "lenient::flag")]
    pub hidden_flag: bool,
    /// Its value is a file.
    #[serde(deserialize_with = "lenient::flag")]
    pub has_attachment: bool,
}

impl WireObject for Connection {
    fn settle(&mut self) {
        if self.name.is_empty() {
            self.name.clone_from(&self.id);
        }
    }

    fn identity(&self) -> &str {
        &self.id
    }
}
