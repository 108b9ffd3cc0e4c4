//! What a person can do with Waybill: instances, secrets, settings, backups, history.
//!
//! The desktop shell and the command line both enter here, through [`Waybill`], and decide nothing
//! themselves. What goes in and comes out are the types of [`view`]; every failure is a
//! [`view::CommandError`] that says what happened, why, and what to do next.
//!
//! `storage` knows the data folder, `settings` its `settings.json`, `secrets` where secrets lie,
//! `instances` whom Waybill speaks with, `practice` the ones to try things with, `vault` where
//! snapshots are, `runs` what goes on, `places` what can be looked at, `compare` how two of them differ, `inspect` what
//! is in files and folders, `design` what integrations do, `graph` what depends on what, `search` where a text is used, `moves` what is carried from one to another, `report`
//! what was found as pages, `work` what can be called off, `errors` how failures are put into words,
//! `schedules` when backups are made, `targets` where copies go, `drift` what changed from one to the next, `word` whom it is told to, `keep` which of them go, `proof` that they can be had back, `glance` whether what there is can be relied on, `logging` what is written down of it all.

#![cfg_attr(
    test,
    allow(
        clippy::unwrap_used,
        reason = "a test may stop at what it did not expect"
    )
)]

mod access;
mod changes;
mod clones;
mod compare;
mod design;
mod drift;
mod errors;
mod glance;
mod graph;
mod hauls;
mod home_screen;
mod inspect;
mod instances;
mod keep;
pub mod logging;
mod moves;
mod open;
mod places;
mod practice;
mod projects;
mod proof;
mod releases;
pub mod report;
mod runs;
mod schedules;
mod search;
mod secrets;
mod settings;
mod storage;
mod targets;
mod vault;
pub mod view;
mod waybill;
mod word;
mod work;

pub use graph::{GraphFormat, graph_save, graph_text};
pub use inspect::{Wanted, inspect};
pub use instances::SignInTarget;
pub use open::{Clock, KeychainChoice, OpenOptions, user_name};
pub use places::ArtifactFile;
pub use runs::RunWatch;
pub use schedules::{Installed, Keeper, Power};
pub use storage::default_home;
pub use waybill::{AppEvent, Waybill};
pub use work::Work;
