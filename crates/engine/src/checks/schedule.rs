//! Schedules that start without what they need.

use super::registry::Check;
use super::report::Rule;
use super::scene::{Scene, named};
use crate::change::{Severity, names};
use crate::waybill::{Finding, StepKind};

pub(super) const CHECK: Check = Check {
    rule: Rule {
        name: "schedule-parameter",
        severity: Severity::Warning,
        title: "A schedule starts while a parameter of it has no value",
        remedy: "Give the parameter a value for this destination.",
        planned: false,
    },
    passed: "Every schedule that starts has values for its parameters",
    find,
};

fn find(scene: &Scene<'_>) -> Vec<Finding> {
    let steps = scene.waybill.steps.iter();
    steps
        .filter(|step| step.kind == StepKind::StartSchedule)
        .filter_map(|step| {
            let id = &step.subject;
            let own = scene.facts.schedules.get(id)?;
            let binding = scene.waybill.bindings.schedules.get(id);
            let entered = |name: &str| {
                let value = binding.and_then(|binding| binding.parameters.get(name));
                value.is_some_and(|value| !value.is_empty())
            };
            let parameters = own.parameters.iter();
            let empty: Vec<&str> = parameters
                .filter(|(name, value)| {
                    value.as_ref().is_none_or(String::is_empty) && !entered(name)
                })
                .map(|(name, _)| name.as_str())
                .collect();
            (!empty.is_empty()).then(|| {
                CHECK
                    .rule
                    .finding(
                        Severity::Warning,
                        format!(
                            "{} starts without a value for {}.",
                            named(id),
                            names(empty)
                        ),
                    )
                    .about(id)
                    .guided("Its first run takes the default of the design, or fails. Give it a value for this destination, or leave the schedule stopped.")
            })
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::checks::ScheduleFacts;
    use crate::checks::stage::{Look, id, orders};
    use crate::waybill::ScheduleBinding;
    use waybill_model::State;

    #[test]
    fn a_schedule_that_starts_without_a_value_is_named_until_it_has_one() {
        let mut stage = orders();
        let schedule = "schedule:ORDER|01.02.0000";
        stage.has(
            schedule,
            Some(State::Started),
            1,
            &[("integration:ORDER|01.02.0000", "schedule of")],
        );
        let mut look = Look::settled(stage);
        assert!(look.passed("schedule-parameter").is_some());
        let own = ScheduleFacts {
            parameters: [
                ("since".to_owned(), None),
                ("size".to_owned(), Some("5".to_owned())),
            ]
            .into(),
        };
        look.facts.schedules.insert(id(schedule), own);
        let found = look.found("schedule-parameter");
        assert_eq!(found[0].severity, Severity::Warning);
        assert!(
            found[0].text.contains("without a value for `since`."),
            "{found:?}"
        );
        let binding = ScheduleBinding {
            parameters: [("since".to_owned(), "2026-01-01".to_owned())].into(),
            ..ScheduleBinding::default()
        };
        look.stage.bindings.schedules.insert(id(schedule), binding);
        assert_eq!(look.found("schedule-parameter"), []);
    }
}
