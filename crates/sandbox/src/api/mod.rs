//! The calls of the service: who may make them, and what they answer.
//!
//! [`answer`] is the front: it counts, delays and spoils, finds out the instance and the sender, and
//! hands the call to the API it belongs to. [`route`] answers those of the design: reads share the
//! instance ([`WithinInstance`](crate::wire::WithinInstance)), changes have it to themselves
//! ([`desk`]). One file per kind of artifact; all of them work outside projects and below one.

mod access;
mod activation;
mod agents;
mod answer;
mod attachments;
mod body;
mod call;
mod carried;
mod certificates;
mod connection_change;
mod connections;
mod deployments;
mod desk;
mod git_projects;
mod integration_import;
mod integrations;
mod libraries;
mod library_change;
mod lookup_change;
mod lookups;
mod package_change;
mod packages;
mod path;
mod project;
mod project_archive;
mod project_body;
mod project_copy;
mod route;
mod samples;
mod schedules;
mod work_requests;

use axum::body::Body;
use axum::http::Response;

use crate::house::House;
use crate::wire::archive;

pub(crate) use answer::{Door, DoorKind, answer};
pub(crate) use body::leading_json;
pub(crate) use call::{
    Answer, Call, Refusal, Verb, bad, bare, conflict, not_allowed, not_found, refuse,
};
pub(crate) use route::route;

/// Says how much was handed out, and hands it out.
pub(crate) fn hand_out(house: &House, bytes: Vec<u8>, file: Option<&str>) -> Response<Body> {
    let count = bytes.len() as u64;
    house.calls.change(|counts| counts.archive_bytes += count);
    archive(bytes, file)
}
