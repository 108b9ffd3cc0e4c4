//! Moves: prepared, planned, checked, bound, signed off, and kept as documents.
//!
//! `draft` is a move as it lies on the disk and `shelf` where; `verbs` makes, changes, and lists them,
//! `shown` puts them into the forms of the screens, with `decided` for policies and bindings;
//! `bindings_file` remembers the values of a destination.
//! `what` can be chosen, and `needs` is what the choice needs.
//! `handover` is what running a waybill takes from here.

mod bindings_file;
mod decided;
mod draft;
mod handover;
mod needs;
mod shelf;
mod shown;
mod verbs;
mod what;

pub(crate) use decided::policies_view;
