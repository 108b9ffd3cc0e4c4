//! One integration: `PROJECT-INF/project.xml` with its attributes, and, in an integration archive,
//! what is bundled around it.

use std::collections::BTreeMap;

use roxmltree::{Document, Node};
use waybill_model::Scope;

use crate::container::{Container, has_ending};
use crate::limits::Budget;
use crate::xml::{child_text, parse, text};
use crate::{
    ArchiveError, Call, Contents, Endpoint, EndpointRole, Integration, Reference, Schedule, Style,
    connection, library, lookup, properties,
};

const PROJECT: &str = "http://www.oracle.com/2014/03/ics/project";
const DEFINITION: &str = "http://www.oracle.com/2014/03/ics/project/definition";
const FLOW: &str = "http://www.oracle.com/2014/03/ics/flow/definition";
const MODEL: &str = "/PROJECT-INF/project.xml";

/// The folder of the integration (`icspackage/project/CODE_VERSION/`) in an integration archive.
pub(crate) fn find(container: &Container<'_>) -> Option<String> {
    container
        .names()
        .filter_map(|name| name.strip_suffix(MODEL))
        .find(|folder| {
            let mut parts = folder.rsplit('/');
            parts.next().is_some_and(|own| !own.is_empty()) && parts.next() == Some("project")
        })
        .map(|folder| format!("{folder}/"))
}

/// Reads an integration archive whose integration lies in `folder`.
pub(crate) fn read_archive(
    container: &mut Container<'_>,
    folder: &str,
    budget: &mut Budget,
) -> Result<Contents, ArchiveError> {
    let scope = Scope::Global;
    let mut integration = read_model(container, folder, &scope, budget)?;
    let attributes = container
        .find(
            &format!("{folder}ics_project_attributes.properties"),
            budget,
        )?
        .map(|bytes| properties::parse(&String::from_utf8_lossy(&bytes)))
        .unwrap_or_default();
    apply_attributes(&mut integration, &attributes);

    let mut above = folder.trim_end_matches('/').rsplitn(3, '/').skip(2);
    let base = above
        .next()
        .map_or(String::new(), |base| format!("{base}/"));
    let mut contents = Contents::default();
    for path in files(container, &format!("{base}appinstances/"), "xml") {
        let source = container.text(&path, budget)?;
        contents
            .connections
            .push(connection::read(&path, &source, &scope)?);
    }
    for path in files(container, &format!("{base}dvms/"), "dvm") {
        let source = container.text(&path, budget)?;
        contents
            .lookups
            .push(lookup::read_dvm(&path, &source, &scope)?);
    }
    contents.libraries =
        library::read_all(container, &format!("{base}apilibrary/"), &scope, budget)?;
    for path in files(container, &format!("{base}schedule/"), "xml") {
        let source = container.text(&path, budget)?;
        contents.schedules.push(read_schedule(
            &path,
            &source,
            &scope,
            integration.reference.clone(),
        )?);
    }
    integration.scheduled = !contents.schedules.is_empty();
    integration.lookups = contents
        .lookups
        .iter()
        .map(|one| one.name.clone())
        .collect();
    integration.libraries = contents
        .libraries
        .iter()
        .map(|one| Reference::new(&one.code, one.version.as_deref().unwrap_or_default()))
        .collect();
    contents.integrations.push(integration);
    Ok(contents)
}

/// The files right in a folder.
pub(crate) fn files(container: &Container<'_>, folder: &str, ending: &str) -> Vec<String> {
    container.matching(|name| {
        name.strip_prefix(folder)
            .is_some_and(|rest| !rest.contains('/') && has_ending(rest, ending))
    })
}

/// Reads the model of the integration in `folder`, and its calls from the adapter files.
pub(crate) fn read_model(
    container: &mut Container<'_>,
    folder: &str,
    scope: &Scope,
    budget: &mut Budget,
) -> Result<Integration, ArchiveError> {
    let path = format!("{folder}PROJECT-INF/project.xml");
    let source = container.text(&path, budget)?;
    let document = parse(&path, &source)?;
    let mut integration = model(&path, &document, scope)?;
    for path in container.matching(|name| name.starts_with(folder) && has_ending(name, "jca")) {
        let source = container.text(&path, budget)?;
        if source.contains("collocatedics")
            && let Some(call) = call(&parse(&path, &source)?, scope)
            && !integration.calls.contains(&call)
        {
            integration.calls.push(call);
        }
    }
    Ok(integration)
}

fn model(path: &str, document: &Document<'_>, scope: &Scope) -> Result<Integration, ArchiveError> {
    let root = document.root_element();
    if !root.has_tag_name((PROJECT, "icsproject")) {
        return Err(ArchiveError::file(
            path,
            "it does not describe an integration",
        ));
    }
    let own = |name: &str| {
        root.children()
            .find(|node| node.has_tag_name((DEFINITION, name)))
            .and_then(text)
    };
    let needed =
        |name: &str| own(name).ok_or_else(|| ArchiveError::file(path, format!("it has no {name}")));
    let reference = Reference::new(needed("projectCode")?, needed("projectVersion")?);
    let flow: Vec<Node<'_, '_>> = root
        .descendants()
        .filter(|node| node.tag_name().namespace() == Some(FLOW))
        .collect();
    let applications = flow
        .iter()
        .filter(|node| node.tag_name().name() == "application");
    let endpoints: Vec<Endpoint> = applications
        .clone()
        .filter_map(|node| endpoint(*node))
        .collect();
    let source_pattern = applications
        .clone()
        .find(|node| child_text(**node, "role").as_deref() == Some("source"))
        .and_then(|node| child_text(*node, "mep"));
    let has = |name: &str| flow.iter().any(|node| node.tag_name().name() == name);
    let template = root
        .attribute("modelType")
        .is_some_and(|kind| kind.eq_ignore_ascii_case("template"));
    let style = if template && has("wire") {
        Style::BasicRouting
    } else if has("scheduleReceive") {
        Style::Scheduled
    } else if has("subscribe") {
        Style::Event
    } else if source_pattern.as_deref() == Some("push-sync") {
        Style::AppDrivenSync
    } else {
        Style::AppDrivenAsync
    };
    Ok(Integration {
        scope: scope.clone(),
        name: own("projectName").unwrap_or_else(|| reference.code.clone()),
        reference,
        description: own("projectDescription"),
        style,
        state: None,
        transient_state: None,
        package: None,
        keywords: Vec::new(),
        tracking_name: None,
        percent_complete: own("percentComplete").and_then(|percent| percent.parse().ok()),
        service_version: None,
        exported_at: None,
        updated: None,
        updated_by: None,
        endpoints,
        lookups: Vec::new(),
        libraries: Vec::new(),
        calls: Vec::new(),
        scheduled: false,
    })
}

fn endpoint(application: Node<'_, '_>) -> Option<Endpoint> {
    let adapter = application
        .children()
        .find(|node| node.has_tag_name((FLOW, "adapter")))?;
    Some(Endpoint {
        connection: child_text(adapter, "code")?,
        name: child_text(adapter, "name").unwrap_or_default(),
        role: if child_text(application, "role").as_deref() == Some("source") {
            EndpointRole::Trigger
        } else {
            EndpointRole::Invoke
        },
    })
}

/// The integration that an adapter file calls.
fn call(document: &Document<'_>, own: &Scope) -> Option<Call> {
    let root = document.root_element();
    if root.attribute("adapter") != Some("collocatedics") {
        return None;
    }
    let property = |name: &str| {
        root.descendants()
            .filter(|node| node.tag_name().name() == "property")
            .find(|node| node.attribute("name") == Some(name))
            .and_then(|node| node.attribute("value"))
            .filter(|value| !value.is_empty())
    };
    let integration = match (
        property("integration_code"),
        property("integration_version"),
    ) {
        (Some(code), Some(version)) => Reference::new(code, version),
        _ => Reference::parse(property("integration_id")?)?,
    };
    let scope = match property("integrationContext") {
        Some("GLOBAL") => Some(Scope::Global),
        Some("INTRA_PROJECT") => Some(own.clone()),
        Some("INTER_PROJECT") => {
            property("project_id").map(|project| Scope::Project(project.to_owned()))
        }
        _ => None,
    };
    Some(Call { integration, scope })
}

fn apply_attributes(integration: &mut Integration, attributes: &BTreeMap<String, String>) {
    let get = |key: &str| {
        attributes
            .get(key)
            .filter(|value| !value.is_empty())
            .cloned()
    };
    integration.state = get("project_persisted_state");
    integration.transient_state = get("project_transient_state");
    integration.package = get("package_name");
    integration.tracking_name = get("tracking_instance_name");
    integration.keywords = list(&get("keywords").unwrap_or_default());
    integration.service_version = get("version").or_else(|| get("lastUpdatedICSVersion"));
    integration.exported_at = get("validity").and_then(|moment| moment.parse().ok());
}

/// A comma list.
pub(crate) fn list(text: &str) -> Vec<String> {
    text.split(',')
        .map(str::trim)
        .filter(|word| !word.is_empty())
        .map(str::to_owned)
        .collect()
}

/// Reads a schedule file.
pub(crate) fn read_schedule(
    path: &str,
    source: &str,
    scope: &Scope,
    integration: Reference,
) -> Result<Schedule, ArchiveError> {
    let document = parse(path, source)?;
    let root = document.root_element();
    if !root.has_tag_name(("http://xmlns.oracle.com/scheduler", "schedule")) {
        return Err(ArchiveError::file(path, "it does not describe a schedule"));
    }
    let file = path.rsplit('/').next().unwrap_or(path);
    let file = file
        .rsplit_once('.')
        .map_or(file, |(stem, _)| stem)
        .to_owned();
    Ok(Schedule {
        scope: scope.clone(),
        integration,
        name: child_text(root, "display-name")
            .or_else(|| root.attribute("name").map(str::to_owned))
            .unwrap_or_else(|| file.clone()),
        file,
        expression: root
            .descendants()
            .find(|node| node.tag_name().name() == "ical-expression")
            .and_then(text),
        time_zone: child_text(root, "time-zone"),
    })
}
