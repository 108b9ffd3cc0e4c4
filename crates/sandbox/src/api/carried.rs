//! What the archive of an integration brings along into a scope.

use std::sync::Arc;

use waybill_archive::{ArchiveKind, Contents, Opened};

use super::call::{Refusal, bad};
use super::desk::Desk;
use crate::load;
use crate::store::{
    Audit, Connection, Integration, Operation, Package, Property, PropertyType, Space, Upkeep,
};
use crate::synthetic::{adapter_name, is_credential, policy_credentials, settings};

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
            .or_insert_with(|| draft(one, audit));
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

/// A connection out of an archive: addresses and credentials are missing.
pub(crate) fn draft(one: &waybill_archive::Connection, audit: &Audit) -> Connection {
    let policy = one
        .security_policy
        .clone()
        .unwrap_or_else(|| "NONE".to_owned());
    let mut credentials = policy_credentials(&policy);
    let known = settings(&one.adapter, "");
    let mut own = Vec::new();
    for property in &one.properties {
        if matches!(
            property.name.as_str(),
            "csfkey" | "csfMap" | "integration_role" | "lastSaved" | "sourceWSDLSignature"
        ) || credentials.iter().any(|other| other.name == property.name)
        {
            continue;
        }
        let token = property
            .value
            .as_ref()
            .is_some_and(|value| value.starts_with("%%"));
        let attached = one
            .attachments
            .iter()
            .find(|file| file.property == property.name);
        let template = known.iter().find(|other| other.name == property.name);
        let secret = template.is_none() && is_credential(&property.name);
        let kind = match template {
            Some(template) => template.kind,
            None if attached.is_some() => PropertyType::File,
            None if secret && property.name.to_lowercase().contains("username") => {
                PropertyType::Text
            }
            None if secret => PropertyType::Password,
            None if token => PropertyType::Url,
            None => PropertyType::Text,
        };
        let new = Property {
            name: property.name.clone(),
            label: template.map_or_else(|| property.name.clone(), |other| other.label.clone()),
            kind,
            value: match (attached, kind) {
                (Some(file), _) => Some(file.name.clone()),
                (None, PropertyType::File) => None,
                (None, _) if token || secret => None,
                (None, _) => property.value.clone(),
            },
            required: template.map_or(token, |other| other.required),
        };
        if secret {
            credentials.push(new);
        } else {
            own.push(new);
        }
    }
    Connection {
        code: one.code.clone(),
        name: one.name.clone(),
        description: one.description.clone().unwrap_or_default(),
        adapter: one.adapter.clone(),
        adapter_name: adapter_name(&one.adapter).to_owned(),
        role: one
            .role
            .clone()
            .unwrap_or_else(|| "SOURCE_AND_TARGET".to_owned()),
        policy,
        status: "INPROGRESS".to_owned(),
        settings: own,
        credentials,
        // Agent groups are chosen anew (inferred): archives carry only the name of one.
        agent_group: None,
        upkeep: Upkeep::default(),
        audit: audit.clone(),
        lock: None,
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
