//! The command line as a whole: the program that is shipped, against Oracle Integration as the
//! sandbox plays it, with real files, a real keychain and restic beside it.
//!
//! Every test has a home of its own (`support/home.rs`). One word, the canary, is every secret that
//! a test gives away: client secret, passphrase, password. When a home ends, nothing the program
//! printed, wrote, or showed to other processes may hold it.

#![cfg(unix)]
#![allow(clippy::unwrap_used, reason = "a test stops at what it did not expect")]

mod support;

#[allow(dead_code, reason = "the tests of targets use all of it")]
#[path = "../../../targets/tests/behaviour/sshd.rs"]
mod sshd;
#[allow(dead_code, reason = "a part of it serves here")]
#[path = "../../../targets/tests/behaviour/swift_server.rs"]
mod swift_server;

mod access;
mod arguments;
mod assertion;
mod at_once;
mod browser_sign_in;
mod cancelling;
mod certificates;
mod changes;
mod clones;
mod compare;
mod copies;
mod damaged_vault;
mod deployments;
mod first_generation;
mod first_vault;
mod full_disk;
mod generation_two;
mod graph_and_search;
mod inspect;
mod inspect_shape;
mod interrupted;
mod keep;
mod keychain;
mod killed;
mod memory;
mod moves;
mod moves_back;
mod moves_bad_archives;
mod moves_cut_off;
mod moves_elsewhere;
mod moves_full_disk;
mod moves_night;
mod moves_no_vault;
mod moves_refused;
mod moves_stopped;
mod partial;
mod pipelines;
mod places;
mod practice;
mod releases;
mod rotation;
mod round_trip;
mod secrets_file;
mod service;
mod settings;
mod sign_in;
mod unchanged;
mod unfinished;
mod word;
mod wrong_address;
