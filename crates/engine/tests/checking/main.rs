//! The checks: what is gathered for them against the sandbox, and the table of them in the
//! documentation.
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

#[path = "../bench/mod.rs"]
mod bench;
mod documented;
mod gathered;
mod place;
