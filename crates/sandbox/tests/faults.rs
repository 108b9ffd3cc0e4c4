//! Faults that strike before a call's effect and after it, and the counts that tell the two apart.
#![allow(
    clippy::unwrap_used,
    reason = "a test may stop at what it did not expect"
)]

mod support;

use std::time::{Duration, Instant};

use serde_json::{Value, json};
use support::{Caller, ask, ask_token, steer};
use waybill_sandbox::{Fault, FaultKind, Running, Sandbox, StandingFault};

async fn sandbox() -> (Running, Caller) {
    let running = Sandbox::builder().synthetic(6, 3).start().await.unwrap();
    let caller = Caller::sign_in(&running.ready.instances[0]).await;
    (running, caller)
}

fn fault(kind: FaultKind, path: &str) -> Fault {
    Fault {
        kind,
        times: 1,
        path: Some(path.to_owned()),
    }
}

/// A lookup that nothing uses yet.
fn lookup(name: &str) -> Value {
    json!({"name": name, "columns": ["A", "B"], "rows": [{"rowData": ["1", "2"]}]})
}

#[tokio::test]
async fn a_connection_closes_before_the_effect_or_after_it() {
    let (running, caller) = sandbox().await;
    let control = running.control();
    let body = lookup("Dropped").to_string();
    let json = ["Content-Type: application/json"];
    let create = || caller.try_send("POST", "lookups", &json, body.as_bytes());
    control.fail(fault(FaultKind::DropBefore, "POST /lookups"));
    assert!(create().await.is_none());
    assert_eq!(caller.get("lookups/Dropped").await.status, 404);
    assert_eq!(control.calls().effects_of("POST lookups"), 0);

    control.fail(fault(FaultKind::DropAfter, "POST /lookups"));
    assert!(create().await.is_none());
    assert_eq!(caller.get("lookups/Dropped").await.status, 200);
    assert_eq!(control.calls().effects["POST lookups"]["Dropped"], 1);

    control.fail(fault(
        FaultKind::StatusAfter { code: 504 },
        "DELETE /lookups",
    ));
    let told = caller.send("DELETE", "lookups/Dropped", &[], b"").await;
    assert_eq!(told.status, 504);
    assert!(told.body.starts_with(b"<!DOCTYPE html>"));
    assert_eq!(caller.get("lookups/Dropped").await.status, 404);
    assert_eq!(control.calls().effects["DELETE lookups/{}"]["Dropped"], 1);
    assert!(control.calls().repeated().is_empty());
    running.shutdown().await;
}

#[tokio::test]
async fn an_effect_that_happens_twice_is_told() {
    let (running, caller) = sandbox().await;
    let body = lookup("Twice");
    assert_eq!(caller.post("lookups", &body).await.status, 200);
    for _ in 0..2 {
        let headers = ["Content-Type: application/json"];
        let sent = caller
            .send(
                "PUT",
                "lookups/Twice",
                &headers,
                body.to_string().as_bytes(),
            )
            .await;
        assert_eq!(sent.status, 200);
    }
    let repeated = running.control().calls().repeated();
    let expected = ("PUT lookups/{}".to_owned(), "Twice".to_owned(), 2);
    assert_eq!(repeated, [expected]);
    // What is refused has no effect.
    assert_eq!(
        caller.send("DELETE", "lookups/None", &[], b"").await.status,
        404
    );
    assert_eq!(running.control().calls().effects_of("DELETE"), 0);
    running.shutdown().await;
}

#[tokio::test]
async fn faults_come_in_the_middle_with_pages_and_without_hints() {
    let (running, caller) = sandbox().await;
    let control = &running.ready.control_url;
    let wish = json!({"kind": {"status": {"code": 401}}, "after": 2, "path": "/packages"});
    assert_eq!(steer(control, "fail", &wish).await.status, 200);
    for status in [200, 200, 401, 200] {
        assert_eq!(caller.get("packages").await.status, status);
    }
    for (kind, hint) in [
        (json!({"status": {"code": 429, "retryAfter": 3}}), Some("3")),
        (json!({"status": {"code": 429}}), None),
    ] {
        steer(control, "fail", &json!({"kind": kind})).await;
        let refused = caller.get("packages").await;
        assert_eq!((refused.status, refused.header("retry-after")), (429, hint));
    }
    steer(
        control,
        "fail",
        &json!({"kind": {"htmlStatus": {"code": 503}}}),
    )
    .await;
    let page = caller.get("packages").await;
    assert_eq!(page.line, "HTTP/1.1 503 Service Unavailable");
    assert!(
        page.header("content-type")
            .unwrap()
            .starts_with("text/html")
    );

    steer(
        control,
        "fail",
        &json!({"kind": {"latency": {"millis": 150}}}),
    )
    .await;
    let began = Instant::now();
    assert_eq!(caller.get("packages").await.status, 200);
    assert!(began.elapsed() >= Duration::from_millis(150));

    steer(control, "fail", &json!({"kind": "stallBody"})).await;
    let stalled = tokio::time::timeout(Duration::from_millis(150), caller.get("packages")).await;
    assert!(stalled.is_err());

    steer(control, "fail", &json!({"kind": "expireTokens"})).await;
    for _ in 0..2 {
        assert_eq!(caller.get("packages").await.status, 401);
    }
    let wrong = steer(control, "fail", &json!({"kind": "explode"})).await;
    assert_eq!(wrong.status, 400);
    running.shutdown().await;
}

#[tokio::test]
async fn a_share_of_the_calls_fails_until_it_is_healed() {
    let (running, caller) = sandbox().await;
    let control = &running.ready.control_url;
    let wish = json!({
        "chance": 0.5,
        "kinds": [{"status": {"code": 503}}, {"status": {"code": 429}}],
        "seed": 1,
        "method": "GET",
    });
    steer(control, "fail", &wish).await;
    let mut failed = 0;
    for _ in 0..60 {
        failed += usize::from(caller.get("packages").await.status != 200);
    }
    assert!((15..=45).contains(&failed), "{failed}");
    steer(control, "heal", &json!({})).await;
    for _ in 0..20 {
        assert_eq!(caller.get("packages").await.status, 200);
    }
    running.shutdown().await;
}

#[tokio::test]
async fn the_token_endpoint_fails_and_refuses_too_many() {
    let running = Sandbox::builder().token_rate(2).start().await.unwrap();
    let instance = &running.ready.instances[0];
    let sign_in = || {
        ask_token(
            instance,
            &instance.client_id,
            &instance.client_secret,
            &instance.scope,
        )
    };
    running.control().fail(fault(
        FaultKind::HtmlStatus { code: 502 },
        "POST /oauth2/v1/token",
    ));
    assert_eq!(sign_in().await.status, 502);
    let mut refused = None;
    for _ in 0..6 {
        let reply = sign_in().await;
        if reply.status == 429 {
            refused = Some(reply);
        }
    }
    assert_eq!(refused.unwrap().header("retry-after"), None);
    running.shutdown().await;
}

#[tokio::test]
async fn a_standing_fault_can_be_ordered_by_library_too() {
    let (running, caller) = sandbox().await;
    running.control().fail_often(StandingFault {
        chance: 1.0,
        kinds: vec![FaultKind::DropBefore],
        seed: 9,
        path: Some("/connections".to_owned()),
        method: None,
        except: None,
    });
    assert!(
        caller
            .try_send("GET", "connections", &[], b"")
            .await
            .is_none()
    );
    assert_eq!(caller.get("lookups").await.status, 200);
    let counts = ask(
        &running.ready.control_url,
        "GET",
        "/__sandbox/calls",
        &[],
        b"",
    )
    .await;
    assert_eq!(counts.json()["byPath"]["GET connections"], 1);
    running.shutdown().await;
}

fn form(bytes: &[u8]) -> Vec<u8> {
    let head = "--x\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a.iar\"\r\n\r\n";
    [head.as_bytes(), bytes, b"\r\n--x--\r\n"].concat()
}

#[tokio::test]
async fn imports_and_activations_are_counted_by_what_they_concern() {
    let running = Sandbox::builder().synthetic(12, 3).start().await.unwrap();
    let caller = Caller::sign_in(&running.ready.instances[0]).await;
    let all = caller.list("integrations").await;
    let one = all
        .iter()
        .find(|one| one["status"] == "CONFIGURED")
        .unwrap();
    let id = one["id"].as_str().unwrap();
    let archive = caller.get(&format!("integrations/{id}/archive")).await.body;
    let gone = caller
        .send("DELETE", &format!("integrations/{id}"), &[], b"")
        .await;
    assert_eq!(gone.status, 200);
    let headers = ["Content-Type: multipart/form-data; boundary=x"];
    for (method, status) in [("POST", 204), ("POST", 409), ("PUT", 200)] {
        let sent = caller
            .send(method, "integrations/archive", &headers, &form(&archive))
            .await;
        assert_eq!(sent.status, status);
    }
    let wish =
        json!({"integration": id, "millis": 200, "error": "The endpoint is taken.", "times": 1});
    assert_eq!(
        steer(&running.ready.control_url, "activation", &wish)
            .await
            .status,
        200
    );
    let path = format!("integrations/{id}");
    let activate = json!({"status": "ACTIVATED"});
    assert_eq!(caller.patch(&path, &activate).await.status, 200);
    let status = format!("{path}/activationStatus");
    let state = |reply: support::Reply| {
        reply.json()["activationStatus"]
            .as_str()
            .unwrap()
            .to_owned()
    };
    assert_eq!(state(caller.get(&status).await), "ACTIVATION_INPROGRESS");
    tokio::time::sleep(Duration::from_millis(300)).await;
    assert_eq!(state(caller.get(&status).await), "FAILEDACTIVATION");
    let why = caller.get(&format!("{path}/activationErrors")).await;
    assert!(
        String::from_utf8(why.body)
            .unwrap()
            .contains("The endpoint is taken.")
    );

    let effects = running.control().calls().effects;
    for kind in [
        "DELETE integrations/{}",
        "POST integrations/archive",
        "PUT integrations/archive",
        "POST integrations/{} ACTIVATED",
    ] {
        assert_eq!(effects[kind].get(id), Some(&1), "{kind}: {effects:?}");
    }
    running.shutdown().await;
}
