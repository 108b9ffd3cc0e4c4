//! Carrying out a waybill in the instance that it was planned for, as a run.
//!
//! [`haul`] looks at the destination again and stops where it is not as the waybill says (`begin`),
//! keeps everything that it will touch in a snapshot, then takes the steps (`course`): each as soon as
//! what it needs is there, several at once, written down before its call is sent and after it is
//! answered (`deed`). Activations are watched together (`watch`). What was taken out of service for a
//! replacement that did not come is put back (`back`, and `rotated` says with which values of its connections), unless somebody changed it meanwhile (`left`). At
//! the end what was sent is read back (`verify`), and the report (`report`) says of each artifact what became of it, and why (`explain`), without secrets (`hush`).
//! All calls that write go through the door in `writer`, which asks for the permit each time.
//!
//! After a crash the same run is taken up: what is done is not done again, and of what may have been
//! done the instance is asked first (`look`).

mod back;
mod begin;
mod course;
mod deed;
mod early;
mod explain;
mod hush;
mod left;
mod look;
mod perform;
mod record;
mod report;
mod request;
mod roles;
mod rotated;
mod scout;
mod send;
mod told;
mod usual;
mod values;
mod verify;
mod watch;
mod words;
mod writer;

pub(crate) use hush::Hush;
pub use perform::haul;
pub use report::{HaulItem, HaulReport, HaulResult, haul_report};
pub use request::{HaulRequest, HaulWork, SecretAnswer, SecretBook};
pub use rotated::{Held, Rotated, rotated};
pub use told::haul_steps;

/// So many integrations are being activated or deactivated at once: the calls are answered at once and
/// the service works on by itself.
pub(crate) const ACTIVATING_AT_ONCE: u32 = 40;
