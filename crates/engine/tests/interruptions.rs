//! Runs that end in the middle, and what resuming them fetches.
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

mod stage;

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use stage::{Stage, World};
use tokio_util::sync::CancellationToken;
use waybill_engine::{
    CaptureRequest, EngineError, ItemState, Reporter, RunEvent, RunId, RunStatus, Silent,
    SnapshotStatus,
};

/// Calls `then` once so many artifacts are stored.
struct After<F: Fn() + Send + Sync> {
    stored: AtomicU32,
    limit: u32,
    then: F,
}

impl<F: Fn() + Send + Sync> Reporter for After<F> {
    fn report(&self, event: RunEvent) {
        if let RunEvent::Item(item) = event
            && item.state == ItemState::Fetched
            && self.stored.fetch_add(1, Ordering::SeqCst) + 1 == self.limit
        {
            (self.then)();
        }
    }
}

fn after(limit: u32, then: impl Fn() + Send + Sync + 'static) -> Arc<dyn Reporter> {
    Arc::new(After {
        stored: AtomicU32::new(0),
        limit,
        then,
    })
}

async fn stage(count: usize) -> Stage {
    let mut world = World::with_integrations(count);
    world.archive_takes = Duration::from_millis(10);
    Stage::new(world).await
}

/// Stored rows of a run, whose archives must not be fetched again.
fn stored(stage: &Stage, run: &str) -> Vec<String> {
    let items = stage.journal().items(&RunId::named(run)).unwrap();
    let stored = items
        .into_iter()
        .filter(|item| item.state == ItemState::Fetched);
    stored.map(|item| item.id.code).collect()
}

fn downloads(stage: &Stage, code: &str) -> u32 {
    let path = format!("/integrations/{code}%7C01.00.0000/archive");
    *stage.world.lock().unwrap().downloads.get(&path).unwrap()
}

fn assert_fetched_once(stage: &Stage, codes: &[String]) {
    for code in codes {
        assert_eq!(downloads(stage, code), 1, "{code}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_cancelled_run_keeps_what_it_has_and_is_resumed() {
    let stage = stage(40).await;
    let cancel = CancellationToken::new();
    let trigger = cancel.clone();
    let reporter = after(10, move || trigger.cancel());
    let cancelled = stage
        .capture_with(stage.request("r1"), reporter, cancel)
        .await
        .unwrap_err();
    assert!(matches!(cancelled, EngineError::Cancelled), "{cancelled}");
    let run = stage.journal().run(&RunId::named("r1")).unwrap();
    assert_eq!((run.status, run.resumable), (RunStatus::Cancelled, true));
    assert!(stage.vault.snapshots().unwrap().is_empty());
    let kept = stored(&stage, "r1");
    assert!((10..40).contains(&kept.len()), "{} stored", kept.len());

    let request = CaptureRequest::of_run(&run).unwrap();
    let outcome = stage
        .capture_with(request, Arc::new(Silent), CancellationToken::new())
        .await
        .unwrap();
    assert_eq!(outcome.status, SnapshotStatus::Complete);
    assert_eq!(outcome.counts.fetched, 40);
    assert_fetched_once(&stage, &kept);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_run_that_is_dropped_at_any_point_is_resumed_without_fetching_twice() {
    let stage = stage(30).await;
    let mut kept = Vec::new();
    let mut fetched = std::collections::HashMap::new();
    for limit in [1, 6, 11, 17] {
        let reached = Arc::new(tokio::sync::Notify::new());
        let tell = reached.clone();
        // What was stored before is told again when the run is resumed.
        let reporter = after(limit, move || tell.notify_one());
        let request = stage.request("r1");
        tokio::select! {
            ended = stage.capture_with(request, reporter, CancellationToken::new()) => {
                panic!("ended too early: {ended:?}");
            }
            () = reached.notified() => {}
        }
        // What is on its way into the staging may still arrive.
        tokio::time::sleep(Duration::from_millis(100)).await;
        let run = stage.journal().run(&RunId::named("r1")).unwrap();
        assert_eq!((run.status, run.resumable), (RunStatus::Interrupted, true));
        kept = stored(&stage, "r1");
        // Fetched and not yet stored when it was dropped: once more, then never again.
        for code in &kept {
            let count = downloads(&stage, code);
            assert_eq!(
                *fetched.entry(code.clone()).or_insert(count),
                count,
                "{code}"
            );
        }
    }
    assert!(!kept.is_empty() && kept.len() < 30, "{} stored", kept.len());
    let outcome = stage.capture("r1").await.unwrap();
    assert_eq!(
        (outcome.status, outcome.counts.fetched),
        (SnapshotStatus::Complete, 30)
    );
    for (code, count) in fetched {
        assert_eq!(downloads(&stage, &code), count, "{code}");
    }
    assert_eq!(stage.vault.snapshots().unwrap().len(), 1);
    let check = stage
        .vault
        .check(true, &waybill_vault::Silent, &|| false)
        .unwrap();
    assert!(check.is_whole(), "{:?}", check.problems);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_changed_during_the_interruption_is_fetched_anew() {
    let stage = stage(20).await;
    let cancel = CancellationToken::new();
    let trigger = cancel.clone();
    let reporter = after(8, move || trigger.cancel());
    stage
        .capture_with(stage.request("r1"), reporter, cancel)
        .await
        .unwrap_err();
    let kept = stored(&stage, "r1");
    stage.change(|world| world.touch(&kept[0]));
    stage.capture("r1").await.unwrap();
    assert_fetched_once(&stage, &kept[1..]);
    let world = stage.world.lock().unwrap();
    let path = format!("/integrations/{}%7C01.00.0000/archive", kept[0]);
    assert_eq!(world.downloads.get(&path), Some(&2));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_lost_sign_in_fails_the_run_and_loses_nothing() {
    let stage = stage(20).await;
    stage.change(|world| world.refuse_after = Some(6));
    let failed = stage.capture("r1").await.unwrap_err();
    assert!(failed.client().is_some(), "{failed}");
    let run = stage.journal().run(&RunId::named("r1")).unwrap();
    assert_eq!((run.status, run.resumable), (RunStatus::Failed, true));
    assert!(run.guidance.is_some());
    let kept = stored(&stage, "r1");
    assert!(!kept.is_empty());
    stage.change(|world| world.refuse_after = None);
    let outcome = stage.capture("r1").await.unwrap();
    assert_eq!(outcome.status, SnapshotStatus::Complete);
    assert_fetched_once(&stage, &kept);
}

#[tokio::test(flavor = "multi_thread")]
async fn two_runs_of_one_instance_do_not_run_at_once_and_two_instances_do() {
    let stage = stage(20).await;
    let other = CaptureRequest {
        instance: waybill_engine::InstanceStamp {
            id: "i2".into(),
            ..stage.request("x").instance
        },
        ..stage.request("r3")
    };
    let third = stage.capture_with(other, Arc::new(Silent), CancellationToken::new());
    let second = async {
        tokio::time::sleep(Duration::from_millis(40)).await;
        stage.capture("r2").await
    };
    let (first, second, third) = tokio::join!(stage.capture("r1"), second, third);
    assert_eq!(first.unwrap().status, SnapshotStatus::Complete);
    assert!(matches!(second, Err(EngineError::AlreadyRunning { .. })));
    assert_eq!(third.unwrap().status, SnapshotStatus::Complete);
    assert_eq!(stage.vault.snapshots().unwrap().len(), 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_damaged_staging_is_fetched_again() {
    let stage = stage(12).await;
    let cancel = CancellationToken::new();
    let trigger = cancel.clone();
    stage
        .capture_with(
            stage.request("r1"),
            after(4, move || trigger.cancel()),
            cancel,
        )
        .await
        .unwrap_err();
    let folder = stage.home.path().join("staging").join("r1");
    for file in std::fs::read_dir(folder).unwrap() {
        let path = file.unwrap().path();
        if path
            .extension()
            .is_some_and(|extension| extension == "blob")
        {
            std::fs::write(&path, b"not what was written").unwrap();
        }
    }
    let outcome = stage.capture("r1").await.unwrap();
    assert_eq!(
        (outcome.status, outcome.counts.fetched),
        (SnapshotStatus::Complete, 12)
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_discarded_run_leaves_nothing_behind() {
    let stage = stage(12).await;
    let cancel = CancellationToken::new();
    let trigger = cancel.clone();
    let reporter = after(4, move || trigger.cancel());
    stage
        .capture_with(stage.request("r1"), reporter, cancel)
        .await
        .unwrap_err();
    assert_eq!(stage.vault.stagings().unwrap(), ["r1"]);
    let run = RunId::named("r1");
    let discarded = waybill_engine::discard(&run, &stage.vault, &stage.journal()).unwrap();
    assert_eq!(
        (discarded.status, discarded.resumable),
        (RunStatus::Discarded, false)
    );
    assert!(stage.vault.stagings().unwrap().is_empty());
    let refused = stage.capture("r1").await.unwrap_err();
    assert!(
        matches!(refused, EngineError::NotResumable { .. }),
        "{refused}"
    );
}
