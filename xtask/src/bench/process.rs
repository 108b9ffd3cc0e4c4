//! Waybill as a person's script would start it, and how much memory it took at its highest.

use std::{
    fs,
    io::{BufRead as _, BufReader, Write as _},
    path::{Path, PathBuf},
    process::{Child, ChildStdout, Command, ExitStatus, Stdio},
    thread,
    time::Duration,
};

use anyhow::{Context, bail};
use serde_json::Value;

use super::sandbox::Sandbox;
use crate::test::random_word;

/// The program with a data folder of its own.
pub struct Waybill {
    program: PathBuf,
    folder: tempfile::TempDir,
    passphrase: String,
}

impl Waybill {
    /// Saves the sandbox as an instance.
    pub fn prepare(programs: &Path, sandbox: &Sandbox) -> anyhow::Result<Self> {
        let waybill = Self {
            program: programs.join("waybill"),
            folder: tempfile::tempdir()?,
            passphrase: random_word(),
        };
        waybill.add("bench", sandbox)?;
        Ok(waybill)
    }

    /// Saves a sandbox as an instance of this name.
    pub fn add(&self, name: &str, sandbox: &Sandbox) -> anyhow::Result<()> {
        let mut child = self.start(&[
            "instance",
            "add",
            name,
            "--url",
            &sandbox.address,
            "--generation",
            "oic3",
            "--environment",
            "development",
            "--auth",
            "client-credentials",
            "--instance-name",
            &sandbox.integration_instance,
            "--token-url",
            &sandbox.token_url,
            "--client-id",
            &sandbox.client_id,
            "--scope",
            &sandbox.scope,
            "--secret-stdin",
        ])?;
        self.hand_over(&mut child, Some(&sandbox.client_secret))?;
        let output = child.wait_with_output()?;
        if !output.status.success() {
            bail!(
                "the instance could not be saved: {}",
                String::from_utf8_lossy(&output.stderr)
            );
        }
        Ok(())
    }

    /// Its data folder.
    pub fn home(&self) -> PathBuf {
        self.folder.path().join("home")
    }

    /// Takes one backup; its result line and the peak of its memory in kB.
    pub fn back_up(&self) -> anyhow::Result<(Value, u64)> {
        self.answer(&["backup", "bench"])
    }

    /// Runs a command; its last line of JSON and the peak of its memory in kB.
    pub fn answer(&self, arguments: &[&str]) -> anyhow::Result<(Value, u64)> {
        self.told(arguments, |_| Ok(()))
    }

    /// The same, with each line of JSON as it comes.
    pub fn told(
        &self,
        arguments: &[&str],
        hear: impl FnMut(&Value) -> anyhow::Result<()> + Send,
    ) -> anyhow::Result<(Value, u64)> {
        let mut child = self.start(arguments)?;
        self.hand_over(&mut child, None)?;
        let printed = child.stdout.take().context("no output")?;
        let (heard, watched) = thread::scope(|scope| {
            let reader = scope.spawn(|| listen(printed, hear));
            let watched = run_watched(child);
            (reader.join(), watched)
        });
        let (ended, peak) = watched?;
        let last = match heard {
            Ok(last) => last?.context("nothing was printed")?,
            Err(_) => bail!("the output could not be read"),
        };
        if !ended.success() && !is_told_by_code(arguments, ended) {
            bail!("{} failed: {last}", arguments.join(" "));
        }
        Ok((last, peak))
    }

    fn start(&self, arguments: &[&str]) -> anyhow::Result<Child> {
        Command::new(&self.program)
            .arg("--home")
            .arg(self.home())
            .args(["--json", "--secret-store", "file", "--passphrase-stdin"])
            .args(arguments)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .with_context(|| format!("{} could not be started", self.program.display()))
    }

    fn hand_over(&self, child: &mut Child, secret: Option<&str>) -> anyhow::Result<()> {
        let mut input = child.stdin.take().context("no input")?;
        writeln!(input, "{}", self.passphrase)?;
        if let Some(secret) = secret {
            writeln!(input, "{secret}")?;
        }
        Ok(())
    }
}

/// Reads lines of JSON to their end; the last one.
fn listen(
    printed: ChildStdout,
    mut hear: impl FnMut(&Value) -> anyhow::Result<()>,
) -> anyhow::Result<Option<Value>> {
    let mut last = None;
    for line in BufReader::new(printed).lines() {
        let value = serde_json::from_str(&line?)?;
        hear(&value)?;
        last = Some(value);
    }
    Ok(last)
}

/// Comparing says by its exit code that there are differences, planning that findings are open.
fn is_told_by_code(arguments: &[&str], ended: ExitStatus) -> bool {
    matches!(arguments.first(), Some(&("compare" | "plan")))
        && ended.code().is_some_and(|code| code > 2)
}

/// Waits for a program; how it ended, and the peak of its memory in kB.
pub fn run_watched(mut child: Child) -> anyhow::Result<(ExitStatus, u64)> {
    let status = PathBuf::from(format!("/proc/{}/status", child.id()));
    let mut peak = 0;
    loop {
        peak = peak.max(high_water(&status).unwrap_or(0));
        if let Some(ended) = child.try_wait()? {
            return Ok((ended, peak));
        }
        thread::sleep(Duration::from_millis(2));
    }
}

/// The kernel's own account of the most memory a process ever held; Linux alone has it.
fn high_water(status: &Path) -> Option<u64> {
    fs::read_to_string(status)
        .ok()?
        .lines()
        .find_map(|line| line.strip_prefix("VmHWM:"))?
        .split_whitespace()
        .next()?
        .parse()
        .ok()
}
