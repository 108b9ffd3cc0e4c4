//! An application with a backup, places to copy it to, and looks at what is there.

use std::path::{Path, PathBuf};
use std::process::Command;

use secrecy::SecretString;
use waybill_app::Waybill;
use waybill_app::view::{
    EncryptionWay, GitWay, PlaceRef, RunStatus, SelectionView, SshWay, TargetForm, TargetPlace,
    TargetSecrets, TargetState,
};
use waybill_sandbox::{InstanceSpec, Running, Sandbox};

use crate::sshd::{Sshd, user};
use crate::support::{Bench, bench, ended, save};

/// An application with a backup of one instance.
pub struct Kept {
    pub bench: Bench,
    pub sandbox: Running,
    pub snapshot: String,
    pub folder: tempfile::TempDir,
}

impl Kept {
    pub async fn begin() -> Self {
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

    pub fn app(&self) -> &Waybill {
        &self.bench.app
    }

    pub async fn back_up(&self) -> String {
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
    pub fn at(&self, name: &str) -> PathBuf {
        let path = self.folder.path().join(name);
        std::fs::create_dir_all(&path).unwrap();
        path
    }

    pub async fn add(&self, name: &str, place: TargetPlace, more: impl FnOnce(&mut TargetForm)) {
        self.add_with(name, place, TargetSecrets::default(), more)
            .await;
    }

    pub async fn add_with(
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
    pub async fn copy(&self, target: &str) -> (RunStatus, String) {
        let run = self.app().copy_now(target, None).await.unwrap();
        let detail = ended(self.app(), &run.id).await;
        (
            detail.summary.status,
            detail.summary.headline.unwrap_or_default(),
        )
    }

    pub async fn state(&self, target: &str) -> (TargetState, u32) {
        let targets = self.app().targets().await.unwrap();
        let target = targets
            .into_iter()
            .find(|one| one.form.name == target)
            .unwrap();
        (target.state, target.behind)
    }

    /// The newest copy as a place holds what the snapshot holds, byte for byte.
    pub async fn is_equal(&self, target: &str) {
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

pub fn form(name: &str, place: TargetPlace) -> TargetForm {
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

pub fn folder(path: &Path) -> TargetPlace {
    TargetPlace::Folder {
        path: path.display().to_string(),
    }
}

pub fn sftp(server: &Sshd, key: &str, path: &Path) -> TargetPlace {
    TargetPlace::Sftp {
        host: server.address.ip().to_string(),
        port: server.address.port(),
        user: user(),
        folder: path.display().to_string(),
        sign_in: SshWay::Key {
            file: server.key(key).display().to_string(),
        },
    }
}

pub fn git(arguments: &[&str]) -> String {
    let said = Command::new("git").args(arguments).output().unwrap();
    assert!(said.status.success(), "{said:?}");
    String::from_utf8(said.stdout).unwrap()
}

pub fn bare(path: &Path) -> TargetPlace {
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

pub fn passphrase(words: &str) -> TargetSecrets {
    TargetSecrets {
        encryption: Some(SecretString::from(words.to_owned())),
        ..TargetSecrets::default()
    }
}

pub fn names(folder: &Path) -> Vec<String> {
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

pub fn names_of_kind(folder: &Path, ending: &str) -> Vec<String> {
    let mut names = names(folder);
    names.retain(|name| name.ends_with(&format!(".{ending}")));
    names
}
