//! Places: a live instance, a snapshot, an archive file. All three give a catalogue, details, and the
//! bytes of an artifact.

mod catalogue;
mod detail;
mod export;
mod file_name;
mod inventory;
mod masking;
mod open;
mod property_kind;
mod snapshots;
mod values;

pub use export::ArtifactFile;
pub(crate) use masking::{masked, name};
pub(crate) use open::{Place, blocking};
pub(crate) use snapshots::status as snapshot_status;
pub(crate) use values::connection as connection_view;
