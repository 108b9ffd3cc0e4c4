//! Full circles: what an instance holds goes into a snapshot, from there into another instance, and
//! what is found there is laid beside what there was; then the way back.
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

#[path = "../bench/mod.rs"]
mod bench;
mod bytes;
mod course;
mod empty;
mod portrait;
mod real;
mod replaced;
#[path = "../hauling/stage.rs"]
mod stage;
