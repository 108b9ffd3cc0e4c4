//! How things look on the wire of Oracle Integration: camelCase names in alphabetical order, no
//! nulls, dates with `+0000` (all recorded).

mod artifacts;
mod connection;
mod integration;
mod json;
mod list;
mod project;
mod reply;

pub(crate) use artifacts::{agent_group, certificate, library, lookup, package, schedule};
pub(crate) use connection::{connection, connection_changed};
pub(crate) use integration::{WithinInstance, integration, smart_tags, tags_in, tracking_name};
pub(crate) use json::{date, encode_segment, links, to_bytes};
pub(crate) use list::{Listing, Query, page};
pub(crate) use project::{deployment, project};
pub(crate) use reply::{archive, json, json_on_the_fifth_line, problem, problem_with, raw};
