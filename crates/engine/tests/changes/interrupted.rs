//! Lost answers, dying programs, cancelling: nothing is done twice.

use std::time::Duration;

use secrecy::SecretString;
use waybill_engine::{Change, ConnectionEdit, RunStatus, StepState, make_change};
use waybill_model::{ArtifactKind, Scope, State};
use waybill_sandbox::{ActivationFault, Fault, FaultKind};

use crate::bench::bench;

fn on_patch(kind: FaultKind) -> Fault {
    Fault {
        kind,
        times: 1,
        path: Some("POST /integrations/".into()),
    }
}

#[tokio::test]
async fn a_lost_answer_is_looked_for_and_the_call_is_not_repeated() {
    let bench = bench(30).await;
    let id = bench.integration(State::Configured, false).await;
    bench.running.control().fail(on_patch(FaultKind::DropAfter));
    let run = bench.make(&id, Change::Activate { tracing: None }).await;
    assert_eq!(run.status, RunStatus::Done, "{run:?}");
    assert!(
        bench
            .lines(&run.id)
            .contains("The answer was lost on the way.")
    );
    assert_eq!(bench.effects("ACTIVATED"), 1);
}

#[tokio::test]
async fn a_program_that_died_after_the_effect_finds_it_done() {
    let bench = bench(30).await;
    let id = bench.integration(State::Configured, false).await;
    bench.running.control().fail(on_patch(FaultKind::DropAfter));
    let request = bench.request(&id, Change::Activate { tracing: None });
    // The answer is lost, and the program dies before it can look.
    bench.break_off(&request, StepState::Sent).await;
    let seen = bench.journal.run(&request.run).unwrap();
    assert_eq!(
        (seen.status, seen.resumable),
        (RunStatus::Interrupted, true)
    );
    tokio::time::sleep(Duration::from_millis(400)).await;
    let run = bench.again(&request).await;
    assert_eq!(run.status, RunStatus::Done, "{run:?}");
    assert!(
        bench.lines(&run.id).contains("it is done already"),
        "{}",
        bench.lines(&run.id)
    );
    assert_eq!(bench.effects("ACTIVATED"), 1);
    assert_eq!(bench.journal.verify_chain().unwrap().broken_at, None);
}

#[tokio::test]
async fn a_program_that_died_while_the_service_is_at_work_goes_on_watching() {
    let bench = bench(30).await;
    let id = bench.integration(State::Configured, false).await;
    bench
        .running
        .control()
        .disturb_activations(ActivationFault {
            integration: id.wire(),
            millis: Some(2500),
            error: None,
            times: Some(1),
        });
    let request = bench.request(&id, Change::Activate { tracing: None });
    bench.break_off(&request, StepState::Answered).await;
    let run = bench.again(&request).await;
    assert_eq!(run.status, RunStatus::Done, "{run:?}");
    assert!(
        bench
            .lines(&run.id)
            .contains("the service is at work on it")
    );
    assert_eq!(bench.effects("ACTIVATED"), 1);
}

#[tokio::test]
async fn a_program_that_died_before_the_effect_makes_it_once() {
    let bench = bench(30).await;
    let id = bench.integration(State::Configured, false).await;
    bench.running.control().fail(on_patch(FaultKind::Stall));
    let request = bench.request(&id, Change::Activate { tracing: None });
    bench.break_off(&request, StepState::Sent).await;
    let run = bench.again(&request).await;
    assert_eq!(run.status, RunStatus::Done, "{run:?}");
    assert!(bench.lines(&run.id).contains("Looked: it is not done"));
    assert_eq!(bench.effects("ACTIVATED"), 1);
    // One snapshot, taken before the first try.
    assert_eq!(bench.vault.snapshots().unwrap().len(), 1);
}

#[tokio::test]
async fn what_nobody_can_tell_is_not_done_again() {
    let bench = bench(60).await;
    let id = bench.integration(State::Active, true).await;
    bench.running.control().fail(Fault {
        kind: FaultKind::Stall,
        times: 1,
        path: Some("/schedule/jobs".into()),
    });
    let request = bench.request(&id, Change::RunNow);
    bench.break_off(&request, StepState::Sent).await;
    let run = bench.again(&request).await;
    assert_eq!(run.status, RunStatus::Failed, "{run:?}");
    assert!(
        run.headline
            .unwrap()
            .starts_with("Whether this was done cannot be told")
    );
    assert!(!run.resumable);
    assert_eq!(bench.effects("jobs"), 0);
}

#[tokio::test]
async fn a_secret_whose_answers_are_all_lost_is_not_called_unchanged() {
    let bench = bench(30).await;
    let one = bench
        .pick(ArtifactKind::Connection, |one| {
            one.id.scope == Scope::Global && one.lock.is_none() && one.state != Some(State::Draft)
        })
        .await;
    let read = bench.client.connection(&one.id.scope, &one.id.code).await;
    let name = read.unwrap().value.security_properties[0]
        .property_name
        .clone();
    bench.running.control().fail(Fault {
        kind: FaultKind::DropAfter,
        times: 50,
        path: Some("POST /connections/".into()),
    });
    let edit = ConnectionEdit {
        secrets: vec![name.clone()],
        ..ConnectionEdit::default()
    };
    let request = bench.request(&one.id, Change::EditConnection { edit });
    let secrets = vec![(name, SecretString::from("canary-4711"))];
    let run = make_change(bench.work(request, secrets).await)
        .await
        .unwrap();
    assert_eq!(
        (run.status, run.resumable),
        (RunStatus::Failed, false),
        "{run:?}"
    );
    assert!(
        run.headline
            .unwrap()
            .starts_with("Whether this was done cannot be told")
    );
}

#[tokio::test]
async fn cancelling_stops_watching_and_resuming_tells_how_it_ended() {
    let bench = bench(30).await;
    let id = bench.integration(State::Configured, false).await;
    bench
        .running
        .control()
        .disturb_activations(ActivationFault {
            integration: id.wire(),
            millis: Some(1500),
            error: None,
            times: Some(1),
        });
    let request = bench.request(&id, Change::Activate { tracing: None });
    let work = bench.work(request.clone(), Vec::new()).await;
    let cancel = work.cancel.clone();
    let making = tokio::spawn(make_change(work));
    loop {
        let steps = bench.journal.steps(&request.run).unwrap();
        if steps
            .last()
            .is_some_and(|step| step.state == StepState::Answered)
        {
            break;
        }
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    cancel.cancel();
    let run = making.await.unwrap().unwrap();
    assert_eq!(
        (run.status, run.resumable),
        (RunStatus::Cancelled, true),
        "{run:?}"
    );
    let run = bench.again(&request).await;
    assert_eq!(run.status, RunStatus::Done, "{run:?}");
    assert_eq!(bench.effects("ACTIVATED"), 1);
}
