//! Copies elsewhere: brought whole to a folder, an SSH server, a repository and a vault of their own, opened
//! from there as places, and told plainly where they cannot be made.
#![cfg(unix)]
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]
#![allow(clippy::print_stdout, reason = "what was passed over is said")]

#[allow(dead_code, reason = "the tests of targets use all of it")]
#[path = "../../../targets/tests/behaviour/sshd.rs"]
mod sshd;
#[path = "../support/mod.rs"]
mod support;
#[path = "../../../targets/tests/behaviour/tmpfs.rs"]
mod tmpfs;

mod brought;
mod by_itself;
mod kept;
mod left;
mod refused;
