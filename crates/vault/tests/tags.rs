//! Tags are changed and snapshots forgotten without touching anything else.
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

mod fixture;

use fixture::*;
use waybill_vault::VaultError;

#[test]
fn retagging_keeps_everything_but_the_tags_and_the_id() {
    let ground = Ground::new();
    let written = ground.write(&[("a", b"1")]);
    let before = ground.vault.snapshot(&written.id).unwrap();
    let once = ground
        .vault
        .retag(&written.id, &["status:complete".into()])
        .unwrap();
    let twice = ground
        .vault
        .retag(&once, &["status:partial".into()])
        .unwrap();
    let all = ground.vault.snapshots().unwrap();
    assert_eq!(all.len(), 1);
    assert_eq!(all[0].tags, ["status:partial", "waybill"]);
    assert_eq!(all[0].id, twice);
    assert_eq!(
        (
            all[0].time,
            &all[0].description,
            &all[0].label,
            all[0].bytes
        ),
        (
            before.time,
            &before.description,
            &before.label,
            before.bytes
        )
    );
    assert_eq!(ground.vault.read(&twice, "a").unwrap(), b"1");
    assert_eq!(
        ground
            .vault
            .retag(&twice, &["status:partial".into()])
            .unwrap(),
        twice
    );
    assert!(matches!(
        ground.vault.retag(&written.id, &[]),
        Err(VaultError::NoSuchSnapshot { .. })
    ));
}

#[test]
fn a_change_of_tags_that_was_cut_short_is_ended_by_the_next_write() {
    let ground = Ground::new();
    let written = ground.write(&[("a", b"1")]);
    let old_path = ground.path().join("snapshots").join(&written.id);
    let old = std::fs::read(&old_path).unwrap();
    let new = ground
        .vault
        .retag(&written.id, &["status:complete".into()])
        .unwrap();
    std::fs::write(&old_path, old).unwrap();
    assert_eq!(ground.vault.snapshots().unwrap().len(), 2);
    let other = ground.write(&[("b", b"2")]);
    let mut ids: Vec<_> = ground
        .vault
        .snapshots()
        .unwrap()
        .into_iter()
        .map(|s| s.id)
        .collect();
    ids.sort();
    let mut expected = vec![new, other.id];
    expected.sort();
    assert_eq!(ids, expected);
}

#[test]
fn a_forgotten_snapshot_is_gone_and_the_others_stay() {
    let ground = Ground::new();
    let first = ground.write(&[("a", b"1")]);
    let second = ground.write(&[("a", b"2")]);
    ground.vault.forget(&first.id).unwrap();
    assert!(matches!(
        ground.vault.snapshot(&first.id),
        Err(VaultError::NoSuchSnapshot { .. })
    ));
    assert_eq!(ground.vault.read(&second.id, "a").unwrap(), b"2");
}
