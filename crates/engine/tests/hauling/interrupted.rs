//! Dying programs, storms, withdrawn permits, cancelling: the end is that of an undisturbed run, and
//! nothing is done twice.

use std::sync::atomic::Ordering;
use std::time::Duration;

use waybill_engine::haul::{HaulRequest, haul};
use waybill_engine::waybill::Policies;
use waybill_engine::{Run, RunStatus, StepState};
use waybill_sandbox::{Fault, FaultKind, StandingFault};

use crate::stage::{Stage, integrations, stage};

/// Takes the run up again until it has ended for good; at most so many times.
async fn to_the_end(stage: &Stage, request: &HaulRequest, most: usize) -> Run {
    let mut run = stage.go(request).await;
    for _ in 0..most {
        if !run.resumable {
            break;
        }
        run = stage.go(request).await;
    }
    run
}

async fn well_done(stage: &Stage, run: &Run) {
    let report = stage.report(run);
    let wrong: Vec<_> = report
        .items
        .iter()
        .filter(|item| item.why.is_some())
        .collect();
    assert_eq!(
        run.status,
        RunStatus::Done,
        "{run:#?}\n{wrong:#?}\n{}",
        stage.lines(&run.id)
    );
    assert!(stage.done_twice().is_empty(), "{:?}", stage.done_twice());
    let (there, here) = (
        stage.states("source").await,
        stage.states("destination").await,
    );
    for (id, state) in &here {
        let active = there[id] == Some(waybill_model::State::Active);
        assert_eq!(*state == Some(waybill_model::State::Active), active, "{id}");
    }
    assert_eq!(stage.bench.journal.verify_chain().unwrap().broken_at, None);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_program_that_dies_at_many_points_does_nothing_twice() {
    for seed in 0..3_u64 {
        let stage = stage(14, 3).await;
        let waybill = stage
            .plan(integrations, Policies::default(), stage.bindings().await)
            .await;
        stage.bench.sandbox.control().reset_calls();
        let request = stage.request(&waybill);
        for turn in 0..8_u64 {
            let pause = Duration::from_millis(40 + (seed * 37 + turn * 113) % 400);
            let ended = tokio::time::timeout(pause, haul(stage.work(&request))).await;
            if ended.is_ok() {
                break;
            }
            // What had been sent arrives, or does not.
            tokio::time::sleep(Duration::from_millis(80)).await;
        }
        let seen = stage.bench.journal.run(&request.run).unwrap();
        let run = if seen.resumable {
            to_the_end(&stage, &request, 3).await
        } else {
            seen
        };
        well_done(&stage, &run).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn with_every_fifth_call_failing_the_end_is_the_same() {
    let stage = stage(14, 3).await;
    let waybill = stage
        .plan(integrations, Policies::default(), stage.bindings().await)
        .await;
    stage.bench.sandbox.control().reset_calls();
    let status = |code| FaultKind::Status {
        code,
        retry_after: None,
    };
    stage.bench.sandbox.control().fail_often(StandingFault {
        chance: 0.2,
        kinds: vec![
            status(429),
            status(503),
            FaultKind::DropBefore,
            FaultKind::DropAfter,
        ],
        seed: 5,
        path: None,
        method: None,
        except: None,
    });
    let run = to_the_end(&stage, &stage.request(&waybill), 5).await;
    stage.bench.sandbox.control().heal();
    well_done(&stage, &run).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_permit_that_is_withdrawn_stops_the_run_and_it_goes_on_where_it_was() {
    let stage = stage(14, 0).await;
    let waybill = stage
        .plan(integrations, Policies::default(), stage.bindings().await)
        .await;
    stage.bench.sandbox.control().reset_calls();
    let request = stage.request(&waybill);
    // One check before the snapshot, two for each step.
    stage.permit.0.store(21, Ordering::SeqCst);
    let run = stage.go(&request).await;
    assert_eq!(
        (run.status, run.resumable),
        (RunStatus::Failed, true),
        "{run:#?}"
    );
    assert!(
        run.headline.as_ref().unwrap().contains("read-only"),
        "{run:?}"
    );
    let done = stage.count(&run.id, StepState::Done);
    assert!(done > 5 && done < waybill.steps.len(), "{done}");
    let effects = stage.effects("archive");
    assert!(effects > 0);
    stage.permit.0.store(i64::MAX, Ordering::SeqCst);
    let run = stage.go(&request).await;
    well_done(&stage, &run).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_cancelled_run_stops_at_a_safe_point_and_goes_on_when_resumed() {
    let stage = stage(14, 3).await;
    let waybill = stage
        .plan(integrations, Policies::default(), stage.bindings().await)
        .await;
    stage.bench.sandbox.control().reset_calls();
    let request = stage.request(&waybill);
    let work = stage.work(&request);
    let cancel = work.cancel.clone();
    let making = tokio::spawn(haul(work));
    while stage.effects("ACTIVATED") == 0 {
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    cancel.cancel();
    let run = making.await.unwrap().unwrap();
    assert_eq!(
        (run.status, run.resumable),
        (RunStatus::Cancelled, true),
        "{run:#?}"
    );
    assert!(
        run.headline.as_ref().unwrap().contains("steps are done"),
        "{run:?}"
    );
    assert!(stage.count(&run.id, StepState::Planned) > 0);
    assert_eq!(
        stage.count(&run.id, StepState::Sent),
        0,
        "calls under way end"
    );
    let run = stage.go(&request).await;
    well_done(&stage, &run).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn rights_that_are_withdrawn_midway_stop_the_run_and_it_goes_on_once_they_are_back() {
    let stage = stage(14, 0).await;
    let waybill = stage
        .plan(integrations, Policies::default(), stage.bindings().await)
        .await;
    stage.bench.sandbox.control().reset_calls();
    let request = stage.request(&waybill);
    stage.bench.sandbox.control().fail_after(
        5,
        Fault {
            kind: FaultKind::Status {
                code: 403,
                retry_after: None,
            },
            times: 1000,
            path: Some("POST /integrations/archive".into()),
        },
    );
    let run = stage.go(&request).await;
    assert_eq!(
        (run.status, run.resumable),
        (RunStatus::Failed, true),
        "{run:#?}"
    );
    assert!(
        run.headline.as_ref().unwrap().contains("no right"),
        "{run:?}"
    );
    let guidance = run.guidance.as_ref().unwrap();
    assert!(guidance.contains("ServiceDeveloper"), "{run:?}");
    stage.bench.sandbox.control().heal();
    let run = stage.go(&request).await;
    well_done(&stage, &run).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_sign_in_that_expires_again_and_again_is_renewed() {
    let stage = stage(14, 0).await;
    let waybill = stage
        .plan(integrations, Policies::default(), stage.bindings().await)
        .await;
    stage.bench.sandbox.control().reset_calls();
    let request = stage.request(&waybill);
    let mut making = Box::pin(haul(stage.work(&request)));
    let run = loop {
        tokio::select! {
            ended = &mut making => break ended.unwrap(),
            () = tokio::time::sleep(Duration::from_millis(700)) => {
                stage.bench.sandbox.control().expire_tokens();
            }
        }
    };
    well_done(&stage, &run).await;
}
