//! A connection that stays as it is, and of which nobody knows that it works.

use waybill_model::{ArtifactId, ArtifactKind, State};

use super::registry::Check;
use super::report::Rule;
use super::scene::{Scene, named};
use crate::change::{Severity, names};
use crate::waybill::{Finding, Fix, StepKind};

pub(super) const CHECK: Check = Check {
    rule: Rule {
        name: "connection-test",
        severity: Severity::Blocking,
        title: "A connection that stays as it is failed its last test, or was never tested",
        remedy: "Test the connection; enter other values where the test fails.",
        planned: false,
    },
    passed: "The connections that stay as they are passed their last test or are in use",
    find,
};

fn find(scene: &Scene<'_>) -> Vec<Finding> {
    let mut findings = Vec::new();
    let mut used: Vec<&ArtifactId> = Vec::new();
    for (id, users) in scene.needed(ArtifactKind::Connection) {
        let stays = scene.destination.has(id)
            && scene.destination.state(id) != Some(State::Draft)
            && !scene.takes(StepKind::SetConnection, id)
            && !scene.takes(StepKind::TestConnection, id);
        if !stays {
            continue;
        }
        let own = scene.facts.own.tested.get(id).copied();
        let told = scene.facts.connections.get(id).and_then(|own| own.tested);
        let finding = match own.or(told) {
            Some(true) => continue,
            Some(false) => CHECK
                .rule
                .finding(
                    if users.any_active { Severity::Blocking } else { Severity::Warning },
                    format!(
                        "{} failed its last test in {}, and its values stay. {}",
                        named(id),
                        scene.there(),
                        users.need_it()
                    ),
                )
                .guided("Test it again: the other system may be back. If it fails, enter values that work."),
            None if in_use(scene, id) => {
                used.push(id);
                continue;
            }
            None => CHECK
                .rule
                .finding(
                    Severity::Warning,
                    format!(
                        "Whether {} works in {} was never tested, and nothing active uses it. {}",
                        lower(id),
                        scene.there(),
                        users.need_it()
                    ),
                )
                .guided("Test it before the run."),
        };
        findings.push(finding.about(id).fixed_by(Fix::TestConnection {
            connection: id.clone(),
        }));
    }
    findings.extend(untested(scene, &used));
    findings
}

/// Those that work for others, as it seems, together.
fn untested(scene: &Scene<'_>, used: &[&ArtifactId]) -> Option<Finding> {
    let first = used.first()?;
    let codes = used.iter().map(|id| id.code.as_str());
    let what = if used.len() == 1 {
        "connection"
    } else {
        "connections"
    };
    let finding = CHECK.rule.finding(
        Severity::Note,
        format!(
            "Whether {what} {} {} in {} was not tested. Active integrations use them already.",
            names(codes),
            if used.len() == 1 { "works" } else { "work" },
            scene.there()
        ),
    );
    Some(if used.len() == 1 {
        finding.about(first).fixed_by(Fix::TestConnection {
            connection: (*first).clone(),
        })
    } else {
        finding
    })
}

fn lower(id: &ArtifactId) -> String {
    format!("connection `{}`", id.code)
}

/// An integration that is active in the destination now uses it.
fn in_use(scene: &Scene<'_>, id: &ArtifactId) -> bool {
    let users = scene.destination.catalogue.used_by(id);
    users
        .iter()
        .any(|user| scene.destination.is_active(&user.id))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::checks::stage::{Look, id, orders};

    const ERP: &str = "connection:ERP";

    #[test]
    fn one_that_failed_blocks_and_one_that_passed_does_not() {
        let mut look = Look::settled(orders());
        assert_eq!(look.found("connection-test"), []);
        assert!(look.passed("connection-test").is_some());
        look.facts.own.tested.insert(id(ERP), false);
        let found = look.found("connection-test");
        assert_eq!(found[0].severity, Severity::Blocking);
        assert!(matches!(found[0].fix, Some(Fix::TestConnection { .. })));
    }

    #[test]
    fn what_the_service_tells_counts_where_nothing_was_tested_from_here() {
        let mut look = Look::settled(orders());
        look.facts.own.tested.clear();
        look.connection(ERP, &[]);
        look.facts.connections.get_mut(&id(ERP)).unwrap().tested = Some(true);
        assert_eq!(look.found("connection-test"), []);
    }

    #[test]
    fn one_that_was_never_tested_is_a_warning_unless_it_is_in_use() {
        let mut look = Look::settled(orders());
        look.facts.own.tested.clear();
        assert_eq!(look.found("connection-test")[0].severity, Severity::Warning);
        look.stage.stands(
            "integration:OTHER|01.00.0000",
            Some(State::Active),
            1,
            &[(ERP, "invoke")],
        );
        assert_eq!(look.found("connection-test")[0].severity, Severity::Note);
    }

    #[test]
    fn one_that_the_run_tests_needs_no_test_before() {
        let mut look = Look::settled(orders());
        look.facts.own.tested.clear();
        look.bind(ERP).mode = crate::waybill::ConnectionMode::Enter;
        look.bind(ERP)
            .values
            .insert("url".to_owned(), "https://x.example".to_owned());
        assert_eq!(look.found("connection-test"), []);
    }
}
