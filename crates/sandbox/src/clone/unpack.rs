//! Filling an instance from an archive of one.
//!
//! What is there already stays as it is and is named in the log (inferred). Any ZIP of archives can
//! be read; `instance.json` only adds to it.

use std::io::{Cursor, Read};

use waybill_archive::{ArchiveKind, Member};

use super::job::Mode;
use super::pack::{REST, Rest};
use crate::load;
use crate::store::{Connection, Instance, Space};

/// What an import did.
#[derive(Debug, Default)]
pub(super) struct Brought {
    pub lines: Vec<String>,
    pub resources: usize,
    pub warnings: usize,
}

impl Brought {
    fn done(&mut self, line: &str) {
        self.resources += 1;
        self.lines.push(format!("INFO {line}"));
    }

    fn warn(&mut self, line: &str) {
        self.warnings += 1;
        self.lines.push(format!("WARNING {line}"));
    }
}

pub(super) fn unpack(
    instance: &mut Instance,
    bytes: &[u8],
    mode: Mode,
    security: bool,
    schedule_parameters: bool,
    start_schedules: bool,
) -> Result<Brought, &'static str> {
    let opened = waybill_archive::read(bytes).map_err(|_| "The archive cannot be read")?;
    if !matches!(opened.kind, ArchiveKind::Clone | ArchiveKind::Bundle) {
        return Err("The archive is not one of an instance");
    }
    let rest = rest(bytes);
    let mut brought = Brought::default();
    if mode != Mode::ActivateOnly {
        for member in opened.members() {
            bring(instance, member, &mut brought);
        }
        settings(instance, &rest, security, &mut brought);
        if security {
            for one in &rest.certificates {
                instance
                    .certificates
                    .entry(one.id())
                    .or_insert_with(|| one.clone());
            }
        }
    }
    if schedule_parameters {
        for (scope, all) in &rest.parameters {
            for (id, values) in all {
                if let Some(one) =
                    space(instance, scope).and_then(|space| space.integrations.get_mut(id))
                {
                    one.parameters.clone_from(values);
                }
            }
        }
    }
    if mode != Mode::ImportOnly {
        activate(instance, &rest, start_schedules, &mut brought);
    }
    Ok(brought)
}

fn rest(bytes: &[u8]) -> Rest {
    let read = || -> Option<Rest> {
        let mut zip = zip::ZipArchive::new(Cursor::new(bytes)).ok()?;
        let mut text = Vec::new();
        zip.by_name(REST).ok()?.read_to_end(&mut text).ok()?;
        serde_json::from_slice(&text).ok()
    };
    read().unwrap_or_default()
}

fn space<'instance>(
    instance: &'instance mut Instance,
    scope: &str,
) -> Option<&'instance mut Space> {
    instance.space_mut(Some(scope).filter(|scope| !scope.is_empty()))
}

/// One archive of the archive. Nothing it brings is active yet.
fn bring(instance: &mut Instance, member: &Member, brought: &mut Brought) {
    let mut new = Instance::new(
        instance.name.clone(),
        instance.wire_name.clone(),
        instance.generation,
    );
    load::add(&mut new, &member.bytes, &member.opened);
    for (code, mut one) in new.projects {
        if instance.projects.contains_key(&code) {
            brought.warn(&format!("project {code} exists and stays as it is"));
            continue;
        }
        rest_of(&mut one.space);
        instance.projects.insert(code.clone(), one);
        brought.done(&format!("project {code}"));
    }
    rest_of(&mut new.global);
    for (id, one) in new.global.integrations {
        if instance.global.integrations.contains_key(&id) {
            brought.warn(&format!("integration {id} exists and stays as it is"));
            continue;
        }
        instance.global.integrations.insert(id.clone(), one);
        brought.done(&format!("integration {id}"));
    }
    for (name, one) in new.packages {
        instance.packages.entry(name).or_insert(one);
    }
    for (code, one) in new.global.connections {
        instance.global.connections.entry(code).or_insert(one);
    }
    let own = member.opened.kind == ArchiveKind::Lookup;
    for (name, one) in new.global.lookups {
        let known = instance.global.lookups.contains_key(&name);
        if !known {
            instance.global.lookups.insert(name.clone(), one);
        }
        // Integrations bring copies of the lookups that they use.
        if own && !known {
            brought.done(&format!("lookup {name}"));
        }
    }
    // A file of a library alone does not say whose it is.
    if member.opened.kind != ArchiveKind::Library {
        for (id, one) in new.global.libraries {
            instance.global.libraries.entry(id).or_insert(one);
        }
    }
}

/// As it lies there after an import: inactive, without running schedules, connections as drafts.
fn rest_of(space: &mut Space) {
    for one in space.integrations.values_mut() {
        "CONFIGURED".clone_into(&mut one.status);
        if let Some(schedule) = &mut one.schedule {
            "CANCELLED".clone_into(&mut schedule.state);
        }
    }
    for one in space.connections.values_mut() {
        "INPROGRESS".clone_into(&mut one.status);
        one.credentials
            .iter_mut()
            .for_each(|credential| credential.value = None);
    }
}

/// Settings of the connections that this import brought, or that are still drafts.
fn settings(instance: &mut Instance, rest: &Rest, security: bool, brought: &mut Brought) {
    for (scope, connections) in &rest.connections {
        let Some(space) = space(instance, scope) else {
            continue;
        };
        for one in connections {
            let ready = space
                .connections
                .get(&one.code)
                .is_some_and(|known| known.status == "CONFIGURED");
            if ready {
                brought.warn(&format!(
                    "connection {} exists and stays as it is",
                    one.code
                ));
                continue;
            }
            let one = without_secrets(one, rest.security && security);
            brought.done(&format!("connection {}", one.code));
            space.connections.insert(one.code.clone(), one);
        }
    }
    for one in &rest.packages {
        instance
            .packages
            .entry(one.name.clone())
            .or_insert_with(|| one.clone());
    }
    for one in &rest.libraries {
        instance
            .global
            .libraries
            .entry(one.id())
            .or_insert_with(|| one.clone());
        brought.done(&format!("library {}", one.id()));
    }
}

fn without_secrets(one: &Connection, keep: bool) -> Connection {
    let mut one = one.clone();
    if !keep && one.credentials.iter().any(|credential| credential.required) {
        one.credentials
            .iter_mut()
            .for_each(|credential| credential.value = None);
        "INPROGRESS".clone_into(&mut one.status);
    }
    one
}

/// Activates what was active where the archive comes from.
fn activate(instance: &mut Instance, rest: &Rest, start_schedules: bool, brought: &mut Brought) {
    for (scope, ids) in &rest.active {
        let Some(space) = space(instance, scope) else {
            continue;
        };
        for id in ids {
            let drafts: Vec<String> = space
                .integrations
                .get(id)
                .into_iter()
                .flat_map(|one| one.endpoints.iter())
                .filter_map(|endpoint| space.connections.get(&endpoint.connection))
                .filter(|connection| connection.status != "CONFIGURED")
                .map(|connection| connection.code.clone())
                .collect();
            match space.integrations.get_mut(id) {
                None => brought.warn(&format!("integration {id} is not there to be activated")),
                Some(_) if !drafts.is_empty() => brought.warn(&format!(
                    "integration {id} is not activated: {} not configured",
                    drafts.join(", ")
                )),
                Some(one) => {
                    "ACTIVATED".clone_into(&mut one.status);
                    brought
                        .lines
                        .push(format!("INFO integration {id} activated"));
                }
            }
        }
    }
    if !start_schedules {
        return;
    }
    for (scope, ids) in &rest.schedules {
        for id in ids {
            if let Some(schedule) = space(instance, scope)
                .and_then(|space| space.integrations.get_mut(id))
                .filter(|one| one.is_active())
                .and_then(|one| one.schedule.as_mut())
            {
                "ACTIVE".clone_into(&mut schedule.state);
            }
        }
    }
}
