//! A waybill run from one instance of the sandbox into another: looked at, refused, run, reported, taken
//! back, tried again.
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

mod support;

use std::collections::BTreeSet;
use std::time::Duration;

use support::{Bench, bench, ended, save};
use tokio_util::sync::CancellationToken;
use waybill_app::view::{
    ConnectionsPolicy, ErrorCode, FindingSeverity, MoveEdit, MovePlan, MovePolicies, PaperForm,
    PlaceRef, ReportResult, RunKind, RunStatus,
};
use waybill_model::{Artifact, ArtifactId, ArtifactKind, Scope, State};
use waybill_sandbox::{InstanceSpec, Running, Sandbox};

async fn two(integrations: usize) -> (Bench, Running) {
    let running = Sandbox::builder()
        .instance(InstanceSpec::oic3("dev"))
        .instance(InstanceSpec::oic3("test").empty())
        .synthetic(integrations, 11)
        .activation_time(Duration::from_millis(50))
        .start()
        .await
        .unwrap();
    let bench = bench();
    save(&bench, &running, "dev").await;
    save(&bench, &running, "test").await;
    (bench, running)
}

/// The artifacts of an instance as they are now.
async fn artifacts(bench: &Bench, instance: &str) -> Vec<Artifact> {
    let id = bench
        .app
        .instances()
        .unwrap()
        .into_iter()
        .find(|one| one.name == instance)
        .unwrap()
        .id;
    let view = bench
        .app
        .catalogue(&PlaceRef::Instance { id }, true)
        .await
        .unwrap();
    view.artifacts
}

/// What stands in an instance outside projects, and how.
async fn stands(bench: &Bench, instance: &str) -> BTreeSet<(String, Option<State>)> {
    let all = artifacts(bench, instance).await;
    let own = all.into_iter().filter(|one| {
        one.id.scope == Scope::Global
            && matches!(
                one.id.kind,
                ArtifactKind::Integration | ArtifactKind::Connection | ArtifactKind::Lookup
            )
    });
    own.map(|one| (one.id.to_string(), one.state)).collect()
}

/// Enters a value for each secret of the connections of the source.
async fn enter_secrets(bench: &Bench, running: &Running) {
    let place = PlaceRef::Instance { id: "dev".into() };
    for one in artifacts(bench, "dev").await {
        if one.id.kind != ArtifactKind::Connection || one.id.scope != Scope::Global {
            continue;
        }
        let detail = bench.app.artifact_detail(&place, &one.id).await.unwrap();
        let connection = detail.connection.unwrap();
        for property in connection.properties {
            if property.secret {
                bench
                    .app
                    .connection_secret_set("test", &one.id, &property.name, "s3cret-canary".into())
                    .await
                    .unwrap();
            }
        }
    }
    assert!(running.control().calls().effects.is_empty());
}

/// Plans all integrations outside projects, and says that every warning was read.
async fn planned(bench: &Bench) -> MovePlan {
    let app = &bench.app;
    let chosen: Vec<ArtifactId> = artifacts(bench, "dev")
        .await
        .iter()
        .map(|one| one.id.clone())
        .filter(|id| id.kind == ArtifactKind::Integration && id.scope == Scope::Global)
        .collect();
    let edit = MoveEdit {
        name: Some("Everything".to_owned()),
        from: Some(PlaceRef::Instance { id: "dev".into() }),
        to: Some("test".to_owned()),
        chosen: Some(chosen),
        policies: Some(MovePolicies {
            connections: ConnectionsPolicy::FromSource,
            ..MovePolicies::default()
        }),
        ..MoveEdit::default()
    };
    let begun = app.move_new(edit).await.unwrap();
    plan(bench, &begun.summary.id).await
}

async fn plan(bench: &Bench, id: &str) -> MovePlan {
    let app = &bench.app;
    let mut plan = app
        .move_plan(id, true, &|_| {}, CancellationToken::new())
        .await
        .unwrap();
    let open = plan.findings.clone();
    for one in open {
        if one.severity == FindingSeverity::Warning {
            plan = app
                .move_acknowledge(id, &one.rule, one.subject.as_ref(), true)
                .await
                .unwrap();
        }
    }
    plan
}

#[tokio::test]
async fn a_look_writes_nothing_and_says_what_stands_against_a_run() {
    let (bench, running) = two(6).await;
    let app = &bench.app;
    let plan = planned(&bench).await;
    assert!(
        plan.blocked,
        "connections come as drafts: {:#?}",
        plan.findings
    );
    running.control().reset_calls();
    let look = app.move_look(&plan.id).await.unwrap();
    assert_eq!(look.changed, Vec::new());
    assert!(!look.against.is_empty());
    let refused = app.move_run(&plan.id, None).await.unwrap_err();
    assert_eq!(refused.code, ErrorCode::ChangeBlocked);
    assert!(running.control().calls().effects.is_empty());
    running.shutdown().await;
}

#[tokio::test]
async fn a_waybill_is_run_reported_and_taken_back() {
    let (bench, running) = two(6).await;
    let app = &bench.app;
    enter_secrets(&bench, &running).await;
    let before = stands(&bench, "test").await;
    let plan = planned(&bench).await;
    assert!(!plan.blocked && plan.unread == 0, "{:#?}", plan.findings);
    let look = app.move_look(&plan.id).await.unwrap();
    assert_eq!((look.changed, look.against), (Vec::new(), Vec::new()));

    app.sign_off_require("test", true).await.unwrap();
    let refused = app.move_run(&plan.id, None).await.unwrap_err();
    assert_eq!(
        refused.context.get("signOff").map(String::as_str),
        Some("required")
    );
    app.sign_off_require("test", false).await.unwrap();
    app.writes_forbid("test").await.unwrap();
    let refused = app.move_run(&plan.id, None).await.unwrap_err();
    assert_eq!(refused.code, ErrorCode::ReadOnly);
    assert!(running.control().calls().effects.is_empty());
    app.writes_allow("test", 15, None).await.unwrap();

    let run = app.move_run(&plan.id, None).await.unwrap();
    assert_eq!(run.kind, RunKind::Move);
    assert_eq!(run.title.as_deref(), Some("WB-0001 Everything"));
    let detail = ended(app, &run.id).await;
    let report = app.report(&run.id).await.unwrap();
    assert_eq!(
        detail.summary.status,
        RunStatus::Done,
        "{:#?} {:#?}",
        detail.summary,
        report.rows
    );
    assert_eq!(detail.steps.len(), plan.steps.len() + 2);
    assert_eq!(report.waybill_hash, plan.hash);
    assert!(
        report.audit_entry.is_some() && report.rollback.possible,
        "{report:#?}"
    );
    let wrong = |one: &&waybill_app::view::ReportRow| {
        !matches!(one.result, ReportResult::Done | ReportResult::Kept)
    };
    assert_eq!(report.rows.iter().find(wrong), None);
    let integrations = |all: BTreeSet<(String, Option<State>)>| -> BTreeSet<_> {
        let own = all.into_iter();
        own.filter(|(id, _)| id.starts_with("integration:"))
            .collect()
    };
    assert_eq!(
        integrations(stands(&bench, "test").await),
        integrations(stands(&bench, "dev").await)
    );
    let moved = app.move_view(&plan.id).await.unwrap();
    assert_eq!(
        moved.runs.first().map(|one| one.id.as_str()),
        Some(run.id.as_str())
    );
    let page = bench.folder.path().join("report.html");
    app.report_write(&run.id, PaperForm::Html, &page)
        .await
        .unwrap();
    let page = std::fs::read_to_string(page).unwrap();
    assert!(page.contains(&report.hash) && !page.contains("s3cret-canary"));
    // Nothing is left to be tried again.
    assert!(app.run_retry(&run.id).await.is_err());

    let back = app.rollback_plan(&run.id, None).await.unwrap();
    assert_eq!(back.summary.rollback_of.as_deref(), Some(run.id.as_str()));
    let back = self::plan(&bench, &back.summary.id).await;
    assert!(!back.blocked, "{:#?}", back.findings);
    let run = app.move_run(&back.id, None).await.unwrap();
    let detail = ended(app, &run.id).await;
    assert_eq!(
        detail.summary.status,
        RunStatus::Done,
        "{:#?}",
        detail.summary
    );
    assert_eq!(stands(&bench, "test").await, before);
    running.shutdown().await;
}
