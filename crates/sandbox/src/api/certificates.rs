//! Certificates: reading them (Oracle Integration 3 only).

use super::call::{Answer, Call, not_allowed, not_found};
use super::desk::Desk;
use crate::role::Action;
use crate::wire::{self, Listing, WithinInstance};

pub(crate) fn read(place: WithinInstance<'_>, call: &Call<'_>, path: &[&str]) -> Answer {
    call.needs(Action::View)?;
    let all = &place.instance.certificates;
    match path {
        [] => {
            let rows = all
                .values()
                .map(|one| Listing {
                    item: one,
                    id: one.id(),
                    name: &one.name,
                    updated: one.audit.updated,
                    keys: vec![("type", one.kind.clone())],
                })
                .collect();
            call.page(rows, &place.href("certificates"), |one| {
                wire::certificate(one, place)
            })
        }
        [id] => {
            let one = all.get(*id).ok_or_else(|| not_found("Certificate"))?;
            Ok(call.show(&wire::certificate(one, place)))
        }
        _ => Err(not_found("Resource")),
    }
}

pub(crate) fn change(_desk: &mut Desk<'_>, _call: &Call<'_>, _path: &[&str]) -> Answer {
    Err(not_allowed())
}
