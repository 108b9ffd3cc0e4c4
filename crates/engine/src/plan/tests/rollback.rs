//! The way back: after a plan and the plan of its rollback, all is as it was.

use std::collections::BTreeSet;

use proptest::prelude::*;
use waybill_model::{Artifact, ArtifactId, ArtifactKind};

use super::replay::Replay;
use super::stage::{Stage, stages};
use crate::plan::{StepOutcome, rollback};
use crate::progress::StepNow;
use crate::waybill::Waybill;

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
