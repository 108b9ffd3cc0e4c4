//! What Oracle delivers.

use super::locked::touched;
use super::registry::Check;
use super::report::Rule;
use super::scene::{Scene, named};
use crate::change::Severity;
use crate::waybill::{Action, Finding};

pub(super) const CHECK: Check = Check {
    rule: Rule {
        name: "prebuilt",
        severity: Severity::Blocking,
        title: "An artifact that Oracle delivers is to be changed",
        remedy: "Leave it out, or work with a copy of it.",
        planned: false,
    },
    passed: "Nothing that Oracle delivers is changed",
    find,
};

fn find(scene: &Scene<'_>) -> Vec<Finding> {
    touched(scene)
        .into_iter()
        .filter(|id| scene.destination.catalogue.get(id).is_some_and(|own| own.prebuilt))
        .map(|id| {
            let item = scene.waybill.item(id);
            let content = item.is_some_and(|item| item.action.brings() || item.action == Action::Remove);
            let (severity, guidance) = if content {
                (
                    Severity::Blocking,
                    "The service refuses to replace or delete it, and an update by Oracle would undo the change. Leave it out, or move a copy of it.",
                )
            } else {
                (
                    Severity::Warning,
                    "An update by Oracle may undo this change.",
                )
            };
            let text = format!("{} of {} is delivered by Oracle.", named(id), scene.there());
            CHECK.rule.finding(severity, text).about(id).guided(guidance)
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use crate::checks::stage::{Look, orders};
    use waybill_model::State;

    #[test]
    fn what_oracle_delivers_is_not_replaced() {
        let mut look = Look::settled(orders());
        look.stage
            .stands("integration:TOTAL|01.00.0000", Some(State::Active), 2, &[]);
        assert_eq!(look.found("prebuilt"), []);
        assert!(look.passed("prebuilt").is_some());
        for own in &mut look.stage.destination.catalogue.artifacts {
            own.prebuilt = own.id.code == "TOTAL";
        }
        let found = look.found("prebuilt");
        assert!(!found.is_empty());
        assert!(
            found[0]
                .text
                .contains("`TOTAL|01.00.0000` of PROD is delivered by Oracle")
        );
    }
}
