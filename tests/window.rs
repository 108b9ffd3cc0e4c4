//! The window as a person meets it: the real program on a display that nobody sees, driven through
//! WebDriver and the keyboard, in a home of its own (`window/support/user.rs`).
//!
//! The tests take turns, because there is one display and one keyboard focus. Pictures of what they
//! saw are kept below `WAYBILL_TEST_OUTPUT`; with `WAYBILL_UPDATE_PICTURES=1` those of the user's
//! guide are renewed.

#![cfg(target_os = "linux")]
#![allow(clippy::unwrap_used, reason = "a test stops at what it did not expect")]
#![allow(clippy::print_stdout, reason = "measures are printed")]

#[allow(dead_code, reason = "the tests of targets use all of it")]
#[path = "../crates/targets/tests/behaviour/sshd.rs"]
mod sshd;

mod window {
    pub mod support;

    mod archive_screens;
    mod change_screens;
    mod changes;
    mod comparing;
    mod connection_test;
    mod damaged_vault;
    mod files;
    mod first_backup;
    mod flow;
    mod graph;
    mod keeping;
    mod keyboard;
    mod large_drawings;
    mod many_artifacts;
    mod moving;
    mod moving_at_night;
    mod moving_back;
    mod moving_by_keyboard;
    mod moving_files;
    mod production;
    mod releasing;
    mod runs;
    mod screens;
    mod searching;
    mod secrets_file;
    mod sign_in;
}
