//! Versions of integrations that meet others.

use waybill_archive::Likeness;
use waybill_model::ArtifactId;

use super::registry::Check;
use super::report::Rule;
use super::scene::Scene;
use crate::change::Severity;
use crate::waybill::{Action, Finding};

pub(super) const CHECK: Check = Check {
    rule: Rule {
        name: "version-conflict",
        severity: Severity::Warning,
        title: "The same version differs and stays, or the destination has a higher one",
        remedy: "Have it replaced, or move it under a version of its own.",
        planned: false,
    },
    passed: "No version stands against another one",
    find,
};

fn find(scene: &Scene<'_>) -> Vec<Finding> {
    let mut findings = Vec::new();
    for item in &scene.waybill.items {
        if item.id.kind != waybill_model::ArtifactKind::Integration {
            continue;
        }
        if item.action == Action::Keep && differs(scene, &item.id, item.source_id()) {
            findings.push(
                CHECK
                    .rule
                    .finding(
                        Severity::Warning,
                        format!(
                            "`{}` differs between {} and {} under the same version, and the one in {} stays.",
                            item.id.wire(),
                            scene.here(),
                            scene.there(),
                            scene.there()
                        ),
                    )
                    .about(&item.id)
                    .guided("Compare the two. To bring the one of the source, choose to replace it, or give it a version of its own there."),
            );
        } else if item.action.brings()
            && let Some(higher) = higher(scene, &item.id)
        {
            let severity = if scene.active_after(&item.id) {
                Severity::Warning
            } else {
                Severity::Note
            };
            findings.push(
                CHECK
                    .rule
                    .finding(
                        severity,
                        format!(
                            "{} has version {} of `{}` already, which is higher than {}.",
                            scene.there(),
                            higher.version.as_deref().unwrap_or_default(),
                            item.id.code,
                            item.id.version.as_deref().unwrap_or_default()
                        ),
                    )
                    .about(&item.id)
                    .guided("This would be a step back. Look whether the source is the right one."),
            );
        }
    }
    findings
}

fn differs(scene: &Scene<'_>, id: &ArtifactId, from: &ArtifactId) -> bool {
    let ours = scene.source.facts.get(from).and_then(|own| own.fingerprint);
    let theirs = scene
        .destination
        .facts
        .get(id)
        .and_then(|own| own.fingerprint);
    let verdict = ours
        .zip(theirs)
        .and_then(|(ours, theirs)| ours.verdict(&theirs));
    verdict == Some(Likeness::Different)
}

/// A higher version in the destination that stays there.
fn higher<'a>(scene: &Scene<'a>, id: &ArtifactId) -> Option<&'a ArtifactId> {
    let versions = scene
        .destination
        .catalogue
        .artifacts
        .iter()
        .map(|own| &own.id);
    versions
        .filter(|other| (other.kind, &other.scope, &other.code) == (id.kind, &id.scope, &id.code))
        .filter(|other| other.version > id.version && scene.will_have(other))
        .max_by_key(|other| other.version.clone())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::checks::stage::{Look, orders};
    use crate::waybill::Existing;
    use waybill_model::State;

    #[test]
    fn the_same_version_with_another_content_that_stays_is_named() {
        let mut look = Look::settled(orders());
        assert_eq!(look.found("version-conflict"), []);
        assert!(look.passed("version-conflict").is_some());
        look.stage.policies.existing = Existing::Skip;
        look.stage
            .stands("integration:TOTAL|01.00.0000", Some(State::Active), 2, &[]);
        let found = look.found("version-conflict");
        assert_eq!(found.len(), 1);
        assert!(
            found[0]
                .text
                .contains("`TOTAL|01.00.0000` differs between TEST and PROD"),
            "{found:?}"
        );
        look.stage.policies.existing = Existing::Replace;
        assert_eq!(look.found("version-conflict"), []);
    }

    #[test]
    fn a_higher_version_in_the_destination_is_named() {
        let mut look = Look::settled(orders());
        look.stage
            .stands("integration:ORDER|02.00.0000", Some(State::Active), 2, &[]);
        let found = look.found("version-conflict");
        assert_eq!(found[0].severity, Severity::Warning);
        assert!(
            found[0]
                .text
                .contains("PROD has version 02.00.0000 of `ORDER` already")
        );
    }
}
