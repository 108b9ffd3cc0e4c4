//! Integrations: reading and exporting them, and the way to what changes them.

use axum::http::StatusCode;
use serde_json::{Value, json};
use waybill_model::Generation;

use super::call::{Answer, Call, Refusal, Verb, locked, not_allowed, not_found, refuse};
use super::desk::Desk;
use super::{activation, hand_out, integration_import, schedules};
use crate::house::House;
use crate::role::Action;
use crate::store::{Integration, Style};
use crate::synthetic::integration_archive;
use crate::wire::{self, Listing, WithinInstance, smart_tags};

pub(crate) fn read(
    house: &House,
    place: WithinInstance<'_>,
    call: &Call<'_>,
    path: &[&str],
) -> Answer {
    let space = place
        .instance
        .space(place.project)
        .ok_or_else(|| not_found("Project"))?;
    let find = |id: &str| -> Result<&Integration, Refusal> {
        space
            .integrations
            .get(id)
            .ok_or_else(|| not_found("Integration"))
    };
    match path {
        [] => {
            let rows = space.integrations.values().map(row).collect();
            call.page(rows, &place.href("integrations"), |one| {
                wire::integration(one, place)
            })
        }
        [id] => Ok(call.show(&wire::integration(find(id)?, place))),
        [id, "activationStatus"] => Ok(call.show(&json!({"activationStatus": find(id)?.status}))),
        [id, "activationErrors"] => Ok(call.show(&activation_errors(find(id)?))),
        // Inside projects, single integrations have no documented export.
        [id, "archive"] if place.project.is_none() => {
            call.needs(Action::Export)?;
            export(house, place, find(id)?)
        }
        [id, "schedule"] => schedules::read(find(id)?, place, call),
        _ => Err(not_found("Resource")),
    }
}

/// The shape is not known; this one is inferred from other lists.
fn activation_errors(one: &Integration) -> Value {
    let items: Vec<Value> = one
        .operation
        .errors
        .iter()
        .map(|error| json!({"code": one.code, "message": error, "version": one.version}))
        .collect();
    json!({"hasMore": false, "items": items, "limit": 100, "totalResults": items.len()})
}

fn row(one: &Integration) -> Listing<'_, Integration> {
    Listing {
        item: one,
        id: one.id(),
        name: &one.name,
        updated: one.audit.updated,
        keys: vec![
            ("code", one.code.clone()),
            ("version", one.version.clone()),
            ("status", one.status.clone()),
            (
                "type",
                if one.prebuilt {
                    "PREBUILT"
                } else {
                    "DEVELOPED"
                }
                .to_owned(),
            ),
            (
                "style",
                if one.style == Style::Scheduled {
                    "scheduled"
                } else {
                    "freeform"
                }
                .to_owned(),
            ),
        ],
    }
}

/// The bytes of an export: those that came in, or new ones.
pub(crate) fn exported(house: &House, place: WithinInstance<'_>, one: &Integration) -> Vec<u8> {
    match &one.archive {
        Some(loaded) => loaded.to_vec(),
        None => integration_archive(
            one,
            &place.instance.global,
            &smart_tags(one, place),
            &mut house.export().of(place.instance.generation),
        ),
    }
}

fn export(house: &House, place: WithinInstance<'_>, one: &Integration) -> Answer {
    if one.prebuilt {
        return Err(refuse(
            StatusCode::LOCKED,
            "Integration of type PREBUILT cannot be exported.",
        ));
    }
    if one.lock.is_some() {
        return Err(locked("Integration"));
    }
    Ok(hand_out(house, exported(house, place, one), None))
}

pub(crate) fn change(desk: &mut Desk<'_>, call: &Call<'_>, path: &[&str]) -> Answer {
    let outside = desk.project.is_none();
    let oic3 = desk.instance.generation == Generation::Oic3;
    match (call.verb, path) {
        // Inside projects, replacing is not documented.
        (Verb::Post, ["archive"]) => integration_import::import(desk, call),
        (Verb::Put, ["archive"]) if outside => integration_import::import(desk, call),
        (Verb::Post, ["reactivate"]) if outside && oic3 => activation::reactivate(desk, call),
        (Verb::Post | Verb::PostPatch, [id]) if !matches!(*id, "archive" | "reactivate") => {
            activation::update(desk, call, id)
        }
        (Verb::Post, [id, "clone"]) if outside => integration_import::clone(desk, call, id),
        (Verb::Delete, [id]) => integration_import::delete(desk, call, id),
        (_, [id, "schedule", rest @ ..]) => schedules::change(desk, call, id, rest),
        (
            _,
            []
            | [_]
            | [
                _,
                "archive" | "clone" | "activationStatus" | "activationErrors",
            ],
        ) => Err(not_allowed()),
        _ => Err(not_found("Resource")),
    }
}
