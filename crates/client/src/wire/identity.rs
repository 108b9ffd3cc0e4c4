//! Users, groups, applications, application roles and grants of an identity domain (SCIM 2.0, RFC 7643,
//! with Oracle's additions; documented).

use serde::Deserialize;
use serde_json::{Value, json};

use super::{WireObject, lenient};

/// A user.
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub struct DomainUser {
    /// The id, of this domain alone.
    #[serde(deserialize_with = "lenient::name")]
    pub id: String,
    /// The name to sign in with.
    #[serde(deserialize_with = "lenient::name")]
    pub user_name: String,
    /// What people call them.
    #[serde(deserialize_with = "lenient::text")]
    pub display_name: Option<String>,
    /// Whether they may sign in.
    #[serde(deserialize_with = "lenient::flag")]
    pub active: bool,
    /// Their e-mail addresses.
    #[serde(deserialize_with = "lenient::list")]
    pub emails: Vec<UserEmail>,
}

/// An e-mail address of a user (RFC 7643 §4.1.2).
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub struct UserEmail {
    /// The address.
    #[serde(deserialize_with = "lenient::name")]
    pub value: String,
    /// The one that mail goes to.
    #[serde(deserialize_with = "lenient::flag")]
    pub primary: bool,
}

/// A group.
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub struct DomainGroup {
    /// The id, of this domain alone.
    #[serde(deserialize_with = "lenient::name")]
    pub id: String,
    /// Its name.
    #[serde(deserialize_with = "lenient::name")]
    pub display_name: String,
}

/// An application; an Oracle Integration instance has one.
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub struct DomainApp {
    /// The id.
    #[serde(deserialize_with = "lenient::name")]
    pub id: String,
    /// Its name.
    #[serde(deserialize_with = "lenient::name")]
    pub display_name: String,
    /// Whether it works.
    #[serde(deserialize_with = "lenient::flag")]
    pub active: bool,
}

/// A role of an application (`ServiceDeveloper`, …).
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub struct AppRole {
    /// The id.
    #[serde(deserialize_with = "lenient::name")]
    pub id: String,
    /// Its name.
    #[serde(deserialize_with = "lenient::name")]
    pub display_name: String,
    /// The application it is a role of.
    #[serde(deserialize_with = "lenient::object")]
    pub app: Reference,
}

/// Somebody or something named by its id.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub struct Reference {
    /// The id.
    #[serde(deserialize_with = "lenient::name")]
    pub value: String,
    /// `User`, `Group`, `App`, where it may be any of them.
    #[serde(rename = "type", deserialize_with = "lenient::text")]
    pub kind: Option<String>,
    /// Its name, where the service says it.
    #[serde(deserialize_with = "lenient::text")]
    pub display: Option<String>,
}

/// What a grant gives.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub struct Entitlement {
    /// `appRoles`.
    #[serde(deserialize_with = "lenient::text")]
    pub attribute_name: Option<String>,
    /// The id of the role.
    #[serde(deserialize_with = "lenient::text")]
    pub attribute_value: Option<String>,
}

/// That somebody has a role of an application.
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub struct RoleGrant {
    /// The id.
    #[serde(deserialize_with = "lenient::name")]
    pub id: String,
    /// Who has it.
    #[serde(deserialize_with = "lenient::object")]
    pub grantee: Reference,
    /// Of which application.
    #[serde(deserialize_with = "lenient::object")]
    pub app: Reference,
    /// Which role.
    #[serde(deserialize_with = "lenient::object")]
    pub entitlement: Entitlement,
    /// `ADMINISTRATOR_TO_USER`, `ADMINISTRATOR_TO_GROUP`, `ADMINISTRATOR_TO_APP`.
    #[serde(deserialize_with = "lenient::text")]
    pub grant_mechanism: Option<String>,
}

/// Who can have a role.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Grantee {
    /// A user.
    User,
    /// A group.
    Group,
    /// An application, such as the one that the program signs in as.
    App,
}

impl Grantee {
    const fn name(self) -> &'static str {
        match self {
            Self::User => "User",
            Self::Group => "Group",
            Self::App => "App",
        }
    }

    const fn mechanism(self) -> &'static str {
        match self {
            Self::User => "ADMINISTRATOR_TO_USER",
            Self::Group => "ADMINISTRATOR_TO_GROUP",
            Self::App => "ADMINISTRATOR_TO_APP",
        }
    }
}

/// A role to be given.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewRoleGrant {
    /// What kind of grantee.
    pub grantee_kind: Grantee,
    /// Its id.
    pub grantee: String,
    /// The id of the application.
    pub app: String,
    /// The id of the role.
    pub app_role: String,
}

impl NewRoleGrant {
    pub(crate) fn body(&self) -> Value {
        json!({
            "schemas": ["urn:ietf:params:scim:schemas:oracle:idcs:Grant"],
            "grantee": { "type": self.grantee_kind.name(), "value": self.grantee },
            "app": { "value": self.app },
            "entitlement": { "attributeName": "appRoles", "attributeValue": self.app_role },
            "grantMechanism": self.grantee_kind.mechanism(),
        })
    }

    /// Whether it is this that was given.
    pub(crate) fn is(&self, grant: &RoleGrant) -> bool {
        grant.grantee.value == self.grantee
            && grant.app.value == self.app
            && grant.entitlement.attribute_value.as_deref() == Some(self.app_role.as_str())
    }
}

macro_rules! known_by_id {
    ($($object:ty),+) => {$(
        impl WireObject for $object {
            fn identity(&self) -> &str {
                &self.id
            }
        }
    )+};
}

known_by_id!(DomainUser, DomainGroup, DomainApp, AppRole, RoleGrant);
