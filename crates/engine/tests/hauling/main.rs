//! Waybills carried out against the sandbox: what is there afterwards, what is never done twice, and
//! what stops a run before it writes.
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

mod back;
#[path = "../bench/mod.rs"]
mod bench;
mod disturbed;
mod every_kind;
mod failing;
mod interrupted;
mod killed;
mod moved;
mod paced;
mod refused;
mod rotation;
mod stage;
