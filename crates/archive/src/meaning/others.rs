//! The meaning of everything but integrations.

use waybill_model::{Area, ArtifactId, ArtifactKind};

use super::integration::volatile;
use super::table::Table;
use super::value::{self, Sort, Value};
use super::{Meaning, Source, scripts};
use crate::{Connection, Contents, Library, Project, Schedule};

pub(super) fn of(contents: &Contents, id: &ArtifactId) -> Option<Meaning> {
    let mut meaning = Meaning::empty(id.kind);
    let versioned = |code: &str, version: &str| {
        code == id.code && id.version.as_deref().unwrap_or_default() == version
    };
    match id.kind {
        ArtifactKind::Connection => {
            let own = contents
                .connections
                .iter()
                .find(|one| one.scope == id.scope && one.code == id.code)?;
            meaning.values = connection(own);
        }
        ArtifactKind::Lookup => {
            let own = contents
                .lookups
                .iter()
                .find(|one| one.scope == id.scope && one.name == id.code)?;
            meaning.values = vec![text(Area::About, "Description", own.description.as_ref())];
            meaning.table = Some(Table::of(own));
        }
        ArtifactKind::Library => {
            let own = contents.libraries.iter().find(|one| {
                one.scope == id.scope
                    && versioned(&one.code, one.version.as_deref().unwrap_or_default())
            })?;
            library(own, &mut meaning);
        }
        ArtifactKind::Schedule => {
            let own = contents.schedules.iter().find(|one| {
                one.scope == id.scope && versioned(&one.integration.code, &one.integration.version)
            })?;
            meaning.values = schedule(own);
        }
        ArtifactKind::Package => {
            let own = contents.packages.iter().find(|one| one.name == id.code)?;
            meaning.values = own
                .integrations
                .iter()
                .map(|one| Value::bare(Area::Members, one.to_string()))
                .collect();
        }
        ArtifactKind::Project => {
            let own = contents.projects.iter().find(|one| one.code == id.code)?;
            project(own, contents, &mut meaning);
        }
        ArtifactKind::Deployment => {
            let project = id.scope.project()?;
            let own = contents
                .projects
                .iter()
                .find(|one| one.code == project)?
                .deployments
                .iter()
                .find(|one| one.code == id.code)?;
            meaning.values = own
                .integrations
                .iter()
                .map(|one| Value::bare(Area::Members, one.to_string()))
                .collect();
            meaning
                .values
                .push(Value::new(Area::About, "Name", &own.name));
        }
        _ => return None,
    }
    value::tidy(&mut meaning.values);
    Some(meaning)
}

fn text(area: Area, name: &str, text: Option<&String>) -> Value {
    Value::new(area, name, text.map_or("", String::as_str))
}

fn connection(own: &Connection) -> Vec<Value> {
    let mut values = vec![
        Value::new(Area::About, "Name", &own.name),
        text(Area::About, "Description", own.description.as_ref()),
        Value::new(Area::Connection, "Adapter", &own.adapter),
        text(Area::Connection, "Role", own.role.as_ref()),
        text(
            Area::Connection,
            "Security policy",
            own.security_policy.as_ref(),
        ),
        text(Area::Connection, "Agent group", own.agent_group.as_ref()),
        Value::new(
            Area::Connection,
            "Private endpoint",
            if own.private_endpoint { "yes" } else { "" },
        ),
        text(Area::State, "State", own.status.as_ref()).sort(Sort::State),
    ];
    for property in &own.properties {
        if volatile(&property.name) {
            continue;
        }
        let text = property.value.clone().unwrap_or_default();
        let mut value =
            Value::new(Area::Connection, &property.name, text.clone()).sort(Sort::Environment);
        if property.withheld || text.starts_with("%%") {
            value.text = None;
            value.secret = property.withheld;
        }
        values.push(value);
    }
    for attachment in &own.attachments {
        let named = format!("{} {}", attachment.property, attachment.name);
        let design = ["wsdl", "schema", "catalog", "xsd"]
            .iter()
            .any(|part| attachment.property.to_ascii_lowercase().contains(part));
        let mut value = text(
            Area::Attachments,
            named.trim(),
            attachment.signature.as_ref(),
        );
        value.sort = if design {
            Sort::Design
        } else {
            Sort::Environment
        };
        // The signature tells that the file is another one, which is all there is to say.
        value.bare = true;
        if attachment.signature.is_none() {
            value.text = None;
        }
        values.push(value);
    }
    values
}

fn library(own: &Library, meaning: &mut Meaning) {
    (meaning.values, meaning.scripts) = scripts::of(own);
    meaning
        .values
        .push(text(Area::About, "Description", own.description.as_ref()));
}

fn schedule(own: &Schedule) -> Vec<Value> {
    let value = |name: &str, own: Option<&String>| text(Area::Schedule, name, own);
    let mut values: Vec<Value> = own
        .details
        .iter()
        .map(|(name, text)| {
            // A single date is a start; days and counts are the rhythm.
            let sort = if name.starts_with("include-date") {
                Sort::Environment
            } else {
                Sort::Design
            };
            Value::new(Area::Schedule, name, text).sort(sort)
        })
        .collect();
    values.extend([
        Value::new(Area::About, "Name", &own.name),
        value("Recurrence", own.expression.as_ref()),
        value("Frequency", own.frequency.as_ref()),
        value("Interval", own.interval.as_ref()),
        value("Time zone", own.time_zone.as_ref()).sort(Sort::Environment),
        value("Start", own.start.as_ref()).sort(Sort::Environment),
        value("End", own.end.as_ref()).sort(Sort::Environment),
    ]);
    values
}

/// A project is what it is made of. An archive of one deployment holds a part of it.
fn project(own: &Project, contents: &Contents, meaning: &mut Meaning) {
    meaning.values = vec![
        Value::new(Area::About, "Name", &own.name),
        text(Area::About, "Description", own.description.as_ref()),
        text(Area::State, "State", own.status.as_ref()).sort(Sort::State),
    ];
    let inside = contents.catalogue();
    for artifact in &inside.artifacts {
        if artifact.id.scope.project() == Some(own.code.as_str()) {
            let named = format!("{} {}", artifact.id.kind.name(), artifact.id.wire());
            meaning.values.push(Value::bare(Area::Members, named));
        }
    }
    let integrations = contents
        .integrations
        .iter()
        .filter(|one| one.scope.project() == Some(own.code.as_str()));
    if let [deployment] = own.deployments.as_slice()
        && integrations
            .map(|one| &one.reference)
            .all(|reference| deployment.integrations.contains(reference))
    {
        meaning.source = Source::Part(deployment.code.clone());
    }
}
