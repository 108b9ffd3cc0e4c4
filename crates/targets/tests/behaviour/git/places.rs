//! Bare repositories of the real Git, reached by a path, through the real OpenSSH server, and over TLS through
//! `git http-backend`. Everything lies in a folder of the test and listens on loopback.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use tempfile::TempDir;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use waybill_targets::{GitSettings, GitSignIn, GitTarget, SshSignIn};

use super::https;
use crate::sshd::{PASSPHRASE, Sshd, user};
use crate::tmpfs::Small;

/// The ways to a repository.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Way {
    Path,
    Ssh,
    Https,
}

pub const WAYS: [Way; 3] = [Way::Path, Way::Ssh, Way::Https];

/// A bare repository and a way to it.
pub struct Place {
    pub folder: TempDir,
    pub way: Way,
    server: Server,
    /// What clients connect to, where there is a server.
    pub line: Option<Line>,
    /// A small file system, where a test needs one.
    pub small: Option<Small>,
}

enum Server {
    None,
    Sshd(Sshd),
    Web(https::Web),
}

impl Place {
    pub async fn new(way: Way) -> Self {
        let folder = tempfile::tempdir().unwrap();
        git(
            folder.path(),
            &[
                "init",
                "--quiet",
                "--bare",
                "--initial-branch=main",
                "oic.git",
            ],
        );
        let server = match way {
            Way::Path => Server::None,
            Way::Ssh => Server::Sshd(Sshd::start("")),
            Way::Https => Server::Web(https::Web::start(folder.path()).await),
        };
        let port = match &server {
            Server::None => None,
            Server::Sshd(sshd) => Some(sshd.address.port()),
            Server::Web(web) => Some(web.port),
        };
        let line = match port {
            Some(port) => Some(Line::to(port).await),
            None => None,
        };
        Self {
            folder,
            way,
            server,
            line,
            small: None,
        }
    }

    pub fn repository(&self) -> PathBuf {
        self.folder.path().join("oic.git")
    }

    /// Runs the real Git in the bare repository.
    pub fn git(&self, arguments: &[&str]) -> String {
        git(&self.repository(), arguments)
    }

    /// What a person would enter; each cache is a computer of its own.
    pub fn settings(&self, cache: &str) -> GitSettings {
        let path = self.repository();
        let path = path.to_str().unwrap();
        let port = self.line.as_ref().map_or(0, |line| line.port);
        let address = match self.way {
            Way::Path => format!("file://{path}"),
            Way::Ssh => format!("ssh://{}@127.0.0.1:{port}{path}", user()),
            Way::Https => format!("https://127.0.0.1:{port}/oic.git"),
        };
        let mut settings = GitSettings::new(address, self.folder.path().join(cache));
        match &self.server {
            Server::None => {}
            Server::Sshd(sshd) => {
                settings.host_key = Some(sshd.host_key.clone());
                settings.sign_in = GitSignIn::Ssh(SshSignIn::Key {
                    file: sshd.key("sealed"),
                    passphrase: Some(PASSPHRASE.into()),
                });
            }
            Server::Web(web) => {
                settings.ca_files = vec![web.ca_file.clone()];
                settings.sign_in = GitSignIn::Token {
                    user: "anna".to_owned(),
                    token: https::TOKEN.into(),
                };
            }
        }
        settings
    }

    pub fn target(&self, cache: &str) -> GitTarget {
        GitTarget::new(self.settings(cache)).unwrap()
    }

    /// A key of the SSH server's users.
    pub fn ssh_key(&self, name: &str) -> PathBuf {
        match &self.server {
            Server::Sshd(sshd) => sshd.key(name),
            _ => panic!("no SSH server here"),
        }
    }

    /// Has the repository refuse pushes with these words.
    #[cfg(unix)]
    pub fn refuse(&self, words: &str) {
        use std::os::unix::fs::PermissionsExt;
        let hook = self.repository().join("hooks/pre-receive");
        fs::create_dir_all(hook.parent().unwrap()).unwrap();
        fs::write(
            &hook,
            format!("#!/bin/sh\ncat >/dev/null\necho '{words}' >&2\nexit 1\n"),
        )
        .unwrap();
        fs::set_permissions(&hook, fs::Permissions::from_mode(0o755)).unwrap();
    }

    /// Commits a file, as a person would, on top of what is there.
    pub fn commit_by_hand(&self, path: &str, content: &str) {
        let clone = self.folder.path().join("by-hand");
        let _ = fs::remove_dir_all(&clone);
        git(
            self.folder.path(),
            &["clone", "--quiet", "oic.git", "by-hand"],
        );
        let file = clone.join(path);
        fs::create_dir_all(file.parent().unwrap()).unwrap();
        fs::write(&file, content).unwrap();
        git(&clone, &["add", "--all"]);
        git(&clone, &["commit", "--quiet", "--message", "by hand"]);
        git(&clone, &["push", "--quiet", "origin", "HEAD:main"]);
    }
}

/// Runs the real Git without the settings of the user.
pub fn git(folder: &Path, arguments: &[&str]) -> String {
    let output = Command::new("git")
        .args(["-c", "core.quotePath=false", "-c", "safe.directory=*"])
        .args(arguments)
        .current_dir(folder)
        .env("GIT_CONFIG_GLOBAL", "/dev/null")
        .env("GIT_CONFIG_NOSYSTEM", "1")
        .env("GIT_AUTHOR_NAME", "Ben")
        .env("GIT_AUTHOR_EMAIL", "ben@example.com")
        .env("GIT_COMMITTER_NAME", "Ben")
        .env("GIT_COMMITTER_EMAIL", "ben@example.com")
        .output()
        .unwrap();
    assert!(
        output.status.success(),
        "git {arguments:?}: {}",
        String::from_utf8_lossy(&output.stderr)
    );
    String::from_utf8(output.stdout).unwrap()
}

/// A wire to a server, that can be cut.
pub struct Line {
    pub port: u16,
    /// Bytes that may still go to the server.
    left: Arc<AtomicU64>,
}

const UNCUT: u64 = u64::MAX / 2;

impl Line {
    async fn to(server: u16) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let left = Arc::new(AtomicU64::new(UNCUT));
        let shared = Arc::clone(&left);
        tokio::spawn(async move {
            while let Ok((client, _)) = listener.accept().await {
                tokio::spawn(carry(client, server, Arc::clone(&shared)));
            }
        });
        Self { port, left }
    }

    /// Cuts the line, once, after so many bytes have gone to the server from now on.
    pub fn cut_after(&self, bytes: u64) {
        self.left.store(bytes, Ordering::SeqCst);
    }

    pub fn was_cut(&self) -> bool {
        self.left.load(Ordering::SeqCst) == UNCUT
    }
}

async fn carry(mut client: TcpStream, server: u16, left: Arc<AtomicU64>) {
    let Ok(mut server) = TcpStream::connect(("127.0.0.1", server)).await else {
        return;
    };
    let (mut from_client, mut to_client) = client.split();
    let (mut from_server, mut to_server) = server.split();
    let there = async {
        let mut buffer = vec![0; 16 * 1024];
        loop {
            let Ok(length @ 1..) = from_client.read(&mut buffer).await else {
                let _ = to_server.shutdown().await;
                return false;
            };
            let before = left.load(Ordering::SeqCst);
            if before < length as u64 {
                left.store(UNCUT, Ordering::SeqCst);
                return true;
            }
            if before < UNCUT {
                left.fetch_sub(length as u64, Ordering::SeqCst);
            }
            if to_server.write_all(&buffer[..length]).await.is_err() {
                return false;
            }
        }
    };
    let back = tokio::io::copy(&mut from_server, &mut to_client);
    tokio::pin!(there, back);
    tokio::select! {
        cut = &mut there => if !cut { let _ = back.await; },
        _ = &mut back => {}
    }
}
