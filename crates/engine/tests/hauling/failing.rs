//! Steps that fail take only those with them that need them; what failed is tried again.

use waybill_engine::haul::HaulResult;
use waybill_engine::waybill::{Policies, StepKind, Waybill};
use waybill_engine::{RunStatus, StepState};
use waybill_model::{ArtifactId, State};
use waybill_sandbox::ActivationFault;

use crate::stage::{integrations, stage};

/// An integration that is called by others in the waybill, and these, near and far.
fn called(waybill: &Waybill) -> (ArtifactId, Vec<ArtifactId>) {
    let activations: Vec<_> = waybill
        .steps
        .iter()
        .filter(|step| matches!(step.kind, StepKind::Activate { .. }))
        .collect();
    let first = activations
        .iter()
        .find(|step| {
            activations
                .iter()
                .any(|other| other.needs.contains(&step.key))
        })
        .unwrap();
    let mut lost = vec![first.key.clone()];
    for step in &waybill.steps {
        if step.needs.iter().any(|need| lost.contains(need)) {
            lost.push(step.key.clone());
        }
    }
    let dependents = activations
        .iter()
        .filter(|step| lost[1..].contains(&step.key))
        .map(|step| step.subject.clone())
        .collect();
    (first.subject.clone(), dependents)
}

#[tokio::test(flavor = "multi_thread")]
async fn an_activation_that_fails_takes_its_callers_with_it_and_nothing_else() {
    let stage = stage(24, 4).await;
    let waybill = stage
        .plan(integrations, Policies::default(), stage.bindings().await)
        .await;
    let (failing, dependents) = called(&waybill);
    assert!(!dependents.is_empty());
    stage.bench.sandbox.control().reset_calls();
    stage
        .bench
        .sandbox
        .control()
        .disturb_activations(ActivationFault {
            integration: failing.wire(),
            millis: None,
            error: Some("Connection ERP does not answer.".into()),
            times: None,
        });
    let request = stage.request(&waybill);
    let run = stage.go(&request).await;
    assert_eq!(run.status, RunStatus::Partial, "{run:#?}");
    assert!(!run.resumable);
    let report = stage.report(&run);
    let item = |id: &ArtifactId| report.items.iter().find(|item| item.id == *id).unwrap();
    let failed = item(&failing);
    assert_eq!(failed.result, HaulResult::Failed);
    assert!(
        failed
            .why
            .as_ref()
            .unwrap()
            .contains("Connection ERP does not answer.")
    );
    assert!(
        failed
            .what_to_do
            .as_ref()
            .unwrap()
            .contains("Test its connections")
    );
    assert!(failed.words.ends_with("not active"), "{}", failed.words);
    for id in &dependents {
        let own = item(id);
        assert_eq!(own.result, HaulResult::NotDone, "{own:?}");
        assert!(own.why.as_ref().unwrap().contains(&failing.code), "{own:?}");
    }
    let others = report
        .items
        .iter()
        .filter(|item| item.id != failing && !dependents.contains(&item.id));
    for other in others {
        let well = matches!(other.result, HaulResult::Done | HaulResult::Kept)
            || other
                .why
                .as_ref()
                .is_some_and(|why| why.contains(&failing.code));
        assert!(well, "{other:?}");
    }
    assert_eq!(stage.count(&run.id, StepState::Failed), 1);

    // Once the cause is gone, only what failed or was left is done.
    stage.bench.sandbox.control().heal();
    let imports = stage.effects("archive");
    let run = stage.retry(&request).await;
    assert_eq!(
        run.status,
        RunStatus::Done,
        "{run:#?}\n{}",
        stage.lines(&run.id)
    );
    assert_eq!(stage.effects("archive"), imports);
    let states = stage.states("destination").await;
    for id in dependents.iter().chain([&failing]) {
        assert_eq!(states[id], Some(State::Active), "{id}");
    }
    assert_eq!(stage.bench.journal.verify_chain().unwrap().broken_at, None);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_connection_whose_test_fails_keeps_its_integrations_from_being_activated() {
    let stage = stage(12, 0).await;
    let waybill = stage
        .plan(integrations, Policies::default(), stage.bindings().await)
        .await;
    let test = waybill.steps.iter().find(|step| {
        step.kind == StepKind::TestConnection
            && waybill
                .steps
                .iter()
                .any(|other| other.needs.contains(&step.key))
    });
    let test = test.unwrap();
    // It is there once an integration has brought it; its values are refused then.
    stage.bench.sandbox.control().fail(waybill_sandbox::Fault {
        kind: waybill_sandbox::FaultKind::Status {
            code: 409,
            retry_after: None,
        },
        times: 1,
        path: Some(format!("/connections/{}/test", test.subject.code)),
    });
    let request = stage.request(&waybill);
    let run = stage.go(&request).await;
    assert_eq!(run.status, RunStatus::Partial, "{run:#?}");
    let report = stage.report(&run);
    let own = report
        .items
        .iter()
        .find(|item| item.id == test.subject)
        .unwrap();
    assert_eq!(own.result, HaulResult::Failed);
    assert!(
        own.why.as_ref().unwrap().contains("values are missing"),
        "{own:?}"
    );
    assert!(own.exchange.as_ref().unwrap().path.contains("/test"));
    let skipped = stage.count(&run.id, StepState::Skipped);
    assert!(skipped > 0);
    let run = stage.retry(&request).await;
    assert_eq!(run.status, RunStatus::Done, "{run:#?}");
}
