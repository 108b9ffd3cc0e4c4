//! Single changes in an instance, behind its write policy, and the history of what was done.
//!
//! `policy` says whether an instance may be written now and lets a person allow it for a time;
//! `history` shows the audit log.

mod history;
mod policy;

pub(crate) use policy::{in_words, shown_until};
