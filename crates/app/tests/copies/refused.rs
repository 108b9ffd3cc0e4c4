//! What cannot be copied.

use waybill_app::view::{
    EncryptionWay, ErrorCode, RunStatus, StageState, TargetPlace, TargetSecrets, TargetState,
};

use crate::kept::{Kept, bare, folder, form, passphrase, sftp};
use crate::sshd::Sshd;
use crate::tmpfs;

#[tokio::test(flavor = "multi_thread")]
async fn what_cannot_be_copied_is_told_and_the_backup_is_whole() {
    let kept = Kept::begin().await;
    let server = Sshd::start("");
    let closed = Sshd::start("-R");
    let far = kept.at("far");

    // A key that nobody has confirmed yet is shown, and the right one accepted.
    let unknown = form("Unknown", sftp(&server, "plain", &far));
    let shown = kept
        .app()
        .target_host_key(unknown.clone(), TargetSecrets::default())
        .await
        .unwrap();
    assert_eq!(shown.as_deref(), Some(server.host_key.as_str()));
    kept.add("Unknown", sftp(&server, "plain", &far), |_| {})
        .await;
    let (status, headline) = kept.copy("Unknown").await;
    assert_eq!(status, RunStatus::Failed);
    assert!(headline.contains(&server.host_key), "{headline}");
    assert_eq!(kept.state("Unknown").await.0, TargetState::Failed);
    kept.app()
        .target_accept_host_key("Unknown", &server.host_key)
        .unwrap();
    let (status, headline) = kept.copy("Unknown").await;
    assert_eq!(status, RunStatus::Done, "{headline}");
    let runs = kept.app().copies_known(Some("Unknown")).unwrap();
    assert_eq!(runs.len(), 1, "the same copy was tried again");

    let cases = [
        (
            "Stranger",
            sftp(&server, "stranger", &far),
            &server,
            "does not let",
        ),
        (
            "Closed",
            sftp(&closed, "plain", &far),
            &closed,
            "cannot be written",
        ),
        (
            "Gone",
            sftp(&server, "plain", &far.join("none")),
            &server,
            "has no folder",
        ),
    ];
    for (name, place, server, words) in cases {
        kept.add(name, place, |form| {
            form.host_key = Some(server.host_key.clone());
        })
        .await;
        let (status, headline) = kept.copy(name).await;
        assert_eq!(status, RunStatus::Failed, "{name}");
        assert!(headline.contains(words), "{name}: {headline}");
        let check = kept.app().target_check_saved(name, |_| {}).await.unwrap();
        let failed = check
            .stages
            .iter()
            .find(|stage| stage.state == StageState::Failed)
            .unwrap();
        assert!(!check.passed);
        assert!(failed.detail.contains(words), "{name}: {check:?}");
        assert!(failed.remedy.is_some());
    }

    // A disk that is full.
    if let Some(small) = tmpfs::Small::mount() {
        let room = small.path().join("room");
        std::fs::write(&room, vec![1; 900 * 1024]).unwrap();
        kept.add("Full", folder(small.path()), |_| {}).await;
        let (status, headline) = kept.copy("Full").await;
        assert_eq!(status, RunStatus::Failed);
        assert!(headline.contains("is full"), "{headline}");
    }

    // What lies there is of another passphrase.
    let sealed = kept.at("sealed");
    for (name, words, status) in [
        ("Right", "ten red crates", RunStatus::Done),
        ("Wrong", "ten blue crates", RunStatus::Failed),
    ] {
        kept.add_with(name, folder(&sealed), passphrase(words), |form| {
            form.encryption = EncryptionWay::Passphrase;
        })
        .await;
        let (ended, headline) = kept.copy(name).await;
        assert_eq!(ended, status, "{name}: {headline}");
        assert!(!headline.contains(words));
    }

    // A secret that is missing, and what makes no sense.
    let no_secret = TargetPlace::S3 {
        endpoint: "https://127.0.0.1:1".into(),
        region: "here".into(),
        bucket: "b".into(),
        prefix: String::new(),
        access_key: "k".into(),
        path_style: true,
        ca_file: None,
    };
    kept.add("Bucket", no_secret.clone(), |_| {}).await;
    let (status, headline) = kept.copy("Bucket").await;
    assert_eq!(status, RunStatus::Failed);
    assert!(headline.contains("secret key"), "{headline}");
    let mut doubled = form("bucket", no_secret);
    let refused = kept
        .app()
        .target_save(doubled.clone(), TargetSecrets::default())
        .await
        .unwrap_err();
    assert_eq!(
        (refused.code, refused.context["field"].as_str()),
        (ErrorCode::BadInput, "name")
    );
    doubled.name = "Repository".into();
    doubled.place = bare(&kept.at("repository"));
    doubled.vault = true;
    let refused = kept
        .app()
        .target_save(doubled, TargetSecrets::default())
        .await
        .unwrap_err();
    assert_eq!(refused.context["field"], "vault");

    // None of it touched the backup.
    let verified = kept
        .app()
        .snapshot_verify_now(&kept.snapshot)
        .await
        .unwrap();
    assert!(verified.passed, "{verified:?}");
    kept.app().target_remove("Unknown").await.unwrap();
    assert!(
        kept.app()
            .copies_of(&kept.snapshot)
            .await
            .unwrap()
            .iter()
            .all(|copy| copy.target_name != "Unknown")
    );
    kept.sandbox.shutdown().await;
}
