//! The calls of the service: who may make them, and what they answer.
//!
//! [`answer`] is the front: it counts, delays and spoils, finds out the instance and the sender, and
//! hands the call to the API it belongs to. [`route`] answers those of the design: reads share the
//! instance ([`WithinInstance`](crate::wire::WithinInstance)), changes have it to themselves
//! ([`desk`]). One file per kind of artifact; all of them work outside projects and below one.

mod access;
mod agents;
mod answer;
mod body;
mod call;
mod certificates;
mod connections;
mod deployments;
mod desk;
mod git_projects;
mod integrations;
mod libraries;
mod lookups;
mod packages;
mod path;
mod project;
mod project_archive;
mod project_body;
mod project_copy;
mod route;

use axum::body::Body;
use axum::http::Response;

use crate::house::House;
use crate::wire::archive;

pub(crate) use answer::{Door, DoorKind, answer};
pub(crate) use call::{Answer, Call, Refusal, Verb, bad, conflict, not_allowed, not_found};

/// Says how much was handed out, and hands it out.
pub(crate) fn hand_out(house: &House, bytes: Vec<u8>, file: Option<&str>) -> Response<Body> {
    let count = bytes.len() as u64;
    house.calls.change(|counts| counts.archive_bytes += count);
    archive(bytes, file)
}
