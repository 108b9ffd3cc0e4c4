//! A real mail server, started on loopback, with a certificate of an authority that nobody knows.

use std::io::{BufRead as _, BufReader, Write as _};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

use rcgen::{BasicConstraints, CertificateParams, CertifiedIssuer, DnType, IsCa, KeyPair};
use serde_json::Value;

/// The Python of the system, which has the packages of the system.
const PYTHON: &str = "/usr/bin/python3";
const SCRIPT: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/word/post_office.py");

/// How it is spoken to.
#[derive(Clone, Copy, Debug)]
pub enum Encryption {
    StartTls,
    Tls,
    Plain,
}

/// What a mail server is made of; it can be opened, closed and opened again.
pub struct PostOffice {
    folder: PathBuf,
    encryption: Encryption,
    user: &'static str,
    password: &'static str,
    pub port: u16,
    child: Option<Child>,
}

/// Whether a mail server can be started here; otherwise it is said that the test was passed over.
pub fn is_there() -> bool {
    let found = Command::new(PYTHON)
        .args(["-c", "import aiosmtpd.smtp"])
        .stderr(Stdio::null())
        .status()
        .is_ok_and(|status| status.success());
    if !found {
        let _ = writeln!(
            std::io::stderr(),
            "passed over: aiosmtpd is not installed (`cargo xtask setup` installs python3-aiosmtpd)"
        );
    }
    found
}

impl PostOffice {
    /// Opens one in this folder.
    pub fn open(
        folder: &Path,
        encryption: Encryption,
        user: &'static str,
        password: &'static str,
    ) -> Self {
        certificates(folder);
        let mut office = Self {
            folder: folder.to_owned(),
            encryption,
            user,
            password,
            port: 0,
            child: None,
        };
        office.reopen();
        office
    }

    /// Opens it again at its port.
    pub fn reopen(&mut self) {
        self.close();
        let file = |name: &str| self.folder.join(name);
        let mut child = Command::new(PYTHON)
            .arg(SCRIPT)
            .arg(self.port.to_string())
            .arg(match self.encryption {
                Encryption::StartTls => "starttls",
                Encryption::Tls => "tls",
                Encryption::Plain => "plain",
            })
            .args([file("server.pem"), file("server.key")])
            .args([self.user, self.password])
            .arg(file("taken.jsonl"))
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let mut line = String::new();
        BufReader::new(child.stdout.take().unwrap())
            .read_line(&mut line)
            .unwrap();
        self.port = line.trim().parse().unwrap();
        self.child = Some(child);
    }

    pub fn close(&mut self) {
        if let Some(mut child) = self.child.take() {
            child.kill().unwrap();
            child.wait().unwrap();
        }
    }

    /// The certificate of its authority.
    pub fn ca_file(&self) -> PathBuf {
        self.folder.join("ca.pem")
    }

    /// What it took.
    pub fn taken(&self) -> Vec<Value> {
        let text = std::fs::read_to_string(self.folder.join("taken.jsonl")).unwrap_or_default();
        text.lines()
            .map(|line| serde_json::from_str(line).unwrap())
            .collect()
    }
}

impl Drop for PostOffice {
    fn drop(&mut self) {
        self.close();
    }
}

/// An authority, and a certificate of it for this computer.
fn certificates(folder: &Path) {
    let mut authority = CertificateParams::new(Vec::new()).unwrap();
    authority.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    authority
        .distinguished_name
        .push(DnType::CommonName, "Nobody knows me CA");
    let issuer = CertifiedIssuer::self_signed(authority, KeyPair::generate().unwrap()).unwrap();
    std::fs::write(folder.join("ca.pem"), issuer.pem()).unwrap();
    let key = KeyPair::generate().unwrap();
    let certificate = CertificateParams::new(vec!["127.0.0.1".to_owned(), "localhost".to_owned()])
        .unwrap()
        .signed_by(&key, &*issuer)
        .unwrap();
    std::fs::write(folder.join("server.pem"), certificate.pem()).unwrap();
    std::fs::write(folder.join("server.key"), key.serialize_pem()).unwrap();
}
