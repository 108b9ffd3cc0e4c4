//! What is there after a move, and how it was sent.

use waybill_engine::haul::{HaulResult, haul_steps};
use waybill_engine::waybill::{Policies, StepKind};
use waybill_engine::{RunStatus, StepNow, sha256};
use waybill_model::{ArtifactKind, Scope, State};

use crate::stage::{everything, integrations, stage};

#[tokio::test(flavor = "multi_thread")]
async fn all_integrations_are_there_as_planned_and_not_one_byte_differs() {
    let stage = stage(30, 3).await;
    let waybill = stage
        .plan(integrations, Policies::default(), stage.bindings().await)
        .await;
    assert!(waybill.steps.len() > 40, "{}", waybill.steps.len());
    stage.bench.sandbox.control().reset_calls();
    let run = stage.haul(&waybill).await;
    let report = stage.report(&run);
    let wrong: Vec<_> = report
        .items
        .iter()
        .filter(|item| !matches!(item.result, HaulResult::Done | HaulResult::Kept))
        .filter(|item| item.id.kind != ArtifactKind::AgentGroup)
        .map(|item| {
            format!(
                "{} {} {:?} {:?}",
                item.id, item.words, item.why, item.verified_words
            )
        })
        .collect();
    assert_eq!(
        run.status,
        RunStatus::Done,
        "{:?}\n{wrong:#?}",
        run.headline
    );
    assert!(wrong.is_empty(), "{wrong:#?}");
    assert!(!run.resumable);
    assert!(run.snapshot.is_some());
    // Each change once.
    assert!(stage.done_twice().is_empty(), "{:?}", stage.done_twice());
    // As in the source.
    let (there, here) = (
        stage.states("source").await,
        stage.states("destination").await,
    );
    for (id, state) in &here {
        let wanted = match there[id] {
            Some(State::Active) => State::Active,
            _ => State::Configured,
        };
        assert_eq!(*state, Some(wanted), "{id}");
    }
    assert!(here.len() >= 25, "{}", here.len());
    // What the destination has is what was sent, byte by byte.
    let client = stage.destination();
    let mut same = 0;
    for item in waybill
        .items
        .iter()
        .filter(|item| item.id.kind == ArtifactKind::Integration && item.id.scope == Scope::Global)
    {
        let sent = item.archive.as_ref().unwrap();
        if sent.carried_by.is_none() {
            let now = client.export_integration(&item.id.wire()).await.unwrap();
            same += usize::from(sha256(&now) == sent.sha256);
        }
    }
    assert!(same >= 25, "{same} archives are served as they were sent");
    assert!(
        report
            .items
            .iter()
            .filter(|item| item.verified == Some(true))
            .count()
            >= 25
    );
    assert!(
        report.failed == 0 && report.headline.contains("imported"),
        "{}",
        report.headline
    );
    let steps = haul_steps(&stage.bench.journal, &run.id).unwrap();
    assert_eq!(steps.len(), waybill.steps.len() + 2);
    for step in &steps {
        assert_eq!(step.state, StepNow::Done, "{step:?}");
    }
    let history = stage.bench.journal.step_history("destination").unwrap();
    assert!(history.millis["activate"] > 100, "{history:?}");
    assert!(history.millis.contains_key("import"), "{history:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn everything_that_can_go_goes_with_projects_packages_and_schedules() {
    let stage = stage(40, 0).await;
    let waybill = stage
        .plan(everything, Policies::default(), stage.bindings().await)
        .await;
    stage.bench.sandbox.control().reset_calls();
    let run = stage.haul(&waybill).await;
    let report = stage.report(&run);
    let wrong: Vec<_> = report
        .items
        .iter()
        .filter(|item| item.why.is_some())
        .collect();
    assert!(wrong.is_empty(), "{wrong:#?}");
    assert_eq!(run.status, RunStatus::Done, "{run:#?}");
    assert!(stage.done_twice().is_empty(), "{:?}", stage.done_twice());
    let kinds: Vec<&str> = waybill.steps.iter().map(|step| step.kind.word()).collect();
    for word in ["import", "set", "test", "activate", "schedule", "start"] {
        assert!(kinds.contains(&word), "{word}");
    }
    let imports = waybill
        .steps
        .iter()
        .filter(|step| matches!(step.kind, StepKind::Import { .. }));
    for step in imports {
        let ended = report
            .outcomes
            .iter()
            .find(|own| own.key == step.key)
            .unwrap();
        assert_eq!(ended.state, StepNow::Done, "{}", step.key);
    }
    // Another plan finds no archive left to bring outside projects.
    let again = stage
        .plan(everything, Policies::default(), stage.bindings().await)
        .await;
    let left: Vec<_> = again
        .steps
        .iter()
        .filter(|step| step.subject.scope == Scope::Global)
        .filter(|step| {
            matches!(
                step.kind,
                StepKind::Import { .. } | StepKind::Activate { .. }
            )
        })
        .map(|step| &step.key)
        .collect();
    assert!(left.is_empty(), "{left:#?}");
}
