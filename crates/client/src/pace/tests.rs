use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use proptest::prelude::*;
use tokio::task::JoinSet;

use super::*;

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
    assert_eq!(limiter.allowed(), 8);
    for _ in 0..8 {
        assert_eq!(limiter.enter().await.settle(QUICK), None);
    }
    assert_eq!(limiter.allowed(), 16);
    limiter.enter().await.settle(QUICK);
    assert_eq!(limiter.allowed(), 16, "not beyond the most");
}

#[tokio::test(start_paused = true)]
async fn refusals_of_one_burst_halve_once_and_growth_is_then_slow() {
    let limiter = limiter(16, None);
    let mut burst = Vec::new();
    for _ in 0..8 {
        burst.push(limiter.enter().await);
    }
    let changes: Vec<_> = burst
        .into_iter()
        .filter_map(|permit| permit.settle(Outcome::Slowed(SlowReason::TooManyRequests, None)))
        .collect();
    assert_eq!(
        changes,
        [Change::Slowed {
            reason: SlowReason::TooManyRequests,
            allowed: 4,
            retry_after: None
        }]
    );
    for _ in 0..3 {
        limiter.enter().await.settle(QUICK);
    }
    assert_eq!(limiter.allowed(), 4);
    limiter.enter().await.settle(QUICK);
    assert_eq!(limiter.allowed(), 5, "one more after a round");
    let mut recovered = None;
    for _ in 0..120 {
        recovered = recovered.or(limiter.enter().await.settle(QUICK));
    }
    assert_eq!(recovered, Some(Change::Recovered { allowed: 8 }));
    assert_eq!(limiter.allowed(), 16);
}

#[tokio::test(start_paused = true)]
async fn a_retry_after_pauses_all_calls() {
    let limiter = limiter(16, None);
    let wait = Duration::from_secs(7);
    let permit = limiter.enter().await;
    permit.settle(Outcome::Slowed(SlowReason::Unavailable, Some(wait)));
    let start = Instant::now();
    limiter.enter().await.settle(QUICK);
    assert!(start.elapsed() >= wait);
    let start = Instant::now();
    limiter.enter().await.settle(QUICK);
    assert!(
        start.elapsed() < Duration::from_millis(10),
        "the pause is over"
    );
}

#[tokio::test(start_paused = true)]
async fn rising_latency_slows_down() {
    let limiter = limiter(16, None);
    for _ in 0..20 {
        limiter.enter().await.settle(QUICK);
    }
    let slow = Outcome::Answered(CallClass::Object, Duration::from_secs(3));
    let mut changes = Vec::new();
    for _ in 0..32 {
        changes.extend(limiter.enter().await.settle(slow));
    }
    assert_eq!(
        changes,
        [Change::Slowed {
            reason: SlowReason::Latency,
            allowed: 8,
            retry_after: None
        }]
    );
}

#[tokio::test(start_paused = true)]
async fn a_dropped_call_gives_its_place_back() {
    let limiter = limiter(1, None);
    drop(limiter.enter().await);
    let held = limiter.enter().await;
    let waiting = tokio::time::timeout(Duration::from_secs(1), limiter.enter()).await;
    assert!(waiting.is_err(), "the one place is taken");
    drop(held);
    limiter.enter().await.settle(QUICK);
}

#[tokio::test(start_paused = true)]
async fn calls_start_in_the_order_in_which_they_came() {
    let limiter = limiter(2, Some(2));
    let order = Arc::new(Mutex::new(Vec::new()));
    let mut calls = JoinSet::new();
    for number in 0..12 {
        let (limiter, order) = (Arc::clone(&limiter), Arc::clone(&order));
        calls.spawn(async move {
            let permit = limiter.enter().await;
            order.lock().unwrap().push(number);
            permit.settle(QUICK);
        });
        tokio::task::yield_now().await;
    }
    while calls.join_next().await.is_some() {}
    assert_eq!(*order.lock().unwrap(), (0..12).collect::<Vec<_>>());
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
        fates in proptest::collection::vec((fate(), 1_u64..500), 1..120),
        most in 1_usize..20,
        budget in proptest::option::of(1_u32..30),
    ) {
        paused_runtime().block_on(async move {
            let limiter = limiter(most, budget);
            let in_flight = Arc::new(AtomicUsize::new(0));
            let starts = Arc::new(Mutex::new(Vec::new()));
            let mut calls = JoinSet::new();
            for (fate, milliseconds) in fates.clone() {
                let limiter = Arc::clone(&limiter);
                let in_flight = Arc::clone(&in_flight);
                let starts = Arc::clone(&starts);
                calls.spawn(async move {
                    let permit = limiter.enter().await;
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
                    assert!((1..=most).contains(&limiter.allowed()));
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
            for _ in 0..most * most + most {
                limiter.enter().await.settle(QUICK);
            }
            assert_eq!(limiter.allowed(), most);
            assert_eq!(limiter.places.available_permits(), most, "no place was lost or made up");
        });
    }
}
