//! What is printed, and how.

use std::collections::BTreeMap;
use std::io::{self, IsTerminal, Write};
use std::time::Duration;

use indicatif::{ProgressBar, ProgressStyle};
use serde::Serialize;
use serde_json::{Value, json};
use waybill_app::view::{
    CommandError, ErrorCode, RunPhase, RunProgress, RunStep, RunStepState, WorkProgress,
};

/// Prints for a person or for a program.
#[derive(Debug, Clone)]
pub struct Output {
    json: bool,
    quiet: bool,
}

impl Output {
    /// For a program with `json`; without progress with `quiet`.
    pub fn new(json: bool, quiet: bool) -> Self {
        Self { json, quiet }
    }

    /// A program reads.
    pub fn is_json(&self) -> bool {
        self.json
    }

    /// The result: one JSON line with `"type": kind`, or the text.
    pub fn result(&self, kind: &str, value: &impl Serialize, text: impl FnOnce() -> String) {
        if self.json {
            self.object(kind, value);
        } else {
            line(&without_commands(&text(), true));
        }
    }

    /// One JSON line; nothing for a person.
    pub fn object(&self, kind: &str, value: &impl Serialize) {
        if !self.json {
            return;
        }
        let mut object = serde_json::Map::new();
        object.insert("type".into(), Value::String(kind.into()));
        match serde_json::to_value(value) {
            Ok(Value::Object(members)) => object.extend(members),
            Ok(other) => {
                object.insert("value".into(), other);
            }
            Err(error) => {
                object.insert("problem".into(), json!(error.to_string()));
            }
        }
        line(&Value::Object(object).to_string());
    }

    /// A sentence on the way; for a person alone, on standard error.
    pub fn note(&self, text: &str) {
        if !self.json && !self.quiet {
            let _ = writeln!(io::stderr(), "{}", without_commands(text, false));
        }
    }

    /// Something a person has to know whatever was asked for, such as a damaged settings file.
    pub fn notice(&self, text: &str) {
        self.object("notice", &json!({ "message": text }));
        let _ = writeln!(io::stderr(), "{}", without_commands(text, false));
    }

    /// An error: what happened, then what to do.
    pub fn failure(&self, error: &CommandError) {
        self.object("error", error);
        Self::tell_failure(&error.message, error.guidance.as_deref());
    }

    /// The words of a failure, on standard error.
    pub fn tell_failure(message: &str, guidance: Option<&str>) {
        let _ = writeln!(io::stderr(), "{}", without_commands(message, false));
        if let Some(guidance) = guidance {
            let guidance = without_commands(guidance, false);
            let _ = writeln!(io::stderr(), "What to do: {guidance}");
        }
    }

    /// Shows the progress of a run until it ends.
    pub fn progress(&self) -> Progress {
        let bar = (!self.json && !self.quiet && io::stderr().is_terminal()).then(|| {
            let bar = ProgressBar::new(0);
            if let Ok(style) =
                ProgressStyle::with_template("{msg:<11} {wide_bar} {pos} of {len}  {prefix}")
            {
                bar.set_style(style);
            }
            bar.enable_steady_tick(Duration::from_millis(200));
            bar
        });
        Progress {
            output: self.clone(),
            bar,
            slowed: None,
            steps: BTreeMap::new(),
        }
    }

    /// Shows the progress of work that is no run.
    pub fn work(&self) -> WorkBar {
        let bar = (!self.json && !self.quiet && io::stderr().is_terminal()).then(|| {
            let bar = ProgressBar::new(0);
            if let Ok(style) = ProgressStyle::with_template("{msg}  {wide_bar} {pos} of {len}") {
                bar.set_style(style);
            }
            bar
        });
        WorkBar {
            output: self.clone(),
            bar,
        }
    }
}

/// The progress of work that is no run.
pub struct WorkBar {
    output: Output,
    bar: Option<ProgressBar>,
}

impl WorkBar {
    /// Shows how far it is. A program hears of every fiftieth step and of the last one.
    pub fn show(&self, progress: &WorkProgress) {
        let last = Some(progress.done) == progress.total;
        if !self.output.quiet && (last || progress.done.is_multiple_of(50)) {
            self.output.object("progress", progress);
        }
        if let Some(bar) = &self.bar {
            bar.set_message(without_commands(&progress.doing, false));
            bar.set_length(u64::from(progress.total.unwrap_or(progress.done)));
            bar.set_position(u64::from(progress.done));
        }
    }

    /// Takes the bar away.
    pub fn end(&self) {
        if let Some(bar) = &self.bar {
            bar.finish_and_clear();
        }
    }
}

/// The progress of one run.
pub struct Progress {
    output: Output,
    bar: Option<ProgressBar>,
    slowed: Option<String>,
    /// How the steps of a waybill stand, by their names.
    steps: BTreeMap<String, RunStepState>,
}

impl Progress {
    /// Takes in how steps of a waybill stand.
    pub fn know(&mut self, steps: &[RunStep]) {
        let stand = steps.iter().map(|step| (step.key.clone(), step.state));
        self.steps.extend(stand);
    }

    /// Shows one message of the run.
    pub fn show(&mut self, progress: &RunProgress) {
        if progress.slowed != self.slowed {
            self.slowed.clone_from(&progress.slowed);
            if let Some(sentence) = &self.slowed {
                self.say(sentence);
            }
        }
        if !self.output.quiet {
            self.output.object("progress", progress);
        }
        self.know(&progress.steps);
        let Some(bar) = &self.bar else { return };
        bar.set_message(phase_word(progress.phase));
        if !self.steps.is_empty() {
            let is_over = |state: &&RunStepState| {
                !matches!(state, RunStepState::Waiting | RunStepState::Running)
            };
            bar.set_length(self.steps.len() as u64);
            bar.set_position(self.steps.values().filter(is_over).count() as u64);
            if let Some(step) = progress.steps.last() {
                bar.set_prefix(without_commands(&step.words, false));
            }
            return;
        }
        let counts = &progress.counts;
        bar.set_length(u64::from(counts.planned));
        bar.set_position(u64::from(counts.fetched + counts.carried + counts.failed));
        let mut about = format!(
            "{}  {}/s",
            size(counts.bytes),
            size(progress.bytes_per_second)
        );
        if let Some(seconds) = progress.seconds_left {
            about.push_str("  about ");
            about.push_str(&duration(u64::from(seconds) * 1000));
            about.push_str(" left");
        }
        bar.set_prefix(about);
    }

    /// Takes the bar away.
    pub fn end(self) {
        if let Some(bar) = self.bar {
            bar.finish_and_clear();
        }
    }

    fn say(&self, text: &str) {
        match &self.bar {
            Some(bar) => bar.println(text),
            None => self.output.note(text),
        }
    }
}

fn phase_word(phase: RunPhase) -> &'static str {
    match phase {
        RunPhase::Preparing => "Preparing",
        RunPhase::Reading => "Reading",
        RunPhase::Fetching => "Fetching",
        RunPhase::Writing => "Writing",
        RunPhase::Verifying => "Verifying",
        RunPhase::Changing => "Changing",
        RunPhase::Settling => "Waiting until it has settled",
        RunPhase::Ended => "Ended",
    }
}

/// What makes a terminal show the marked part of an excerpt in bold, and ends it.
pub const BOLD: [&str; 2] = ["\u{1b}[1m", "\u{1b}[22m"];

/// Whether a sign steers a terminal, or turns the direction of writing, which makes a name look like
/// another.
pub fn is_command(sign: char) -> bool {
    sign.is_control() || matches!(sign, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

/// The text without what would steer a terminal: names come from files and services that anybody may
/// have filled. Lines and columns stay; so does bold, where the program writes it itself.
pub fn without_commands(text: &str, bold: bool) -> String {
    let mut shown = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(sign) = rest.chars().next() {
        if let Some(own) = BOLD.iter().find(|own| bold && rest.starts_with(**own)) {
            shown.push_str(own);
            rest = &rest[own.len()..];
            continue;
        }
        let stays = !is_command(sign) || matches!(sign, '\n' | '\t');
        shown.push(if stays { sign } else { '�' });
        rest = &rest[sign.len_utf8()..];
    }
    shown
}

fn line(text: &str) {
    let mut out = io::stdout().lock();
    // A reader that has gone away wants nothing more.
    let _ = writeln!(out, "{text}").and_then(|()| out.flush());
}

/// What was given makes no sense.
pub fn bad_input(message: &str) -> CommandError {
    CommandError {
        guidance: Some(
            "`waybill --help`, and `--help` after each verb, show what can be given.".into(),
        ),
        ..plain(ErrorCode::BadInput, message)
    }
}

/// A fault in the program itself.
pub fn internal(message: &str) -> CommandError {
    plain(ErrorCode::Internal, message)
}

fn plain(code: ErrorCode, message: &str) -> CommandError {
    CommandError {
        code,
        message: message.to_owned(),
        guidance: None,
        retryable: false,
        context: std::collections::BTreeMap::new(),
        exchange: None,
    }
}

/// A size for a person: `1.4 MB`.
pub fn size(bytes: u64) -> String {
    const STEPS: [(&str, f64); 3] = [("GB", 1e9), ("MB", 1e6), ("kB", 1e3)];
    let value = bytes as f64;
    for (unit, step) in STEPS {
        if value >= step {
            return format!("{:.1} {unit}", value / step);
        }
    }
    format!("{bytes} B")
}

/// A duration in milliseconds for a person: `38 s`, `6 min 12 s`.
pub fn duration(milliseconds: u64) -> String {
    let seconds = milliseconds / 1000;
    match (seconds / 60, seconds % 60) {
        (0, 0) => format!("{milliseconds} ms"),
        (0, seconds) => format!("{seconds} s"),
        (minutes, seconds) => format!("{minutes} min {seconds:02} s"),
    }
}

/// Appending formatted text to a text, which cannot fail.
pub trait Put {
    /// Appends it.
    fn put(&mut self, words: std::fmt::Arguments<'_>);
}

impl Put for String {
    fn put(&mut self, words: std::fmt::Arguments<'_>) {
        // Writing to a string does not fail.
        let _ = std::fmt::Write::write_fmt(self, words);
    }
}

/// Rows in columns; the last column is not padded.
pub fn table(head: &[&str], rows: &[Vec<String>]) -> String {
    let mut widths: Vec<usize> = head.iter().map(|cell| cell.chars().count()).collect();
    for row in rows {
        for (width, cell) in widths.iter_mut().zip(row) {
            *width = (*width).max(cell.chars().count());
        }
    }
    let print = |cells: &[String]| {
        let mut text = String::new();
        for (index, (cell, width)) in cells.iter().zip(&widths).enumerate() {
            text.push_str(cell);
            if index + 1 < cells.len() {
                text.extend(std::iter::repeat_n(' ', width + 2 - cell.chars().count()));
            }
        }
        text.trim_end().to_owned()
    };
    let head: Vec<String> = head.iter().map(|cell| (*cell).to_owned()).collect();
    let mut lines = vec![print(&head)];
    lines.extend(rows.iter().map(|row| print(row)));
    lines.join("\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_and_durations_read_well() {
        assert_eq!(size(999), "999 B");
        assert_eq!(size(96_400_000), "96.4 MB");
        assert_eq!(duration(350), "350 ms");
        assert_eq!(duration(372_000), "6 min 12 s");
    }

    #[test]
    fn no_name_steers_the_terminal() {
        let text = "A\u{1b}[2J\u{1b}]0;x\u{7}B\u{202e}C\u{9b}1m\tD\nE";
        assert_eq!(without_commands(text, true), "A�[2J�]0;x�B�C�1m\tD\nE");
        let bold = "\u{1b}[1mword\u{1b}[22m";
        assert_eq!(without_commands(bold, true), bold);
        assert_eq!(without_commands(bold, false), "�[1mword�[22m");
    }

    #[test]
    fn columns_line_up() {
        let text = table(
            &["NAME", "STATE"],
            &[
                vec!["Acme".into(), "Active".into()],
                vec!["B".into(), "Draft".into()],
            ],
        );
        assert_eq!(text, "NAME  STATE\nAcme  Active\nB     Draft");
    }
}
