//! OpenSSH's server, started on loopback with its own configuration, keys and port, for the current user.
//!
//! Its own way with passwords needs PAM or the system's own accounts, which a test has no say in: here it only refuses
//! them. The right ones are tried with a small server in `sftp.rs`.

use std::{
    net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream},
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    time::{Duration, Instant},
};

use tempfile::TempDir;

/// What opens the encrypted key of the user.
pub const PASSPHRASE: &str = "eleven green lorries";

/// A running server; it ends with this.
pub struct Sshd {
    server: Child,
    folder: TempDir,
    pub address: SocketAddr,
    /// The fingerprint of its host key.
    pub host_key: String,
}

impl Sshd {
    /// Where the server is, if it is installed.
    fn program() -> Option<PathBuf> {
        ["/usr/sbin/sshd", "/usr/local/sbin/sshd", "/usr/bin/sshd"]
            .into_iter()
            .map(PathBuf::from)
            .find(|path| path.is_file())
    }

    /// Starts it. `sftp` are the arguments of its SFTP part.
    pub fn start(sftp: &str) -> Self {
        let program = Self::program().expect(
            "OpenSSH's server is not installed: `cargo xtask setup` installs it (openssh-server)",
        );
        let folder = tempfile::tempdir().unwrap();
        let root = folder.path();
        key(&root.join("host"), "");
        key(&root.join("plain"), "");
        key(&root.join("sealed"), PASSPHRASE);
        key(&root.join("stranger"), "");
        let known: Vec<String> = ["plain.pub", "sealed.pub"]
            .iter()
            .map(|name| std::fs::read_to_string(root.join(name)).unwrap())
            .collect();
        std::fs::write(root.join("authorized"), known.concat()).unwrap();
        // Started by root, it wants this empty folder, which the system makes when it starts its own.
        if user() == "root" {
            std::fs::create_dir_all("/run/sshd").unwrap();
        }
        let address = free_address();
        let lines = [
            format!("Port {}", address.port()),
            "ListenAddress 127.0.0.1".to_owned(),
            format!("HostKey {}", root.join("host").display()),
            format!("AuthorizedKeysFile {}", root.join("authorized").display()),
            format!("PidFile {}", root.join("pid").display()),
            "StrictModes no".to_owned(),
            "UsePAM no".to_owned(),
            "PermitRootLogin yes".to_owned(),
            "PasswordAuthentication yes".to_owned(),
            "KbdInteractiveAuthentication no".to_owned(),
            "PubkeyAuthentication yes".to_owned(),
            "MaxStartups 100".to_owned(),
            format!("Subsystem sftp internal-sftp {sftp}"),
            "LogLevel ERROR".to_owned(),
        ];
        let configuration = root.join("sshd_config");
        std::fs::write(&configuration, lines.join("\n") + "\n").unwrap();
        let server = Command::new(program)
            .arg("-D")
            .arg("-f")
            .arg(&configuration)
            .arg("-E")
            .arg(root.join("log"))
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let begun = Instant::now();
        while TcpStream::connect(address).is_err() {
            assert!(
                begun.elapsed() < Duration::from_secs(10),
                "sshd does not start: {}",
                std::fs::read_to_string(root.join("log")).unwrap_or_default()
            );
            std::thread::sleep(Duration::from_millis(20));
        }
        let host_key = fingerprint(&root.join("host.pub"));
        Self {
            server,
            folder,
            address,
            host_key,
        }
    }

    /// A private key: `plain` and `sealed` are let in, `stranger` is not.
    pub fn key(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }
}

impl Drop for Sshd {
    fn drop(&mut self) {
        let _ = self.server.kill();
        let _ = self.server.wait();
    }
}

/// Who runs this.
pub fn user() -> String {
    let said = Command::new("id").arg("-un").output().unwrap();
    String::from_utf8(said.stdout).unwrap().trim().to_owned()
}

fn free_address() -> SocketAddr {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
    listener.local_addr().unwrap()
}

fn key(path: &Path, passphrase: &str) {
    let made = Command::new("ssh-keygen")
        .args(["-q", "-t", "ed25519", "-C", "test", "-N", passphrase])
        // One round of the derivation: it is slow on purpose, and here it only has to be right.
        .args(["-a", "1", "-f"])
        .arg(path)
        .status()
        .unwrap();
    assert!(made.success());
}

/// `256 SHA256:… test (ED25519)`
fn fingerprint(public: &Path) -> String {
    let said = Command::new("ssh-keygen")
        .arg("-lf")
        .arg(public)
        .output()
        .unwrap();
    let said = String::from_utf8(said.stdout).unwrap();
    said.split_whitespace().nth(1).unwrap().to_owned()
}
