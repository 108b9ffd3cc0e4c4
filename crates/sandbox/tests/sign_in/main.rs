//! Signing in: every grant, and what is refused in which words.
#![allow(
    clippy::unwrap_used,
    reason = "a test may stop at what it did not expect"
)]

#[path = "../support/mod.rs"]
mod support;

mod browser;
mod people;
mod statement;
mod steps;
