//! Running other programs: shown as typed, and with an error that names the program.

use std::{
    collections::VecDeque,
    ffi::OsStr,
    fmt::Write as _,
    io::{BufRead, BufReader, IsTerminal, Read, Write as _},
    process::{Command, Stdio},
};

/// How many lines of a failing program's error output stand in the error.
const LAST_WORDS: usize = 8;

use anyhow::{Context, bail};

/// Runs a program to its end, its output shown as it comes. Fails where it fails, with the last words
/// of its error output where nobody watches a terminal. Without an input: nothing here waits for
/// somebody to type.
pub fn run(command: &mut Command) -> anyhow::Result<()> {
    println!("  $ {}", shown(command));
    let watched = std::io::stderr().is_terminal();
    command.stdin(Stdio::null());
    if !watched {
        command.stderr(Stdio::piped());
    }
    let not_started = format!("{} could not be started", shown(command));
    let mut running = command.spawn().context(not_started)?;
    let last = running.stderr.take().map(last_words).transpose()?;
    let status = running.wait()?;
    if !status.success() {
        let words = last.filter(|words| !words.is_empty());
        bail!(
            "`{}` failed ({status}){}",
            shown(command),
            words.map_or_else(String::new, |words| format!(", its last words:\n{words}"))
        );
    }
    Ok(())
}

/// Shows an error output as it comes, and returns its last lines that say something.
fn last_words(output: impl Read) -> anyhow::Result<String> {
    let mut last = VecDeque::with_capacity(LAST_WORDS);
    for line in BufReader::new(output).split(b'\n') {
        let line = line?;
        let line = String::from_utf8_lossy(&line);
        writeln!(std::io::stderr(), "{line}")?;
        if line.trim().is_empty() {
            continue;
        }
        if last.len() == LAST_WORDS {
            last.pop_front();
        }
        last.push_back(format!("      {}", line.trim_end()));
    }
    Ok(Vec::from(last).join("\n"))
}

/// Runs a program to its end and returns what it printed. Fails where it fails, with its words.
pub fn output(command: &mut Command) -> anyhow::Result<String> {
    let output = command
        .stdin(Stdio::null())
        .output()
        .with_context(|| format!("{} could not be started", command.get_program().display()))?;
    if !output.status.success() {
        let said = String::from_utf8_lossy(&output.stderr);
        bail!(
            "`{}` failed ({}): {}",
            shown(command),
            output.status,
            said.trim()
        );
    }
    Ok(String::from_utf8_lossy(&output.stdout).into_owned())
}

/// Whether a program can be started and ends well; its output is thrown away.
pub fn succeeds(command: &mut Command) -> bool {
    command
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status()
        .is_ok_and(|status| status.success())
}

/// A command as somebody would type it.
pub fn shown(command: &Command) -> String {
    let mut line = name(command.get_program());
    for argument in command.get_args() {
        let argument = argument.to_string_lossy();
        if argument.is_empty() || argument.contains([' ', '"', '\'', '$', '*']) {
            let _ = write!(line, " '{argument}'");
        } else {
            let _ = write!(line, " {argument}");
        }
    }
    line
}

/// The file name alone: the folder of a tool says nothing to the reader.
fn name(program: &OsStr) -> String {
    std::path::Path::new(program)
        .file_name()
        .unwrap_or(program)
        .to_string_lossy()
        .into_owned()
}

#[cfg(test)]
mod tests {
    use std::process::Command;

    #[test]
    fn the_last_words_are_few_and_say_something() -> anyhow::Result<()> {
        let words = super::last_words("1\n2\n3\n4\n5\n6\n\n7\n8\nno space left\n".as_bytes())?;
        assert_eq!(words.lines().count(), super::LAST_WORDS);
        assert!(
            words.starts_with("      2\n") && words.ends_with("no space left"),
            "{words}"
        );
        Ok(())
    }

    #[test]
    fn a_command_is_shown_as_typed() {
        let mut command = Command::new("/usr/bin/restic");
        command.args(["-r", "my vault", "check", ""]);
        assert_eq!(super::shown(&command), "restic -r 'my vault' check ''");
    }
}
