//! The licences of everything that is built in, the crates that may not be, and where they come
//! from, by cargo-deny and `deny.toml`.

use std::{path::PathBuf, process::Command};

use anyhow::Context;

use crate::{
    child,
    workspace::{Workspace, find_on_path},
};

/// The version that is installed where there is none.
const VERSION: &str = "0.20.2";

/// Checks the whole dependency graph.
pub fn check(workspace: &Workspace) -> anyhow::Result<()> {
    let program = ensure(workspace)?;
    child::run(Command::new(program).current_dir(&workspace.root).args([
        "--all-features",
        "check",
        "licenses",
        "bans",
        "sources",
    ]))
}

/// The program of this project, else the one of this machine, else a fresh one. Without
/// optimisation it is built in a third of the time and still done in seconds.
fn ensure(workspace: &Workspace) -> anyhow::Result<PathBuf> {
    let tools = workspace.target.join("tools");
    let own = tools
        .join("bin")
        .join(format!("cargo-deny{}", std::env::consts::EXE_SUFFIX));
    if own.is_file() {
        return Ok(own);
    }
    if let Some(found) = find_on_path("cargo-deny") {
        return Ok(found);
    }
    println!(
        "  cargo-deny is not there; it is built once, into {}",
        tools.display()
    );
    child::run(
        workspace
            .cargo()
            .env("CARGO_TARGET_DIR", tools.join("build"))
            .env("CARGO_PROFILE_DEV_DEBUG", "0")
            .args([
                "install",
                "--quiet",
                "--locked",
                "--debug",
                "--version",
                VERSION,
                "--root",
            ])
            .arg(&tools)
            .arg("cargo-deny"),
    )
    .context("cargo-deny could not be built; it comes from the crate registry")?;
    Ok(own)
}
