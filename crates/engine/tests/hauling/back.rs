//! What was taken out of service for a replacement that did not come is put back; what somebody else
//! changed meanwhile is left alone.

use std::sync::Arc;
use std::time::Duration;

use tokio_util::sync::CancellationToken;
use waybill_engine::haul::{HaulItem, HaulRequest, HaulResult, haul, haul_steps};
use waybill_engine::waybill::{Bindings, Existing, Policies, StepKind, Waybill};
use waybill_engine::{Reporter, Run, RunEvent, RunStatus, StepNow, StepState, StepWhat};
use waybill_model::{ArtifactId, ArtifactKind, State};
use waybill_sandbox::{Fault, FaultKind};

use crate::stage::{Stage, choice, stage_where};

/// Two instances with the same, all integrations in chains.
async fn two(chain: usize) -> Stage {
    stage_where(24, chain, false, Duration::from_millis(60)).await
}

/// Replaces these in the destination; they are touched in the source, so that they differ.
async fn replacing(stage: &Stage, ids: &[ArtifactId]) -> Waybill {
    for id in ids {
        assert!(stage.bench.sandbox.control().touch("source", id));
    }
    let policies = Policies {
        existing: Existing::Replace,
        ..Policies::default()
    };
    let choose = |catalogue: &waybill_model::Catalogue| choice(catalogue, |id| ids.contains(id));
    let waybill = stage.plan(choose, policies, Bindings::default()).await;
    stage.bench.sandbox.control().reset_calls();
    for id in ids {
        let key = StepKind::Deactivate.key(id);
        assert!(waybill.steps.iter().any(|step| step.key == key), "{key}");
    }
    waybill
}

/// Integrations of the destination that run by a schedule, or that do not.
async fn active(stage: &Stage, scheduled: bool) -> Vec<ArtifactId> {
    let catalogue = stage.catalogue("destination").await;
    let client = stage.destination();
    let mut found = Vec::new();
    for (id, state) in stage.states("destination").await {
        let own = catalogue.get(&id);
        let free = own.is_some_and(|own| own.lock.is_none() && !own.prebuilt);
        if state != Some(State::Active) || !free {
            continue;
        }
        let schedule = client.schedule(&id.scope, &id.wire()).await.unwrap();
        let runs = schedule.and_then(|read| read.value.state);
        if (runs.as_deref() == Some("ACTIVE")) == scheduled {
            found.push(id);
        }
    }
    found
}

/// Imports of archives are refused until it is taken back.
fn refuse_imports(stage: &Stage) {
    stage.bench.sandbox.control().fail(Fault {
        kind: FaultKind::Status {
            code: 423,
            retry_after: None,
        },
        times: 1000,
        path: Some("/integrations/archive".into()),
    });
}

fn item(stage: &Stage, run: &Run, id: &ArtifactId) -> HaulItem {
    let items = stage.report(run).items.into_iter();
    items.into_iter().find(|item| item.id == *id).unwrap()
}

fn backs(stage: &Stage, run: &Run) -> Vec<(String, StepNow)> {
    let steps = haul_steps(&stage.bench.journal, &run.id).unwrap();
    let steps = steps
        .into_iter()
        .filter(|step| matches!(step.what, StepWhat::Back(_)));
    steps.map(|step| (step.key, step.state)).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn what_could_not_be_replaced_is_active_again_and_its_schedule_runs() {
    let stage = two(0).await;
    let id = active(&stage, true).await.remove(0);
    let waybill = replacing(&stage, std::slice::from_ref(&id)).await;
    let control = stage.bench.sandbox.control();
    refuse_imports(&stage);
    let request = stage.request(&waybill);
    let run = stage.go(&request).await;
    assert_eq!(run.status, RunStatus::Partial, "{run:#?}");
    let own = item(&stage, &run, &id);
    assert_eq!(own.result, HaulResult::Failed);
    assert_eq!(
        own.words,
        "Not replaced; put back as it was: active again, its schedule started again"
    );
    assert!(own.why.unwrap().contains("does not replace it"));
    let report = stage.report(&run);
    assert!(
        report
            .sentence
            .contains("1 integration was put back as it was"),
        "{}",
        report.sentence
    );
    // They are steps of their own, and none of the waybill.
    let schedule = ArtifactId {
        kind: ArtifactKind::Schedule,
        ..id.clone()
    };
    let expected = [
        format!("back activate {id}"),
        format!("back start {schedule}"),
    ];
    let expected = expected.map(|key| (key, StepNow::Done));
    assert_eq!(backs(&stage, &run), expected);
    assert_eq!(report.outcomes.len(), waybill.steps.len());
    assert_eq!(stage.states("destination").await[&id], Some(State::Active));
    assert!(active(&stage, true).await.contains(&id));

    // Tried again, it is taken out of service once more, and replaced.
    control.heal();
    let run = stage.retry(&request).await;
    assert_eq!(
        run.status,
        RunStatus::Done,
        "{run:#?}\n{}",
        stage.lines(&run.id)
    );
    let lines = stage.lines(&run.id);
    let sent = lines.lines();
    let sent = sent.filter(|line| line.contains("sending") && line.contains(&id.code));
    assert_eq!(sent.count(), 2, "the archive goes out again");
    let own = item(&stage, &run, &id);
    assert_eq!(own.words, "Replaced, active");
    assert!(backs(&stage, &run).is_empty());
    assert!(active(&stage, true).await.contains(&id));
}

#[tokio::test(flavor = "multi_thread")]
async fn callers_are_put_back_after_what_they_call() {
    let stage = two(3).await;
    let all = active(&stage, false).await;
    let waybill = replacing(&stage, &all).await;
    let order: Vec<&ArtifactId> = waybill
        .steps
        .iter()
        .filter(|step| step.kind == StepKind::Deactivate)
        .map(|step| &step.subject)
        .collect();
    assert!(waybill.steps.iter().any(|step| {
        step.kind == StepKind::Deactivate
            && step.needs.iter().any(|need| need.starts_with("deactivate"))
    }));
    refuse_imports(&stage);
    let run = stage.haul(&waybill).await;
    let mut back = backs(&stage, &run);
    // Schedules run again once their integrations do.
    let schedules = back.split_off(order.len());
    assert!(schedules.iter().all(|(key, state)| {
        key.starts_with("back start schedule:") && *state == StepNow::Done
    }));
    let keys: Vec<String> = order
        .iter()
        .rev()
        .map(|id| format!("back activate {id}"))
        .collect();
    let expected: Vec<_> = keys.into_iter().map(|key| (key, StepNow::Done)).collect();
    assert_eq!(back, expected);
    for id in &all {
        assert_eq!(stage.states("destination").await[id], Some(State::Active));
    }
}

/// Asks the run to stop once something is deactivated.
struct StopAfterDeactivation(CancellationToken);

impl Reporter for StopAfterDeactivation {
    fn report(&self, event: RunEvent) {
        if let RunEvent::Step(news) = event
            && news.what == StepWhat::Waybill(StepKind::Deactivate)
            && news.state == StepNow::Done
        {
            self.0.cancel();
        }
    }
}

async fn stopped_after_deactivation(stage: &Stage, request: &HaulRequest) -> Run {
    let mut work = stage.work(request);
    work.reporter = Arc::new(StopAfterDeactivation(work.cancel.clone()));
    let run = haul(work).await.unwrap();
    assert_eq!(run.status, RunStatus::Cancelled, "{run:#?}");
    run
}

#[tokio::test(flavor = "multi_thread")]
async fn what_somebody_changed_after_it_was_deactivated_is_left_alone() {
    let stage = two(0).await;
    let control = stage.bench.sandbox.control();
    let ids: Vec<ArtifactId> = active(&stage, false).await.into_iter().take(1).collect();
    let waybill = replacing(&stage, &ids).await;
    let request = stage.request(&waybill);
    stopped_after_deactivation(&stage, &request).await;
    assert!(control.touch("destination", &ids[0]));
    let run = stage.go(&request).await;
    assert_eq!(run.status, RunStatus::Partial, "{run:#?}");
    let own = item(&stage, &run, &ids[0]);
    let why = own.why.unwrap();
    assert!(why.starts_with("Somebody changed integration"), "{why}");
    assert!(why.contains(&ids[0].wire()), "{why}");
    assert!(own.what_to_do.unwrap().contains("plan again"));
    assert_eq!(own.words, "Not imported, not active");
    // Nor is it activated as it is now.
    assert!(backs(&stage, &run).is_empty());
    assert!(
        stage
            .lines(&run.id)
            .contains("was active and is not put back: it was changed"),
        "{}",
        stage.lines(&run.id)
    );
    assert_eq!(
        stage.states("destination").await[&ids[0]],
        Some(State::Configured)
    );
    assert_eq!(stage.count(&run.id, StepState::Failed), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_somebody_changed_after_it_was_put_back_is_not_deactivated_again() {
    let stage = two(0).await;
    let control = stage.bench.sandbox.control();
    let ids: Vec<ArtifactId> = active(&stage, false).await.into_iter().take(2).collect();
    let waybill = replacing(&stage, &ids).await;
    let request = stage.request(&waybill);
    refuse_imports(&stage);
    let run = stage.go(&request).await;
    assert_eq!(backs(&stage, &run).len(), 2);
    control.heal();
    assert!(control.touch("destination", &ids[0]));
    let run = stage.retry(&request).await;
    assert_eq!(run.status, RunStatus::Partial, "{run:#?}");
    let why = item(&stage, &run, &ids[0]).why.unwrap();
    assert!(why.starts_with("Somebody changed integration"), "{why}");
    assert_eq!(item(&stage, &run, &ids[1]).words, "Replaced, active");
    for id in &ids {
        assert_eq!(stage.states("destination").await[id], Some(State::Active));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn stopped_while_it_puts_back_it_goes_on_with_that() {
    let stage = two(0).await;
    let ids: Vec<ArtifactId> = active(&stage, false).await.into_iter().take(1).collect();
    let waybill = replacing(&stage, &ids).await;
    let request = stage.request(&waybill);
    refuse_imports(&stage);
    // The program dies right after it has asked for the activation.
    let key = format!("back activate {}", ids[0]);
    let asked = Arc::new(tokio::sync::Notify::new());
    let mut work = stage.work(&request);
    work.reporter = Arc::new(Asked(key.clone(), asked.clone()));
    tokio::select! {
        run = haul(work) => panic!("{:#?}", run.unwrap()),
        () = asked.notified() => {}
    }
    let run = stage.go(&request).await;
    assert_eq!(run.status, RunStatus::Partial, "{run:#?}");
    assert_eq!(backs(&stage, &run), [(key, StepNow::Done)]);
    assert_eq!(
        stage.states("destination").await[&ids[0]],
        Some(State::Active)
    );
    assert!(stage.done_twice().is_empty(), "{:?}", stage.done_twice());
}

/// Tells when a step is under way.
struct Asked(String, Arc<tokio::sync::Notify>);

impl Reporter for Asked {
    fn report(&self, event: RunEvent) {
        if let RunEvent::Step(news) = event
            && news.key == self.0
            && news.state == StepNow::Running
        {
            self.1.notify_one();
        }
    }
}
