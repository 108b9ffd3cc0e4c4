//! Instances filled from archives on disk, whose bytes are served as they are.

mod connection;
mod schedule;

use std::path::{Path, PathBuf};
use std::sync::Arc;

use jiff::Timestamp;
use waybill_archive::{ArchiveKind, Contents, Opened};
use waybill_model::{Generation, Scope};

pub(crate) use connection::draft;

use crate::store::{
    Audit, Deployment, Endpoint, Instance, Integration, Library, Lookup, Operation, Package,
    Project, Space, Style,
};

/// Where each file went, and what was passed over.
#[derive(Debug, Default)]
pub(crate) struct Loaded {
    /// The instance (by its place in the list) and the file.
    pub placed: Vec<(usize, String)>,
    pub passed_over: Vec<String>,
}

/// Loads all archives below a folder. An archive goes to an instance of the generation that made it,
/// or else of Oracle Integration 3. One whose code is taken there goes to the next one that is `open`;
/// `more` makes one when all are taken.
pub(crate) fn load(
    folder: &Path,
    instances: &mut Vec<Instance>,
    open: impl Fn(usize) -> bool,
    more: impl Fn(usize) -> Instance,
) -> std::io::Result<Loaded> {
    let mut files = Vec::new();
    walk(folder, &mut files)?;
    files.sort();
    let mut loaded = Loaded::default();
    for file in files {
        let shown = file
            .strip_prefix(folder)
            .unwrap_or(&file)
            .to_string_lossy()
            .replace('\\', "/");
        let bytes = std::fs::read(&file)?;
        match waybill_archive::read(&bytes) {
            Ok(opened) => {
                let at = (&open, &more);
                place(&shown, &bytes, &opened, instances, at, &mut loaded);
            }
            Err(error) => loaded.passed_over.push(format!("{shown}: {error}")),
        }
    }
    Ok(loaded)
}

fn walk(folder: &Path, files: &mut Vec<PathBuf>) -> std::io::Result<()> {
    for entry in std::fs::read_dir(folder)? {
        let entry = entry?;
        if entry.file_type()?.is_dir() {
            walk(&entry.path(), files)?;
        } else {
            files.push(entry.path());
        }
    }
    Ok(())
}

fn place(
    shown: &str,
    bytes: &[u8],
    opened: &Opened,
    instances: &mut Vec<Instance>,
    at: (&impl Fn(usize) -> bool, &impl Fn(usize) -> Instance),
    loaded: &mut Loaded,
) {
    if matches!(opened.kind, ArchiveKind::Bundle | ArchiveKind::Clone) {
        for member in opened.members() {
            let inner = format!("{shown}!{}", member.path);
            place(&inner, &member.bytes, &member.opened, instances, at, loaded);
        }
        return;
    }
    let (open, more) = at;
    let made = opened.contents.integrations.iter();
    let made = made.filter_map(|one| one.generation).max();
    let free = |generation: Generation| {
        instances.iter().enumerate().position(|(index, instance)| {
            open(index) && instance.generation == generation && !taken(instance, &opened.contents)
        })
    };
    let own = made.and_then(free).or_else(|| free(Generation::Oic3));
    let index = own.unwrap_or_else(|| {
        instances.push(more(instances.len()));
        instances.len() - 1
    });
    if let Some(instance) = instances.get_mut(index) {
        add(instance, bytes, opened);
        loaded.placed.push((index, shown.to_owned()));
    }
}

fn taken(instance: &Instance, contents: &Contents) -> bool {
    let projects = contents
        .projects
        .iter()
        .any(|one| instance.projects.contains_key(&one.code));
    let packages = contents
        .packages
        .iter()
        .any(|one| instance.packages.contains_key(&one.name));
    let integrations = contents.integrations.iter().any(|one| {
        one.scope == Scope::Global
            && instance
                .global
                .integrations
                .contains_key(&one.reference.to_string())
    });
    let alone = contents.integrations.is_empty() && contents.projects.is_empty();
    let lookups = alone
        && contents
            .lookups
            .iter()
            .any(|one| instance.global.lookups.contains_key(&one.name));
    projects || packages || integrations || lookups
}

/// The project in an archive, by itself.
pub(crate) fn project(bytes: &[u8], opened: &Opened) -> Option<Project> {
    let mut aside = Instance::new(String::new(), String::new(), Generation::Oic3);
    add(&mut aside, bytes, opened);
    aside.projects.pop_first().map(|(_, project)| project)
}

/// Puts what an archive holds into an instance.
pub(crate) fn add(instance: &mut Instance, bytes: &[u8], opened: &Opened) {
    let contents = &opened.contents;
    let mut space = Space::default();
    for one in &contents.connections {
        // Connections that are part of the service are not listed by it.
        if !one.code.starts_with("PRESEEDED_") {
            let audit = audit(one.updated.as_deref(), one.updated_by.as_deref());
            let known = connection::configured(one, &audit);
            space.connections.insert(one.code.clone(), known);
        }
    }
    for one in &contents.lookups {
        let own = matches!(opened.kind, ArchiveKind::Lookup) && bytes.starts_with(b"\xef\xbb\xbf");
        let mut lookup = lookup(one);
        lookup.csv = own.then(|| Arc::new(bytes.to_vec()));
        space.lookups.insert(one.name.clone(), lookup);
    }
    for one in &contents.libraries {
        let library = library(one);
        let id = format!("{}|{}", library.code, library.version);
        space.libraries.insert(id, library);
    }
    for one in &contents.integrations {
        let mut stored = integration(one, contents);
        stored.archive = match opened.kind {
            ArchiveKind::Integration => Some(Arc::new(bytes.to_vec())),
            _ => opened
                .members()
                .iter()
                .find(|member| {
                    member
                        .opened
                        .contents
                        .integrations
                        .iter()
                        .any(|inner| inner.reference == one.reference)
                })
                .map(|member| Arc::new(member.bytes.clone())),
        };
        space.integrations.insert(stored.id(), stored);
    }
    if let Some(project) = contents.projects.first() {
        let deployments = project
            .deployments
            .iter()
            .map(|label| {
                let deployment = Deployment {
                    code: label.code.clone(),
                    name: label.name.clone(),
                    description: String::new(),
                    integrations: label
                        .integrations
                        .iter()
                        .map(|one| (one.code.clone(), one.version.clone()))
                        .collect(),
                    updated: moment(project.updated.as_deref()),
                    archive: None,
                };
                (label.code.clone(), deployment)
            })
            .collect();
        let stored = Project {
            code: project.code.clone(),
            name: project.name.clone(),
            description: project.description.clone().unwrap_or_default(),
            keyword: String::new(),
            status: "CONFIGURED".to_owned(),
            space,
            deployments,
            access: None,
            audit: audit(project.updated.as_deref(), project.updated_by.as_deref()),
            revision: 1,
            archive: Some(Arc::new(bytes.to_vec())),
        };
        instance.projects.insert(project.code.clone(), stored);
        return;
    }
    for name in space
        .integrations
        .values()
        .filter_map(|one| one.package.clone())
    {
        let whole = opened.kind == ArchiveKind::Package;
        instance
            .packages
            .entry(name.clone())
            .or_insert_with(|| Package {
                name,
                description: String::new(),
                audit: audit(None, None),
                archive: whole.then(|| Arc::new(bytes.to_vec())),
            });
    }
    // What is there already stays, as at an import.
    let global = &mut instance.global;
    global.integrations.extend(space.integrations);
    for (code, one) in space.connections {
        global.connections.entry(code).or_insert(one);
    }
    for (name, one) in space.lookups {
        global.lookups.entry(name).or_insert(one);
    }
    for (id, one) in space.libraries {
        global.libraries.entry(id).or_insert(one);
    }
}

/// A date in the archive; where there is none, 1 January 2026.
fn moment(text: Option<&str>) -> Timestamp {
    text.and_then(|text| text.parse().ok())
        .or_else(|| Timestamp::from_second(1_767_225_600).ok())
        .unwrap_or_default()
}

fn audit(updated: Option<&str>, by: Option<&str>) -> Audit {
    let updated = moment(updated);
    let by = by.unwrap_or("developer@example.com").to_owned();
    Audit {
        created: updated,
        created_by: by.clone(),
        updated,
        updated_by: by,
    }
}

pub(crate) fn integration(one: &waybill_archive::Integration, contents: &Contents) -> Integration {
    let exported = one
        .exported_at
        .and_then(|moment| Timestamp::from_millisecond(moment).ok())
        .map(|moment| moment.to_string());
    let updated = one.updated.clone().or(exported);
    let schedule = contents
        .schedules
        .iter()
        .find(|schedule| schedule.scope == one.scope && schedule.integration == one.reference);
    Integration {
        code: one.reference.code.clone(),
        version: one.reference.version.clone(),
        name: one.name.clone(),
        description: one.description.clone().unwrap_or_default(),
        style: match one.style {
            waybill_archive::Style::AppDrivenSync | waybill_archive::Style::BasicRouting => {
                Style::Sync
            }
            waybill_archive::Style::AppDrivenAsync => Style::Async,
            waybill_archive::Style::Scheduled => Style::Scheduled,
            waybill_archive::Style::Event => Style::Event,
        },
        status: one.state.clone().unwrap_or_else(|| "CONFIGURED".to_owned()),
        package: one.package.clone(),
        endpoints: one
            .endpoints
            .iter()
            .map(|endpoint| Endpoint {
                connection: endpoint.connection.clone(),
                name: endpoint.name.clone(),
                trigger: endpoint.role == waybill_archive::EndpointRole::Trigger,
            })
            .collect(),
        lookups: one.lookups.clone(),
        libraries: one
            .libraries
            .iter()
            .map(|library| (library.code.clone(), library.version.clone()))
            .collect(),
        calls: Vec::new(),
        schedule: schedule.map(schedule::schedule),
        parameters: Vec::new(),
        keywords: one.keywords.join(", "),
        prebuilt: false,
        tracing: false,
        payload_tracing: false,
        operation: Operation::default(),
        audit: audit(updated.as_deref(), one.updated_by.as_deref()),
        lock: None,
        revision: 1,
        archive: None,
    }
}

pub(crate) fn lookup(one: &waybill_archive::Lookup) -> Lookup {
    Lookup {
        name: one.name.clone(),
        description: one.description.clone().unwrap_or_default(),
        columns: one.columns.clone(),
        rows: one.rows.clone(),
        status: "CONFIGURED".to_owned(),
        audit: audit(None, None),
        lock: None,
        csv: None,
    }
}

pub(crate) fn library(one: &waybill_archive::Library) -> Library {
    let jar = one
        .files
        .iter()
        .max_by_key(|file| file.name.to_lowercase().contains(".jar"));
    Library {
        code: one.code.clone(),
        version: one
            .version
            .clone()
            .unwrap_or_else(|| "01.00.0000".to_owned()),
        name: one.name.clone(),
        description: one.description.clone().unwrap_or_default(),
        functions: one.functions.clone(),
        jar: Arc::new(jar.map(|file| file.bytes.clone()).unwrap_or_default()),
        audit: audit(None, None),
        lock: None,
    }
}
