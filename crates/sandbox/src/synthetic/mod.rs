//! Instances and archives of the sandbox's own making: no file of a third party is needed.
//!
//! Names, dates and designs follow from a seed. Archives are made when they are asked for; what
//! changes in real exports of an unchanged design changes here too (the tag `mod`, the moment, the
//! date lines, the order of the files), and nothing else.

#![expect(
    clippy::format_collect,
    reason = "text in XML reads best as it is written; archives are small"
)]

mod car;
mod connections;
mod export;
mod fill;
mod flow;
mod iar;
mod names;
mod par;
mod policies;
mod systems;
mod tables;
mod words;
mod zip;

pub(crate) use car::project_archive;
pub(crate) use connections::{adapter_name, credentials, settings};
pub(crate) use export::Export;
pub(crate) use fill::{Filling, fill};
pub(crate) use iar::integration_archive;
pub(crate) use par::package_archive;
pub(crate) use policies::{is_credential, policy_credentials};
pub(crate) use tables::{connectivity_agent, lookup_csv};
pub(crate) use words::PEOPLE;
pub(crate) use zip::zipped;
