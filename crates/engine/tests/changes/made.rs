//! Each change, made.

use secrecy::SecretString;
use serde_json::json;
use waybill_client::wire::IntegrationClone;
use waybill_engine::{
    Change, ConnectionEdit, NewValue, RunStatus, SnapshotPlace, Tracing, make_change,
};
use waybill_model::{ArtifactId, ArtifactKind, Scope, State};
use waybill_sandbox::ActivationFault;

use crate::bench::bench;

#[tokio::test]
async fn an_integration_is_deactivated_and_activated_again_with_a_tracing_level() {
    let bench = bench(30).await;
    let id = bench.integration(State::Active, false).await;
    let off = bench
        .make(
            &id,
            Change::Deactivate {
                stop_schedule: false,
            },
        )
        .await;
    assert_eq!(off.status, RunStatus::Done, "{off:?}");
    assert!(off.headline.unwrap().ends_with("is no longer active."));
    assert_eq!(bench.state(&id).await, State::Configured);
    // What it was is in the vault, and what it is in the kept catalogue.
    let place = SnapshotPlace::open(bench.vault.clone(), &off.snapshot.unwrap()).unwrap();
    let before = place.catalogue().unwrap();
    assert_eq!(before.get(&id).unwrap().state, Some(State::Active));
    let kept = bench.journal.kept_catalogue("one").unwrap().unwrap();
    assert_eq!(
        kept.catalogue.get(&id).unwrap().state,
        Some(State::Configured)
    );

    let tracing = Some(Tracing::Debug);
    let on = bench.make(&id, Change::Activate { tracing }).await;
    assert_eq!(on.status, RunStatus::Done, "{on:?}");
    let now = bench
        .client
        .integration(&id.scope, &id.wire())
        .await
        .unwrap();
    assert_eq!(now.value.status.as_deref(), Some("ACTIVATED"));
    assert!(now.value.tracing_enabled_flag && now.value.payload_tracing_enabled_flag);
    let tracing = Tracing::Production;
    let quiet = bench.make(&id, Change::SetTracing { tracing }).await;
    assert_eq!(quiet.status, RunStatus::Done, "{quiet:?}");
    let now = bench
        .client
        .integration(&id.scope, &id.wire())
        .await
        .unwrap();
    assert!(!now.value.tracing_enabled_flag && !now.value.payload_tracing_enabled_flag);
    assert_eq!(now.value.status.as_deref(), Some("ACTIVATED"));

    let audit = bench.audit();
    let (action, detail) = audit
        .iter()
        .find(|(action, _)| action == "activate")
        .unwrap();
    assert_eq!(action, "activate");
    assert_eq!(detail["after"], "active");
    assert!(
        detail["before"]
            .as_str()
            .unwrap()
            .contains("state: configured")
    );
    assert!(audit.iter().any(|(action, _)| action == "deactivate begun"));
    assert_eq!(bench.journal.verify_chain().unwrap().broken_at, None);
    assert!(bench.lines(&on.id).contains("To take it back: deactivate"));
}

#[tokio::test]
async fn a_version_replaces_the_active_one_of_the_same_major_and_says_so_before() {
    let bench = bench(30).await;
    let active = bench.integration(State::Active, false).await;
    let version = active.version.clone().unwrap();
    let next = ArtifactId {
        version: Some(format!("{}.77.0000", &version[..2])),
        ..active.clone()
    };
    let copy = IntegrationClone {
        code: next.code.clone(),
        version: next.version.clone().unwrap(),
        name: "The next version".into(),
        ..IntegrationClone::default()
    };
    let wire = active.wire();
    let cloned = bench.client.clone_integration(&wire, &copy).await;
    cloned.unwrap();
    let change = Change::Activate { tracing: None };
    let plan = bench.plan(&next, &change).await;
    let warning = &plan.findings[0];
    assert!(warning.text.contains(&version), "{:?}", plan.findings);
    assert!(plan.blocking().is_none(), "{:?}", plan.findings);
    let run = bench.make(&next, change).await;
    assert_eq!(run.status, RunStatus::Done, "{run:?}");
    assert_eq!(bench.state(&next).await, State::Active);
    assert_eq!(bench.state(&active).await, State::Configured);
}

#[tokio::test]
async fn a_running_schedule_is_stopped_before_its_integration_is_deactivated() {
    let bench = bench(60).await;
    let id = bench.integration(State::Active, true).await;
    let schedule = ArtifactId {
        kind: ArtifactKind::Schedule,
        ..id.clone()
    };
    // However it stands: stopped first.
    let _ = bench.make(&schedule, Change::StopSchedule).await;
    for (change, words) in [
        (Change::StartSchedule, "is started"),
        (Change::PauseSchedule, "is paused"),
        (Change::ResumeSchedule, "goes on"),
        (Change::RunNow, "was asked to run once"),
    ] {
        let run = bench.make(&id, change.clone()).await;
        assert_eq!(run.status, RunStatus::Done, "{change:?} {run:?}");
        assert!(run.headline.unwrap().contains(words));
    }
    let plan = bench
        .plan(
            &id,
            &Change::Deactivate {
                stop_schedule: false,
            },
        )
        .await;
    assert_eq!(plan.blocking().unwrap().text, "Its schedule is running.");
    let run = bench
        .make(
            &id,
            Change::Deactivate {
                stop_schedule: true,
            },
        )
        .await;
    assert_eq!(run.status, RunStatus::Done, "{run:?}");
    let steps = bench.journal.steps(&run.id).unwrap();
    let deeds: Vec<_> = steps
        .iter()
        .map(|step| step.detail["change"]["type"].clone())
        .collect();
    assert_eq!(deeds, [json!("stopSchedule"), json!("deactivate")]);
    assert_eq!(bench.state(&id).await, State::Configured);
}

#[tokio::test]
async fn values_and_secrets_of_a_connection_are_set_and_it_is_tested() {
    let bench = bench(30).await;
    let one = bench
        .pick(ArtifactKind::Connection, |one| {
            one.id.scope == Scope::Global
                && one.state == Some(State::Configured)
                && one.lock.is_none()
                && one
                    .adapter
                    .as_deref()
                    .is_some_and(|adapter| adapter.contains("REST"))
        })
        .await;
    let read = bench.client.connection(&one.id.scope, &one.id.code).await;
    let connection = read.unwrap().value;
    let url = connection
        .connection_properties
        .iter()
        .find(|property| property.property_type.as_deref() == Some("URL"))
        .unwrap_or(&connection.connection_properties[0]);
    let secret = connection
        .security_properties
        .iter()
        .find(|property| property.property_type.as_deref() == Some("PASSWORD"));
    let edit = ConnectionEdit {
        values: vec![NewValue {
            name: url.property_name.clone(),
            value: "https://elsewhere.example.com".into(),
        }],
        secrets: secret.iter().map(|one| one.property_name.clone()).collect(),
        ..ConnectionEdit::default()
    };
    let secrets: Vec<_> = edit
        .secrets
        .iter()
        .map(|name| (name.clone(), SecretString::from("canary-4711")))
        .collect();
    let request = bench.request(&one.id, Change::EditConnection { edit });
    let work = bench.work(request, secrets).await;
    let run = make_change(work).await.unwrap();
    assert_eq!(run.status, RunStatus::Done, "{run:?}");
    let read = bench.client.connection(&one.id.scope, &one.id.code).await;
    let now = read.unwrap().value;
    let changed = now
        .connection_properties
        .iter()
        .find(|property| property.property_name == url.property_name)
        .unwrap();
    assert_eq!(
        changed.property_value.as_deref(),
        Some("https://elsewhere.example.com")
    );
    // The secret stands nowhere: not in the journal, not in the log.
    let database = std::fs::read(bench.folder.path().join("waybill.db")).unwrap();
    let beside = std::fs::read(bench.folder.path().join("waybill.db-wal")).unwrap_or_default();
    for bytes in [database, beside] {
        assert!(!bytes.windows(11).any(|part| part == b"canary-4711"));
    }
    assert!(bench.lines(&run.id).contains("To take it back: set"));

    let tested = bench.make(&one.id, Change::TestConnection).await;
    assert!(
        matches!(tested.status, RunStatus::Done | RunStatus::Failed),
        "{tested:?}"
    );
    assert!(tested.headline.unwrap().contains("The test of connection"));
    assert_eq!(tested.snapshot, None);
}

#[tokio::test]
async fn with_a_package_its_integrations_are_kept() {
    let bench = bench(30).await;
    let package = bench.pick(ArtifactKind::Package, |one| !one.prebuilt).await;
    let instance = bench.running.ready.instances[0].name.clone();
    let catalogue = bench.catalogue().await;
    let members: Vec<_> = catalogue
        .uses(&package.id)
        .iter()
        .map(|link| link.id.clone())
        .filter(|id| id.kind == ArtifactKind::Integration)
        .collect();
    assert!(!members.is_empty());
    let control = bench.running.control();
    for id in &members {
        assert!(control.set_status(&instance, id, "CONFIGURED"));
        let _ = control.unlock(&instance, id);
    }
    let run = bench.make(&package.id, Change::Delete).await;
    assert_eq!(run.status, RunStatus::Done, "{run:?}");
    let place = SnapshotPlace::open(bench.vault.clone(), &run.snapshot.unwrap()).unwrap();
    for id in &members {
        assert!(place.entry(id).unwrap().archive.is_some(), "{id}");
    }
}

#[tokio::test]
async fn what_is_deleted_is_gone_and_kept() {
    let bench = bench(30).await;
    let id = bench.integration(State::Configured, false).await;
    let run = bench.make(&id, Change::Delete).await;
    assert_eq!(run.status, RunStatus::Done, "{run:?}");
    assert!(bench.catalogue().await.get(&id).is_none());
    let place = SnapshotPlace::open(bench.vault.clone(), &run.snapshot.unwrap()).unwrap();
    assert!(place.entry(&id).unwrap().archive.is_some());
}

#[tokio::test]
async fn integrations_of_projects_are_changed_in_their_project() {
    let bench = bench(30).await;
    let one = bench
        .pick(ArtifactKind::Integration, |one| {
            one.id.scope != Scope::Global
                && one.state == Some(State::Active)
                && one.style.as_deref() == Some("Orchestration")
        })
        .await;
    let change = Change::Deactivate {
        stop_schedule: true,
    };
    let off = bench.make(&one.id, change).await;
    assert_eq!(off.status, RunStatus::Done, "{off:?}");
    let on = bench
        .make(&one.id, Change::Activate { tracing: None })
        .await;
    assert_eq!(on.status, RunStatus::Done, "{on:?}");
    assert_eq!(bench.state(&one.id).await, State::Active);
}

#[tokio::test]
async fn an_activation_that_fails_says_why() {
    let bench = bench(30).await;
    let id = bench.integration(State::Configured, false).await;
    bench
        .running
        .control()
        .disturb_activations(ActivationFault {
            integration: id.wire(),
            millis: Some(50),
            error: Some("No agent answers".into()),
            times: Some(1),
        });
    let run = bench.make(&id, Change::Activate { tracing: None }).await;
    assert_eq!(run.status, RunStatus::Failed, "{run:?}");
    let headline = run.headline.unwrap();
    assert!(headline.contains("No agent answers"), "{headline}");
    assert!(!run.resumable);
    // The failure that stands there from before does not count for the next try.
    let again = bench.make(&id, Change::Activate { tracing: None }).await;
    assert_eq!(again.status, RunStatus::Done, "{again:?}");
}
