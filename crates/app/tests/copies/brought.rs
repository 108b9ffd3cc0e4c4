//! What is brought, and opened from there.

use std::process::Command;

use secrecy::SecretString;
use waybill_app::view::{
    CopyStanding, EncryptionWay, MoveEdit, PlaceRef, RunStatus, TargetSecrets, TargetState,
};

use crate::kept::{Kept, bare, folder, git, names, names_of_kind, passphrase, sftp};
use crate::sshd::Sshd;

#[tokio::test(flavor = "multi_thread")]
async fn a_folder_a_server_and_a_repository_hold_what_the_snapshot_holds() {
    let kept = Kept::begin().await;
    let server = Sshd::start("");
    let (plain, sealed, far, repository) = (
        kept.at("plain"),
        kept.at("sealed"),
        kept.at("far"),
        kept.at("repository"),
    );
    kept.add("Folder", folder(&plain), |_| {}).await;
    kept.add_with(
        "Sealed",
        folder(&sealed),
        passphrase("ten red crates"),
        |form| {
            form.encryption = EncryptionWay::Passphrase;
        },
    )
    .await;
    kept.add("Server", sftp(&server, "plain", &far), |form| {
        form.host_key = Some(server.host_key.clone());
    })
    .await;
    kept.add("Git", bare(&repository), |_| {}).await;
    for target in ["Folder", "Sealed", "Server", "Git"] {
        let (status, headline) = kept.copy(target).await;
        assert_eq!(status, RunStatus::Done, "{target}: {headline}");
        kept.is_equal(target).await;
        assert_eq!(kept.state(target).await, (TargetState::Equal, 0));
    }
    let copies = kept.app().copies_of(&kept.snapshot).await.unwrap();
    assert_eq!(copies.len(), 4);
    assert!(
        copies
            .iter()
            .all(|copy| copy.standing == CopyStanding::Whole)
    );

    // People find what they know, and nobody reads what is sealed.
    let names = names(&plain);
    assert!(
        names
            .iter()
            .any(|name| name.contains("/one/Integrations/") && name.contains(".iar")),
        "{names:?}"
    );
    assert!(names.iter().any(|name| name.starts_with("OIC_Backups/20")));
    let closed = names_of_kind(&sealed, "iar");
    assert!(closed.is_empty(), "{closed:?}");

    // A second copy says what changed, by whom, and which number it has; the first stays to be opened.
    let again = kept.back_up().await;
    let (status, _) = kept.copy("Git").await;
    assert_eq!(status, RunStatus::Done);
    assert_ne!(again, kept.snapshot);
    let log = git(&[
        "-C",
        &repository.display().to_string(),
        "log",
        "--format=%s|%D",
    ]);
    let lines: Vec<&str> = log.lines().collect();
    assert_eq!(lines.len(), 2, "{log}");
    assert!(lines[0].starts_with("one: "), "{log}");
    assert!(lines[0].contains("tag: copy/one/2"), "{log}");
    assert!(lines[1].starts_with("one: first copy, "), "{log}");
    let tree = git(&[
        "-C",
        &repository.display().to_string(),
        "ls-tree",
        "-r",
        "--name-only",
        "main",
    ]);
    assert!(
        tree.contains(".iar.unpacked/") && tree.contains("project.xml"),
        "{tree}"
    );
    let first = PlaceRef::Copy {
        target: "Git".into(),
        copy: "copy/one/1".into(),
    };
    kept.app().catalogue(&first, false).await.unwrap();

    // A copy is moved from as a snapshot is.
    let move_ = kept
        .app()
        .move_new(MoveEdit {
            from: Some(first.clone()),
            to: Some("one".into()),
            ..MoveEdit::default()
        })
        .await
        .unwrap();
    assert_eq!(move_.from.as_ref(), Some(&first));
    assert_eq!(move_.summary.from_title.as_deref(), Some("one"));

    // A difference between a copy and the snapshot is none.
    let snapshot = PlaceRef::Snapshot {
        id: kept.snapshot.clone(),
    };
    let compared = kept
        .app()
        .compare(
            &first,
            &snapshot,
            false,
            &|_| {},
            tokio_util::sync::CancellationToken::new(),
        )
        .await
        .unwrap();
    assert_eq!(
        compared.counts.only_left + compared.counts.only_right + compared.counts.different,
        0
    );
    kept.sandbox.shutdown().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_vault_elsewhere_is_one_that_restic_reads() {
    let kept = Kept::begin().await;
    let server = Sshd::start("");
    let far = kept.at("vault");
    let words = "a vault of its own";
    let secrets = TargetSecrets {
        vault: Some(SecretString::from(words.to_owned())),
        ..TargetSecrets::default()
    };
    kept.add_with("Vault", sftp(&server, "plain", &far), secrets, |form| {
        form.vault = true;
        form.host_key = Some(server.host_key.clone());
    })
    .await;
    let check = kept
        .app()
        .target_check_saved("Vault", |_| {})
        .await
        .unwrap();
    assert!(check.passed, "{check:?}");
    let (status, headline) = kept.copy("Vault").await;
    assert_eq!(status, RunStatus::Done, "{headline}");
    kept.is_equal("Vault").await;
    assert_eq!(kept.state("Vault").await, (TargetState::Equal, 0));
    // Copied once more, it is compared and not carried.
    let (status, _) = kept.copy("Vault").await;
    assert_eq!(status, RunStatus::Done);

    let file = kept.folder.path().join("password");
    std::fs::write(&file, words).unwrap();
    let restic = |arguments: &[&str]| {
        Command::new("restic")
            .args(["--no-cache", "--repo"])
            .arg(&far)
            .arg("--password-file")
            .arg(&file)
            .args(arguments)
            .output()
    };
    match restic(&["check", "--read-data"]) {
        Err(_) => println!("passed over: restic is not installed"),
        Ok(said) => {
            assert!(said.status.success(), "{said:?}");
            let listed = restic(&["ls", "latest"]).unwrap();
            assert!(String::from_utf8_lossy(&listed.stdout).contains("/integrations/"));
        }
    }
    kept.sandbox.shutdown().await;
}
