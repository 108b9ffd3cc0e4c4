//! What is designed outside projects, changed by raw HTTP: every call, its success and its refusals.
#![allow(
    clippy::unwrap_used,
    reason = "a test may stop at what it did not expect"
)]

#[path = "../support/mod.rs"]
mod support;

mod activation;
mod certificates;
mod connections;
mod integrations;
mod libraries;
mod lookups;
mod packages;
mod real_archives;
mod rights;
mod schedules;
mod work;
mod world;
