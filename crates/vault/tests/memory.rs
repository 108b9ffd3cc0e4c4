//! Memory of a write: contents pass through, they do not pile up.
#![cfg(target_os = "linux")]
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

mod fixture;

use std::sync::Arc;

use fixture::*;
use jiff::SignedDuration;
use waybill_vault::{Content, Entry, Silent, Vault};

/// A value of `/proc/self/status` in megabytes.
fn megabytes(name: &str) -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap();
    let line = status.lines().find(|line| line.starts_with(name)).unwrap();
    let kilobytes: u64 = line.split_whitespace().nth(1).unwrap().parse().unwrap();
    kilobytes / 1024
}

#[test]
fn two_thousand_staged_files_are_written_and_verified_in_little_memory() {
    let ground = Ground::new();
    let staging = Arc::new(ground.vault.staging("memory").unwrap());
    let mut expected = Vec::new();
    let base = noise(1, 120_000);
    for n in 0..2_000_u32 {
        let mut content = base.clone();
        for place in (0..content.len()).step_by(4) {
            content[place] ^= n.wrapping_mul(2_654_435_761).to_le_bytes()[place / 4 % 4];
        }
        let path = format!("integrations/I{n:04}.iar");
        staging.put(&path, &content).unwrap();
        expected.push((path, sha256(&content), content.len() as u64));
    }
    let entries = expected
        .iter()
        .map(|(path, _, size)| Entry {
            path: path.clone(),
            modified: moment(),
            size: *size,
            content: Content::Staged(path.clone(), staging.clone()),
        })
        .collect();
    let elsewhere = tempfile::tempdir().unwrap();
    let copies = Vault::create(&elsewhere.path().join("copies"), &password()).unwrap();
    // Sets the peak back to what is in use now: creating the vault took 128 MB for a moment.
    std::fs::write("/proc/self/clear_refs", "5").unwrap();
    let before = megabytes("VmRSS");
    let written = ground
        .vault
        .write(&head(), entries, &Silent, &|| false)
        .unwrap();
    let after_write = megabytes("VmHWM");
    assert_eq!(written.bytes, 240_000_000);
    let differing = ground
        .vault
        .verify(&written.id, &expected, &Silent, &|| false)
        .unwrap();
    assert!(differing.is_empty());
    let after_verify = megabytes("VmHWM");
    let ids = [written.id.clone()];
    Vault::copy_snapshots(&ground.vault, &copies, &ids, &Silent, &|| false).unwrap();
    let proven = copies.check_part(1, 1, &Silent, &|| false).unwrap();
    assert!(
        proven.is_whole() && proven.bytes_read > 100_000,
        "{proven:?}"
    );
    copies
        .forget_many(&[copies.snapshots().unwrap()[0].id.clone()])
        .unwrap();
    for _ in 0..2 {
        copies
            .prune(SignedDuration::ZERO, &Silent, &|| false)
            .unwrap();
    }
    let after_all = megabytes("VmHWM");
    assert!(
        after_write - before < 80 && after_verify - before < 100,
        "{before} MB before, {after_write} MB after writing, {after_verify} MB after verifying"
    );
    assert!(
        after_all < 250,
        "{before} MB before, {after_all} MB after copying, proving and pruning"
    );
}
