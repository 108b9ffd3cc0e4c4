//! `cargo xtask bench inspect`: how fast archives are looked into, against a plain script of the
//! standard library of Python that reads the same facts of the same files.

use std::{
    fs::{self, File},
    path::{Path, PathBuf},
    process::{Command, Stdio},
    time::{Duration, Instant},
};

use anyhow::{Context, bail};
use clap::Args;
use serde_json::Value;

use super::process::run_watched;
use crate::{child, workspace::Workspace};

const SCRIPT: &str = include_str!("plain_reader.py");

/// What to measure with.
#[derive(Args)]
pub struct Options {
    /// A folder with real archives, which are copied under other codes
    #[arg(long, env = "WAYBILL_ARCHIVES", default_value = "../shared/archives")]
    archives: PathBuf,
    /// How many archives are read
    #[arg(long, default_value_t = 1000)]
    count: u32,
    /// Measure the program as it lies in `target/release`
    #[arg(long)]
    no_build: bool,
}

/// Builds the program as it is shipped, measures, prints.
pub fn perform(workspace: &Workspace, options: &Options) -> anyhow::Result<()> {
    if !options.no_build {
        child::run(
            workspace
                .cargo()
                .args(["build", "--release", "--package", "waybill-cli"]),
        )?;
    }
    let source = workspace.root.join(&options.archives);
    if !source.is_dir() {
        bail!(
            "`{}` is not there; name a folder with real archives by --archives",
            source.display()
        );
    }
    let folder = tempfile::tempdir()?;
    let script = folder.path().join("plain_reader.py");
    fs::write(&script, SCRIPT)?;
    let archives = folder.path().join("archives");
    fs::create_dir(&archives)?;
    let made = Command::new("python3")
        .args([&script, Path::new("make"), &source, &archives])
        .arg(options.count.to_string())
        .status()
        .context("python3 could not be started")?;
    if !made.success() {
        bail!("the archives could not be made");
    }

    let plain = |verb: &str| -> anyhow::Result<(Duration, Vec<Value>)> {
        let mut command = Command::new("python3");
        command.arg(&script).arg(verb).arg(&archives);
        let (took, _, answers) = lines(&mut command, folder.path())?;
        Ok((took, answers))
    };
    let waybill = |facts: bool| -> anyhow::Result<(Duration, u64, Vec<Value>)> {
        let mut command = Command::new(workspace.root.join("target/release/waybill"));
        command.arg("--home").arg(folder.path().join("home"));
        command.args(["--json", "inspect"]).arg(&archives);
        if facts {
            command.arg("--facts-only");
        }
        lines(&mut command, folder.path())
    };
    println!("{} archives, one reading after the other\n", options.count);
    let (plain_all, read) = plain("read")?;
    let (plain_facts, _) = plain("facts")?;
    let (all, peak, found) = waybill(false)?;
    let (facts, _, _) = waybill(true)?;
    let agreed = agree(&read, &found)?;
    println!(
        "Python, facts and findings:   {:>8.2} s",
        plain_all.as_secs_f64()
    );
    println!(
        "Python, facts alone:          {:>8.2} s",
        plain_facts.as_secs_f64()
    );
    println!(
        "Waybill, facts and findings:  {:>8.2} s  peak {} MB",
        all.as_secs_f64(),
        peak / 1000
    );
    println!(
        "Waybill, facts alone:         {:>8.2} s",
        facts.as_secs_f64()
    );
    println!("\nratios of this run");
    println!(
        "  facts and findings: {:.1} times as fast (wanted: 20 at least)",
        plain_all.as_secs_f64() / all.as_secs_f64()
    );
    println!(
        "  facts alone:        {:.1} times as fast (wanted: 20 at least)",
        plain_facts.as_secs_f64() / facts.as_secs_f64()
    );
    println!(
        "  peak memory:        {} MB (wanted: under 300)",
        peak / 1000
    );
    println!("  both found the same {agreed} integrations with their connections");
    Ok(())
}

/// Runs a program to its end; how long it took, the peak of its memory in kB, and the JSON it
/// printed. It prints into a file, so that reading its output is no part of the time.
fn lines(command: &mut Command, folder: &Path) -> anyhow::Result<(Duration, u64, Vec<Value>)> {
    let printed = folder.join("printed");
    command
        .stdin(Stdio::null())
        .stdout(File::create(&printed)?)
        .stderr(Stdio::null());
    let started = Instant::now();
    let (ended, peak) = run_watched(command.spawn()?)?;
    let took = started.elapsed();
    if !ended.success() {
        bail!("a reader ended with {ended}");
    }
    let answers = fs::read_to_string(&printed)?
        .lines()
        .map(serde_json::from_str)
        .collect::<Result<_, _>>()?;
    Ok((took, peak, answers))
}

/// Both read the same: every integration with its connections, file by file.
fn agree(plain: &[Value], waybill: &[Value]) -> anyhow::Result<usize> {
    let facts = |answers: &[Value]| {
        let mut all: Vec<(String, String, Vec<String>)> = Vec::new();
        for answer in answers {
            for one in answer["integrations"].as_array().into_iter().flatten() {
                let mut connections: Vec<String> = one["connections"]
                    .as_array()
                    .into_iter()
                    .flatten()
                    .map(|used| format!("{} {}", used["code"], used["role"]))
                    .collect();
                connections.sort();
                connections.dedup();
                let name = answer["file"].as_str().unwrap_or_default();
                let file = name.rsplit(['/', '\\']).next().unwrap_or_default();
                all.push((
                    file.to_owned(),
                    format!("{}|{}", one["code"], one["version"]),
                    connections,
                ));
            }
        }
        all.sort();
        all.dedup();
        all
    };
    let (one, other) = (facts(plain), facts(waybill));
    if one != other {
        let first = one.iter().zip(&other).find(|(one, other)| one != other);
        bail!("the two did not find the same: {first:?}");
    }
    Ok(one.len())
}
