//! A Git repository on an SSH server of this computer, and what lies in it.

use std::path::{Path, PathBuf};
use std::process::Command;

use super::Home;
use crate::sshd::{Sshd, user};

/// A bare repository, and the server that gives access to it.
pub struct Repository {
    server: Sshd,
    path: PathBuf,
}

impl Repository {
    pub fn start(home: &Home) -> Self {
        let path = home.path("repository.git");
        let made = Command::new("git")
            .args(["init", "--quiet", "--bare", "--initial-branch=main"])
            .arg(&path)
            .status()
            .unwrap();
        assert!(made.success());
        Self {
            server: Sshd::start(""),
            path,
        }
    }

    /// Adds it as a target, reached through the server.
    pub fn add(&self, home: &Home, name: &str) {
        let key = home.path("git-key");
        std::fs::copy(self.server.key("plain"), &key).unwrap();
        private(&key);
        let address = format!(
            "ssh://{}@127.0.0.1:{}{}",
            user(),
            self.server.address.port(),
            self.path.display()
        );
        home.run(&[
            "target",
            "add",
            "git",
            name,
            &address,
            "--key",
            key.to_str().unwrap(),
            "--host-key",
            &self.server.host_key,
            "--off",
        ])
        .expect_code(0);
    }

    /// What Git itself answers.
    pub fn git(&self, arguments: &[&str]) -> Vec<u8> {
        let answer = Command::new("git")
            .arg("-C")
            .arg(&self.path)
            .args(arguments)
            .output()
            .unwrap();
        assert!(
            answer.status.success(),
            "git {arguments:?}: {}",
            String::from_utf8_lossy(&answer.stderr)
        );
        answer.stdout
    }

    /// The same as lines.
    pub fn lines(&self, arguments: &[&str]) -> Vec<String> {
        let text = String::from_utf8(self.git(arguments)).unwrap();
        text.lines().map(str::to_owned).collect()
    }
}

fn private(path: &Path) {
    use std::os::unix::fs::PermissionsExt as _;
    std::fs::set_permissions(path, std::fs::Permissions::from_mode(0o600)).unwrap();
}
