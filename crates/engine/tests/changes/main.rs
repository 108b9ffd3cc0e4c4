//! Single changes against the sandbox: what is found before, what is done, what is never done twice.
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

mod bench;
mod deployments;
mod findings;
mod interrupted;
mod made;
mod permits;
