//! Lookups: there, and the same where they stay.

use waybill_archive::Likeness;
use waybill_model::{ArtifactId, ArtifactKind};

use super::registry::Check;
use super::report::Rule;
use super::scene::{Scene, named};
use crate::change::{Severity, names};
use crate::waybill::{Action, Finding, Fix};

pub(super) const MISSING: Check = Check {
    rule: Rule {
        name: "lookup-missing",
        severity: Severity::Warning,
        title: "A lookup that an integration needs is not in the destination and does not go along",
        remedy: "Take the lookup along, or create it in the destination.",
        planned: false,
    },
    passed: "Every lookup that is needed is there or goes along",
    find: missing,
};

pub(super) const DIFFERENT: Check = Check {
    rule: Rule {
        name: "lookup-different",
        severity: Severity::Warning,
        title: "A lookup differs between the places and stays, or is replaced under others that use it",
        remedy: "Compare the lookup, and decide whether it is replaced.",
        planned: false,
    },
    passed: "The lookups that stay are the same in both places",
    find: different,
};

fn missing(scene: &Scene<'_>) -> Vec<Finding> {
    let mut findings = Vec::new();
    for (id, users) in scene.needed(ArtifactKind::Lookup) {
        if scene.will_have(id) || scene.comes_within(users.from) {
            continue;
        }
        let severity = if users.any_active {
            Severity::Warning
        } else {
            Severity::Note
        };
        let text = format!(
            "{} is not in {}, and does not go along. {}",
            named(id),
            scene.there(),
            users.need_it()
        );
        let finding = MISSING
            .rule
            .finding(severity, text)
            .about(id)
            .guided("What looks something up in it gets the default value, or fails. Take it along, or create it there.");
        findings.push(add(scene, finding, users.from));
    }
    findings
}

/// What the source has can be added from here.
pub(super) fn add(scene: &Scene<'_>, finding: Finding, from: &ArtifactId) -> Finding {
    if scene.source.catalogue.get(from).is_none() {
        return finding;
    }
    finding.fixed_by(Fix::Add {
        artifact: from.clone(),
    })
}

fn different(scene: &Scene<'_>) -> Vec<Finding> {
    let needed = scene.needed(ArtifactKind::Lookup);
    let mut findings = Vec::new();
    for (id, users) in &needed {
        let action = scene.waybill.item(id).map(|item| &item.action);
        let ours = scene.source.facts.get(users.from);
        let ours = ours.and_then(|facts| facts.fingerprint);
        let theirs = scene.destination.facts.get(id);
        let theirs = theirs.and_then(|facts| facts.fingerprint);
        let likeness = ours
            .zip(theirs)
            .and_then(|(ours, theirs)| ours.verdict(&theirs));
        if action == Some(&Action::Replace) {
            let same = likeness == Some(Likeness::Same);
            findings.extend(replaced(scene, id).filter(|_| !same));
            continue;
        }
        let severity = match likeness {
            Some(Likeness::Different) => Severity::Warning,
            Some(Likeness::Environment) => Severity::Note,
            _ => continue,
        };
        findings.push(
            DIFFERENT
                .rule
                .finding(
                    severity,
                    format!(
                        "{} of {} stays as it is, and differs from that of {}. {}",
                        named(id),
                        scene.there(),
                        scene.here(),
                        users.need_it()
                    ),
                )
                .about(id)
                .guided("Compare the two. Where the destination needs rows of its own, keep it; else have it replaced."),
        );
    }
    findings
}

/// Active integrations that are not of this move use it too.
fn replaced(scene: &Scene<'_>, id: &ArtifactId) -> Option<Finding> {
    let users = scene.destination.catalogue.used_by(id);
    let others = users
        .iter()
        .map(|user| &user.id)
        .filter(|user| scene.waybill.item(user).is_none() && scene.destination.is_active(user));
    let others: Vec<&str> = others.map(|user| user.code.as_str()).collect();
    (!others.is_empty()).then(|| {
        DIFFERENT
            .rule
            .finding(
                Severity::Warning,
                format!(
                    "{} of {} is replaced, and {}, which this move does not touch, look things up in it.",
                    named(id),
                    scene.there(),
                    names(others)
                ),
            )
            .about(id)
            .guided("They see the new rows from then on. Compare the two before.")
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::checks::stage::{Look, Stage, orders};
    use crate::waybill::Existing;
    use waybill_model::State;

    const ACTIVE: Option<State> = Some(State::Active);

    fn with_lookup() -> Stage {
        let mut stage = orders();
        stage.has("lookup:TAX", None, 1, &[]);
        stage.has(
            "integration:TOTAL|01.00.0000",
            ACTIVE,
            1,
            &[("connection:ERP", "invoke"), ("lookup:TAX", "lookup")],
        );
        stage
    }

    #[test]
    fn a_lookup_that_was_left_out_is_named_and_can_be_added() {
        let mut look = Look::settled(with_lookup());
        assert_eq!(look.found("lookup-missing"), []);
        assert!(look.passed("lookup-missing").is_some());
        look.stage
            .choice
            .left_out
            .insert("lookup:TAX".parse().unwrap());
        let found = look.found("lookup-missing");
        assert_eq!(found[0].severity, Severity::Warning);
        assert!(matches!(found[0].fix, Some(Fix::Add { .. })));
    }

    #[test]
    fn one_that_stays_though_it_differs_is_a_warning() {
        let mut look = Look::settled(with_lookup());
        look.stage.policies.existing = Existing::Skip;
        look.stage.stands("lookup:TAX", None, 2, &[]);
        assert_eq!(
            look.found("lookup-different")[0].severity,
            Severity::Warning
        );
        look.stage.stands("lookup:TAX", None, 1, &[]);
        assert_eq!(look.found("lookup-different"), []);
    }

    #[test]
    fn one_that_is_replaced_under_others_names_them() {
        let mut look = Look::settled(with_lookup());
        look.stage.stands("lookup:TAX", None, 2, &[]);
        assert_eq!(look.found("lookup-different"), []);
        look.stage.stands(
            "integration:OTHER|01.00.0000",
            ACTIVE,
            1,
            &[("lookup:TAX", "lookup")],
        );
        let found = look.found("lookup-different");
        assert!(found[0].text.contains("`OTHER`"), "{found:?}");
        // What is the same changes nothing for them.
        look.stage.stands("lookup:TAX", None, 1, &[]);
        look.stage.policies.existing = Existing::Replace;
        assert_eq!(look.found("lookup-different"), []);
    }
}
