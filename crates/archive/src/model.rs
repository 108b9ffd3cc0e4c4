//! `PROJECT-INF/project.xml`, the model of an integration: identity, style, endpoints, calls. The
//! flow itself is read by [`crate::design`].

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use roxmltree::{Document, Node};
use waybill_model::Scope;

use crate::container::{Container, has_ending};
use crate::limits::Budget;
use crate::oddity::tolerate;
use crate::xml::{child, child_text, children, parse, text};
use crate::{
    ArchiveError, Connection, Endpoint, EndpointRole, Integration, Lookup, Oddity, OddityKind,
    Reference, Style, adapter_file, design, generation,
};

const PROJECT: &str = "http://www.oracle.com/2014/03/ics/project";
const DEFINITION: &str = "http://www.oracle.com/2014/03/ics/project/definition";

/// Reads the model of the integration in `folder`, its calls from the adapter files, and its
/// design where that is wanted.
pub(crate) fn read(
    container: &mut Container<'_>,
    folder: &str,
    scope: &Scope,
    budget: &mut Budget,
) -> Result<Integration, ArchiveError> {
    let path = format!("{folder}PROJECT-INF/project.xml");
    let source = container.text(&path, budget)?;
    let document = parse(&path, &source)?;
    let (mut integration, applications) = model(&path, &document, scope)?;
    let own = folder.trim_end_matches('/').rsplit('/').next();
    let reference = &integration.reference;
    let usual = format!("{}_{}", reference.code, reference.version);
    if own.is_some_and(|own| !own.is_empty() && own != usual) {
        integration.oddities.push(Oddity::at(
            OddityKind::IdentityDiffers,
            folder.trim_end_matches('/'),
            format!("the folder of `{reference}` has another name"),
        ));
    }

    let files: Vec<String> = container
        .under(folder)
        .filter(|name| has_ending(name, "jca"))
        .map(str::to_owned)
        .collect();
    let mut adapters = HashMap::new();
    let mut known = HashSet::new();
    let used = used_applications(&document);
    for path in files {
        let Some(source) = tolerate(container.text(&path, budget), &mut integration.oddities)?
        else {
            continue;
        };
        if let (Some(adapter), Some(application)) =
            (adapter_file::adapter(&source), application_of(&path))
        {
            adapters
                .entry(application.to_owned())
                .or_insert_with(|| adapter.to_owned());
        }
        // Endpoints that were taken out of the flow leave their files behind.
        let used = application_of(&path).is_none_or(|own| used.contains(own));
        if used
            && source.contains(adapter_file::COLLOCATED)
            && let Some(document) = tolerate(parse(&path, &source), &mut integration.oddities)?
            && let Some(call) = adapter_file::call(&document, scope)
            && known.insert(call.clone())
        {
            integration.calls.push(call);
        }
    }
    for (endpoint, application) in integration.endpoints.iter_mut().zip(&applications) {
        endpoint.adapter = adapters.get(application).cloned();
    }
    if budget.design {
        let design = design::read(container, folder, &document, &mut integration, budget)?;
        integration.design = Some(Arc::new(design));
    }
    Ok(integration)
}

/// The endpoints that the flow refers to; in basic routing all that the model has.
fn used_applications<'tree>(document: &'tree Document<'_>) -> HashSet<&'tree str> {
    let flow = child(document.root_element(), "icsflow");
    match flow.and_then(|flow| child(flow, "orchestration")) {
        Some(orchestration) => orchestration
            .descendants()
            .filter_map(|node| node.attribute("refUri"))
            .filter_map(|reference| reference.split('/').next())
            .collect(),
        None => flow
            .into_iter()
            .flat_map(|flow| children(flow, "application"))
            .filter_map(|node| node.attribute("name"))
            .collect(),
    }
}

/// Notes the lookups that the design names and the archive does not hold.
pub(crate) fn note_lookups(integration: &mut Integration, lookups: &[Lookup]) {
    let missing: Vec<&String> = integration
        .lookups_named
        .iter()
        .filter(|name| !lookups.iter().any(|lookup| lookup.name == **name))
        .collect();
    for name in missing {
        integration.oddities.push(Oddity::new(
            OddityKind::Missing,
            format!("the flow uses the lookup `{name}`, which is not in the archive"),
        ));
    }
}

/// `application_13` in `…/resources/application_13/outbound_14/…`.
fn application_of(path: &str) -> Option<&str> {
    path.split('/')
        .find(|part| part.starts_with("application_"))
}

/// Takes the adapters over from the bundled connections, which are the better source: endpoint
/// files of some adapters write other ids (recorded: `REST` for `rest`).
pub(crate) fn take_adapters(integration: &mut Integration, connections: &[Connection]) {
    let bundled: HashMap<&str, &str> = connections
        .iter()
        .filter(|connection| !connection.adapter.is_empty())
        .map(|connection| (connection.code.as_str(), connection.adapter.as_str()))
        .collect();
    for endpoint in &mut integration.endpoints {
        if let Some(adapter) = bundled.get(endpoint.connection.as_str()) {
            endpoint.adapter = Some((*adapter).to_owned());
        }
    }
}

fn model(
    path: &str,
    document: &Document<'_>,
    scope: &Scope,
) -> Result<(Integration, Vec<String>), ArchiveError> {
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
    let flow = child(root, "icsflow");
    let applications: Vec<Node<'_, '_>> = flow
        .into_iter()
        .flat_map(|flow| children(flow, "application"))
        .collect();
    let mut endpoints = Vec::new();
    let mut names = Vec::new();
    for application in &applications {
        if let Some(endpoint) = endpoint(*application) {
            endpoints.push(endpoint);
            names.push(application.attribute("name").unwrap_or_default().to_owned());
        }
    }
    let exchange = applications
        .iter()
        .find(|node| child_text(**node, "role").as_deref() == Some("source"))
        .and_then(|node| child_text(*node, "mep"));
    let model_version = root.attribute("version").map(str::to_owned);
    let mut oddities = Vec::new();
    if own("projectHasErrors").as_deref() == Some("true") {
        oddities.push(Oddity::at(
            OddityKind::Incomplete,
            path,
            "the integration was exported with errors",
        ));
    }
    let percent_complete = own("percentComplete").and_then(|percent| percent.parse().ok());
    if let Some(percent) = percent_complete.filter(|percent: &u8| *percent < 100) {
        oddities.push(Oddity::at(
            OddityKind::Incomplete,
            path,
            format!("the integration is {percent} % complete"),
        ));
    }
    let integration = Integration {
        scope: scope.clone(),
        name: own("projectName").unwrap_or_else(|| reference.code.clone()),
        reference,
        description: own("projectDescription"),
        style: style(root, flow, exchange.as_deref()),
        state: None,
        transient_state: None,
        package: None,
        keywords: Vec::new(),
        tracking_name: None,
        percent_complete,
        service_version: None,
        exported_at: None,
        updated: None,
        updated_by: None,
        endpoints,
        lookups: Vec::new(),
        lookups_named: Vec::new(),
        libraries: Vec::new(),
        calls: Vec::new(),
        scheduled: false,
        exchange,
        generation: generation::infer(false, model_version.as_deref(), None),
        model_version,
        created_with: None,
        changed_with: None,
        oddities,
        design: None,
    };
    Ok((integration, names))
}

/// The style, by the recorded marks: wires and no orchestration is basic routing, a schedule or a
/// subscription starts the flow, else the exchange of the trigger decides.
fn style(root: Node<'_, '_>, flow: Option<Node<'_, '_>>, exchange: Option<&str>) -> Style {
    let holds = |name: &str| {
        flow.is_some_and(|flow| {
            flow.descendants()
                .any(|node| node.tag_name().name() == name)
        })
    };
    let template = root
        .attribute("modelType")
        .is_some_and(|kind| kind.eq_ignore_ascii_case("template"));
    let wired = flow.is_some_and(|flow| child(flow, "wire").is_some());
    let orchestrated = flow.is_some_and(|flow| child(flow, "orchestration").is_some());
    if wired && (template || !orchestrated) {
        Style::BasicRouting
    } else if holds("scheduleReceive") {
        Style::Scheduled
    } else if holds("subscribe") {
        Style::Event
    } else if exchange == Some("push-sync") {
        Style::AppDrivenSync
    } else {
        Style::AppDrivenAsync
    }
}

fn endpoint(application: Node<'_, '_>) -> Option<Endpoint> {
    let adapter = child(application, "adapter")?;
    let side = child(application, "outbound").or_else(|| child(application, "inbound"));
    Some(Endpoint {
        connection: child_text(adapter, "code")?,
        name: child_text(adapter, "name").unwrap_or_default(),
        role: if child_text(application, "role").as_deref() == Some("source") {
            EndpointRole::Trigger
        } else {
            EndpointRole::Invoke
        },
        adapter: None,
        operation: side.and_then(|node| child_text(node, "operation")),
    })
}
