//! Into an instance that holds other states, other designs and other values, and back to these.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::time::Duration;

use waybill_engine::waybill::{Bindings, ConnectionPolicy, Existing, Policies, StepKind};
use waybill_engine::{RunStatus, Selection, Side, Verdict};
use waybill_model::{ArtifactId, ArtifactKind, Scope, State};
use waybill_sandbox::{InstanceSpec, Sandbox};

use crate::course::{all_of, on_paper};
use crate::portrait::{otherwise, portrait};
use crate::stage::Stage;

async fn both_full() -> Stage {
    let sandbox = Sandbox::builder()
        .instance(InstanceSpec::oic3("source"))
        .instance(InstanceSpec::oic3("destination"))
        .synthetic(24, 7)
        .activation_time(Duration::from_millis(50))
        .start()
        .await
        .unwrap();
    Stage::of(sandbox)
}

/// Integrations outside projects that stand so, are used by no other and are not locked.
fn standing(side: &Side, state: State) -> Vec<ArtifactId> {
    let all = side.catalogue().artifacts.iter();
    all.filter(|own| own.id.kind == ArtifactKind::Integration && own.id.scope == Scope::Global)
        .filter(|own| own.state == Some(state) && own.lock.is_none() && !own.prebuilt)
        .map(|own| own.id.clone())
        .collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_replaced_comes_back_with_its_design_state_schedule_and_values() {
    let stage = both_full().await;
    let control = stage.bench.sandbox.control();
    let side = stage.bench.live("destination").await;
    let active = standing(&side, State::Active);
    let inactive = standing(&side, State::Configured);
    assert!(active.len() > 6 && inactive.len() > 2);
    // Designed on in the source; switched off and on, and gone, in the destination.
    for id in active.iter().take(4).chain(inactive.first()) {
        assert!(control.touch("source", id));
    }
    // What is inactive has no schedule that runs.
    let unscheduled = active[..active.len() - 1].iter().filter(|id| {
        let schedule = ArtifactId {
            kind: ArtifactKind::Schedule,
            ..(*id).clone()
        };
        side.catalogue().get(&schedule).is_none()
    });
    for id in unscheduled.take(3) {
        assert!(control.set_status("destination", id, "CONFIGURED"));
    }
    let gone = active.last().unwrap();
    assert!(control.set_status("destination", &inactive[1], "ACTIVATED"));
    assert!(control.delete("destination", gone));
    let set = stage
        .bench
        .set_address("destination", "https://elsewhere.example.com/api");
    let set = set.await;

    let kept = stage.bench.snapshot("source", Selection::Everything).await;
    let before = stage
        .bench
        .snapshot("destination", Selection::Everything)
        .await;
    let start = portrait(&before).await;
    let policies = Policies {
        existing: Existing::Replace,
        connections: ConnectionPolicy::FromSource,
        ..Policies::default()
    };
    let planned = stage
        .planned(&kept, &all_of(&kept), &policies, &Bindings::default())
        .await;
    assert!(planned.blocking.is_empty(), "{:#?}", planned.blocking);
    let run = stage.haul(&planned.waybill).await;
    assert_eq!(run.status, RunStatus::Done, "{:#?}", stage.report(&run));
    let live = stage.bench.live("destination").await;
    same(&stage, &kept, &live, &on_paper(&planned.waybill)).await;
    assert!(!stage.differing(&before, &live).await.is_empty());
    assert!(otherwise(&start, &portrait(&live).await).contains_key(&set));

    let (way, run) = stage.back(&planned.waybill, &run).await;
    assert_eq!(run.status, RunStatus::Done, "{:#?}", stage.report(&run));
    let imports = way.steps.iter();
    let imports = imports.filter(|one| matches!(one.kind, StepKind::Import { .. }));
    assert!(imports.count() >= 5);
    let deletes = way.steps.iter();
    let mut deletes = deletes.filter(|one| one.kind == StepKind::Delete);
    assert!(deletes.any(|one| one.subject == *gone));
    let live = stage.bench.live("destination").await;
    same(&stage, &before, &live, &on_paper(&way)).await;
    let told = on_paper(&way);
    let told: BTreeSet<ArtifactKind> = told.keys().map(|id| id.kind).collect();
    let carried = [
        ArtifactKind::Integration,
        ArtifactKind::Connection,
        ArtifactKind::Schedule,
    ];
    assert!(carried.iter().all(|kind| !told.contains(kind)), "{told:?}");
}

/// Everything of both means and stands the same, but what is named.
async fn same(
    stage: &Stage,
    left: &Arc<Side>,
    right: &Arc<Side>,
    but: &BTreeMap<ArtifactId, String>,
) {
    let rows = stage.differing(left, right).await.into_iter();
    let rows: Vec<_> = rows
        .filter(|row| !but.contains_key(&row.id))
        .map(|row| (row.id.to_string(), row.verdict, row.summary))
        .collect();
    let none: Vec<(String, Verdict, String)> = Vec::new();
    assert_eq!(rows, none);
    let mut told = otherwise(&portrait(left).await, &portrait(right).await);
    told.retain(|id, _| !but.contains_key(id));
    assert_eq!(told, BTreeMap::new());
}
