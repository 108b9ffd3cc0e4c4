//! `cargo xtask run`: from a fresh clone to the running application.

mod headless;

use std::{env, process::Command};

use crate::{
    child,
    setup::{self, Need},
    steps::{self, needed},
    workspace::Workspace,
};

/// How to run.
#[derive(clap::Args)]
pub struct Options {
    /// Do the main job from the command line instead of opening the window
    #[arg(long)]
    headless: bool,
}

/// Sets up, builds and starts Waybill. Where no window can be opened, a backup of a practice
/// instance is made from the command line instead.
pub fn perform(workspace: &Workspace, options: &Options) -> anyhow::Result<()> {
    let mut steps = setup::steps(workspace, Need::Build);
    steps.push(needed("Front end", || build_front_end(workspace)));
    steps.push(needed("Application and command line", || {
        build_programs(workspace)
    }));
    if options.headless || !has_display() {
        if !options.headless {
            println!(
                "No display here: a backup is made from the command line instead of the window."
            );
        }
        steps.push(needed(
            "A backup of a practice instance, from the command line",
            || headless::back_up_practice(&workspace.program("waybill")),
        ));
    } else {
        steps.push(needed("Waybill (ends when its window is closed)", || {
            child::run(&mut Command::new(workspace.program("waybill-desktop")))
        }));
    }
    steps::perform(steps)
}

/// Builds what the window shows.
pub fn build_front_end(workspace: &Workspace) -> anyhow::Result<()> {
    child::run(workspace.npm().args(["run", "build"]))
}

/// Builds every program but this one, which is running.
fn build_programs(workspace: &Workspace) -> anyhow::Result<()> {
    child::run(
        workspace
            .cargo()
            .args(["build", "--workspace", "--exclude", "xtask", "--bins"]),
    )
}

fn has_display() -> bool {
    !cfg!(target_os = "linux")
        || ["DISPLAY", "WAYLAND_DISPLAY"]
            .into_iter()
            .any(|name| env::var_os(name).is_some_and(|value| !value.is_empty()))
}
