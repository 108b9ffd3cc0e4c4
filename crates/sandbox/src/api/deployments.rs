//! Deployments of a project: five calls (documented), with answers as recorded.

use axum::http::{HeaderValue, StatusCode, header};
use serde_json::{Value, json};

use super::call::{Answer, Call, Refusal, Verb, bad, bare, conflict, not_allowed, not_found};
use super::desk::{Desk, changed};
use super::project::project_mut;
use super::project_body::{references, required, text};
use crate::store::{Deployment, Project};
use crate::wire::{self, date};

pub(crate) fn read(call: &Call<'_>, project: &Project, path: &[&str]) -> Answer {
    match path {
        // The reply is the bare list, without counters (recorded).
        [] => {
            let items: Vec<Value> = project
                .deployments
                .values()
                .map(|one| wire::deployment(one, project))
                .collect();
            Ok(call.show(&json!({"items": items})))
        }
        [code] => {
            let one = project
                .deployments
                .get(*code)
                .ok_or_else(|| not_found("Deployment"))?;
            Ok(call.show(&wire::deployment(one, project)))
        }
        _ => Err(not_found("Resource")),
    }
}

pub(crate) fn change(desk: &mut Desk<'_>, call: &Call<'_>, project: &str, path: &[&str]) -> Answer {
    let (who, now) = (desk.who, desk.now);
    let project = project_mut(desk, project)?;
    match (call.verb, path) {
        (Verb::Post, []) => {
            let mut made = wanted(call, project)?;
            if project.deployments.contains_key(&made.code) {
                return Err(conflict("Deployment already exists."));
            }
            made.updated = now;
            let mut response = call.show_changed(&echo(&made));
            *response.status_mut() = StatusCode::CREATED;
            project.deployments.insert(made.code.clone(), made);
            changed(&mut project.audit, who, now);
            Ok(response)
        }
        (Verb::Post | Verb::PostPatch | Verb::PostPut, [code]) => {
            if !project.deployments.contains_key(*code) {
                return Err(not_found("Deployment"));
            }
            call.needs_override()?;
            let mut made = wanted(call, project)?;
            if made.code != *code {
                return Err(bad("code is not that of the deployment."));
            }
            made.updated = now;
            let response = call.show_changed(&echo(&made));
            project.deployments.insert(made.code.clone(), made);
            changed(&mut project.audit, who, now);
            Ok(response)
        }
        (Verb::Delete, [code]) => {
            if project.deployments.remove(*code).is_none() {
                return Err(not_found("Deployment"));
            }
            changed(&mut project.audit, who, now);
            // The recorded answer has a type and no content.
            let mut response = bare(StatusCode::NO_CONTENT);
            response.headers_mut().insert(
                header::CONTENT_TYPE,
                HeaderValue::from_static("application/octet-stream"),
            );
            Ok(response)
        }
        (_, [] | [_]) => Err(not_allowed()),
        _ => Err(not_found("Resource")),
    }
}

/// The short answer to a change; integrations are not in it (recorded).
fn echo(one: &Deployment) -> Value {
    json!({
        "code": one.code,
        "description": (!one.description.is_empty()).then_some(&one.description),
        "lastUpdated": date(one.updated),
        "name": one.name,
    })
}

/// The deployment that a body describes.
fn wanted(call: &Call<'_>, project: &Project) -> Result<Deployment, Refusal> {
    let body = call.json()?;
    let name = required(&body, "name")?;
    let code = required(&body, "code")?;
    let integrations = references(&body)?;
    for (code, version) in &integrations {
        let id = format!("{code}|{version}");
        if !project.space.integrations.contains_key(&id) {
            return Err(bad(&format!("Integration {id} is not in the project.")));
        }
    }
    // The sandbox has none of these.
    for other in ["robots", "decisions", "b2btradingpartners"] {
        let named = body.get(other).and_then(Value::as_array);
        if named.is_some_and(|named| !named.is_empty()) {
            return Err(bad(&format!("A member of {other} is not in the project.")));
        }
    }
    Ok(Deployment {
        code,
        name,
        description: text(&body, "description")?.unwrap_or_default(),
        integrations,
        updated: jiff::Timestamp::UNIX_EPOCH,
        archive: None,
    })
}
