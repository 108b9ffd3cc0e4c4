//! The types that the screens and the command line see.
//!
//! They are plain data: what a command takes and what it answers. Their TypeScript forms are
//! generated from here (`cargo test -p waybill-app export_bindings`), never written by hand.
//! Times are RFC 3339 in UTC; sizes are bytes; durations are milliseconds unless the name says
//! otherwise. No type here can hold a secret that goes outwards; a secret only ever comes in,
//! as [`SecretInputs`] or as text that a command wraps at once.

mod access;
mod activity;
mod backups;
mod catalogue;
mod changes;
mod clones;
mod compare;
mod design;
mod drift;
mod error;
mod graph;
mod home;
mod inspect;
mod instances;
mod keep;
mod move_connections;
mod move_plan;
mod move_run;
mod moves;
mod projects;
mod proofs;
mod releases;
mod rotation;
mod schedules;
mod search;
mod settings;
mod sign_in;
mod targets;
mod word;

pub use access::*;
pub use activity::*;
pub use backups::*;
pub use catalogue::*;
pub use changes::*;
pub use clones::*;
pub use compare::*;
pub use design::*;
pub use drift::*;
pub use error::*;
pub use graph::*;
pub use home::*;
pub use inspect::*;
pub use instances::*;
pub use keep::*;
pub use move_connections::*;
pub use move_plan::*;
pub use move_run::*;
pub use moves::*;
pub use projects::*;
pub use proofs::*;
pub use releases::*;
pub use rotation::*;
pub use schedules::*;
pub use search::*;
pub use settings::*;
pub use sign_in::*;
pub use targets::*;
pub use word::*;
