//! Waybills that are run: the last look before, the run, its report, and the way back.
//!
//! `refusals` is what stands against a run and `look` shows it without a run; `start` begins, resumes
//! and retries; `book` finds the secrets that a waybill names, and `secret_names` checks such a name; `cargo` opens what it will send, and
//! carries it from one computer to another; `report` and `rollback` are what comes after.

mod book;
mod cargo;
mod look;
mod refusals;
mod report;
mod rollback;
mod secret_names;
mod start;
