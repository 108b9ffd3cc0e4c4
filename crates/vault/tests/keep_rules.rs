//! Keep rules against restic's own: the same policy over the same snapshots keeps the same ones.
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

mod fixture;

use std::collections::BTreeSet;

use fixture::*;
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};
use waybill_vault::{KeepRules, NewSnapshot, Silent, SnapshotRecord, Vault};

/// Numbers that are the same in each run.
struct Dice(u64);

impl Dice {
    fn below(&mut self, end: u64) -> u64 {
        // Knuth's linear congruential generator.
        self.0 = self
            .0
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % end
    }
}

/// Snapshots at random times: some minutes apart, some months.
fn fill(vault: &Vault, dice: &mut Dice) {
    let mut time: Timestamp = "2022-02-27T23:10:00Z".parse().unwrap();
    for number in 0..48 {
        let minutes = match dice.below(5) {
            0 => 1 + dice.below(50),
            1 => 60 + dice.below(600),
            2 => 1_440 + dice.below(1_440),
            3 => 7 * 1_440 + dice.below(20_000),
            _ => 30 * 1_440 + dice.below(90_000),
        };
        time += SignedDuration::from_mins(i64::try_from(minutes).unwrap());
        let tags = match dice.below(8) {
            0 => vec!["before:move".to_owned()],
            1 => vec!["release".to_owned(), "before:move".to_owned()],
            _ => Vec::new(),
        };
        let head = NewSnapshot {
            label: "prod".to_owned(),
            tags,
            time,
            description: None,
        };
        vault
            .write(
                &head,
                entries(&[("a", format!("{number}").as_bytes())]),
                &Silent,
                &|| false,
            )
            .unwrap();
    }
}

fn kept(rules: &KeepRules, snapshots: &[SnapshotRecord]) -> BTreeSet<String> {
    let now = Timestamp::now();
    rules
        .preview(snapshots, &BTreeSet::new(), now, &TimeZone::UTC)
        .into_iter()
        .filter(|one| one.keep)
        .map(|one| one.id)
        .collect()
}

fn kept_by_restic(ground: &Ground, rules: &KeepRules) -> BTreeSet<String> {
    let mut arguments: Vec<String> = ["forget", "--dry-run", "--json", "--no-lock"]
        .map(str::to_owned)
        .to_vec();
    let counts = [
        ("last", rules.last),
        ("hourly", rules.hourly),
        ("daily", rules.daily),
        ("weekly", rules.weekly),
        ("monthly", rules.monthly),
        ("yearly", rules.yearly),
    ];
    for (name, count) in counts {
        if let Some(count) = count {
            arguments.extend([format!("--keep-{name}"), count.to_string()]);
        }
    }
    if let Some(within) = rules.within {
        arguments.extend(["--keep-within".to_owned(), within.to_string()]);
    }
    for tag in &rules.tags {
        arguments.extend(["--keep-tag".to_owned(), tag.clone()]);
    }
    let borrowed: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let said = restic_ok(&ground.path(), &borrowed);
    let groups: serde_json::Value = serde_json::from_str(&said).unwrap();
    let groups = groups.as_array().unwrap();
    assert_eq!(groups.len(), 1);
    groups[0]["keep"]
        .as_array()
        .into_iter()
        .flatten()
        .map(|one| one["id"].as_str().unwrap().to_owned())
        .collect()
}

/// From version 0.16 on, restic also keeps the very oldest while a count is not used up.
fn restic_keeps_the_oldest() -> bool {
    let output = std::process::Command::new("restic")
        .arg("version")
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&output.stdout).into_owned();
    let version = said.split_whitespace().nth(1).unwrap_or_default();
    let mut numbers = version.split('.').filter_map(|part| part.parse().ok());
    (numbers.next(), numbers.next()) >= (Some(0), Some(16))
}

fn policies(dice: &mut Dice) -> Vec<KeepRules> {
    let rules = |json: &str| serde_json::from_str(json).unwrap();
    let mut policies: Vec<KeepRules> = vec![
        rules(r#"{"last":5}"#),
        rules(r#"{"hourly":12}"#),
        rules(r#"{"weekly":9}"#),
        rules(r#"{"yearly":3,"tags":["release"]}"#),
        rules(r#"{"within":"1y5m7d2h"}"#),
        rules(r#"{"within":"3m","last":1}"#),
    ];
    for _ in 0..5 {
        let mut some = |end| (dice.below(2) == 0).then(|| u32::try_from(dice.below(end)).unwrap());
        policies.push(KeepRules {
            last: some(6),
            hourly: some(20),
            daily: some(20),
            weekly: some(12),
            monthly: some(12),
            yearly: Some(1),
            ..KeepRules::default()
        });
    }
    policies
}

#[test]
fn the_rules_keep_what_restic_keeps_by_the_same_policy() {
    if !restic_is_here("the_rules_keep_what_restic_keeps_by_the_same_policy") {
        return;
    }
    let ground = Ground::new();
    let mut dice = Dice(20_261_121);
    fill(&ground.vault, &mut dice);
    let snapshots = ground.vault.snapshots().unwrap();
    assert_eq!(snapshots.len(), 48);
    for rules in policies(&mut dice) {
        let ours = kept(&rules, &snapshots);
        let mut theirs = kept_by_restic(&ground, &rules);
        if restic_keeps_the_oldest() && !ours.contains(&snapshots[0].id) {
            theirs.remove(&snapshots[0].id);
        }
        assert_eq!(ours, theirs, "{rules:?}");
        assert!(!ours.is_empty() && ours.len() < 48, "{rules:?}");
    }
}
