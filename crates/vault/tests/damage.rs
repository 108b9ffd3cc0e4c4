//! Damage on the disk is found, named, and never a panic.
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

mod fixture;

use std::path::{Path, PathBuf};

use fixture::*;
use waybill_vault::{CheckReport, MismatchReason, Silent, Vault, VaultError};

/// Two snapshots: one of many files, and an older one with a file of its own.
fn filled() -> (Ground, String) {
    let ground = Ground::new();
    let files: Vec<_> = (0..12)
        .map(|n| (format!("integrations/I{n}.iar"), noise(n, 900_000)))
        .collect();
    ground.write(&[("lookups/OLD.csv", b"old")]);
    let borrowed: Vec<_> = files.iter().map(|(p, c)| (p.as_str(), &c[..])).collect();
    let written = ground.write(&borrowed);
    (ground, written.id)
}

fn check(vault: &Vault, read_data: bool) -> CheckReport {
    vault.check(read_data, &Silent, &|| false).unwrap()
}

fn flip(path: &Path, place: usize) {
    let mut bytes = std::fs::read(path).unwrap();
    let place = place.min(bytes.len() - 1);
    bytes[place] ^= 0x40;
    std::fs::write(path, bytes).unwrap();
}

fn largest(folder: &Path) -> PathBuf {
    files_below(folder)
        .into_iter()
        .max_by_key(|path| path.metadata().unwrap().len())
        .unwrap()
}

/// Every way of reading, on a vault opened anew; none may panic, and each error names its subject.
fn read_everything(ground: &Ground, id: &str) -> (usize, usize) {
    let vault = ground.reopened();
    let (mut whole, mut damaged) = (0, 0);
    for n in 0..12_u64 {
        let path = format!("integrations/I{n}.iar");
        match vault.read(id, &path) {
            Ok(content) => {
                assert_eq!(content, noise(n, 900_000));
                whole += 1;
            }
            Err(error) => {
                assert!(matches!(error, VaultError::Damaged { .. }), "{error:?}");
                damaged += 1;
            }
        }
    }
    (whole, damaged)
}

#[test]
fn flipped_bytes_in_packs_are_seen_by_the_check_and_named_by_reading() {
    let (ground, id) = filled();
    assert!(check(&ground.vault, true).is_whole());
    let pack = largest(&ground.path().join("data"));
    let whole = std::fs::read(&pack).unwrap();
    for place in [0, 17, whole.len() / 2, whole.len() - 100, whole.len() - 1] {
        flip(&pack, place);
        assert!(!check(&ground.reopened(), true).is_whole(), "at {place}");
        let name = pack.file_name().unwrap().to_str().unwrap();
        assert!(
            check(&ground.reopened(), true)
                .problems
                .iter()
                .any(|p| p.contains(name))
        );
        std::fs::write(&pack, &whole).unwrap();
    }
    flip(&pack, whole.len() / 2);
    let (read, damaged) = read_everything(&ground, &id);
    assert!(damaged >= 1 && read >= 6, "{read} whole, {damaged} damaged");

    // Reading, verifying and restoring agree on what is lost, and give the rest.
    let vault = ground.reopened();
    let expected: Vec<_> = (0..12)
        .map(|n| {
            let content = noise(n, 900_000);
            (format!("integrations/I{n}.iar"), sha256(&content), 900_000)
        })
        .collect();
    let mismatches = vault.verify(&id, &expected, &Silent, &|| false).unwrap();
    assert_eq!(mismatches.len(), damaged);
    for mismatch in &mismatches {
        assert!(
            matches!(&mismatch.reason, MismatchReason::Unreadable(why) if why.contains(&mismatch.path))
        );
        let error = vault.read(&id, &mismatch.path).unwrap_err().to_string();
        assert!(error.contains(&mismatch.path), "{error}");
        assert!(!error.contains(PASSWORD));
    }
    let out = ground.folder.path().join("out");
    let restored = vault
        .restore(&id, &out, &|_| true, &Silent, &|| false)
        .unwrap();
    assert_eq!(
        restored
            .iter()
            .filter(|file| file.problem.is_some())
            .count(),
        damaged
    );
    assert_eq!(files_below(&out).len(), read);
}

#[test]
fn verifying_again_in_the_same_process_sees_what_was_damaged_meanwhile() {
    let (ground, id) = filled();
    let expected: Vec<_> = (0..12)
        .map(|n| {
            let content = noise(n, 900_000);
            (format!("integrations/I{n}.iar"), sha256(&content), 900_000)
        })
        .collect();
    let verify = || {
        let found = ground.vault.verify(&id, &expected, &Silent, &|| false);
        found.unwrap().len()
    };
    assert_eq!(verify(), 0);
    let pack = largest(&ground.path().join("data"));
    let middle = std::fs::metadata(&pack).unwrap().len() / 2;
    flip(&pack, usize::try_from(middle).unwrap());
    assert!(verify() >= 1, "what was kept in memory hid the damage");
}

#[test]
fn a_pack_cut_short_or_gone_is_seen_even_without_reading_the_data() {
    let (ground, id) = filled();
    let pack = largest(&ground.path().join("data"));
    let whole = std::fs::read(&pack).unwrap();
    for length in [whole.len() - 1, whole.len() / 2, 0] {
        std::fs::write(&pack, &whole[..length]).unwrap();
        assert!(
            !check(&ground.reopened(), false).is_whole(),
            "at {length} bytes"
        );
        assert!(
            !check(&ground.reopened(), true).is_whole(),
            "at {length} bytes"
        );
        read_everything(&ground, &id);
    }
    std::fs::remove_file(&pack).unwrap();
    let report = check(&ground.reopened(), false);
    let name = &pack.file_name().unwrap().to_str().unwrap()[..8];
    assert!(
        report.problems.iter().any(|problem| problem.contains(name)),
        "{report:?}"
    );
    let (read, damaged) = read_everything(&ground, &id);
    assert!(damaged >= 1 && read >= 1, "{read} whole, {damaged} damaged");

    // The next backup of the same contents stores again what is lost, and puts the vault right.
    let vault = ground.reopened();
    let files: Vec<_> = (0..12)
        .map(|n| (format!("integrations/I{n}.iar"), noise(n, 900_000)))
        .collect();
    let borrowed: Vec<_> = files.iter().map(|(p, c)| (p.as_str(), &c[..])).collect();
    let again = write(&vault, &borrowed).unwrap();
    assert!(again.bytes_added > 0);
    assert_eq!(read_everything(&ground, &again.id), (12, 0));
    assert_eq!(read_everything(&ground, &id), (12, 0));
    let report = check(&ground.reopened(), true);
    assert!(report.is_whole(), "{report:?}");
}

#[test]
fn a_damaged_snapshot_file_is_named_and_hides_no_other_snapshot() {
    let (ground, id) = filled();
    let path = ground.path().join("snapshots").join(&id);
    let whole = std::fs::read(&path).unwrap();
    for place in [0, 20, whole.len() - 1] {
        flip(&path, place);
        let vault = ground.reopened();
        let report = check(&vault, false);
        assert!(
            report.problems.iter().any(|problem| problem.contains(&id)),
            "{report:?}"
        );
        assert_eq!(vault.snapshots().unwrap().len(), 1);
        for error in [
            vault.files(&id).unwrap_err(),
            vault.read(&id, "x").unwrap_err(),
        ] {
            assert!(matches!(error, VaultError::Damaged { .. }), "{error:?}");
            assert!(error.to_string().contains(&id), "{error}");
        }
        std::fs::write(&path, &whole).unwrap();
    }
    for length in [0, 10, whole.len() - 1] {
        std::fs::write(&path, &whole[..length]).unwrap();
        assert!(!check(&ground.reopened(), false).is_whole());
    }
    // Swapped with another whole file of the vault, its name gives it away.
    let other = files_below(&ground.path().join("snapshots"))
        .into_iter()
        .find(|file| file != &path)
        .unwrap();
    std::fs::copy(other, &path).unwrap();
    assert!(!check(&ground.reopened(), false).is_whole());
    assert!(matches!(
        ground.reopened().snapshot(&id),
        Err(VaultError::Damaged { .. })
    ));
}

#[test]
fn a_damaged_index_is_named() {
    let (ground, id) = filled();
    for index in files_below(&ground.path().join("index")) {
        let whole = std::fs::read(&index).unwrap();
        for place in [0, whole.len() / 2, whole.len() - 1] {
            flip(&index, place);
            let report = check(&ground.reopened(), false);
            let name = index.file_name().unwrap().to_str().unwrap();
            assert!(
                report.problems.iter().any(|p| p.contains(name)),
                "{report:?}"
            );
            let error = ground
                .reopened()
                .read(&id, "integrations/I1.iar")
                .unwrap_err();
            assert!(matches!(error, VaultError::Damaged { .. }), "{error:?}");
            std::fs::write(&index, &whole).unwrap();
        }
    }
    assert_eq!(read_everything(&ground, &id), (12, 0));
}

#[test]
fn damaged_keys_and_a_damaged_configuration_are_not_called_a_wrong_password() {
    let ground = Ground::new();
    for folder in ["keys", ""] {
        let file = if folder.is_empty() {
            ground.path().join("config")
        } else {
            files_below(&ground.path().join(folder)).remove(0)
        };
        let whole = std::fs::read(&file).unwrap();
        for place in [30, whole.len() - 60] {
            flip(&file, place);
            let error = Vault::open(&ground.path(), &password()).unwrap_err();
            assert!(matches!(error, VaultError::Damaged { .. }), "{error:?}");
            std::fs::write(&file, &whole).unwrap();
        }
    }
    Vault::open(&ground.path(), &password()).unwrap();
}
