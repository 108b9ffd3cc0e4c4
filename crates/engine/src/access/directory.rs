//! What is known of the users and groups of one identity domain.

use std::collections::{BTreeMap, HashMap};

use serde::{Deserialize, Serialize};
use waybill_client::wire::{DomainGroup, DomainUser};

use crate::waybill::{Candidate, IdentityKind};

/// A user or a group.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Identity {
    /// User or group.
    pub kind: IdentityKind,
    /// The id, of this domain alone.
    pub id: String,
    /// The user name, or the name of the group.
    pub name: String,
    /// What people call a user.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub display: Option<String>,
    /// The primary e-mail address of a user.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub email: Option<String>,
    /// A user who may sign in; groups always.
    pub active: bool,
}

impl Identity {
    /// As one who may be meant.
    #[must_use]
    pub fn candidate(&self) -> Candidate {
        Candidate {
            id: self.id.clone(),
            name: self.name.clone(),
            email: self.email.clone(),
        }
    }
}

impl From<&DomainUser> for Identity {
    fn from(user: &DomainUser) -> Self {
        let primary = user.emails.iter().find(|own| own.primary);
        let email = primary.or_else(|| user.emails.first());
        Self {
            kind: IdentityKind::User,
            id: user.id.clone(),
            name: user.user_name.clone(),
            display: user.display_name.clone(),
            email: email
                .map(|own| own.value.clone())
                .filter(|value| !value.is_empty()),
            active: user.active,
        }
    }
}

impl From<&DomainGroup> for Identity {
    fn from(group: &DomainGroup) -> Self {
        Self {
            kind: IdentityKind::Group,
            id: group.id.clone(),
            name: group.display_name.clone(),
            display: None,
            email: None,
            active: true,
        }
    }
}

/// The users and groups of a domain, found by id, name and e-mail address. Names and addresses are
/// compared without regard to capital letters, as identity domains do (RFC 7643 §4.1.1).
#[derive(Clone, Debug, Default)]
pub struct Directory {
    all: Vec<Identity>,
    by_id: HashMap<(IdentityKind, String), usize>,
    by_name: BTreeMap<(IdentityKind, String), Vec<usize>>,
    by_email: BTreeMap<String, Vec<usize>>,
    by_display: BTreeMap<String, Vec<usize>>,
}

impl Directory {
    /// A directory of these.
    #[must_use]
    pub fn of(all: Vec<Identity>) -> Self {
        let mut own = Self::default();
        for (index, one) in all.iter().enumerate() {
            own.by_id.insert((one.kind, one.id.clone()), index);
            let name = (one.kind, folded(&one.name));
            own.by_name.entry(name).or_default().push(index);
            if let Some(email) = &one.email {
                own.by_email.entry(folded(email)).or_default().push(index);
            }
            if let Some(display) = &one.display {
                let display = folded(display);
                own.by_display.entry(display).or_default().push(index);
            }
        }
        own.all = all;
        own
    }

    /// All of them, as they were given.
    #[must_use]
    pub fn all(&self) -> &[Identity] {
        &self.all
    }

    /// Whether nothing is known of the domain.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.all.is_empty()
    }

    /// Who has the id.
    #[must_use]
    pub fn get(&self, kind: IdentityKind, id: &str) -> Option<&Identity> {
        let index = self.by_id.get(&(kind, id.to_owned()))?;
        self.all.get(*index)
    }

    /// All that have the name.
    #[must_use]
    pub fn named(&self, kind: IdentityKind, name: &str) -> Vec<&Identity> {
        let key = (kind, folded(name));
        self.found(self.by_name.get(&key))
    }

    /// All users that have the e-mail address.
    #[must_use]
    pub fn with_email(&self, email: &str) -> Vec<&Identity> {
        self.found(self.by_email.get(&folded(email)))
    }

    /// All users that people call so.
    #[must_use]
    pub fn called(&self, display: &str) -> Vec<&Identity> {
        self.found(self.by_display.get(&folded(display)))
    }

    fn found(&self, indices: Option<&Vec<usize>>) -> Vec<&Identity> {
        let indices = indices.into_iter().flatten();
        indices.filter_map(|index| self.all.get(*index)).collect()
    }
}

/// A name as it is compared.
pub(super) fn folded(text: &str) -> String {
    text.trim().to_lowercase()
}
