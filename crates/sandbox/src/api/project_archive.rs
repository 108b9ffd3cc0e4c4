//! Archives of projects: whole or of one deployment out, whole projects in.

use std::sync::Arc;

use waybill_archive::ArchiveKind;

use super::call::{Answer, Call, Refusal, Verb, bad, conflict, not_found, wrong_state};
use super::desk::Desk;
use super::hand_out;
use super::project::shown;
use super::project_body::text;
use crate::house::House;
use crate::load;
use crate::role::Action;
use crate::store::{Audit, Project, PropertyType};
use crate::synthetic::project_archive;

pub(crate) fn export(house: &House, call: &Call<'_>, project: &Project) -> Answer {
    call.needs(Action::ExportProject)?;
    let code = &project.code;
    let body = call.json_if_any()?;
    if text(&body, "code")?.is_some_and(|other| !other.is_empty() && other != *code) {
        return Err(bad("code is not that of the project."));
    }
    let Some(label) = text(&body, "label")?.filter(|label| !label.is_empty()) else {
        let bytes = whole(house, project);
        return Ok(hand_out(house, bytes, Some(&format!("{code}.car"))));
    };
    let deployment = project
        .deployments
        .get(&label)
        .ok_or_else(|| not_found("Deployment"))?;
    let bytes = match &deployment.archive {
        Some(loaded) => loaded.to_vec(),
        None => project_archive(project, Some(deployment), &mut house.export()),
    };
    Ok(hand_out(house, bytes, Some(&format!("{code}-{label}.car"))))
}

/// The archive of a whole project: what was loaded, or a new one.
pub(crate) fn whole(house: &House, project: &Project) -> Vec<u8> {
    match &project.archive {
        Some(loaded) => loaded.to_vec(),
        None => project_archive(project, None, &mut house.export()),
    }
}

/// `POST` adds a project. `PUT` replaces one: scripts of Oracle do so after a 409, no page documents
/// it.
pub(crate) fn import(desk: &mut Desk<'_>, call: &Call<'_>) -> Answer {
    let project = opened(call.file()?, &desk.fresh())?;
    let code = project.code.clone();
    let known = desk.instance.projects.get(&code);
    match (call.verb, known) {
        (Verb::Put, None) => return Err(not_found("Project")),
        (Verb::Put, Some(known)) => {
            let hindered = known
                .space
                .integrations
                .values()
                .any(|one| one.is_active() || one.is_busy() || one.lock.is_some());
            if hindered {
                return Err(wrong_state(
                    "Project cannot be replaced: an integration in it is active or locked.",
                ));
            }
            let replaced = replacing(known.clone(), project);
            desk.instance.projects.insert(code.clone(), replaced);
        }
        (_, Some(_)) => return Err(conflict("Project already exists.")),
        (_, None) => {
            desk.instance.projects.insert(code.clone(), project);
        }
    }
    shown(desk, call, &code)
}

/// What is there keeps its connections' settings and its access list (documented: an override that
/// a connection has is kept at an import).
pub(crate) fn replacing(known: Project, mut new: Project) -> Project {
    for (code, connection) in known.space.connections {
        if let Some(place) = new.space.connections.get_mut(&code) {
            *place = connection;
        }
    }
    new.access = known.access;
    new.audit.created = known.audit.created;
    new.audit.created_by = known.audit.created_by;
    new.revision = known.revision + 1;
    "CONFIGURED".clone_into(&mut new.status);
    new
}

/// The project in an archive, as a new draft: nothing in it is active, and connections wait for what
/// archives do not carry.
pub(crate) fn opened(bytes: &[u8], audit: &Audit) -> Result<Project, Refusal> {
    let opened =
        waybill_archive::read(bytes).map_err(|error| bad(&format!("Invalid archive: {error}.")))?;
    if opened.kind != ArchiveKind::Project {
        return Err(bad("The file is not the archive of a project."));
    }
    let mut project =
        load::project(bytes, &opened).ok_or_else(|| bad("The archive holds no project."))?;
    "DRAFT".clone_into(&mut project.status);
    project.revision = 0;
    project.audit = audit.clone();
    for one in project.space.integrations.values_mut() {
        "CONFIGURED".clone_into(&mut one.status);
        one.schedule = one.schedule.take().map(|mut schedule| {
            "CANCELLED".clone_into(&mut schedule.state);
            schedule
        });
        one.audit = audit.clone();
    }
    for one in project.space.connections.values_mut() {
        "INPROGRESS".clone_into(&mut one.status);
        for setting in &mut one.settings {
            // An address is a token in the archive.
            if setting.kind == PropertyType::Url {
                setting.value = None;
            }
        }
        for credential in &mut one.credentials {
            credential.value = None;
        }
        one.audit = audit.clone();
    }
    for one in project.space.lookups.values_mut() {
        one.audit = audit.clone();
    }
    for one in project.space.libraries.values_mut() {
        one.audit = audit.clone();
    }
    let all = project.space.integrations.len();
    for one in project.deployments.values_mut() {
        one.updated = audit.updated;
        if one.integrations.len() == all {
            one.archive = Some(Arc::new(bytes.to_vec()));
        }
    }
    Ok(project)
}
