//! What is found before a change, and refuses it.

use waybill_engine::{Change, ConnectionEdit, NewValue, RunStatus, Severity};
use waybill_model::{ArtifactId, ArtifactKind, Scope, State};

use crate::bench::bench;

#[tokio::test]
async fn who_has_it_open_is_named_with_the_way_out() {
    let bench = bench(30).await;
    let id = bench.integration(State::Active, false).await;
    assert!(bench.running.control().lock("one", &id));
    let change = Change::Deactivate {
        stop_schedule: false,
    };
    let plan = bench.plan(&id, &change).await;
    let finding = plan.blocking().unwrap();
    assert!(
        finding.text.contains("developer@example.com"),
        "{finding:?}"
    );
    let guidance = finding.guidance.clone().unwrap();
    assert!(guidance.contains("Unlock") && guidance.contains("ServiceAdministrator"));
    let run = bench.make(&id, change).await;
    assert_eq!(run.status, RunStatus::Failed);
    assert!(run.headline.unwrap().starts_with("Nothing was changed."));
    assert_eq!(bench.effects("POST"), 0);
}

#[tokio::test]
async fn what_is_so_already_and_what_is_a_draft_is_refused() {
    let bench = bench(30).await;
    let active = bench.integration(State::Active, false).await;
    let plan = bench
        .plan(&active, &Change::Activate { tracing: None })
        .await;
    assert!(plan.blocking().unwrap().text.contains("active already"));
    let configured = bench.integration(State::Configured, false).await;
    let off = Change::Deactivate {
        stop_schedule: false,
    };
    let plan = bench.plan(&configured, &off).await;
    assert!(plan.blocking().unwrap().text.contains("not active"));
    let plan = bench.plan(&active, &Change::Delete).await;
    assert!(plan.blocking().unwrap().text.contains("is active"));
    assert!(plan.type_name.is_some());

    let catalogue = bench.catalogue().await;
    let artifact = catalogue.get(&configured).unwrap();
    let used = artifact
        .dependencies
        .iter()
        .find(|need| need.id.kind == ArtifactKind::Connection)
        .unwrap();
    assert!(
        bench
            .running
            .control()
            .set_status("one", &used.id, "INPROGRESS")
    );
    let plan = bench
        .plan(&configured, &Change::Activate { tracing: None })
        .await;
    assert!(
        plan.blocking().unwrap().text.contains("is a draft"),
        "{plan:?}"
    );
    let plan = bench.plan(&used.id, &Change::TestConnection).await;
    assert!(plan.blocking().unwrap().text.contains("is a draft"));
}

#[tokio::test]
async fn values_that_make_no_sense_or_show_a_secret_are_refused() {
    let bench = bench(30).await;
    let catalogue = bench.catalogue().await;
    let mut seen = false;
    for one in &catalogue.artifacts {
        if one.id.kind != ArtifactKind::Connection || one.id.scope != Scope::Global {
            continue;
        }
        let read = bench.client.connection(&one.id.scope, &one.id.code).await;
        let connection = read.unwrap().value;
        let secret = connection
            .security_properties
            .iter()
            .find(|property| property.property_type.as_deref() == Some("PASSWORD"));
        let Some(secret) = secret else { continue };
        seen = true;
        for (name, words) in [
            (secret.property_name.as_str(), "is a secret"),
            ("noSuchProperty", "has no property"),
        ] {
            let edit = ConnectionEdit {
                values: vec![NewValue {
                    name: name.into(),
                    value: "x".into(),
                }],
                ..ConnectionEdit::default()
            };
            let plan = bench.plan(&one.id, &Change::EditConnection { edit }).await;
            assert!(plan.blocking().unwrap().text.contains(words), "{plan:?}");
        }
        break;
    }
    assert!(seen);
}

#[tokio::test]
async fn active_users_of_a_connection_are_named() {
    let bench = bench(30).await;
    let catalogue = bench.catalogue().await;
    let (connection, user) = catalogue
        .artifacts
        .iter()
        .filter(|one| one.id.kind == ArtifactKind::Integration && one.state == Some(State::Active))
        .find_map(|user| {
            let need = user.dependencies.iter().find(|need| {
                need.id.kind == ArtifactKind::Connection && catalogue.get(&need.id).is_some()
            })?;
            Some((need.id.clone(), user.name.clone()))
        })
        .unwrap();
    let plan = bench.plan(&connection, &Change::Delete).await;
    let warned = plan.findings.iter().any(|finding| {
        finding.severity == Severity::Warning && finding.text.contains("is used by")
    });
    assert!(warned, "{:?} {user}", plan.findings);
}

#[tokio::test]
async fn a_schedule_that_is_not_there_is_said() {
    let bench = bench(30).await;
    let id = bench.integration(State::Active, false).await;
    for change in [Change::StartSchedule, Change::StopSchedule, Change::RunNow] {
        let plan = bench.plan(&id, &change).await;
        assert!(plan.blocking().unwrap().text.contains("has no schedule"));
    }
    let gone = ArtifactId::global(ArtifactKind::Integration, "NOBODY", Some("01.00.0000"));
    let run = bench.make(&gone, Change::Activate { tracing: None }).await;
    assert_eq!(run.status, RunStatus::Failed);
}
