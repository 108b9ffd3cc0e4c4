//! `cargo xtask bench`: what is measured, with `backup` here: how fast a backup is, against two
//! yardsticks of the same run.
//!
//! The sandbox holds synthetic integrations and answers each call after a fixed time. One after
//! the other: a loop of plain HTTP calls that fetches every archive; Waybill's first backup; a
//! second one after a few artifacts changed. Printed are ratios, because seconds of this machine
//! say little about another.

mod compare;
mod days;
mod inspect;
mod moving;
mod plain_loop;
mod process;
mod sandbox;
mod timeline;

use std::{
    path::PathBuf,
    time::{Duration, Instant},
};

use anyhow::{Context, bail};
use clap::{Args, Parser};
use serde_json::Value;

use crate::{child, workspace::Workspace};
use process::Waybill;
use sandbox::Sandbox;

#[derive(Parser)]
#[command(name = "cargo xtask bench")]
enum Benchmark {
    /// A backup against one call after the other, and against the bound of its calls
    Backup(Options),
    /// A month of daily backups against restic
    Days(days::Options),
    /// Looking into archives against a plain script
    Inspect(inspect::Options),
    /// Comparing two instances, the first time and again
    Compare(compare::Options),
    /// A move with slow activations against the bound of chains and lanes
    Move(moving::Options),
}

/// Measures what the words name.
pub fn perform(workspace: &Workspace, what: &[String]) -> anyhow::Result<()> {
    let words = std::iter::once("cargo xtask bench").chain(what.iter().map(String::as_str));
    match Benchmark::parse_from(words) {
        Benchmark::Backup(options) => backup(workspace, &options),
        Benchmark::Days(options) => days::perform(workspace, &options),
        Benchmark::Inspect(options) => inspect::perform(workspace, &options),
        Benchmark::Compare(options) => compare::perform(workspace, &options),
        Benchmark::Move(options) => moving::perform(workspace, &options),
    }
}

/// What to measure with.
#[derive(Args)]
struct Options {
    /// How many integrations the instance holds
    #[arg(long, default_value_t = 200)]
    integrations: u32,
    /// How long each call takes at the least, in milliseconds
    #[arg(long, default_value_t = 150)]
    latency: u64,
    /// How many integrations change before the second backup
    #[arg(long, default_value_t = 5)]
    changed: u32,
    /// Measure the programs as they lie in `target/release`
    #[arg(long)]
    no_build: bool,
}

/// Calls that Waybill lets run at once unless the service asks for fewer.
const ALLOWED_AT_ONCE: f64 = 16.0;

/// The folder of the programs that are measured, built as they are shipped unless they lie there already.
fn programs(workspace: &Workspace, no_build: bool) -> anyhow::Result<PathBuf> {
    if !no_build {
        child::run(workspace.cargo().args([
            "build",
            "--release",
            "--package",
            "waybill-cli",
            "--package",
            "waybill-sandbox",
        ]))?;
    }
    Ok(workspace.root.join("target/release"))
}

struct Measured {
    took: Duration,
    calls: u64,
    archives: u64,
    peak_kilobytes: u64,
    result: Value,
}

/// Builds the programs as they are shipped, measures, prints.
fn backup(workspace: &Workspace, options: &Options) -> anyhow::Result<()> {
    let programs = programs(workspace, options.no_build)?;
    let sandbox = Sandbox::start(&programs, options.integrations, options.latency)?;
    println!(
        "{} integrations, {} ms a call, at most {ALLOWED_AT_ONCE} calls at once",
        options.integrations, options.latency
    );

    sandbox.reset()?;
    let started = Instant::now();
    let fetched = plain_loop::fetch_every_archive(&sandbox)?;
    let one_by_one = started.elapsed();
    println!(
        "\none call after the other: {:>7.2} s  {} archives, {} bytes",
        one_by_one.as_secs_f64(),
        fetched.archives,
        fetched.bytes
    );

    let waybill = Waybill::prepare(&programs, &sandbox)?;
    let first = measure(&sandbox, &waybill)?;
    let bound =
        Duration::from_millis(options.latency).as_secs_f64() * first.calls as f64 / ALLOWED_AT_ONCE;
    let seconds = first.took.as_secs_f64();
    println!(
        "first backup:             {seconds:>7.2} s  {} calls, {} archives, peak {} MB",
        first.calls,
        first.archives,
        first.peak_kilobytes / 1000
    );
    println!("the bound of its calls:   {bound:>7.2} s");

    sandbox.touch(options.changed)?;
    let second = measure(&sandbox, &waybill)?;
    println!(
        "{} changed:                {:>7.2} s  {} calls, {} archives, peak {} MB",
        options.changed,
        second.took.as_secs_f64(),
        second.calls,
        second.archives,
        second.peak_kilobytes / 1000
    );
    let third = measure(&sandbox, &waybill)?;
    println!(
        "nothing changed:          {:>7.2} s  {} calls, {} archives, peak {} MB",
        third.took.as_secs_f64(),
        third.calls,
        third.archives,
        third.peak_kilobytes / 1000
    );

    println!("\nratios of this run");
    println!(
        "  as fast as one call after the other: {:.1} times (wanted: 6 at least)",
        one_by_one.as_secs_f64() / seconds
    );
    println!(
        "  of the bound:                        {:.2} (wanted: 1.3 at most)",
        seconds / bound
    );
    println!(
        "  archives fetched again, unchanged:   {:.1} % (wanted: 2 % at most)",
        100.0 * third.archives as f64 / first.archives.max(1) as f64
    );
    println!(
        "  peak memory:                         {} MB (wanted: under 200)",
        first.peak_kilobytes / 1000
    );
    if fetched.archives != first.archives {
        bail!(
            "the loop fetched {} archives, Waybill {}: the two did not do the same work",
            fetched.archives,
            first.archives
        );
    }
    Ok(())
}

fn measure(sandbox: &Sandbox, waybill: &Waybill) -> anyhow::Result<Measured> {
    sandbox.reset()?;
    let started = Instant::now();
    let (result, peak_kilobytes) = waybill.back_up()?;
    measured(sandbox, started.elapsed(), peak_kilobytes, result)
}

/// A backup with what the sandbox counted of it.
fn measured(
    sandbox: &Sandbox,
    took: Duration,
    peak_kilobytes: u64,
    result: Value,
) -> anyhow::Result<Measured> {
    let counts = sandbox.counts()?;
    let number = |name: &str| {
        counts[name]
            .as_u64()
            .context(format!("no `{name}` counted"))
    };
    let measured = Measured {
        took,
        calls: number("total")? + number("token")?,
        archives: number("archives")?,
        peak_kilobytes,
        result,
    };
    if measured.result["status"] != "complete" {
        bail!("the backup did not end complete: {}", measured.result);
    }
    Ok(measured)
}
