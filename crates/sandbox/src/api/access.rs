//! Access lists of projects. Ids in them are those of the identity domain; one that the domain does
//! not know is kept and marked (documented).

use axum::body::Body;
use axum::http::{Response, StatusCode};
use serde_json::{Value, json};

use super::call::{Answer, Call, Verb, bad, bare, not_allowed};
use super::desk::Desk;
use super::project::project_mut;
use crate::house::{House, hold};
use crate::identity::{Directory, id_of};
use crate::store::{Access, AccessGroup, AccessGroups, Allowed, AllowedKind, Project};
use crate::wire::date;

pub(crate) fn read(house: &House, call: &Call<'_>, project: &Project) -> Response<Body> {
    let access = match &project.access {
        Some(access) => access.clone(),
        None => usual(project),
    };
    let directory = hold(&house.directory);
    let groups = &access.groups;
    call.show(&json!({
        "administrators": shown(&groups.administrators, &directory),
        "createdBy": access.audit.created_by,
        "createdDate": date(access.audit.created),
        "editors": shown(&groups.editors, &directory),
        "monitors": shown(&groups.monitors, &directory),
        "updatedBy": access.audit.updated_by,
        "updatedDate": date(access.audit.updated),
        "viewers": shown(&groups.viewers, &directory),
    }))
}

pub(crate) fn change(desk: &mut Desk<'_>, call: &Call<'_>, project: &str) -> Answer {
    if call.verb != Verb::Put {
        return Err(not_allowed());
    }
    let body = call.json()?;
    let groups: AccessGroups = serde_json::from_value(body)
        .map_err(|error| bad(&format!("The access list is not valid: {error}.")))?;
    let mut audit = desk.fresh();
    let project = project_mut(desk, project)?;
    let before = project
        .access
        .as_ref()
        .map_or(&project.audit, |one| &one.audit);
    audit.created = before.created;
    audit.created_by.clone_from(&before.created_by);
    project.access = Some(Access { groups, audit });
    Ok(bare(StatusCode::NO_CONTENT))
}

fn shown(group: &AccessGroup, directory: &Directory) -> Value {
    let allowed: Vec<Value> = group
        .allowed
        .iter()
        .map(|one| {
            let unknown = !directory.knows(one.kind.name(), &one.id);
            json!({
                "displayName": one.display_name,
                "id": one.id,
                "idNotFound": unknown.then_some(true),
                "type": one.kind.name(),
            })
        })
        .collect();
    json!({"allowAll": group.allow_all, "allowed": allowed})
}

/// The list of a project that nobody set one for: its maker owns it, everybody may look.
fn usual(project: &Project) -> Access {
    let one = |kind: AllowedKind, name: &str| Allowed {
        id: id_of(kind.name(), name),
        display_name: name.to_owned(),
        kind,
    };
    let of = |allowed: Vec<Allowed>| AccessGroup {
        allow_all: allowed.is_empty(),
        allowed,
    };
    Access {
        groups: AccessGroups {
            administrators: of(vec![
                one(AllowedKind::User, &project.audit.created_by),
                one(AllowedKind::Group, "ServiceAdministrator"),
            ]),
            editors: of(vec![one(AllowedKind::Group, "Integration Developers")]),
            viewers: of(Vec::new()),
            monitors: of(Vec::new()),
        },
        audit: project.audit.clone(),
    }
}
