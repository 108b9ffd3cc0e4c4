//! restic, which has to read every vault.

use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::Output;

use super::Home;
use super::home::say;

/// restic with a vault and its password.
pub struct Restic<'home> {
    home: &'home Home,
    vault: PathBuf,
    password: String,
}

impl<'home> Restic<'home> {
    /// `None`, and a plain word, where restic is not installed.
    pub fn of(home: &'home Home, vault: &Path, password: &str) -> Option<Self> {
        let found = home.command("restic").arg("version").output();
        if !found.is_ok_and(|output| output.status.success()) {
            say("restic is not installed; the vault is not read by it");
            return None;
        }
        Some(Self {
            home,
            vault: vault.to_owned(),
            password: password.to_owned(),
        })
    }

    fn call(&self, arguments: &[&str]) -> Output {
        let mut child = self
            .home
            .command("restic")
            .arg("--no-cache")
            .arg("--repo")
            .arg(&self.vault)
            .args(arguments)
            .spawn()
            .unwrap();
        let mut input = child.stdin.take().unwrap();
        writeln!(input, "{}", self.password).unwrap();
        drop(input);
        child.wait_with_output().unwrap()
    }

    #[track_caller]
    fn expect(&self, arguments: &[&str]) {
        let output = self.call(arguments);
        let told = String::from_utf8_lossy(&output.stderr).into_owned();
        assert!(output.status.success(), "restic {arguments:?}: {told}");
    }

    /// Makes an empty vault.
    pub fn make(&self) {
        self.expect(&["init", "--repository-version", "2"]);
    }

    /// Everything in the vault is whole, data included.
    #[track_caller]
    pub fn check(&self) {
        self.expect(&["check", "--read-data"]);
    }

    /// Restores a snapshot.
    #[track_caller]
    pub fn restore(&self, snapshot: &str, to: &Path) {
        self.expect(&["restore", snapshot, "--target", to.to_str().unwrap()]);
    }
}
