//! `cargo xtask`: sets a machine up, runs Waybill and tests it.
//!
//! Every command shows its steps, numbered and timed, and can be given again: what is done already
//! costs nothing the second time. `setup` installs what a build needs, `run` starts the application
//! (or does its main job from the command line where there is no display), `test` is the whole
//! proof, the same here and in CI.
#![expect(
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "this program talks to the person at the terminal"
)]

#[cfg(feature = "bench")]
mod bench;
mod child;
#[cfg(feature = "icons")]
mod icons;
mod run;
mod setup;
mod steps;
mod test;
mod types;
mod workspace;

use std::process::ExitCode;

use clap::{Parser, Subcommand};

use crate::workspace::Workspace;

#[derive(Parser)]
#[command(
    name = "cargo xtask",
    about = "Sets the machine up, runs and tests Waybill"
)]
struct Arguments {
    #[command(subcommand)]
    task: Task,
}

#[derive(Subcommand)]
enum Task {
    /// Install what building and testing need; does nothing where it is all there
    Setup {
        /// Only what a build needs, not what the tests need
        #[arg(long)]
        build_only: bool,
    },
    /// Build the application and start it
    Run(run::Options),
    /// Check everything: format, front end, lints, types, tests, licences, traces left behind
    Test(test::Options),
    /// Write the TypeScript types of the contract between front end and application anew
    Types,
    /// Measure against a loop of plain calls; what is printed are ratios of one run
    Bench {
        /// What to measure, and its options (`--help` lists them)
        #[arg(trailing_var_arg = true, allow_hyphen_values = true)]
        what: Vec<String>,
    },
    /// Draw every icon from `icons/icon.svg` and `icons/icon-small.svg`
    Icons,
}

fn main() -> ExitCode {
    let arguments = Arguments::parse();
    match perform(arguments.task) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("\nStopped: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn perform(task: Task) -> anyhow::Result<()> {
    let workspace = Workspace::find()?;
    match task {
        Task::Setup { build_only } => {
            let need = if build_only {
                setup::Need::Build
            } else {
                setup::Need::Test
            };
            steps::perform(setup::steps(&workspace, need))
        }
        Task::Run(options) => run::perform(&workspace, &options),
        Task::Test(options) => test::perform(&workspace, &options),
        Task::Types => types::write(&workspace),
        Task::Bench { what } => measure(&workspace, &what),
        Task::Icons => draw_icons(&workspace),
    }
}

#[cfg(feature = "bench")]
fn measure(workspace: &Workspace, what: &[String]) -> anyhow::Result<()> {
    bench::perform(workspace, what)
}

/// Starts this program again with the benchmark built in.
#[cfg(not(feature = "bench"))]
fn measure(workspace: &Workspace, what: &[String]) -> anyhow::Result<()> {
    let again = [
        "run",
        "--quiet",
        "--package",
        "xtask",
        "--features",
        "bench",
        "--",
        "bench",
    ];
    child::run(workspace.cargo().args(again).args(what))
}

#[cfg(feature = "icons")]
fn draw_icons(workspace: &Workspace) -> anyhow::Result<()> {
    icons::draw(&workspace.root.join("icons"))
}

/// Starts this program again with the renderer built in.
#[cfg(not(feature = "icons"))]
fn draw_icons(workspace: &Workspace) -> anyhow::Result<()> {
    child::run(workspace.cargo().args([
        "run",
        "--quiet",
        "--package",
        "xtask",
        "--features",
        "icons",
        "--",
        "icons",
    ]))
}
