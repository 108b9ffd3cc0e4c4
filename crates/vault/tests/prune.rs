//! Forgetting and pruning: room comes back in two phases, and nothing that is still wanted goes.
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

mod fixture;

use std::collections::BTreeMap;

use fixture::*;
use jiff::SignedDuration;
use waybill_vault::{PruneReport, Silent, Vault, VaultError};

const AT_ONCE: SignedDuration = SignedDuration::ZERO;

fn prune(vault: &Vault, grace: SignedDuration) -> PruneReport {
    vault.prune(grace, &Silent, &|| false).unwrap()
}

/// Snapshots of which each shares half its files with the one before.
fn fill(ground: &Ground, snapshots: u64) -> BTreeMap<String, Vec<(String, Vec<u8>)>> {
    (0..snapshots)
        .map(|turn| {
            let files: Vec<_> = (0..10)
                .map(|n| {
                    (
                        format!("integrations/I{n}.iar"),
                        noise(n + 5 * turn, 300_000),
                    )
                })
                .collect();
            let borrowed: Vec<_> = files.iter().map(|(p, c)| (p.as_str(), &c[..])).collect();
            (ground.write(&borrowed).id, files)
        })
        .collect()
}

fn all_read(vault: &Vault, kept: &BTreeMap<String, Vec<(String, Vec<u8>)>>) {
    assert_eq!(vault.snapshots().unwrap().len(), kept.len());
    for (id, files) in kept {
        for (path, content) in files {
            assert_eq!(&vault.read(id, path).unwrap(), content, "{path}");
        }
    }
}

fn pack_bytes(ground: &Ground) -> u64 {
    files_below(&ground.path().join("data"))
        .iter()
        .map(|file| file.metadata().unwrap().len())
        .sum()
}

#[test]
fn room_comes_back_in_two_phases_and_what_is_kept_reads_throughout() {
    let ground = Ground::new();
    let mut kept = fill(&ground, 4);
    let before = pack_bytes(&ground);
    let gone: Vec<String> = kept.keys().take(2).cloned().collect();
    let mut removed = ground.vault.forget_many(&gone).unwrap();
    removed.sort();
    assert_eq!(removed, gone);
    // What was cut short is ended by asking for the same again.
    assert!(ground.vault.forget_many(&gone).unwrap().is_empty());
    for id in &gone {
        kept.remove(id);
    }

    let marked = prune(&ground.vault, Vault::GRACE);
    assert!(marked.marked > 1_000_000 && marked.freed == 0, "{marked:?}");
    assert!(
        pack_bytes(&ground) >= before,
        "packs went in the first phase"
    );
    all_read(&ground.vault, &kept);
    all_read(&ground.reopened(), &kept);

    let waiting = prune(&ground.vault, Vault::GRACE);
    assert!(
        waiting.freed == 0 && waiting.waiting > 1_000_000,
        "{waiting:?}"
    );
    let freed = prune(&ground.vault, AT_ONCE);
    assert!(freed.freed > 1_000_000, "{freed:?}");
    assert!(pack_bytes(&ground) < before - 1_000_000);
    all_read(&ground.vault, &kept);
    let report = ground.vault.check(true, &Silent, &|| false).unwrap();
    assert!(report.is_whole(), "{report:?}");
    if restic_is_here("room_comes_back_in_two_phases") {
        restic_ok(&ground.path(), &["check", "--read-data"]);
    }
    // Nothing is left to do.
    let last = prune(&ground.vault, AT_ONCE);
    assert_eq!((last.freed, last.marked), (0, 0), "{last:?}");
}

#[test]
fn what_was_marked_and_is_written_again_stays() {
    let ground = Ground::new();
    let first = ground.write(&[("a", &noise(1, 400_000))]);
    ground.write(&[("b", &noise(2, 400_000))]);
    ground.vault.forget(&first.id).unwrap();
    prune(&ground.vault, Vault::GRACE);
    let again = ground.write(&[("a", &noise(1, 400_000))]);
    prune(&ground.vault, AT_ONCE);
    prune(&ground.vault, AT_ONCE);
    assert_eq!(
        ground.vault.read(&again.id, "a").unwrap(),
        noise(1, 400_000)
    );
    assert!(
        ground
            .vault
            .check(true, &Silent, &|| false)
            .unwrap()
            .is_whole()
    );
}

#[test]
fn a_mark_that_an_interrupted_prune_left_beside_a_pack_in_use_is_taken_back() {
    let ground = Ground::new();
    let first = ground.write(&[("a", &noise(1, 400_000))]);
    let second = ground.write(&[("b", &noise(2, 400_000))]);
    let index = ground.path().join("index");
    let old: Vec<_> = files_below(&index)
        .into_iter()
        .map(|path| (path.clone(), std::fs::read(path).unwrap()))
        .collect();
    let listed = std::fs::read(ground.path().join("snapshots").join(&first.id)).unwrap();
    ground.vault.forget(&first.id).unwrap();
    prune(&ground.vault, Vault::GRACE);
    // As if it had been killed before it took back the old lists, and the snapshot were wanted.
    for (path, content) in old {
        std::fs::write(path, content).unwrap();
    }
    std::fs::write(ground.path().join("snapshots").join(&first.id), listed).unwrap();
    prune(&ground.vault, AT_ONCE);
    prune(&ground.vault, AT_ONCE);
    assert_eq!(
        ground.vault.read(&first.id, "a").unwrap(),
        noise(1, 400_000)
    );
    assert_eq!(
        ground.vault.read(&second.id, "b").unwrap(),
        noise(2, 400_000)
    );
    assert!(
        ground
            .vault
            .check(true, &Silent, &|| false)
            .unwrap()
            .is_whole()
    );
}

#[test]
fn a_cancelled_prune_leaves_a_whole_vault_and_is_taken_up_again() {
    let ground = Ground::new();
    let mut kept = fill(&ground, 3);
    let gone = kept.pop_first().unwrap().0;
    ground.vault.forget(&gone).unwrap();
    let cancelled = ground.vault.prune(AT_ONCE, &Silent, &|| true);
    assert!(
        matches!(cancelled, Ok(_) | Err(VaultError::Cancelled { .. })),
        "{cancelled:?}"
    );
    all_read(&ground.reopened(), &kept);
    for _ in 0..2 {
        prune(&ground.vault, AT_ONCE);
    }
    all_read(&ground.reopened(), &kept);
    assert!(
        ground
            .vault
            .check(true, &Silent, &|| false)
            .unwrap()
            .is_whole()
    );
}

#[test]
fn a_damaged_vault_is_not_pruned_and_a_busy_one_neither() {
    let ground = Ground::new();
    let kept = fill(&ground, 2);
    let ids: Vec<String> = kept.keys().cloned().collect();
    let list = ground.path().join("snapshots").join(&ids[0]);
    let whole = std::fs::read(&list).unwrap();
    std::fs::write(&list, b"nothing that could be read").unwrap();
    let before = pack_bytes(&ground);
    let refused = ground.vault.prune(AT_ONCE, &Silent, &|| false).unwrap_err();
    assert!(matches!(refused, VaultError::Damaged { .. }), "{refused}");
    assert_eq!(pack_bytes(&ground), before);
    std::fs::write(&list, whole).unwrap();
    all_read(&ground.reopened(), &kept);

    let second = ground.reopened();
    let seen = std::cell::Cell::new(false);
    let told = |_: waybill_vault::Progress| {
        if !seen.replace(true) {
            let refused = second.prune(AT_ONCE, &Silent, &|| false).unwrap_err();
            assert!(matches!(refused, VaultError::Locked { .. }), "{refused}");
            let refused = second.forget_many(&ids).unwrap_err();
            assert!(matches!(refused, VaultError::Locked { .. }), "{refused}");
        }
    };
    ground.vault.prune(AT_ONCE, &told, &|| false).unwrap();
    assert!(seen.get());
    all_read(&ground.vault, &kept);
}
