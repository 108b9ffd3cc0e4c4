//! Reads the archives that Oracle Integration exports: integrations (`.iar`), packages (`.par`),
//! projects (`.car`), lookups (`.dvm`, `.csv`), libraries (`.jar`, `.js`), and plain ZIPs that hold
//! such files; and the same things unpacked in folders, as people keep them in Git.
//!
//! [`read`] gives what a catalogue needs, [`read_design`] the flow, maps and expressions too,
//! [`read_folder`] either of a folder, [`search`] where a word stands in it, and [`findings`] what
//! an archive gives away; [`mask`] puts dots in the place of the secrets among it. What is unusual
//! without being wrong is an [`Oddity`].
//!
//! What a file is and whose it is comes from its content, never from its name: consoles, browsers
//! and people rename archives freely. An archive is only ever read: nothing is unpacked to disk,
//! nothing rewritten (Oracle Integration 3 seals its archives with a tag that changes at each
//! export). All input counts as hostile: names, counts, sizes, ratios and nesting are limited
//! ([`Limits`]), XML is read without document types, and damage ends in an [`ArchiveError`] that
//! names the file inside the archive.
//!
//! The layouts are recorded ones (exports of 2016 to 2026, all three generations); none is
//! documented by Oracle.
//!
//! ```
//! let lookup = waybill_archive::read(b"DVM,Countries,Codes of countries\nERP,CRM\nDE,Germany\n")?;
//! assert_eq!(lookup.kind, waybill_archive::ArchiveKind::Lookup);
//! assert_eq!(lookup.contents.lookups[0].columns, ["ERP", "CRM"]);
//! # Ok::<(), waybill_archive::ArchiveError>(())
//! ```

#![cfg_attr(
    test,
    allow(
        clippy::unwrap_used,
        reason = "a test may stop at what it did not expect"
    )
)]

mod adapter_file;
mod bundle;
mod catalogue;
mod clone;
mod connection;
mod container;
mod contents;
mod csv;
mod design;
mod directory;
mod error;
mod findings;
mod folder;
#[doc(hidden)]
pub mod fuzzing;
mod gather;
mod generation;
mod integration;
mod library;
mod limits;
mod lookup;
mod meaning;
mod model;
mod oddity;
mod open;
mod package;
mod parts;
mod project;
mod properties;
mod readable;
mod roots;
mod schedule;
mod search;
mod unpack;
mod weigh;
mod xml;

pub use clone::names_whole_instance;
pub use connection::certificates_named;
pub use contents::{
    Attachment, Call, Connection, ConnectionProperty, Contents, Deployment, Endpoint, EndpointRole,
    EventType, Integration, Library, LibraryFile, Lookup, Package, Project, Reference, Schedule,
    Style, TradingDocument,
};
pub use design::{
    Design, EndpointDesign, Expression, Field, Map, MapSource, Parameter, Step, StepKind, Text,
    TrackingVariable,
};
pub use error::{ArchiveError, Excess};
pub use findings::{
    Cover, Finding, Rule, Severity, findings, findings_in_folder, mask, mask_row, mask_value,
};
pub use folder::read_folder;
pub use limits::Limits;
pub use meaning::{Fact, Fingerprint, Likeness, Meaning, NoFingerprint, summary};
pub use oddity::{Oddity, OddityKind};
pub use open::{
    ArchiveKind, Member, Opened, inspect, read, read_design, read_design_within, read_within,
    verify,
};
pub use readable::readable_files;
pub use search::{Match, Needle, excerpt, search, search_in_folder};
