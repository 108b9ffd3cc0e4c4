//! Who may do what in a project (documented).

use serde::{Deserialize, Serialize};

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

/// The access list that a project is to have. All four groups are sent (documented).
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct AccessListRequest {
    /// Owners.
    pub administrators: AccessGroupRequest,
    /// Who may change it.
    pub editors: AccessGroupRequest,
    /// Who may look at it.
    pub viewers: AccessGroupRequest,
    /// Who may watch it run.
    pub monitors: AccessGroupRequest,
}

/// One of the four groups, as it is sent.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct AccessGroupRequest {
    /// Everybody.
    pub allow_all: bool,
    /// Or these.
    pub allowed: Vec<MemberRequest>,
}

/// A user or group, as it is sent.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct MemberRequest {
    /// The id in the identity domain.
    pub id: String,
    /// The name.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub display_name: Option<String>,
    /// `user` or `group`.
    #[serde(rename = "type", skip_serializing_if = "Option::is_none")]
    pub member_kind: Option<String>,
}

impl From<&AccessList> for AccessListRequest {
    /// The same list, without what only the service says (stamps, `idNotFound`).
    fn from(list: &AccessList) -> Self {
        let group = |group: &AccessGroup| AccessGroupRequest {
            allow_all: group.allow_all,
            allowed: group
                .allowed
                .iter()
                .map(|member| MemberRequest {
                    id: member.id.clone(),
                    display_name: member.display_name.clone(),
                    member_kind: member.member_kind.clone(),
                })
                .collect(),
        };
        Self {
            administrators: group(&list.administrators),
            editors: group(&list.editors),
            viewers: group(&list.viewers),
            monitors: group(&list.monitors),
        }
    }
}

impl WireObject for AccessList {
    fn identity(&self) -> &'static str {
        "acl"
    }
}
