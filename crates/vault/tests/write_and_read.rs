//! What is written comes back, whole or not at all.
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

mod fixture;

use std::cell::Cell;
use std::collections::BTreeMap;
use std::sync::Arc;

use fixture::*;
use proptest::prelude::*;
use secrecy::{ExposeSecret, SecretString};
use waybill_vault::{
    Content, Entry, Mismatch, MismatchReason, Progress, Silent, Vault, VaultError,
};

#[test]
fn a_snapshot_comes_back_with_its_files_tags_and_times() {
    let ground = Ground::new();
    let big = noise(1, 3_000_000);
    let written = ground.write(&[
        ("projects/P/lookups/A.csv", b"a,b"),
        ("integrations/B_1.0.iar", &big),
        ("projects/P.car", b""),
        ("manifest.json", b"{}"),
    ]);
    assert_eq!((written.files, written.bytes), (4, 3_000_005));
    assert!(written.bytes_added > 3_000_000);

    let vault = ground.reopened();
    let record = vault.snapshot(&written.id[..8]).unwrap();
    assert_eq!(record.id, written.id);
    assert_eq!(record.time, moment());
    assert_eq!(record.label, "Order to cash (DEV)");
    assert_eq!(record.tags, ["run:r1", "status:unverified", "waybill"]);
    assert_eq!(record.description.as_deref(), Some("before the move"));
    assert_eq!((record.files, record.bytes), (4, 3_000_005));
    assert_eq!(vault.snapshots().unwrap(), [record]);

    let files = vault.files(&written.id).unwrap();
    let paths: Vec<_> = files.iter().map(|file| file.path.as_str()).collect();
    assert_eq!(
        paths,
        [
            "integrations/B_1.0.iar",
            "manifest.json",
            "projects/P.car",
            "projects/P/lookups/A.csv"
        ]
    );
    assert!(files.iter().all(|file| file.modified == Some(moment())));
    assert_eq!(
        vault.read(&written.id, "integrations/B_1.0.iar").unwrap(),
        big
    );
    assert_eq!(vault.read(&written.id, "projects/P.car").unwrap(), b"");
    assert!(matches!(
        vault.read(&written.id, "projects"),
        Err(VaultError::NoSuchFile { .. })
    ));
    assert!(matches!(
        vault.read(&written.id, "projects/Q/x"),
        Err(VaultError::NoSuchFile { .. })
    ));
}

#[test]
fn a_reader_sees_what_another_process_wrote_since() {
    let ground = Ground::new();
    let first = ground.write(&[("a", b"1")]);
    let other = ground.reopened();
    assert_eq!(other.read(&first.id, "a").unwrap(), b"1");
    let second = ground.write(&[("a", b"2")]);
    assert_eq!(other.read(&second.id, "a").unwrap(), b"2");
}

#[test]
fn the_password_is_asked_for_and_the_exported_key_stands_in_for_it() {
    let ground = Ground::new();
    let written = ground.write(&[("a", b"1")]);
    assert_eq!(
        Vault::open(&ground.path(), &password()).unwrap().id(),
        ground.vault.id()
    );
    let refused = Vault::open(&ground.path(), &SecretString::from("another")).unwrap_err();
    assert!(
        matches!(refused, VaultError::WrongPassword { .. }),
        "{refused}"
    );
    assert_eq!(ground.reopened().read(&written.id, "a").unwrap(), b"1");
    let foreign = Ground::new().vault.export_key();
    for key in [foreign, SecretString::from("nonsense")] {
        let refused = Vault::open_with_key(&ground.path(), &key).unwrap_err();
        assert!(
            matches!(refused, VaultError::WrongPassword { .. }),
            "{refused}"
        );
    }
    let second = SecretString::from("second");
    ground.reopened().add_password(&second).unwrap();
    for password in [password(), second] {
        Vault::open(&ground.path(), &password).unwrap();
    }
    let shown = format!("{:?}", ground.vault);
    assert!(!shown.contains(ground.vault.export_key().expose_secret()));
}

#[test]
fn a_folder_that_is_no_vault_or_not_empty_is_told_apart() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("notes.txt"), "mine").unwrap();
    assert!(!Vault::exists(folder.path()));
    assert!(matches!(
        Vault::open(folder.path(), &password()),
        Err(VaultError::NotAVault { .. })
    ));
    assert!(matches!(
        Vault::open(&folder.path().join("absent"), &password()),
        Err(VaultError::NotAVault { .. })
    ));
    assert!(matches!(
        Vault::create(folder.path(), &password()),
        Err(VaultError::NotEmpty { .. })
    ));
    assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 1);
    for bad in ["", " x", "x\n"] {
        assert!(matches!(
            Vault::create(&folder.path().join("v"), &SecretString::from(bad)),
            Err(VaultError::UnusablePassword { .. })
        ));
    }
}

#[test]
fn a_folder_with_odd_characters_in_its_name_holds_a_vault() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("we:ird, näme = 'x' {1}");
    let vault = Vault::create(&path, &password()).unwrap();
    let written = write(&vault, &[("a", b"1")]).unwrap();
    assert_eq!(vault.read(&written.id, "a").unwrap(), b"1");
    assert!(path.join("config").is_file());
}

#[test]
fn changed_content_of_the_same_size_and_time_is_kept_not_the_old_one() {
    let ground = Ground::new();
    ground.write(&[("lookups/A.csv", b"old")]);
    let second = ground.write(&[("lookups/A.csv", b"new")]);
    assert_eq!(
        ground.vault.read(&second.id, "lookups/A.csv").unwrap(),
        b"new"
    );
}

#[test]
fn unchanged_content_is_not_stored_again() {
    let ground = Ground::new();
    let content = noise(3, 1_000_000);
    ground.write(&[("a.iar", &content)]);
    let again = ground.write(&[("a.iar", &content), ("b.iar", &content)]);
    assert!(again.bytes_added < 5_000, "{}", again.bytes_added);
}

#[test]
fn entries_out_of_order_are_sorted_and_no_folder_appears_twice() {
    let ground = Ground::new();
    let written = ground.write(&[
        ("a/z", b"1"),
        ("a-b/x", b"2"),
        ("a/b/c", b"3"),
        ("b", b"4"),
        ("a/a", b"5"),
        ("a.b/x", b"6"),
    ]);
    for (path, content) in [
        ("a/z", b"1"),
        ("a-b/x", b"2"),
        ("a/b/c", b"3"),
        ("a/a", b"5"),
    ] {
        assert_eq!(ground.vault.read(&written.id, path).unwrap(), content);
    }
    assert_eq!(ground.vault.files(&written.id).unwrap().len(), 6);
    for bad in [
        vec![("a", &b"1"[..]), ("a", b"2")],
        vec![("a", b"1"), ("a/b", b"2")],
        vec![],
    ] {
        assert!(matches!(
            write(&ground.vault, &bad),
            Err(VaultError::InvalidEntry { .. })
        ));
    }
}

#[test]
fn staged_and_carried_over_contents_are_stored() {
    let ground = Ground::new();
    let first = ground.write(&[("integrations/A.iar", &noise(5, 900_000))]);
    let staging = Arc::new(ground.vault.staging("run-1").unwrap());
    staging.put("k", b"staged").unwrap();
    assert_eq!(ground.vault.stagings().unwrap(), ["run-1"]);
    let entries = vec![
        Entry {
            content: Content::Staged("k".into(), staging.clone()),
            ..entry("lookups/S.csv", b"staged")
        },
        Entry {
            content: Content::FromSnapshot {
                snapshot: first.id.clone(),
                path: "integrations/A.iar".into(),
            },
            ..entry("integrations/A.iar", &noise(5, 900_000))
        },
    ];
    let second = ground
        .vault
        .write(&head(), entries, &Silent, &|| false)
        .unwrap();
    assert_eq!(
        ground.vault.read(&second.id, "lookups/S.csv").unwrap(),
        b"staged"
    );
    assert_eq!(
        ground.vault.read(&second.id, "integrations/A.iar").unwrap(),
        noise(5, 900_000)
    );
    assert!(second.bytes_added < 10_000, "{}", second.bytes_added);
    staging.clear().unwrap();
    assert!(ground.vault.stagings().unwrap().is_empty());
    assert!(ground.vault.staging("../x").is_err());
}

#[test]
fn one_unreadable_entry_means_no_snapshot_at_all() {
    let ground = Ground::new();
    let staging = Arc::new(ground.vault.staging("run-1").unwrap());
    let bad = [
        Entry {
            content: Content::Staged("absent".into(), staging),
            ..entry("integrations/M.iar", b"x")
        },
        Entry {
            size: 2,
            ..entry("integrations/M.iar", b"x")
        },
        Entry {
            size: 0,
            ..entry("integrations/M.iar", b"x")
        },
        Entry {
            content: Content::FromSnapshot {
                snapshot: "ffff".into(),
                path: "x".into(),
            },
            ..entry("integrations/M.iar", b"x")
        },
    ];
    for bad in bad {
        let mut entries: Vec<_> = (0..40)
            .map(|n| entry(&format!("integrations/{n:02}.iar"), &noise(n, 5_000)))
            .collect();
        entries.push(bad);
        let error = ground
            .vault
            .write(&head(), entries, &Silent, &|| false)
            .unwrap_err();
        assert!(
            matches!(
                error,
                VaultError::ContentUnreadable { .. } | VaultError::NoSuchSnapshot { .. }
            ),
            "{error}"
        );
        assert!(ground.vault.snapshots().unwrap().is_empty());
    }
    ground.write(&[("a", b"1")]);
    assert!(
        ground
            .vault
            .check(true, &Silent, &|| false)
            .unwrap()
            .is_whole()
    );
}

#[test]
fn a_cancelled_write_leaves_no_snapshot_and_a_valid_vault() {
    let ground = Ground::new();
    let files: Vec<_> = (0..400)
        .map(|n| (format!("integrations/{n:03}.iar"), noise(n, 100_000)))
        .collect();
    let entries = || {
        files
            .iter()
            .map(|(path, content)| entry(path, content))
            .collect()
    };
    let error = ground
        .vault
        .write(&head(), entries(), &Silent, &|| true)
        .unwrap_err();
    assert!(matches!(error, VaultError::Cancelled { .. }), "{error}");
    assert!(ground.vault.snapshots().unwrap().is_empty());
    assert!(
        ground
            .vault
            .check(true, &Silent, &|| false)
            .unwrap()
            .is_whole()
    );
    let written = ground
        .vault
        .write(&head(), entries(), &Silent, &|| false)
        .unwrap();
    assert_eq!(written.files, 400);
    assert!(
        std::fs::read_dir(ground.path().join("locks"))
            .unwrap()
            .next()
            .is_none()
    );
}

#[test]
fn progress_is_told_from_nothing_to_all() {
    let ground = Ground::new();
    let first = Cell::new(None);
    let last = Cell::new(Progress::default());
    let told = |progress: Progress| {
        first.set(first.get().or(Some(progress)));
        last.set(progress);
    };
    let files = entries(&[("a", b"123"), ("b", b"45")]);
    ground
        .vault
        .write(&head(), files, &told, &|| false)
        .unwrap();
    assert_eq!(first.get().map(|progress| progress.files), Some(2));
    assert_eq!(
        last.get(),
        Progress {
            files_done: 2,
            files: 2,
            bytes_done: 5,
            bytes: 5
        }
    );
}

#[test]
fn verify_names_each_difference() {
    let ground = Ground::new();
    let written = ground.write(&[("a", b"1"), ("b", b"22"), ("c", b"3")]);
    let expect =
        |path: &str, content: &[u8]| (path.to_owned(), sha256(content), content.len() as u64);
    let right = [expect("a", b"1"), expect("b", b"22"), expect("c", b"3")];
    let verify = |expected: &[_]| {
        ground
            .vault
            .verify(&written.id, expected, &Silent, &|| false)
            .unwrap()
    };
    assert!(verify(&right).is_empty());
    let wrong = [
        expect("x", b""),
        expect("a", b"2"),
        expect("c", b"3"),
        expect("b", b"2"),
    ];
    let reasons: Vec<_> = verify(&wrong)
        .into_iter()
        .map(|Mismatch { path, reason }| (path, reason))
        .collect();
    assert_eq!(
        reasons,
        [
            ("x".to_owned(), MismatchReason::Missing),
            (
                "a".to_owned(),
                MismatchReason::Hash {
                    found: sha256(b"1")
                }
            ),
            (
                "b".to_owned(),
                MismatchReason::Size {
                    expected: 1,
                    found: 2
                }
            ),
        ]
    );
}

#[test]
fn packs_of_an_interrupted_write_are_used_again() {
    let ground = Ground::new();
    let content = noise(9, 2_000_000);
    let written = ground.write(&[("a.iar", &content)]);
    // What a process leaves that is killed before it wrote the index and the snapshot.
    for folder in ["index", "snapshots"] {
        for file in files_below(&ground.path().join(folder)) {
            std::fs::remove_file(file).unwrap();
        }
    }
    let packs = files_below(&ground.path().join("data"));
    let again = ground.reopened();
    let second = write(&again, &[("a.iar", &content)]).unwrap();
    assert_eq!(second.bytes_added, 0);
    assert_ne!(second.id, written.id);
    assert_eq!(files_below(&ground.path().join("data")), packs);
    assert_eq!(again.read(&second.id, "a.iar").unwrap(), content);
}

#[test]
fn restore_writes_what_is_wanted_and_leaves_other_files_alone() {
    let ground = Ground::new();
    let written = ground.write(&[("a/CON.iar", b"1"), ("b/x.csv", b"2"), ("b/y.csv", b"3")]);
    let to = ground.folder.path().join("out");
    std::fs::create_dir_all(to.join("b")).unwrap();
    std::fs::write(to.join("b/x.csv"), "mine").unwrap();
    let restore = |keep: &dyn Fn(&str) -> bool| {
        ground
            .vault
            .restore(&written.id, &to, keep, &Silent, &|| false)
            .unwrap()
    };
    let results = restore(&|path| path != "b/y.csv");
    assert_eq!(results.len(), 2);
    assert!(results[0].problem.is_none());
    assert_eq!(results[0].destination, to.join("a").join("_CON.iar"));
    assert_eq!(std::fs::read(to.join("a/_CON.iar")).unwrap(), b"1");
    assert!(matches!(results[1].problem, Some(VaultError::Io { .. })));
    assert_eq!(std::fs::read(to.join("b/x.csv")).unwrap(), b"mine");
    std::fs::remove_file(to.join("b/x.csv")).unwrap();
    assert!(restore(&|_| true).iter().all(|file| file.problem.is_none()));
    assert_eq!(files_below(&to).len(), 3);
    let size = ground.vault.size().unwrap();
    assert!(size.bytes > 500 && size.free > 0);
}

fn tree() -> impl Strategy<Value = BTreeMap<String, Vec<u8>>> {
    let part = "[a-cA-C .\\-_äß]{0,3}[a-c]";
    let path = proptest::collection::vec(part, 1..4).prop_map(|parts| parts.join("/"));
    let content = prop_oneof![
        proptest::collection::vec(any::<u8>(), 0..200),
        (any::<u64>(), 0..700_000_usize).prop_map(|(seed, length)| noise(seed, length)),
    ];
    proptest::collection::btree_map(path, content, 1..25).prop_map(|tree| {
        let names: Vec<String> = tree.keys().cloned().collect();
        tree.into_iter()
            .filter(|(path, _)| {
                let folder = format!("{path}/");
                !names.iter().any(|name| name.starts_with(&folder))
            })
            .collect()
    })
}

#[test]
fn any_tree_is_written_read_back_and_restored_equal() {
    let ground = Ground::new();
    let config = ProptestConfig {
        cases: 24,
        failure_persistence: None,
        ..ProptestConfig::default()
    };
    proptest!(config, |(tree in tree())| {
        let files: Vec<_> = tree.iter().map(|(path, content)| (path.as_str(), &content[..])).collect();
        let written = ground.write(&files);
        prop_assert_eq!(written.files, files.len() as u64);
        for (path, content) in &tree {
            prop_assert_eq!(&ground.vault.read(&written.id, path).unwrap(), content);
        }
        let out = tempfile::tempdir().unwrap();
        let results = ground
            .vault
            .restore(&written.id, out.path(), &|_| true, &Silent, &|| false)
            .unwrap();
        prop_assert_eq!(results.len(), tree.len());
        for result in results {
            prop_assert!(result.problem.is_none(), "{:?}", result.problem);
            prop_assert_eq!(&std::fs::read(result.destination).unwrap(), &tree[&result.path]);
        }
    });
    assert!(
        ground
            .vault
            .check(true, &Silent, &|| false)
            .unwrap()
            .is_whole()
    );
}
