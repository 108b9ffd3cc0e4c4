//! Integrations: reading and exporting them.

use serde_json::json;

use super::call::{Answer, Call, Refusal, locked, not_allowed, not_found, refuse};
use super::desk::Desk;
use super::hand_out;
use crate::house::House;
use crate::role::Action;
use crate::store::{Integration, Style};
use crate::synthetic::integration_archive;
use crate::wire::{self, Listing, WithinInstance, smart_tags};
use axum::http::StatusCode;

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
        // Inside projects, single integrations have no documented export.
        [id, "archive"] if place.project.is_none() => {
            call.needs(Action::Export)?;
            export(house, place, find(id)?)
        }
        [id, "schedule"] => {
            let of = find(id)?;
            let schedule = of.schedule.as_ref().ok_or_else(|| not_found("Schedule"))?;
            Ok(call.show(&wire::schedule(schedule, of, place)))
        }
        _ => Err(not_found("Resource")),
    }
}

fn row(one: &Integration) -> Listing<'_, Integration> {
    Listing {
        item: one,
        id: one.id(),
        name: &one.name,
        updated: one.audit.updated,
        keys: vec![
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
            &mut house.export(),
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

pub(crate) fn change(_desk: &mut Desk<'_>, _call: &Call<'_>, _path: &[&str]) -> Answer {
    Err(not_allowed())
}
