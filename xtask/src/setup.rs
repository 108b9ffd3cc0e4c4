//! What a machine needs beyond Rust, Node and git, and how it gets there.
//!
//! On Debian and Ubuntu missing packages are installed; elsewhere it is said what is missing and
//! where to get it. A second run finds everything in place and changes nothing.

mod debian;
mod elsewhere;
mod npm;

use crate::{
    steps::{Step, needed},
    workspace::Workspace,
};

/// How much of a machine has to be there.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Need {
    /// To build and start the application.
    Build,
    /// To run every test: a virtual display, a browser driver, a keychain, restic.
    Test,
}

/// The steps that set a machine up.
pub fn steps(workspace: &Workspace, need: Need) -> Vec<Step<'_>> {
    let mut steps = vec![
        needed("System packages", move || {
            if debian::is_here() {
                debian::install_missing(need)
            } else {
                elsewhere::check()
            }
        }),
        needed("Packages of the front end", move || {
            npm::install(workspace, "ui")
        }),
    ];
    if need == Need::Test {
        steps.push(needed("OpenID provider of the tests", move || {
            npm::install(workspace, "tests/openid")
        }));
    }
    steps
}
