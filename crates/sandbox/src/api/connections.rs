//! Connections: reading them.

use super::call::{Answer, Call, not_allowed, not_found};
use super::desk::Desk;
use crate::wire::{self, Listing, WithinInstance};

pub(crate) fn read(place: WithinInstance<'_>, call: &Call<'_>, path: &[&str]) -> Answer {
    let space = place
        .instance
        .space(place.project)
        .ok_or_else(|| not_found("Project"))?;
    match path {
        [] => {
            let rows = space
                .connections
                .values()
                .map(|one| Listing {
                    item: one,
                    id: one.code.clone(),
                    name: &one.name,
                    updated: one.audit.updated,
                    keys: vec![("status", one.status.clone()), ("role", one.role.clone())],
                })
                .collect();
            call.page(rows, &place.href("connections"), |one| {
                wire::connection(one, place)
            })
        }
        [code] => {
            let one = space
                .connections
                .get(*code)
                .ok_or_else(|| not_found("Connection"))?;
            Ok(call.show(&wire::connection(one, place)))
        }
        _ => Err(not_found("Resource")),
    }
}

pub(crate) fn change(_desk: &mut Desk<'_>, _call: &Call<'_>, _path: &[&str]) -> Answer {
    Err(not_allowed())
}
