//! Pacing, counts, faults and changes on demand.
#![allow(
    clippy::unwrap_used,
    reason = "a test may stop at what it did not expect"
)]

mod support;

use std::time::{Duration, Instant};

use serde_json::{Value, json};
use support::{Caller, ask};
use waybill_sandbox::{Fault, FaultKind, InstanceSpec, Running, Sandbox};

async fn sandbox(count: usize) -> Running {
    Sandbox::builder()
        .instance(InstanceSpec::oic3("one"))
        .instance(InstanceSpec::oic3("two"))
        .synthetic(count, 7)
        .start()
        .await
        .unwrap()
}

fn first_integration(page: &Value) -> String {
    page["items"][0]["id"].as_str().unwrap().to_owned()
}

#[tokio::test]
async fn too_many_calls_are_refused_with_a_hint() {
    let running = Sandbox::builder()
        .synthetic(2, 1)
        .rate(3)
        .start()
        .await
        .unwrap();
    let caller = Caller::sign_in(&running.ready.instances[0]).await;
    let mut refused = None;
    for _ in 0..12 {
        let reply = caller.get("packages").await;
        if reply.status == 429 {
            refused = Some(reply);
            break;
        }
    }
    let refused = refused.unwrap();
    assert_eq!(refused.header("retry-after"), Some("1"));
    assert!(running.control().calls().too_many >= 1);
    tokio::time::sleep(Duration::from_millis(500)).await;
    assert_eq!(caller.get("packages").await.status, 200);
    running.shutdown().await;
}

#[tokio::test]
async fn latency_slows_calls_and_no_tokens_and_calls_are_counted() {
    let running = Sandbox::builder()
        .synthetic(5, 1)
        .latency(Duration::from_secs(1))
        .start()
        .await
        .unwrap();
    let began = Instant::now();
    let caller = Caller::sign_in(&running.ready.instances[0]).await;
    assert!(began.elapsed() < Duration::from_millis(900));
    let began = Instant::now();
    let (left, right) = tokio::join!(caller.get("integrations"), caller.get("lookups/Tax_Codes"));
    assert_eq!((left.status, right.status), (200, 200));
    assert!(began.elapsed() >= Duration::from_secs(1));
    let id = first_integration(&left.json());
    caller.get(&format!("integrations/{id}/archive")).await;
    let counts = running.control().calls();
    assert_eq!(
        (counts.total, counts.lists, counts.items, counts.archives),
        (3, 1, 1, 1)
    );
    assert_eq!(
        (counts.token, counts.max_in_flight, counts.in_flight),
        (1, 2, 0)
    );
    assert_eq!(counts.by_path["GET integrations/{}/archive"], 1);

    let control = &running.ready.control_url;
    let over_http = ask(control, "GET", "/__sandbox/calls", &[], b"")
        .await
        .json();
    assert_eq!(over_http["total"], 3);
    ask(control, "POST", "/__sandbox/calls/reset", &[], b"").await;
    assert_eq!(running.control().calls().total, 0);
    running.shutdown().await;
}

#[tokio::test]
async fn faults_hit_the_calls_they_are_meant_for() {
    let running = sandbox(3).await;
    let caller = Caller::sign_in(running.instance("one").unwrap()).await;
    let id = first_integration(&caller.get("integrations").await.json());
    let archive = format!("integrations/{id}/archive");
    let whole = caller.get(&archive).await;
    let announced = |reply: &support::Reply| -> usize {
        reply.header("content-length").unwrap().parse().unwrap()
    };
    assert_eq!(announced(&whole), whole.body.len());
    let fail = |kind| {
        running.control().fail(Fault {
            kind,
            times: 1,
            path: Some("/archive".to_owned()),
        });
    };
    fail(FaultKind::Truncate);
    assert_eq!(caller.get("packages").await.status, 200);
    let broken = caller.get(&archive).await;
    assert!(broken.body.len() < announced(&broken));
    fail(FaultKind::Cut);
    let cut = caller.get(&archive).await;
    assert_eq!(announced(&cut), cut.body.len());
    assert!(waybill_archive::read(&cut.body).is_err());
    fail(FaultKind::Html);
    let page = caller.get(&archive).await;
    assert_eq!(page.status, 200);
    assert!(page.body.starts_with(b"<!DOCTYPE html>"));
    fail(FaultKind::Status {
        code: 503,
        retry_after: Some(2),
    });
    let busy = caller.get(&archive).await;
    assert_eq!(busy.line, "HTTP/1.1 503 Service Unavailable");
    assert_eq!(busy.header("retry-after"), Some("2"));
    fail(FaultKind::Stall);
    let stalled = tokio::time::timeout(Duration::from_millis(150), caller.get(&archive)).await;
    assert!(stalled.is_err());
    assert_eq!(caller.get(&archive).await.status, 200);

    let wish = json!({"kind": {"status": {"code": 500}}, "path": "/lookups", "times": 2});
    let control = &running.ready.control_url;
    ask(
        control,
        "POST",
        "/__sandbox/fail",
        &[],
        wish.to_string().as_bytes(),
    )
    .await;
    for status in [500, 500, 200] {
        assert_eq!(caller.get("lookups").await.status, status);
    }
    running.shutdown().await;
}

#[tokio::test]
async fn touching_changes_the_date_and_the_design() {
    let running = sandbox(8).await;
    let caller = Caller::sign_in(running.instance("one").unwrap()).await;
    let wish = json!({"instance": "one", "count": 3});
    let reply = ask(
        &running.ready.control_url,
        "POST",
        "/__sandbox/touch",
        &[],
        wish.to_string().as_bytes(),
    )
    .await;
    let touched: Vec<String> = serde_json::from_value(reply.json()["touched"].clone()).unwrap();
    assert_eq!(touched.len(), 3);
    let newest = caller.get("integrations?limit=3").await.json();
    for item in newest["items"].as_array().unwrap() {
        let id = format!("integration:{}", item["id"].as_str().unwrap());
        assert!(touched.contains(&id), "{id}");
    }
    running.shutdown().await;
}
