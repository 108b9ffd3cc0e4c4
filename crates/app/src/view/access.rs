//! Who may do what: access lists of projects, service roles of instances, and who is whom in another
//! identity domain.

use serde::{Deserialize, Serialize};
use ts_rs::TS;
use waybill_model::{ArtifactId, Environment};

use super::PlaceRef;

/// User, group or application.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub enum HolderKind {
    /// Somebody who signs in.
    User,
    /// A group of users.
    Group,
    /// An application; it has service roles and stands in no access list.
    App,
}

/// One of the four groups of an access list, by the names of the console.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub enum AccessRight {
    /// May do everything, also say who may do what.
    Owner,
    /// May change it.
    Editor,
    /// May look at it.
    Viewer,
    /// May watch it run.
    Monitor,
}

/// Somebody in an access list.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export, optional_fields)]
pub struct AccessMember {
    /// User or group.
    pub kind: HolderKind,
    /// The user name, the name of the group, or what the list calls it where no more is known.
    pub name: String,
    /// The e-mail address, where it is known.
    pub email: Option<String>,
    /// The identity domain does not know it any more.
    pub dangling: bool,
}

/// One right with who has it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub struct AccessGroupView {
    /// Which right.
    pub right: AccessRight,
    /// Everybody who may sign in has it.
    pub everyone: bool,
    /// Or these.
    pub members: Vec<AccessMember>,
}

/// The access list of a project.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export, optional_fields)]
pub struct AccessView {
    /// The list.
    pub id: ArtifactId,
    /// The project, as people call it.
    pub project: String,
    /// Where it was read.
    pub title: String,
    /// The environment of that instance.
    pub environment: Option<Environment>,
    /// The four rights.
    pub groups: Vec<AccessGroupView>,
    /// When it was last changed.
    pub updated: Option<String>,
    /// Who changed it last.
    pub updated_by: Option<String>,
    /// What could not be found out, in sentences.
    pub notes: Vec<String>,
}

/// Who has a right in one place and not in the other.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub struct AccessDifference {
    /// Which right.
    pub right: AccessRight,
    /// Everybody, in the first place.
    pub everyone_left: bool,
    /// Everybody, in the second place.
    pub everyone_right: bool,
    /// In the first place alone.
    pub only_left: Vec<AccessMember>,
    /// In the second place alone.
    pub only_right: Vec<AccessMember>,
    /// In both.
    pub same: u32,
}

/// Two access lists side by side. Members are compared by user name and e-mail address.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub struct AccessComparison {
    /// The first.
    pub left: AccessView,
    /// The second.
    pub right: AccessView,
    /// Right by right.
    pub rights: Vec<AccessDifference>,
    /// Both say the same.
    pub same: bool,
}

/// What is copied: access lists of projects that the destination has, or that a project brings.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub struct AccessCopy {
    /// From where.
    pub from: PlaceRef,
    /// To which instance, by its id.
    pub to: String,
    /// The codes of the projects; none: all that both have.
    pub projects: Vec<String>,
}

/// Who is whom, as a person said.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export, optional_fields)]
pub struct PeopleEntry {
    /// User or group.
    pub kind: HolderKind,
    /// The user name, e-mail address, or name of the group in the first identity domain.
    pub from: String,
    /// The user name or name of the group in the second; none: gets no access there.
    pub to: Option<String>,
}

/// The table for two identity domains.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub struct PeopleTable {
    /// The host of the first identity domain.
    pub from: String,
    /// The host of the second.
    pub to: String,
    /// Both instances belong to one: ids mean the same in both.
    pub same_domain: bool,
    /// What was said, by name.
    pub entries: Vec<PeopleEntry>,
}

/// Somebody has a service role.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub struct RoleHolder {
    /// The role: `ServiceDeveloper`.
    pub role: String,
    /// What has it.
    pub kind: HolderKind,
    /// The user name, the name of the group, or the client id.
    pub name: String,
}

/// The service roles of an instance.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub struct RolesView {
    /// The instance.
    pub instance: String,
    /// Its name.
    pub title: String,
    /// All roles that the instance has, those that nobody holds too.
    pub roles: Vec<String>,
    /// Who has which, by role.
    pub holders: Vec<RoleHolder>,
}

/// The service roles of two instances side by side.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub struct RolesComparison {
    /// The name of the first instance.
    pub left: String,
    /// The name of the second.
    pub right: String,
    /// In the first alone.
    pub only_left: Vec<RoleHolder>,
    /// In the second alone.
    pub only_right: Vec<RoleHolder>,
    /// In both.
    pub same: Vec<RoleHolder>,
}

/// Service roles to copy.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub struct RolesCopy {
    /// The instance that has them, by its id.
    pub from: String,
    /// The instance that gets them, by its id.
    pub to: String,
    /// Users and groups lose what they do not have in the first.
    pub take_away: bool,
}

/// Service roles to give and take.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase", default)]
#[ts(export)]
pub struct RolesEdit {
    /// The instance, by its id.
    pub instance: String,
    /// Who gets which role.
    pub give: Vec<RoleHolder>,
    /// Who loses which role.
    pub take: Vec<RoleHolder>,
}
