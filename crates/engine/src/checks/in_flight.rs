//! Integrations that are taken out of service while they may have work.

use super::registry::Check;
use super::report::Rule;
use super::scene::{Scene, count};
use crate::change::{Severity, names};
use crate::waybill::{Finding, StepKind};

pub(super) const CHECK: Check = Check {
    rule: Rule {
        name: "messages-in-flight",
        severity: Severity::Note,
        title: "Integrations that are active now are deactivated",
        remedy: "Choose a time at which they have little work, or let them work it off first.",
        planned: false,
    },
    passed: "No active integration is taken out of service",
    find,
};

fn find(scene: &Scene<'_>) -> Vec<Finding> {
    let steps = scene.waybill.steps.iter();
    let codes: Vec<&str> = steps
        .filter(|step| {
            step.kind == StepKind::Deactivate && scene.destination.is_active(&step.subject)
        })
        .map(|step| step.subject.code.as_str())
        .collect();
    if codes.is_empty() {
        return Vec::new();
    }
    let text = format!(
        "{} of {} deactivated in the run: {}.",
        count(codes.len(), "active integration", "active integrations"),
        format_args!(
            "{} {}",
            scene.there(),
            if codes.len() == 1 { "is" } else { "are" }
        ),
        names(codes)
    );
    vec![
        CHECK
            .rule
            .finding(Severity::Note, text)
            .guided("Messages in flight end on the old version, or are dropped. What comes in meanwhile finds nobody, until it is active again."),
    ]
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::checks::stage::{Look, orders};
    use waybill_model::State;

    #[test]
    fn active_integrations_that_are_deactivated_are_named() {
        let mut look = Look::settled(orders());
        assert!(look.passed("messages-in-flight").is_some());
        look.stage
            .stands("integration:TOTAL|01.00.0000", Some(State::Active), 2, &[]);
        let found = look.found("messages-in-flight");
        assert_eq!(found[0].severity, Severity::Note);
        assert_eq!(
            found[0].text,
            "1 active integration of PROD is deactivated in the run: `TOTAL`."
        );
    }
}
