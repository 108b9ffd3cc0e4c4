//! Packages: reading and exporting them.

use super::call::{Answer, Call, not_found};
use super::hand_out;
use super::integrations::exported;
use crate::house::House;
use crate::role::Action;
use crate::synthetic::package_archive;
use crate::wire::{self, Listing, WithinInstance};

pub(crate) fn read(
    house: &House,
    place: WithinInstance<'_>,
    call: &Call<'_>,
    path: &[&str],
) -> Answer {
    call.needs(Action::View)?;
    let find = |name: &str| {
        place
            .instance
            .packages
            .get(name)
            .ok_or_else(|| not_found("Package"))
    };
    match path {
        [] => {
            let rows = place
                .instance
                .packages
                .values()
                .map(|one| Listing {
                    item: one,
                    id: one.name.clone(),
                    name: &one.name,
                    updated: one.audit.updated,
                    keys: vec![("type", "DEVELOPED".to_owned())],
                })
                .collect();
            call.page(rows, &place.href("packages"), |one| {
                wire::package(one, place, false)
            })
        }
        [name] => {
            // Published scripts find the integrations there also without `includeDependencies`.
            Ok(call.show(&wire::package(find(name)?, place, true)))
        }
        [name, "archive"] => {
            call.needs(Action::Export)?;
            let one = find(name)?;
            if let Some(loaded) = &one.archive {
                return Ok(hand_out(house, loaded.to_vec(), None));
            }
            let members = place
                .instance
                .global
                .integrations
                .values()
                .filter(|other| other.package.as_deref() == Some(*name))
                .map(|other| {
                    (
                        other.name.clone(),
                        other.version.clone(),
                        exported(house, place, other),
                    )
                })
                .collect();
            let bytes = package_archive(name, members, &mut house.export());
            Ok(hand_out(house, bytes, None))
        }
        _ => Err(not_found("Resource")),
    }
}
