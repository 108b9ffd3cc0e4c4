//! The meaning of an integration.

use std::collections::{BTreeSet, HashMap};

use waybill_model::{Area, ArtifactId, ArtifactKind};

use super::node::{self, Node, Parts};
use super::prefixes::Prefixes;
use super::sheet::Sheet;
use super::value::{self, Sort, Value};
use super::{Endpoint, Meaning};
use crate::{
    Contents, Design, EndpointDesign, EndpointRole, Integration, Reference, Step, StepKind, Style,
};

/// Settings that the service writes for itself, or copies from the connection's own.
const VOLATILE: [&str; 14] = [
    "csfkey",
    "csfmap",
    "lastsaved",
    "operationpath",
    "integration_created",
    "sourcewsdlsignature",
    "cloud.adapter.plugin.version",
    "cloud.adapter.sdk.version",
    "pluginversion",
    "sdkversion",
    "updatepluginversion",
    "platformversion",
    "has-mappings",
    "dependent-dvms",
];

pub(super) fn volatile(name: &str) -> bool {
    let name = name.to_ascii_lowercase();
    VOLATILE.contains(&name.as_str())
}

pub(super) fn of(contents: &Contents, id: &ArtifactId) -> Option<Meaning> {
    let reference = Reference::new(&id.code, id.version.as_deref().unwrap_or_default());
    let integration = contents
        .integrations
        .iter()
        .find(|one| one.scope == id.scope && one.reference == reference)?;
    let design = integration.design.as_deref()?;
    let mut meaning = Meaning::empty(ArtifactKind::Integration);
    meaning.values = about(integration);
    told(design, &mut meaning.values);
    value::tidy(&mut meaning.values);
    meaning.endpoints = endpoints(&design.endpoints);
    let mut build = Build {
        design,
        names: design
            .endpoints
            .iter()
            .map(|endpoint| (endpoint.id.as_str(), endpoint.name.as_str()))
            .collect(),
        next: 0,
    };
    meaning.steps = build.nodes(&design.steps);
    Some(meaning)
}

fn about(integration: &Integration) -> Vec<Value> {
    let value = |name: &str, text: &str| Value::new(Area::About, name, text);
    let state = |name: &str, text: Option<&String>| {
        let mut state =
            Value::new(Area::State, name, text.map_or("", String::as_str)).sort(Sort::State);
        if text.is_none() {
            state.text = None;
        }
        state
    };
    // Empty is told too: nobody has it open.
    let value_of_state = |name: &str, text: Option<&String>| {
        Value::new(Area::State, name, text.map_or("", String::as_str)).sort(Sort::State)
    };
    let style = match integration.style {
        Style::AppDrivenSync => "Called, answers",
        Style::AppDrivenAsync => "Called, does not answer",
        Style::Scheduled => "Scheduled",
        Style::Event => "Event subscription",
        Style::BasicRouting => "Basic routing",
    };
    let keywords: BTreeSet<&str> = integration.keywords.iter().map(String::as_str).collect();
    vec![
        value("Name", &integration.name),
        value(
            "Description",
            integration.description.as_deref().unwrap_or_default(),
        ),
        value("Style", style),
        value(
            "Exchange",
            integration.exchange.as_deref().unwrap_or_default(),
        ),
        value(
            "Keywords",
            &keywords.into_iter().collect::<Vec<_>>().join(", "),
        ),
        value(
            "Tracking name",
            integration.tracking_name.as_deref().unwrap_or_default(),
        ),
        state("State", integration.state.as_ref()),
        value_of_state("Transient state", integration.transient_state.as_ref()),
        state("Package", integration.package.as_ref()),
    ]
}

fn told(design: &Design, to: &mut Vec<Value>) {
    for (area, list) in [
        (Area::Parameters, &design.schedule_parameters),
        (Area::Properties, &design.properties),
    ] {
        for parameter in list {
            let mut value = Value::new(area, &parameter.name, &parameter.value);
            value.expression = true;
            to.push(value);
        }
    }
    for variable in &design.tracking {
        let mut text = variable.xpath.clone().unwrap_or_default();
        if variable.primary {
            text.push_str(" (primary)");
        }
        to.push(Value::new(Area::Tracking, &variable.name, text));
    }
}

fn endpoints(designs: &[EndpointDesign]) -> Vec<Endpoint> {
    let mut found: Vec<Endpoint> = designs
        .iter()
        .map(|endpoint| {
            let role = match endpoint.role {
                EndpointRole::Trigger => "trigger",
                EndpointRole::Invoke => "invoke",
            };
            let text = |text: &Option<String>| text.clone().unwrap_or_default();
            let operation = text(&endpoint.operation);
            let mut values = vec![
                Value::new(Area::Endpoint, node::NAME, &endpoint.name),
                Value::new(Area::Endpoint, "Role", role),
                Value::new(Area::Endpoint, "Description", text(&endpoint.description)),
                Value::new(Area::Endpoint, "Connection", &endpoint.connection),
                Value::new(Area::Endpoint, "Exchange", text(&endpoint.exchange)),
                Value::new(Area::Endpoint, "Operation", &operation),
            ];
            settings(&endpoint.settings, Area::Endpoint, &mut values);
            formats(&endpoint.formats, Area::Endpoint, &mut values);
            value::tidy(&mut values);
            Endpoint {
                name: endpoint.name.clone(),
                sort: [role.to_owned(), endpoint.connection.clone(), operation],
                values,
            }
        })
        .collect();
    found.sort_by(|one, other| (&one.sort[0], &one.name).cmp(&(&other.sort[0], &other.name)));
    found
}

fn settings(settings: &[(String, String)], area: Area, to: &mut Vec<Value>) {
    for (name, text) in settings {
        if volatile(name) {
            continue;
        }
        let mut value = Value::new(area, name, text).sort(Sort::Hosted);
        if text.starts_with("%%") {
            value.text = None;
        }
        to.push(value);
    }
}

/// The descriptions of files, in which the order of keys says nothing. They are long and hold
/// samples: only that they differ is told.
fn formats(formats: &[String], area: Area, to: &mut Vec<Value>) {
    for text in formats {
        let sorted = serde_json::from_str::<serde_json::Value>(text)
            .map_or_else(|_| text.clone(), |value| value.to_string());
        let mut value = Value::new(area, "File format", sorted);
        value.bare = true;
        to.push(value);
    }
}

struct Build<'design> {
    design: &'design Design,
    names: HashMap<&'design str, &'design str>,
    next: usize,
}

impl Build<'_> {
    fn nodes(&mut self, steps: &[Step]) -> Vec<Node> {
        steps
            .iter()
            .enumerate()
            .map(|(index, step)| self.node(step, &steps[index + 1..]))
            .collect()
    }

    fn node(&mut self, step: &Step, following: &[Step]) -> Node {
        let id = self.next;
        self.next += 1;
        let mut values = Vec::new();
        let name = step.name.as_deref().unwrap_or_default();
        values.push(Value::new(node::AREA, node::NAME, name));
        values.push(Value::new(
            node::AREA,
            "Description",
            step.description.as_deref().unwrap_or_default(),
        ));
        if let Some(endpoint) = &step.endpoint {
            let endpoint = self
                .names
                .get(endpoint.as_str())
                .copied()
                .unwrap_or_default();
            values.push(Value::new(node::AREA, "Endpoint", endpoint));
        }
        settings(&step.settings, node::AREA, &mut values);
        formats(&step.formats, node::AREA, &mut values);
        let mut order = Vec::new();
        // Parameters and properties are told by themselves.
        let apart = matches!(
            step.kind,
            StepKind::ScheduleReceive | StepKind::IntegrationProperties
        );
        for expression in &step.expressions {
            if apart && expression.variable.is_some() {
                continue;
            }
            let known = Prefixes::of_list(&expression.namespaces);
            let named = if expression.role.is_empty() {
                "Expression"
            } else {
                &expression.role
            };
            let text = if expression.xpath.is_empty() {
                &expression.text
            } else {
                &expression.xpath
            };
            let mut value = Value::expression(node::AREA, named, text, &known);
            value.secret = expression
                .variable
                .as_deref()
                .is_some_and(super::shown::secret_name)
                && super::shown::is_value(text);
            values.push(value);
            if let Some(variable) = &expression.variable {
                values.push(Value::new(
                    node::AREA,
                    format!("Variable of {named}"),
                    variable,
                ));
            }
            if step.kind == StepKind::Stitch {
                order.push(named.to_owned());
            }
        }
        for text in &step.texts {
            values.push(Value::new(node::AREA, &text.role, &text.text));
        }
        values.retain(|value| value.text.is_none() || !value.counting().is_empty());
        let sheet = step
            .map
            .as_ref()
            .and_then(|path| self.design.maps.get(path))
            .map(Sheet::of);
        let label = if name.is_empty() {
            self.label(step, following, sheet.as_ref())
        } else {
            name.to_owned()
        };
        let children = self.nodes(&step.children);
        Node::new(
            id,
            Parts {
                kind: node::words(&step.kind).to_owned(),
                label,
                values,
                order,
                sheet,
            },
            children,
        )
    }

    /// What a person calls a step without name: a map by what it is for.
    fn label(&self, step: &Step, following: &[Step], sheet: Option<&Sheet>) -> String {
        if step.kind != StepKind::Map {
            return String::new();
        }
        let next = following.first().and_then(|next| {
            next.name.clone().or_else(|| {
                let endpoint = next.endpoint.as_deref()?;
                self.names.get(endpoint).map(|name| (*name).to_owned())
            })
        });
        match next.or_else(|| sheet.and_then(|sheet| sheet.target.clone())) {
            Some(target) => format!("Map to {target}"),
            None => String::new(),
        }
    }
}
