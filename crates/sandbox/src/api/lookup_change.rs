//! Lookups changing: from JSON and from the files of their exports.

use std::sync::Arc;

use axum::http::StatusCode;
use serde_json::Value;
use waybill_archive::ArchiveKind;

use super::call::{
    Answer, Call, Refusal, Verb, bad, bare, conflict, locked, made, not_allowed, not_found, refuse,
    silent,
};
use super::carried::opened;
use super::desk::{Desk, changed};
use super::integration_import::text_in;
use crate::load;
use crate::store::Lookup;
use crate::wire::{self, encode_segment};

pub(crate) fn change(desk: &mut Desk<'_>, call: &Call<'_>, path: &[&str]) -> Answer {
    match (call.verb, path) {
        (Verb::Post, []) => create(desk, call),
        (Verb::Post | Verb::Put, ["archive"]) => import(desk, call),
        (Verb::Put, [name]) => update(desk, call, name),
        (Verb::Post, [name, "clone"]) => clone(desk, call, name),
        (Verb::Delete, [name]) => delete(desk, call, name),
        (_, [] | [_] | [_, "archive" | "clone"]) => Err(not_allowed()),
        _ => Err(not_found("Resource")),
    }
}

fn show(desk: &Desk<'_>, call: &Call<'_>, name: &str) -> Answer {
    let one = desk
        .shown()?
        .lookups
        .get(name)
        .ok_or_else(|| not_found("Lookup"))?;
    Ok(call.show(&wire::lookup(one, desk.place(), true)))
}

fn free(desk: &Desk<'_>, name: &str) -> Result<(), Refusal> {
    if desk.shown()?.lookups.contains_key(name) {
        Err(conflict(&format!("Lookup {name} already exists.")))
    } else {
        Ok(())
    }
}

/// Columns and rows of a body: two columns at least (documented), a cell for each column.
fn table(body: &Value) -> Result<(Vec<String>, Vec<Vec<String>>), Refusal> {
    let texts = |list: &Value| -> Option<Vec<String>> {
        list.as_array()?
            .iter()
            .map(|cell| match cell {
                Value::Null => Some(String::new()),
                other => other.as_str().map(str::to_owned),
            })
            .collect()
    };
    let columns = body
        .get("columns")
        .and_then(texts)
        .ok_or_else(|| bad("columns has to be a list of texts."))?;
    if columns.len() < 2 || columns.iter().any(String::is_empty) {
        return Err(bad("A lookup needs two columns with names."));
    }
    if (1..columns.len()).any(|last| columns[..last].contains(&columns[last])) {
        return Err(bad("Two columns have the same name."));
    }
    let rows = match body.get("rows") {
        None | Some(Value::Null) => Vec::new(),
        Some(rows) => rows
            .as_array()
            .and_then(|rows| {
                rows.iter()
                    .map(|row| row.get("rowData").and_then(texts))
                    .collect::<Option<Vec<_>>>()
            })
            .ok_or_else(|| bad("rows has to be a list of rowData."))?,
    };
    if rows.iter().any(|row| row.len() != columns.len()) {
        return Err(bad("A row has not one cell for each column."));
    }
    Ok((columns, rows))
}

fn create(desk: &mut Desk<'_>, call: &Call<'_>) -> Answer {
    desk.may_edit(call)?;
    let body = call.json()?;
    let name = text_in(&body, "name")?;
    let (columns, rows) = table(&body)?;
    free(desk, name)?;
    let one = Lookup {
        name: name.to_owned(),
        description: body
            .get("description")
            .and_then(Value::as_str)
            .unwrap_or_default()
            .to_owned(),
        columns,
        rows,
        status: "CONFIGURED".to_owned(),
        audit: desk.fresh(),
        lock: None,
        csv: None,
    };
    desk.space()?.lookups.insert(name.to_owned(), one);
    show(desk, call, name)
}

fn update(desk: &mut Desk<'_>, call: &Call<'_>, name: &str) -> Answer {
    desk.may_edit(call)?;
    let body = call.json()?;
    let (who, now) = (desk.who, desk.now);
    let one = desk
        .space()?
        .lookups
        .get_mut(name)
        .ok_or_else(|| not_found("Lookup"))?;
    if one.lock.is_some() {
        return Err(locked("Lookup"));
    }
    if body
        .get("name")
        .and_then(Value::as_str)
        .is_some_and(|other| other != name)
    {
        return Err(bad("A lookup cannot be renamed."));
    }
    let (columns, rows) = table(&body)?;
    one.columns = columns;
    one.rows = rows;
    one.csv = None;
    if let Some(text) = body.get("description").and_then(Value::as_str) {
        text.clone_into(&mut one.description);
    }
    changed(&mut one.audit, who, now);
    show(desk, call, name)
}

fn clone(desk: &mut Desk<'_>, call: &Call<'_>, name: &str) -> Answer {
    desk.may_edit(call)?;
    let body = call.json()?;
    let audit = desk.fresh();
    let source = desk
        .shown()?
        .lookups
        .get(name)
        .ok_or_else(|| not_found("Lookup"))?;
    let new = text_in(&body, "name")?;
    free(desk, new)?;
    let mut copy = Lookup {
        name: new.to_owned(),
        audit,
        lock: None,
        csv: None,
        ..source.clone()
    };
    if let Some(text) = body.get("description").and_then(Value::as_str) {
        text.clone_into(&mut copy.description);
    }
    desk.space()?.lookups.insert(new.to_owned(), copy);
    show(desk, call, new)
}

/// `POST` (204 with its address, 409 where it exists) and `PUT` (200, 404 where there is none) of
/// `lookups/archive`. The name is that in the file.
fn import(desk: &mut Desk<'_>, call: &Call<'_>) -> Answer {
    desk.may_edit(call)?;
    let bytes = call.file()?;
    let archive = opened(bytes, ArchiveKind::Lookup)?;
    let text = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    let inside = archive
        .contents
        .lookups
        .first()
        .filter(|_| !text.trim_ascii_start().starts_with(b"<"))
        .ok_or_else(|| bad("The file is not the export of a lookup."))?;
    let mut new = load::lookup(inside);
    new.csv = Some(Arc::new(bytes.to_vec()));
    new.audit = desk.fresh();
    let name = new.name.clone();
    let space = desk.space()?;
    match (call.verb, space.lookups.get(&name)) {
        (Verb::Put, None) => return Err(not_found("Lookup")),
        (Verb::Put, Some(old)) => {
            if old.lock.is_some() {
                return Err(locked("Lookup"));
            }
            new.audit.created = old.audit.created;
            new.audit.created_by.clone_from(&old.audit.created_by);
            let answer = silent(StatusCode::OK, &name);
            space.lookups.insert(name, new);
            return Ok(answer);
        }
        (_, Some(_)) => return Err(conflict(&format!("Lookup {name} already exists."))),
        (_, None) => {}
    }
    space.lookups.insert(name.clone(), new);
    let path = format!("lookups/{}", encode_segment(&name));
    Ok(made(&desk.place().href(&path)))
}

/// `DELETE lookups/{name}`. That lookups of active integrations are refused with 423 is inferred.
fn delete(desk: &mut Desk<'_>, call: &Call<'_>, name: &str) -> Answer {
    desk.may_edit(call)?;
    let space = desk.space()?;
    let one = space.lookups.get(name).ok_or_else(|| not_found("Lookup"))?;
    if one.lock.is_some() {
        return Err(locked("Lookup"));
    }
    let used = space
        .integrations
        .values()
        .any(|other| other.is_active() && other.lookups.iter().any(|used| used == name));
    if used {
        return Err(refuse(
            StatusCode::LOCKED,
            "Lookup is used by active integrations and cannot be deleted.",
        ));
    }
    space.lookups.remove(name);
    Ok(bare(StatusCode::OK))
}
