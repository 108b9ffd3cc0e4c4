//! Projects, deployments and access lists, after recorded answers.

use serde_json::{Value, json};

use super::integration::WithinInstance;
use super::{date, encode_segment, links};
use crate::store::{Deployment, Project};

pub(crate) fn project(one: &Project, place: WithinInstance<'_>) -> Value {
    let labels: Vec<Value> = one
        .deployments
        .values()
        .map(|label| {
            json!({"code": label.code, "lastUpdated": date(label.updated), "name": label.name})
        })
        .collect();
    let created = json!({"by": one.audit.created_by, "date": date(one.audit.created)});
    let updated = json!({"by": one.audit.updated_by, "date": date(one.audit.updated)});
    json!({
        "cloneRestrict": "NONE",
        "code": one.code,
        "description": (!one.description.is_empty()).then_some(&one.description),
        "id": one.code,
        "links": links(&place.href_outside(&format!("projects/{}", encode_segment(&one.code)))),
        "mcpEnabled": false,
        "name": one.name,
        "origin": {},
        "simplifiedMode": false,
        "smartTags": [],
        "state": {
            "assets": {"labelsRs": {"items": labels}},
            "created": created,
            "latest": updated,
            "lockStatus": false,
            "locked": {},
            "projectRevisionId": one.revision,
            "serviceInstanceId": 1,
            "status": one.status,
            "updated": updated,
        },
        "type": "DEVELOPED",
        "viewRestricted": false,
    })
}

pub(crate) fn deployment(one: &Deployment, of: &Project) -> Value {
    let members: Vec<Value> = one
        .integrations
        .iter()
        .filter_map(|(code, version)| of.space.integrations.get(&format!("{code}|{version}")))
        .map(|other| {
            json!({
                "code": other.code,
                "name": other.name,
                "status": other.status,
                "type": "DEVELOPED",
                "version": other.version,
            })
        })
        .collect();
    json!({
        "code": one.code,
        "description": (!one.description.is_empty()).then_some(&one.description),
        "integrations": members,
        "lastUpdated": date(one.updated),
        "name": one.name,
    })
}

/// Who may do what. The shape is documented; the persons here are made up from the project's code.
pub(crate) fn access_list(of: &Project) -> Value {
    let group = |name: &str| {
        json!({
            "displayName": name,
            "id": format!("{:x}", crate::chance::Chance::of(7, name).next()),
            "type": "group",
        })
    };
    json!({
        "administrators": {"allowAll": false, "allowed": [
            {"displayName": of.audit.created_by, "id": "4f1c2a90b7d84c3e", "type": "user"},
            group("ServiceAdministrator"),
        ]},
        "createdBy": of.audit.created_by,
        "createdDate": date(of.audit.created),
        "editors": {"allowAll": false, "allowed": [group("Integration Developers")]},
        "monitors": {"allowAll": true, "allowed": []},
        "updatedBy": of.audit.updated_by,
        "updatedDate": date(of.audit.updated),
        "viewers": {"allowAll": true, "allowed": []},
    })
}
