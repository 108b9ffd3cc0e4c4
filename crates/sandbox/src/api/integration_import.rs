//! Integrations coming in and going: import, replacement, copies, deletion.

use axum::http::StatusCode;
use serde_json::Value;
use waybill_archive::ArchiveKind;

use super::call::{
    Answer, Call, Refusal, Verb, bad, bare, conflict, made, not_found, refuse, silent, wrong_state,
};
use super::carried::{id_in, into_package, opened, take_in};
use super::desk::Desk;
use crate::store::{Integration, Operation};
use crate::wire::{self, encode_segment};

/// `POST` (new: 204, 409 where it exists) and `PUT` (replacement: 200, 404 where there is none) of
/// `integrations/archive`.
pub(crate) fn import(desk: &mut Desk<'_>, call: &Call<'_>) -> Answer {
    desk.may_edit(call)?;
    let bytes = call.file()?;
    let archive = opened(bytes, ArchiveKind::Integration)?;
    let id = id_in(&archive.contents)?;
    let known = desk.shown()?.integrations.get(&id);
    match (call.verb, known) {
        (Verb::Put, None) => Err(not_found("Integration")),
        (Verb::Put, Some(one)) => {
            may_be_replaced(one)?;
            take_in(desk, bytes, &archive.contents, None)?;
            Ok(silent(StatusCode::OK, &id))
        }
        (_, Some(_)) => Err(conflict(&format!("Integration {id} already exists."))),
        (_, None) => {
            take_in(desk, bytes, &archive.contents, None)?;
            let path = format!("integrations/{}", encode_segment(&id));
            Ok(made(&desk.place().href(&path)))
        }
    }
}

/// What a replacement of an active or locked integration is answered with is not documented: 412 and
/// 423 are inferred from the calls that are.
pub(crate) fn may_be_replaced(one: &Integration) -> Result<(), Refusal> {
    if one.lock.is_some() {
        return Err(super::call::locked("Integration"));
    }
    if one.is_active() || one.is_busy() {
        return Err(wrong_state(
            "Integration is active. Deactivate it before it is replaced.",
        ));
    }
    Ok(())
}

/// `DELETE integrations/{id}`: 200, 404, 423 for those that are active or locked.
pub(crate) fn delete(desk: &mut Desk<'_>, call: &Call<'_>, id: &str) -> Answer {
    desk.may_edit(call)?;
    let space = desk.space()?;
    let one = space
        .integrations
        .get(id)
        .ok_or_else(|| not_found("Integration"))?;
    if one.lock.is_some() || one.is_active() || one.is_busy() {
        return Err(refuse(
            StatusCode::LOCKED,
            "Integration is active or locked and cannot be deleted.",
        ));
    }
    let package = space.integrations.remove(id).and_then(|one| one.package);
    if let Some(package) = package {
        into_package(desk, &package);
    }
    Ok(bare(StatusCode::OK))
}

/// Whether a text can be the version of something: `01.00.0000`.
pub(crate) fn is_version(text: &str) -> bool {
    let lengths: Vec<usize> = text.split('.').map(str::len).collect();
    lengths == [2, 2, 4]
        && text
            .bytes()
            .all(|byte| byte == b'.' || byte.is_ascii_digit())
}

/// Whether a text can be an identifier: capitals, digits and `_`, 32 at most.
pub(crate) fn is_code(text: &str) -> bool {
    (1..=32).contains(&text.len())
        && text
            .bytes()
            .all(|byte| byte == b'_' || byte.is_ascii_digit() || byte.is_ascii_uppercase())
}

/// A member of a body that has to be a text with something in it.
pub(crate) fn text_in<'body>(body: &'body Value, name: &str) -> Result<&'body str, Refusal> {
    body.get(name)
        .and_then(Value::as_str)
        .filter(|text| !text.is_empty())
        .ok_or_else(|| bad(&format!("{name} is required.")))
}

/// `POST integrations/{id}/clone`.
pub(crate) fn clone(desk: &mut Desk<'_>, call: &Call<'_>, id: &str) -> Answer {
    desk.may_edit(call)?;
    let body = call.json()?;
    let audit = desk.fresh();
    let source = desk
        .shown()?
        .integrations
        .get(id)
        .ok_or_else(|| not_found("Integration"))?;
    let (code, version) = (text_in(&body, "code")?, text_in(&body, "version")?);
    let name = text_in(&body, "name")?;
    if !is_code(code) {
        return Err(bad("code is not a valid identifier."));
    }
    if !is_version(version) {
        return Err(bad("version has to be like 01.00.0000."));
    }
    let mut copy = Integration {
        code: code.to_owned(),
        version: version.to_owned(),
        name: name.to_owned(),
        status: "CONFIGURED".to_owned(),
        schedule: None,
        prebuilt: false,
        operation: Operation::default(),
        audit,
        lock: None,
        revision: 1,
        // The bytes that came in are those of the other one.
        archive: None,
        ..source.clone()
    };
    if let Some(text) = body.get("description").and_then(Value::as_str) {
        text.clone_into(&mut copy.description);
    }
    copy.package = body
        .get("packageName")
        .and_then(Value::as_str)
        .filter(|name| !name.is_empty())
        .map(str::to_owned);
    let new = copy.id();
    if desk.shown()?.integrations.contains_key(&new) {
        return Err(conflict(&format!("Integration {new} already exists.")));
    }
    if let Some(package) = &copy.package {
        into_package(desk, package);
    }
    desk.space()?.integrations.insert(new.clone(), copy.clone());
    Ok(call.show(&wire::integration(&copy, desk.place())))
}
