//! A move with steps of every kind through failing calls and a sign-in that expires: the end is that of an
//! undisturbed run, and nothing is done twice.

use std::time::Duration;

use waybill_engine::{Run, RunStatus};
use waybill_sandbox::{FaultKind, StandingFault};

use crate::every_kind::{planned, planned_where, undisturbed};
use crate::stage::Stage;

const SEED: u64 = 5;

/// Begins the run, takes it up again and tries again what failed, as a person would.
async fn to_the_end(stage: &Stage, waybill: &waybill_engine::waybill::Waybill) -> Run {
    let request = stage.request(waybill);
    let mut run = stage.go(&request).await;
    for _ in 0..8 {
        run = match run.status {
            RunStatus::Done => break,
            RunStatus::Partial if !run.resumable => stage.retry(&request).await,
            _ => stage.go(&request).await,
        };
    }
    run
}

#[tokio::test(flavor = "multi_thread")]
async fn with_every_fifth_call_failing_steps_of_every_kind_end_as_they_should() {
    let calm = undisturbed().await;
    let (stage, waybill) = planned().await;
    let status = |code| FaultKind::Status {
        code,
        retry_after: None,
    };
    let control = stage.bench.sandbox.control();
    control.fail_often(StandingFault {
        chance: 0.2,
        kinds: vec![
            status(429),
            status(503),
            FaultKind::DropBefore,
            FaultKind::DropAfter,
        ],
        seed: SEED,
        path: None,
        method: None,
        except: None,
    });
    let run = to_the_end(&stage, &waybill).await;
    control.heal();
    calm.assert_same(&stage, &waybill, &run, SEED).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn with_a_sign_in_that_is_good_for_a_second_steps_of_every_kind_end_as_they_should() {
    let calm = undisturbed().await;
    let short = |builder: waybill_sandbox::Builder| {
        builder
            .token_life(Duration::from_secs(1))
            .activation_time(Duration::from_secs(1))
    };
    let (stage, waybill) = planned_where(short).await;
    let run = stage.haul(&waybill).await;
    let tokens = stage.bench.sandbox.control().calls().token;
    assert!(tokens > 3, "{tokens} sign-ins");
    calm.assert_same(&stage, &waybill, &run, 0).await;
}
