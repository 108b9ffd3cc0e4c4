//! Copying integrations from one project into another, with what they need. Public scripts do so;
//! no page documents it, so everything but the body is inferred.

use axum::http::StatusCode;

use super::call::{Answer, Call, Verb, bad, bare, conflict, not_allowed, not_found};
use super::desk::{Desk, changed};
use super::project::project_mut;
use super::project_body::{references, required};
use crate::store::{Integration, Space};

pub(crate) fn copy(desk: &mut Desk<'_>, call: &Call<'_>, into: &str) -> Answer {
    if call.verb != Verb::Post {
        return Err(not_allowed());
    }
    let body = call.json()?;
    let from = required(&body, "projectCode")?;
    let wanted = references(&body)?;
    if wanted.is_empty() {
        return Err(bad("integrations is required."));
    }
    let source = desk
        .instance
        .projects
        .get(&from)
        .ok_or_else(|| not_found("Project"))?
        .space
        .clone();
    let fresh = desk.fresh();
    let (who, now) = (desk.who, desk.now);
    let project = project_mut(desk, into)?;
    let mut copies: Vec<Integration> = Vec::new();
    for (code, version) in wanted {
        let id = format!("{code}|{version}");
        let one = source
            .integrations
            .get(&id)
            .ok_or_else(|| not_found("Integration"))?;
        if project.space.integrations.contains_key(&id) {
            return Err(conflict("Integration already exists."));
        }
        let mut one = one.clone();
        "CONFIGURED".clone_into(&mut one.status);
        one.operation = crate::store::Operation::default();
        one.lock = None;
        one.audit = fresh.clone();
        copies.push(one);
    }
    for one in copies {
        bring(&one, &source, &mut project.space);
        project.space.integrations.insert(one.id(), one);
    }
    project.archive = None;
    changed(&mut project.audit, who, now);
    Ok(bare(StatusCode::OK))
}

/// What is there already stays, as at an import.
fn bring(one: &Integration, from: &Space, to: &mut Space) {
    for endpoint in &one.endpoints {
        if let Some(found) = from.connections.get(&endpoint.connection) {
            to.connections
                .entry(endpoint.connection.clone())
                .or_insert_with(|| found.clone());
        }
    }
    for name in &one.lookups {
        if let Some(found) = from.lookups.get(name) {
            to.lookups
                .entry(name.clone())
                .or_insert_with(|| found.clone());
        }
    }
    for (code, version) in &one.libraries {
        let id = format!("{code}|{version}");
        if let Some(found) = from.libraries.get(&id) {
            to.libraries.entry(id).or_insert_with(|| found.clone());
        }
    }
}
