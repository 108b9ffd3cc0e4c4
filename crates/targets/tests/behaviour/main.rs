//! Every kind of target against the real thing, started on loopback.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]
#![allow(
    clippy::print_stdout,
    reason = "what is passed over is said, and how long it took"
)]

mod cargo;
mod folder;
mod git;
mod outage;
mod par;
mod plain;
mod proxy;
mod s3;
mod sealed;
mod sftp;
mod sshd;
mod suite;
mod swift;
mod swift_server;
mod tmpfs;
mod upload;
