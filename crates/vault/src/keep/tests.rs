use super::*;

fn snapshot(time: &str, tags: &[&str]) -> SnapshotRecord {
    SnapshotRecord {
        id: time.to_owned(),
        time: time.parse().unwrap(),
        label: "prod".to_owned(),
        tags: [&[TAG], tags]
            .concat()
            .iter()
            .map(ToString::to_string)
            .collect(),
        description: None,
        files: 1,
        bytes: 1,
        bytes_added: 1,
    }
}

fn kept(rules: &KeepRules, snapshots: &[SnapshotRecord]) -> Vec<String> {
    kept_in(rules, snapshots, &TimeZone::UTC)
}

fn kept_in(rules: &KeepRules, snapshots: &[SnapshotRecord], zone: &TimeZone) -> Vec<String> {
    let now = "2027-01-01T00:00:00Z".parse().unwrap();
    let all = rules.preview(snapshots, &BTreeSet::new(), now, zone);
    assert_eq!(all.len(), snapshots.len());
    assert!(all.iter().all(|one| !one.reasons.is_empty()));
    all.into_iter()
        .filter(|one| one.keep)
        .map(|one| one.id)
        .collect()
}

fn last(count: u32) -> KeepRules {
    KeepRules {
        last: Some(count),
        ..KeepRules::default()
    }
}

#[test]
fn an_incomplete_one_takes_no_place_and_stays_only_while_it_is_the_newest() {
    let snapshots = [
        snapshot("2026-01-01T00:00:00Z", &["status:complete"]),
        snapshot("2026-01-02T00:00:00Z", &["status:partial"]),
        snapshot("2026-01-03T00:00:00Z", &["status:complete"]),
        snapshot("2026-01-04T00:00:00Z", &["status:unverified"]),
        snapshot("2026-01-05T00:00:00Z", &["status:partial"]),
    ];
    assert_eq!(
        kept(&last(1), &snapshots),
        [
            "2026-01-03T00:00:00Z",
            "2026-01-04T00:00:00Z",
            "2026-01-05T00:00:00Z"
        ]
    );
    let tagged = KeepRules {
        tags: vec!["status:partial".into()],
        ..last(1)
    };
    assert!(kept(&tagged, &snapshots).contains(&"2026-01-02T00:00:00Z".to_owned()));
    // With no complete one at all, nothing goes.
    assert_eq!(kept(&last(1), &snapshots[3..]).len(), 2);
}

#[test]
fn what_is_tagged_protected_or_of_another_program_stays() {
    let mut foreign = snapshot("2026-01-02T00:00:00Z", &[]);
    foreign.tags.clear();
    let snapshots = [
        snapshot("2026-01-01T00:00:00Z", &[ALWAYS]),
        foreign,
        snapshot("2026-01-03T00:00:00Z", &[]),
        snapshot("2026-01-04T00:00:00Z", &[]),
        snapshot("2026-01-05T00:00:00Z", &[]),
    ];
    let protected = BTreeSet::from(["2026-01-03T00:00:00Z".to_owned()]);
    let now = "2027-01-01T00:00:00Z".parse().unwrap();
    let all = last(1).preview(&snapshots, &protected, now, &TimeZone::UTC);
    let keep: Vec<_> = all.iter().map(|one| one.keep).collect();
    assert_eq!(keep, [true, true, true, false, true]);
    assert_eq!(all[3].reasons, ["no rule keeps it"]);
    assert_eq!(all[2].reasons, ["a run needs it for rolling back"]);
}

#[test]
fn each_instance_is_judged_by_itself_and_without_rules_all_stay() {
    let mut other = snapshot("2026-01-01T00:00:00Z", &[]);
    other.label = "test".to_owned();
    let snapshots = [
        other,
        snapshot("2026-01-03T00:00:00Z", &[]),
        snapshot("2026-01-04T00:00:00Z", &[]),
    ];
    assert_eq!(
        kept(&last(1), &snapshots),
        ["2026-01-01T00:00:00Z", "2026-01-04T00:00:00Z"]
    );
    assert_eq!(kept(&KeepRules::default(), &snapshots).len(), 3);
    assert_eq!(kept(&last(0), &snapshots).len(), 3);
}

#[test]
fn no_rule_takes_the_last_good_one() {
    let rules = KeepRules {
        tags: vec!["release".into()],
        ..KeepRules::default()
    };
    let snapshots = [
        snapshot("2026-01-03T00:00:00Z", &[]),
        snapshot("2026-01-04T00:00:00Z", &[]),
    ];
    assert_eq!(kept(&rules, &snapshots), ["2026-01-04T00:00:00Z"]);
}

#[test]
fn days_are_those_of_the_zone() {
    let rules = KeepRules {
        daily: Some(2),
        ..KeepRules::default()
    };
    let snapshots = [
        snapshot("2026-06-01T20:00:00Z", &[]),
        snapshot("2026-06-01T23:00:00Z", &[]),
        snapshot("2026-06-02T01:00:00Z", &[]),
    ];
    assert_eq!(
        kept(&rules, &snapshots),
        ["2026-06-01T23:00:00Z", "2026-06-02T01:00:00Z"]
    );
    let berlin = TimeZone::fixed(jiff::tz::offset(2));
    assert_eq!(
        kept_in(&rules, &snapshots, &berlin),
        ["2026-06-01T20:00:00Z", "2026-06-02T01:00:00Z"]
    );
}

#[test]
fn rules_are_written_without_what_is_not_set() {
    let rules = KeepRules {
        daily: Some(7),
        within: Some("1m".parse().unwrap()),
        ..KeepRules::default()
    };
    let json = serde_json::to_string(&rules).unwrap();
    assert_eq!(json, r#"{"daily":7,"within":"1m"}"#);
    assert_eq!(serde_json::from_str::<KeepRules>(&json).unwrap(), rules);
}
