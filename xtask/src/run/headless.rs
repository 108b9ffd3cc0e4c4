//! The main job without a window: practice instances, a backup of one, its proof, its files, and the way
//! back into the instance of what was deleted there.
//!
//! Everything happens in a temporary folder with a secret store of its own; nothing of the person
//! at this machine is read or changed.

use std::{
    fs,
    io::{BufRead, BufReader, Write},
    path::Path,
    process::{Child, Command, Stdio},
    sync::mpsc,
    thread,
    time::Duration,
};

use anyhow::{Context, bail};
use serde_json::Value;

use crate::test::random_word;

/// How long the practice instances may take to listen.
const START: Duration = Duration::from_mins(1);

/// The exit code of a backup that could not read everything. Practice instances have artifacts that
/// are locked, as real ones do: the snapshot is there, and says so.
const PARTIAL: i32 = 3;

/// What is deleted in the practice instance and restored from the snapshot: nothing there uses it.
const LOST: &str = "Language_Codes";

/// Starts the practice instances, backs one up, verifies the snapshot, takes its files out of the
/// vault, loses an artifact, restores it, and shows what came of it.
pub fn back_up_practice(program: &Path) -> anyhow::Result<()> {
    let folder = tempfile::tempdir().context("no temporary folder")?;
    let waybill = Waybill {
        program,
        home: folder.path().join("home"),
        passphrase: random_word(),
    };
    let practice = waybill.start_practice()?;

    let backup = waybill.call(&["backup", practice.instance()?])?;
    let snapshot = text(&backup, "snapshot")?;
    println!("  snapshot {snapshot}: {}", text(&backup, "status")?);

    waybill.call(&["snapshot", "verify", snapshot])?;
    println!("  verified: every file was read back from the vault and compared");

    let files = folder.path().join("files");
    let destination = files
        .to_str()
        .context("the temporary folder has no plain name")?;
    waybill.call(&["snapshot", "extract", snapshot, "--to", destination])?;
    let size = Size::of(&files)?;
    println!("  extracted: {} files, {} bytes", size.files, size.bytes);
    for entry in fs::read_dir(&files)? {
        let entry = entry?;
        let size = Size::of(&entry.path())?;
        let name = entry.file_name();
        println!(
            "    {:<16} {:>5} files {:>10} bytes",
            name.display(),
            size.files,
            size.bytes
        );
    }
    let vault = Size::of(&waybill.home.join("vault"))?;
    println!(
        "  the vault: {} files, {} bytes, encrypted",
        vault.files, vault.bytes
    );
    if size.files == 0 {
        bail!("the snapshot was extracted without a single file");
    }
    restore(&waybill, practice.instance()?, snapshot, folder.path())
}

/// Deletes an artifact of the instance, plans what brings it back, and runs that.
fn restore(
    waybill: &Waybill<'_>,
    instance: &str,
    snapshot: &str,
    folder: &Path,
) -> anyhow::Result<()> {
    let lost = format!("lookup:{LOST}");
    waybill.call(&[
        "change",
        "delete",
        instance,
        &lost,
        "--yes",
        "--type-name",
        LOST,
    ])?;
    println!("  deleted in {instance}: {lost}");
    let plan = folder.join("restore.json");
    let plan = plan
        .to_str()
        .context("the temporary folder has no plain name")?;
    let from = format!("snapshot:{snapshot}");
    waybill.call(&[
        "plan",
        "--from",
        &from,
        "--to",
        instance,
        "--different",
        "-o",
        plan,
    ])?;
    waybill.call(&["run", plan, "--yes"])?;
    let report = waybill.call(&["report", "latest"])?;
    println!("  restored: {}", text(&report, "headline")?);
    for row in report["rows"].as_array().into_iter().flatten() {
        println!(
            "    {} {}, read back and compared: {}",
            text(row, "id")?,
            text(row, "words")?,
            row["verified"]
        );
    }
    Ok(())
}

struct Waybill<'a> {
    program: &'a Path,
    home: std::path::PathBuf,
    passphrase: String,
}

impl Waybill<'_> {
    fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(self.program);
        command
            .arg("--home")
            .arg(&self.home)
            .args(["--json", "--secret-store", "file", "--passphrase-stdin"])
            .args(arguments)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped());
        command
    }

    /// Starts the program and gives it the passphrase, on a line of its standard input.
    fn start(&self, arguments: &[&str]) -> anyhow::Result<Child> {
        println!("  $ waybill {}", arguments.join(" "));
        let mut running = self
            .command(arguments)
            .spawn()
            .with_context(|| format!("{} could not be started", self.program.display()))?;
        if let Some(mut input) = running.stdin.take() {
            writeln!(input, "{}", self.passphrase)
                .context("the passphrase could not be handed over")?;
        }
        Ok(running)
    }

    /// Runs one command to its end and returns its last line.
    fn call(&self, arguments: &[&str]) -> anyhow::Result<Value> {
        let output = self.start(arguments)?.wait_with_output()?;
        let printed = String::from_utf8_lossy(&output.stdout);
        let last = printed
            .lines()
            .rfind(|line| !line.trim().is_empty())
            .unwrap_or_default();
        if !output.status.success() && output.status.code() != Some(PARTIAL) {
            bail!(
                "`waybill {}` ended with {}: {last}",
                arguments.join(" "),
                output.status
            );
        }
        serde_json::from_str(last).with_context(|| {
            format!(
                "`waybill {}` did not end with JSON: {last}",
                arguments.join(" ")
            )
        })
    }

    /// Starts the practice instances and waits for the line that says they listen.
    fn start_practice(&self) -> anyhow::Result<Practice> {
        let mut running = self.start(&["practice", "start"])?;
        let output = running
            .stdout
            .take()
            .context("the practice instances have no output")?;
        let mut practice = Practice {
            running,
            said: Value::Null,
        };
        let (sender, receiver) = mpsc::channel();
        // Reads on to the end, so that the program never waits for a reader.
        thread::spawn(move || {
            for line in BufReader::new(output).lines().map_while(Result::ok) {
                let _ = sender.send(line);
            }
        });
        let line = receiver
            .recv_timeout(START)
            .context("the practice instances ended or said nothing for 60 s")?;
        practice.said = serde_json::from_str(&line)
            .with_context(|| format!("the practice instances did not say JSON: {line}"))?;
        println!("  practice instances listen");
        Ok(practice)
    }
}

/// The practice instances, ended with this value.
struct Practice {
    running: Child,
    /// The line with which they said that they listen.
    said: Value,
}

impl Practice {
    /// The name of the instance to back up: the first one.
    fn instance(&self) -> anyhow::Result<&str> {
        let first = self
            .said
            .pointer("/instances/0/name")
            .and_then(Value::as_str);
        first.with_context(|| format!("no practice instance is named in {}", self.said))
    }
}

impl Drop for Practice {
    fn drop(&mut self) {
        let _ = self.running.kill();
        let _ = self.running.wait();
    }
}

fn text<'a>(value: &'a Value, name: &str) -> anyhow::Result<&'a str> {
    value
        .get(name)
        .and_then(Value::as_str)
        .with_context(|| format!("no `{name}` in {value}"))
}

/// What lies in a folder, all folders in it included.
#[derive(Default)]
struct Size {
    files: u64,
    bytes: u64,
}

impl Size {
    fn of(path: &Path) -> anyhow::Result<Self> {
        let metadata =
            fs::metadata(path).with_context(|| format!("{} is not there", path.display()))?;
        if metadata.is_file() {
            return Ok(Self {
                files: 1,
                bytes: metadata.len(),
            });
        }
        let mut sum = Self::default();
        for entry in fs::read_dir(path)? {
            let part = Self::of(&entry?.path())?;
            sum.files += part.files;
            sum.bytes += part.bytes;
        }
        Ok(sum)
    }
}

#[cfg(all(test, unix))]
mod tests {
    use std::{fs, path::PathBuf, process::Command};

    use tempfile::TempDir;

    use super::back_up_practice;

    /// A stand-in for the program: a shell script that is given the arguments behind the options.
    fn program(folder: &TempDir, script: &str) -> anyhow::Result<PathBuf> {
        let path = folder.path().join("waybill");
        let options = r#"home="$2"; shift 6; read -r passphrase; test -n "$passphrase" || exit 1"#;
        let draft = folder.path().join("draft");
        fs::write(&draft, format!("#!/bin/sh\n{options}\n{script}\n"))?;
        // Another process writes what is run: were it open for writing here, a program that another
        // test starts at this moment would hold it open, and it could not be run.
        let copied = Command::new("install")
            .args(["-m", "755"])
            .args([&draft, &path])
            .status()?;
        anyhow::ensure!(copied.success(), "the stand-in could not be made");
        Ok(path)
    }

    const WORKING: &str = r#"case "$1 $2" in
        "practice start") echo '{"type":"practice","instances":[{"name":"Practice DEV"}]}'; exec sleep 60 ;;
        "backup Practice DEV") mkdir -p "$home/vault"; echo '{"snapshot":"1a2b","status":"complete"}' ;;
        "snapshot verify") test "$3" = 1a2b && echo '{}' ;;
        "snapshot extract") mkdir -p "$5"; FILES; echo '{}' ;;
        "change delete") test "$4" = lookup:Language_Codes && echo '{}' ;;
        "plan --from") test "$3 $4 $5" = "snapshot:1a2b --to Practice DEV" && echo '{}' ;;
        "run "*) echo '{}' ;;
        "report latest") echo '{"headline":"1 imported","rows":[]}' ;;
        *) exit 2 ;;
    esac"#;

    #[test]
    fn a_backup_that_comes_out_whole_is_a_success() -> anyhow::Result<()> {
        let folder = tempfile::tempdir()?;
        let script = WORKING.replace("FILES", r#"echo '{}' > "$5/manifest.json""#);
        back_up_practice(&program(&folder, &script)?)
    }

    #[test]
    fn a_partial_backup_is_shown_like_a_complete_one() -> anyhow::Result<()> {
        let folder = tempfile::tempdir()?;
        let script = WORKING
            .replace("\"complete\"}'", "\"partial\"}'; exit 3")
            .replace("FILES", r#"echo '{}' > "$5/manifest.json""#);
        assert!(script.contains("exit 3"));
        back_up_practice(&program(&folder, &script)?)
    }

    #[test]
    fn a_snapshot_without_files_is_a_failure() -> anyhow::Result<()> {
        let folder = tempfile::tempdir()?;
        let result = back_up_practice(&program(&folder, &WORKING.replace("FILES", "true"))?);
        assert!(result.is_err_and(|error| error.to_string().contains("without a single file")));
        Ok(())
    }

    #[test]
    fn the_words_of_a_failed_backup_are_shown() -> anyhow::Result<()> {
        let folder = tempfile::tempdir()?;
        let script = WORKING.replace(
            "echo '{\"snapshot\"",
            "echo '{\"message\":\"no vault\"}'; exit 1; echo '{",
        );
        let result = back_up_practice(&program(&folder, &script)?);
        assert!(result.is_err_and(|error| error.to_string().contains("no vault")));
        Ok(())
    }
}
