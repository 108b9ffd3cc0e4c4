//! Libraries: reading and exporting them.

use super::call::{Answer, Call, Refusal, not_found};
use super::{hand_out, library_change};
use crate::house::House;
use crate::role::Action;
use crate::store::Library;
use crate::wire::{self, Listing, WithinInstance};

pub(crate) fn read(
    house: &House,
    place: WithinInstance<'_>,
    call: &Call<'_>,
    path: &[&str],
) -> Answer {
    // Inside projects, libraries have no documented calls to read them.
    if place.project.is_some() {
        return Err(not_found("Resource"));
    }
    let space = &place.instance.global;
    let find = |id: &str| -> Result<&Library, Refusal> {
        space.libraries.get(id).ok_or_else(|| not_found("Library"))
    };
    match path {
        [] => {
            let rows = space
                .libraries
                .values()
                .map(|one| Listing {
                    item: one,
                    id: one.id(),
                    name: &one.name,
                    updated: one.audit.updated,
                    keys: Vec::new(),
                })
                .collect();
            call.page(rows, &place.href("libraries"), |one| {
                wire::library(one, place)
            })
        }
        [id] => Ok(call.show(&wire::library(find(id)?, place))),
        [id, "metadata"] => {
            call.needs(Action::Export)?;
            Ok(hand_out(
                house,
                library_change::metadata_file(find(id)?),
                None,
            ))
        }
        [id, "archive"] => {
            call.needs(Action::Export)?;
            Ok(hand_out(house, find(id)?.jar.to_vec(), None))
        }
        _ => Err(not_found("Resource")),
    }
}
