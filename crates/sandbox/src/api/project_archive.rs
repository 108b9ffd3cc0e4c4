//! Archives of projects: whole or of one deployment out, whole projects in.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};
use std::io::Cursor;
use std::sync::Arc;

use waybill_archive::ArchiveKind;
use zip::{ZipArchive, ZipWriter};

use super::call::{Answer, Call, Refusal, Verb, bad, conflict, not_found, wrong_state};
use super::desk::Desk;
use super::hand_out;
use super::project::shown;
use super::project_body::text;
use crate::house::House;
use crate::load;
use crate::role::Action;
use crate::store::{Audit, Project};
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
/// a connection has is kept at an import). The archive of a deployment is a part of its project
/// (documented): what it lacks stays (inferred).
pub(crate) fn replacing(mut known: Project, mut new: Project) -> Project {
    if is_deployment(&new) {
        fill_up(&mut known, &mut new);
    }
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

/// Whether it came as one deployment: one label names all of its integrations.
fn is_deployment(project: &Project) -> bool {
    let labels: Vec<_> = project.deployments.values().collect();
    let integrations = &project.space.integrations;
    matches!(labels.as_slice(), [label] if label.integrations.len() == integrations.len())
}

/// Takes over what the new project lacks.
fn fill_up(known: &mut Project, new: &mut Project) {
    fn left<T>(from: &mut BTreeMap<String, T>, to: &mut BTreeMap<String, T>) -> bool {
        let before = to.len();
        for (code, one) in std::mem::take(from) {
            to.entry(code).or_insert(one);
        }
        to.len() > before
    }
    let (old, space) = (&mut known.space, &mut new.space);
    let mut more = left(&mut old.integrations, &mut space.integrations);
    more |= left(&mut old.lookups, &mut space.lookups);
    more |= left(&mut old.libraries, &mut space.libraries);
    more |= left(&mut known.deployments, &mut new.deployments);
    for (code, connection) in &old.connections {
        if !space.connections.contains_key(code) {
            space.connections.insert(code.clone(), connection.clone());
            more = true;
        }
    }
    if more {
        // The archive that came is not that of the whole.
        let (whole, part) = (known.archive.take(), new.archive.take());
        new.archive = whole.zip(part).and_then(|(whole, part)| {
            let merged = merged(&whole, &part)?;
            Some(Arc::new(merged))
        });
    }
}

/// The archive of a project with those integrations replaced that the archive of a deployment holds;
/// none where that brings one more.
fn merged(whole: &[u8], part: &[u8]) -> Option<Vec<u8>> {
    let mut whole = ZipArchive::new(Cursor::new(whole)).ok()?;
    let mut part = ZipArchive::new(Cursor::new(part)).ok()?;
    // Names that cannot be read are of nothing that the sandbox made or takes.
    let folder = |name: zip::result::ZipResult<Cow<'_, str>>| -> Option<String> {
        let name = name.ok()?;
        let code = name.strip_prefix("project/integrations/")?;
        Some(code.split('/').next()?.to_owned())
    };
    let brought: BTreeSet<String> = part.file_names().filter_map(folder).collect();
    let known: BTreeSet<String> = whole.file_names().filter_map(folder).collect();
    if !brought.is_subset(&known) {
        return None;
    }
    let mut written = ZipWriter::new(Cursor::new(Vec::new()));
    for index in 0..whole.len() {
        let file = whole.by_index_raw(index).ok()?;
        if folder(file.name()).is_none_or(|folder| !brought.contains(&folder)) {
            written.raw_copy_file(file).ok()?;
        }
    }
    for index in 0..part.len() {
        let file = part.by_index_raw(index).ok()?;
        if folder(file.name()).is_some() {
            written.raw_copy_file(file).ok()?;
        }
    }
    Some(written.finish().ok()?.into_inner())
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
    // They arrive as with the archive of an integration: no address, and nothing of a credential.
    for one in &opened.contents.connections {
        if let Some(known) = project.space.connections.get_mut(&one.code) {
            *known = load::draft(one, audit);
        }
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
