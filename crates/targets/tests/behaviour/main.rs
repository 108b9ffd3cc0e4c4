//! Every kind of target against the real thing, started on loopback.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]
#![allow(
    clippy::similar_names,
    clippy::format_push_string,
    clippy::format_collect,
    clippy::duration_suboptimal_units,
    reason = "tests speak of several places at once, and write small texts"
)]
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
