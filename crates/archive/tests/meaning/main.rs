//! What artifacts mean: equal for two exports of the same design, different for every edit.

#![allow(
    clippy::unwrap_used,
    clippy::print_stderr,
    clippy::type_complexity,
    clippy::case_sensitive_file_extension_comparisons,
    reason = "a test may stop at what it did not expect, and tells what it found; its files have the names it gave them"
)]

mod anywhere;
mod demo;
mod edits;
mod files;
mod large;
mod laws;
mod made;
mod pairs;
mod real;
mod secrets;
mod stable;
mod texts;
mod volatile;
