//! Who may do what: access lists of projects and service roles of instances.
//!
//! `domain` reads the identity domain of an instance, `people` keeps what was said about who is whom in
//! another one, `bound` finds out for a waybill who of an access list is meant in the destination, `lists`
//! shows and compares access lists and begins to copy them, `roles` shows and compares service roles. An
//! access list is written by waybills alone, like everything that is moved.

mod bound;
mod domain;
mod lists;
mod people;
mod roles;

pub(crate) use people::StoredPeople;
