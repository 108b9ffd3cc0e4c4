//! Nobody is let in who was not meant.

use serde_json::{Value, json};

use super::*;
use crate::waybill::{AccessBinding, Fate, IdentityKind, LeftWhy, MatchedBy};

fn user(id: &str, name: &str, display: &str, email: Option<&str>) -> Identity {
    Identity {
        kind: IdentityKind::User,
        id: id.to_owned(),
        name: name.to_owned(),
        display: Some(display.to_owned()),
        email: email.map(str::to_owned),
        active: true,
    }
}

fn group(id: &str, name: &str) -> Identity {
    Identity {
        kind: IdentityKind::Group,
        id: id.to_owned(),
        name: name.to_owned(),
        display: None,
        email: None,
        active: true,
    }
}

/// A list whose editors are these.
fn list(editors: &[(&str, &str, &str)]) -> Value {
    let allowed: Vec<Value> = editors
        .iter()
        .map(|(kind, id, name)| json!({"id": id, "displayName": name, "type": kind}))
        .collect();
    let nobody = json!({"allowAll": false, "allowed": []});
    json!({
        "administrators": nobody,
        "editors": {"allowAll": false, "allowed": allowed},
        "viewers": {"allowAll": true, "allowed": []},
        "monitors": nobody,
    })
}

fn one(
    kind: &str,
    id: &str,
    source: Vec<Identity>,
    destination: Vec<Identity>,
    table: &[TableEntry],
) -> Fate {
    let name = source.iter().find(|own| own.id == id);
    let name = name.map_or("somebody", |own| {
        own.display.as_deref().unwrap_or(&own.name)
    });
    let named = members(&list(&[(kind, id, name)]));
    let (source, destination) = (Directory::of(source), Directory::of(destination));
    let bound = bind(&named, &source, &destination, &Table::of(table), false);
    bound.members[0].fate.clone()
}

fn goes(fate: &Fate) -> Option<(&str, MatchedBy)> {
    match fate {
        Fate::Goes { to, by } => Some((&to.id, *by)),
        Fate::Left { .. } => None,
    }
}

fn why(fate: &Fate) -> Option<LeftWhy> {
    match fate {
        Fate::Left { why, .. } => Some(*why),
        Fate::Goes { .. } => None,
    }
}

#[test]
fn a_user_is_found_by_name_and_by_address_whatever_the_capitals() {
    let source = || vec![user("a", "Ann@Example.com", "Ann", Some("ann@example.com"))];
    let same = vec![user(
        "x",
        "ann@example.com",
        "Ann Lee",
        Some("ANN@example.com"),
    )];
    let fate = one("user", "a", source(), same, &[]);
    assert_eq!(goes(&fate), Some(("x", MatchedBy::UserName)));
    let other_name = vec![user("x", "alee", "Ann Lee", Some("ann@example.com"))];
    let fate = one("user", "a", source(), other_name, &[]);
    assert_eq!(goes(&fate), Some(("x", MatchedBy::Email)));
}

#[test]
fn a_name_and_an_address_that_do_not_agree_are_nobody() {
    let source = || vec![user("a", "alee", "Ann Lee", Some("ann@example.com"))];
    // The user name was given to somebody else.
    let other = vec![user("x", "alee", "Albert Lee", Some("albert@example.com"))];
    let fate = one("user", "a", source(), other, &[]);
    assert_eq!(why(&fate), Some(LeftWhy::EmailDiffers));
    let two = vec![
        user("x", "alee", "Albert Lee", Some("albert@example.com")),
        user("y", "ann", "Ann Lee", Some("ann@example.com")),
    ];
    let fate = one("user", "a", source(), two, &[]);
    assert_eq!(why(&fate), Some(LeftWhy::Ambiguous));
    // What people call somebody is a hint, no more.
    let called = vec![user("x", "ann.lee", "Ann Lee", Some("lee@example.com"))];
    let fate = one("user", "a", source(), called, &[]);
    let Fate::Left { why, maybe } = &fate else {
        panic!("{fate:?}")
    };
    assert_eq!((*why, maybe[0].id.as_str()), (LeftWhy::EmailDiffers, "x"));
    let nobody = vec![user("x", "bob", "Bob", Some("bob@example.com"))];
    let fate = one("user", "a", source(), nobody, &[]);
    assert_eq!(self::why(&fate), Some(LeftWhy::Unknown));
}

#[test]
fn an_id_of_the_source_means_nobody_in_the_destination() {
    // By chance the id of the source is that of somebody else in the destination.
    let source = vec![user("a", "ann", "Ann", Some("ann@example.com"))];
    let destination = vec![user("a", "eve", "Eve", Some("eve@example.com"))];
    let fate = one("user", "a", source, destination, &[]);
    assert_eq!(why(&fate), Some(LeftWhy::Unknown));
}

#[test]
fn whoever_the_source_does_not_know_and_whoever_may_not_sign_in_stays_out() {
    let source = || vec![user("b", "bob", "Bob", None)];
    let there = || vec![user("x", "somebody", "somebody", None)];
    assert_eq!(
        why(&one("user", "gone", source(), there(), &[])),
        Some(LeftWhy::Dangling)
    );
    let mut inactive = vec![user("x", "bob", "Bob", None)];
    inactive[0].active = false;
    assert_eq!(
        why(&one("user", "b", source(), inactive, &[])),
        Some(LeftWhy::Inactive)
    );
    let marked = json!({"editors": {"allowed": [
        {"id": "g", "displayName": "Testers", "type": "group", "idNotFound": true}
    ]}});
    let testers = Directory::of(vec![group("y", "Testers")]);
    let bound = bind(
        &members(&marked),
        &testers,
        &testers,
        &Table::default(),
        false,
    );
    assert_eq!(why(&bound.members[0].fate), Some(LeftWhy::Dangling));
}

#[test]
fn a_group_is_found_by_its_name_if_one_alone_has_it() {
    let source = || vec![group("g", "Integration Developers")];
    let one_there = vec![group("x", "integration developers")];
    let fate = one("group", "g", source(), one_there, &[]);
    assert_eq!(goes(&fate), Some(("x", MatchedBy::GroupName)));
    let two = vec![
        group("x", "Integration Developers"),
        group("y", "INTEGRATION DEVELOPERS"),
    ];
    assert_eq!(
        why(&one("group", "g", source(), two, &[])),
        Some(LeftWhy::Ambiguous)
    );
    // A user of that name is no group.
    let person = vec![user("x", "Integration Developers", "x", None)];
    assert_eq!(
        why(&one("group", "g", source(), person, &[])),
        Some(LeftWhy::Unknown)
    );
}

#[test]
fn what_a_person_said_counts_more_and_is_checked_against_who_there_is() {
    let source = || vec![user("a", "alee", "Ann Lee", Some("ann@example.com"))];
    let there = || {
        vec![
            user("x", "ann.lee", "Ann Lee", Some("lee@example.com")),
            user("y", "alee", "Albert", Some("albert@example.com")),
        ]
    };
    let entry = |to: Option<&str>| TableEntry {
        kind: IdentityKind::User,
        from: "ALee".to_owned(),
        to: to.map(str::to_owned),
    };
    let fate = one("user", "a", source(), there(), &[entry(Some("ann.lee"))]);
    assert_eq!(goes(&fate), Some(("x", MatchedBy::Table)));
    let fate = one("user", "a", source(), there(), &[entry(Some("nobody"))]);
    assert_eq!(why(&fate), Some(LeftWhy::TableOutOfDate));
    let fate = one("user", "a", source(), there(), &[entry(None)]);
    assert_eq!(why(&fate), Some(LeftWhy::LeftOut));
}

#[test]
fn without_the_source_s_domain_an_address_counts_and_a_mere_name_does_not() {
    let named = members(&list(&[
        ("user", "a", "ann@example.com"),
        ("user", "b", "Bob"),
        ("group", "g", "Testers"),
    ]));
    let there = Directory::of(vec![
        user("x", "ann@example.com", "Ann", Some("ann@example.com")),
        user("y", "bob@example.com", "Bob", Some("bob@example.com")),
        group("z", "Testers"),
    ]);
    let bound = bind(
        &named,
        &Directory::default(),
        &there,
        &Table::default(),
        false,
    );
    let to = |kind: IdentityKind, id: &str| bound.goes(kind, id).map(|to| to.id.as_str());
    assert_eq!(to(IdentityKind::User, "a"), Some("x"));
    assert_eq!(to(IdentityKind::User, "b"), None);
    assert_eq!(to(IdentityKind::Group, "g"), Some("z"));
    let left: Vec<LeftWhy> = bound.left().map(|(_, why, _)| why).collect();
    assert_eq!(left, [LeftWhy::NameAlone]);
}

#[test]
fn within_one_domain_ids_stay_and_dangling_ones_go() {
    let named = members(&list(&[("user", "a", "Ann"), ("user", "gone", "Bob")]));
    let domain = Directory::of(vec![user("a", "ann", "Ann", None)]);
    let bound = bind(&named, &domain, &domain, &Table::default(), true);
    assert_eq!(goes(&bound.members[0].fate), Some(("a", MatchedBy::Id)));
    assert_eq!(why(&bound.members[1].fate), Some(LeftWhy::Dangling));
}

/// 40 people, of whom 5 do not exist, 2 have another e-mail address, and one group that dangles.
#[test]
fn of_forty_people_the_eight_in_doubt_are_named_and_left_out() {
    let person = |number: usize, id: &str| {
        let name = format!("person{number:02}@example.com");
        user(
            &format!("{id}{number}"),
            &name,
            &format!("Person {number}"),
            Some(&name),
        )
    };
    let source: Vec<Identity> = (0..40).map(|number| person(number, "s")).collect();
    let mut destination: Vec<Identity> = (5..40).map(|number| person(number, "d")).collect();
    // One has another address under the same name, one another name and address.
    destination[0].email = Some("renamed05@example.org".to_owned());
    destination[1].name = "renamed06@example.org".to_owned();
    destination[1].email = Some("renamed06@example.org".to_owned());
    let mut editors: Vec<(&str, &str, &str)> = source
        .iter()
        .map(|own| ("user", own.id.as_str(), "as shown"))
        .collect();
    editors.push(("group", "dangling", "Old Testers"));
    let named = members(&list(&editors));
    let bound = bind(
        &named,
        &Directory::of(source),
        &Directory::of(destination),
        &Table::default(),
        false,
    );
    assert_eq!(bound.members.len(), 41);
    let count = |binding: &AccessBinding, wanted: LeftWhy| {
        binding.left().filter(|(_, why, _)| *why == wanted).count()
    };
    assert_eq!(count(&bound, LeftWhy::Unknown), 5);
    assert_eq!(count(&bound, LeftWhy::EmailDiffers), 2);
    assert_eq!(count(&bound, LeftWhy::Dangling), 1);
    for own in &bound.members {
        if let Fate::Goes { to, .. } = &own.fate {
            assert_eq!(to.id.replace('d', "s"), own.id, "{own:?}");
        }
    }
}

fn grant(role: &str, kind: Grantee, name: &str, id: &str) -> RoleGrant {
    RoleGrant {
        role: role.to_owned(),
        kind,
        name: name.to_owned(),
        id: id.to_owned(),
        grant: format!("{role} {id}"),
    }
}

#[test]
fn roles_are_copied_to_those_who_are_found_and_taken_from_those_who_are_not_meant() {
    let source = Directory::of(vec![
        user("a", "ann", "Ann", None),
        user("b", "bob", "Bob", None),
        group("g", "Testers"),
    ]);
    let destination = Directory::of(vec![
        user("x", "ann", "Ann", None),
        user("w", "wim", "Wim", None),
        group("z", "Testers"),
        user("y", "bobby", "Bob", None),
    ]);
    let first = [
        grant("ServiceDeveloper", Grantee::User, "ann", "a"),
        grant("ServiceDeveloper", Grantee::User, "bob", "b"),
        grant("ServiceMonitor", Grantee::Group, "Testers", "g"),
        grant("ServiceAdministrator", Grantee::App, "client-of-first", "c"),
    ];
    let second = [
        grant("ServiceMonitor", Grantee::Group, "testers", "z"),
        grant("ServiceDeveloper", Grantee::User, "wim", "w"),
        // Perhaps the Bob of the first: he keeps what he has.
        grant("ServiceDeveloper", Grantee::User, "bobby", "y"),
        grant(
            "ServiceAdministrator",
            Grantee::App,
            "client-of-second",
            "d",
        ),
    ];
    let table = Table::default();
    let (changes, bound) = copy_roles(&first, &second, &source, &destination, &table, true);
    let told: Vec<String> = changes
        .iter()
        .map(|change| match change {
            RoleChange::Grant(one) => format!("grant {} {}", one.role, one.name),
            RoleChange::Revoke(one) => format!("revoke {} {}", one.role, one.name),
        })
        .collect();
    assert_eq!(
        told,
        ["grant ServiceDeveloper ann", "revoke ServiceDeveloper wim"]
    );
    assert_eq!(bound.left().count(), 1);
    let difference = compare_roles(&first, &second);
    assert_eq!(difference.same.len(), 1);
    assert_eq!(difference.only_first.len(), 3);
    assert_eq!(difference.only_second.len(), 3);
    let (none, _) = copy_roles(&first, &second, &source, &destination, &table, false);
    assert_eq!(none.len(), 1);
}
