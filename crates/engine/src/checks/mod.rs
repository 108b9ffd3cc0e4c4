//! Checks: what would fail, or surprise, if the waybill were run now.
//!
//! [`gather_checks`] reads what the plan does not know yet, lists first; [`check`] is a function of
//! plain data. Each check is a file with its rule, its words, and its tests; `registry` names them
//! all. What could not be read is a finding too, never a silent pass. Planning itself finds some things
//! ([`crate::plan`]); those rules stand in [`RULES`] as well, so that all names are in one table.

mod active_cap;
mod adapter;
mod agent_group;
mod archive;
mod called;
mod certificate;
mod connection_draft;
mod connection_file;
mod connection_test;
mod connection_values;
mod environment;
mod facts;
mod from_archive;
mod from_lists;
mod from_record;
mod gather;
mod generation;
mod in_flight;
mod joined;
mod library;
mod locked;
mod lookup;
mod name_length;
mod planned;
mod prebuilt;
mod ready;
mod registry;
mod report;
mod scene;
mod schedule;
#[cfg(test)]
mod stage;
mod unread;
mod version;

pub use facts::{
    AgentGroupFacts, ArchiveFacts, CertificateFacts, CheckFacts, ConnectionFacts, FoundThere,
    NotChecked, OwnFacts, PropertyFacts, Rights, ScheduleFacts,
};
pub use gather::{ArchiveOf, CheckWork, gather_checks};
pub use joined::join;
pub use registry::{RULES, check};
pub use report::{CheckReport, Passed, Rule};
