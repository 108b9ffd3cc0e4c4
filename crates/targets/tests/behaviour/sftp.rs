//! SFTP, against OpenSSH's server.

use std::{
    net::SocketAddr,
    path::Path,
    process::{Child, Command, Stdio},
    sync::{Arc, Mutex},
    time::Duration,
};

use async_trait::async_trait;
use secrecy::SecretString;
use tempfile::TempDir;
use waybill_targets::{
    Encryption, SftpSettings, SftpTarget, SshServer, SshSignIn, StageState, Target, TargetError,
};

use crate::{
    folder::flip,
    proxy,
    sshd::{PASSPHRASE, Sshd, user},
    suite::{self, Bench, Cargo},
    tmpfs::Small,
};

/// A folder behind a server of its own.
struct Sftp {
    sshd: Sshd,
    read_only: Mutex<Option<Sshd>>,
    folder: TempDir,
    small: Mutex<Option<Small>>,
}

impl Sftp {
    fn new() -> Self {
        Self {
            sshd: Sshd::start(""),
            read_only: Mutex::new(None),
            folder: tempfile::tempdir().unwrap(),
            small: Mutex::new(None),
        }
    }

    fn by(&self, sign_in: SshSignIn) -> SshServer {
        SshServer {
            host: "127.0.0.1".to_owned(),
            port: self.sshd.address.port(),
            user: user(),
            sign_in,
            host_key: Some(self.sshd.host_key.clone()),
        }
    }

    fn server(&self) -> SshServer {
        self.by(SshSignIn::Key {
            file: self.sshd.key("plain"),
            passphrase: None,
        })
    }

    fn through(&self, address: SocketAddr) -> SshServer {
        SshServer {
            port: address.port(),
            ..self.server()
        }
    }

    fn target_of(&self, server: SshServer) -> Arc<dyn Target> {
        Arc::new(target(server, self.folder.path()))
    }
}

fn target(server: SshServer, folder: &Path) -> SftpTarget {
    SftpTarget::on_server(SftpSettings {
        server,
        folder: folder.display().to_string(),
    })
    .unwrap()
}

#[async_trait]
impl Bench for Sftp {
    fn target(&self) -> Arc<dyn Target> {
        self.target_of(self.server())
    }

    async fn cut_after(&self, bytes: u64) -> Option<Arc<dyn Target>> {
        let address = proxy::cutting(self.sshd.address, bytes).await;
        Some(self.target_of(self.through(address)))
    }

    async fn read_only(&self) -> Option<Arc<dyn Target>> {
        let sshd = Sshd::start("-R");
        let server = SshServer {
            host: "127.0.0.1".to_owned(),
            port: sshd.address.port(),
            user: user(),
            sign_in: SshSignIn::Key {
                file: sshd.key("plain"),
                passphrase: None,
            },
            host_key: Some(sshd.host_key.clone()),
        };
        *self.read_only.lock().unwrap() = Some(sshd);
        Some(self.target_of(server))
    }

    async fn full(&self) -> Option<Arc<dyn Target>> {
        let small = Small::mount()?;
        let full = target(self.server(), small.path());
        *self.small.lock().unwrap() = Some(small);
        Some(Arc::new(full))
    }

    async fn wrong_secret(&self) -> Option<Arc<dyn Target>> {
        Some(
            self.target_of(self.by(SshSignIn::Password(SecretString::from(
                "no such password".to_owned(),
            )))),
        )
    }

    async fn other_host_key(&self) -> Option<Arc<dyn Target>> {
        Some(self.target_of(SshServer {
            host_key: Some("SHA256:47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU".to_owned()),
            ..self.server()
        }))
    }

    async fn no_host_key(&self) -> Option<Arc<dyn Target>> {
        Some(self.target_of(SshServer {
            host_key: None,
            ..self.server()
        }))
    }

    async fn flip(&self, folder: &str, path: &str) -> bool {
        flip(&self.folder.path().join(folder).join(path));
        true
    }
}

#[tokio::test]
async fn sftp_is_checked() {
    let bench = Sftp::new();
    suite::is_checked(&bench).await;
    let left: Vec<_> = std::fs::read_dir(bench.folder.path()).unwrap().collect();
    assert!(left.is_empty(), "the check leaves nothing: {left:?}");
    let checked = bench.target().check(&|_| {}).await.unwrap();
    assert!(
        checked.free.is_some_and(|free| free > 0),
        "OpenSSH tells free space"
    );
}

#[tokio::test]
async fn sftp_is_written_and_read_back() {
    let bench = Sftp::new();
    suite::written_and_read_back(&bench).await;
}

#[tokio::test]
async fn sftp_takes_a_copy_once() {
    let bench = Sftp::new();
    suite::carried_once(&bench).await;
}

#[tokio::test]
async fn sftp_takes_a_copy_up_again() {
    let bench = Sftp::new();
    suite::taken_up_again(&bench).await;
}

#[tokio::test]
async fn sftp_goes_on_after_a_cut() {
    let bench = Sftp::new();
    suite::cut_and_resumed(&bench).await;
}

#[tokio::test]
async fn sftp_goes_on_inside_a_file() {
    let bench = Sftp::new();
    let cargo = Cargo::new(
        "2026/11/21/Test",
        [("Projects/BIG.car".to_owned(), suite::noise(9, 8 << 20))],
    );
    let target = bench.cut_after(5 << 20).await.unwrap();
    let cut = cargo.carry(&*target).await.unwrap_err();
    assert!(cut.is_passing(), "{cut}");
    let finished = cargo.carry(&*target).await.unwrap();
    assert!(finished.carried < 5 << 20, "{finished:?}");
    cargo.compare(&*bench.target()).await;
}

#[tokio::test]
async fn sftp_that_may_only_be_read_says_so() {
    let bench = Sftp::new();
    suite::read_only(&bench).await;
}

#[tokio::test]
async fn sftp_that_is_full_says_so() {
    let bench = Sftp::new();
    suite::full(&bench).await;
}

#[tokio::test]
async fn sftp_that_fills_up_says_so() {
    let Some(small) = Small::mount() else { return };
    let bench = Sftp::new();
    suite::fills_up(
        &target(bench.server(), small.path()),
        &small.path().join("ballast"),
    )
    .await;
}

#[tokio::test]
async fn sftp_with_a_wrong_password_is_refused() {
    let bench = Sftp::new();
    suite::wrong_secret(&bench, "no such password").await;
}

#[tokio::test]
async fn sftp_takes_a_confirmed_host_key_alone() {
    let bench = Sftp::new();
    suite::host_keys(&bench).await;
}

#[tokio::test]
async fn sftp_takes_names_of_all_sorts() {
    let bench = Sftp::new();
    suite::names(&bench).await;
}

#[tokio::test]
async fn sftp_takes_two_thousand_files() {
    let bench = Sftp::new();
    suite::many_files(&bench).await;
}

#[tokio::test]
async fn sftp_has_one_writer() {
    let bench = Sftp::new();
    suite::two_writers(&bench).await;
}

#[tokio::test]
async fn a_flipped_byte_behind_sftp_is_found() {
    let bench = Sftp::new();
    suite::flipped_byte(&bench).await;
}

#[tokio::test]
async fn a_copy_behind_sftp_is_removed() {
    let bench = Sftp::new();
    suite::removed(&bench).await;
}

#[tokio::test]
async fn sftp_is_encrypted_with_a_passphrase() {
    let bench = Sftp::new();
    let passphrase = Encryption::Passphrase(SecretString::from("four quiet harbours".to_owned()));
    let target = target(bench.server(), bench.folder.path()).encrypted(passphrase);
    let cargo = Cargo::small("2026/11/21/Test");
    cargo.carry(&target).await.unwrap();
    cargo.compare(&target).await;
    assert!(bench.target().copies().await.unwrap().is_empty());
}

/// Signs in, and says what a failed stage said.
async fn sign_in(bench: &Sftp, sign_in: SshSignIn) -> Result<(), TargetError> {
    let target = bench.target_of(bench.by(sign_in));
    let stages = Mutex::new(Vec::new());
    let ended = target
        .check(&|stage| stages.lock().unwrap().push(stage))
        .await
        .map(drop);
    let last = stages.into_inner().unwrap().pop().unwrap();
    assert_eq!(last.state == StageState::Failed, ended.is_err());
    if ended.is_err() {
        assert_eq!(last.name, "Sign in");
    }
    ended
}

#[tokio::test]
async fn an_encrypted_key_file_opens_with_its_passphrase_alone() {
    let bench = Sftp::new();
    let key = |name: &str, passphrase: Option<&str>| SshSignIn::Key {
        file: bench.sshd.key(name),
        passphrase: passphrase.map(|text| SecretString::from(text.to_owned())),
    };
    sign_in(&bench, key("sealed", Some(PASSPHRASE)))
        .await
        .unwrap();
    for (sign, said) in [
        (key("sealed", None), "is encrypted"),
        (key("sealed", Some("another one")), "does not open"),
        (key("stranger", None), "does not take the key"),
    ] {
        let refused = sign_in(&bench, sign).await.unwrap_err();
        assert!(matches!(refused, TargetError::SignIn { .. }), "{refused}");
        assert!(refused.to_string().contains(said), "{refused}");
        assert!(!refused.to_string().contains("another one"));
    }
    let none = sign_in(&bench, key("nowhere", None)).await.unwrap_err();
    assert!(matches!(none, TargetError::Unusable { .. }), "{none}");
}

/// An agent with keys; it ends with this.
struct Agent(Child);

impl Drop for Agent {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

#[tokio::test]
async fn the_keys_of_an_agent_are_tried() {
    let bench = Sftp::new();
    let folder = tempfile::tempdir().unwrap();
    let socket = folder.path().join("agent");
    let agent = Command::new("ssh-agent")
        .args(["-D", "-a"])
        .arg(&socket)
        .stdout(Stdio::null())
        .spawn()
        .unwrap();
    let _agent = Agent(agent);
    while !socket.exists() {
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    let by_agent = || SshSignIn::Agent {
        socket: Some(socket.clone()),
    };
    let add = |name: &str| {
        let added = Command::new("ssh-add")
            .arg("-q")
            .arg(bench.sshd.key(name))
            .env("SSH_AUTH_SOCK", &socket)
            .status()
            .unwrap();
        assert!(added.success());
    };
    add("stranger");
    let refused = sign_in(&bench, by_agent()).await.unwrap_err();
    assert!(
        refused.to_string().contains("none of the 1 keys"),
        "{refused}"
    );
    add("plain");
    sign_in(&bench, by_agent()).await.unwrap();
    let none = SshSignIn::Agent {
        socket: Some(folder.path().join("none")),
    };
    sign_in(&bench, none).await.unwrap_err();
}

#[tokio::test]
async fn a_server_that_is_not_there_is_not_reached() {
    let bench = Sftp::new();
    let server = SshServer {
        port: 1,
        ..bench.server()
    };
    let away = target(server, bench.folder.path())
        .copies()
        .await
        .unwrap_err();
    assert!(matches!(away, TargetError::Unreachable { .. }), "{away}");
    let none = target(bench.server(), &bench.folder.path().join("none"))
        .copies()
        .await
        .unwrap_err();
    assert!(matches!(none, TargetError::Missing { .. }), "{none}");
}
