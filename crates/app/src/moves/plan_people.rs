//! Whom the access lists of a waybill name, as a screen shows it: each once, whichever lists name them.

use std::collections::BTreeMap;

use waybill_engine::plan::left_words;
use waybill_engine::waybill::{
    Candidate, Fate, IdentityKind, LeftWhy, MatchedBy, MemberBinding, Waybill as Document,
};

use crate::view::{FoundBy, HolderKind, MovePerson};

/// Those who get no access first, then by kind and name.
pub(super) fn people(document: &Document) -> Vec<MovePerson> {
    let title = &document.destination.instance.name;
    let lists = document.bindings.access.values();
    let all: BTreeMap<(IdentityKind, &str), &MemberBinding> = lists
        .flat_map(|list| &list.members)
        .map(|own| ((own.kind, own.id.as_str()), own))
        .collect();
    let mut people: Vec<MovePerson> = all.into_values().map(|own| person(own, title)).collect();
    people.sort_by_cached_key(|own| (own.to.is_some(), own.left_out, own.kind, own.name.clone()));
    people
}

fn person(own: &MemberBinding, title: &str) -> MovePerson {
    let told = MovePerson {
        kind: match own.kind {
            IdentityKind::User => HolderKind::User,
            IdentityKind::Group => HolderKind::Group,
        },
        name: own.name.clone(),
        to: None,
        found_by: None,
        why: None,
        left_out: false,
        maybe: Vec::new(),
    };
    match &own.fate {
        Fate::Goes { to, by } => MovePerson {
            to: Some(to.name.clone()),
            found_by: Some(match by {
                MatchedBy::Id => FoundBy::Id,
                MatchedBy::UserName => FoundBy::UserName,
                MatchedBy::Email => FoundBy::Email,
                MatchedBy::GroupName => FoundBy::GroupName,
                MatchedBy::Table => FoundBy::Table,
            }),
            ..told
        },
        Fate::Left { why, maybe } => MovePerson {
            why: Some(left_words(*why, own.kind.word(), title)),
            left_out: *why == LeftWhy::LeftOut,
            maybe: maybe.iter().map(named).collect(),
            ..told
        },
    }
}

fn named(one: &Candidate) -> String {
    one.name.clone()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whoever_gets_no_access_is_told_why_and_who_may_be_meant() {
        let own = |name: &str, fate: Fate| MemberBinding {
            kind: IdentityKind::User,
            id: name.to_owned(),
            name: name.to_owned(),
            fate,
        };
        let bob = Candidate {
            id: "x".to_owned(),
            name: "bobby".to_owned(),
            email: None,
        };
        let left = Fate::Left {
            why: LeftWhy::EmailDiffers,
            maybe: vec![bob.clone()],
        };
        let told = person(&own("bob", left), "TEST");
        assert_eq!((told.to, told.left_out), (None, false));
        assert_eq!(told.maybe, ["bobby"]);
        assert!(told.why.is_some_and(|why| why.contains("e-mail address")));
        let goes = Fate::Goes {
            to: bob,
            by: MatchedBy::Table,
        };
        let told = person(&own("bob", goes), "TEST");
        assert_eq!(told.to.as_deref(), Some("bobby"));
        assert_eq!(told.found_by, Some(FoundBy::Table));
    }
}
