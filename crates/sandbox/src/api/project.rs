//! Calls below `projects` (Oracle Integration 3 only).

use serde_json::{Value, json};

use super::call::{Answer, Call, Verb, not_allowed, not_found};
use super::desk::Desk;
use super::hand_out;
use super::route::scoped;
use crate::house::House;
use crate::role::Action;
use crate::synthetic::project_archive;
use crate::wire::{self, Listing, WithinInstance};

pub(crate) fn dispatch(house: &House, place: WithinInstance<'_>, call: &Call<'_>) -> Answer {
    let find = |code: &str| {
        place
            .instance
            .projects
            .get(code)
            .ok_or_else(|| not_found("Project"))
    };
    match (call.verb, call.path) {
        (Verb::Post, ["projects", code, "archive"]) => {
            call.needs(Action::ExportProject)?;
            let project = find(code)?;
            let wanted: Value = serde_json::from_slice(call.body).unwrap_or_default();
            let label = wanted
                .get("label")
                .and_then(Value::as_str)
                .filter(|label| !label.is_empty());
            let Some(label) = label else {
                let bytes = match &project.archive {
                    Some(loaded) => loaded.to_vec(),
                    None => project_archive(project, None, &mut house.export()),
                };
                return Ok(hand_out(house, bytes, Some(&format!("{code}.car"))));
            };
            let deployment = project
                .deployments
                .get(label)
                .ok_or_else(|| not_found("Deployment"))?;
            let bytes = match &deployment.archive {
                Some(loaded) => loaded.to_vec(),
                None => project_archive(project, Some(deployment), &mut house.export()),
            };
            Ok(hand_out(house, bytes, Some(&format!("{code}-{label}.car"))))
        }
        (Verb::Get, ["projects"]) => {
            call.needs(Action::ListProjects)?;
            let rows = place
                .instance
                .projects
                .values()
                .map(|one| Listing {
                    item: one,
                    id: one.code.clone(),
                    name: &one.name,
                    updated: one.audit.updated,
                    keys: vec![("type", "DEVELOPED".to_owned())],
                })
                .collect();
            call.page(rows, &place.href("projects"), |one| {
                wire::project(one, place)
            })
        }
        (Verb::Get, ["projects", code]) => {
            call.needs(Action::View)?;
            Ok(call.show(&wire::project(find(code)?, place)))
        }
        (Verb::Get, ["projects", code, rest @ ..]) => {
            call.needs(Action::View)?;
            let project = find(code)?;
            let within = WithinInstance {
                project: Some(code),
                ..place
            };
            match rest {
                // The reply is the bare list, without counters (recorded).
                ["deployments"] => {
                    let items: Vec<Value> = project
                        .deployments
                        .values()
                        .map(|one| wire::deployment(one, project))
                        .collect();
                    Ok(call.show(&json!({"items": items})))
                }
                ["deployments", label] => {
                    let one = project
                        .deployments
                        .get(*label)
                        .ok_or_else(|| not_found("Deployment"))?;
                    Ok(call.show(&wire::deployment(one, project)))
                }
                ["acl"] => Ok(call.show(&wire::access_list(project))),
                // Clients follow the links of connections with their stray `/v1/`.
                ["v1", rest @ ..] | rest => scoped(house, within, call, rest),
            }
        }
        _ => Err(not_found("Resource")),
    }
}

/// Changes of projects and of what is in them.
pub(crate) fn change(_desk: &mut Desk<'_>, _call: &Call<'_>) -> Answer {
    Err(not_allowed())
}
