//! Who has which service role of an instance, compared and copied (`oic/api-projects-monitoring-auth.md`
//! §5). A role is known by its name, its holder by kind and name: ids are another domain's.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use super::bind::{Named, Table, bind};
use super::directory::{Directory, folded};
use crate::waybill::{AccessBinding, Fate, IdentityKind};

/// What can have a role.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Grantee {
    /// A user.
    User,
    /// A group.
    Group,
    /// An application, such as the one that Waybill signs in as.
    App,
}

impl Grantee {
    /// The kind by the word of the identity domain (`User`, `Group`, `App`); none for another word.
    #[must_use]
    pub fn from_wire(word: Option<&str>) -> Option<Self> {
        Some(match word?.to_ascii_lowercase().as_str() {
            "user" => Self::User,
            "group" => Self::Group,
            "app" => Self::App,
            _ => return None,
        })
    }

    /// The word in sentences and names.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::User => "user",
            Self::Group => "group",
            Self::App => "application",
        }
    }

    const fn identity(self) -> Option<IdentityKind> {
        match self {
            Self::User => Some(IdentityKind::User),
            Self::Group => Some(IdentityKind::Group),
            Self::App => None,
        }
    }
}

/// Somebody has a role.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct RoleGrant {
    /// The role: `ServiceDeveloper`.
    pub role: String,
    /// What has it.
    pub kind: Grantee,
    /// Its user name, group name, or client id.
    pub name: String,
    /// Its id in the identity domain.
    pub id: String,
    /// The id of the grant.
    pub grant: String,
}

impl RoleGrant {
    fn key(&self) -> (String, Grantee, String) {
        (self.role.clone(), self.kind, folded(&self.name))
    }
}

/// How the roles of two instances differ. An application has another client id in each, so those are
/// compared like the rest and mostly differ.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct RoleDifference {
    /// In the first alone.
    pub only_first: Vec<RoleGrant>,
    /// In the second alone.
    pub only_second: Vec<RoleGrant>,
    /// In both, as the second has it.
    pub same: Vec<RoleGrant>,
}

/// Lays the roles of two instances side by side.
#[must_use]
pub fn compare_roles(first: &[RoleGrant], second: &[RoleGrant]) -> RoleDifference {
    let own: BTreeSet<_> = first.iter().map(RoleGrant::key).collect();
    let theirs: BTreeSet<_> = second.iter().map(RoleGrant::key).collect();
    let sorted = |grants: Vec<&RoleGrant>| {
        let mut grants: Vec<RoleGrant> = grants.into_iter().cloned().collect();
        grants.sort();
        grants
    };
    RoleDifference {
        only_first: sorted(
            first
                .iter()
                .filter(|one| !theirs.contains(&one.key()))
                .collect(),
        ),
        only_second: sorted(
            second
                .iter()
                .filter(|one| !own.contains(&one.key()))
                .collect(),
        ),
        same: sorted(
            second
                .iter()
                .filter(|one| own.contains(&one.key()))
                .collect(),
        ),
    }
}

/// One change of who has a role.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "camelCase")]
pub enum RoleChange {
    /// Somebody gets a role.
    Grant(RoleGrant),
    /// Somebody loses a role.
    Revoke(RoleGrant),
}

/// What makes the second instance have the roles of the first: what is to be granted, as whom, and, with
/// `take_away`, what is to be revoked; and who of the first is not found again in the second. Applications
/// are left as they are on both sides: another instance has others.
#[must_use]
pub fn copy_roles(
    first: &[RoleGrant],
    second: &[RoleGrant],
    source: &Directory,
    destination: &Directory,
    table: &Table,
    take_away: bool,
) -> (Vec<RoleChange>, AccessBinding) {
    let people = first.iter().filter_map(|one| {
        Some(Named {
            kind: one.kind.identity()?,
            name: one.name.clone(),
            id: one.id.clone(),
            dangling: false,
        })
    });
    let people: BTreeSet<Named> = people.collect();
    let people: Vec<Named> = people.into_iter().collect();
    let bound = bind(&people, source, destination, table, false);
    let has: BTreeMap<(&str, Grantee, &str), &RoleGrant> = second
        .iter()
        .map(|one| ((one.role.as_str(), one.kind, one.id.as_str()), one))
        .collect();
    let mut kept = BTreeSet::new();
    let mut changes = BTreeSet::new();
    for one in first {
        let Some(kind) = one.kind.identity() else {
            continue;
        };
        let Some(to) = bound.goes(kind, &one.id) else {
            continue;
        };
        let key = (one.role.as_str(), one.kind, to.id.as_str());
        kept.insert((one.role.clone(), one.kind, to.id.clone()));
        if !has.contains_key(&key) {
            changes.insert(RoleChange::Grant(RoleGrant {
                role: one.role.clone(),
                kind: one.kind,
                name: to.name.clone(),
                id: to.id.clone(),
                grant: String::new(),
            }));
        }
    }
    // Whoever may be meant by somebody who was not found again keeps what they have.
    let in_doubt: BTreeSet<&str> = bound
        .members
        .iter()
        .filter_map(|own| match &own.fate {
            Fate::Left { maybe, .. } => Some(maybe),
            Fate::Goes { .. } => None,
        })
        .flatten()
        .map(|one| one.id.as_str())
        .collect();
    if take_away {
        for one in second {
            let key = (one.role.clone(), one.kind, one.id.clone());
            let stays = one.kind == Grantee::App
                || kept.contains(&key)
                || in_doubt.contains(one.id.as_str());
            if !stays {
                changes.insert(RoleChange::Revoke(one.clone()));
            }
        }
    }
    (changes.into_iter().collect(), bound)
}
