//! Lookups: reading and exporting them.

use super::call::{Answer, Call, Refusal, locked, not_found};
use super::hand_out;
use crate::house::House;
use crate::role::Action;
use crate::store::Lookup;
use crate::synthetic::lookup_csv;
use crate::wire::{self, Listing, WithinInstance};

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
    let find = |name: &str| -> Result<&Lookup, Refusal> {
        space.lookups.get(name).ok_or_else(|| not_found("Lookup"))
    };
    match path {
        [] => {
            let rows = space
                .lookups
                .values()
                .map(|one| Listing {
                    item: one,
                    id: one.name.clone(),
                    name: &one.name,
                    updated: one.audit.updated,
                    keys: vec![(
                        "status",
                        if one.lock.is_some() {
                            "LOCKED".to_owned()
                        } else {
                            one.status.clone()
                        },
                    )],
                })
                .collect();
            call.page(rows, &place.href("lookups"), |one| {
                wire::lookup(one, place, false)
            })
        }
        [name] => Ok(call.show(&wire::lookup(find(name)?, place, true))),
        [name, "archive"] => {
            call.needs(Action::Export)?;
            let one = find(name)?;
            if one.lock.is_some() {
                return Err(locked("Lookup"));
            }
            let bytes = match &one.csv {
                Some(loaded) => loaded.to_vec(),
                None => lookup_csv(one),
            };
            Ok(hand_out(house, bytes, None))
        }
        _ => Err(not_found("Resource")),
    }
}
