//! Which call is answered how, outside projects and for what both scopes share.

use std::sync::{PoisonError, RwLockReadGuard};

use axum::body::{Body, Bytes};
use axum::http::{Method, Response, StatusCode};
use serde_json::{Value, json};
use waybill_model::Generation;

use super::project;
use crate::house::{House, Resident};
use crate::role::{Action, Role, allows};
use crate::store::{Instance, Integration, Style};
use crate::synthetic::{integration_archive, lookup_csv, package_archive};
use crate::wire::{self, Listing, Query, WithinInstance, archive, problem, smart_tags};

/// A request whose sender is known.
pub(crate) struct Call<'request> {
    pub method: &'request Method,
    pub path: &'request [&'request str],
    pub query: &'request Query,
    pub body: &'request Bytes,
    pub gzip: bool,
    pub roles: &'request [Role],
}

/// An answer, or a refusal; boxed, because answers are large.
pub(crate) type Answer = Result<Response<Body>, Box<Response<Body>>>;

pub(crate) fn route(house: &House, resident: &Resident, call: &Call<'_>) -> Response<Body> {
    let content: RwLockReadGuard<'_, Instance> = resident
        .content
        .read()
        .unwrap_or_else(PoisonError::into_inner);
    let place = WithinInstance {
        instance: &content,
        project: None,
        base: &resident.base,
        console: &resident.console,
    };
    dispatch(house, place, call).unwrap_or_else(|refusal| *refusal)
}

fn dispatch(house: &House, place: WithinInstance<'_>, call: &Call<'_>) -> Answer {
    let oic3 = place.instance.generation == Generation::Oic3;
    match (call.method.as_str(), call.path) {
        ("GET", ["projects", ..]) | ("POST", ["projects", _, "archive"]) if oic3 => {
            project::dispatch(house, place, call)
        }
        ("GET", ["integrations", id, "archive"]) => {
            call.needs(Action::Export)?;
            integration_export(house, place, id)
        }
        ("GET", ["packages", ..]) => packages(house, place, call),
        ("GET", ["certificates", rest @ ..]) if oic3 => certificates(place, call, rest),
        ("GET", ["monitoring", "agentgroups", rest @ ..]) => agent_groups(place, call, rest),
        ("GET", path) => scoped(place, call, path),
        (_, path) if known(path, oic3) => Err(refuse(
            StatusCode::METHOD_NOT_ALLOWED,
            "Method not allowed.",
        )),
        _ => Err(not_found("Resource")),
    }
}

/// Whether some method is answered at the path.
fn known(path: &[&str], oic3: bool) -> bool {
    match path.first() {
        Some(
            &("integrations" | "connections" | "lookups" | "libraries" | "packages" | "monitoring"),
        ) => true,
        Some(&("projects" | "certificates")) => oic3,
        _ => false,
    }
}

pub(crate) fn refuse(status: StatusCode, title: &str) -> Box<Response<Body>> {
    Box::new(problem(status, title))
}

pub(crate) fn not_found(what: &str) -> Box<Response<Body>> {
    refuse(StatusCode::NOT_FOUND, &format!("{what} not found."))
}

pub(crate) fn locked(what: &str) -> Box<Response<Body>> {
    refuse(StatusCode::LOCKED, &format!("{what} is locked."))
}

impl Call<'_> {
    /// Refuses those whose roles do not allow the action.
    pub fn needs(&self, action: Action) -> Result<(), Box<Response<Body>>> {
        if allows(self.roles, action) {
            Ok(())
        } else {
            Err(refuse(
                StatusCode::FORBIDDEN,
                "User does not have the role that this operation needs.",
            ))
        }
    }

    pub fn show(&self, value: &Value) -> Response<Body> {
        wire::json(value, self.gzip)
    }

    pub fn page<T>(
        &self,
        rows: Vec<Listing<'_, T>>,
        href: &str,
        show: impl Fn(&T) -> Value,
    ) -> Answer {
        let page = wire::page(rows, self.query, href, show)?;
        Ok(self.show(&page))
    }
}

/// What the global scope and projects both answer.
pub(crate) fn scoped(place: WithinInstance<'_>, call: &Call<'_>, path: &[&str]) -> Answer {
    let space = place
        .instance
        .space(place.project)
        .ok_or_else(|| not_found("Project"))?;
    if matches!(
        path.first(),
        Some(&("integrations" | "connections" | "lookups" | "libraries"))
    ) {
        call.needs(Action::View)?;
    }
    let integration = |id: &str| -> Result<&Integration, Box<Response<Body>>> {
        space
            .integrations
            .get(id)
            .ok_or_else(|| not_found("Integration"))
    };
    match path {
        ["integrations"] => {
            let rows = space.integrations.values().map(integration_row).collect();
            call.page(rows, &place.href("integrations"), |one| {
                wire::integration(one, place)
            })
        }
        ["integrations", id] => Ok(call.show(&wire::integration(integration(id)?, place))),
        ["integrations", id, "activationStatus"] => {
            let status = &integration(id)?.status;
            Ok(call.show(&json!({"activationStatus": status})))
        }
        ["integrations", id, "schedule"] => {
            let of = integration(id)?;
            let schedule = of.schedule.as_ref().ok_or_else(|| not_found("Schedule"))?;
            Ok(call.show(&wire::schedule(schedule, of, place)))
        }
        ["connections"] => {
            let rows = space
                .connections
                .values()
                .map(|one| Listing {
                    item: one,
                    id: one.code.clone(),
                    name: &one.name,
                    updated: one.audit.updated,
                    keys: vec![("status", one.status.clone()), ("role", one.role.clone())],
                })
                .collect();
            call.page(rows, &place.href("connections"), |one| {
                wire::connection(one, place)
            })
        }
        ["connections", code] => {
            let one = space
                .connections
                .get(*code)
                .ok_or_else(|| not_found("Connection"))?;
            Ok(call.show(&wire::connection(one, place)))
        }
        ["lookups"] => {
            let rows = space
                .lookups
                .values()
                .map(|one| Listing {
                    item: one,
                    id: one.name.clone(),
                    name: &one.name,
                    updated: one.audit.updated,
                    keys: vec![(
                        "status",
                        if one.lock.is_some() {
                            "LOCKED".to_owned()
                        } else {
                            one.status.clone()
                        },
                    )],
                })
                .collect();
            call.page(rows, &place.href("lookups"), |one| {
                wire::lookup(one, place, false)
            })
        }
        ["lookups", name] => {
            let one = space
                .lookups
                .get(*name)
                .ok_or_else(|| not_found("Lookup"))?;
            Ok(call.show(&wire::lookup(one, place, true)))
        }
        ["lookups", name, "archive"] => {
            call.needs(Action::Export)?;
            let one = space
                .lookups
                .get(*name)
                .ok_or_else(|| not_found("Lookup"))?;
            if one.lock.is_some() {
                return Err(locked("Lookup"));
            }
            let bytes = match &one.csv {
                Some(loaded) => loaded.to_vec(),
                None => lookup_csv(one),
            };
            Ok(archive(bytes, None))
        }
        // Inside projects, libraries have no documented calls to read them.
        ["libraries"] if place.project.is_none() => {
            let rows = space
                .libraries
                .values()
                .map(|one| Listing {
                    item: one,
                    id: format!("{}|{}", one.code, one.version),
                    name: &one.name,
                    updated: one.audit.updated,
                    keys: Vec::new(),
                })
                .collect();
            call.page(rows, &place.href("libraries"), |one| {
                wire::library(one, place)
            })
        }
        ["libraries", id] if place.project.is_none() => {
            let one = space
                .libraries
                .get(*id)
                .ok_or_else(|| not_found("Library"))?;
            Ok(call.show(&wire::library(one, place)))
        }
        ["libraries", id, "archive"] if place.project.is_none() => {
            call.needs(Action::Export)?;
            let one = space
                .libraries
                .get(*id)
                .ok_or_else(|| not_found("Library"))?;
            Ok(archive(one.jar.to_vec(), None))
        }
        _ => Err(not_found("Resource")),
    }
}

pub(crate) fn integration_row(one: &Integration) -> Listing<'_, Integration> {
    Listing {
        item: one,
        id: one.id(),
        name: &one.name,
        updated: one.audit.updated,
        keys: vec![
            ("status", one.status.clone()),
            (
                "type",
                if one.prebuilt {
                    "PREBUILT"
                } else {
                    "DEVELOPED"
                }
                .to_owned(),
            ),
            (
                "style",
                if one.style == Style::Scheduled {
                    "scheduled"
                } else {
                    "freeform"
                }
                .to_owned(),
            ),
        ],
    }
}

fn exported(house: &House, place: WithinInstance<'_>, one: &Integration) -> Vec<u8> {
    match &one.archive {
        Some(loaded) => loaded.to_vec(),
        None => integration_archive(
            one,
            &place.instance.global,
            &smart_tags(one, place),
            &mut house.export(),
        ),
    }
}

/// Says how much was handed out, and hands it out.
pub(crate) fn hand_out(house: &House, bytes: Vec<u8>, file: Option<&str>) -> Response<Body> {
    let count = bytes.len() as u64;
    house.calls.change(|counts| counts.archive_bytes += count);
    archive(bytes, file)
}

fn integration_export(house: &House, place: WithinInstance<'_>, id: &str) -> Answer {
    let one = place
        .instance
        .global
        .integrations
        .get(id)
        .ok_or_else(|| not_found("Integration"))?;
    if one.prebuilt {
        return Err(refuse(
            StatusCode::LOCKED,
            "Integration of type PREBUILT cannot be exported.",
        ));
    }
    if one.lock.is_some() {
        return Err(locked("Integration"));
    }
    Ok(hand_out(house, exported(house, place, one), None))
}

fn packages(house: &House, place: WithinInstance<'_>, call: &Call<'_>) -> Answer {
    call.needs(Action::View)?;
    let find = |name: &str| {
        place
            .instance
            .packages
            .get(name)
            .ok_or_else(|| not_found("Package"))
    };
    match call.path {
        ["packages"] => {
            let rows = place
                .instance
                .packages
                .values()
                .map(|one| Listing {
                    item: one,
                    id: one.name.clone(),
                    name: &one.name,
                    updated: one.audit.updated,
                    keys: vec![("type", "DEVELOPED".to_owned())],
                })
                .collect();
            call.page(rows, &place.href("packages"), |one| {
                wire::package(one, place, false)
            })
        }
        ["packages", name] => {
            let members = call.query.flag("includeDependencies");
            Ok(call.show(&wire::package(find(name)?, place, members)))
        }
        ["packages", name, "archive"] => {
            call.needs(Action::Export)?;
            let one = find(name)?;
            if let Some(loaded) = &one.archive {
                return Ok(hand_out(house, loaded.to_vec(), None));
            }
            let members = place
                .instance
                .global
                .integrations
                .values()
                .filter(|other| other.package.as_deref() == Some(*name))
                .map(|other| {
                    (
                        other.name.clone(),
                        other.version.clone(),
                        exported(house, place, other),
                    )
                })
                .collect();
            let bytes = package_archive(name, members, &mut house.export());
            Ok(hand_out(house, bytes, None))
        }
        _ => Err(not_found("Resource")),
    }
}

fn certificates(place: WithinInstance<'_>, call: &Call<'_>, rest: &[&str]) -> Answer {
    call.needs(Action::View)?;
    let all = &place.instance.certificates;
    match rest {
        [] => {
            let rows = all
                .values()
                .map(|one| Listing {
                    item: one,
                    id: one.id(),
                    name: &one.name,
                    updated: one.audit.updated,
                    keys: vec![("type", one.kind.clone())],
                })
                .collect();
            call.page(rows, &place.href("certificates"), |one| {
                wire::certificate(one, place)
            })
        }
        [id] => {
            let one = all.get(*id).ok_or_else(|| not_found("Certificate"))?;
            Ok(call.show(&wire::certificate(one, place)))
        }
        _ => Err(not_found("Resource")),
    }
}

fn agent_groups(place: WithinInstance<'_>, call: &Call<'_>, rest: &[&str]) -> Answer {
    call.needs(Action::Monitor)?;
    let all = &place.instance.agent_groups;
    let find = |id: &str| all.get(id).ok_or_else(|| not_found("Agent group"));
    match rest {
        [] => {
            let rows = all
                .values()
                .map(|one| Listing {
                    item: one,
                    id: one.id.clone(),
                    name: &one.name,
                    updated: one.audit.updated,
                    keys: Vec::new(),
                })
                .collect();
            call.page(rows, &place.href("monitoring/agentgroups"), |one| {
                wire::agent_group(one, place)
            })
        }
        [id] => Ok(call.show(&wire::agent_group(find(id)?, place))),
        [id, "agents"] => {
            let agents: Vec<Value> = find(id)?
                .agents
                .iter()
                .map(|name| json!({"id": name, "name": name, "status": "RUNNING"}))
                .collect();
            Ok(call.show(&json!({
                "hasMore": false,
                "items": agents,
                "limit": 100,
                "totalResults": agents.len(),
            })))
        }
        _ => Err(not_found("Resource")),
    }
}
