//! Another password for a connection that 120 integrations and more use: all that was active before is
//! active after, whatever fails in the middle, and the report says with which value.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use waybill_engine::haul::{HaulResult, Held, rotated};
use waybill_engine::waybill::{
    Bindings, ConnectionBinding, ConnectionMode, Existing, Policies, StepKind, Waybill,
    secret_account,
};
use waybill_engine::{Run, RunStatus, StepState};
use waybill_model::{ArtifactId, ArtifactKind, State};
use waybill_sandbox::{ActivationFault, Fault, FaultKind, InstanceSpec, Sandbox};

use crate::stage::{Stage, choice};

const CONNECTION: &str = "REPORTING_ATP";

fn connection() -> ArtifactId {
    ArtifactId::global(ArtifactKind::Connection, CONNECTION, None)
}

/// So many integrations that more than 120 of them are active.
const MANY: usize = 160;
/// Enough for what does not depend on how many there are.
pub const FEW: usize = 40;

/// An instance whose integrations all use one connection; three of four are active, at the least.
pub async fn rotation(integrations: usize) -> (Stage, Waybill, BTreeSet<ArtifactId>) {
    let sandbox = Sandbox::builder()
        .instance(InstanceSpec::oic3("source").empty())
        .instance(InstanceSpec::oic3("destination"))
        .synthetic(integrations, 7)
        .through_one_connection()
        .activation_time(Duration::from_millis(20))
        .start()
        .await
        .unwrap();
    let stage = Stage::of(sandbox);
    let client = stage.destination();
    let own = client
        .connection(&connection().scope, CONNECTION)
        .await
        .unwrap()
        .value;
    let secret = own
        .security_properties
        .iter()
        .find(|one| one.property_type.as_deref() == Some("PASSWORD"))
        .map(|one| one.property_name.clone())
        .unwrap();
    let account = secret_account("destination", &connection(), &secret);
    stage
        .book
        .0
        .lock()
        .unwrap()
        .insert(account, "canary-rotated".to_owned());
    let binding = ConnectionBinding {
        mode: ConnectionMode::Enter,
        secrets: vec![secret],
        ..ConnectionBinding::default()
    };
    let bindings = Bindings {
        connections: [(connection(), binding)].into(),
        ..Bindings::default()
    };
    let policies = Policies {
        existing: Existing::Skip,
        restart_users: true,
        ..Policies::default()
    };
    let live = stage.bench.live("destination").await;
    let choose = |catalogue: &waybill_model::Catalogue| choice(catalogue, |id| *id == connection());
    let waybill = stage.plan_from(&live, choose, policies, bindings).await;
    let active = active(&stage).await;
    let least = integrations / 4 * 3;
    assert!(active.len() >= least, "{} are active", active.len());
    stage.bench.sandbox.control().reset_calls();
    (stage, waybill, active)
}

/// All active integrations, those of projects and those that cannot be touched too.
pub async fn active(stage: &Stage) -> BTreeSet<ArtifactId> {
    let catalogue = stage.catalogue("destination").await;
    let all = catalogue.artifacts.into_iter();
    all.filter(|own| own.id.kind == ArtifactKind::Integration && own.state == Some(State::Active))
        .map(|own| own.id)
        .collect()
}

/// Which schedules run.
async fn started(stage: &Stage, waybill: &Waybill) -> BTreeSet<ArtifactId> {
    let client = stage.destination();
    let mut running = BTreeSet::new();
    for step in &waybill.steps {
        if step.kind != StepKind::StopSchedule {
            continue;
        }
        let id = &step.subject;
        let schedule = client.schedule(&id.scope, &id.wire()).await.unwrap();
        if schedule.and_then(|read| read.value.state).as_deref() == Some("ACTIVE") {
            running.insert(id.clone());
        }
    }
    running
}

/// With which value each integration goes on, as the report says.
pub fn values(stage: &Stage, run: &Run) -> BTreeMap<ArtifactId, Held> {
    let report = stage.report(run);
    let told = rotated(&report.request.waybill, &report.outcomes);
    told.into_iter()
        .map(|one| {
            assert_eq!(one.connections.len(), 1, "{one:?}");
            (one.id, one.connections[0].1)
        })
        .collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn all_that_was_active_is_active_with_the_new_password() {
    let (stage, waybill, before) = rotation(FEW).await;
    let schedules = started(&stage, &waybill).await;
    let run = stage.haul(&waybill).await;
    assert_eq!(run.status, RunStatus::Done, "{run:#?}");
    assert_eq!(active(&stage).await, before);
    assert_eq!(started(&stage, &waybill).await, schedules);
    let values = values(&stage, &run);
    assert!(values.len() >= FEW / 2);
    assert!(values.values().all(|held| *held == Held::New), "{values:?}");
    assert!(stage.done_twice().is_empty(), "{:?}", stage.done_twice());
    assert!(!stage.lines(&run.id).contains("canary"));
}

#[tokio::test(flavor = "multi_thread")]
async fn where_the_connection_is_refused_all_come_back_with_the_old_one() {
    let (stage, waybill, before) = rotation(FEW).await;
    let schedules = started(&stage, &waybill).await;
    stage.bench.sandbox.control().fail(Fault {
        kind: FaultKind::Status {
            code: 423,
            retry_after: None,
        },
        times: 1000,
        path: Some(format!("POST /connections/{CONNECTION}")),
    });
    let run = stage.haul(&waybill).await;
    assert_eq!(run.status, RunStatus::Partial, "{run:#?}");
    assert_eq!(active(&stage).await, before);
    assert_eq!(started(&stage, &waybill).await, schedules);
    let values = values(&stage, &run);
    assert!(values.values().all(|held| *held == Held::Old), "{values:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn where_its_test_fails_all_come_back_and_the_report_says_with_the_new_one() {
    let (stage, waybill, before) = rotation(FEW).await;
    let control = stage.bench.sandbox.control();
    assert!(control.fail_test("destination", &connection(), Some("Wrong password.")));
    let run = stage.haul(&waybill).await;
    assert_eq!(run.status, RunStatus::Partial, "{run:#?}");
    assert_eq!(active(&stage).await, before);
    let values = values(&stage, &run);
    assert!(values.values().all(|held| *held == Held::New), "{values:?}");
    let report = stage.report(&run);
    let own = report.items.iter().find(|item| item.id == connection());
    assert_eq!(own.unwrap().result, HaulResult::Failed);
}

#[tokio::test(flavor = "multi_thread")]
async fn one_that_does_not_go_down_keeps_the_old_one_for_all() {
    let (stage, waybill, before) = rotation(MANY).await;
    let steps = waybill.steps.iter();
    let mut downs = steps.filter(|step| step.kind == StepKind::Deactivate);
    let middle = downs.nth(60).unwrap().subject.clone();
    stage.bench.sandbox.control().fail(Fault {
        kind: FaultKind::Status {
            code: 423,
            retry_after: None,
        },
        times: 1000,
        path: Some(format!("POST /integrations/{}", middle.wire())),
    });
    let run = stage.haul(&waybill).await;
    assert_eq!(run.status, RunStatus::Partial, "{run:#?}");
    assert_eq!(active(&stage).await, before);
    let values = values(&stage, &run);
    assert!(values.len() >= 120, "{}", values.len());
    assert!(values.values().all(|held| *held == Held::Old), "{values:?}");
    let set = StepKind::SetConnection.key(&connection());
    let place = waybill.steps.iter().position(|step| step.key == set);
    let rows = stage.steps(&run.id);
    assert_eq!(rows[place.unwrap() + 1].state, StepState::Skipped);
}

#[tokio::test(flavor = "multi_thread")]
async fn one_that_does_not_come_up_at_once_is_tried_once_more() {
    let (stage, waybill, before) = rotation(FEW).await;
    let steps = waybill.steps.iter();
    let mut ups = steps.filter(|step| matches!(step.kind, StepKind::Activate { .. }));
    let middle = ups.nth(12).unwrap().subject.clone();
    stage
        .bench
        .sandbox
        .control()
        .disturb_activations(ActivationFault {
            integration: middle.wire(),
            millis: None,
            error: Some("The server is busy.".into()),
            times: Some(1),
        });
    let run = stage.haul(&waybill).await;
    assert_eq!(active(&stage).await, before, "{}", stage.lines(&run.id));
    let values = values(&stage, &run);
    assert!(values.values().all(|held| *held == Held::New), "{values:?}");
}
