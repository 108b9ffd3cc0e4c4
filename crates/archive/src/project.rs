//! A project archive of Oracle Integration 3: `project/project.yaml` and everything around it.
//!
//! Its integrations lie unpacked in it, with `info.json` in place of the attributes. An archive of
//! one deployment looks the same and holds less. Access lists are never in it.

use std::collections::BTreeMap;

use serde::Deserialize;
use waybill_model::Scope;

use crate::container::Container;
use crate::integration::{files, list, read_model, read_schedule};
use crate::limits::Budget;
use crate::{
    ArchiveError, Contents, Deployment, Integration, Project, Reference, connection, library,
    lookup,
};

const IDENTITY: &str = "project/project.yaml";

/// The folder of the project (ends in `/`).
pub(crate) fn find(container: &Container<'_>) -> Option<String> {
    container
        .names()
        .filter_map(|name| name.strip_suffix(IDENTITY))
        .filter(|before| before.is_empty() || before.ends_with('/'))
        .min_by_key(|before| before.len())
        .map(|before| format!("{before}project/"))
}

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
    #[serde(rename = "lastUpdatedICSVersion")]
    last_updated_by_version: Option<String>,
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
    let assets: BTreeMap<&str, &Asset> = identity
        .assets
        .integrations
        .iter()
        .map(|asset| (asset.id.as_str(), asset))
        .collect();
    let mut contents = Contents::default();
    let mut with_schedule: Vec<Reference> = identity
        .assets
        .schedules
        .iter()
        .filter_map(|asset| Reference::parse(&asset.id))
        .collect();

    for own in integration_folders(container, folder) {
        let mut integration = read_model(container, &own, &scope, budget)?;
        if let Some(info) = read_info(container, &own, budget)? {
            with_schedule.extend(
                info.dependencies
                    .schedules
                    .iter()
                    .filter_map(|id| Reference::parse(id)),
            );
            apply_info(&mut integration, info);
        }
        if let Some(asset) = assets.get(integration.reference.to_string().as_str()) {
            integration.updated = asset.updated_date.as_deref().map(rfc3339);
            integration.updated_by.clone_from(&asset.updated_by);
        }
        contents.integrations.push(integration);
    }
    for path in files(container, &format!("{folder}connections/"), "xml") {
        let source = container.text(&path, budget)?;
        contents
            .connections
            .push(connection::read(&path, &source, &scope)?);
    }
    for path in files(container, &format!("{folder}lookups/"), "dvm") {
        let source = container.text(&path, budget)?;
        contents
            .lookups
            .push(lookup::read_dvm(&path, &source, &scope)?);
    }
    contents.libraries =
        library::read_all(container, &format!("{folder}libraries/"), &scope, budget)?;
    for path in files(container, &format!("{folder}schedules/"), "xml") {
        let file = path.rsplit('/').next().unwrap_or(&path);
        let Some(reference) = with_schedule
            .iter()
            .find(|id| file == format!("Schedule_{}_{}.xml", id.code, id.version))
            .cloned()
        else {
            contents.notes.push(format!(
                "`{path}` is the schedule of no integration in the archive"
            ));
            continue;
        };
        let source = container.text(&path, budget)?;
        for integration in &mut contents.integrations {
            integration.scheduled |= integration.reference == reference;
        }
        contents
            .schedules
            .push(read_schedule(&path, &source, &scope, reference)?);
    }
    let deployments = read_deployments(container, folder, budget)?;
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
    Ok(contents)
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
        .names()
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
    integration.service_version = set(properties.last_updated_by_version);
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
    budget: &mut Budget,
) -> Result<Vec<Deployment>, ArchiveError> {
    let mut deployments = Vec::new();
    for path in files(container, &format!("{folder}labels/"), "json") {
        let bytes = container.read(&path, budget)?;
        let label: Label =
            serde_json::from_slice(&bytes).map_err(|error| ArchiveError::file(&path, error))?;
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
