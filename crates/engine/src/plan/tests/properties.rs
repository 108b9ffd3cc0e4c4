//! What holds of every plan.

use std::collections::BTreeSet;

use proptest::prelude::*;
use waybill_model::ArtifactKind;

use super::replay::Replay;
use super::stage::stages;
use crate::change::Severity;
use crate::waybill::{Action, Activate, Existing, Need, SchedulePolicy, StepKind, Waybill};

proptest! {
    #![proptest_config(ProptestConfig {
        failure_persistence: None,
        ..ProptestConfig::with_cases(400)
    })]

    /// Nothing is activated before it is imported, no caller before what it calls, nothing replaced
    /// while it is active, nothing started before it is active; and the end is as the items say.
    #[test]
    fn the_destination_takes_every_step_and_ends_as_told(stage in stages()) {
        let waybill = stage.plan();
        Replay::of(&stage, &waybill).agrees();
    }

    #[test]
    fn steps_fit_together_and_what_is_saved_is_read_back(stage in stages()) {
        let waybill = stage.plan();
        let read = Waybill::read(waybill.to_json().as_bytes()).unwrap();
        prop_assert_eq!(read.hash(), waybill.hash());
        prop_assert_eq!(read, waybill);
    }

    #[test]
    fn planning_is_deterministic(stage in stages()) {
        let again = stage.clone().plan();
        prop_assert_eq!(stage.plan(), again);
    }

    #[test]
    fn nothing_is_to_be_done_where_both_are_equal(mut stage in stages()) {
        stage.be_equal();
        stage.choice.remove = BTreeSet::new();
        if stage.policies.existing == Existing::Replace {
            stage.policies.existing = Existing::ReplaceIfDifferent;
        }
        stage.policies.activate = Activate::AsInSource;
        if stage.policies.schedules != SchedulePolicy::LeaveStopped {
            stage.policies.schedules = SchedulePolicy::AsInSource;
        }
        let waybill = stage.plan();
        prop_assert_eq!(&waybill.steps, &[]);
        prop_assert!(waybill.checklist.is_empty());
    }

    #[test]
    fn the_second_time_nothing_is_left_to_do(mut stage in stages()) {
        stage.choice.remove = BTreeSet::new();
        stage.policies.existing = Existing::ReplaceIfDifferent;
        stage.policies.activate = Activate::AsInSource;
        stage.policies.schedules = SchedulePolicy::AsInSource;
        let waybill = stage.plan();
        let after = Replay::of(&stage, &waybill).stage();
        let again = after.plan();
        prop_assert_eq!(&again.steps, &[]);
    }

    #[test]
    fn what_is_left_out_is_no_item_and_is_not_imported(stage in stages()) {
        let mut stage = stage;
        stage.choice.remove = BTreeSet::new();
        let waybill = stage.plan();
        for left in &stage.choice.left_out {
            if let Some(item) = waybill.item(left) {
                // It rests while a deployment comes into its project, and stays what it is.
                let rests = |need: &Need| need.id.kind == ArtifactKind::Deployment;
                prop_assert_eq!(&item.action, &Action::Keep, "{}", left);
                prop_assert!(item.needed_by.iter().any(rests), "{left}");
                continue;
            }
            // What is around it may have to stop and start again.
            let others = waybill.steps.iter().filter(|step| {
                !matches!(step.kind, StepKind::StopSchedule | StepKind::StartSchedule)
            });
            for step in others {
                prop_assert!(step.subject != *left, "{}", step.key);
            }
        }
    }

    #[test]
    fn what_may_not_be_changed_blocks(mut stage in stages()) {
        stage.destination.read_only = Some("Changes are not allowed.".to_owned());
        let waybill = stage.plan();
        prop_assert_eq!(&waybill.findings[0].rule, "read-only");
        prop_assert_eq!(waybill.findings[0].severity, Severity::Blocking);
    }

    #[test]
    fn every_item_has_a_reason_that_leads_to_what_was_chosen(stage in stages()) {
        let waybill = stage.plan();
        for item in &waybill.items {
            for need in &item.needed_by {
                let known = waybill.items.iter().any(|other| *other.source_id() == need.id);
                prop_assert!(known, "{} needed by {}", item.id, need.id);
            }
        }
    }
}
