//! Who of an access list is whom in another identity domain.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};
use serde_json::Value;
use waybill_client::wire::AccessList;

use super::directory::{Directory, Identity, folded};
use crate::waybill::{
    AccessBinding, Candidate, Fate, IdentityKind, LeftWhy, MatchedBy, MemberBinding,
};

/// Somebody whom an access list names.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Named {
    /// User or group.
    pub kind: IdentityKind,
    /// What people call it.
    pub name: String,
    /// The id in the identity domain of the source.
    pub id: String,
    /// The source does not know the id any more.
    pub dangling: bool,
}

/// What a person said once and for all about somebody: by name, as ids say nothing to people.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct TableEntry {
    /// User or group.
    pub kind: IdentityKind,
    /// The user name, e-mail address or name of the group in the source.
    pub from: String,
    /// The user name or name of the group in the destination; none: it does not go along.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub to: Option<String>,
}

/// What people said about two identity domains.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Table(BTreeMap<(IdentityKind, String), Option<String>>);

impl Table {
    /// A table of these. Of several about the same one the last counts.
    #[must_use]
    pub fn of(entries: &[TableEntry]) -> Self {
        let entries = entries.iter();
        let all = entries.map(|one| ((one.kind, folded(&one.from)), one.to.clone()));
        Self(all.collect())
    }

    /// What it says of one of these names; the first that it knows counts.
    fn says(&self, kind: IdentityKind, names: &[&str]) -> Said<'_> {
        let mut names = names.iter();
        match names.find_map(|name| self.0.get(&(kind, folded(name)))) {
            None => Said::Nothing,
            Some(None) => Said::LeftOut,
            Some(Some(to)) => Said::As(to),
        }
    }
}

/// What the table says of somebody.
enum Said<'a> {
    Nothing,
    LeftOut,
    As(&'a str),
}

/// Everybody whom an access list names, each once, sorted. A record of another shape names nobody. A
/// member whose kind is neither user nor group counts as a user: such a name is found nowhere, and told.
#[must_use]
pub fn members(record: &Value) -> Vec<Named> {
    let Ok(list) = serde_json::from_value::<AccessList>(record.clone()) else {
        return Vec::new();
    };
    let groups = [
        &list.administrators,
        &list.editors,
        &list.viewers,
        &list.monitors,
    ];
    let mut seen = BTreeSet::new();
    let mut all: Vec<Named> = groups
        .into_iter()
        .flat_map(|group| &group.allowed)
        .filter(|member| !member.id.is_empty() && seen.insert((&member.member_kind, &member.id)))
        .map(|member| Named {
            kind: IdentityKind::from_wire(member.member_kind.as_deref())
                .unwrap_or(IdentityKind::User),
            name: member
                .display_name
                .clone()
                .unwrap_or_else(|| member.id.clone()),
            id: member.id.clone(),
            dangling: member.id_not_found,
        })
        .collect();
    all.sort();
    all
}

/// Says of everybody in an access list who it is in the destination. `source` is what is known of the
/// identity domain of the source, empty where it cannot be read: then nothing but the name in the list is
/// known. `same_domain` where both instances belong to one.
#[must_use]
pub fn bind(
    named: &[Named],
    source: &Directory,
    destination: &Directory,
    table: &Table,
    same_domain: bool,
) -> AccessBinding {
    let members = named.iter().map(|one| MemberBinding {
        kind: one.kind,
        id: one.id.clone(),
        name: shown(one, source),
        fate: fate(one, source, destination, table, same_domain),
    });
    AccessBinding {
        members: members.collect(),
        unread: None,
    }
}

/// The name that says most: user name or e-mail address, where they are known.
fn shown(one: &Named, source: &Directory) -> String {
    let known = source.get(one.kind, &one.id);
    known.map_or_else(|| one.name.clone(), |known| known.name.clone())
}

fn fate(
    one: &Named,
    source: &Directory,
    destination: &Directory,
    table: &Table,
    same_domain: bool,
) -> Fate {
    let known = source.get(one.kind, &one.id);
    let mut names: Vec<&str> = Vec::new();
    if let Some(known) = known {
        names.push(&known.name);
        names.extend(known.email.as_deref());
    }
    names.push(&one.name);
    match table.says(one.kind, &names) {
        Said::Nothing => {}
        Said::LeftOut => return left(LeftWhy::LeftOut, &[]),
        Said::As(to) => return by_table(one.kind, to, destination),
    }
    if same_domain {
        return match destination.get(one.kind, &one.id) {
            Some(own) => goes(own, MatchedBy::Id),
            None => left(LeftWhy::Dangling, &[]),
        };
    }
    if one.dangling || (known.is_none() && !source.is_empty()) {
        // Of somebody who is gone nothing but a name is left, which may have a new owner.
        return left(LeftWhy::Dangling, &likely(one, destination));
    }
    match (one.kind, known) {
        (IdentityKind::Group, _) => group(names[0], destination),
        (IdentityKind::User, Some(known)) => user(known, destination),
        (IdentityKind::User, None) => by_list_alone(one, destination),
    }
}

fn by_table(kind: IdentityKind, name: &str, destination: &Directory) -> Fate {
    match destination.named(kind, name).as_slice() {
        [own] => within(own, MatchedBy::Table),
        [] => left(LeftWhy::TableOutOfDate, &[]),
        several => left(LeftWhy::Ambiguous, several),
    }
}

fn group(name: &str, destination: &Directory) -> Fate {
    match destination.named(IdentityKind::Group, name).as_slice() {
        [own] => goes(own, MatchedBy::GroupName),
        [] => left(LeftWhy::Unknown, &[]),
        several => left(LeftWhy::Ambiguous, several),
    }
}

/// A user of whom the user name is known, and mostly the e-mail address.
fn user(known: &Identity, destination: &Directory) -> Fate {
    let named = destination.named(IdentityKind::User, &known.name);
    let email = known.email.as_deref();
    let mailed = email.map_or_else(Vec::new, |email| destination.with_email(email));
    match (named.as_slice(), mailed.as_slice()) {
        ([own], [other]) if own.id == other.id => within(own, MatchedBy::UserName),
        // Nobody else has the address, and one of the two has none: the names decide.
        ([own], []) if email.is_none() || own.email.is_none() => within(own, MatchedBy::UserName),
        ([own], []) => left(LeftWhy::EmailDiffers, &[*own]),
        ([], [own]) => within(own, MatchedBy::Email),
        ([], []) => {
            let display = known.display.as_deref();
            let called = display.map_or_else(Vec::new, |display| destination.called(display));
            let why = match called.as_slice() {
                [] => LeftWhy::Unknown,
                // Somebody of that name with another address: perhaps the same, perhaps not.
                _ => LeftWhy::EmailDiffers,
            };
            left(why, &called)
        }
        (named, mailed) => {
            let mut all: Vec<&Identity> = named.iter().chain(mailed).copied().collect();
            all.sort_by(|one, other| one.id.cmp(&other.id));
            all.dedup_by(|one, other| one.id == other.id);
            left(LeftWhy::Ambiguous, &all)
        }
    }
}

/// A user of whom the list's own name is all there is. It counts where it is an e-mail address and a user
/// of the destination signs in with it, and has no other address.
fn by_list_alone(one: &Named, destination: &Directory) -> Fate {
    let maybe = likely(one, destination);
    if !one.name.contains('@') {
        let why = if maybe.is_empty() {
            LeftWhy::Unknown
        } else {
            LeftWhy::NameAlone
        };
        return left(why, &maybe);
    }
    let as_if = Identity {
        kind: IdentityKind::User,
        id: one.id.clone(),
        name: one.name.clone(),
        display: None,
        email: Some(one.name.clone()),
        active: true,
    };
    user(&as_if, destination)
}

/// Who may be meant by what people call somebody.
fn likely<'a>(one: &Named, destination: &'a Directory) -> Vec<&'a Identity> {
    let mut all = destination.named(one.kind, &one.name);
    if one.kind == IdentityKind::User {
        all.extend(destination.called(&one.name));
        all.extend(destination.with_email(&one.name));
    }
    all.sort_by(|one, other| one.id.cmp(&other.id));
    all.dedup_by(|one, other| one.id == other.id);
    all
}

/// Goes along, unless the user may not sign in there.
fn within(own: &Identity, by: MatchedBy) -> Fate {
    if own.active {
        goes(own, by)
    } else {
        left(LeftWhy::Inactive, &[own])
    }
}

fn goes(own: &Identity, by: MatchedBy) -> Fate {
    Fate::Goes {
        to: own.candidate(),
        by,
    }
}

fn left(why: LeftWhy, maybe: &[&Identity]) -> Fate {
    let maybe: Vec<Candidate> = maybe.iter().map(|own| own.candidate()).collect();
    Fate::Left { why, maybe }
}
