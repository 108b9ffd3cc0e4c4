//! A user of this computer, made for one walk: folders, environment, keychain, command line.

use std::ffi::OsStr;
use std::fs;
use std::io::Write;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Duration;

use serde_json::Value;
use tempfile::TempDir;
use waybill_sandbox::ReadyInstance;

use super::keychain::Keychain;

/// The secret that walks enter wherever one is asked for, handed over by `cargo xtask test`.
pub fn canary() -> String {
    std::env::var("WAYBILL_CANARY").unwrap_or_else(|_| "canary-c91d07e5ba3f4826".to_owned())
}

/// Stands in for the browser: notes the address, and nobody signs in.
const BROWSER: &str = "#!/bin/sh\nprintf '%s\\n' \"$1\" > \"$HOME/opened\"\n";

/// A user made for one walk. When it ends, no file below its folder may hold the secret.
pub struct User {
    // Ended before its folder.
    keychain: Option<Keychain>,
    folder: TempDir,
}

impl User {
    /// A user without a keychain and without a message bus.
    pub fn without_keychain() -> Self {
        let folder = tempfile::Builder::new().prefix("wb-").tempdir().unwrap();
        for name in ["user", "runtime", "temporary", "programs"] {
            fs::create_dir(folder.path().join(name)).unwrap();
        }
        let browser = folder.path().join("programs/xdg-open");
        fs::write(&browser, BROWSER).unwrap();
        fs::set_permissions(&browser, fs::Permissions::from_mode(0o755)).unwrap();
        Self {
            keychain: None,
            folder,
        }
    }

    /// A user with a keychain that is open, as after signing in to a desktop.
    pub fn with_keychain() -> Self {
        let mut user = Self::without_keychain();
        user.keychain = Some(Keychain::start(&user));
        user
    }

    /// The data folder of Waybill.
    pub fn data(&self) -> PathBuf {
        self.folder.path().join("data")
    }

    /// A path for a file of the walk.
    pub fn path(&self, name: impl AsRef<Path>) -> PathBuf {
        self.folder.path().join(name)
    }

    /// The address that the browser was last sent to.
    pub async fn opened(&self) -> String {
        let note = self.path("user/opened");
        loop {
            match fs::read_to_string(&note) {
                Ok(address) if address.ends_with('\n') => return address,
                _ => tokio::time::sleep(Duration::from_millis(40)).await,
            }
        }
    }

    /// A command that sees this user alone, and the display.
    pub fn command(&self, program: impl AsRef<OsStr>) -> Command {
        let mut command = Command::new(program);
        let user = self.path("user");
        // The walk's own browser comes before the one of this computer.
        let mut path = self.path("programs").into_os_string();
        path.push(":");
        path.push(std::env::var_os("PATH").unwrap_or_default());
        let bus = match &self.keychain {
            Some(keychain) => keychain.bus().to_owned(),
            None => format!("unix:path={}", self.path("runtime/no-bus").display()),
        };
        command
            .env_clear()
            .env("PATH", path)
            .env("DISPLAY", std::env::var_os("DISPLAY").unwrap_or_default())
            .env("HOME", &user)
            .env("USER", "tester")
            .env("LANG", "C.UTF-8")
            .env("TZ", "UTC")
            .env("XDG_CONFIG_HOME", user.join(".config"))
            .env("XDG_DATA_HOME", user.join(".local/share"))
            .env("XDG_CACHE_HOME", user.join(".cache"))
            .env("XDG_RUNTIME_DIR", self.path("runtime"))
            .env("TMPDIR", self.path("temporary"))
            .env("DBUS_SESSION_BUS_ADDRESS", bus)
            .env("WAYBILL_HOME", self.data())
            .env("GDK_BACKEND", "x11")
            .env("GSETTINGS_BACKEND", "memory")
            .env("NO_AT_BRIDGE", "1")
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null());
        command
    }

    /// Calls the command line on the same home; the lines go to its standard input. Answers the
    /// last line it printed.
    pub fn command_line(&self, arguments: &[&str], lines: &[&str]) -> Value {
        let program = Path::new(env!("CARGO_BIN_EXE_waybill-desktop")).with_file_name("waybill");
        assert!(
            program.exists(),
            "the command line is not built: run `cargo build --package waybill-cli`"
        );
        let mut child = self
            .command(program)
            .arg("--json")
            .args(arguments)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let mut input = child.stdin.take().unwrap();
        for line in lines {
            writeln!(input, "{line}").unwrap();
        }
        drop(input);
        let output = child.wait_with_output().unwrap();
        let printed = String::from_utf8(output.stdout).unwrap();
        let told = String::from_utf8_lossy(&output.stderr);
        assert!(
            output.status.success(),
            "waybill {arguments:?}: {printed} {told}"
        );
        serde_json::from_str(printed.lines().last().unwrap()).unwrap()
    }

    /// Saves an instance of a sandbox, one of Development, through the command line.
    pub fn add(&self, name: &str, instance: &ReadyInstance) {
        self.add_as(name, instance, "development");
    }

    /// The same, of this environment.
    pub fn add_as(&self, name: &str, instance: &ReadyInstance, environment: &str) {
        let wire_name = instance.integration_instance.as_deref().unwrap();
        let url = format!("{}/?integrationInstance={wire_name}", instance.design_url);
        let arguments = [
            ["--url", &url],
            ["--generation", "oic3"],
            ["--environment", environment],
            ["--auth", "client-credentials"],
            ["--token-url", &instance.token_url],
            ["--client-id", &instance.client_id],
            ["--scope", &instance.scope],
        ];
        let arguments: Vec<&str> = ["instance", "add", name, "--secret-stdin"]
            .into_iter()
            .chain(arguments.into_iter().flatten())
            .collect();
        self.command_line(&arguments, &[&instance.client_secret]);
    }
}

impl Drop for User {
    fn drop(&mut self) {
        self.keychain = None;
        if std::thread::panicking() {
            return;
        }
        let secret = canary();
        let mut folders = vec![self.folder.path().to_path_buf()];
        while let Some(folder) = folders.pop() {
            for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
                let path = entry.path();
                if entry.file_type().is_ok_and(|kind| kind.is_dir()) {
                    folders.push(path);
                } else if let Ok(bytes) = fs::read(&path) {
                    let leaked = bytes
                        .windows(secret.len())
                        .any(|window| window == secret.as_bytes());
                    assert!(!leaked, "{} holds a secret", path.display());
                }
            }
        }
    }
}
