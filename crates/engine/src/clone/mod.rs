//! The archive of a whole instance: exported into a container, followed, found, imported elsewhere, and both
//! instances compared, as a run.
//!
//! [`clone_instance`] takes the parts one after the other (`perform`): the container is really written, read and
//! cleared (`container`), a job is started through the door in [`crate::change`] and followed (`job`, `follow`), the
//! archive is found, and what did not come along is listed to sign off (`residual`). What the service says of a job
//! is kept with its step (`note`), so that after a crash the same job is followed and none is started twice. The
//! service gives no list of jobs: where an answer was lost, the same name is asked for again, which it takes once.
//!
//! The archive itself never passes through here: the service writes it into the container and reads it there.

mod container;
mod follow;
mod job;
mod note;
mod perform;
mod record;
mod request;
mod residual;
mod told;
mod words;

pub use note::{ArchiveNote, ComponentTold, JobNote, JobTold};
pub use perform::clone_instance;
pub use request::{
    CloneMode, ClonePart, ClonePatience, CloneRequest, CloneSide, CloneWork, Container,
    ContainerStamp,
};
pub use residual::{Residual, ResidualKind, Signed, residuals};
pub use told::{PartTold, clone_parts, sign_residual};
