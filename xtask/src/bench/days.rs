//! `cargo xtask bench days`: a month of daily backups of one instance, against `restic backup` of the same
//! files.
//!
//! Each day some integrations change; then the instance is backed up, the snapshot is extracted, and restic
//! backs up the same files. Printed are ratios: downloads to changes, what the vault grew to what was new, and
//! the time of Waybill's days, with all their calls, to that of restic's, which has the files at hand.

use std::{
    collections::BTreeSet,
    fs,
    path::{Path, PathBuf},
    process::{Command, Stdio},
    time::{Duration, Instant},
};

use anyhow::{Context, bail};
use clap::Args;

use super::{Measured, measured, process::Waybill, sandbox::Sandbox};
use crate::{test::random_word, workspace::Workspace};

/// What to measure with.
#[derive(Args)]
pub struct Options {
    /// How many integrations the instance holds
    #[arg(long, default_value_t = 800)]
    integrations: u32,
    /// How many of them change each day
    #[arg(long, default_value_t = 8)]
    changed: u32,
    /// How many days
    #[arg(long, default_value_t = 30)]
    days: u32,
    /// Measure the programs as they lie in `target/release`
    #[arg(long)]
    no_build: bool,
}

/// One day.
struct Day {
    waybill: Measured,
    /// Of that, all but reading the instance: at the least, at the most.
    storing: [Duration; 2],
    restic: Duration,
    grown: u64,
    restic_grown: u64,
    new_bytes: u64,
    lists: u64,
    /// Artifacts with archives that differ from the day before.
    changed: u32,
}

/// Builds the programs as they are shipped, lives through the days, prints.
pub fn perform(workspace: &Workspace, options: &Options) -> anyhow::Result<()> {
    let programs = super::programs(workspace, options.no_build)?;
    let sandbox = Sandbox::start(&programs, options.integrations, 0)?;
    let waybill = Waybill::prepare(&programs, &sandbox)?;
    let restic = Restic::begin()?;
    let vault = waybill.home().join("vault");
    println!(
        "{} integrations, {} change each day, {} days",
        options.integrations, options.changed, options.days
    );

    let first = live(&sandbox, &waybill, &vault, &restic)?;
    print("first", &first);
    let mut days = Vec::new();
    for number in 1..=options.days {
        sandbox.touch(options.changed)?;
        let day = live(&sandbox, &waybill, &vault, &restic)?;
        print(&format!("day {number}"), &day);
        days.push(day);
    }

    let all = |of: fn(&Day) -> f64| days.iter().map(of).sum::<f64>();
    let peak = days
        .iter()
        .chain([&first])
        .map(|day| day.waybill.peak_kilobytes)
        .max();
    let sweeps = days.iter().all(|day| day.lists == first.lists);
    println!("\nratios of this run, the days after the first");
    println!(
        "  archives fetched to changed:      {:.2} (wanted: 1.2 at most; packages and projects change with what is in them)",
        all(|day| day.waybill.archives as f64) / all(|day| f64::from(day.changed))
    );
    println!(
        "  vault grown to bytes fetched:     {:.2} (wanted: 1.3 at most)",
        all(|day| day.grown as f64) / all(|day| day.new_bytes as f64)
    );
    println!(
        "  restic's grown to bytes fetched:  {:.2} (the same files)",
        all(|day| day.restic_grown as f64) / all(|day| day.new_bytes as f64)
    );
    println!(
        "  pages of lists a day:             {} {}",
        first.lists,
        if sweeps {
            "each day, as at the first backup"
        } else {
            "at the first backup; some days differ"
        }
    );
    println!(
        "  time to restic's, without reading the instance: {:.2} to {:.2} (wanted: 1 at most)",
        all(|day| day.storing[0].as_secs_f64()) / all(|day| day.restic.as_secs_f64()),
        all(|day| day.storing[1].as_secs_f64()) / all(|day| day.restic.as_secs_f64())
    );
    println!(
        "  time to restic's, with all calls: {:.2}",
        all(|day| day.waybill.took.as_secs_f64()) / all(|day| day.restic.as_secs_f64())
    );
    println!(
        "  time to restic's, first backup:   {:.2}",
        first.waybill.took.as_secs_f64() / first.restic.as_secs_f64()
    );
    println!(
        "  peak memory:                      {} MB (wanted: under 250)",
        peak.unwrap_or_default() / 1000
    );
    Ok(())
}

fn print(name: &str, day: &Day) {
    println!(
        "{name:>7}: {:>6.2} s, {} archives, {} kB new, vault grew {} kB; restic {:.2} s, {} kB",
        day.waybill.took.as_secs_f64(),
        day.waybill.archives,
        day.new_bytes / 1000,
        day.grown / 1000,
        day.restic.as_secs_f64(),
        day.restic_grown / 1000
    );
}

/// One backup by both.
fn live(
    sandbox: &Sandbox,
    waybill: &Waybill,
    vault: &Path,
    restic: &Restic,
) -> anyhow::Result<Day> {
    let before = size(vault)?;
    let (measured, storing) = watched(sandbox, waybill)?;
    let grown = size(vault)?.saturating_sub(before);
    let counts = sandbox.counts()?;
    let number = |name: &str| {
        counts[name]
            .as_u64()
            .context(format!("no `{name}` counted"))
    };
    let (new_bytes, lists) = (
        number("archive_bytes").or_else(|_| number("archiveBytes"))?,
        number("lists")?,
    );
    let snapshot = measured.result["snapshot"]
        .as_str()
        .context("the backup names no snapshot")?
        .to_owned();
    let changed = changed(waybill, &snapshot)?;
    restic.take_over(|folder| {
        let folder = folder.display().to_string();
        waybill
            .answer(&["snapshot", "extract", &snapshot, "--to", &folder])
            .map(drop)
    })?;
    let before = size(&restic.repository)?;
    let took = restic.back_up()?;
    Ok(Day {
        waybill: measured,
        storing,
        restic: took,
        grown,
        restic_grown: size(&restic.repository)?.saturating_sub(before),
        new_bytes,
        lists,
        changed,
    })
}

/// One backup, and the least and the most of its time that was not spent with reading the instance. The program
/// tells how far it is every tenth of a second: reading began between the last line before and the first line that
/// tells of it, and ended likewise.
fn watched(sandbox: &Sandbox, waybill: &Waybill) -> anyhow::Result<(Measured, [Duration; 2])> {
    sandbox.reset()?;
    let began = Instant::now();
    let (mut before, mut first, mut last, mut after) = (Duration::ZERO, None, None, None);
    let (result, peak_kilobytes) = waybill.told(&["backup", "bench"], |line| {
        let now = began.elapsed();
        if matches!(line["phase"].as_str(), Some("reading" | "fetching")) {
            first.get_or_insert(now);
            last = Some(now);
        } else if first.is_none() {
            before = now;
        } else {
            after.get_or_insert(now);
        }
        Ok(())
    })?;
    let took = began.elapsed();
    let shortest = first
        .zip(last)
        .map_or(Duration::ZERO, |(first, last)| last.saturating_sub(first));
    let longest = after.map_or(shortest, |after| after.saturating_sub(before));
    let measured = measured(sandbox, took, peak_kilobytes, result)?;
    let storing = [longest, shortest].map(|reading| took.saturating_sub(reading));
    Ok((measured, storing))
}

/// How many artifacts with archives the snapshot says are new or other than before.
fn changed(waybill: &Waybill, snapshot: &str) -> anyhow::Result<u32> {
    let (shown, _) = waybill.answer(&["snapshot", "show", snapshot])?;
    let items = shown["items"]
        .as_array()
        .context("the snapshot lists nothing")?;
    let has_archive = |item: &&serde_json::Value| {
        let id = item["id"].as_str().unwrap_or_default();
        let kind = id.split(':').next().unwrap_or_default();
        ["integration", "package", "project", "lookup", "library"].contains(&kind)
    };
    let differs =
        |item: &&serde_json::Value| matches!(item["change"].as_str(), Some("added" | "changed"));
    Ok(u32::try_from(
        items.iter().filter(has_archive).filter(differs).count(),
    )?)
}

/// restic with a repository and a folder of its own.
struct Restic {
    folder: tempfile::TempDir,
    repository: PathBuf,
    files: PathBuf,
}

impl Restic {
    fn begin() -> anyhow::Result<Self> {
        let folder = tempfile::tempdir()?;
        let own = Self {
            repository: folder.path().join("repository"),
            files: folder.path().join("files"),
            folder,
        };
        fs::write(own.folder.path().join("word"), random_word())?;
        fs::create_dir(&own.files)?;
        own.run(&["init"])?;
        Ok(own)
    }

    /// Brings the files to what `extract` puts into a folder. What is the same stays untouched, as it would on
    /// a disk that is backed up each day.
    fn take_over(&self, extract: impl FnOnce(&Path) -> anyhow::Result<()>) -> anyhow::Result<()> {
        let new = self.folder.path().join("new");
        extract(&new)?;
        let (there, here) = (all_files(&new)?, all_files(&self.files)?);
        for gone in here.difference(&there) {
            fs::remove_file(self.files.join(gone))?;
        }
        for file in &there {
            let (from, to) = (new.join(file), self.files.join(file));
            let bytes = fs::read(&from)?;
            if fs::read(&to).is_ok_and(|old| old == bytes) {
                continue;
            }
            if let Some(parent) = to.parent() {
                fs::create_dir_all(parent)?;
            }
            fs::write(&to, bytes)?;
        }
        fs::remove_dir_all(&new)?;
        Ok(())
    }

    fn back_up(&self) -> anyhow::Result<Duration> {
        let began = Instant::now();
        let files = self.files.display().to_string();
        self.run(&["backup", &files])?;
        Ok(began.elapsed())
    }

    fn run(&self, arguments: &[&str]) -> anyhow::Result<()> {
        let ended = Command::new("restic")
            .arg("--repo")
            .arg(&self.repository)
            .arg("--password-file")
            .arg(self.folder.path().join("word"))
            .arg("--no-cache")
            .arg("--quiet")
            .args(arguments)
            .stdin(Stdio::null())
            .status()
            .context("restic could not be started")?;
        if !ended.success() {
            bail!("restic {} failed", arguments.join(" "));
        }
        Ok(())
    }
}

/// The files below a folder, by their paths in it.
fn all_files(folder: &Path) -> anyhow::Result<BTreeSet<PathBuf>> {
    let mut found = BTreeSet::new();
    let mut open = vec![folder.to_path_buf()];
    while let Some(next) = open.pop() {
        for entry in fs::read_dir(next)? {
            let entry = entry?;
            if entry.file_type()?.is_dir() {
                open.push(entry.path());
            } else {
                found.insert(entry.path().strip_prefix(folder)?.to_path_buf());
            }
        }
    }
    Ok(found)
}

/// The bytes below a folder.
fn size(folder: &Path) -> anyhow::Result<u64> {
    if !folder.exists() {
        return Ok(0);
    }
    all_files(folder)?
        .iter()
        .map(|file| Ok(fs::metadata(folder.join(file))?.len()))
        .sum()
}
