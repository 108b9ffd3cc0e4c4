//! A user of this computer, made for one test: folders, environment, and the calls of the program.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::ffi::OsStr;
use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use serde_json::Value;
use tempfile::TempDir;
use waybill_model::Generation;
use waybill_sandbox::ReadyInstance;

use super::canary::{Search, canary};
use super::files::paths_below;
use super::{Live, Outcome, text};

/// Says plainly why a test looks at less than it could.
pub fn say(reason: &str) {
    let _ = writeln!(std::io::stderr(), "passing over: {reason}");
}

/// A user made for one test. When it ends, no secret may be found below it.
pub struct Home {
    folder: TempDir,
    bus: RefCell<Option<String>>,
    /// Further words that may be found nowhere.
    secrets: RefCell<Vec<String>>,
    /// Files that hold a secret on purpose: recovery sheets.
    sheets: RefCell<Vec<PathBuf>>,
}

impl Home {
    pub fn new() -> Self {
        let folder = tempfile::Builder::new().prefix("wb-").tempdir().unwrap();
        for name in ["user", "runtime", "temporary"] {
            fs::create_dir(folder.path().join(name)).unwrap();
        }
        Self {
            folder,
            bus: RefCell::default(),
            secrets: RefCell::new(vec![canary()]),
            sheets: RefCell::default(),
        }
    }

    /// The data folder of Waybill.
    pub fn data(&self) -> PathBuf {
        self.folder.path().join("data")
    }

    /// A path for a file or folder of the test.
    pub fn path(&self, name: impl AsRef<Path>) -> PathBuf {
        self.folder.path().join(name)
    }

    pub fn vault(&self) -> PathBuf {
        self.data().join("vault")
    }

    /// Uses the keychain on this session bus, instead of the secrets file.
    pub fn use_bus(&self, address: &str) {
        *self.bus.borrow_mut() = Some(address.to_owned());
    }

    /// A word that may be found nowhere from now on.
    pub fn also_secret(&self, word: impl Into<String>) {
        self.secrets.borrow_mut().push(word.into());
    }

    /// A command that sees this user alone.
    pub fn command(&self, program: impl AsRef<OsStr>) -> Command {
        let mut command = Command::new(program);
        let user = self.path("user");
        command
            .env_clear()
            .env("PATH", std::env::var_os("PATH").unwrap_or_default())
            .env("HOME", &user)
            .env("USER", "tester")
            .env("LANG", "C.UTF-8")
            .env("XDG_CONFIG_HOME", user.join(".config"))
            .env("XDG_DATA_HOME", user.join(".local/share"))
            .env("XDG_CACHE_HOME", user.join(".cache"))
            .env("XDG_RUNTIME_DIR", self.path("runtime"))
            .env("TMPDIR", self.path("temporary"))
            .env(
                "DBUS_SESSION_BUS_ADDRESS",
                self.bus.borrow().clone().unwrap_or_else(|| {
                    format!("unix:path={}", self.path("runtime/no-bus").display())
                }),
            )
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped());
        command
    }

    /// The program with these arguments and nothing added but the data folder.
    pub fn bare(&self, arguments: &[&str]) -> Command {
        let mut command = self.command(env!("CARGO_BIN_EXE_waybill"));
        command.arg("--home").arg(self.data()).args(arguments);
        command
    }

    /// Starts a command; the lines go to its standard input.
    pub fn start(&self, command: Command, lines: &[&str]) -> Live<'_> {
        Live::start(self, command, lines)
    }

    /// Runs the program as it is, without the secrets file.
    pub fn run_bare(&self, arguments: &[&str], lines: &[&str]) -> Outcome {
        self.start(self.bare(arguments), lines).wait()
    }

    fn has_keychain(&self) -> bool {
        self.bus.borrow().is_some()
    }

    /// Starts the program with what opens its place for secrets: nothing for the keychain, else the
    /// passphrase of the secrets file, which the first use makes.
    fn open(&self, arguments: &[&str], secrets: &[&str], json: bool) -> Live<'_> {
        let mut command = self.bare(arguments);
        let mut lines = Vec::new();
        let passphrase = canary();
        if !self.has_keychain() {
            command.arg("--passphrase-stdin");
            if !self.data().join("secrets.age").exists() {
                command.args(["--secret-store", "file"]);
            }
            lines.push(passphrase.as_str());
        }
        if json {
            command.arg("--json");
        }
        lines.extend(secrets);
        self.start(command, &lines)
    }

    /// Runs the program for JSON; further secrets go to its standard input.
    pub fn run_with(&self, arguments: &[&str], secrets: &[&str]) -> Outcome {
        self.open(arguments, secrets, true).wait()
    }

    /// As [`Self::run_with`], without further secrets.
    pub fn run(&self, arguments: &[&str]) -> Outcome {
        self.run_with(arguments, &[])
    }

    /// As [`Self::run`], for a person.
    pub fn tell(&self, arguments: &[&str]) -> Outcome {
        self.tell_with(arguments, &[])
    }

    /// As [`Self::run_with`], for a person.
    pub fn tell_with(&self, arguments: &[&str], secrets: &[&str]) -> Outcome {
        self.open(arguments, secrets, false).wait()
    }

    /// Starts the program without waiting for it.
    pub fn spawn(&self, arguments: &[&str]) -> Live<'_> {
        self.open(arguments, &[], true)
    }

    /// The program has to refuse this, to programs and to people, with one message and what to do,
    /// and may change nothing.
    #[track_caller]
    pub fn refuses(&self, arguments: &[&str], secrets: &[&str], exit: i32, code: &str) -> Value {
        let before = self.state();
        let error = self.run_with(arguments, secrets).expect_error(exit, code);
        let told = self.tell_with(arguments, secrets);
        told.expect_code(exit);
        // Which of several calls fails first is chance; the rest of the words is not.
        let message = told.stderr.lines().next().unwrap_or_default();
        told.expect_words(message, text(&error["guidance"]));
        assert_eq!(told.stdout, "", "{arguments:?}");
        assert_eq!(self.state(), before, "{arguments:?}");
        error
    }

    /// What may not be lost: settings, secrets, snapshots.
    pub fn state(&self) -> BTreeMap<String, Vec<u8>> {
        let snapshots = paths_below(&self.vault().join("snapshots"));
        let files = ["settings.json", "secrets.age"].map(|name| self.data().join(name));
        snapshots
            .into_iter()
            .chain(files)
            .filter_map(|path| Some((path.display().to_string(), fs::read(&path).ok()?)))
            .collect()
    }

    /// The arguments that save an instance of a sandbox.
    pub fn adding(name: &str, instance: &ReadyInstance) -> Vec<String> {
        match &instance.user {
            Some(user) => Self::adding_by(name, instance, &["basic", "--user", user]),
            None => Self::adding_by(name, instance, &["client-credentials"]),
        }
    }

    /// The arguments that save an instance of a sandbox which signs in in this way: the word for
    /// `--auth`, and what else it needs beside the application of the sandbox.
    pub fn adding_by(name: &str, instance: &ReadyInstance, auth: &[&str]) -> Vec<String> {
        let mut arguments = vec!["instance", "add", name, "--environment", "development"];
        let url = match &instance.integration_instance {
            Some(wire) => format!("{}/?integrationInstance={wire}", instance.design_url),
            None => instance.design_url.clone(),
        };
        arguments.extend(["--url", &url, "--generation"]);
        arguments.push(match instance.generation {
            Generation::Oic3 => "oic3",
            Generation::Gen2 => "gen2",
            Generation::Ics => "ics",
        });
        arguments.push("--auth");
        arguments.extend(auth);
        if auth.first() != Some(&"basic") {
            arguments.extend(["--token-url", &instance.token_url]);
            if !auth.contains(&"--client-id") {
                arguments.extend(["--client-id", &instance.client_id]);
            }
            arguments.extend(["--scope", &instance.scope]);
        }
        arguments.push("--secret-stdin");
        arguments.into_iter().map(str::to_owned).collect()
    }

    /// Saves an instance of a sandbox which signs in in this way.
    pub fn add_by(
        &self,
        name: &str,
        instance: &ReadyInstance,
        auth: &[&str],
        secrets: &[&str],
    ) -> Outcome {
        let arguments = Self::adding_by(name, instance, auth);
        let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
        self.run_with(&arguments, secrets)
    }

    /// Saves an instance of a sandbox.
    pub fn add(&self, name: &str, instance: &ReadyInstance) {
        self.add_with(name, instance, &[]).expect_code(0);
    }

    /// As [`Self::add`] with further options.
    pub fn add_with(&self, name: &str, instance: &ReadyInstance, more: &[&str]) -> Outcome {
        let arguments = Self::adding(name, instance);
        let arguments: Vec<&str> = arguments
            .iter()
            .map(String::as_str)
            .chain(more.iter().copied())
            .collect();
        let secret = instance
            .password
            .as_ref()
            .unwrap_or(&instance.client_secret);
        self.run_with(&arguments, &[secret])
    }

    /// Backs up, expects it to be complete, and gives the line of the result.
    pub fn back_up(&self, name: &str) -> Value {
        let outcome = self.run(&["backup", name]);
        outcome.expect_code(0);
        let result = outcome.one("result");
        assert_eq!(result["status"], "complete", "{result}");
        result
    }

    /// The snapshots, newest first.
    pub fn snapshots(&self) -> Vec<Value> {
        let outcome = self.run(&["snapshot", "list"]);
        outcome.expect_code(0);
        outcome.one("snapshots")["snapshots"]
            .as_array()
            .unwrap()
            .clone()
    }

    /// The vault's password, from the recovery sheet.
    pub fn vault_password(&self) -> String {
        let sheet = self.path("recovery-sheet.html");
        let to = sheet.to_str().unwrap().to_owned();
        self.sheets.borrow_mut().push(sheet.clone());
        self.run(&["vault", "recovery-sheet", "--to", &to])
            .expect_code(0);
        let page = fs::read_to_string(sheet).unwrap();
        let box_ = page.split("<div class=\"password\">").nth(1).unwrap();
        let password = box_
            .split("</div>")
            .next()
            .unwrap()
            .replace("<span>", "")
            .replace("</span>", "");
        assert_eq!(password.split('-').count(), 8, "eight groups");
        self.also_secret(&password);
        password
    }

    pub(super) fn search(&self) -> Search {
        Search::new(&self.secrets.borrow())
    }
}

impl Drop for Home {
    fn drop(&mut self) {
        if std::thread::panicking() {
            return;
        }
        let search = self.search();
        let sheets = self.sheets.borrow();
        for path in paths_below(self.folder.path()) {
            let leaked =
                !sheets.contains(&path) && fs::read(&path).is_ok_and(|bytes| search.is_in(&bytes));
            assert!(!leaked, "{} holds a secret", path.display());
        }
    }
}

#[test]
#[should_panic(expected = "holds a secret")]
fn a_secret_that_is_left_in_a_file_is_found() {
    let home = Home::new();
    fs::write(home.path("user/left"), format!("password={}", canary())).unwrap();
}

#[test]
#[should_panic(expected = "a secret was seen in")]
fn a_secret_in_an_argument_is_seen() {
    let home = Home::new();
    home.also_secret("word-of-this-test");
    let mut command = home.command("sh");
    command.args(["-c", "sleep 0.3; exit", "word-of-this-test"]);
    home.start(command, &[]).wait();
}
