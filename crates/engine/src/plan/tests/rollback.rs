//! The way back: after a plan and the plan of its rollback, all is as it was.

use std::collections::BTreeSet;

use proptest::prelude::*;
use waybill_model::{Artifact, ArtifactId, ArtifactKind, State};

use super::replay::Replay;
use super::stage::{Stage, id, stages};
use crate::plan::{StepOutcome, rollback};
use crate::progress::StepNow;
use crate::waybill::{ConnectionPolicy, Waybill};

/// All steps, made.
fn made(waybill: &Waybill) -> Vec<StepOutcome> {
    let steps = waybill.steps.iter();
    steps
        .map(|step| StepOutcome {
            key: step.key.clone(),
            subject: step.subject.clone(),
            kind: step.kind,
            state: StepNow::Done,
        })
        .collect()
}

/// The stage of a rollback: from the snapshot of `before` to what is there `now`.
fn back(
    before: &Stage,
    now: &Stage,
    waybill: &Waybill,
    only: Option<&BTreeSet<ArtifactId>>,
) -> Stage {
    let mut stage = now.clone();
    stage.source = before.snapshot();
    let done = made(waybill);
    let (choice, policies) = rollback(waybill, &done, &stage.source.catalogue, only);
    stage.choice = choice;
    stage.policies = policies;
    stage
}

/// How everything stands there.
fn stands(stage: &Stage) -> Vec<String> {
    let all = stage.destination.catalogue.artifacts.iter();
    all.map(|own| {
        let facts = stage.destination.facts.get(&own.id);
        let fingerprint = facts.and_then(|facts| facts.fingerprint);
        let running = facts.and_then(|facts| facts.state);
        let fingerprint = fingerprint.map(|own| own.to_string()).unwrap_or_default();
        format!("{} {:?} {running:?} {fingerprint}", own.id, own.state)
    })
    .collect()
}

/// What was done, and what takes it back.
fn told(there: &Waybill, back: &Waybill) -> String {
    let findings = back.findings.iter();
    let findings: Vec<_> = findings.map(|one| (&one.text, &one.guidance)).collect();
    format!("{:#?}\nback {:#?}\n{findings:#?}", keys(there), keys(back))
}

fn keys(waybill: &Waybill) -> Vec<String> {
    let steps = waybill.steps.iter().map(|step| step.key.clone());
    steps.collect()
}

fn picks() -> impl Strategy<Value = Vec<usize>> {
    prop::collection::vec(0..40_usize, 1..4)
}

/// The end of a rollback without what cannot be taken back, which is told.
fn bare(was: &Stage, waybill: &Waybill, rolled: &Waybill, end: &Stage) -> Stage {
    let was = &was.destination.catalogue;
    // What the service lets nobody delete, or something needed before it came.
    let stays: BTreeSet<&ArtifactId> = rolled
        .findings
        .iter()
        .filter(|finding| matches!(&*finding.rule, "cannot-delete" | "still-used"))
        .filter_map(|finding| finding.subject.as_ref())
        .collect();
    // A package is there as long as an integration names it.
    let named = |own: &Artifact| {
        let mut members = own.dependencies.iter().filter(|need| need.role == "member");
        own.id.kind != ArtifactKind::Package
            || was.get(&own.id).is_some()
            || members.all(|member| was.get(&member.id).is_none())
    };
    // What was left out and came nevertheless, within an archive, is no part of the waybill.
    let unnamed = |own: &Artifact| {
        own.id.kind == ArtifactKind::Connection
            && was.get(&own.id).is_none()
            && waybill.item(&own.id).is_none()
    };
    let mut end = end.clone();
    let all = &mut end.destination.catalogue.artifacts;
    all.retain(|own| !stays.contains(&own.id) && named(own) && !unnamed(own));
    end
}

proptest! {
    #![proptest_config(ProptestConfig {
        failure_persistence: None,
        ..ProptestConfig::with_cases(300)
    })]

    #[test]
    fn after_the_way_back_all_is_as_it_was(mut stage in stages()) {
        stage.choice.remove = BTreeSet::new();
        let waybill = stage.plan();
        let after = Replay::of(&stage, &waybill).stage();
        let way_back = back(&stage, &after, &waybill, None);
        let rolled = way_back.plan();
        let end = Replay::of(&way_back, &rolled);
        end.agrees();
        let ended = bare(&stage, &waybill, &rolled, &end.stage());
        prop_assert_eq!(stands(&ended), stands(&stage), "{}", told(&waybill, &rolled));
        let again = back(&stage, &end.stage(), &waybill, None).plan();
        prop_assert_eq!(keys(&again), Vec::<String>::new(), "{}", told(&waybill, &again));
    }

    /// Whatever a person picks, the steps can be taken, and it stands as it stood.
    #[test]
    fn a_part_can_be_taken_back_alone(mut stage in stages(), picks in picks()) {
        stage.choice.remove = BTreeSet::new();
        let waybill = stage.plan();
        let after = Replay::of(&stage, &waybill).stage();
        let touched: BTreeSet<ArtifactId> =
            waybill.steps.iter().map(|step| step.subject.clone()).collect();
        let touched: Vec<_> = touched.into_iter().collect();
        let picked = picks.iter().filter(|_| !touched.is_empty());
        let only: BTreeSet<ArtifactId> =
            picked.map(|pick| touched[pick % touched.len()].clone()).collect();
        let way_back = back(&stage, &after, &waybill, Some(&only));
        let rolled = way_back.plan();
        let end = Replay::of(&way_back, &rolled);
        end.agrees();
        let ended = bare(&stage, &waybill, &rolled, &end.stage());
        for id in &only {
            let (is, was) = (ended.destination.catalogue.get(id), stage.destination.catalogue.get(id));
            let told = told(&waybill, &rolled);
            prop_assert_eq!(is.is_some(), was.is_some(), "{} {}", id, told);
        }
    }
}

/// A destination into which ORDER|02 comes with what it calls and uses, beside ORDER|01; MAIN is replaced.
fn moved() -> (Stage, Waybill, Stage) {
    let mut stage = Stage::new();
    let active = Some(State::Active);
    let uses = [
        ("connection:NEW", "invoke"),
        ("integration:PART|01.00.0000", "calls"),
    ];
    stage.has("integration:ORDER|01.02.0000", active, 2, &uses);
    stage.has(
        "integration:PART|01.00.0000",
        active,
        2,
        &[("lookup:L", "lookup")],
    );
    stage.has(
        "integration:MAIN|01.00.0000",
        active,
        2,
        &[("connection:ERP", "invoke")],
    );
    stage.has("connection:NEW", Some(State::Configured), 2, &[]);
    stage.has("connection:ERP", Some(State::Configured), 2, &[]);
    stage.has("lookup:L", None, 2, &[]);
    let of = |own: &'static str| [(own, "schedule of")];
    stage.has(
        "schedule:ORDER|01.02.0000",
        Some(State::Started),
        2,
        &of("integration:ORDER|01.02.0000"),
    );
    stage.choose(&[
        "integration:ORDER|01.02.0000",
        "integration:MAIN|01.00.0000",
    ]);
    stage.stands("integration:ORDER|01.01.0000", active, 1, &[]);
    stage.stands(
        "schedule:ORDER|01.01.0000",
        Some(State::Started),
        1,
        &of("integration:ORDER|01.01.0000"),
    );
    stage.stands(
        "integration:MAIN|01.00.0000",
        active,
        1,
        &[("connection:ERP", "invoke")],
    );
    stage.stands("connection:ERP", Some(State::Configured), 1, &[]);
    stage.policies.connections = ConnectionPolicy::FromSource;
    let waybill = stage.plan();
    let after = Replay::of(&stage, &waybill).stage();
    (stage, waybill, after)
}

#[test]
fn what_came_goes_users_before_what_they_use_and_what_was_comes_back() {
    let (stage, waybill, after) = moved();
    let way_back = back(&stage, &after, &waybill, None);
    let rolled = way_back.plan();
    assert_eq!(
        keys(&rolled),
        [
            "stop schedule:ORDER|01.02.0000",
            "deactivate integration:MAIN|01.00.0000",
            "deactivate integration:ORDER|01.02.0000",
            "deactivate integration:PART|01.00.0000",
            "import integration:MAIN|01.00.0000",
            "set connection:ERP",
            "test connection:ERP",
            "activate integration:MAIN|01.00.0000",
            "activate integration:ORDER|01.01.0000",
            "start schedule:ORDER|01.01.0000",
            "delete integration:ORDER|01.02.0000",
            "delete integration:PART|01.00.0000",
            "delete connection:NEW",
            "delete lookup:L",
        ]
    );
    let end = Replay::of(&way_back, &rolled);
    assert_eq!(stands(&end.stage()), stands(&stage));
}

#[test]
fn a_part_drags_along_what_cannot_stay_without_it() {
    let (stage, waybill, after) = moved();
    let only = BTreeSet::from([id("integration:PART|01.00.0000")]);
    let way_back = back(&stage, &after, &waybill, Some(&only));
    let remove: Vec<String> = way_back
        .choice
        .remove
        .iter()
        .map(ToString::to_string)
        .collect();
    assert_eq!(
        remove,
        [
            "integration:ORDER|01.02.0000",
            "integration:PART|01.00.0000",
            "schedule:ORDER|01.02.0000"
        ]
    );
    // The version that was displaced is active again; the rest stays as the run left it.
    let rolled = keys(&way_back.plan());
    assert!(
        rolled.contains(&"activate integration:ORDER|01.01.0000".to_owned()),
        "{rolled:?}"
    );
    assert!(
        !rolled
            .iter()
            .any(|key| key.contains("MAIN") || key.contains("connection"))
    );
}

#[test]
fn what_came_and_is_used_by_what_came_later_stays_and_that_is_told() {
    let (stage, waybill, mut after) = moved();
    let later = [("connection:NEW", "invoke")];
    after.stands(
        "integration:LATER|01.00.0000",
        Some(State::Active),
        1,
        &later,
    );
    let rolled = back(&stage, &after, &waybill, None).plan();
    assert!(!keys(&rolled).contains(&"delete connection:NEW".to_owned()));
    let told = rolled.findings.iter().find(|one| one.rule == "still-used");
    assert_eq!(
        told.unwrap().text,
        "Connection `NEW` stays in PROD: `LATER` uses it."
    );
}

#[test]
fn what_was_never_sent_is_not_taken_back() {
    let (stage, waybill, _) = moved();
    let mut done = made(&waybill);
    for step in &mut done {
        step.state = if step.key == "import lookup:L" {
            StepNow::Failed
        } else {
            StepNow::Skipped
        };
    }
    let snapshot = stage.snapshot().catalogue;
    let (choice, _) = rollback(&waybill, &done, &snapshot, None);
    assert!(choice.chosen.is_empty());
    assert_eq!(choice.remove, BTreeSet::from([id("lookup:L")]));
}
