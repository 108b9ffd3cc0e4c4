//! A project archive of Oracle Integration 3: `project/project.yaml` and everything around it.
//!
//! Its integrations lie unpacked in it, with `info.json` in place of the attributes. An archive of
//! one deployment looks the same and holds less. Access lists are never in it.

use std::collections::{BTreeMap, HashMap, HashSet};

use serde::Deserialize;
use waybill_model::Scope;

use crate::container::Container;
use crate::integration::list;
use crate::limits::Budget;
use crate::oddity::tolerate;
use crate::{
    ArchiveError, Contents, Deployment, Integration, Oddity, OddityKind, Project, Reference,
    generation, library, model, parts, schedule,
};

#[derive(Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct Identity {
    code: String,
    name: String,
    description: Option<String>,
    status: Option<String>,
    latest_by: Option<String>,
    latest_date: Option<String>,
    assets: Assets,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Assets {
    integrations: Vec<Asset>,
    schedules: Vec<Asset>,
}

#[derive(Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct Asset {
    id: String,
    updated_by: Option<String>,
    updated_date: Option<String>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Info {
    dependencies: Needs,
    properties: Attributes,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Needs {
    lookups: Vec<String>,
    libraries: Vec<String>,
    schedules: Vec<String>,
}

#[derive(Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct Attributes {
    persisted_state: Option<String>,
    transient_state: Option<String>,
    keywords: Option<String>,
    tracking_instance_name: Option<String>,
    validity: Option<String>,
    #[serde(rename = "mod")]
    seal: Option<String>,
    #[serde(rename = "originalICSVersion")]
    created_with: Option<String>,
    #[serde(rename = "lastUpdatedICSVersion")]
    changed_with: Option<String>,
}

#[derive(Deserialize)]
struct Label {
    code: String,
    #[serde(default)]
    name: Option<String>,
    #[serde(default)]
    integrations: Vec<LabelMember>,
}

#[derive(Deserialize)]
struct LabelMember {
    code: String,
    version: String,
}

pub(crate) fn read_archive(
    container: &mut Container<'_>,
    folder: &str,
    budget: &mut Budget,
) -> Result<Contents, ArchiveError> {
    let path = format!("{folder}project.yaml");
    let source = container.text(&path, budget)?;
    if is_tangled(&source) {
        return Err(ArchiveError::file(path, "its lists are nested too deeply"));
    }
    let identity: Identity =
        serde_norway::from_str(&source).map_err(|error| ArchiveError::file(&path, error))?;
    if identity.code.is_empty() {
        return Err(ArchiveError::file(path, "the project has no code"));
    }
    let scope = Scope::Project(identity.code.clone());
    let assets: HashMap<&str, &Asset> = identity
        .assets
        .integrations
        .iter()
        .map(|asset| (asset.id.as_str(), asset))
        .collect();
    let mut contents = Contents::default();
    let mut oddities = Vec::new();
    let mut with_schedule: HashSet<Reference> = identity
        .assets
        .schedules
        .iter()
        .filter_map(|asset| Reference::parse(&asset.id))
        .collect();

    for own in integration_folders(container, folder) {
        let read = model::read(container, &own, &scope, budget);
        let Some(mut integration) = tolerate(read, &mut oddities)? else {
            continue;
        };
        match tolerate(read_info(container, &own, budget), &mut oddities)?.flatten() {
            Some(info) => {
                let schedules = &info.dependencies.schedules;
                with_schedule.extend(schedules.iter().filter_map(|id| Reference::parse(id)));
                apply_info(&mut integration, info);
            }
            None => integration.oddities.push(Oddity::at(
                OddityKind::Missing,
                format!("{own}info.json"),
                "state and versions are unknown",
            )),
        }
        if let Some(asset) = assets.get(integration.reference.to_string().as_str()) {
            integration.updated = asset.updated_date.as_deref().map(rfc3339);
            integration.updated_by.clone_from(&asset.updated_by);
        }
        contents.integrations.push(integration);
    }
    contents.connections = parts::connections(
        container,
        &format!("{folder}connections/"),
        &scope,
        &mut oddities,
        budget,
    )?;
    for integration in &mut contents.integrations {
        model::take_adapters(integration, &contents.connections);
    }
    contents.lookups = parts::lookups(
        container,
        &format!("{folder}lookups/"),
        &scope,
        &mut oddities,
        budget,
    )?;
    for integration in &mut contents.integrations {
        model::note_lookups(integration, &contents.lookups);
    }
    contents.libraries = library::read_all(
        container,
        &format!("{folder}libraries/"),
        &scope,
        &mut oddities,
        budget,
    )?;
    read_schedules(
        container,
        folder,
        &scope,
        with_schedule,
        &mut contents,
        budget,
    )?;
    contents.events = parts::events(
        container,
        &format!("{folder}eventtypes/"),
        &mut oddities,
        budget,
    )?;
    contents.documents = parts::documents(
        container,
        &format!("{folder}b2bartifacts/"),
        &mut oddities,
        budget,
    )?;
    note_unknown(container, folder, &mut oddities);
    let deployments = read_deployments(container, folder, &mut oddities, budget)?;
    contents.projects.push(Project {
        name: if identity.name.is_empty() {
            identity.code.clone()
        } else {
            identity.name
        },
        code: identity.code,
        description: identity.description,
        status: identity.status,
        deployments,
        updated: identity.latest_date.as_deref().map(rfc3339),
        updated_by: identity.latest_by,
    });
    contents.oddities.append(&mut oddities);
    Ok(contents)
}

fn read_schedules(
    container: &mut Container<'_>,
    folder: &str,
    scope: &Scope,
    with_schedule: HashSet<Reference>,
    contents: &mut Contents,
    budget: &mut Budget,
) -> Result<(), ArchiveError> {
    let mut known: HashMap<String, Reference> = with_schedule
        .into_iter()
        .chain(
            contents
                .integrations
                .iter()
                .map(|one| one.reference.clone()),
        )
        .map(|id| (format!("Schedule_{}_{}.xml", id.code, id.version), id))
        .collect();
    let mut scheduled = HashSet::new();
    for path in container.files(&format!("{folder}schedules/"), "xml") {
        let file = path.rsplit('/').next().unwrap_or(&path);
        let Some(reference) = known.remove(file) else {
            contents.notes.push(format!(
                "`{path}` is the schedule of no integration in the archive"
            ));
            continue;
        };
        scheduled.insert(reference.clone());
        let one = container
            .text(&path, budget)
            .and_then(|source| schedule::read(&path, &source, scope, reference));
        contents
            .schedules
            .extend(tolerate(one, &mut contents.oddities)?);
    }
    for integration in &mut contents.integrations {
        integration.scheduled |= scheduled.contains(&integration.reference);
    }
    Ok(())
}

/// Folders that project archives of today do not have (agents and robots are announced).
fn note_unknown(container: &Container<'_>, folder: &str, oddities: &mut Vec<Oddity>) {
    const KNOWN: [&str; 8] = [
        "connections",
        "integrations",
        "lookups",
        "libraries",
        "schedules",
        "labels",
        "eventtypes",
        "b2bartifacts",
    ];
    let mut unknown: BTreeMap<&str, usize> = BTreeMap::new();
    for own in container
        .under(folder)
        .filter_map(|name| Some(name[folder.len()..].split_once('/')?.0))
        .filter(|own| !KNOWN.contains(own))
    {
        *unknown.entry(own).or_default() += 1;
    }
    for (own, count) in unknown {
        let files = if count == 1 {
            "1 file".to_owned()
        } else {
            format!("{count} files")
        };
        let words = if own == "ai_agents" {
            format!("{files} of AI agents; what agents do is not understood and was not read")
        } else {
            format!("{files} in a folder that is not understood and was not read")
        };
        oddities.push(Oddity::at(
            OddityKind::Unknown,
            format!("{folder}{own}/"),
            words,
        ));
    }
}

/// Far deeper nested than any project's list of assets, by the look of its brackets and of the
/// starts of its lines. The parser's time grows with the square of the depth.
fn is_tangled(yaml: &str) -> bool {
    let mut open = 0_usize;
    yaml.lines().any(|line| {
        let start = line
            .bytes()
            .take_while(|sign| matches!(sign, b' ' | b'-' | b'?' | b':' | b'\t'))
            .count();
        let mut deep = start > 200;
        for sign in line.bytes() {
            match sign {
                b'[' | b'{' => open += 1,
                b']' | b'}' => open = open.saturating_sub(1),
                _ => {}
            }
            deep |= open > 200;
        }
        deep
    })
}

fn integration_folders(container: &Container<'_>, folder: &str) -> Vec<String> {
    let base = format!("{folder}integrations/");
    container
        .under(&base)
        .filter_map(|name| {
            let own = name
                .strip_prefix(&base)?
                .strip_suffix("/PROJECT-INF/project.xml")?;
            (!own.contains('/')).then(|| format!("{base}{own}/"))
        })
        .collect()
}

fn read_info(
    container: &mut Container<'_>,
    folder: &str,
    budget: &mut Budget,
) -> Result<Option<Info>, ArchiveError> {
    let path = format!("{folder}info.json");
    container
        .find(&path, budget)?
        .map(|bytes| {
            serde_json::from_slice(&bytes).map_err(|error| ArchiveError::file(&path, error))
        })
        .transpose()
}

fn apply_info(integration: &mut Integration, info: Info) {
    let set = |value: Option<String>| value.filter(|text| !text.is_empty());
    let Info {
        dependencies,
        properties,
    } = info;
    integration.state = set(properties.persisted_state);
    integration.transient_state = set(properties.transient_state);
    integration.keywords = list(&properties.keywords.unwrap_or_default());
    integration.tracking_name = set(properties.tracking_instance_name);
    integration.created_with = set(properties.created_with);
    integration.changed_with = set(properties.changed_with);
    integration
        .service_version
        .clone_from(&integration.changed_with);
    integration.generation = generation::infer(
        true,
        integration.model_version.as_deref(),
        integration.changed_with.as_deref(),
    );
    if set(properties.seal).is_none() {
        integration.oddities.push(Oddity::new(
            OddityKind::SealRemoved,
            "the seal of the export is missing",
        ));
    }
    integration.exported_at = properties.validity.and_then(|moment| moment.parse().ok());
    integration.lookups = dependencies.lookups;
    integration.lookups.sort();
    integration.libraries = dependencies
        .libraries
        .iter()
        .filter_map(|id| Reference::parse(id))
        .collect();
}

fn read_deployments(
    container: &mut Container<'_>,
    folder: &str,
    oddities: &mut Vec<Oddity>,
    budget: &mut Budget,
) -> Result<Vec<Deployment>, ArchiveError> {
    let mut deployments = Vec::new();
    for path in container.files(&format!("{folder}labels/"), "json") {
        let label = container.read(&path, budget).and_then(|bytes| {
            serde_json::from_slice::<Label>(&bytes)
                .map_err(|error| ArchiveError::file(&path, error))
        });
        let Some(label) = tolerate(label, oddities)? else {
            continue;
        };
        deployments.push(Deployment {
            name: label.name.unwrap_or_else(|| label.code.clone()),
            code: label.code,
            integrations: label
                .integrations
                .into_iter()
                .map(|member| Reference::new(member.code, member.version))
                .collect(),
        });
    }
    Ok(deployments)
}

/// The service writes `+0000`, RFC 3339 wants `Z` or a colon.
fn rfc3339(moment: &str) -> String {
    match moment.strip_suffix("+0000") {
        Some(utc) => format!("{utc}Z"),
        None => moment.to_owned(),
    }
}
