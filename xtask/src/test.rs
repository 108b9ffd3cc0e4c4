//! `cargo xtask test`: everything that has to hold, in one command, here and in CI alike.
//!
//! Tests run in a session of their own: another home folder, another message bus, another
//! display. At the end it is proved that the real ones were not touched, and that the secret
//! handed to the tests is found nowhere.

mod cargo_test;
mod display;
mod folders;
mod leaks;
mod licences;
mod processes;
mod session;

use std::{
    cell::RefCell,
    collections::hash_map::RandomState,
    fs,
    hash::{BuildHasher, Hasher},
    path::Path,
};

use anyhow::{Context, bail};

use self::{folders::Folders, leaks::Canary, session::Session};
use crate::{
    child, run,
    setup::{self, Need},
    steps::{self, Step, checked},
    types,
    workspace::Workspace,
};

/// What to check.
#[derive(clap::Args)]
pub struct Options {
    /// Only the steps whose title holds this word; can be given again
    #[arg(long, value_name = "WORD")]
    only: Vec<String>,
    /// What is handed to `cargo test` instead of `--workspace`, as in `-- -p waybill-vault`
    #[arg(last = true, value_name = "ARGUMENTS")]
    tests: Vec<String>,
}

/// Makes every check. What fails is named at the end, after everything else was tried as well.
pub fn perform(workspace: &Workspace, options: &Options) -> anyhow::Result<()> {
    let folders = Folders::of_this_user();
    let before = folders.look();
    let canary = Canary::new(&random_word());
    let session = Session::new()?;
    let closing_lines = RefCell::new(Vec::new());
    empty(&workspace.test_output())?;

    let mut steps = Vec::new();
    steps.push(checked("Format of the Rust code", || {
        child::run(workspace.cargo().args(["fmt", "--all", "--check"]))
    }));
    steps.push(checked("Front end: build", || {
        run::build_front_end(workspace)
    }));
    steps.extend(front_end(workspace));
    steps.push(checked("Lints of the Rust code", || lints(workspace)));
    steps.push(checked("Build of every program and test", || {
        build(workspace)
    }));
    steps.push(checked("Types of the front end are those of Rust", || {
        types::check(workspace)
    }));
    steps.push(checked("Rust tests, in a session of their own", || {
        let lines = cargo_test::perform(workspace, &session, &canary, &options.tests)?;
        closing_lines.borrow_mut().extend(lines.lines);
        lines.outcome
    }));
    steps.push(checked("Licences, banned crates and sources", || {
        licences::check(workspace)
    }));
    steps.push(checked("Nothing of this user was touched", || {
        folders.compare(&before)
    }));
    steps.push(checked("The secret of the tests is found nowhere", || {
        canary.search(&[session.path(), &workspace.test_output()])
    }));
    if !options.only.is_empty() {
        steps.retain(|step| step.is_about(&options.only));
        if steps.is_empty() {
            bail!("no step has a title with {}", options.only.join(" or "));
        }
    }
    let result = steps::perform(
        setup::steps(workspace, Need::Test)
            .into_iter()
            .chain(steps)
            .collect(),
    );

    let closing_lines = closing_lines.into_inner();
    if !closing_lines.is_empty() {
        println!("\nRust tests, their closing lines:");
    }
    for line in closing_lines {
        println!("  {line}");
    }
    result
}

fn front_end(workspace: &Workspace) -> Vec<Step<'_>> {
    [
        ("Front end: types", "check"),
        ("Front end: lints and format", "lint"),
        ("Front end: tests", "test"),
        ("Front end: nothing unused", "knip"),
    ]
    .into_iter()
    .map(|(title, script)| {
        checked(title, move || {
            child::run(workspace.npm().args(["run", script]).env("CI", "1"))
        })
    })
    .collect()
}

fn lints(workspace: &Workspace) -> anyhow::Result<()> {
    child::run(workspace.cargo().args([
        "clippy",
        "--workspace",
        "--all-targets",
        "--",
        "--deny",
        "warnings",
    ]))
}

/// Programs and tests in one go, so that both see the same features of every crate and nothing is
/// compiled twice. The tests start the programs from where this leaves them.
fn build(workspace: &Workspace) -> anyhow::Result<()> {
    child::run(workspace.cargo().args([
        "build",
        "--workspace",
        "--exclude",
        "xtask",
        "--bins",
        "--tests",
    ]))
}

/// Makes a folder that is empty, whatever an earlier run left in it.
fn empty(folder: &Path) -> anyhow::Result<()> {
    if folder.exists() {
        fs::remove_dir_all(folder)
            .with_context(|| format!("{} could not be emptied", folder.display()))?;
    }
    fs::create_dir_all(folder).with_context(|| format!("{} could not be made", folder.display()))
}

/// 32 hexadecimal digits that nobody can foresee, from the random keys of the hash tables, which
/// the operating system gives.
pub fn random_word() -> String {
    let half = || RandomState::new().build_hasher().finish();
    // Two keys made one after the other differ in a counter alone, and are mixed by the hash.
    format!("{:016x}{:016x}", half(), half())
}
