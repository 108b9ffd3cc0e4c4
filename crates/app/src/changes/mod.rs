//! Single changes in an instance, behind its write policy, and the history of what was done.
//!
//! `policy` says whether an instance may be written now and lets a person allow it for a time; `gate`
//! is the one place that lets a write through; `request` reads what is asked for, `plan` says what it
//! would lead to, `start` makes it, `offer` says what can be done to an artifact, `history` shows the
//! audit log.

mod gate;
mod history;
mod offer;
mod plan;
mod policy;
mod request;
mod start;

pub(crate) use gate::WriteGate;
pub(crate) use offer::actions;
pub(crate) use policy::{HOW_TO_ALLOW, in_words, shown_until};
