//! Copies elsewhere: brought whole to a folder, an SSH server, a repository and a vault of their own, opened
//! from there as places, and told plainly where they cannot be made.
#![cfg(unix)]
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

mod support;

#[allow(dead_code, reason = "the tests of targets use all of it")]
#[path = "../../targets/tests/behaviour/sshd.rs"]
mod sshd;

use std::path::{Path, PathBuf};
use std::process::Command;

use secrecy::SecretString;
use sshd::Sshd;
use support::{Bench, bench, ended, save};
use waybill_app::Waybill;
use waybill_app::view::{
    CopyStanding, EncryptionWay, ErrorCode, GitWay, PlaceRef, RunStatus, SelectionView, SshWay,
    StageState, TargetForm, TargetPlace, TargetSecrets, TargetState,
};
use waybill_sandbox::{InstanceSpec, Running, Sandbox};

/// An application with a backup of one instance.
struct Kept {
    bench: Bench,
    sandbox: Running,
    snapshot: String,
    folder: tempfile::TempDir,
}

impl Kept {
    async fn begin() -> Self {
        let bench = bench();
        let sandbox = Sandbox::builder()
            .instance(InstanceSpec::oic3("one"))
            .synthetic(6, 5)
            .start()
            .await
            .unwrap();
        save(&bench, &sandbox, "one").await;
        let mut kept = Self {
            bench,
            sandbox,
            snapshot: String::new(),
            folder: tempfile::tempdir().unwrap(),
        };
        kept.snapshot = kept.back_up().await;
        kept
    }

    fn app(&self) -> &Waybill {
        &self.bench.app
    }

    async fn back_up(&self) -> String {
        let run = self
            .app()
            .backup_start("one", SelectionView::Everything, None)
            .await
            .unwrap();
        let detail = ended(self.app(), &run.id).await;
        assert_eq!(detail.summary.status, RunStatus::Done);
        detail.summary.snapshot.unwrap()
    }

    /// A new folder of the test.
    fn at(&self, name: &str) -> PathBuf {
        let path = self.folder.path().join(name);
        std::fs::create_dir_all(&path).unwrap();
        path
    }

    async fn add(&self, name: &str, place: TargetPlace, more: impl FnOnce(&mut TargetForm)) {
        self.add_with(name, place, TargetSecrets::default(), more)
            .await;
    }

    async fn add_with(
        &self,
        name: &str,
        place: TargetPlace,
        secrets: TargetSecrets,
        more: impl FnOnce(&mut TargetForm),
    ) {
        let mut form = form(name, place);
        more(&mut form);
        self.app().target_save(form, secrets).await.unwrap();
    }

    /// Copies the snapshot, and gives how that ended.
    async fn copy(&self, target: &str) -> (RunStatus, String) {
        let run = self.app().copy_now(target, None).await.unwrap();
        let detail = ended(self.app(), &run.id).await;
        (
            detail.summary.status,
            detail.summary.headline.unwrap_or_default(),
        )
    }

    async fn state(&self, target: &str) -> (TargetState, u32) {
        let targets = self.app().targets().await.unwrap();
        let target = targets
            .into_iter()
            .find(|one| one.form.name == target)
            .unwrap();
        (target.state, target.behind)
    }

    /// The newest copy as a place holds what the snapshot holds, byte for byte.
    async fn is_equal(&self, target: &str) {
        let copies = self.app().target_copies(target).await.unwrap();
        let copy = PlaceRef::Copy {
            target: target.to_owned(),
            copy: copies[0].copy.clone(),
        };
        let snapshot = PlaceRef::Snapshot {
            id: self.snapshot.clone(),
        };
        let (here, there) = (
            self.app().catalogue(&snapshot, false).await.unwrap(),
            self.app().catalogue(&copy, false).await.unwrap(),
        );
        assert_eq!(here.artifacts, there.artifacts, "{target}");
        assert!(here.artifacts.len() > 6);
        assert_eq!(there.place, copy);
        for artifact in &here.artifacts {
            let here = self.app().artifact_bytes(&snapshot, &artifact.id).await;
            let there = self.app().artifact_bytes(&copy, &artifact.id).await;
            match (here, there) {
                (Ok(here), Ok(there)) => {
                    assert_eq!((here.name, here.bytes), (there.name, there.bytes));
                }
                (Err(here), Err(there)) => assert_eq!(here.code, there.code, "{}", artifact.id),
                (here, there) => panic!("{}: {here:?} {there:?}", artifact.id),
            }
        }
    }
}

fn form(name: &str, place: TargetPlace) -> TargetForm {
    TargetForm {
        id: None,
        name: name.to_owned(),
        // Nothing by itself: the tests say when.
        on: false,
        instances: None,
        place,
        vault: false,
        pattern: String::new(),
        encryption: EncryptionWay::Plain,
        host_key: None,
    }
}

fn folder(path: &Path) -> TargetPlace {
    TargetPlace::Folder {
        path: path.display().to_string(),
    }
}

fn sftp(server: &Sshd, key: &str, path: &Path) -> TargetPlace {
    TargetPlace::Sftp {
        host: server.address.ip().to_string(),
        port: server.address.port(),
        user: sshd::user(),
        folder: path.display().to_string(),
        sign_in: SshWay::Key {
            file: server.key(key).display().to_string(),
        },
    }
}

fn git(arguments: &[&str]) -> String {
    let said = Command::new("git").args(arguments).output().unwrap();
    assert!(said.status.success(), "{said:?}");
    String::from_utf8(said.stdout).unwrap()
}

fn bare(path: &Path) -> TargetPlace {
    let path = path.display().to_string();
    git(&["init", "--quiet", "--bare", "--initial-branch=main", &path]);
    TargetPlace::Git {
        address: path,
        branch: "main".into(),
        folder: "<instance>".into(),
        sign_in: GitWay::Nothing,
        author: "Waybill".into(),
        email: "waybill@localhost".into(),
        tags: Some("copy/<instance>/<build>".into()),
        join: true,
        unpacked: true,
        ca_file: None,
    }
}

fn passphrase(words: &str) -> TargetSecrets {
    TargetSecrets {
        encryption: Some(SecretString::from(words.to_owned())),
        ..TargetSecrets::default()
    }
}

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
    kept.add_with("Sealed", folder(&sealed), passphrase("ten red crates"), |form| {
        form.encryption = EncryptionWay::Passphrase;
    })
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
            .any(|name| name.contains("/one/Integrations/") && name.ends_with(".iar")),
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

fn names(folder: &Path) -> Vec<String> {
    let mut found = Vec::new();
    let mut left = vec![folder.to_owned()];
    while let Some(one) = left.pop() {
        for entry in std::fs::read_dir(one).unwrap().flatten() {
            let path = entry.path();
            if path.is_dir() {
                left.push(path);
            } else {
                found.push(path.strip_prefix(folder).unwrap().display().to_string());
            }
        }
    }
    found
}

fn names_of_kind(folder: &Path, ending: &str) -> Vec<String> {
    let mut names = names(folder);
    names.retain(|name| name.ends_with(&format!(".{ending}")));
    names
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
    let verified = kept.app().snapshot_verify_now(&kept.snapshot).await.unwrap();
    assert!(verified.passed, "{verified:?}");
    kept.app().target_remove("Unknown").await.unwrap();
    assert!(
        kept.app().copies_of(&kept.snapshot).await.unwrap().iter().all(|copy| copy.target_name != "Unknown")
    );
    kept.sandbox.shutdown().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_opened_copy_leaves_nothing_behind_and_no_secret_lies_in_the_data_folder() {
    let kept = Kept::begin().await;
    let sealed = kept.at("sealed");
    let canary = format!("canary-{}", uuid());
    kept.add_with("Sealed", folder(&sealed), passphrase(&canary), |form| {
        form.encryption = EncryptionWay::Passphrase;
    })
    .await;
    let token = TargetSecrets {
        access: Some(SecretString::from(canary.clone())),
        ..TargetSecrets::default()
    };
    let upload = TargetPlace::Upload {
        prefix: String::new(),
        reads: false,
        ca_file: None,
    };
    let address = TargetSecrets {
        access: Some(SecretString::from(format!(
            "http://127.0.0.1:9/p/{canary}/o/"
        ))),
        ..TargetSecrets::default()
    };
    kept.add_with("Upload", upload, address, |_| {}).await;
    let swift = TargetPlace::Swift {
        address: "http://127.0.0.1:9/v1/here".into(),
        token_first: false,
        user: "anna".into(),
        container: "c".into(),
        prefix: String::new(),
        make_container: false,
        ca_file: None,
    };
    kept.add_with("Swift", swift, token, |_| {}).await;
    for target in ["Upload", "Swift"] {
        let (status, headline) = kept.copy(target).await;
        assert_eq!(status, RunStatus::Failed);
        assert!(!headline.contains(&canary), "{headline}");
    }
    assert_eq!(kept.copy("Sealed").await.0, RunStatus::Done);
    kept.is_equal("Sealed").await;

    let home = kept.bench.folder.path().join("home");
    let scratch = home.join("scratch");
    assert_eq!(std::fs::read_dir(&scratch).unwrap().count(), 1);
    let Kept {
        bench: Bench { app, folder: own },
        sandbox,
        ..
    } = kept;
    sandbox.shutdown().await;
    drop(app);
    for path in names(&home) {
        let bytes = std::fs::read(home.join(&path)).unwrap_or_default();
        let held = bytes
            .windows(canary.len())
            .any(|part| part == canary.as_bytes());
        assert!(!held, "{path} holds a secret");
    }
    assert_eq!(std::fs::read_dir(&scratch).unwrap().count(), 0);
    drop(own);
}

/// A word that nobody else has.
fn uuid() -> String {
    use std::hash::{BuildHasher as _, Hasher as _, RandomState};
    format!("{:016x}", RandomState::new().build_hasher().finish())
}
