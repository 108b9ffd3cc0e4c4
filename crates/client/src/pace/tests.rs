use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use proptest::prelude::*;
use tokio::task::JoinSet;

use super::*;

const READS_LANE: Lane = Lane::Reads;
const LANES: [Lane; 3] = [Lane::Reads, Lane::Imports, Lane::Activations];
const QUICK: Outcome = Outcome::Answered(CallClass::Object, Duration::from_millis(50));

fn limiter(max_in_flight: usize, per_minute: Option<u32>) -> Arc<Limiter> {
    Arc::new(Limiter::new(Pace {
        max_in_flight,
        per_minute,
    }))
}

fn paused_runtime() -> tokio::runtime::Runtime {
    tokio::runtime::Builder::new_current_thread()
        .enable_time()
        .start_paused(true)
        .build()
        .unwrap()
}

#[tokio::test(start_paused = true)]
async fn starts_with_eight_and_doubles_in_a_round() {
    let limiter = limiter(16, None);
    assert_eq!(limiter.allowed(READS_LANE), 8);
    for _ in 0..8 {
        assert_eq!(limiter.enter(READS_LANE).await.settle(QUICK), None);
    }
    assert_eq!(limiter.allowed(READS_LANE), 16);
    limiter.enter(READS_LANE).await.settle(QUICK);
    assert_eq!(limiter.allowed(READS_LANE), 16, "not beyond the most");
}

#[tokio::test(start_paused = true)]
async fn refusals_of_one_burst_halve_once_and_growth_is_then_slow() {
    let limiter = limiter(16, None);
    let mut burst = Vec::new();
    for _ in 0..8 {
        burst.push(limiter.enter(READS_LANE).await);
    }
    let changes: Vec<_> = burst
        .into_iter()
        .filter_map(|permit| permit.settle(Outcome::Slowed(SlowReason::TooManyRequests, None)))
        .collect();
    assert_eq!(
        changes,
        [Change::Slowed {
            lane: Lane::Reads,
            reason: SlowReason::TooManyRequests,
            allowed: 4,
            retry_after: None
        }]
    );
    for _ in 0..3 {
        limiter.enter(READS_LANE).await.settle(QUICK);
    }
    assert_eq!(limiter.allowed(READS_LANE), 4);
    limiter.enter(READS_LANE).await.settle(QUICK);
    assert_eq!(limiter.allowed(READS_LANE), 5, "one more after a round");
    let mut recovered = None;
    for _ in 0..120 {
        recovered = recovered.or(limiter.enter(READS_LANE).await.settle(QUICK));
    }
    assert_eq!(
        recovered,
        Some(Change::Recovered {
            lane: Lane::Reads,
            allowed: 8
        })
    );
    assert_eq!(limiter.allowed(READS_LANE), 16);
}

#[tokio::test(start_paused = true)]
async fn a_retry_after_pauses_all_calls() {
    let limiter = limiter(16, None);
    let wait = Duration::from_secs(7);
    let permit = limiter.enter(READS_LANE).await;
    permit.settle(Outcome::Slowed(SlowReason::Unavailable, Some(wait)));
    let start = Instant::now();
    limiter.enter(READS_LANE).await.settle(QUICK);
    assert!(start.elapsed() >= wait);
    let start = Instant::now();
    limiter.enter(READS_LANE).await.settle(QUICK);
    assert!(
        start.elapsed() < Duration::from_millis(10),
        "the pause is over"
    );
}

#[tokio::test(start_paused = true)]
async fn rising_latency_slows_down() {
    let limiter = limiter(16, None);
    for _ in 0..20 {
        limiter.enter(READS_LANE).await.settle(QUICK);
    }
    let slow = Outcome::Answered(CallClass::Object, Duration::from_secs(3));
    let mut changes = Vec::new();
    for _ in 0..32 {
        changes.extend(limiter.enter(READS_LANE).await.settle(slow));
    }
    assert_eq!(
        changes,
        [Change::Slowed {
            lane: Lane::Reads,
            reason: SlowReason::Latency,
            allowed: 8,
            retry_after: None
        }]
    );
}

#[tokio::test(start_paused = true)]
async fn a_dropped_call_gives_its_place_back() {
    let limiter = limiter(1, None);
    drop(limiter.enter(READS_LANE).await);
    let held = limiter.enter(READS_LANE).await;
    let waiting = tokio::time::timeout(Duration::from_secs(1), limiter.enter(READS_LANE)).await;
    assert!(waiting.is_err(), "the one place is taken");
    drop(held);
    limiter.enter(READS_LANE).await.settle(QUICK);
}

#[tokio::test(start_paused = true)]
async fn calls_start_in_the_order_in_which_they_came() {
    let limiter = limiter(2, Some(2));
    let order = Arc::new(Mutex::new(Vec::new()));
    let mut calls = JoinSet::new();
    for number in 0..12 {
        let (limiter, order) = (Arc::clone(&limiter), Arc::clone(&order));
        calls.spawn(async move {
            let permit = limiter.enter(READS_LANE).await;
            order.lock().unwrap().push(number);
            permit.settle(QUICK);
        });
        tokio::task::yield_now().await;
    }
    while calls.join_next().await.is_some() {}
    assert_eq!(*order.lock().unwrap(), (0..12).collect::<Vec<_>>());
}

#[tokio::test(start_paused = true)]
async fn slow_activations_do_not_hold_up_reads() {
    let limiter = limiter(16, None);
    let mut activations = Vec::new();
    for _ in 0..4 {
        activations.push(limiter.enter(Lane::Activations).await);
    }
    let fifth = tokio::time::timeout(Duration::from_mins(1), limiter.enter(Lane::Activations));
    assert!(fifth.await.is_err(), "four at a time in the beginning");
    limiter.enter(Lane::Reads).await.settle(QUICK);
    let slow = Outcome::Slowed(SlowReason::Latency, None);
    activations.remove(0).settle(slow);
    assert_eq!(limiter.allowed(Lane::Activations), 2);
    assert!(
        limiter.allowed(Lane::Reads) >= 8,
        "reads are as quick as before"
    );
}

#[tokio::test(start_paused = true)]
async fn what_the_service_asks_for_slows_all_lanes() {
    let limiter = limiter(16, None);
    let asked = Outcome::Slowed(SlowReason::TooManyRequests, None);
    limiter.enter(Lane::Imports).await.settle(asked);
    assert_eq!(LANES.map(|lane| limiter.allowed(lane)), [4, 1, 2]);
}

#[derive(Clone, Copy, Debug)]
enum Fate {
    Fine,
    Refused,
    RefusedWithPause(u64),
    Cancelled,
}

fn fate() -> impl Strategy<Value = Fate> {
    prop_oneof![
        6 => Just(Fate::Fine),
        1 => Just(Fate::Refused),
        1 => (0_u64..20).prop_map(Fate::RefusedWithPause),
        1 => Just(Fate::Cancelled),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn never_more_than_allowed_or_budgeted_and_always_recovers(
        fates in proptest::collection::vec((fate(), 1_u64..500, 0_usize..3), 1..120),
        most in 1_usize..20,
        budget in proptest::option::of(1_u32..30),
    ) {
        paused_runtime().block_on(async move {
            let limiter = limiter(most, budget);
            let in_flight = Arc::new(AtomicUsize::new(0));
            let starts = Arc::new(Mutex::new(Vec::new()));
            let mut calls = JoinSet::new();
            for (fate, milliseconds, lane) in fates.clone() {
                let lane = LANES[lane];
                let limiter = Arc::clone(&limiter);
                let in_flight = Arc::clone(&in_flight);
                let starts = Arc::clone(&starts);
                calls.spawn(async move {
                    let permit = limiter.enter(lane).await;
                    let now = in_flight.fetch_add(1, Ordering::SeqCst) + 1;
                    assert!(now <= most, "{now} calls at a time, {most} are the most");
                    starts.lock().unwrap().push(Instant::now());
                    tokio::time::sleep(Duration::from_millis(milliseconds)).await;
                    in_flight.fetch_sub(1, Ordering::SeqCst);
                    let outcome = match fate {
                        Fate::Fine => QUICK,
                        Fate::Refused => Outcome::Slowed(SlowReason::TooManyRequests, None),
                        Fate::RefusedWithPause(seconds) => Outcome::Slowed(
                            SlowReason::Unavailable,
                            Some(Duration::from_secs(seconds)),
                        ),
                        Fate::Cancelled => return drop(permit),
                    };
                    permit.settle(outcome);
                    assert!((1..=most).contains(&limiter.allowed(lane)));
                });
            }
            while let Some(call) = calls.join_next().await {
                call.unwrap();
            }
            let starts = starts.lock().unwrap().clone();
            assert_eq!(starts.len(), fates.len(), "every call had its turn");
            if let Some(budget) = budget {
                let budget = usize::try_from(budget).unwrap();
                for window in starts.windows(budget + 1) {
                    assert!(window[budget] - window[0] >= MINUTE, "over the budget");
                }
            }
            // After any history, good answers lead back to the most.
            for lane in LANES {
                for _ in 0..most * most + most {
                    limiter.enter(lane).await.settle(QUICK);
                }
                let own = limiter.lane(lane);
                let most = match lane {
                    Lane::Reads => most,
                    Lane::Imports => most.min(6),
                    Lane::Activations => most.min(12),
                };
                assert_eq!(own.allowed(), most);
                assert_eq!(own.places.available_permits(), most, "no place was lost or made up");
            }
            assert_eq!(limiter.places.available_permits(), most);
        });
    }
}
