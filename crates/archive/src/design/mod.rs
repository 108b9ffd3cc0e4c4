//! What an integration does: its flow as a tree, its maps and expressions.
//!
//! The shape is recorded from exports of 2016 to 2026; Oracle documents none of it. What is not
//! known is kept as [`StepKind::Unknown`] and told as an oddity, never dropped in silence.

mod expression;
mod flow;
mod lookups;
mod map;
mod map_walk;
mod parts;
mod step;
mod stitch;
mod wiring;

use std::collections::BTreeMap;

use roxmltree::{Document, Node};

pub use expression::Expression;
pub use map::{Field, Map, MapSource};
pub use step::{Step, StepKind, Text};

use crate::container::{Container, has_ending};
use crate::limits::Budget;
use crate::oddity::tolerate;
use crate::xml::{child, child_text, children, parse};
use crate::{ArchiveError, EndpointRole, Integration, Oddity, OddityKind, adapter_file};
use parts::Parts;

/// The file that describes files: how they are read, with an uploaded sample.
const FORMAT: &str = "nxsdmetadata.properties";

/// The design of one integration.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Design {
    /// The flow, in order. Basic routing, which has wires instead, is told as the same tree.
    pub steps: Vec<Step>,
    /// Uses of connections with their settings, by their id in the model (`application_13`).
    pub endpoints: Vec<EndpointDesign>,
    /// The maps, by their path in the archive.
    pub maps: BTreeMap<String, Map>,
    /// The tracking variables that are set, the primary one first.
    pub tracking: Vec<TrackingVariable>,
    /// The parameters of a scheduled integration with their defaults.
    pub schedule_parameters: Vec<Parameter>,
    /// The integration properties with their values.
    pub properties: Vec<Parameter>,
}

/// One use of a connection, with the settings of its adapter file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EndpointDesign {
    /// Its id in the model; the number in it is not the same in every export.
    pub id: String,
    /// What it is called in the flow.
    pub name: String,
    /// Its description.
    pub description: Option<String>,
    /// The code of the connection.
    pub connection: String,
    /// Its side.
    pub role: EndpointRole,
    /// How messages are exchanged (`push-sync`, `fire-and-forget`, `pull`).
    pub exchange: Option<String>,
    /// The operation.
    pub operation: Option<String>,
    /// The settings, in the order of the file. Samples of messages, which may be personal data,
    /// are among them.
    pub settings: Vec<(String, String)>,
    /// The path of its adapter file, where it has one.
    pub path: Option<String>,
    /// Descriptions of the files it reads or writes, as JSON; they hold uploaded samples.
    pub formats: Vec<String>,
}

/// A business identifier by which runs are found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TrackingVariable {
    /// Its name.
    pub name: String,
    /// Where its value comes from.
    pub xpath: Option<String>,
    /// It is the one that lists show.
    pub primary: bool,
}

/// A named value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Parameter {
    /// Its name.
    pub name: String,
    /// Its value or default, as an expression.
    pub value: String,
}

/// Reads the design of the integration in `folder`, whose model is `document`.
pub(crate) fn read(
    container: &mut Container<'_>,
    folder: &str,
    document: &Document<'_>,
    integration: &mut Integration,
    budget: &mut Budget,
) -> Result<Design, ArchiveError> {
    let mut design = Design::default();
    let Some(model) = child(document.root_element(), "icsflow") else {
        return Ok(design);
    };
    let oddities = &mut integration.oddities;
    design.endpoints = endpoints(container, folder, model, oddities, budget)?;
    let mut parts = Parts::new(container, folder, model, budget);
    design.steps = match child(model, "orchestration") {
        Some(orchestration) => flow::read(orchestration, &design.endpoints, &mut parts)?,
        None => wiring::read(model, &design.endpoints, &mut parts)?,
    };
    oddities.append(&mut parts.oddities);
    design.maps = std::mem::take(&mut parts.maps);
    design.tracking = tracking(model);
    collect_parameters(&mut design);
    integration.lookups_named = lookups::named(&design);
    Ok(design)
}

fn endpoints(
    container: &mut Container<'_>,
    folder: &str,
    model: Node<'_, '_>,
    oddities: &mut Vec<Oddity>,
    budget: &mut Budget,
) -> Result<Vec<EndpointDesign>, ArchiveError> {
    let mut found = Vec::new();
    for application in children(model, "application") {
        let Some(adapter) = child(application, "adapter") else {
            continue;
        };
        let id = application.attribute("name").unwrap_or_default().to_owned();
        let side = child(application, "outbound").or_else(|| child(application, "inbound"));
        let files: Vec<String> = container
            .under(&format!("{folder}resources/{id}/"))
            .filter(|path| has_ending(path, "jca"))
            .map(str::to_owned)
            .collect();
        let mut settings = Vec::new();
        let formats = formats(
            container,
            &format!("{folder}resources/{id}/"),
            oddities,
            budget,
        )?;
        let path = files.first().cloned();
        for path in files {
            let read = container.text(&path, budget).and_then(|source| {
                let document = parse(&path, &source)?;
                Ok(adapter_file::settings(&document))
            });
            settings.extend(tolerate(read, oddities)?.unwrap_or_default());
        }
        // What the model says beside the adapter's file: events, documents of B2B.
        for node in application.descendants() {
            let own = match node.tag_name().name() {
                "property" => node.attribute("name").zip(node.attribute("value")),
                "eventType" => node.attribute("name").map(|name| ("event", name)),
                _ => None,
            };
            settings.extend(own.map(|(name, value)| (name.to_owned(), value.to_owned())));
        }
        found.push(EndpointDesign {
            id,
            name: child_text(adapter, "name").unwrap_or_default(),
            description: child_text(adapter, "description"),
            connection: child_text(adapter, "code").unwrap_or_default(),
            role: if child_text(application, "role").as_deref() == Some("source") {
                EndpointRole::Trigger
            } else {
                EndpointRole::Invoke
            },
            exchange: child_text(application, "mep"),
            operation: side.and_then(|node| child_text(node, "operation")),
            settings,
            path,
            formats,
        });
    }
    Ok(found)
}

fn formats(
    container: &mut Container<'_>,
    folder: &str,
    oddities: &mut Vec<Oddity>,
    budget: &mut Budget,
) -> Result<Vec<String>, ArchiveError> {
    let paths: Vec<String> = container
        .under(folder)
        .filter(|path| path.ends_with(FORMAT))
        .map(str::to_owned)
        .collect();
    let mut found = Vec::new();
    for path in paths {
        if let Some(text) = tolerate(container.text(&path, budget), oddities)? {
            budget.keep(text.as_bytes())?;
            found.push(text);
        }
    }
    Ok(found)
}

fn tracking(model: Node<'_, '_>) -> Vec<TrackingVariable> {
    let mut found: Vec<TrackingVariable> = Vec::new();
    for variable in model
        .descendants()
        .filter(|node| node.tag_name().name() == "trackingVariable")
    {
        let one = TrackingVariable {
            name: child_text(variable, "name").unwrap_or_default(),
            xpath: child_text(variable, "xpath"),
            primary: child_text(variable, "primary").as_deref() == Some("true"),
        };
        // Unset ones are always there, under their technical names.
        if one.xpath.is_some() && found.len() < 100 && !found.contains(&one) {
            found.push(one);
        }
    }
    found.sort_by_key(|one| !one.primary);
    found
}

fn collect_parameters(design: &mut Design) {
    fn gather(steps: &[Step], schedule: &mut Vec<Parameter>, own: &mut Vec<Parameter>) {
        for step in steps {
            let to = match step.kind {
                StepKind::ScheduleReceive => &mut *schedule,
                StepKind::IntegrationProperties => &mut *own,
                _ => {
                    gather(&step.children, schedule, own);
                    continue;
                }
            };
            for expression in &step.expressions {
                if let Some(name) = &expression.variable {
                    to.push(Parameter {
                        name: name.clone(),
                        value: expression.xpath.clone(),
                    });
                }
            }
        }
    }
    gather(
        &design.steps,
        &mut design.schedule_parameters,
        &mut design.properties,
    );
}

/// An oddity about something that is not known.
fn unknown(path: &str, words: String) -> Oddity {
    Oddity::at(OddityKind::Unknown, path, words)
}
