//! Differences as people say them.

use waybill_model::DifferenceClass;

use super::*;

fn section(area: Area, changes: Vec<Change>) -> Section {
    Section {
        key: String::new(),
        area,
        class: DifferenceClass::Design,
        title: String::new(),
        within: Vec::new(),
        changes,
        same: 3,
        table: None,
        has_text: false,
    }
}

fn change(kind: ChangeKind, name: &str, left: Option<&str>, right: Option<&str>) -> Change {
    let pieces = |text: &str| {
        vec![Piece {
            text: text.to_owned(),
            changed: true,
        }]
    };
    Change {
        kind,
        name: name.to_owned(),
        detail: None,
        left: left.map(pieces),
        right: right.map(pieces),
        masked: false,
    }
}

fn id(text: &str) -> ArtifactId {
    text.parse().unwrap()
}

fn said(of: &str, sections: Vec<Section>) -> Meant {
    let difference = Difference {
        sections,
        not_compared: Vec::new(),
    };
    differs(&id(of), &difference, false)
}

#[test]
fn steps_and_fields_are_counted() {
    let new = |name| change(ChangeKind::OnlyRight, name, None, Some("x"));
    let meant = said(
        "integration:A|01.00.0000",
        vec![
            section(Area::Flow, vec![new("Notify")]),
            section(Area::Map, vec![new("a"), new("b")]),
            section(Area::Map, vec![new("c")]),
        ],
    );
    assert_eq!(meant.words, "1 step added, 3 fields mapped");
    assert_eq!(meant.kinds, [DriftKind::Definition]);
}

#[test]
fn values_say_what_they_were_and_secrets_that_they_changed() {
    let port = change(ChangeKind::Changed, "port", Some("22"), Some("2222"));
    let mut password = change(ChangeKind::Changed, "password", Some("a"), Some("b"));
    password.masked = true;
    let meant = said(
        "connection:SFTP",
        vec![section(Area::Connection, vec![port, password])],
    );
    assert_eq!(meant.words, "port 22 is now 2222, password changed");
    assert_eq!(meant.kinds, [DriftKind::ConnectionValues]);
}

#[test]
fn a_schedule_says_its_rhythm_once() {
    let meant = said(
        "schedule:LOAD|01.00.0000",
        vec![section(
            Area::Schedule,
            vec![
                change(
                    ChangeKind::Changed,
                    "Recurrence",
                    Some("FREQ=HOURLY;INTERVAL=2"),
                    Some("FREQ=HOURLY;INTERVAL=1"),
                ),
                change(ChangeKind::Changed, "Interval", Some("2"), Some("1")),
            ],
        )],
    );
    assert_eq!(meant.words, "every 2 h is now every 1 h");
    assert_eq!(meant.kinds, [DriftKind::Schedule]);
}

#[test]
fn many_phrases_are_cut_and_counted() {
    let values = (0..5)
        .map(|number| {
            let name = format!("value {number}");
            change(ChangeKind::Changed, &name, Some("a"), Some("b"))
        })
        .collect();
    let meant = said("connection:A", vec![section(Area::Connection, values)]);
    assert!(meant.words.ends_with(" and 2 more"), "{}", meant.words);
}

#[test]
fn versions_tell_who_took_over() {
    let artifact = |text: &str, state| {
        let mut one = Artifact::named(id(text), "Flow");
        one.state = Some(state);
        one
    };
    let old = "integration:F|01.00.0000";
    let new = "integration:F|01.01.0000";
    let before = Catalogue::new(
        "t",
        vec![
            artifact(old, State::Active),
            artifact(new, State::Configured),
        ],
        vec![],
    );
    let after = Catalogue::new(
        "t",
        vec![
            artifact(old, State::Configured),
            artifact(new, State::Active),
        ],
        vec![],
    );
    let at = |of: &str| {
        let id = id(of);
        state(
            before.get(&id).unwrap(),
            after.get(&id).unwrap(),
            &before,
            &after,
        )
        .unwrap()
        .words
    };
    assert_eq!(at(new), "active in place of 01.00.0000");
    assert_eq!(at(old), "not active any more, 01.01.0000 is");

    let third = id("integration:F|02.00.0000");
    let meant = added(&third, &before, &after, None);
    assert_eq!(meant.words, "new version beside 01.01.0000");
    assert_eq!(meant.kinds, [DriftKind::Added, DriftKind::Version]);
    assert_eq!(
        removed(&third, &after).words,
        "removed, 01.01.0000 is there"
    );
    assert_eq!(removed(&id("lookup:L"), &after).words, "removed");
}
