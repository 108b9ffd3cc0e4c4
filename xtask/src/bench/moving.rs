//! `cargo xtask bench move`: how long a move takes whose activations take their time, against the bound
//! that chains of calls and the allowed number of activations set, and how often it asks for states.

use std::{
    collections::BTreeSet,
    time::{Duration, Instant},
};

use anyhow::{Context, bail};
use clap::Args;
use serde_json::Value;

use super::{process::Waybill, sandbox::Sandbox, timeline::Timeline};
use crate::workspace::Workspace;

/// Where the engine says how many activations it lets go on at once.
const ENGINE: &str = include_str!("../../../crates/engine/src/haul/mod.rs");
/// The phase in which the steps of a waybill are taken.
const STEPS: &str = "changing";
/// How many entries a page of a list has.
const PAGE: u32 = 100;

/// What to measure with.
#[derive(Args)]
pub struct Options {
    /// How many integrations are moved
    #[arg(long, default_value_t = 200)]
    integrations: u32,
    /// How long each activation takes, in milliseconds
    #[arg(long, default_value_t = 5000)]
    activation: u64,
    /// How many integrations call each other in a chain
    #[arg(long, default_value_t = 6)]
    chains: u32,
    /// How long each call takes at the least, in milliseconds
    #[arg(long, default_value_t = 20)]
    latency: u64,
    /// Measure the programs as they lie in `target/release`
    #[arg(long)]
    no_build: bool,
}

/// Builds the programs as they are shipped, measures, prints.
pub fn perform(workspace: &Workspace, options: &Options) -> anyhow::Result<()> {
    let programs = super::programs(workspace, options.no_build)?;
    let chains = options.chains.to_string();
    let activation = options.activation.to_string();
    let source = Sandbox::start_with(
        &programs,
        options.integrations,
        options.latency,
        &["--chains", &chains],
    )?;
    // It has the connections, lookups and libraries already, and none of the integrations.
    let destination = Sandbox::start_with(
        &programs,
        0,
        options.latency,
        &["--activation-time", &activation],
    )?;
    let waybill = Waybill::prepare(&programs, &source)?;
    waybill.add("destination", &destination)?;
    let folder = tempfile::tempdir()?;
    let file = folder.path().join("move.json");
    let file = file.to_str().context("the folder has no plain name")?;

    println!(
        "{} integrations in chains of {}, {} ms an activation, {} ms a call\n",
        options.integrations, options.chains, options.activation, options.latency
    );
    let begun = Instant::now();
    let select = "integration:*";
    let (planned, _) = waybill.answer(&[
        "plan",
        "--from",
        "bench",
        "--to",
        "destination",
        "--select",
        select,
        "-o",
        file,
    ])?;
    println!(
        "planned and checked in      {:>8.2} s",
        begun.elapsed().as_secs_f64()
    );
    let rules = to_acknowledge(&planned)?;
    let mut run = vec!["run", file, "--yes"];
    if !rules.is_empty() {
        run.push("--acknowledge");
        run.extend(rules.iter().copied());
    }
    destination.reset()?;
    let mut timeline = Timeline::begin();
    let (answer, peak) = waybill.told(&run, |line| timeline.hear(line, || destination.counts()))?;
    timeline.end(destination.counts()?);
    println!(
        "run                         {:>8.2} s  peak {} MB",
        timeline.took().as_secs_f64(),
        peak / 1000
    );
    timeline.print();
    say(options, &timeline, &answer)
}

/// The rules of the warnings; nothing may stand against the move.
fn to_acknowledge(planned: &Value) -> anyhow::Result<BTreeSet<&str>> {
    let findings = planned["findings"].as_array().into_iter().flatten();
    let mut rules = BTreeSet::new();
    for finding in findings {
        match finding["severity"].as_str() {
            Some("blocking") => bail!("the move is blocked: {finding}"),
            Some("warning") => drop(finding["rule"].as_str().map(|rule| rules.insert(rule))),
            _ => {}
        }
    }
    Ok(rules)
}

fn say(options: &Options, timeline: &Timeline, answer: &Value) -> anyhow::Result<()> {
    let activations = effects(timeline.last_counts(), "ACTIVATED");
    let each = Duration::from_millis(options.activation).as_secs_f64();
    let chain = each * f64::from(options.chains);
    let at_once = allowed_at_once()?;
    let work = each * f64::from(options.integrations) / f64::from(at_once);
    let bound = chain.max(work);
    let seconds = timeline.took().as_secs_f64();
    let steps = timeline.phase(STEPS).context("no steps were taken")?;
    let pages = f64::from(options.integrations.div_ceil(PAGE).max(1));
    let lists = steps.calls("GET integrations") / pages;
    let of_steps = steps.took().as_secs_f64();
    println!("\nbound: longest chain        {chain:>8.2} s");
    println!("bound: work at {at_once} at once   {work:>8.2} s");
    println!("activations                 {activations:>8}");
    println!("lists for states            {lists:>8.1}  in {of_steps:.2} s");
    println!(
        "looks at single states      {:>8}",
        steps.calls("GET integrations/{}/activationStatus")
    );
    println!("\nratios of this run");
    println!(
        "  run to bound: {:.3} (wanted: at most 1.15)",
        seconds / bound
    );
    println!(
        "  lists in 2 seconds: {:.2} (wanted: at most 1)",
        lists / (of_steps / 2.0)
    );
    if activations != u64::from(options.integrations) {
        bail!("not every integration was activated once: {answer}");
    }
    Ok(())
}

/// How many activations Waybill lets go on at once.
fn allowed_at_once() -> anyhow::Result<u32> {
    let value = ENGINE.lines().find_map(|line| {
        let value = line.split_once("const ACTIVATING_AT_ONCE: u32 =")?.1;
        value.trim().trim_end_matches(';').parse().ok()
    });
    value.context("the engine does not say how many activations go on at once")
}

fn effects(counts: &Value, kind: &str) -> u64 {
    let all = counts["effects"].as_object().into_iter().flatten();
    all.filter(|(own, _)| own.contains(kind))
        .filter_map(|(_, subjects)| subjects.as_object())
        .flat_map(|subjects| subjects.values())
        .filter_map(Value::as_u64)
        .sum()
}
