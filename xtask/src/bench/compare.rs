//! `cargo xtask bench compare`: how fast two instances are compared, the first time and when every
//! fingerprint is known.

use anyhow::bail;
use clap::Args;

use super::{process::Waybill, sandbox::Sandbox};
use crate::workspace::Workspace;

/// What to measure with.
#[derive(Args)]
pub struct Options {
    /// How many integrations each instance holds
    #[arg(long, default_value_t = 800)]
    integrations: u32,
    /// How long each call takes at the least, in milliseconds
    #[arg(long, default_value_t = 20)]
    latency: u64,
    /// How many integrations change in the second instance
    #[arg(long, default_value_t = 20)]
    changed: u32,
    /// Measure the programs as they lie in `target/release`
    #[arg(long)]
    no_build: bool,
}

/// Builds the programs as they are shipped, measures, prints.
pub fn perform(workspace: &Workspace, options: &Options) -> anyhow::Result<()> {
    let programs = super::programs(workspace, options.no_build)?;
    let left = Sandbox::start(&programs, options.integrations, options.latency)?;
    let right = Sandbox::start(&programs, options.integrations, options.latency)?;
    right.touch(options.changed)?;
    let waybill = Waybill::prepare(&programs, &left)?;
    waybill.add("other", &right)?;

    println!(
        "two instances of {} integrations, {} changed, {} ms a call\n",
        options.integrations, options.changed, options.latency
    );
    let (first, peak) = waybill.answer(&["compare", "bench", "other"])?;
    let (again, _) = waybill.answer(&["compare", "bench", "other"])?;
    let (took_first, took_again) = (
        first["tookMs"].as_f64().unwrap_or_default(),
        again["tookMs"].as_f64().unwrap_or_default(),
    );
    println!(
        "the first time:             {:>8.2} s  {} archives fetched, peak {} MB",
        took_first / 1000.0,
        first["fetched"],
        peak / 1000
    );
    println!(
        "with known fingerprints:    {:>8.2} s  {} archives fetched",
        took_again / 1000.0,
        again["fetched"]
    );
    println!("\nratios of this run");
    println!(
        "  the second time: {:.0} times as fast, {:.2} s (wanted: under 1 s)",
        took_first / took_again.max(1.0),
        took_again / 1000.0
    );
    println!("  told apart: {}", again["counts"]);
    if again["counts"] != first["counts"] {
        bail!("the two comparisons do not tell the same");
    }
    Ok(())
}
