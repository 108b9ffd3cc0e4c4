//! Planning from places as they are: instances of the sandbox, snapshots of them, real archives.
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

#[path = "../bench/mod.rs"]
mod bench;
mod changed;
mod files;
mod places;
mod stage;
