//! Work that is done beside the call that asked for it: `workRequests` (seen in a browser extension;
//! not documented).

use axum::http::{HeaderValue, StatusCode};
use jiff::Timestamp;
use serde_json::{Value, json};
use uuid::Uuid;

use super::call::{Answer, Call, bad, bare, not_found};
use super::desk::Desk;
use crate::role::Action;
use crate::store::{WorkRequest, WorkState};
use crate::wire::{WithinInstance, date};

/// `GET workRequests?q={ids:'…'}`.
pub(crate) fn read(place: WithinInstance<'_>, call: &Call<'_>) -> Answer {
    call.needs(Action::View)?;
    let filter = call.query.get("q").unwrap_or_default();
    let wanted: Vec<&str> = filter
        .split_once("ids")
        .map(|(_, rest)| rest)
        .ok_or_else(|| bad("The filter q has to name ids."))?
        .split(|sign: char| !sign.is_ascii_alphanumeric() && sign != '-')
        .filter(|part| !part.is_empty())
        .collect();
    let now = Timestamp::now();
    let items: Vec<Value> = wanted
        .iter()
        .filter_map(|id| place.instance.work.get_key_value(*id))
        .map(|(id, work)| shown(id, work, now))
        .collect();
    Ok(call.show(&json!({
        "hasMore": false,
        "items": items,
        "limit": 100,
        "totalResults": items.len(),
    })))
}

fn shown(id: &str, work: &WorkRequest, now: Timestamp) -> Value {
    let state = work.state(now);
    json!({
        "data": {
            "message": "",
            "objectName": (state == WorkState::Succeeded).then_some(&work.object),
        },
        "id": id,
        "status": state.word(),
        "timeAccepted": date(work.began),
    })
}

/// `POST projects/{id}/archive?enableAsync=true`: 202 with the id of the work.
pub(crate) fn export_project(desk: &mut Desk<'_>, call: &Call<'_>, code: &str) -> Answer {
    call.needs(Action::ExportProject)?;
    let body = call.json_if_any()?;
    let project = desk
        .instance
        .projects
        .get(code)
        .ok_or_else(|| not_found("Project"))?;
    let label = body
        .get("label")
        .and_then(Value::as_str)
        .filter(|label| !label.is_empty());
    if let Some(label) = label
        && !project.deployments.contains_key(label)
    {
        return Err(not_found("Deployment"));
    }
    let object = match label {
        Some(label) => format!("{code}-{label}.car"),
        None => format!("{code}.car"),
    };
    let id = Uuid::new_v4().to_string();
    let work = WorkRequest {
        began: desk.now,
        ends: desk.now + desk.house.activations.usual(),
        object,
    };
    desk.instance.work.insert(id.clone(), work);
    let mut response = bare(StatusCode::ACCEPTED);
    if let Ok(value) = HeaderValue::from_str(&id) {
        response.headers_mut().insert("oic-work-request-id", value);
    }
    Ok(response)
}
