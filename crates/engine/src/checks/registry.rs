//! All rules, and going through them.

use crate::change::Severity;
use crate::plan::{PlanDestination, PlanSource};
use crate::waybill::{Finding, Waybill};

use super::facts::CheckFacts;
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

/// What planning finds. The checks do not repeat it.
const PLANNED: [Rule; 15] = [
    planned(
        "read-only",
        Severity::Blocking,
        "Nothing may be changed in the destination",
        "Allow changes there, for a while or for good.",
    ),
    planned(
        "cannot-go",
        Severity::Warning,
        "An artifact cannot be carried",
        "Leave it out, or do by hand what the finding names.",
    ),
    planned(
        "need-missing",
        Severity::Warning,
        "Something that is needed is in neither place",
        "Bring it to the destination first, or into the source.",
    ),
    planned(
        "left-out",
        Severity::Warning,
        "Something that is needed was left out",
        "Take it along, or see that the destination has one that fits.",
    ),
    planned(
        "not-in-source",
        Severity::Warning,
        "What was chosen is not in the source any more",
        "Choose again.",
    ),
    planned(
        "same-major",
        Severity::Warning,
        "An active version is displaced",
        "Let the older one work off what it has, or choose another time.",
    ),
    planned(
        "call-cycle",
        Severity::Warning,
        "Integrations call each other in a circle",
        "Activate them as a group after the run, or leave one of them inactive.",
    ),
    planned(
        "whole-project",
        Severity::Warning,
        "One integration of a project brings all of it",
        "Take the whole project along, or a deployment of it.",
    ),
    planned(
        "package-neighbours",
        Severity::Warning,
        "A package of the destination also holds what is not in its archive",
        "To leave the others alone, choose the integrations rather than the package.",
    ),
    planned(
        "comes-within",
        Severity::Note,
        "The source holds it within archives of integrations alone",
        "Nothing; the one in the destination stays.",
    ),
    planned(
        "other-identities",
        Severity::Warning,
        "An access list names users and groups of the source",
        "See that the destination knows them, or leave the access list out.",
    ),
    planned(
        "package-apart",
        Severity::Note,
        "Integrations of a package go without it",
        "Nothing, or choose the package.",
    ),
    planned(
        "one-of-a-major",
        Severity::Note,
        "Of several versions with one major, one is active",
        "Nothing, or choose which of them is activated.",
    ),
    planned(
        "state-unknown",
        Severity::Note,
        "The source does not tell whether an integration is active",
        "Choose to activate it, or all.",
    ),
    planned(
        "not-compared",
        Severity::Note,
        "Whether it differs could not be found out",
        "Nothing; it is replaced.",
    ),
];

const fn planned(
    name: &'static str,
    severity: Severity,
    title: &'static str,
    remedy: &'static str,
) -> Rule {
    Rule {
        name,
        severity,
        title,
        remedy,
        planned: true,
    }
}

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
