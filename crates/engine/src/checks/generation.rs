//! Archives of another generation of the service.

use std::collections::BTreeMap;

use waybill_model::{ArtifactKind, Generation};

use super::registry::Check;
use super::report::Rule;
use super::scene::{Scene, count, named};
use crate::change::Severity;
use crate::plan::generation_name;
use crate::waybill::{Finding, Fix, Item};

pub(super) const CHECK: Check = Check {
    rule: Rule {
        name: "wrong-generation",
        severity: Severity::Blocking,
        title: "An archive was written by a newer generation, or by an older one",
        remedy: "Leave out what a newer generation wrote; look through what an older one wrote after the run.",
        planned: false,
    },
    passed: "The archives were written by the generation of the destination",
    find,
};

fn find(scene: &Scene<'_>) -> Vec<Finding> {
    let there = scene.destination.stamp.generation;
    let mut findings = Vec::new();
    let mut older: BTreeMap<Generation, usize> = BTreeMap::new();
    for item in &scene.waybill.items {
        let Some(written) = written_by(scene, item) else {
            continue;
        };
        if written > there {
            findings.push(
                CHECK
                    .rule
                    .finding(
                        Severity::Blocking,
                        format!(
                            "The archive of {} was written by {}. {} is {}, which reads no archives of a newer generation.",
                            lower(item),
                            generation_name(written),
                            scene.there(),
                            generation_name(there)
                        ),
                    )
                    .about(&item.id)
                    .guided("There is no way back from a newer generation. Leave it out, and build it there by hand.")
                    .fixed_by(Fix::LeaveOut {
                        artifact: item.source_id().clone(),
                    }),
            );
        } else if written < there && item.action.brings() {
            *older.entry(written).or_default() += 1;
        }
    }
    for (written, number) in older {
        findings.push(
            CHECK
                .rule
                .finding(
                    Severity::Note,
                    format!(
                        "{} written by {}. {} brings what is in them to its own generation as it takes them in.",
                        count(number, "archive was", "archives were"),
                        generation_name(written),
                        scene.there()
                    ),
                )
                .guided("Look through these integrations after the run: adapters and functions may have changed since."),
        );
    }
    findings
}

fn lower(item: &Item) -> String {
    let text = named(&item.id);
    let mut letters = text.chars();
    let first = letters.next().map(|first| first.to_ascii_lowercase());
    first.into_iter().chain(letters).collect()
}

/// The generation that wrote the archive of an item that has one of its own.
fn written_by(scene: &Scene<'_>, item: &Item) -> Option<Generation> {
    let has_one = matches!(
        item.id.kind,
        ArtifactKind::Integration
            | ArtifactKind::Package
            | ArtifactKind::Project
            | ArtifactKind::Deployment
    );
    if !has_one
        || !(item.action.brings() || matches!(item.action, crate::waybill::Action::CannotGo { .. }))
    {
        return None;
    }
    let stamp = item.archive.as_ref();
    let told = stamp.and_then(|stamp| scene.facts.archives.get(&stamp.sha256));
    let facts = scene.source.facts.get(item.source_id());
    told.and_then(|archive| archive.generation)
        .or_else(|| facts.and_then(|facts| facts.generation))
        .or(scene.source.stamp.generation)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::checks::stage::{Look, orders};

    #[test]
    fn a_newer_archive_blocks_and_an_older_one_is_noted() {
        let mut look = Look::settled(orders());
        assert_eq!(look.found("wrong-generation"), []);
        assert!(look.passed("wrong-generation").is_some());
        look.stage.source.stamp.generation = Some(Generation::Ics);
        let found = look.found("wrong-generation");
        assert_eq!(found.len(), 1);
        assert_eq!(found[0].severity, Severity::Note);
        assert!(found[0].text.starts_with("2 archives were written by"));

        look.stage.source.stamp.generation = Some(Generation::Oic3);
        look.stage.destination.stamp.generation = Generation::Gen2;
        let found = look.found("wrong-generation");
        assert_eq!(found.len(), 2);
        assert_eq!(found[0].severity, Severity::Blocking);
        assert!(matches!(found[0].fix, Some(Fix::LeaveOut { .. })));
    }

    #[test]
    fn what_the_archive_itself_tells_counts_more() {
        let mut look = Look::settled(orders());
        look.archive("integration:TOTAL|01.00.0000").generation = Some(Generation::Gen2);
        let found = look.found("wrong-generation");
        assert_eq!(found.len(), 1);
        assert!(
            found[0]
                .text
                .starts_with("1 archive was written by Oracle Integration Gen 2")
        );
    }
}
