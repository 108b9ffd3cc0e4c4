//! Integrations that are called: there, and active.

use waybill_model::{ArtifactId, ArtifactKind};

use super::lookup::add;
use super::registry::Check;
use super::report::Rule;
use super::scene::{Scene, named};
use crate::change::Severity;
use crate::waybill::Finding;

pub(super) const MISSING: Check = Check {
    rule: Rule {
        name: "called-missing",
        severity: Severity::Blocking,
        title: "An integration that is called is not in the destination and does not go along",
        remedy: "Take the called integration along.",
        planned: false,
    },
    passed: "Every integration that is called is there or goes along",
    find: missing,
};

pub(super) const INACTIVE: Check = Check {
    rule: Rule {
        name: "called-inactive",
        severity: Severity::Blocking,
        title: "An integration that is called is not active when all is done",
        remedy: "Have the called integration activated too.",
        planned: false,
    },
    passed: "Every integration that is called is active when its callers are",
    find: inactive,
};

fn missing(scene: &Scene<'_>) -> Vec<Finding> {
    let mut findings = Vec::new();
    for (id, users) in scene.needed(ArtifactKind::Integration) {
        if scene.will_have(id) {
            continue;
        }
        let severity = if users.any_active {
            Severity::Blocking
        } else {
            Severity::Warning
        };
        let mut text = format!(
            "{} is not in {}, and does not go along. {} it.",
            named(id),
            scene.there(),
            calls(users.all.len(), &users.names())
        );
        let others: Vec<&str> = scene
            .destination
            .catalogue
            .versions(id)
            .filter_map(|other| other.id.version.as_deref())
            .collect();
        if !others.is_empty() {
            text = format!(
                "{text} {} has version {}.",
                scene.there(),
                others.join(", ")
            );
        }
        let finding =
            MISSING.rule.finding(severity, text).about(id).guided(
                "What calls it fails at that step. Take it along, or bring it there first.",
            );
        findings.push(add(scene, finding, users.from));
    }
    findings
}

fn calls(number: usize, names: &str) -> String {
    format!("{names} {}", if number == 1 { "calls" } else { "call" })
}

fn inactive(scene: &Scene<'_>) -> Vec<Finding> {
    let mut findings = Vec::new();
    for (id, users) in scene.needed(ArtifactKind::Integration) {
        if !users.any_active || !scene.will_have(id) || scene.active_after(id) {
            continue;
        }
        let title = scene.there();
        let who = calls(users.all.len(), &users.names());
        let (severity, text) = if scene.destination.is_active(id) {
            (
                Severity::Blocking,
                format!(
                    "{} is active in {title} and is not when all is done. {who} it.",
                    named(id)
                ),
            )
        } else {
            (
                Severity::Warning,
                format!(
                    "{} is not active in {title} when all is done. {who} it.",
                    named(id)
                ),
            )
        };
        let instead = stands_in(scene, id).map(|other| {
            format!("Version {other} is active instead. Callers name a version: look whether they reach it. ")
        });
        findings.push(
            INACTIVE
                .rule
                .finding(severity, text)
                .about(id)
                .guided(format!(
                    "{}What calls it fails at that step. Choose to activate it, or leave those that call it inactive.",
                    instead.unwrap_or_default()
                )),
        );
    }
    findings
}

/// Another version of it that is active when all is done.
fn stands_in(scene: &Scene<'_>, id: &ArtifactId) -> Option<String> {
    let there = scene.destination.catalogue.versions(id).map(|own| &own.id);
    let items = scene.waybill.items.iter().map(|item| &item.id);
    let same = |other: &&ArtifactId| {
        (other.kind, &other.scope, &other.code) == (id.kind, &id.scope, &id.code)
    };
    let mut active = there
        .chain(items)
        .filter(same)
        .filter(|other| scene.active_after(other));
    active.next().and_then(|other| other.version.clone())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::checks::stage::{Look, id, orders};
    use crate::waybill::{Activate, Exception, Fix};
    use waybill_model::State;

    const TOTAL: &str = "integration:TOTAL|01.00.0000";

    #[test]
    fn what_is_called_and_left_out_blocks_and_can_be_added() {
        let mut look = Look::settled(orders());
        assert_eq!(look.found("called-missing"), []);
        assert!(look.passed("called-missing").is_some());
        look.stage.choice.left_out.insert(id(TOTAL));
        look.stage
            .stands("integration:TOTAL|02.00.0000", Some(State::Active), 1, &[]);
        let found = look.found("called-missing");
        assert_eq!(found[0].severity, Severity::Blocking);
        assert!(
            found[0]
                .text
                .contains("`ORDER` calls it. PROD has version 02.00.0000."),
            "{found:?}"
        );
        assert!(matches!(found[0].fix, Some(Fix::Add { .. })));
    }

    #[test]
    fn what_is_called_has_to_be_active_where_its_caller_is() {
        let mut look = Look::settled(orders());
        let none = Exception {
            activate: Some(Activate::None),
            ..Exception::default()
        };
        look.stage.policies.exceptions.insert(id(TOTAL), none);
        let found = look.found("called-inactive");
        assert_eq!(found[0].severity, Severity::Warning);
        assert!(found[0].text.contains("`ORDER` calls it"));
        // The move itself takes it out of service.
        look.stage.stands(TOTAL, Some(State::Active), 2, &[]);
        assert_eq!(
            look.found("called-inactive")[0].severity,
            Severity::Blocking
        );
        look.stage.policies.activate = Activate::None;
        assert_eq!(look.found("called-inactive"), []);
    }
}
