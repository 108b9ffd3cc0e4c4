//! The parts around integrations that integration archives and project archives share, in folders
//! of different names.

use serde::Deserialize;
use waybill_model::Scope;

use crate::container::Container;
use crate::limits::Budget;
use crate::oddity::tolerate;
use crate::xml::{child_text, parse};
use crate::{
    ArchiveError, Connection, EventType, Lookup, Oddity, TradingDocument, connection, lookup,
};

/// Reads the connections right in a folder.
pub(crate) fn connections(
    container: &mut Container<'_>,
    folder: &str,
    scope: &Scope,
    oddities: &mut Vec<Oddity>,
    budget: &mut Budget,
) -> Result<Vec<Connection>, ArchiveError> {
    let mut found = Vec::new();
    for path in container.files(folder, "xml") {
        let one = container
            .text(&path, budget)
            .and_then(|source| connection::read(&path, &source, scope));
        found.extend(tolerate(one, oddities)?);
    }
    Ok(found)
}

/// Reads the lookups right in a folder.
pub(crate) fn lookups(
    container: &mut Container<'_>,
    folder: &str,
    scope: &Scope,
    oddities: &mut Vec<Oddity>,
    budget: &mut Budget,
) -> Result<Vec<Lookup>, ArchiveError> {
    let mut found = Vec::new();
    for path in container.files(folder, "dvm") {
        let one = container
            .text(&path, budget)
            .and_then(|source| lookup::read_dvm(&path, &source, scope));
        found.extend(tolerate(one, oddities)?);
    }
    Ok(found)
}

#[derive(Deserialize)]
struct Event {
    code: String,
    #[serde(default)]
    name: Option<String>,
    #[serde(default)]
    revision: Option<serde_json::Value>,
}

/// Reads the types of events right in a folder.
pub(crate) fn events(
    container: &mut Container<'_>,
    folder: &str,
    oddities: &mut Vec<Oddity>,
    budget: &mut Budget,
) -> Result<Vec<EventType>, ArchiveError> {
    let mut found = Vec::new();
    for path in container.files(folder, "json") {
        let one = container.read(&path, budget).and_then(|bytes| {
            serde_json::from_slice::<Event>(&bytes)
                .map_err(|error| ArchiveError::file(&path, error))
        });
        found.extend(tolerate(one, oddities)?.map(|event| EventType {
            name: event.name.unwrap_or_else(|| event.code.clone()),
            code: event.code,
            revision: event.revision.map(|revision| match revision {
                serde_json::Value::String(text) => text,
                other => other.to_string(),
            }),
        }));
    }
    Ok(found)
}

/// Reads the documents and schemas of B2B right in a folder.
pub(crate) fn documents(
    container: &mut Container<'_>,
    folder: &str,
    oddities: &mut Vec<Oddity>,
    budget: &mut Budget,
) -> Result<Vec<TradingDocument>, ArchiveError> {
    let mut found = Vec::new();
    for path in container.files(folder, "xml") {
        let one = container
            .text(&path, budget)
            .and_then(|source| document(&path, &source));
        found.extend(tolerate(one, oddities)?);
    }
    Ok(found)
}

fn document(path: &str, source: &str) -> Result<TradingDocument, ArchiveError> {
    let document = parse(path, source)?;
    let root = document.root_element();
    let code = child_text(root, "identifier")
        .or_else(|| child_text(root, "name"))
        .ok_or_else(|| ArchiveError::file(path, "the B2B document has no identifier"))?;
    Ok(TradingDocument {
        name: child_text(root, "name").unwrap_or_else(|| code.clone()),
        code,
        standard: child_text(root, "standard"),
        path: path.to_owned(),
    })
}
