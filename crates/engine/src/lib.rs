//! The engine: places, captures and their runs.
//!
//! A live instance ([`read_catalogue`]), a snapshot ([`SnapshotPlace`]) and an archive file
//! ([`FilePlace`]) are places: each yields a catalogue and the bytes of an artifact. [`capture`]
//! makes a snapshot of an instance, as a run that the [`Journal`] knows step by step, that can be
//! cancelled and resumed, and that tells a [`Reporter`] how it goes. Policies of the user, secrets
//! and settings live in the crate above; calls, storage and formats in those below.
//!
//! ```no_run
//! # async fn example(client: waybill_client::Client, vault: std::sync::Arc<waybill_vault::Vault>,
//! #     request: waybill_engine::CaptureRequest) -> Result<(), Box<dyn std::error::Error>> {
//! use std::sync::Arc;
//! use waybill_engine::{Journal, Silent, capture};
//!
//! let journal = Arc::new(Journal::open("waybill.db".as_ref())?);
//! let outcome = capture(request, client, vault, journal, Arc::new(Silent), Default::default()).await?;
//! println!("{}", outcome.headline);
//! # Ok(()) }
//! ```

#![cfg_attr(test, allow(clippy::unwrap_used, reason = "a test fails by panicking"))]

pub mod access;
mod blocking;
mod capture;
pub mod cargo;
mod carry;
mod catalogue;
mod change;
pub mod checks;
pub mod clone;
mod compare;
pub mod copies;
mod digest;
mod error;
mod failure;
mod files;
pub mod haul;
mod journal;
pub mod layout;
mod live;
pub mod manifest;
mod needs;
pub mod plan;
mod progress;
mod recorder;
pub mod snapshot;
pub mod waybill;
mod wire_time;

pub use capture::{CaptureOutcome, CaptureRequest, capture, capture_ahead, discard};
pub use catalogue::{
    Detail, ListsRead, LiveCatalogue, OnList, Reading, names_a_secret, read_catalogue,
};
pub use change::{
    Change, ChangeRequest, ChangeWork, ConnectionEdit, DeploymentEdit, Facts, Finding, NewValue,
    Plan, Refusal, Secrets, SettlePatience, Severity, Tracing, WritePermit, make_change,
    plan_change, unlock_hint,
};
pub use compare::{
    Compared, Comparison, LastSame, Needed, Progressed, Row, Side, Verdict, compare, compare_one,
    last_same,
};
pub use digest::sha256;
pub use error::{EngineError, Result};
pub use failure::{Hindrance, hindrance};
pub use files::{FilePlace, read_file};
pub use journal::{
    AuditEntry, CachedCatalogue, Cause, ChainReport, CheckRecord, CopyEnd, CopyRow, CopyState,
    DriftRow, DueOutcome, DueTime, ItemState, Journal, LogExchange, LogLine, LogWeight, NewCopy,
    NewRelease, NewRun, NewWord, Promotion, Proof, ProofKind, Release, ReleaseStage, Run,
    RunCounts, RunEnd, RunId, RunItem, RunKind, RunPhase, RunStatus, Step, StepFailure, StepState,
    StoredFile, Word, WordKind, WordSeverity, WordState, Wrote,
};
pub use live::{ArtifactFile, live_archive, live_record};
pub use manifest::{Brief, InstanceStamp, Manifest, Selection, SnapshotStatus, Unread};
pub use needs::complete as complete_needs;
pub use plan::StepOutcome;
pub use progress::{
    CallWatch, Progress, Reporter, RunEvent, Silent, StepNews, StepNow, StepWhat, Throttle,
};
pub use recorder::Recorder;
pub use snapshot::SnapshotPlace;
