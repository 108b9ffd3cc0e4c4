//! Today's answers in the older shapes.

use axum::body::{Body, Bytes, to_bytes};
use axum::http::{HeaderValue, Response, StatusCode, header};
use serde_json::{Map, Value, json};

use crate::wire::{raw, to_bytes as written};

/// The members of an integration in version 2 (recorded).
const INTEGRATION: [&str; 26] = [
    "code",
    "compatible",
    "created",
    "createdBy",
    "description",
    "endPoints",
    "id",
    "lastUpdated",
    "lastUpdatedBy",
    "links",
    "lockedBy",
    "lockedDate",
    "name",
    "packageName",
    "pattern",
    "payloadTracingEnabledFlag",
    "percentageComplete",
    "projectType",
    "scheduleApplicableFlag",
    "scheduleDefinedFlag",
    "scheduleParams",
    "status",
    "tracingEnabledFlag",
    "trackingInstanceName",
    "trackingVariables",
    "version",
];
/// The members of a connection in version 2 (recorded).
const CONNECTION: [&str; 13] = [
    "adapterType",
    "connectionProperties",
    "id",
    "lastUpdated",
    "lastUpdatedBy",
    "links",
    "lockedBy",
    "lockedDate",
    "name",
    "percentageComplete",
    "securityPolicy",
    "securityProperties",
    "status",
];
/// The members of a setting (recorded).
const PROPERTY: [&str; 4] = [
    "hiddenFlag",
    "propertyName",
    "propertyValue",
    "requiredFlag",
];

/// Puts an answer to a call (by its path of today) into the shape of a version.
pub(super) async fn dress(version: u8, path: &[&str], answer: Response<Body>) -> Response<Body> {
    let (mut parts, body) = answer.into_parts();
    // The bodies of answers are in memory.
    let bytes = to_bytes(body, usize::MAX).await.unwrap_or_default();
    if let Some(location) = parts
        .headers
        .get(header::LOCATION)
        .and_then(|value| value.to_str().ok())
        .and_then(|text| HeaderValue::from_str(&renamed(text, version)).ok())
    {
        parts.headers.insert(header::LOCATION, location);
    }
    let Ok(mut value) = serde_json::from_slice::<Value>(&bytes) else {
        return Response::from_parts(parts, Body::from(bytes));
    };
    // The first version answers an unknown object in plain words, whatever was asked for (recorded).
    if version == 1 && parts.status == StatusCode::NOT_FOUND {
        let title = value.get("title").and_then(Value::as_str);
        return plain(parts.status, title.unwrap_or("Not found."));
    }
    if parts.status.is_success() {
        match value.get_mut("items").and_then(Value::as_array_mut) {
            Some(items) => items.iter_mut().for_each(|item| shape(version, path, item)),
            None => shape(version, path, &mut value),
        }
        rename(&mut value, version);
    }
    parts.headers.remove(header::CONTENT_LENGTH);
    Response::from_parts(parts, Body::from(written(&value)))
}

pub(super) fn plain(status: StatusCode, words: &str) -> Response<Body> {
    raw(status, "text/plain", Bytes::from(words.to_owned()))
}

fn shape(version: u8, path: &[&str], value: &mut Value) {
    let Some(members) = value.as_object_mut() else {
        return;
    };
    match path.first() {
        Some(&"integrations") if path.len() <= 2 => integration(version, members),
        Some(&"connections") if path.len() <= 2 => connection(members),
        Some(&"exportServiceInstanceArchive") => {
            if let Some(name) = members.remove("archiveName") {
                members.insert("archiveFilename".to_owned(), name);
            }
        }
        _ => {}
    }
}

fn keep(members: &mut Map<String, Value>, names: &[&str]) {
    members.retain(|name, _| names.contains(&name.as_str()));
}

fn integration(version: u8, members: &mut Map<String, Value>) {
    let used = members.get("endPoints").cloned().unwrap_or_default();
    let address = members
        .get("links")
        .and_then(|links| links.pointer("/0/href"))
        .and_then(Value::as_str)
        .map(str::to_owned);
    let scheduled = members.get("pattern").and_then(Value::as_str) == Some("Scheduled");
    let active = members.get("status").and_then(Value::as_str) == Some("ACTIVATED");
    keep(members, &INTEGRATION);
    if scheduled {
        members.insert("pattern".to_owned(), json!("Schedule"));
    }
    if let Some(address) = address {
        if scheduled && active {
            let run = format!("{address}/schedule/jobs");
            members.insert("submitNowURI".to_owned(), json!(run));
        }
        if let Some(links) = members.get_mut("links").and_then(Value::as_array_mut) {
            let watched = address.replacen("/integrations/", "/monitoring/integrations/", 1);
            links.push(json!({"href": watched, "rel": "monitoring"}));
        }
    }
    for variable in each(members, "trackingVariables") {
        variable.remove("property");
        if let Some(context) = variable
            .get_mut("output")
            .and_then(|output| output.get_mut("messageContextRef"))
            .and_then(Value::as_object_mut)
        {
            context.remove("property");
        }
    }
    for end_point in each(members, "endPoints") {
        if let Some(connection) = end_point
            .get_mut("connection")
            .and_then(Value::as_object_mut)
        {
            keep(connection, &["id", "links"]);
        }
    }
    // The schedule, which is no connection, is named by the first version alone.
    if let Some(end_points) = members.get_mut("endPoints").and_then(Value::as_array_mut) {
        end_points.retain(|end_point| {
            !end_point
                .pointer("/connection/id")
                .and_then(Value::as_str)
                .is_some_and(|id| id.starts_with("SCHEDULE"))
        });
    }
    if version == 1 {
        let codes: Vec<Value> = used
            .as_array()
            .into_iter()
            .flatten()
            .filter_map(|end_point| end_point.pointer("/connection/id"))
            .map(|code| json!({"code": code}))
            .collect();
        members.remove("endPoints");
        let count = codes.len();
        members.insert(
            "invokes".to_owned(),
            json!({"items": codes, "totalResults": count}),
        );
    }
}

fn connection(members: &mut Map<String, Value>) {
    keep(members, &CONNECTION);
    if let Some(adapter) = members
        .get_mut("adapterType")
        .and_then(Value::as_object_mut)
    {
        keep(adapter, &["displayName", "name", "type"]);
    }
    for list in ["connectionProperties", "securityProperties"] {
        for property in each(members, list) {
            keep(property, &PROPERTY);
        }
    }
}

fn each<'members>(
    members: &'members mut Map<String, Value>,
    list: &str,
) -> impl Iterator<Item = &'members mut Map<String, Value>> {
    members
        .get_mut(list)
        .and_then(Value::as_array_mut)
        .into_iter()
        .flatten()
        .filter_map(Value::as_object_mut)
}

fn renamed(address: &str, version: u8) -> String {
    address.replacen(
        "/ic/api/integration/v1/",
        &format!("/icsapis/v{version}/"),
        1,
    )
}

/// Puts the addresses in a value below the version's own prefix.
fn rename(value: &mut Value, version: u8) {
    match value {
        Value::String(text) if text.contains("/ic/api/integration/v1/") => {
            *text = renamed(text, version);
        }
        Value::Array(items) => items.iter_mut().for_each(|item| rename(item, version)),
        Value::Object(members) => members.values_mut().for_each(|one| rename(one, version)),
        _ => {}
    }
}
