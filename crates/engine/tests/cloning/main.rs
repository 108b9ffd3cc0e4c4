//! Instances as a whole, exported and imported against the sandbox through a real Swift server: what is there
//! afterwards, what stops it, and a program that is killed again and again.
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

mod failing;
mod followed;
#[cfg(unix)]
mod killed;
mod stage;
#[path = "../../../targets/tests/behaviour/swift_server.rs"]
#[allow(dead_code, reason = "a part of it serves here")]
mod swift_server;
mod whole;
