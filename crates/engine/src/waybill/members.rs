//! Who of an access list is meant in the destination. Ids of users and groups mean nothing in another
//! identity domain (`oic/api-projects-monitoring-auth.md` §4), so each member is named by what it is
//! there, or by why it does not go along. [`crate::access`] finds that out.

use serde::{Deserialize, Serialize};

/// A user, or a group of them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum IdentityKind {
    /// Somebody who signs in.
    User,
    /// A group of users.
    Group,
}

impl IdentityKind {
    /// The kind by its word on the wire (`user`, `group`, in any case of letters); none for another word.
    #[must_use]
    pub fn from_wire(word: Option<&str>) -> Option<Self> {
        let word = word?;
        if word.eq_ignore_ascii_case("user") {
            Some(Self::User)
        } else if word.eq_ignore_ascii_case("group") {
            Some(Self::Group)
        } else {
            None
        }
    }

    /// The word on the wire and in sentences.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::User => "user",
            Self::Group => "group",
        }
    }
}

/// By what somebody was found again.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum MatchedBy {
    /// Both instances belong to one identity domain, which knows the id.
    Id,
    /// The name to sign in with.
    UserName,
    /// The e-mail address.
    Email,
    /// The name of the group.
    GroupName,
    /// A person said so in the table.
    Table,
}

/// Why somebody does not go along.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum LeftWhy {
    /// The destination knows nobody of this name or e-mail address.
    Unknown,
    /// The source itself does not know the id any more.
    Dangling,
    /// The name is known there with another e-mail address.
    EmailDiffers,
    /// More than one is meant by it.
    Ambiguous,
    /// The user may not sign in there.
    Inactive,
    /// Nothing but what people call it is known of it, which several may share.
    NameAlone,
    /// The table names somebody whom the destination does not know.
    TableOutOfDate,
    /// A person said in the table that it does not go along.
    LeftOut,
}

/// Somebody in the destination.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Candidate {
    /// The id in the identity domain of the destination.
    pub id: String,
    /// The user name, or the name of the group.
    pub name: String,
    /// The e-mail address of a user.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub email: Option<String>,
}

/// What becomes of a member.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(
    tag = "type",
    rename_all = "camelCase",
    rename_all_fields = "camelCase"
)]
pub enum Fate {
    /// It goes along, as this one.
    Goes {
        /// Who it is in the destination.
        to: Candidate,
        /// By what it was found.
        by: MatchedBy,
    },
    /// It does not go along.
    Left {
        /// Why.
        why: LeftWhy,
        /// Who may be meant; a person decides.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        maybe: Vec<Candidate>,
    },
}

/// One member of the access list of the source.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct MemberBinding {
    /// User or group.
    pub kind: IdentityKind,
    /// The id in the identity domain of the source.
    pub id: String,
    /// What people call it, as the source says.
    pub name: String,
    /// What becomes of it.
    pub fate: Fate,
}

/// All members of one access list.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct AccessBinding {
    /// Each once, sorted by kind and name.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub members: Vec<MemberBinding>,
    /// Why nobody can be found there, in plain words: the identity domain of the destination could not be
    /// read. The list does not go along then.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub unread: Option<String>,
}

impl AccessBinding {
    /// Who a member is in the destination; none where it does not go along or is not known here.
    #[must_use]
    pub fn goes(&self, kind: IdentityKind, id: &str) -> Option<&Candidate> {
        let mut members = self.members.iter();
        let own = members.find(|own| own.kind == kind && own.id == id)?;
        match &own.fate {
            Fate::Goes { to, .. } => Some(to),
            Fate::Left { .. } => None,
        }
    }

    /// Whether it names somebody, and none of them goes along.
    #[must_use]
    pub fn lets_nobody_in(&self) -> bool {
        !self.members.is_empty() && self.left().count() == self.members.len()
    }

    /// Those who do not go along.
    pub fn left(&self) -> impl Iterator<Item = (&MemberBinding, LeftWhy, &[Candidate])> {
        self.members.iter().filter_map(|own| match &own.fate {
            Fate::Left { why, maybe } => Some((own, *why, maybe.as_slice())),
            Fate::Goes { .. } => None,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whoever_is_left_is_nobody_there() {
        let member = |id: &str, fate: Fate| MemberBinding {
            kind: IdentityKind::User,
            id: id.to_owned(),
            name: id.to_owned(),
            fate,
        };
        let to = Candidate {
            id: "b1".to_owned(),
            name: "ann@example.com".to_owned(),
            email: None,
        };
        let goes = Fate::Goes {
            to: to.clone(),
            by: MatchedBy::UserName,
        };
        let left = Fate::Left {
            why: LeftWhy::EmailDiffers,
            maybe: vec![to.clone()],
        };
        let binding = AccessBinding {
            members: vec![member("a1", goes), member("a2", left)],
            unread: None,
        };
        assert!(!binding.lets_nobody_in());
        assert_eq!(binding.goes(IdentityKind::User, "a1"), Some(&to));
        assert_eq!(binding.goes(IdentityKind::Group, "a1"), None);
        assert_eq!(binding.goes(IdentityKind::User, "a2"), None);
        assert_eq!(binding.goes(IdentityKind::User, "a3"), None);
        let left: Vec<_> = binding
            .left()
            .map(|(own, why, _)| (&*own.id, why))
            .collect();
        assert_eq!(left, [("a2", LeftWhy::EmailDiffers)]);
        let text = serde_json::to_string(&binding).unwrap();
        assert_eq!(
            serde_json::from_str::<AccessBinding>(&text).unwrap(),
            binding
        );
    }
}
