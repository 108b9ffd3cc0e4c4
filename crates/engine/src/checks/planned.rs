//! The rules of what planning finds by itself, so that all names stand in one table.

use super::report::Rule;
use crate::change::Severity;

/// What planning finds. The checks do not repeat it.
pub(super) const PLANNED: [Rule; 29] = [
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
        "no-values",
        Severity::Warning,
        "The source holds no values of a connection that takes them from there",
        "Enter its values.",
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
        "project-neighbours",
        Severity::Warning,
        "A project of the destination also holds active integrations that are not in the deployment",
        "Choose a time at which they may rest: they are deactivated and activated again.",
    ),
    planned(
        "restart-prebuilt",
        Severity::Warning,
        "A ready-made integration uses a connection that gets other values, and goes on with the old ones",
        "Deactivate and activate it in the console after the run.",
    ),
    planned(
        "comes-within",
        Severity::Warning,
        "The source holds it within archives of integrations alone, and the one in the destination stays",
        "To replace it, export it by itself in the source.",
    ),
    planned(
        "other-identities",
        Severity::Warning,
        "An access list names users and groups of the source",
        "See that the destination knows them, or leave the access list out.",
    ),
    planned(
        "identity-unsettled",
        Severity::Warning,
        "Somebody in an access list is not found again in the destination, and gets no access",
        "Say who is who (under Connections), or see that the identity domain of the destination knows them.",
    ),
    planned(
        "role-unsettled",
        Severity::Warning,
        "Somebody who has a service role is not found again in the destination, and gets none",
        "Say who is meant with `waybill access people`, or see that the identity domain of the destination knows them.",
    ),
    planned(
        "role-left-out",
        Severity::Note,
        "Somebody gets no service role, as it was decided",
        "Nothing, or change the table with `waybill access people`.",
    ),
    planned(
        "role-own",
        Severity::Blocking,
        "A role of the application that Waybill signs in with would be taken away",
        "Leave it out, or take it away in the console.",
    ),
    planned(
        "role-last-admin",
        Severity::Blocking,
        "Nobody would be ServiceAdministrator any more",
        "Leave one of them.",
    ),
    planned(
        "identity-left-out",
        Severity::Note,
        "Somebody in an access list gets no access, as it was decided",
        "Nothing, or change who is who (under Connections).",
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
    planned(
        "has-no-versions",
        Severity::Note,
        "It differs, and kinds without versions cannot come beside what is there",
        "To bring it, choose to replace it.",
    ),
    planned(
        "environment-only",
        Severity::Note,
        "It differs in what belongs to its environment alone, and stays",
        "To bring it, choose to replace it.",
    ),
    planned(
        "cannot-delete",
        Severity::Warning,
        "No call of the service deletes it",
        "Delete it in the console.",
    ),
    planned(
        "still-used",
        Severity::Warning,
        "It is to be deleted and still used",
        "Delete what uses it too, or bring back a version that does not.",
    ),
    planned(
        "cells-in-project",
        Severity::Warning,
        "Cells of a lookup of a project cannot be set",
        "Change the lookup in the console after the run.",
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

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    /// The names in the source of planning: `Finding::new("name", …`.
    fn found_by_planning() -> BTreeSet<String> {
        let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("src/plan");
        let mut names = BTreeSet::new();
        for file in std::fs::read_dir(folder).unwrap() {
            let path = file.unwrap().path();
            if path.extension().is_none_or(|ending| ending != "rs") {
                continue;
            }
            let text = std::fs::read_to_string(path).unwrap();
            for call in text.split("Finding::new(").skip(1) {
                let call = call.trim_start();
                let name = call
                    .strip_prefix('"')
                    .and_then(|rest| rest.split('"').next());
                names.extend(name.map(str::to_owned));
            }
        }
        names
    }

    #[test]
    fn what_planning_finds_is_in_the_table_and_nothing_else() {
        let table: BTreeSet<String> = PLANNED.iter().map(|rule| rule.name.to_owned()).collect();
        assert_eq!(table, found_by_planning(), "name it in PLANNED");
    }
}
