//! What every kind of target has to do, done by Git on each way to it.

use std::process::Command;
use std::sync::Arc;

use async_trait::async_trait;
use waybill_targets::{GitSettings, GitSignIn, GitTarget, SshSignIn, Target, TargetError};

use super::Load;
use super::places::{Place, WAYS, Way, git};
use crate::suite::{self, Bench};
use crate::tmpfs::Small;

#[async_trait]
impl Bench for Place {
    fn target(&self) -> Arc<dyn Target> {
        Arc::new(Place::target(self, "cache"))
    }

    async fn full(&self) -> Option<Arc<dyn Target>> {
        if self.way != Way::Path {
            return None;
        }
        let repository = self.small.as_ref()?.path().join("oic.git");
        let made = repository.to_str().unwrap();
        git(
            self.folder.path(),
            &["init", "--quiet", "--bare", "--template=", made],
        );
        Some(with(self, |settings| {
            made.clone_into(&mut settings.address);
        }))
    }

    async fn wrong_secret(&self) -> Option<Arc<dyn Target>> {
        let sign_in = match self.way {
            Way::Path => return None,
            Way::Ssh => GitSignIn::Ssh(SshSignIn::Key {
                file: self.ssh_key("sealed"),
                passphrase: Some("twelve red barges".into()),
            }),
            Way::Https => GitSignIn::Token {
                user: "anna".to_owned(),
                token: "twelve red barges".into(),
            },
        };
        Some(with(self, |settings| settings.sign_in = sign_in))
    }

    async fn other_host_key(&self) -> Option<Arc<dyn Target>> {
        let other = format!("SHA256:{}", "A".repeat(43));
        (self.way == Way::Ssh).then(|| with(self, |settings| settings.host_key = Some(other)))
    }

    async fn no_host_key(&self) -> Option<Arc<dyn Target>> {
        (self.way == Way::Ssh).then(|| with(self, |settings| settings.host_key = None))
    }

    fn one_at_a_time(&self) -> bool {
        false
    }

    fn forgets(&self) -> bool {
        false
    }
}

fn with(place: &Place, change: impl FnOnce(&mut GitSettings)) -> Arc<dyn Target> {
    let mut settings = place.settings("cache");
    change(&mut settings);
    Arc::new(GitTarget::new(settings).unwrap())
}

#[tokio::test(flavor = "multi_thread")]
async fn does_what_every_target_does() {
    for way in WAYS {
        suite::is_checked(&Place::new(way).await).await;
        suite::written_and_read_back(&Place::new(way).await).await;
        suite::carried_once(&Place::new(way).await).await;
        suite::taken_up_again(&Place::new(way).await).await;
        suite::wrong_secret(&Place::new(way).await, "barges").await;
        suite::host_keys(&Place::new(way).await).await;
        suite::names(&Place::new(way).await).await;
        suite::removed(&Place::new(way).await).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_full_folder_is_said_so_and_keeps_what_it_has() {
    let mut place = Place::new(Way::Path).await;
    place.small = Small::mount();
    suite::full(&place).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_folder_that_may_only_be_read_is_said_so() {
    let Some(small) = Small::mount() else {
        return;
    };
    let mut place = Place::new(Way::Path).await;
    let path = small.path().to_str().unwrap().to_owned();
    place.small = Some(small);
    let target = place.full().await.unwrap();
    let first = Load::new("ERP", 1, &[("a.iar", b"one")]);
    first.carry(&*target).await.unwrap();
    let mounted = Command::new("mount")
        .args(["-o", "remount,ro", &path])
        .status();
    assert!(mounted.unwrap().success());
    let refused = Load::new("ERP", 2, &[("a.iar", b"two")])
        .carry(&*target)
        .await
        .unwrap_err();
    assert!(matches!(refused, TargetError::ReadOnly { .. }), "{refused}");
    first.compare(&*target, &first.head.folder).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn two_thousand_files_are_carried_soon() {
    for way in WAYS {
        suite::many_files(&Place::new(way).await).await;
    }
}
