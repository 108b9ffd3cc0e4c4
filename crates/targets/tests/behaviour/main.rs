//! Every kind of target against the real thing, started on loopback.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

mod cargo;
mod folder;
mod git;
mod proxy;
mod sealed;
mod sftp;
mod sshd;
mod suite;
mod tmpfs;
