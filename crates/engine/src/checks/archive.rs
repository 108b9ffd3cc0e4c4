//! What the archives that go along tell: damage, signs of other hands, secrets.

use std::collections::BTreeMap;

use super::facts::{ArchiveFacts, FoundThere};
use super::registry::Check;
use super::report::Rule;
use super::scene::{Scene, count, named};
use crate::change::{Severity, names};
use crate::waybill::{Finding, Fix, Item, PlaceKind};

pub(super) const DAMAGED: Check = Check {
    rule: Rule {
        name: "archive-damaged",
        severity: Severity::Blocking,
        title: "An archive cannot be read, or lacks a part of itself",
        remedy: "Export it again, or leave it out.",
        planned: false,
    },
    passed: "Every archive is whole",
    find: damaged,
};

pub(super) const REZIPPED: Check = Check {
    rule: Rule {
        name: "archive-rezipped",
        severity: Severity::Warning,
        title: "An archive was packed anew or changed outside the service",
        remedy: "Take an untouched export, or see that what was changed is what you want.",
        planned: false,
    },
    passed: "Every archive is as the service wrote it",
    find: rezipped,
};

pub(super) const SECRETS: Check = Check {
    rule: Rule {
        name: "secrets-in-archive",
        severity: Severity::Warning,
        title: "An archive of the move gives away a secret",
        remedy: "Take the secret out of the design, and change it.",
        planned: false,
    },
    passed: "No archive gives away a secret, as far as can be seen",
    find: secrets,
};

/// How many places are named.
const SHOWN: usize = 3;

fn damaged(scene: &Scene<'_>) -> Vec<Finding> {
    each(scene, |item, archive| {
        let first = archive.damage.first()?;
        let more = archive.damage.len() - 1;
        let more = if more == 0 {
            String::new()
        } else {
            format!(" And {more} more.")
        };
        Some(
            DAMAGED
                .rule
                .finding(
                    Severity::Blocking,
                    format!("The archive of {} is damaged: {first}.{more}", lower(item)),
                )
                .guided("The service would refuse it, or take in a part of it. Export it again where it comes from, or leave it out.")
                .fixed_by(Fix::LeaveOut {
                    artifact: item.source_id().clone(),
                }),
        )
    })
}

fn rezipped(scene: &Scene<'_>) -> Vec<Finding> {
    // What an instance exports it has just written itself, and snapshots keep that.
    if scene.source.stamp.kind != PlaceKind::Files {
        return Vec::new();
    }
    each(scene, |item, archive| {
        let first = archive.repacked.first()?;
        Some(
            REZIPPED
                .rule
                .finding(
                    Severity::Warning,
                    format!("The archive of {} is not as the service wrote it: {first}.", lower(item)),
                )
                .guided("The service may refuse it, and what was changed in it shows in no console. Where there is an untouched export, take that."),
        )
    })
}

/// Archives that give away the same, as those do that bring the same connection, are told together.
fn secrets(scene: &Scene<'_>) -> Vec<Finding> {
    let mut alike: BTreeMap<&[FoundThere], Vec<&Item>> = BTreeMap::new();
    for (item, archive) in scene.archives().filter(|(item, _)| item.action.brings()) {
        if !archive.secrets.is_empty() {
            alike.entry(&archive.secrets).or_default().push(item);
        }
    }
    let told = alike.into_iter().filter_map(|(found, items)| {
        let first = found.first()?;
        let whose = match items.as_slice() {
            [only] => format!("The archive of {} gives", lower(only)),
            many => {
                let codes = many.iter().map(|item| item.id.code.as_str());
                format!("The archives of {} give", names(codes))
            }
        };
        let finding = SECRETS
            .rule
            .finding(
                Severity::Warning,
                match found {
                    [only] => format!("{whose} away {}: {}.", only.what, places(found)),
                    _ => format!(
                        "{whose} away {}, among them {}: {}.",
                        count(found.len(), "secret", "secrets"),
                        first.what,
                        places(found)
                    ),
                },
            )
            .guided(format!(
                "Whoever has the archive, or may export it from {}, has them too. Take them out of the design, and change them.",
                scene.there()
            ));
        Some(match items.as_slice() {
            [only] => finding.about(&only.id),
            _ => finding,
        })
    });
    told.collect()
}

fn each(scene: &Scene<'_>, tell: impl Fn(&Item, &ArchiveFacts) -> Option<Finding>) -> Vec<Finding> {
    let archives = scene.archives().filter(|(item, _)| item.action.brings());
    archives
        .filter_map(|(item, archive)| Some(tell(item, archive)?.about(&item.id)))
        .collect()
}

/// Where they are, as far as there is room.
pub(super) fn places(found: &[FoundThere]) -> String {
    let mut all: Vec<&str> = found.iter().map(|one| one.place.as_str()).collect();
    all.dedup();
    let more = all.len().saturating_sub(SHOWN);
    let shown = all.into_iter().take(SHOWN).collect::<Vec<_>>().join(", ");
    if more == 0 {
        shown
    } else {
        format!("{shown} and {}", count(more, "more place", "more places"))
    }
}

fn lower(item: &Item) -> String {
    let text = named(&item.id);
    let mut letters = text.chars();
    let first = letters.next().map(|first| first.to_ascii_lowercase());
    first.into_iter().chain(letters).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::checks::stage::{Look, orders};

    const TOTAL: &str = "integration:TOTAL|01.00.0000";

    fn look() -> Look {
        let mut look = Look::settled(orders());
        look.archive(TOTAL);
        look
    }

    #[test]
    fn a_damaged_archive_blocks_and_can_be_left_out() {
        let mut look = look();
        assert!(look.passed("archive-damaged").is_some());
        look.archive(TOTAL).damage = vec!["it is cut off".to_owned(), "x".to_owned()];
        let found = look.found("archive-damaged");
        assert_eq!(found[0].severity, Severity::Blocking);
        assert!(
            found[0]
                .text
                .ends_with("is damaged: it is cut off. And 1 more.")
        );
        assert!(matches!(found[0].fix, Some(Fix::LeaveOut { .. })));
    }

    #[test]
    fn an_archive_that_somebody_packed_anew_is_a_warning() {
        let mut look = look();
        assert!(look.passed("archive-rezipped").is_some());
        look.archive(TOTAL).repacked = vec!["it was packed by another program".to_owned()];
        assert_eq!(
            look.found("archive-rezipped"),
            [],
            "an instance has just written it"
        );
        look.stage.source.stamp.kind = PlaceKind::Files;
        assert_eq!(
            look.found("archive-rezipped")[0].severity,
            Severity::Warning
        );
    }

    #[test]
    fn secrets_in_an_archive_are_told_by_sort_and_place() {
        let mut look = look();
        assert!(look.passed("secrets-in-archive").is_some());
        look.archive(TOTAL).secrets = (0..5)
            .map(|number| FoundThere {
                what: "a password".to_owned(),
                place: format!("file{number}.xml"),
            })
            .collect();
        let found = look.found("secrets-in-archive");
        assert_eq!(found[0].severity, Severity::Warning);
        assert!(found[0].text.ends_with(
            "gives away 5 secrets, among them a password: file0.xml, file1.xml, file2.xml and 2 more places."
        ), "{found:?}");
        let alone = look.archive(TOTAL).secrets.split_off(1);
        let found = look.found("secrets-in-archive");
        assert!(
            found[0].text.ends_with("gives away a password: file0.xml."),
            "{}",
            found[0].text
        );
        look.archive(TOTAL).secrets.extend(alone);
        look.archive("integration:ORDER|01.02.0000").secrets = look.archive(TOTAL).secrets.clone();
        let found = look.found("secrets-in-archive");
        assert_eq!(found.len(), 1, "{found:?}");
        assert!(
            found[0]
                .text
                .starts_with("The archives of `ORDER` and `TOTAL` give away 5 secrets")
        );
    }
}
