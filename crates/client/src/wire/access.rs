//! Who may do what in a project (documented).

use serde::Deserialize;

use super::{WireObject, lenient};

/// The access list of a project.
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub struct AccessList {
    /// Owners.
    #[serde(deserialize_with = "lenient::object")]
    pub administrators: AccessGroup,
    /// Who may change it.
    #[serde(deserialize_with = "lenient::object")]
    pub editors: AccessGroup,
    /// Who may look at it.
    #[serde(deserialize_with = "lenient::object")]
    pub viewers: AccessGroup,
    /// Who may watch it run.
    #[serde(deserialize_with = "lenient::object")]
    pub monitors: AccessGroup,
    /// Who created it.
    #[serde(deserialize_with = "lenient::text")]
    pub created_by: Option<String>,
    /// When it was created.
    #[serde(deserialize_with = "lenient::text")]
    pub created_date: Option<String>,
    /// Who changed it last.
    #[serde(deserialize_with = "lenient::text")]
    pub updated_by: Option<String>,
    /// When it was last changed.
    #[serde(deserialize_with = "lenient::text")]
    pub updated_date: Option<String>,
}

/// One of the four groups.
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub struct AccessGroup {
    /// Everybody.
    #[serde(deserialize_with = "lenient::flag")]
    pub allow_all: bool,
    /// Or these.
    #[serde(deserialize_with = "lenient::list")]
    pub allowed: Vec<Member>,
}

/// A user or group of the identity domain; the id is not the same in another domain.
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub struct Member {
    /// The id in the identity domain.
    #[serde(deserialize_with = "lenient::name")]
    pub id: String,
    /// The name.
    #[serde(deserialize_with = "lenient::text")]
    pub display_name: Option<String>,
    /// `user` or `group`.
    #[serde(rename = "type", deserialize_with = "lenient::text")]
    pub member_kind: Option<String>,
    /// The identity domain does not know the id any more.
    #[serde(deserialize_with = "lenient::flag")]
    pub id_not_found: bool,
}

impl WireObject for AccessList {
    fn identity(&self) -> &'static str {
        "acl"
    }
}
