//! Lookups, libraries, packages, certificates, schedules and agent groups. Their shapes are
//! documented, not recorded.

use serde_json::{Value, json};

use super::integration::WithinInstance;
use super::{date, encode_segment, links};
use crate::store::{AgentGroup, Certificate, Integration, Library, Lookup, Package, Schedule};

/// With its rows, or, in lists, without.
pub(crate) fn lookup(one: &Lookup, place: WithinInstance<'_>, rows: bool) -> Value {
    let space = place.instance.space(place.project);
    let users = |active: bool| {
        space.map_or(0, |space| {
            space
                .integrations
                .values()
                .filter(|other| other.lookups.contains(&one.name))
                .filter(|other| !active || other.status == "ACTIVATED")
                .count()
        })
    };
    json!({
        "columns": one.columns,
        "created": date(one.audit.created),
        "createdBy": one.audit.created_by,
        "description": one.description,
        "id": one.name,
        "keywords": "",
        "lastUpdated": date(one.audit.updated),
        "lastUpdatedBy": one.audit.updated_by,
        "links": links(&place.href(&format!("lookups/{}", encode_segment(&one.name)))),
        "lockedBy": one.lock.as_ref().map(|lock| &lock.by),
        "lockedDate": one.lock.as_ref().map(|lock| date(lock.since)),
        "lockedFlag": one.lock.is_some(),
        "name": one.name,
        "projectId": place.project,
        "rowCount": one.rows.len(),
        "rows": rows.then(|| {
            one.rows
                .iter()
                .map(|row| json!({"rowData": row}))
                .collect::<Vec<_>>()
        }),
        "status": if one.lock.is_some() { "LOCKED" } else { one.status.as_str() },
        "usage": users(false),
        "usageActive": users(true),
    })
}

pub(crate) fn library(one: &Library, place: WithinInstance<'_>) -> Value {
    let id = format!("{}|{}", one.code, one.version);
    let used = place.instance.space(place.project).map_or(0, |space| {
        space
            .integrations
            .values()
            .filter(|other| other.libraries.iter().any(|(code, _)| *code == one.code))
            .count()
    });
    json!({
        "calloutType": "API",
        "code": one.code,
        "created": date(one.audit.created),
        "createdBy": one.audit.created_by,
        "description": one.description,
        "displayName": one.name,
        "id": id,
        "lastUpdated": date(one.audit.updated),
        "lastUpdatedBy": one.audit.updated_by,
        "libraryType": "API",
        "links": links(&place.href(&format!("libraries/{}", encode_segment(&id)))),
        "lockedBy": one.lock.as_ref().map(|lock| &lock.by),
        "lockedFlag": one.lock.is_some(),
        "name": one.name,
        "status": "CONFIGURED",
        "usage": used,
        "version": one.version,
    })
}

/// With its integrations, or, in lists, only their number.
pub(crate) fn package(one: &Package, place: WithinInstance<'_>, members: bool) -> Value {
    let own: Vec<&Integration> = place
        .instance
        .global
        .integrations
        .values()
        .filter(|other| other.package.as_deref() == Some(one.name.as_str()))
        .collect();
    json!({
        "bartaType": "DEVELOPED",
        "countOfIntegrations": own.len(),
        "created": date(one.audit.created),
        "createdBy": one.audit.created_by,
        "description": one.description,
        "id": one.name,
        "integrations": members.then(|| {
            own.iter()
                .map(|other| json!({
                    "code": other.code,
                    "id": other.id(),
                    "lockedFlag": other.lock.is_some(),
                    "name": other.name,
                    "status": other.status,
                    "version": other.version,
                }))
                .collect::<Vec<_>>()
        }),
        "lastUpdated": date(one.audit.updated),
        "lastUpdatedBy": one.audit.updated_by,
        "links": links(&place.href(&format!("packages/{}", encode_segment(&one.name)))),
        "name": one.name,
        "type": "DEVELOPED",
    })
}

pub(crate) fn certificate(one: &Certificate, place: WithinInstance<'_>) -> Value {
    let id = one.id();
    json!({
        "category": one.category,
        "created": date(one.audit.created),
        "createdBy": one.audit.created_by,
        "expiryDate": one.expiry.map(date),
        "id": id,
        "installedType": one.installed,
        "lastUpdated": date(one.audit.updated),
        "lastUpdatedBy": one.audit.updated_by,
        "links": links(&place.href(&format!("certificates/{}", encode_segment(&id)))),
        "name": one.name,
        "status": "CONFIGURED",
        "type": one.kind,
    })
}

pub(crate) fn schedule(one: &Schedule, of: &Integration, place: WithinInstance<'_>) -> Value {
    let path = format!("integrations/{}/schedule", encode_segment(&of.id()));
    json!({
        "created": date(of.audit.created),
        "createdBy": of.audit.created_by,
        "description": one.description,
        "endDate": one.end,
        "frequency": one.frequency,
        "icalExpression": (!one.expression.is_empty()).then_some(&one.expression),
        "id": one.name,
        "lastUpdated": date(of.audit.updated),
        "links": links(&place.href(&path)),
        "lockedFlag": false,
        "name": one.name,
        "scheduleTZ": one.zone,
        "scheduleTZDisplayName": one.zone,
        "scheduleType": if one.frequency.is_some() { "SIMPLE" } else { "ICAL" },
        "startDate": (!one.start.is_empty()).then_some(&one.start),
        "state": one.state,
        "status": "CONFIGURED",
        "updated": date(of.audit.updated),
        "updatedBy": of.audit.updated_by,
    })
}

pub(crate) fn agent_group(one: &AgentGroup, place: WithinInstance<'_>) -> Value {
    json!({
        "agentCount": one.agents.len(),
        "created": date(one.audit.created),
        "createdBy": one.audit.created_by,
        "description": one.description,
        "id": one.id,
        "lastUpdated": date(one.audit.updated),
        "lastUpdatedBy": one.audit.updated_by,
        "links": links(&place.href(&format!("monitoring/agentgroups/{}", encode_segment(&one.id)))),
        "name": one.name,
        "type": "DEVELOPED",
    })
}
