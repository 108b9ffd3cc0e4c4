//! Projects and deployments, after recorded answers.

use serde_json::{Value, json};

use super::integration::WithinInstance;
use super::{date, encode_segment, links};
use crate::store::{Deployment, Project, Style};

pub(crate) fn project(one: &Project, place: WithinInstance<'_>) -> Value {
    // A project that was just imported shows what its deployments hold, and less of its state
    // (recorded).
    let fresh = one.revision == 0;
    let labels: Vec<Value> = one
        .deployments
        .values()
        .map(|label| {
            let members: Vec<Value> = label
                .integrations
                .iter()
                .map(|(code, version)| json!({"code": code, "version": version}))
                .collect();
            json!({
                "code": label.code,
                "integrations": fresh.then_some(members),
                "lastUpdated": date(label.updated),
                "name": label.name,
            })
        })
        .collect();
    let created = json!({"by": one.audit.created_by, "date": date(one.audit.created)});
    let updated = json!({"by": one.audit.updated_by, "date": date(one.audit.updated)});
    json!({
        "cloneRestrict": "NONE",
        "code": one.code,
        "description": (!one.description.is_empty()).then_some(&one.description),
        "id": one.code,
        "keyword": (!one.keyword.is_empty()).then_some(&one.keyword),
        "links": links(&place.href_outside(&format!("projects/{}", encode_segment(&one.code)))),
        "mcpEnabled": false,
        "name": one.name,
        "origin": {},
        "simplifiedMode": false,
        "smartTags": smart_tags(one),
        "state": {
            "assets": {"labelsRs": {"items": labels}},
            "created": created,
            "latest": updated,
            "lockStatus": (!fresh).then_some(false),
            "locked": (!fresh).then(|| json!({})),
            "projectRevisionId": one.revision,
            "serviceInstanceId": i32::from(!fresh),
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

/// The adapters and styles of what is in a project, each once (recorded).
fn smart_tags(of: &Project) -> Vec<String> {
    let space = &of.space;
    let mut tags: Vec<String> = space
        .connections
        .values()
        .map(|one| format!("app:{}", one.adapter))
        .collect();
    tags.extend(space.integrations.values().map(|one| {
        let style = match one.style {
            Style::Scheduled => "scheduled orchestration",
            _ => "app driven orchestration",
        };
        format!("style:{style}")
    }));
    tags.sort();
    tags.dedup();
    tags
}
