//! The Rust tests: all of the workspace, in the session made for them, their output kept.

use std::{
    fs::File,
    io::{self, BufRead, BufReader, Read, Write},
    process::{Command, Stdio},
    thread,
};

use anyhow::{Context, bail};

use super::{display::Display, leaks::Canary, processes::Watch, session::Session};
use crate::{child, workspace::Workspace};

/// How the tests ended.
pub struct Ending {
    /// The lines in which each test program says how many of its tests passed, and the sum.
    pub lines: Vec<String>,
    /// Failed where a test failed or the secret was seen.
    pub outcome: anyhow::Result<()>,
}

/// Runs the chosen tests, or all where nothing is chosen.
pub fn perform(
    workspace: &Workspace,
    session: &Session,
    canary: &Canary,
    chosen: &[String],
) -> anyhow::Result<Ending> {
    let display = if cfg!(target_os = "linux") {
        Some(Display::start()?)
    } else {
        None
    };
    let mut command = tests(workspace, chosen);
    session.apply(&mut command);
    if let Some(display) = &display {
        command
            .env("DISPLAY", display.name())
            .env("GDK_BACKEND", "x11")
            .env("WEBKIT_DISABLE_DMABUF_RENDERER", "1")
            .env("WEBKIT_DISABLE_COMPOSITING_MODE", "1");
    }
    command
        .env(Canary::VARIABLE, canary.word())
        .env("WAYBILL_TEST_OUTPUT", workspace.test_output())
        // The tests that generate types would else write them into the sources.
        .env("TS_RS_EXPORT_DIR", session.file("types"))
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());

    println!("  $ {}", child::shown(&command));
    let watch = Watch::start(canary.clone());
    let mut running = command.spawn().context("the tests could not be started")?;
    let output = running.stdout.take().context("the tests have no output")?;
    let errors = running
        .stderr
        .take()
        .context("the tests have no error output")?;
    let (lines, told) = thread::scope(|scope| {
        let errors = scope.spawn(|| {
            show(
                errors,
                io::stdout(),
                File::create(session.file("stderr.log")),
            )
        });
        let lines = show(
            output,
            io::stdout(),
            File::create(session.file("stdout.log")),
        );
        (lines, errors.join())
    });
    let status = running.wait()?;
    let seen = watch.stop();
    drop(display);
    if told.is_err() {
        bail!("the error output of the tests could not be read");
    }

    let mut lines = lines?;
    lines.push(sum(&lines));
    let outcome = if !seen.is_empty() {
        Err(anyhow::anyhow!(
            "the secret of the tests was seen in {}",
            seen.join(", ")
        ))
    } else if status.success() {
        Ok(())
    } else {
        let failed: Vec<&str> = lines
            .iter()
            .filter(|line| names_a_failure(line))
            .map(String::as_str)
            .collect();
        Err(anyhow::anyhow!(
            "{status}\n      {}",
            failed.join("\n      ")
        ))
    };
    Ok(Ending { lines, outcome })
}

/// `cargo test`, on a message bus of its own where there are such things.
fn tests(workspace: &Workspace, chosen: &[String]) -> Command {
    let cargo = workspace.cargo();
    let mut command = if cfg!(target_os = "linux") {
        let mut command = Command::new("dbus-run-session");
        command
            .arg("--")
            .arg(cargo.get_program())
            .current_dir(&workspace.root);
        command
    } else {
        cargo
    };
    command.args(["test", "--no-fail-fast"]);
    if chosen.is_empty() {
        command.arg("--workspace");
    }
    command.args(chosen);
    if !chosen.iter().any(|word| word == "--") {
        // What tests measured or passed over is said also where they pass.
        command.args(["--", "--show-output"]);
    }
    command
}

/// Shows what comes, keeps it in a file, and returns the lines in which a test program ends, and those
/// that name a test that failed.
fn show(
    from: impl Read,
    mut to: impl Write,
    file: io::Result<File>,
) -> anyhow::Result<Vec<String>> {
    let mut file = file.context("the output of the tests could not be kept")?;
    let mut closing = Vec::new();
    for line in BufReader::new(from).split(b'\n') {
        let line = line?;
        let line = String::from_utf8_lossy(&line);
        writeln!(to, "{line}")?;
        writeln!(file, "{line}")?;
        if line.starts_with("test result:") || names_a_failure(&line) {
            closing.push(line.into_owned());
        }
    }
    Ok(closing)
}

/// `test moves::night ... FAILED`.
fn names_a_failure(line: &str) -> bool {
    line.starts_with("test ") && line.ends_with("... FAILED")
}

/// One line for all test programs.
fn sum(lines: &[String]) -> String {
    let total = |word: &str| {
        lines
            .iter()
            .filter_map(|line| count(line, word))
            .sum::<u64>()
    };
    format!(
        "{} test programs: {} passed, {} failed, {} ignored",
        lines
            .iter()
            .filter(|line| line.starts_with("test result:"))
            .count(),
        total("passed"),
        total("failed"),
        total("ignored")
    )
}

/// The number before a word, in `test result: ok. 12 passed; 0 failed; 1 ignored`.
fn count(line: &str, word: &str) -> Option<u64> {
    let words: Vec<&str> = line.split_whitespace().collect();
    let index = words
        .iter()
        .position(|candidate| candidate.trim_end_matches(';') == word)?;
    words.get(index.checked_sub(1)?)?.parse().ok()
}

#[cfg(test)]
mod tests_of_this_file {
    use super::{show, sum};

    #[test]
    fn closing_lines_are_kept_and_added_up() -> anyhow::Result<()> {
        let printed = "test a ... ok\n\
            test b ... FAILED\n\
            test result: ok. 12 passed; 0 failed; 1 ignored; 0 measured\n\
            test result: FAILED. 3 passed; 2 failed; 0 ignored; 0 measured\n";
        let mut shown = Vec::new();
        let lines = show(printed.as_bytes(), &mut shown, tempfile::tempfile())?;
        assert_eq!(String::from_utf8(shown)?, printed);
        assert_eq!(lines.len(), 3);
        assert_eq!(
            sum(&lines),
            "2 test programs: 15 passed, 2 failed, 1 ignored"
        );
        Ok(())
    }
}
