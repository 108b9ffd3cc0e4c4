//! Calls below `projects` (Oracle Integration 3 only): projects themselves, and the way to what is in
//! them, which the files of each kind answer with the project's artifacts.

use axum::body::Body;
use axum::http::{HeaderValue, Response, StatusCode, header};

use super::call::{
    Answer, Call, Refusal, Verb, bare, conflict, not_allowed, not_found, wrong_state,
};
use super::desk::{Desk, changed};
use super::project_body::{code, required, text};
use super::route::{scoped, scoped_change};
use super::{access, deployments, project_archive, project_copy};
use crate::house::House;
use crate::role::Action;
use crate::store::{Project, Space};
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
            project_archive::export(house, call, find(code)?)
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
                ["deployments", rest @ ..] => deployments::read(call, project, rest),
                ["acl"] => Ok(access::read(house, call, project)),
                // Clients follow the links of connections with their stray `/v1/`.
                ["v1", rest @ ..] | rest => scoped(house, within, call, rest),
            }
        }
        _ => Err(not_found("Resource")),
    }
}

/// Changes of projects and of what is in them.
pub(crate) fn change(desk: &mut Desk<'_>, call: &Call<'_>) -> Answer {
    match (call.verb, call.path) {
        (Verb::Post | Verb::Put, ["projects", "archive"]) => {
            call.needs(Action::EditProject)?;
            project_archive::import(desk, call)
        }
        (Verb::Post, ["projects"]) => {
            call.needs(Action::EditProject)?;
            create(desk, call)
        }
        (Verb::Post | Verb::PostPatch | Verb::PostPut, ["projects", code]) => {
            call.needs(Action::EditProject)?;
            update(desk, call, code)
        }
        (Verb::Delete, ["projects", code]) => {
            call.needs(Action::EditProject)?;
            delete(desk, code)
        }
        (_, ["projects"] | ["projects", _]) => Err(not_allowed()),
        (_, ["projects", code, rest @ ..]) => {
            if !desk.instance.projects.contains_key(*code) {
                return Err(not_found("Project"));
            }
            let mut desk = desk.within(code);
            within(&mut desk, call, code, rest)
        }
        _ => Err(not_found("Resource")),
    }
}

fn within(desk: &mut Desk<'_>, call: &Call<'_>, code: &str, path: &[&str]) -> Answer {
    match path {
        ["deployments", rest @ ..] => {
            call.needs(Action::EditProject)?;
            deployments::change(desk, call, code, rest)
        }
        ["acl"] => {
            call.needs(Action::EditProject)?;
            access::change(desk, call, code)
        }
        ["integrations", "copy"] => {
            call.needs(Action::EditProject)?;
            project_copy::copy(desk, call, code)
        }
        ["v1", rest @ ..] | rest => {
            let before = desk.shown().map(contents)?;
            let answer = scoped_change(desk, call, rest)?;
            // Loaded bytes are the archive of what was loaded, and of nothing else.
            if desk.shown().map(contents)? != before {
                let (who, now) = (desk.who, desk.now);
                let project = project_mut(desk, code)?;
                project.archive = None;
                changed(&mut project.audit, who, now);
            }
            Ok(answer)
        }
    }
}

/// What an archive of the project would hold, by ids and revisions.
fn contents(space: &Space) -> Vec<String> {
    let integrations = space
        .integrations
        .values()
        .map(|one| format!("{} {}", one.id(), one.revision));
    let connections = space.connections.keys().cloned();
    let lookups = space
        .lookups
        .values()
        .map(|one| format!("{} {} {}", one.name, one.rows.len(), one.audit.updated));
    let libraries = space
        .libraries
        .values()
        .map(|one| format!("{} {}", one.id(), one.jar.len()));
    integrations
        .chain(connections)
        .chain(lookups)
        .chain(libraries)
        .collect()
}

pub(crate) fn project_mut<'desk>(
    desk: &'desk mut Desk<'_>,
    code: &str,
) -> Result<&'desk mut Project, Refusal> {
    desk.instance
        .projects
        .get_mut(code)
        .ok_or_else(|| not_found("Project"))
}

/// The JSON of a project in answer to a change.
pub(crate) fn shown(desk: &Desk<'_>, call: &Call<'_>, code: &str) -> Answer {
    let project = desk
        .instance
        .projects
        .get(code)
        .ok_or_else(|| not_found("Project"))?;
    Ok(call.show_changed(&wire::project(project, desk.place())))
}

/// `POST projects`: not among the documented calls; the body is the one of an export (inferred).
fn create(desk: &mut Desk<'_>, call: &Call<'_>) -> Answer {
    let body = call.json()?;
    let name = required(&body, "name")?;
    let code = code(text(&body, "code")?, &name)?;
    if desk.instance.projects.contains_key(&code) {
        return Err(conflict("Project already exists."));
    }
    let project = Project {
        code: code.clone(),
        name,
        description: text(&body, "description")?.unwrap_or_default(),
        keyword: text(&body, "keyword")?.unwrap_or_default(),
        status: "DRAFT".to_owned(),
        space: Space::default(),
        deployments: std::collections::BTreeMap::new(),
        access: None,
        audit: desk.fresh(),
        revision: 0,
        archive: None,
    };
    desk.instance.projects.insert(code.clone(), project);
    let location = desk.place().href_outside(&format!("projects/{code}"));
    let mut response: Response<Body> = shown(desk, call, &code)?;
    *response.status_mut() = StatusCode::CREATED;
    if let Ok(location) = HeaderValue::from_str(&location) {
        response.headers_mut().insert(header::LOCATION, location);
    }
    Ok(response)
}

/// "Update a Project" of February 2026; its page is not public, so the form is inferred from the
/// other updates: `POST` with the override header, and the members to change.
fn update(desk: &mut Desk<'_>, call: &Call<'_>, code: &str) -> Answer {
    let (who, now) = (desk.who, desk.now);
    let project = project_mut(desk, code)?;
    call.needs_override()?;
    let body = call.json()?;
    let (name, description, keyword) = (
        text(&body, "name")?,
        text(&body, "description")?,
        text(&body, "keyword")?,
    );
    if let Some(name) = name {
        if name.is_empty() {
            return Err(super::call::bad("name is required."));
        }
        super::project_body::code(Some(code.to_owned()), &name)?;
        project.name = name;
    }
    if let Some(description) = description {
        project.description = description;
    }
    if let Some(keyword) = keyword {
        project.keyword = keyword;
    }
    project.revision += 1;
    project.archive = None;
    changed(&mut project.audit, who, now);
    shown(desk, call, code)
}

fn delete(desk: &mut Desk<'_>, code: &str) -> Answer {
    let project = project_mut(desk, code)?;
    let hindered = |space: &Space| {
        space
            .integrations
            .values()
            .any(|one| one.is_active() || one.is_busy() || one.lock.is_some())
    };
    if hindered(&project.space) {
        return Err(wrong_state(
            "Project cannot be deleted: an integration in it is active or locked.",
        ));
    }
    desk.instance.projects.remove(code);
    Ok(bare(StatusCode::OK))
}
