//! What stops a run before anything is written.

use std::sync::Arc;
use std::sync::atomic::Ordering;

use waybill_engine::RunStatus;
use waybill_engine::haul::haul;
use waybill_engine::waybill::{
    Bindings, ConnectionBinding, ConnectionMode, Policies, secret_account,
};
use waybill_model::ArtifactKind;
use waybill_sandbox::{Fault, FaultKind};

use crate::stage::{Stage, integrations, stage, stage_where};

/// The run ended, nothing was written, and it says so.
fn nothing_written(stage: &Stage, run: &waybill_engine::Run, says: &str) {
    assert_eq!(run.status, RunStatus::Failed, "{run:#?}");
    let headline = run.headline.clone().unwrap();
    assert!(headline.contains(says), "{headline}");
    assert_eq!(stage.all_effects(), 0, "{headline}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_destination_that_changed_behind_the_plan_is_left_alone() {
    let stage = stage_where(20, 0, false, std::time::Duration::from_millis(100)).await;
    let policies = Policies {
        existing: waybill_engine::waybill::Existing::Replace,
        ..Policies::default()
    };
    let waybill = stage
        .plan(integrations, policies, Bindings::default())
        .await;
    let first = waybill
        .items
        .iter()
        .find(|item| item.id.kind == ArtifactKind::Integration && item.action.brings());
    let touched = first.unwrap().id.clone();
    assert!(stage.bench.sandbox.control().touch("destination", &touched));
    stage.bench.sandbox.control().reset_calls();
    let run = stage.haul(&waybill).await;
    nothing_written(&stage, &run, "has changed since the waybill was planned");
    assert!(run.headline.unwrap().contains(&touched.code));
    assert!(run.guidance.unwrap().starts_with("Plan again"));
    assert!(!run.resumable);
}

#[tokio::test(flavor = "multi_thread")]
async fn without_a_whole_snapshot_nothing_is_written() {
    let stage = stage_where(20, 0, false, std::time::Duration::from_millis(100)).await;
    let policies = Policies {
        existing: waybill_engine::waybill::Existing::Replace,
        ..Policies::default()
    };
    let waybill = stage
        .plan(integrations, policies, Bindings::default())
        .await;
    stage.bench.sandbox.control().reset_calls();
    // Archives of the destination cannot be fetched.
    stage.bench.sandbox.control().fail(Fault {
        kind: FaultKind::Status {
            code: 500,
            retry_after: None,
        },
        times: 10_000,
        path: Some("/archive".into()),
    });
    let run = stage.haul(&waybill).await;
    nothing_written(&stage, &run, "could not be kept");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_vault_that_cannot_be_written_keeps_everything_from_being_written() {
    let stage = stage(10, 0).await;
    let waybill = stage
        .plan(integrations, Policies::default(), Bindings::default())
        .await;
    stage.bench.sandbox.control().reset_calls();
    let vault = stage.bench.folder.path().join("vault");
    std::fs::remove_dir_all(&vault).unwrap();
    std::fs::write(&vault, "no folder").unwrap();
    let run = stage.haul(&waybill).await;
    nothing_written(&stage, &run, "could not be kept");
}

#[tokio::test(flavor = "multi_thread")]
async fn bytes_that_are_gone_or_damaged_secrets_that_are_missing_and_open_findings_stop_it() {
    let stage = stage(10, 0).await;
    let waybill = stage
        .plan(integrations, Policies::default(), Bindings::default())
        .await;
    stage.bench.sandbox.control().reset_calls();

    let mut open = waybill.clone();
    open.findings.push(waybill_engine::waybill::Finding::new(
        "made-up",
        waybill_engine::Severity::Warning,
        "Something is open.",
    ));
    let run = stage.haul(&open).await;
    nothing_written(&stage, &run, "Something is open.");

    let mut elsewhere = waybill.clone();
    elsewhere.destination.instance.id = "another".into();
    elsewhere.destination.instance.instance_name = Some("another".into());
    let run = stage.haul(&elsewhere).await;
    nothing_written(&stage, &run, "is for destination, not for destination");

    let mut secretive = waybill.clone();
    let connection = waybill
        .steps
        .iter()
        .find(|step| step.key.starts_with("set "));
    let connection = connection.unwrap().subject.clone();
    let binding = ConnectionBinding {
        mode: ConnectionMode::Enter,
        secrets: vec!["password".into()],
        ..ConnectionBinding::default()
    };
    secretive
        .bindings
        .connections
        .insert(connection.clone(), binding);
    let run = stage.haul(&secretive).await;
    nothing_written(&stage, &run, "`password`");
    assert_eq!(
        secret_account("destination", &connection, "password"),
        format!("waybill/destination/{}/password", connection.code)
    );

    stage.permit.0.store(0, Ordering::SeqCst);
    let run = stage.haul(&waybill).await;
    nothing_written(&stage, &run, "read-only");
    assert!(run.resumable);
    stage.permit.0.store(i64::MAX, Ordering::SeqCst);
    stage.bench.journal.discard(&run.id).unwrap();

    let empty = stage.bench.folder.path().join("other-cargo");
    let hold = waybill_engine::cargo::Hold::open(&empty, &stage.bench.vault).unwrap();
    let mut work = stage.work(&stage.request(&waybill));
    work.hold = Arc::new(hold);
    let run = haul(work).await.unwrap();
    nothing_written(&stage, &run, "no longer kept on this computer");
}
