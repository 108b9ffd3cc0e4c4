//! Changes behind the write policy, and the history of them, in the practice instances.
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use jiff::{SignedDuration, Timestamp};
use waybill_app::view::{
    ChangeRequest, ChangeVerb, ErrorCode, PlaceRef, RunDetail, RunStatus, SelectionView, Tracing,
};
use waybill_app::{Clock, KeychainChoice, OpenOptions, Waybill};
use waybill_model::{Artifact, ArtifactKind, Scope, State, WritePolicy};

const PROD: &str = "Practice PROD";
const DEV: &str = "Practice DEV";

struct Bench {
    app: Waybill,
    /// Seconds by which the clock is ahead.
    ahead: Arc<AtomicI64>,
    folder: tempfile::TempDir,
}

fn open(home: &Path, ahead: &Arc<AtomicI64>) -> Waybill {
    let mut options = OpenOptions::new(home);
    options.keychain = KeychainChoice::None;
    options.asked_by = "tester".into();
    let ahead = Arc::clone(ahead);
    options.clock = Clock::new(move || {
        Timestamp::now() + SignedDuration::from_secs(ahead.load(Ordering::SeqCst))
    });
    Waybill::open(options).unwrap()
}

async fn bench() -> Bench {
    let folder = tempfile::tempdir().unwrap();
    let settings = folder.path().join("settings.json");
    std::fs::write(settings, r#"{"version":1,"secretStore":"session"}"#).unwrap();
    let ahead = Arc::new(AtomicI64::new(0));
    let app = open(folder.path(), &ahead);
    app.practice_start().await.unwrap();
    Bench { app, ahead, folder }
}

impl Bench {
    fn forward(&self, minutes: i64) {
        self.ahead.fetch_add(minutes * 60, Ordering::SeqCst);
    }

    async fn back_up(&self, instance: &str) {
        let run = self
            .app
            .backup_start(instance, SelectionView::Everything, None)
            .await
            .unwrap();
        self.ended(&run.id).await;
    }

    async fn ended(&self, run: &str) -> RunDetail {
        let mut watch = self.app.run_watch(run).await.unwrap();
        while watch.next().await.is_some() {}
        let detail = self.app.run_detail(run).await.unwrap();
        // The run leaves the hub after its last message.
        while self.app.has_runs() {
            tokio::time::sleep(std::time::Duration::from_millis(5)).await;
        }
        detail
    }

    /// An active integration that takes requests.
    async fn active(&self, instance: &str) -> Artifact {
        let place = PlaceRef::Instance {
            id: instance.into(),
        };
        let catalogue = self.app.catalogue(&place, true).await.unwrap();
        catalogue
            .artifacts
            .into_iter()
            .find(|one| {
                one.id.kind == ArtifactKind::Integration
                    && one.id.scope == Scope::Global
                    && one.state == Some(State::Active)
                    && one.style.as_deref() == Some("Orchestration")
                    && one.lock.is_none()
                    && !one.prebuilt
            })
            .unwrap()
    }
}

fn off(one: &Artifact) -> ChangeRequest {
    ChangeRequest::Deactivate {
        id: one.id.clone(),
        stop_schedule: false,
    }
}

#[tokio::test]
async fn production_is_read_only_until_it_is_allowed_for_a_time_that_ends_by_itself() {
    let bench = bench().await;
    bench.back_up(PROD).await;
    let one = bench.active(PROD).await;
    let plan = bench.app.change_plan(PROD, off(&one)).await.unwrap();
    assert!(!plan.run_possible && !plan.writes.may_write);
    assert_eq!(plan.writes.policy, WritePolicy::ReadOnly);
    let guidance = plan.findings[0].guidance.clone().unwrap();
    assert!(
        guidance.contains("Allow changes for 15 minutes"),
        "{guidance}"
    );
    let start = |app: &Waybill| {
        let (app, request) = (app.clone(), off(&one));
        async move { app.change_start(PROD, request, Vec::new(), None).await }
    };
    assert_eq!(
        start(&bench.app).await.unwrap_err().code,
        ErrorCode::ReadOnly
    );
    // A policy that is saved for it changes nothing of that.
    bench
        .app
        .instance_policy_set(PROD, WritePolicy::Allow)
        .await
        .unwrap();
    assert_eq!(
        start(&bench.app).await.unwrap_err().code,
        ErrorCode::ReadOnly
    );

    for (minutes, typed, field) in [
        (30, Some(PROD), "minutes"),
        (15, Some("practice prod"), "typedName"),
        (15, None, "typedName"),
    ] {
        let typed = typed.map(str::to_owned);
        let refused = bench.app.writes_allow(PROD, minutes, typed).await;
        assert_eq!(refused.unwrap_err().context["field"], field);
    }
    let allowed = bench
        .app
        .writes_allow(PROD, 15, Some(PROD.into()))
        .await
        .unwrap();
    assert!(allowed.writes_allowed_until.is_some());
    // The command line beside the window knows it too, and can end it.
    let beside = open(bench.folder.path(), &bench.ahead);
    let plan = beside.change_plan(PROD, off(&one)).await.unwrap();
    assert!(plan.writes.may_write, "{:?}", plan.findings);
    bench.forward(16);
    let plan = beside.change_plan(PROD, off(&one)).await.unwrap();
    assert!(!plan.writes.may_write, "its time is over");
    assert_eq!(
        start(&bench.app).await.unwrap_err().code,
        ErrorCode::ReadOnly
    );

    bench
        .app
        .writes_allow(PROD, 60, Some(PROD.into()))
        .await
        .unwrap();
    // A clock that is set back does not make it longer.
    bench.forward(-24 * 60);
    assert_eq!(
        start(&bench.app).await.unwrap_err().code,
        ErrorCode::ReadOnly
    );
    bench.forward(24 * 60);
    beside.writes_forbid(PROD).await.unwrap();
    assert_eq!(
        start(&bench.app).await.unwrap_err().code,
        ErrorCode::ReadOnly
    );

    bench
        .app
        .writes_allow(PROD, 240, Some(PROD.into()))
        .await
        .unwrap();
    let run = start(&bench.app).await.unwrap();
    let detail = bench.ended(&run.id).await;
    assert_eq!(detail.summary.status, RunStatus::Done, "{detail:?}");
    let entries = bench
        .app
        .audit_entries(50, Some(PROD.into()))
        .await
        .unwrap();
    let actions: Vec<_> = entries.iter().map(|entry| entry.action.as_str()).collect();
    for wanted in [
        "writes allowed",
        "writes forbidden",
        "write policy set",
        "deactivate begun",
        "deactivate",
    ] {
        assert!(actions.contains(&wanted), "{wanted}: {actions:?}");
    }
    let done = entries
        .iter()
        .find(|entry| entry.action == "deactivate")
        .unwrap();
    assert_eq!(
        (done.who.as_str(), done.instance.as_deref()),
        ("tester", Some(PROD))
    );
    assert_eq!(done.run.as_deref(), Some(run.id.as_str()));
    assert_eq!(done.after.as_deref(), Some("configured"));
    let check = bench.app.audit_check().await.unwrap();
    assert!(check.whole && check.entries >= 6);
    assert!(
        bench
            .app
            .audit_entries(50, Some(DEV.into()))
            .await
            .unwrap()
            .is_empty()
    );
    bench.app.practice_halt().await;
}

#[tokio::test]
async fn a_change_needs_a_vault_and_shows_in_explore_and_in_the_runs() {
    let bench = bench().await;
    let one = bench.active(DEV).await;
    let plan = bench.app.change_plan(DEV, off(&one)).await.unwrap();
    assert!(plan.findings[0].text.contains("There is no vault yet"));
    let refused = bench
        .app
        .change_start(DEV, off(&one), Vec::new(), None)
        .await
        .unwrap_err();
    assert_eq!(refused.code, ErrorCode::ChangeBlocked);

    bench.back_up(DEV).await;
    let plan = bench.app.change_plan(DEV, off(&one)).await.unwrap();
    assert!(plan.run_possible, "{:?}", plan.findings);
    let version = one.id.version.clone().unwrap();
    assert_eq!(
        plan.button,
        format!("Deactivate `{}` {version} in {DEV}", one.name)
    );
    let run = bench
        .app
        .change_start(DEV, off(&one), Vec::new(), None)
        .await
        .unwrap();
    assert_eq!(run.title.as_deref(), Some(plan.title.as_str()));
    let detail = bench.ended(&run.id).await;
    assert_eq!(detail.summary.status, RunStatus::Done, "{detail:?}");
    let kept = detail.summary.snapshot.unwrap();
    assert!(
        bench
            .app
            .snapshots(Some(DEV))
            .await
            .unwrap()
            .iter()
            .any(|one| one.id == kept)
    );

    let place = PlaceRef::Instance { id: DEV.into() };
    let now = bench.app.artifact_detail(&place, &one.id).await.unwrap();
    assert_eq!(now.artifact.state, Some(State::Configured));
    assert_eq!(now.actions, [ChangeVerb::Activate, ChangeVerb::Delete]);
    let tracing = Some(Tracing::Audit);
    let on = ChangeRequest::Activate {
        id: one.id.clone(),
        tracing,
    };
    let run = bench
        .app
        .change_start(DEV, on, Vec::new(), None)
        .await
        .unwrap();
    let detail = bench.ended(&run.id).await;
    assert_eq!(detail.summary.status, RunStatus::Done, "{detail:?}");
    let now = bench.app.artifact_detail(&place, &one.id).await.unwrap();
    assert_eq!(now.tracing_level, Some(Tracing::Audit));
    bench.app.practice_halt().await;
}

#[tokio::test]
async fn what_is_deleted_is_named_once_more_and_secrets_have_to_match() {
    let bench = bench().await;
    bench.back_up(DEV).await;
    let place = PlaceRef::Instance { id: DEV.into() };
    let catalogue = bench.app.catalogue(&place, false).await.unwrap();
    let used = |one: &Artifact| {
        let needs = catalogue
            .artifacts
            .iter()
            .flat_map(|other| &other.dependencies);
        needs.into_iter().any(|need| need.id == one.id)
    };
    let lookup = catalogue
        .artifacts
        .iter()
        .find(|one| {
            one.id.kind == ArtifactKind::Integration
                && one.state == Some(State::Configured)
                && one.id.scope == Scope::Global
                && !used(one)
        })
        .unwrap();
    let delete = || ChangeRequest::Delete {
        id: lookup.id.clone(),
    };
    let refused = bench
        .app
        .change_start(DEV, delete(), Vec::new(), Some("something else".into()))
        .await
        .unwrap_err();
    assert_eq!(refused.context["field"], "typedName");
    let name = Some(lookup.name.clone());
    let run = bench
        .app
        .change_start(DEV, delete(), Vec::new(), name)
        .await
        .unwrap();
    assert_eq!(bench.ended(&run.id).await.summary.status, RunStatus::Done);

    let connection = catalogue
        .artifacts
        .iter()
        .find(|one| one.id.kind == ArtifactKind::Connection)
        .unwrap();
    let edit = ChangeRequest::EditConnection {
        id: connection.id.clone(),
        values: Vec::new(),
        secrets: vec!["password".into()],
        security_policy: None,
        agent_group: None,
    };
    let refused = bench.app.change_start(DEV, edit, Vec::new(), None).await;
    assert_eq!(refused.unwrap_err().context["field"], "secrets");
    bench.app.practice_halt().await;
}
