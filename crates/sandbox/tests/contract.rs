//! The sandbox answers in the shape of the recorded samples.
//! Passed over, in plain words, where the folder of samples is absent.
#![allow(
    clippy::unwrap_used,
    reason = "a test may stop at what it did not expect"
)]

mod support;

use std::collections::BTreeSet;
use std::path::Path;

use base64::Engine;
use serde_json::Value;
use support::{Caller, beside};
use waybill_sandbox::{Running, Sandbox};

fn sample(folder: &Path, name: &str) -> Value {
    serde_json::from_slice(&std::fs::read(folder.join(name)).unwrap()).unwrap()
}

fn keys(value: &Value) -> BTreeSet<&str> {
    value
        .as_object()
        .unwrap()
        .keys()
        .map(String::as_str)
        .collect()
}

/// Every key of the sample is in the answer with the same type, except those named.
#[track_caller]
fn same_shape(recorded: &Value, answer: &Value, except: &[&str]) {
    for (key, recorded) in recorded.as_object().unwrap() {
        if except.contains(&key.as_str()) {
            continue;
        }
        let answered = answer
            .get(key)
            .unwrap_or_else(|| panic!("`{key}` is missing: {answer}"));
        assert_eq!(
            std::mem::discriminant(recorded),
            std::mem::discriminant(answered),
            "`{key}`"
        );
        if let (Some([first, ..]), Some([other, ..])) = (
            recorded.as_array().map(Vec::as_slice),
            answered.as_array().map(Vec::as_slice),
        ) && first.is_object()
        {
            same_shape(first, other, except);
        } else if recorded.is_object() {
            same_shape(recorded, answered, except);
        }
    }
}

async fn start() -> (Running, Caller) {
    let running = Sandbox::builder().synthetic(60, 5).start().await.unwrap();
    let caller = Caller::sign_in(&running.ready.instances[0]).await;
    (running, caller)
}

#[tokio::test]
async fn integrations_have_the_recorded_members() {
    let Some(folder) = beside("WAYBILL_OIC_SAMPLES", "oic/samples") else {
        return;
    };
    let (running, caller) = start().await;
    let all = caller.list("integrations").await;
    let one = all
        .iter()
        .find(|one| {
            one["status"] == "ACTIVATED"
                && one["pattern"] == "Orchestration"
                && one["packageName"].is_string()
                && one["dependencies"]["lookups"]
                    .as_array()
                    .is_some_and(|some| !some.is_empty())
        })
        .unwrap();
    let got = caller
        .get(&format!("integrations/{}", one["id"].as_str().unwrap()))
        .await
        .json();
    assert_eq!(&got, one, "list and object differ");
    for name in ["oic3-get-integration.json", "oic3-get-integration-2.json"] {
        let recorded = sample(&folder, name);
        // The recorded object was locked in places; the context of variables differs by flow.
        same_shape(
            &recorded,
            &got,
            &[
                "lockedBy",
                "lockedDate",
                "messageContextRef",
                "libraries",
                "_note",
            ],
        );
    }
    running.shutdown().await;
}

#[tokio::test]
async fn connections_and_projects_have_the_recorded_members() {
    let Some(folder) = beside("WAYBILL_OIC_SAMPLES", "oic/samples") else {
        return;
    };
    let (running, caller) = start().await;
    let recorded = sample(&folder, "projects/project-connection-get-200.json");
    let body = &recorded["response"]["body"];
    let got = caller
        .get("projects/RETURNS_PORTAL/connections/ERP_CLOUD")
        .await
        .json();
    same_shape(
        body,
        &got,
        &["lockedBy", "lockedDate", "propertyDescription", "links"],
    );
    assert_eq!(keys(&got["links"][0]), keys(&body["links"][0]));

    let recorded = sample(&folder, "projects/project-get-200.json");
    let got = caller.get("projects/RETURNS_PORTAL").await.json();
    same_shape(&recorded["response"]["body"], &got, &["keyword", "origin"]);

    let recorded = sample(&folder, "projects/deployments-list-200.json");
    let got = caller
        .get("projects/RETURNS_PORTAL/deployments")
        .await
        .json();
    assert_eq!(
        keys(&got),
        keys(&recorded["response"]["body"]),
        "the bare list"
    );
    same_shape(&recorded["response"]["body"], &got, &[]);
    let recorded = sample(&folder, "projects/deployment-get-200.json");
    let got = caller
        .get("projects/RETURNS_PORTAL/deployments/RELEASE_1")
        .await
        .json();
    same_shape(&recorded["response"]["body"], &got, &[]);

    let recorded = sample(&folder, "projects/project-acl-put-request.json");
    let got = caller.get("projects/RETURNS_PORTAL/acl").await.json();
    same_shape(&recorded["request"]["body"], &got, &[]);
    running.shutdown().await;
}

#[tokio::test]
async fn errors_headers_and_tokens_are_the_recorded_ones() {
    let Some(folder) = beside("WAYBILL_OIC_SAMPLES", "oic/samples") else {
        return;
    };
    let (running, caller) = start().await;
    let missing = caller.get("connections/NO").await;
    assert_eq!(
        missing.json(),
        sample(&folder, "error-404-connection-icsv2.json")
    );
    let recorded = sample(&folder, "projects/common-response-headers.json");
    for (name, value) in recorded.as_object().unwrap() {
        // The tests close each connection; dates and ids are of the moment.
        if !["Date", "Connection", "opc-request-id"].contains(&name.as_str()) {
            assert_eq!(missing.header(name), value.as_str(), "{name}");
        }
    }
    assert_eq!(missing.header("opc-request-id").unwrap().len(), 66);
    let instance = &running.ready.instances[0];
    let wrong = support::ask_token(instance, &instance.client_id, "no", &instance.scope).await;
    let recorded = sample(&folder, "projects/token-error-invalid-client.json");
    assert_eq!(keys(&wrong.json()), keys(&recorded["response"]["body"]));
    let good = support::ask_token(
        instance,
        &instance.client_id,
        &instance.client_secret,
        &instance.scope,
    )
    .await
    .json();
    let recorded = sample(&folder, "projects/token-client-credentials-200.json");
    assert_eq!(keys(&good), keys(&recorded["response"]["body"]));
    let claims = good["access_token"]
        .as_str()
        .unwrap()
        .split('.')
        .nth(1)
        .unwrap();
    let claims = base64::engine::general_purpose::URL_SAFE_NO_PAD
        .decode(claims)
        .unwrap();
    let claims: Value = serde_json::from_slice(&claims).unwrap();
    let recorded = sample(&folder, "projects/token-jwt-claims-client-credentials.json");
    assert_eq!(keys(&claims), keys(&recorded["payload"]));
    running.shutdown().await;
}
