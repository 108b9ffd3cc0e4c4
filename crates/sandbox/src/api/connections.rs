//! Connections: reading them, and the way to what changes them. There is no call to make one
//! (documented): they come with archives.

use waybill_model::Generation;

use super::call::{Answer, Call, Verb, not_allowed, not_found};
use super::desk::Desk;
use super::{attachments, connection_change};
use crate::wire::{self, Listing, WithinInstance};

pub(crate) fn read(place: WithinInstance<'_>, call: &Call<'_>, path: &[&str]) -> Answer {
    let space = place
        .instance
        .space(place.project)
        .ok_or_else(|| not_found("Project"))?;
    let find = |code: &str| {
        space
            .connections
            .get(code)
            .ok_or_else(|| not_found("Connection"))
    };
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
            let shown = wire::connection(find(code)?, place);
            Ok(match place.instance.generation {
                Generation::Oic3 => call.show(&shown),
                Generation::Gen2 | Generation::Ics => wire::json_on_the_fifth_line(&shown),
            })
        }
        [code, "attachments", property] => attachments::read(find(code)?, call, property),
        _ => Err(not_found("Resource")),
    }
}

pub(crate) fn change(desk: &mut Desk<'_>, call: &Call<'_>, path: &[&str]) -> Answer {
    match (call.verb, path) {
        (Verb::Post | Verb::PostPatch | Verb::PostPut, [code]) => {
            connection_change::update(desk, call, code)
        }
        (Verb::Delete, [code]) => connection_change::delete(desk, call, code),
        (Verb::Post, [code, "test"]) => connection_change::test(desk, call, code),
        (
            Verb::Post | Verb::PostPatch | Verb::PostPut,
            [code, "testWithAttachments" | "validate"],
        ) => attachments::try_out(desk, call, code),
        (Verb::Post, [code, "metadata"]) => connection_change::refresh(desk, call, code),
        (Verb::Post, [code, "attachments", property]) => {
            attachments::attach(desk, call, code, property)
        }
        (
            _,
            []
            | [_]
            | [_, "test" | "testWithAttachments" | "validate" | "metadata"]
            | [_, "attachments", _],
        ) => Err(not_allowed()),
        _ => Err(not_found("Resource")),
    }
}
