//! What the archive of an integration brings along into a scope.

use std::sync::Arc;

use waybill_archive::{ArchiveKind, Contents, Opened};

use super::call::{Refusal, bad};
use super::desk::Desk;
use crate::load;
use crate::store::{Audit, Integration, Operation, Package, Space};

/// Reads an archive that has to be of a kind.
pub(crate) fn opened(bytes: &[u8], kind: ArchiveKind) -> Result<Opened, Refusal> {
    let opened = waybill_archive::read(bytes)
        .map_err(|error| bad(&format!("The archive cannot be read: {error}")))?;
    if opened.kind == kind {
        Ok(opened)
    } else {
        Err(bad("The archive is not of the kind that this call takes."))
    }
}

/// The id of the integration in an archive.
pub(crate) fn id_in(contents: &Contents) -> Result<String, Refusal> {
    contents
        .integrations
        .first()
        .map(|one| one.reference.to_string())
        .ok_or_else(|| bad("The archive holds no integration."))
}

/// Takes the integration of an archive into the desk's scope, in the place of the one that is there,
/// with what it needs and the scope does not have. The bytes stay what they are.
pub(crate) fn take_in(
    desk: &mut Desk<'_>,
    bytes: &[u8],
    contents: &Contents,
    package: Option<&str>,
) -> Result<String, Refusal> {
    let audit = desk.fresh();
    let one = contents
        .integrations
        .first()
        .ok_or_else(|| bad("The archive holds no integration."))?;
    let mut new = load::integration(one, contents);
    let id = new.id();
    "CONFIGURED".clone_into(&mut new.status);
    new.archive = Some(Arc::new(bytes.to_vec()));
    new.operation = Operation::default();
    new.audit = audit.clone();
    if let Some(package) = package {
        new.package = Some(package.to_owned());
    }
    if desk.project.is_some() {
        new.package = None;
    }
    let space = desk.space()?;
    if let Some(old) = space.integrations.remove(&id) {
        keep(old, &mut new);
    }
    let package = new.package.clone();
    space.integrations.insert(id.clone(), new);
    bring(space, contents, &audit);
    if let Some(name) = package {
        into_package(desk, &name);
    }
    Ok(id)
}

/// What an integration keeps when its design is replaced: who made it, its schedule and the values
/// of its parameters (inferred).
fn keep(old: Integration, new: &mut Integration) {
    new.audit.created = old.audit.created;
    new.audit.created_by = old.audit.created_by;
    new.revision = old.revision + 1;
    new.operation.runs = old.operation.runs;
    if old.schedule.is_some() {
        new.schedule = old.schedule;
    }
    if new.parameters.is_empty() {
        new.parameters = old.parameters;
    }
}

/// Connections that are not there come as drafts; those that are stay as they are. So do lookups
/// and libraries.
fn bring(space: &mut Space, contents: &Contents, audit: &Audit) {
    for one in &contents.connections {
        // Connections that are part of the service are there already.
        if one.code.starts_with("PRESEEDED_") {
            continue;
        }
        space
            .connections
            .entry(one.code.clone())
            .or_insert_with(|| load::draft(one, audit));
    }
    for one in &contents.lookups {
        space.lookups.entry(one.name.clone()).or_insert_with(|| {
            let mut lookup = load::lookup(one);
            lookup.audit = audit.clone();
            lookup
        });
    }
    for one in &contents.libraries {
        let mut library = load::library(one);
        library.audit = audit.clone();
        space.libraries.entry(library.id()).or_insert(library);
    }
}

/// Makes sure that the package is there, and that its archive is made anew.
pub(crate) fn into_package(desk: &mut Desk<'_>, name: &str) {
    let audit = desk.fresh();
    let package = desk
        .instance
        .packages
        .entry(name.to_owned())
        .or_insert_with(|| Package {
            name: name.to_owned(),
            description: String::new(),
            audit: audit.clone(),
            archive: None,
        });
    package.archive = None;
    package.audit.updated = audit.updated;
    package.audit.updated_by = audit.updated_by;
}
