//! A connection as the service shows it, after a recorded answer (a project's connection of 2024).

use serde_json::{Value, json};
use waybill_model::Generation;

use super::integration::{WithinInstance, connection_address, usage};
use super::{date, links};
use crate::store::{Connection, Property, PropertyType};

/// As a change of it is answered: without the masks that stand for passwords (recorded).
pub(crate) fn connection_changed(one: &Connection, place: WithinInstance<'_>) -> Value {
    let mut bare = one.clone();
    for property in bare.settings.iter_mut().chain(&mut bare.credentials) {
        if property.kind == PropertyType::Password {
            property.value = None;
        }
    }
    connection(&bare, place)
}

pub(crate) fn connection(one: &Connection, place: WithinInstance<'_>) -> Value {
    let space = place.instance.space(place.project);
    let used = space.map_or(0, |space| usage(space, &one.code));
    let active = space.map_or(0, |space| {
        space
            .integrations
            .values()
            .filter(|other| other.status == "ACTIVATED")
            .filter(|other| {
                other
                    .endpoints
                    .iter()
                    .any(|endpoint| endpoint.connection == one.code)
            })
            .count()
    });
    let complete = one.status == "CONFIGURED";
    let in_project = place.project.is_some();
    let policy: Vec<Value> = one
        .credentials
        .iter()
        .map(|property| shown(property, "CREDENTIALS", false))
        .collect();
    // The member went with Gen 2.
    let owner = (place.instance.generation != Generation::Oic3).then_some(&one.audit.created_by);
    json!({
        "adapterType": {
            "displayName": one.adapter_name,
            "links": [],
            "name": one.adapter,
            "type": "PREINSTALLED",
        },
        "adminEmail": owner,
        "agentGroupId": one.agent_group,
        "agentRequired": false,
        "agentSupported": one.agent_group.is_some(),
        "connectionProperties": one
            .settings
            .iter()
            .map(|property| shown(property, "CONNECTION_PROPS", true))
            .collect::<Vec<_>>(),
        "created": date(one.audit.created),
        "createdBy": one.audit.created_by,
        "description": (!one.description.is_empty()).then_some(&one.description),
        "hasOverride": in_project.then_some(false),
        "id": one.code,
        "keywords": "",
        "lastRefreshedDate": complete
            .then(|| date(one.upkeep.refreshed.unwrap_or(one.audit.updated))),
        "lastUpdated": date(one.audit.updated),
        "lastUpdatedBy": one.audit.updated_by,
        "links": links(&connection_address(&one.code, place)),
        "lockedBy": one.lock.as_ref().map(|lock| &lock.by),
        "lockedDate": one.lock.as_ref().map(|lock| date(lock.since)),
        "lockedFlag": one.lock.is_some(),
        "metadataDownloadState": if complete { "COMPLETE" } else { "NOT_STARTED" },
        "metadataDownloadSupportedFlag": matches!(one.adapter.as_str(), "erp" | "hcm" | "soap"),
        "name": one.name,
        "percentageComplete": if complete { 100 } else { 66 },
        "privateEndpoint": false,
        "privateEndpointSupported": true,
        "projectId": place.project,
        "refreshedStatus": complete.then_some("COMPLETE"),
        "role": one.role,
        "scope": in_project.then_some("PRIVATE"),
        "securityPolicy": one.policy,
        "securityPolicyInfo": [{
            "scope": one.role,
            "securityPolicy": one.policy,
            "securityProperties": policy,
        }],
        "securityProperties": one
            .credentials
            .iter()
            .map(|property| shown(property, "CREDENTIALS", true))
            .collect::<Vec<_>>(),
        "status": one.status,
        "testStatus": false,
        "usage": used,
        "usageActive": active,
    })
}

/// A setting; the value of a password is five asterisks (recorded), an absent one is left out.
fn shown(property: &Property, group: &str, with_value: bool) -> Value {
    let kind = match property.kind {
        PropertyType::Url => "URL",
        PropertyType::Text => "STRING",
        PropertyType::Choice => "CHOICE",
        PropertyType::Password => "PASSWORD",
        PropertyType::File => "FILE",
    };
    let value = property.value.as_ref().filter(|_| with_value).map(|value| {
        if property.kind == PropertyType::Password {
            "*****"
        } else {
            value.as_str()
        }
    });
    json!({
        "displayName": property.label,
        "hasAttachment": property.takes_file(),
        "hiddenFlag": false,
        "propertyDescription": property.label,
        "propertyGroup": group,
        "propertyName": property.name,
        "propertyShortDesc": property.label,
        "propertyType": kind,
        "propertyValue": value,
        "requiredFlag": property.required,
    })
}
