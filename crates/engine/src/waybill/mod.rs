//! The waybill: the document that says what is carried, from where, to where, in which steps and on
//! which conditions.
//!
//! It is plain data: read by a person before anything is changed, saved as JSON, signed off, run, and
//! run again. [`crate::plan`] makes it; nothing here reads a place or a clock. `document` is the whole,
//! `item`, `step` and `finding` its parts, `policies` and `bindings` what a person decided, `canonical`
//! the form whose hash is signed, `sense` whether all of it fits together. The format is described in `docs/waybill-format.md`.

mod bindings;
mod canonical;
mod document;
mod finding;
mod item;
mod members;
mod policies;
mod sense;
mod step;

pub use bindings::{
    AttachmentBinding, Bindings, CertificateBinding, ConnectionBinding, ConnectionMode, HostRule,
    LookupCell, RoleBinding, ScheduleBinding, secret_account,
};
pub use document::{
    DestinationStamp, FORMAT, PlaceKind, PlaceStamp, SignOff, Waybill, WaybillError,
};
pub use finding::{Acknowledgement, Finding, Fix};
pub use item::{Action, ArchiveStamp, Item, Need, Reason, Standing};
pub use members::{
    AccessBinding, Candidate, Fate, IdentityKind, LeftWhy, MatchedBy, MemberBinding,
};
pub use policies::{Activate, ConnectionPolicy, Exception, Existing, Policies, SchedulePolicy};
pub use step::{ImportHow, Lane, Step, StepKind};

pub(crate) use canonical::canonical;
