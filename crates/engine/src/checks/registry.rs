//! All rules, and going through them.

use crate::plan::{PlanDestination, PlanSource};
use crate::waybill::{Finding, Waybill};

use super::facts::CheckFacts;
use super::planned::PLANNED;
use super::report::{CheckReport, Passed, Rule};
use super::scene::Scene;
use super::{
    active_cap, adapter, agent_group, archive, called, certificate, connection_draft,
    connection_file, connection_test, connection_values, environment, generation, in_flight,
    library, locked, lookup, name_length, prebuilt, ready, schedule, unread, version,
};

/// A check: its rule, what it says where all is well, and how it looks.
#[derive(Clone, Copy)]
pub(super) struct Check {
    pub rule: Rule,
    /// What is in order where nothing was found, in a few words.
    pub passed: &'static str,
    /// Finds; each finding is of the rule.
    pub find: fn(&Scene<'_>) -> Vec<Finding>,
}

const CHECKS: [Check; 30] = [
    connection_draft::CHECK,
    connection_values::CHECK,
    connection_test::CHECK,
    connection_file::CHECK,
    adapter::CHECK,
    agent_group::CHECK,
    certificate::MISSING,
    certificate::ENDS,
    lookup::MISSING,
    lookup::DIFFERENT,
    library::CHECK,
    called::MISSING,
    called::INACTIVE,
    version::CHECK,
    locked::CHECK,
    prebuilt::CHECK,
    generation::CHECK,
    name_length::CHECK,
    archive::DAMAGED,
    archive::REZIPPED,
    archive::SECRETS,
    environment::CHECK,
    schedule::CHECK,
    active_cap::CHECK,
    in_flight::CHECK,
    ready::RIGHTS,
    ready::SPACE,
    ready::VAULT,
    ready::SIGN_OFF,
    unread::CHECK,
];

const ALL: usize = CHECKS.len() + PLANNED.len();

/// All rules: those of the checks in the order in which they are gone through, then those of planning.
pub const RULES: &[Rule] = &{
    let mut all = [CHECKS[0].rule; ALL];
    let mut index = 0;
    while index < ALL {
        all[index] = if index < CHECKS.len() {
            CHECKS[index].rule
        } else {
            PLANNED[index - CHECKS.len()]
        };
        index += 1;
    }
    all
};

/// Goes through all checks.
#[must_use]
pub fn check(
    waybill: &Waybill,
    source: &PlanSource,
    destination: &PlanDestination,
    facts: &CheckFacts,
) -> CheckReport {
    let scene = Scene::of(waybill, source, destination, facts);
    let mut report = CheckReport::default();
    for check in &CHECKS {
        let name = check.rule.name;
        let found = (check.find)(&scene);
        let unread = facts.unread.iter().any(|one| one.rules.contains(&name));
        if found.is_empty() && !unread {
            report.passed.push(Passed {
                rule: name,
                text: check.passed.to_owned(),
            });
        }
        report.findings.extend(found);
    }
    report
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;
    use crate::change::Severity;
    use crate::checks::stage::{Look, id, orders};
    use crate::checks::{NotChecked, Rights};

    #[test]
    fn each_rule_is_there_once_and_says_what_it_is() {
        let names: BTreeSet<&str> = RULES.iter().map(|rule| rule.name).collect();
        assert_eq!(names.len(), RULES.len());
        for rule in RULES {
            let plain = |sign: char| sign.is_ascii_lowercase() || sign == '-';
            assert!(rule.name.chars().all(plain), "{}", rule.name);
            assert!(
                !rule.title.is_empty() && rule.remedy.ends_with('.'),
                "{}",
                rule.name
            );
        }
    }

    /// A world in which nearly everything is wrong.
    fn wrong() -> Look {
        let mut stage = orders();
        stage.has("lookup:TAX", None, 1, &[]);
        stage.has(
            "integration:TOTAL|01.00.0000",
            Some(waybill_model::State::Active),
            1,
            &[
                ("connection:ERP", "invoke"),
                ("connection:NEW", "invoke"),
                ("lookup:TAX", "lookup"),
                ("library:L|01.00.0000", "library"),
            ],
        );
        stage.has("connection:NEW", None, 1, &[]);
        stage.choice.left_out.insert(id("lookup:TAX"));
        stage.stands("connection:ERP", Some(waybill_model::State::Draft), 2, &[]);
        let mut look = Look::at(stage);
        look.source_connection("connection:NEW", &[("password", true, true, "")]);
        let own = &mut look.facts.own;
        own.rights = Rights::Unknown;
        own.free_bytes = Some(0);
        own.vault_ready = Some("It is not there.".to_owned());
        own.sign_off_required = true;
        look.archive("integration:TOTAL|01.00.0000").damage = vec!["it is cut off".to_owned()];
        look.facts.unread.push(NotChecked {
            rules: vec!["agent-group"],
            subject: None,
            text: "The agent groups could not be read.".to_owned(),
        });
        look
    }

    #[test]
    fn every_finding_is_of_a_rule_and_no_weightier_than_it() {
        let report = wrong().report();
        let mut rules = BTreeSet::new();
        for finding in &report.findings {
            let rule = RULES.iter().find(|rule| rule.name == finding.rule).unwrap();
            assert!(!rule.planned, "{finding:?}");
            assert!(finding.severity >= rule.severity, "{finding:?}");
            rules.insert(rule.name);
        }
        assert!(rules.len() >= 9, "{rules:?}");
        // What found something, and what could not be read, has not passed.
        for passed in &report.passed {
            assert!(
                !rules.contains(passed.rule) && passed.rule != "agent-group",
                "{passed:?}"
            );
        }
        assert_eq!(report.passed.len() + rules.len() + 1, CHECKS.len());
    }

    #[test]
    fn where_all_is_well_every_check_says_so() {
        let report = Look::settled(orders()).report();
        assert_eq!(report.findings, []);
        assert_eq!(report.passed.len(), CHECKS.len());
    }

    #[test]
    fn what_could_not_be_read_is_told_as_a_note() {
        let found = wrong().found("not-checked");
        assert_eq!(found[0].severity, Severity::Note);
        assert_eq!(found[0].text, "The agent groups could not be read.");
    }
}
