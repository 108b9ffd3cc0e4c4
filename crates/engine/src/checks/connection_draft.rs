//! A connection without values: what needs it cannot be activated.

use waybill_model::{ArtifactId, ArtifactKind, State};

use super::registry::Check;
use super::report::Rule;
use super::scene::{Scene, named};
use crate::change::Severity;
use crate::waybill::{ConnectionBinding, Finding, Fix, StepKind};

pub(super) const CHECK: Check = Check {
    rule: Rule {
        name: "connection-draft",
        severity: Severity::Blocking,
        title: "A connection is a draft, or comes as one, and nothing gives it values",
        remedy: "Enter its values, or take them from the source.",
        planned: false,
    },
    passed: "No connection is left a draft",
    find,
};

fn find(scene: &Scene<'_>) -> Vec<Finding> {
    let mut findings = Vec::new();
    for (id, users) in scene.needed(ArtifactKind::Connection) {
        let there = scene.destination.has(id);
        let configured = there && !matches!(scene.destination.state(id), Some(State::Draft));
        if configured
            || (scene.takes(StepKind::SetConnection, id) && gets_values(scene, id, users.from))
        {
            continue;
        }
        let title = scene.there();
        let text = if there {
            format!(
                "{} is a draft in {title}, and this move does not set its values. {}",
                named(id),
                users.need_it()
            )
        } else if scene.will_have(id) || scene.comes_within(users.from) {
            format!(
                "{} is not in {title} yet. It comes as a draft, and this move does not set its values. {}",
                named(id),
                users.need_it()
            )
        } else {
            format!(
                "{} is not in {title}, and does not go along. {}",
                named(id),
                users.need_it()
            )
        };
        let (severity, guidance) = if users.any_active {
            (
                Severity::Blocking,
                "No integration can be activated as long as a connection that it needs is a draft. Enter the values of the connection; they are set and tested before anything is activated.",
            )
        } else {
            (
                Severity::Warning,
                "Nothing that needs it is active afterwards. Before one of them is activated, its values have to be entered.",
            )
        };
        findings.push(
            CHECK
                .rule
                .finding(severity, text)
                .about(id)
                .guided(guidance)
                .fixed_by(Fix::EnterValues {
                    connection: id.clone(),
                }),
        );
    }
    findings
}

/// Something is entered, or the source tells the values.
fn gets_values(scene: &Scene<'_>, id: &ArtifactId, from: &ArtifactId) -> bool {
    let binding = scene.waybill.bindings.connections.get(id);
    binding.is_some_and(ConnectionBinding::enters) || scene.takes_from_source(id, from)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::checks::stage::{Look, orders};
    use crate::waybill::{Activate, ConnectionMode};

    const DRAFT: Option<State> = Some(State::Draft);

    #[test]
    fn a_draft_that_nothing_gives_values_blocks_and_names_who_needs_it() {
        let mut look = Look::at(orders());
        look.stage.stands("connection:ERP", DRAFT, 1, &[]);
        let found = look.found("connection-draft");
        assert_eq!(found.len(), 1);
        assert_eq!(found[0].severity, Severity::Blocking);
        assert!(
            found[0].text.contains("`ORDER` and `TOTAL` need it"),
            "{found:?}"
        );
        assert!(matches!(found[0].fix, Some(Fix::EnterValues { .. })));
        assert_eq!(look.passed("connection-draft"), None);
    }

    #[test]
    fn values_that_are_entered_or_that_the_source_tells_settle_it() {
        let mut look = Look::at(orders());
        look.stage.stands("connection:ERP", DRAFT, 2, &[]);
        let mut entered = look.clone();
        let binding = ConnectionBinding {
            mode: ConnectionMode::Enter,
            values: [("url".to_owned(), "https://erp.example".to_owned())].into(),
            ..ConnectionBinding::default()
        };
        entered
            .stage
            .bindings
            .connections
            .insert("connection:ERP".parse().unwrap(), binding);
        assert_eq!(entered.found("connection-draft"), []);
        assert!(entered.passed("connection-draft").is_some());

        look.source_connection("connection:ERP", &[]);
        look.take_from_source("connection:ERP");
        assert_eq!(look.found("connection-draft"), []);
    }

    #[test]
    fn one_that_comes_with_the_archive_and_of_which_nobody_knows_the_values_blocks() {
        let mut look = Look::at(orders());
        let found = look.found("connection-draft");
        assert_eq!(found[0].severity, Severity::Blocking);
        assert!(found[0].text.contains("comes as a draft"), "{found:?}");
        // Nothing is active afterwards: then it can wait.
        look.stage.policies.activate = Activate::None;
        assert_eq!(
            look.found("connection-draft")[0].severity,
            Severity::Warning
        );
    }

    #[test]
    fn an_integration_that_is_only_activated_counts_as_well() {
        let mut look = Look::at(orders());
        look.stage.be_equal();
        look.stage.stands(
            "integration:TOTAL|01.00.0000",
            Some(State::Configured),
            1,
            &[("connection:ERP", "invoke")],
        );
        look.stage.stands("connection:ERP", DRAFT, 1, &[]);
        let found = look.found("connection-draft");
        assert_eq!(found.len(), 1);
        assert!(found[0].text.contains("`TOTAL` needs it"), "{found:?}");
    }
}
