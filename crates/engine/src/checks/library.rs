//! Libraries: there in the version that is called.

use waybill_model::ArtifactKind;

use super::lookup::add;
use super::registry::Check;
use super::report::Rule;
use super::scene::{Scene, named};
use crate::change::Severity;
use crate::waybill::Finding;

pub(super) const CHECK: Check = Check {
    rule: Rule {
        name: "library-missing",
        severity: Severity::Blocking,
        title: "A library that an integration calls is not in the destination and does not go along",
        remedy: "Take the library along, or register it in the destination.",
        planned: false,
    },
    passed: "Every library that is called is there or goes along",
    find,
};

fn find(scene: &Scene<'_>) -> Vec<Finding> {
    let mut findings = Vec::new();
    for (id, users) in scene.needed(ArtifactKind::Library) {
        // No list tells the libraries of projects, and the archive of an integration brings its own.
        let brought =
            id.scope.project().is_some() || scene.will_have(id) || scene.comes_within(users.from);
        if brought {
            continue;
        }
        let severity = if users.any_active {
            Severity::Blocking
        } else {
            Severity::Warning
        };
        let text = format!(
            "{} is not in {}, and does not go along. {}",
            named(id),
            scene.there(),
            users.need_it()
        );
        let finding = CHECK.rule.finding(severity, text).about(id).guided(
            "What calls it cannot run. Take it along, or register it there in this version.",
        );
        findings.push(add(scene, finding, users.from));
    }
    findings
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::checks::stage::{Look, orders};
    use waybill_model::State;

    #[test]
    fn a_library_that_is_nowhere_blocks_what_calls_it() {
        let mut stage = orders();
        stage.has(
            "integration:TOTAL|01.00.0000",
            Some(State::Active),
            1,
            &[
                ("connection:ERP", "invoke"),
                ("library:TAXES|01.00.0000", "library"),
            ],
        );
        let mut look = Look::settled(stage);
        let found = look.found("library-missing");
        assert_eq!(found[0].severity, Severity::Blocking);
        assert!(found[0].text.contains("`TAXES|01.00.0000` is not in PROD"));
        assert_eq!(found[0].fix, None);
        look.stage.stands("library:TAXES|01.00.0000", None, 1, &[]);
        assert_eq!(look.found("library-missing"), []);
        assert!(look.passed("library-missing").is_some());
    }
}
