//! The words of Waybill as types: what an artifact is, where it lives, what depends on what.
//!
//! Everything above this crate speaks in these types; nothing here reads a file, a socket or a
//! clock. The wire shapes of Oracle Integration live in `waybill-client`, archive formats in
//! `waybill-archive`; both turn what they read into a [`Catalogue`].
//!
//! ```
//! use waybill_model::{ArtifactId, ArtifactKind, Scope};
//!
//! let id: ArtifactId = "integration:ORDER_SYNC|01.02.0003".parse().unwrap();
//! assert_eq!(id.kind, ArtifactKind::Integration);
//! assert_eq!(id.scope, Scope::Global);
//! assert_eq!(id.version.as_deref(), Some("01.02.0003"));
//! ```

mod artifact;
mod catalogue;
mod difference;
pub mod graph;
mod id;
mod instance;
mod kind;
mod scope;
mod state;

pub use artifact::{Artifact, Dependency, Lock};
pub use catalogue::{Catalogue, Gap, Link};
pub use difference::{
    Area, CellDifference, Change, ChangeKind, ColumnDifference, Difference, DifferenceClass,
    LineSide, Piece, RowDifference, Section, TableDifference, TextDifference, TextLine,
};
pub use id::{ArtifactId, ParseIdError};
pub use instance::{Environment, Generation, WritePolicy};
pub use kind::ArtifactKind;
pub use scope::Scope;
pub use state::State;
