//! Packages changing: import, replacement, copies, deletion, samples.

use axum::http::StatusCode;
use serde_json::Value;
use waybill_archive::{ArchiveKind, Opened};

use super::call::{
    Answer, Call, Refusal, Verb, bad, bare, made, not_allowed, not_found, silent, wrong_state,
};
use super::carried::{id_in, into_package, opened, take_in};
use super::desk::{Desk, changed};
use super::integration_import::text_in;
use super::samples;
use crate::store::{Integration, Operation};
use crate::wire::{self, encode_segment, problem_with};

pub(crate) fn change(desk: &mut Desk<'_>, call: &Call<'_>, path: &[&str]) -> Answer {
    desk.may_edit(call)?;
    match (call.verb, path) {
        (Verb::Post | Verb::Put, ["archive"]) => import(desk, call),
        (Verb::Post, ["loadSamples"]) => {
            samples::load(desk);
            Ok(bare(StatusCode::OK))
        }
        (Verb::Post | Verb::PostPatch, [name]) => update(desk, call, name),
        (Verb::Post, [name, "clone"]) => clone(desk, call, name),
        (Verb::Delete, [name]) => delete(desk, name),
        (_, [] | [_] | [_, "archive" | "clone"]) => Err(not_allowed()),
        _ => Err(not_found("Resource")),
    }
}

fn members<'desk>(desk: &'desk Desk<'_>, name: &str) -> impl Iterator<Item = &'desk Integration> {
    desk.instance
        .global
        .integrations
        .values()
        .filter(move |one| one.package.as_deref() == Some(name))
}

/// 412 where an integration of the package is active or locked (documented).
fn at_rest(desk: &Desk<'_>, name: &str, what: &str) -> Result<(), Refusal> {
    let hindrance =
        members(desk, name).find(|one| one.is_active() || one.is_busy() || one.lock.is_some());
    match hindrance {
        None => Ok(()),
        Some(one) => Err(Box::new(problem_with(
            StatusCode::PRECONDITION_FAILED,
            &format!("Package {what}: an integration in it is active or locked."),
            Some(&format!("Integration {} is active or locked.", one.id())),
        ))),
    }
}

/// `POST` (204, 409 where it or one of its integrations exists) and `PUT` (200, 404, 412) of
/// `packages/archive`.
fn import(desk: &mut Desk<'_>, call: &Call<'_>) -> Answer {
    let archive = opened(call.file()?, ArchiveKind::Package)?;
    let name = archive
        .contents
        .packages
        .first()
        .map(|one| one.name.clone())
        .filter(|name| !name.is_empty())
        .ok_or_else(|| bad("The archive names no package."))?;
    let known = desk.instance.packages.contains_key(&name);
    if call.verb == Verb::Put {
        if !known {
            return Err(not_found("Package"));
        }
        at_rest(desk, &name, "cannot be replaced")?;
        unpack(desk, &archive, &name)?;
        return Ok(silent(StatusCode::OK, &name));
    }
    if known {
        return Err(exists(&name, &format!("Package {name} already exists.")));
    }
    for member in archive.members() {
        let id = id_in(&member.opened.contents)?;
        if desk.instance.global.integrations.contains_key(&id) {
            return Err(exists(&name, &format!("Integration {id} already exists.")));
        }
    }
    unpack(desk, &archive, &name)?;
    let path = format!("packages/{}", encode_segment(&name));
    Ok(made(&desk.place().href(&path)))
}

fn exists(name: &str, detail: &str) -> Refusal {
    Box::new(problem_with(
        StatusCode::CONFLICT,
        &format!("Package {name} cannot be imported."),
        Some(detail),
    ))
}

/// All members or none: what hinders one is found before the first is taken in.
fn unpack(desk: &mut Desk<'_>, archive: &Opened, name: &str) -> Result<(), Refusal> {
    for member in archive.members() {
        let id = id_in(&member.opened.contents)?;
        if let Some(one) = desk.instance.global.integrations.get(&id) {
            super::integration_import::may_be_replaced(one)?;
        }
    }
    into_package(desk, name);
    for member in archive.members() {
        take_in(desk, &member.bytes, &member.opened.contents, Some(name))?;
    }
    Ok(())
}

/// `DELETE packages/{name}` with its integrations. The documented 412 for all packages of type
/// DEVELOPED contradicts common use and is not played.
fn delete(desk: &mut Desk<'_>, name: &str) -> Answer {
    if !desk.instance.packages.contains_key(name) {
        return Err(not_found("Package"));
    }
    at_rest(desk, name, "cannot be deleted")?;
    desk.instance
        .global
        .integrations
        .retain(|_, one| one.package.as_deref() != Some(name));
    desk.instance.packages.remove(name);
    Ok(bare(StatusCode::OK))
}

/// `POST packages/{name}`; the body is not known: a description is taken.
fn update(desk: &mut Desk<'_>, call: &Call<'_>, name: &str) -> Answer {
    let (who, now) = (desk.who, desk.now);
    let body = call.json()?;
    if !body.is_object() {
        return Err(bad("The body has to be a JSON object."));
    }
    let one = desk
        .instance
        .packages
        .get_mut(name)
        .ok_or_else(|| not_found("Package"))?;
    if let Some(text) = body.get("description").and_then(Value::as_str) {
        text.clone_into(&mut one.description);
    }
    changed(&mut one.audit, who, now);
    show(desk, call, name)
}

fn show(desk: &Desk<'_>, call: &Call<'_>, name: &str) -> Answer {
    let one = desk
        .instance
        .packages
        .get(name)
        .ok_or_else(|| not_found("Package"))?;
    Ok(call.show(&wire::package(one, desk.place(), true)))
}

/// `POST packages/{name}/clone`; the body is not known: the name of the copy. The integrations of the
/// copy get the first free codes with a number behind (inferred).
fn clone(desk: &mut Desk<'_>, call: &Call<'_>, name: &str) -> Answer {
    if !desk.instance.packages.contains_key(name) {
        return Err(not_found("Package"));
    }
    let body = call.json()?;
    let new = text_in(&body, "name")?;
    if desk.instance.packages.contains_key(new) {
        return Err(exists(new, &format!("Package {new} already exists.")));
    }
    let sources: Vec<Integration> = members(desk, name).cloned().collect();
    if sources.iter().any(|one| one.lock.is_some()) {
        return Err(wrong_state("An integration of the package is locked."));
    }
    into_package(desk, new);
    let audit = desk.fresh();
    for source in sources {
        let stem: String = source.code.chars().take(29).collect();
        let code = (2..100)
            .map(|number| format!("{stem}_{number}"))
            .find(|code| {
                !desk
                    .instance
                    .global
                    .integrations
                    .contains_key(&format!("{code}|{}", source.version))
            })
            .ok_or_else(|| bad("There are too many copies of an integration."))?;
        let copy = Integration {
            code,
            status: "CONFIGURED".to_owned(),
            package: Some(new.to_owned()),
            schedule: None,
            operation: Operation::default(),
            audit: audit.clone(),
            archive: None,
            ..source
        };
        desk.instance.global.integrations.insert(copy.id(), copy);
    }
    show(desk, call, new)
}
