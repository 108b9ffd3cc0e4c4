//! Files that belong to settings of connections, and trying values out before they are saved.

use std::sync::Arc;

use serde_json::Value;

use super::body::leading_json;
use super::call::{Answer, Call, Verb, bad, conflict, locked, not_found, wrong_state};
use super::connection_change::{apply, find, show, verdict};
use super::desk::{Desk, changed};
use crate::store::{Attachment, Connection, PropertyType};
use crate::wire::archive;

/// `GET connections/{id}/attachments/{property}`.
pub(crate) fn read(one: &Connection, call: &Call<'_>, property: &str) -> Answer {
    call.needs(crate::role::Action::Export)?;
    let known = one
        .settings
        .iter()
        .chain(&one.credentials)
        .find(|other| other.name == property)
        .ok_or_else(|| not_found("Connection property"))?;
    if one.lock.is_some() {
        return Err(locked("Connection"));
    }
    if let Some(file) = one.upkeep.attachments.get(property) {
        return Ok(archive(file.content.to_vec(), Some(&file.file_name)));
    }
    // Connections of the sandbox's own making name files that nobody sent.
    match (&known.kind, &known.value) {
        (PropertyType::File, Some(name)) => {
            let content = format!("Sandbox file {name} of {}\n", one.code);
            Ok(archive(content.into_bytes(), Some(name)))
        }
        _ => Err(not_found("Attachment")),
    }
}

/// `POST connections/{id}/attachments/{property}`: a part `file`; answers the connection. Settings
/// for addresses of descriptions take files too, with the path inside them in `serviceWSDL`.
pub(crate) fn attach(desk: &mut Desk<'_>, call: &Call<'_>, code: &str, property: &str) -> Answer {
    desk.may_edit(call)?;
    let bytes = call.file()?.to_vec();
    let sent = call
        .form()?
        .part("file")
        .and_then(|part| part.file_name.clone());
    let inside = call.query.get("serviceWSDL").map(str::to_owned);
    let (who, now) = (desk.who, desk.now);
    let one = find(desk, code)?;
    if one.lock.is_some() {
        return Err(locked("Connection"));
    }
    let known = one
        .property_mut(property)
        .filter(|known| known.takes_file())
        .ok_or_else(|| not_found("Connection property with an attachment"))?;
    let file_name = sent.unwrap_or_else(|| property.to_owned());
    known.value = Some(inside.unwrap_or_else(|| file_name.clone()));
    one.upkeep.attachments.insert(
        property.to_owned(),
        Attachment {
            file_name,
            content: Arc::new(bytes),
        },
    );
    if one.is_complete() {
        "CONFIGURED".clone_into(&mut one.status);
    }
    changed(&mut one.audit, who, now);
    show(desk, call, code)
}

/// `POST connections/{id}/testWithAttachments` and `…/validate`: values and files of a form are tried
/// and not kept. Which part holds the values is not known: the first one that is JSON.
pub(crate) fn try_out(desk: &mut Desk<'_>, call: &Call<'_>, code: &str) -> Answer {
    desk.may_edit(call)?;
    if call.verb != Verb::PostPatch {
        return Err(bad("The header X-HTTP-Method-Override has to be PATCH."));
    }
    let form = call.form()?;
    let values: Value = form
        .parts
        .iter()
        .find_map(|part| leading_json(&part.content).filter(Value::is_object))
        .ok_or_else(|| bad("No part of the form holds the values of the connection."))?;
    let groups: Vec<String> = desk.instance.agent_groups.keys().cloned().collect();
    let one = find(desk, code)?;
    if one.lock.is_some() {
        return Err(wrong_state("Connection is locked and cannot be tested."));
    }
    let mut trial = one.clone();
    for part in &form.parts {
        if let Some(known) = trial
            .property_mut(&part.name)
            .filter(|known| known.takes_file())
        {
            known.value = Some(part.file_name.clone().unwrap_or_else(|| part.name.clone()));
        }
    }
    apply(&mut trial, &values, &groups)?;
    if !trial.is_complete() {
        return Err(conflict("Connection is not configured."));
    }
    Ok(call.show(&verdict(&trial)))
}
