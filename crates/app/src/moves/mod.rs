//! Moves: prepared, planned, checked, bound, signed off, and kept as documents.
//!
//! `draft` is a move as it lies on the disk and `shelf` where; `verbs` makes, changes, and lists them,
//! `shown` puts them into the forms of the screens, with `decided` for policies and bindings;
//! `bindings_file` remembers the values of a destination, and `sifted` lets no secret among them.
//! `what` can be chosen, and `needs` is what the choice needs.
//! `planning` reads both places, plans and checks; `plan_view`, `plan_people` and `effect` show the waybill;
//! `signing` is reading warnings and signing off, `secrets` what is held of secrets,
//! `tested` which connections were tested.
//! `connections` is what each connection is there; `rotation` gives connections other values while they
//! are in use.
//! `papers` writes waybills and takes them in.
//! `handover` is what running a waybill takes from here.

mod bindings_file;
mod connections;
mod decided;
mod draft;
mod effect;
mod handover;
mod needs;
mod papers;
mod plan_people;
mod plan_view;
mod planning;
mod role_moves;
mod rotation;
mod secrets;
mod shelf;
mod shown;
mod sifted;
mod signing;
mod tested;
mod verbs;
mod what;
mod whom;

pub(crate) use decided::policies_view;
pub(crate) use handover::check_sense;
pub(crate) use plan_view::lasts;
