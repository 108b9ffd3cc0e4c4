//! Every operation of Oracle Integration that the client offers, as a table: what is known of it, and a
//! test against the sandbox for its success and for each error status that is documented.
//!
//! A row is an [`operation::Operation`]; rows stand in files of one subject below `rows`. The harness
//! holds the table complete ([`table`]), runs its cases ([`run`]), and writes it down as
//! `docs/operations.md` ([`document`]; `WAYBILL_UPDATE_DOCS=1` writes the file anew).
//!
//! Client and sandbox share no code, and the sandbox was written from the same documentation: where both
//! agree, the documentation was read the same way twice.
#![expect(
    clippy::unwrap_used,
    reason = "a test ends where what it needs is not there"
)]

mod bench;
mod document;
mod lost;
mod operation;
mod rows;
mod run;
mod storm;
mod table;
