//! Activation, deactivation, tracing.

use std::time::{Duration, Instant};

use serde_json::{Value, json};
use waybill_model::{ArtifactId, ArtifactKind};
use waybill_sandbox::ActivationFault;

use crate::world::{JSON, PATCH, empty, full, gen2, id_of, pick, refused, text};

fn plain(one: &Value) -> bool {
    one["pattern"] == "Orchestration"
}

#[tokio::test]
async fn a_change_of_state_is_answered_at_once_and_takes_its_time() {
    let (running, caller) = full(30).await;
    let all = caller.list("integrations").await;
    let id = id_of(pick(&all, plain));
    caller.bring_to(&id, "CONFIGURED").await;
    let path = format!("integrations/{id}");
    let before = caller.get(&path).await.json();

    let reply = caller.activate(&id).await;
    assert_eq!(reply.line, "HTTP/1.1 200 OK");
    assert_eq!(reply.header("content-type").unwrap(), "application/json");
    assert_eq!(
        reply.json(),
        json!({
            "apiDeploymentInprogress": false, "compatible": false, "links": [],
            "lockedFlag": false, "scheduleApplicableFlag": false,
            "scheduleDefinedFlag": false, "softDeactivated": false,
            "status": "ACTIVATION_INPROGRESS", "tempCopyExists": false, "totalEndPoints": 0,
        })
    );
    assert_eq!(caller.status(&id).await, "ACTIVATION_INPROGRESS");
    refused(&caller.activate(&id).await, "412 Precondition Failed");
    refused(&caller.deactivate(&id).await, "412 Precondition Failed");
    assert_eq!(caller.settled(&id).await, "ACTIVATED");
    let after = caller.get(&path).await.json();
    assert_eq!(after["activationStatus"], "ACTIVATION_SUCCEEDED");
    assert!(after["lastUpdated"].as_str() > before["lastUpdated"].as_str());
    assert_eq!(after["lastUpdatedBy"], running.ready.instances[0].client_id);
    refused(&caller.activate(&id).await, "412 Precondition Failed");

    let stopped = caller.deactivate(&id).await;
    assert_eq!(stopped.json()["status"], "DEACTIVATION_INPROGRESS");
    assert_eq!(caller.settled(&id).await, "CONFIGURED");
    refused(&caller.deactivate(&id).await, "412 Precondition Failed");
    refused(&caller.activate("NOBODY|01.00.0000").await, "404 Not Found");
    running.shutdown().await;
}

#[tokio::test]
async fn bodies_as_scripts_send_them_are_understood() {
    let (running, caller) = full(30).await;
    let all = caller.list("integrations").await;
    let id = id_of(pick(&all, plain));
    let path = format!("integrations/{id}");
    for (kind, encoded) in [
        (JSON, id.clone()),
        (
            "Content-Type: application/x-www-form-urlencoded",
            id.replace('|', "%7C"),
        ),
    ] {
        caller.bring_to(&id, "CONFIGURED").await;
        let reply = caller
            .send(
                "POST",
                &format!("integrations/{encoded}/?enableAsyncActivationMode=true"),
                &[kind, PATCH],
                br#"{"status":"ACTIVATED"}&enableAsyncActivationMode=true"#,
            )
            .await;
        assert_eq!(reply.status, 200, "{}", text(&reply));
        assert_eq!(caller.settled(&id).await, "ACTIVATED");
    }
    for (body, line) in [
        (&b"status=ACTIVATED"[..], "400 Bad Request"),
        (b"", "400 Bad Request"),
        (b"[]", "400 Bad Request"),
        (b"{}", "400 Bad Request"),
        (br#"{"status":"RUNNING"}"#, "400 Bad Request"),
        (br#"{"tracingEnabledFlag":"perhaps"}"#, "400 Bad Request"),
    ] {
        refused(
            &caller.send("POST", &path, &[JSON, PATCH], body).await,
            line,
        );
    }
    refused(
        &caller
            .send("POST", &path, &["Content-Type: text/plain", PATCH], b"{}")
            .await,
        "415 Unsupported Media Type",
    );
    refused(
        &caller.send("PATCH", &path, &[JSON], b"{}").await,
        "405 Method Not Allowed",
    );
    running.shutdown().await;
}

#[tokio::test]
async fn tracing_and_other_switches_are_kept() {
    let (running, caller) = full(30).await;
    let all = caller.list("integrations").await;
    let id = id_of(pick(&all, plain));
    let path = format!("integrations/{id}");
    caller.bring_to(&id, "CONFIGURED").await;
    let body = json!({
        "status": "ACTIVATED", "tracingEnabledFlag": true, "payloadTracingEnabledFlag": true,
        "recordEnabledFlag": true, "replay": {"canReplay": true}, "payload": {"validate": true},
        "softDeactivate": false,
    });
    assert_eq!(caller.patch(&path, &body).await.status, 200);
    caller.settled(&id).await;
    let shown = caller.get(&path).await.json();
    assert_eq!(shown["tracingEnabledFlag"], true);
    assert_eq!(shown["payloadTracingEnabledFlag"], true);
    assert_eq!(shown["recordEnabledFlag"], true);
    assert_eq!(shown["replay"]["canReplay"], true);
    assert_eq!(shown["payload"]["validate"], true);

    let alone = caller
        .patch(&path, &json!({"payloadTracingEnabledFlag": false}))
        .await;
    assert_eq!(alone.status, 200);
    assert_eq!(alone.json()["payloadTracingEnabledFlag"], false);
    assert_eq!(alone.json()["tracingEnabledFlag"], true);
    assert_eq!(alone.json()["status"], "ACTIVATED");

    let soft = caller
        .patch(
            &path,
            &json!({"status": "CONFIGURED", "softDeactivate": true}),
        )
        .await;
    assert_eq!(soft.status, 200);
    assert_eq!(caller.settled(&id).await, "CONFIGURED");
    assert_eq!(caller.get(&path).await.json()["softDeactivated"], true);
    running.shutdown().await;
}

#[tokio::test]
async fn drafts_hinder_an_activation_until_they_have_their_values() {
    let (donor, from) = full(40).await;
    let (running, to) = empty().await;
    let all = from.list("integrations").await;
    let one = pick(&all, |one| {
        plain(one) && one["dependencies"]["connections"].as_array().unwrap().len() > 1
    });
    let id = id_of(one);
    let archive = from.get(&format!("integrations/{id}/archive")).await.body;
    assert_eq!(
        to.import("POST", "integrations/archive", &archive)
            .await
            .status,
        204
    );
    for connection in one["dependencies"]["connections"].as_array().unwrap() {
        refused(&to.activate(&id).await, "412 Precondition Failed");
        let code = connection["id"].as_str().unwrap();
        refused(
            &to.send("POST", &format!("connections/{code}/test"), &[], b"")
                .await,
            "409 Conflict",
        );
        to.configure(code).await;
        let tested = to
            .send("POST", &format!("connections/{code}/test"), &[], b"")
            .await;
        assert_eq!(tested.status, 200);
        assert_eq!(tested.json()["status"], "SUCCESS");
    }
    assert_eq!(to.activate(&id).await.status, 200);
    assert_eq!(to.settled(&id).await, "ACTIVATED");
    running.shutdown().await;
    donor.shutdown().await;
}

#[tokio::test]
async fn a_version_replaces_the_active_one_of_its_major_alone() {
    let (running, caller) = full(12).await;
    let all = caller.list("integrations").await;
    let source = id_of(pick(&all, plain));
    for version in ["01.00.0000", "01.01.0000", "02.00.0000"] {
        let body = json!({"code": "THREE_OF_IT", "version": version, "name": "Three of it"});
        let made = caller
            .send_json("POST", &format!("integrations/{source}/clone"), &body)
            .await;
        assert_eq!(made.status, 200, "{}", text(&made));
    }
    let id = |version: &str| format!("THREE_OF_IT|{version}");
    caller.bring_to(&id("01.00.0000"), "ACTIVATED").await;
    caller.bring_to(&id("02.00.0000"), "ACTIVATED").await;
    assert_eq!(caller.status(&id("01.00.0000")).await, "ACTIVATED");
    caller.bring_to(&id("01.01.0000"), "ACTIVATED").await;
    assert_eq!(caller.status(&id("01.00.0000")).await, "CONFIGURED");
    assert_eq!(caller.status(&id("02.00.0000")).await, "ACTIVATED");
    running.shutdown().await;
}

#[tokio::test]
async fn activations_fail_late_and_say_why() {
    let (running, caller) = full(30).await;
    let all = caller.list("integrations").await;
    let one = pick(&all, |one| {
        plain(one)
            && one["dependencies"]["lookups"]
                .as_array()
                .is_some_and(|all| !all.is_empty())
    });
    let id = id_of(one);
    caller.bring_to(&id, "CONFIGURED").await;
    running.control().disturb_activations(ActivationFault {
        integration: id.clone(),
        millis: Some(300),
        error: Some("The endpoint is in use.".to_owned()),
        times: Some(1),
    });
    let began = Instant::now();
    assert_eq!(caller.activate(&id).await.status, 200);
    assert_eq!(caller.settled(&id).await, "FAILEDACTIVATION");
    assert!(began.elapsed() >= Duration::from_millis(300));
    let errors = caller
        .get(&format!("integrations/{id}/activationErrors"))
        .await;
    assert_eq!(errors.status, 200);
    assert!(text(&errors).contains("The endpoint is in use."));
    refused(&caller.deactivate(&id).await, "412 Precondition Failed");
    caller.bring_to(&id, "ACTIVATED").await;
    let errors = caller
        .get(&format!("integrations/{id}/activationErrors"))
        .await;
    assert_eq!(errors.json()["totalResults"], 0);

    caller.bring_to(&id, "CONFIGURED").await;
    let lookup = one["dependencies"]["lookups"][0]["name"].as_str().unwrap();
    let gone = ArtifactId::global(ArtifactKind::Lookup, lookup, None);
    assert!(running.control().delete("one", &gone));
    assert_eq!(caller.activate(&id).await.status, 200);
    assert_eq!(caller.settled(&id).await, "FAILEDACTIVATION");
    for call in ["activationStatus", "activationErrors"] {
        refused(
            &caller
                .get(&format!("integrations/NO|01.00.0000/{call}"))
                .await,
            "404 Not Found",
        );
    }
    running.shutdown().await;
}

#[tokio::test]
async fn a_locked_one_is_not_activated() {
    let (running, caller) = full(30).await;
    let all = caller.list("integrations").await;
    let one = pick(&all, plain);
    let id = id_of(one);
    caller.bring_to(&id, "CONFIGURED").await;
    let artifact = ArtifactId::global(
        ArtifactKind::Integration,
        one["code"].as_str().unwrap(),
        one["version"].as_str(),
    );
    assert!(running.control().lock("one", &artifact));
    refused(&caller.activate(&id).await, "412 Precondition Failed");
    running.shutdown().await;
}

#[tokio::test]
async fn before_oracle_integration_3_the_call_waits_for_the_end() {
    let (running, caller) = gen2().await;
    let all = caller.list("integrations").await;
    let one = pick(&all, |one| plain(one) && one["status"] == "CONFIGURED");
    let id = id_of(one);
    let began = Instant::now();
    let reply = caller.activate(&id).await;
    assert_eq!(reply.status, 200);
    assert!(began.elapsed() >= Duration::from_millis(110));
    assert_eq!(reply.json()["status"], "ACTIVATED");
    assert_eq!(reply.json()["id"], id.as_str());
    let stopped = caller.deactivate(&id).await;
    assert_eq!(stopped.json()["status"], "CONFIGURED");
    let quick = caller
        .patch(
            &format!("integrations/{id}?enableAsyncActivationMode=true"),
            &json!({"status": "ACTIVATED"}),
        )
        .await;
    assert_eq!(quick.json()["status"], "ACTIVATION_INPROGRESS");
    assert_eq!(caller.settled(&id).await, "ACTIVATED");
    assert_eq!(caller.deactivate(&id).await.status, 200);
    running.control().disturb_activations(ActivationFault {
        integration: id.clone(),
        millis: None,
        error: Some("It does not start.".to_owned()),
        times: Some(1),
    });
    let failed = caller.activate(&id).await;
    refused(&failed, "500 Internal Server Error");
    assert_eq!(failed.json()["detail"], "It does not start.");
    refused(
        &caller
            .send_json("POST", "integrations/reactivate", &json!([id]))
            .await,
        "405 Method Not Allowed",
    );
    running.shutdown().await;
}

#[tokio::test]
async fn many_are_reactivated_at_once() {
    let (running, caller) = full(40).await;
    let all = caller.list("integrations").await;
    let ids: Vec<String> = all
        .iter()
        .filter(|one| one["status"] == "ACTIVATED")
        .take(2)
        .map(id_of)
        .collect();
    let path = "integrations/reactivate";
    let reply = caller.send_json("POST", path, &json!(ids)).await;
    assert_eq!(reply.line, "HTTP/1.1 202 Accepted");
    for id in &ids {
        assert_eq!(caller.settled(id).await, "ACTIVATED");
    }
    for body in [json!({}), json!([]), json!([1])] {
        refused(
            &caller.send_json("POST", path, &body).await,
            "400 Bad Request",
        );
    }
    refused(
        &caller
            .send_json("POST", path, &json!(["NO|01.00.0000"]))
            .await,
        "404 Not Found",
    );
    caller.bring_to(&ids[0], "CONFIGURED").await;
    refused(
        &caller.send_json("POST", path, &json!(ids)).await,
        "412 Precondition Failed",
    );
    running.shutdown().await;
}
