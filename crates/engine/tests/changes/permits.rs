//! No write without a permit, at the moment of the write.

use std::sync::atomic::Ordering;

use waybill_engine::{Change, RunStatus, StepState};
use waybill_model::State;

use crate::bench::bench;

#[tokio::test]
async fn a_read_only_instance_is_never_written() {
    let bench = bench(30).await;
    bench.permit.0.store(0, Ordering::SeqCst);
    let id = bench.integration(State::Active, false).await;
    let scheduled = bench.integration(State::Active, true).await;
    for (id, change) in [
        (
            &id,
            Change::Deactivate {
                stop_schedule: false,
            },
        ),
        (&scheduled, Change::RunNow),
    ] {
        let run = bench.make(id, change).await;
        assert_eq!(run.status, RunStatus::Failed);
        assert!(run.headline.unwrap().contains("read-only"));
    }
    assert_eq!(bench.effects(""), 0);
}

#[tokio::test]
async fn a_permit_that_ends_between_the_plan_and_the_write_refuses_the_write() {
    let bench = bench(30).await;
    let id = bench.integration(State::Active, false).await;
    let change = Change::Deactivate {
        stop_schedule: false,
    };
    for passes in [1, 2] {
        bench.permit.0.store(passes, Ordering::SeqCst);
        let run = bench.make(&id, change.clone()).await;
        assert_eq!(run.status, RunStatus::Failed, "{passes} {run:?}");
        assert!(run.resumable, "it can be made once changes are allowed");
        let steps = bench.journal.steps(&run.id).unwrap();
        assert_eq!(steps[0].state, StepState::Planned, "{passes}");
        assert_eq!(bench.effects(""), 0);
    }
    bench.permit.0.store(3, Ordering::SeqCst);
    let run = bench.make(&id, change).await;
    assert_eq!(run.status, RunStatus::Done, "{run:?}");
}
