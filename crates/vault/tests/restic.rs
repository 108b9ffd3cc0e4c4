//! The vault as plain restic sees it, and restic's commands beside Waybill's work.
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

mod fixture;

use std::cell::RefCell;

use fixture::*;
use secrecy::SecretString;
use waybill_vault::{Progress, Silent, Vault, VaultError};

fn files() -> Vec<(String, Vec<u8>)> {
    (0..60)
        .map(|n| (format!("integrations/I{n}_1.0.iar"), noise(n, 40_000)))
        .chain([
            ("lookups/LÄNDER.csv".to_owned(), b"a,b".to_vec()),
            ("projects/P/lookups/X.csv".to_owned(), Vec::new()),
            ("projects/P.car".to_owned(), noise(99, 2_500_000)),
        ])
        .collect()
}

fn filled() -> (Ground, String) {
    let ground = Ground::new();
    let files = files();
    let borrowed: Vec<_> = files.iter().map(|(p, c)| (p.as_str(), &c[..])).collect();
    let written = ground.write(&borrowed);
    (ground, written.id)
}

#[test]
fn restic_checks_lists_and_restores_what_was_written_and_retagged() {
    if !restic_is_here("restic_checks_lists_and_restores_what_was_written_and_retagged") {
        return;
    }
    let (ground, id) = filled();
    let id = ground
        .vault
        .retag(&id, &["status:complete".into()])
        .unwrap();
    restic_ok(&ground.path(), &["check", "--read-data"]);

    let listed = restic_ok(&ground.path(), &["snapshots", "--json"]);
    let listed: serde_json::Value = serde_json::from_str(&listed).unwrap();
    assert_eq!(listed[0]["id"], serde_json::json!(id));
    assert_eq!(listed[0]["hostname"], "Order to cash (DEV)");
    assert_eq!(
        listed[0]["tags"],
        serde_json::json!(["status:complete", "waybill"])
    );
    let time: jiff::Timestamp = listed[0]["time"].as_str().unwrap().parse().unwrap();
    assert_eq!(time, moment());

    let out = ground.folder.path().join("out");
    restic_ok(
        &ground.path(),
        &["restore", "latest", "--target", out.to_str().unwrap()],
    );
    assert_eq!(files_below(&out).len(), files().len());
    for (path, content) in files() {
        let restored = out.join(&path);
        assert_eq!(std::fs::read(&restored).unwrap(), content, "{path}");
        let modified = restored.metadata().unwrap().modified().unwrap();
        assert_eq!(jiff::Timestamp::try_from(modified).unwrap(), moment());
    }
}

#[test]
fn what_restic_writes_into_the_vault_is_read() {
    if !restic_is_here("what_restic_writes_into_the_vault_is_read") {
        return;
    }
    let (ground, _) = filled();
    let source = ground.folder.path().join("source");
    std::fs::create_dir_all(&source).unwrap();
    std::fs::write(source.join("note.txt"), "by restic").unwrap();
    restic_ok(
        &ground.path(),
        &["backup", "--host", "other", source.to_str().unwrap()],
    );
    let snapshots = ground.vault.snapshots().unwrap();
    assert_eq!(snapshots.len(), 2);
    let theirs = snapshots.iter().find(|s| s.label == "other").unwrap();
    let file = &ground.vault.files(&theirs.id).unwrap()[0];
    assert_eq!(
        ground.vault.read(&theirs.id, &file.path).unwrap(),
        b"by restic"
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
fn a_lost_index_is_made_again_by_restic_as_the_recovery_path_says() {
    if !restic_is_here("a_lost_index_is_made_again_by_restic_as_the_recovery_path_says") {
        return;
    }
    let (ground, id) = filled();
    for index in files_below(&ground.path().join("index")) {
        std::fs::remove_file(index).unwrap();
    }
    assert!(ground.vault.read(&id, "lookups/LÄNDER.csv").is_err());
    restic_ok(&ground.path(), &["rebuild-index"]);
    assert_eq!(
        ground.vault.read(&id, "lookups/LÄNDER.csv").unwrap(),
        b"a,b"
    );
    restic_ok(&ground.path(), &["check", "--read-data"]);
}

#[test]
fn a_repository_made_by_restic_opens_as_a_vault() {
    if !restic_is_here("a_repository_made_by_restic_opens_as_a_vault") {
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("theirs");
    restic_ok(&path, &["init"]);
    let vault = Vault::open(&path, &password()).unwrap();
    let written = write(&vault, &[("a", b"1")]).unwrap();
    assert_eq!(vault.read(&written.id, "a").unwrap(), b"1");
    restic_ok(&path, &["check", "--read-data"]);
    assert!(matches!(
        Vault::open(&path, &SecretString::from("wrong")),
        Err(VaultError::WrongPassword { .. })
    ));
}

#[test]
fn while_waybill_writes_restic_does_not_prune_and_a_second_writer_is_told_who_is_first() {
    let test =
        "while_waybill_writes_restic_does_not_prune_and_a_second_writer_is_told_who_is_first";
    let with_restic = restic_is_here(test);
    let (ground, _) = filled();
    let second = ground.reopened();
    let seen = RefCell::new(Vec::new());
    let told = |_: Progress| {
        if !seen.borrow().is_empty() {
            return;
        }
        // The write holds its locks as long as it tells its progress.
        let refused = write(&second, &[("b", b"2")]).unwrap_err();
        seen.borrow_mut().push(refused.to_string());
        assert!(matches!(refused, VaultError::Locked { .. }), "{refused}");
        let id = second.snapshots().unwrap()[0].id.clone();
        assert!(matches!(second.forget(&id), Err(VaultError::Locked { .. })));
        assert!(matches!(
            second.retag(&id, &[]),
            Err(VaultError::Locked { .. })
        ));
        if with_restic {
            for command in [&["prune"][..], &["check"], &["forget", "latest", "--prune"]] {
                let output = restic(&ground.path(), command);
                assert!(!output.status.success(), "restic {command:?} went ahead");
                let said = String::from_utf8_lossy(&output.stderr).into_owned();
                assert!(said.contains("already locked"), "{said}");
                assert!(said.contains(&std::process::id().to_string()), "{said}");
            }
        }
    };
    let written = ground
        .vault
        .write(&head(), entries(&[("b", b"1")]), &told, &|| false)
        .unwrap();
    let said = seen.borrow()[0].clone();
    assert!(said.contains("Waybill"), "{said}");
    assert!(said.contains(&std::process::id().to_string()), "{said}");
    assert_eq!(ground.vault.read(&written.id, "b").unwrap(), b"1");
    write(&second, &[("b", b"2")]).unwrap();
    if with_restic {
        restic_ok(&ground.path(), &["prune"]);
        restic_ok(&ground.path(), &["check", "--read-data"]);
    }
}

#[test]
fn an_exclusive_lock_of_restic_keeps_waybill_from_writing() {
    if !restic_is_here("an_exclusive_lock_of_restic_keeps_waybill_from_writing") {
        return;
    }
    let (ground, _) = filled();
    // restic takes its exclusive lock before it reads the vault; a slow reading holds it for long.
    let mut child = std::process::Command::new("restic")
        .arg("--repo")
        .arg(ground.path())
        .args([
            "--password-file",
            "/dev/stdin",
            "--no-cache",
            "--limit-download",
            "50",
        ])
        .args(["check", "--read-data"])
        .stdin(std::process::Stdio::piped())
        .stdout(std::process::Stdio::null())
        .stderr(std::process::Stdio::null())
        .spawn()
        .unwrap();
    std::io::Write::write_all(&mut child.stdin.take().unwrap(), PASSWORD.as_bytes()).unwrap();
    let locks = ground.path().join("locks");
    let begun = std::time::Instant::now();
    // While it is being written, the file has a longer name.
    let is_lock = |item: std::io::Result<std::fs::DirEntry>| item.unwrap().file_name().len() == 64;
    while !std::fs::read_dir(&locks).unwrap().any(is_lock) {
        assert!(begun.elapsed().as_secs() < 30, "restic took no lock");
        std::thread::sleep(std::time::Duration::from_millis(10));
    }
    let refused = write(&ground.vault, &[("b", b"1")]).unwrap_err();
    child.kill().unwrap();
    child.wait().unwrap();
    assert!(
        matches!(&refused, VaultError::Locked { by } if by.starts_with("restic")),
        "{refused}"
    );
    // Its process is gone, so its lock no longer counts.
    write(&ground.vault, &[("b", b"1")]).unwrap();
    assert!(std::fs::read_dir(&locks).unwrap().next().is_none());
}

#[test]
fn nothing_readable_lies_in_the_vault_and_its_own_files_do_not_disturb_restic() {
    let (ground, _) = filled();
    assert!(ground.path().join("waybill.lock").exists());
    let staging = ground.vault.staging("run-7").unwrap();
    staging
        .put("integrations/SECRET_NAME", b"SECRET_CONTENT")
        .unwrap();
    for file in files_below(ground.folder.path()) {
        let raw = std::fs::read(&file).unwrap();
        for secret in [
            PASSWORD.as_bytes(),
            b"SECRET_",
            b"integrations",
            b"Order to cash",
        ] {
            assert!(
                !raw.windows(secret.len()).any(|window| window == secret),
                "{} in {}",
                String::from_utf8_lossy(secret),
                file.display()
            );
        }
    }
    if restic_is_here("nothing_readable_lies_in_the_vault") {
        std::fs::write(
            ground.path().join("data").join("00").join("ab-tmp-"),
            "half",
        )
        .unwrap();
        restic_ok(&ground.path(), &["check", "--read-data"]);
    }
}
