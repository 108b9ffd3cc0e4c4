//! Archives of whole instances: jobs by the clock, and the object store they write to.
#![allow(
    clippy::unwrap_used,
    reason = "a test may stop at what it did not expect"
)]

mod support;

use std::time::Duration;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};
use support::{Caller, JSON, Reply, ask};
use waybill_archive::ArchiveKind;
use waybill_sandbox::{ClientSpec, InstanceSpec, ReadyStore, Role, Running, Sandbox};

const EXPORT: &str = "exportServiceInstanceArchive";
const IMPORT: &str = "importServiceInstanceArchive";

async fn start() -> (Running, Caller, Caller) {
    let running = Sandbox::builder()
        .instance(InstanceSpec::oic3("full"))
        .instance(InstanceSpec::gen2("old"))
        .client(ClientSpec {
            id: "developer".to_owned(),
            secret: "developer".to_owned(),
            roles: vec![Role::Developer],
            instances: Vec::new(),
        })
        .synthetic(25, 5)
        .activation_time(Duration::from_millis(120))
        .start()
        .await
        .unwrap();
    let full = Caller::sign_in(&running.ready.instances[0]).await;
    let old = Caller::sign_in(&running.ready.instances[1]).await;
    (running, full, old)
}

async fn common(caller: &Caller, method: &str, path: &str, body: &Value) -> Reply {
    let path = format!("/ic/api/common/v1/{path}?{}", caller.selector);
    let text = if body.is_null() {
        String::new()
    } else {
        body.to_string()
    };
    ask(
        &caller.base,
        method,
        &path,
        &[&caller.authorization, JSON],
        text.as_bytes(),
    )
    .await
}

fn storage(store: &ReadyStore) -> Value {
    json!({"storageUrl": store.url, "storageUser": store.user, "storagePassword": store.password})
}

/// The job when it is over, and the states it was seen in.
async fn ended(caller: &Caller, kind: &str, id: &str) -> (Value, Vec<String>) {
    let mut seen = Vec::new();
    for _ in 0..200 {
        let reply = common(caller, "GET", &format!("{kind}/{id}"), &Value::Null).await;
        assert_eq!(reply.status, 200);
        let job = reply.json();
        let status = job["overallStatus"].as_str().unwrap().to_owned();
        if seen.last() != Some(&status) {
            seen.push(status.clone());
        }
        if !["NOT_STARTED", "RUNNING"].contains(&status.as_str()) {
            return (job, seen);
        }
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    panic!("the job does not end");
}

async fn run(caller: &Caller, kind: &str, body: &Value) -> Value {
    let reply = common(caller, "POST", kind, body).await;
    assert!(
        [200, 202].contains(&reply.status),
        "{} {}",
        reply.status,
        String::from_utf8_lossy(&reply.body)
    );
    let id = reply.json()["jobId"].as_str().unwrap().to_owned();
    ended(caller, kind, &id).await.0
}

async fn object(store: &ReadyStore, method: &str, name: &str, body: &[u8]) -> Reply {
    let (base, path) = split(&store.url);
    let credentials = STANDARD.encode(format!("{}:{}", store.user, store.password));
    let path = if name.is_empty() {
        path
    } else {
        format!("{path}/{name}")
    };
    let header = format!("Authorization: Basic {credentials}");
    ask(&base, method, &path, &[&header], body).await
}

fn split(url: &str) -> (String, String) {
    let at = url[7..].find('/').unwrap() + 7;
    (url[..at].to_owned(), url[at..].to_owned())
}

#[tokio::test]
async fn an_export_takes_its_time_and_leaves_a_zip_of_archives() {
    let (running, full, _) = start().await;
    let store = &running.ready.object_store;
    let body = json!({"jobName": "nightly", "description": "d", "storageInfo": storage(store)});
    let reply = common(&full, "POST", EXPORT, &body).await;
    assert_eq!(reply.status, 202);
    let accepted = reply.json();
    assert_eq!(accepted["status"], "IN_PROGRESS");
    let id = accepted["jobId"].as_str().unwrap();
    assert_eq!(reply.header("jobid"), Some(id));
    let second = common(&full, "POST", EXPORT, &body).await;
    assert_eq!(second.status, 409, "one job at a time");
    let (job, seen) = ended(&full, EXPORT, id).await;
    assert_eq!(seen, ["NOT_STARTED", "RUNNING", "COMPLETED"]);
    assert_eq!(job["archiveName"], "nightly");
    assert_eq!(job["includeSecurityArtifacts"], true);
    assert_eq!(job["components"][0]["percentage"], 100);
    let repeated = common(&full, "POST", EXPORT, &body).await;
    assert_eq!(repeated.status, 409, "the name of a job serves once");
    let listing = object(store, "GET", "", b"").await.json();
    assert_eq!(listing[0]["name"], "nightly");
    let bytes = object(store, "GET", "nightly", b"").await.body;
    assert_eq!(listing[0]["bytes"], bytes.len());
    let opened = waybill_archive::read(&bytes).unwrap();
    assert_eq!(opened.kind, ArchiveKind::Clone);
    for item in full.list("integrations").await {
        let id = item["id"].as_str().unwrap();
        assert!(
            opened
                .contents
                .integrations
                .iter()
                .any(|one| one.reference.to_string() == id),
            "{id}"
        );
    }
    assert_eq!(opened.contents.projects.len(), 2);
    running.shutdown().await;
}

#[tokio::test]
async fn a_request_has_to_say_where_and_what() {
    let (running, full, _) = start().await;
    let storage = storage(&running.ready.object_store);
    for (kind, body) in [
        (EXPORT, json!({})),
        (
            EXPORT,
            json!({"storageInfo": {"storageUrl": "x", "storageUser": "u"}}),
        ),
        (EXPORT, json!({"storageInfo": storage, "overwrite": "yes"})),
        (
            IMPORT,
            json!({"storageInfo": storage, "importActivateMode": "ImportOnly"}),
        ),
        (IMPORT, json!({"storageInfo": storage, "archiveFile": "x"})),
        (
            IMPORT,
            json!({"storageInfo": storage, "archiveFile": "x", "importActivateMode": "Activate"}),
        ),
    ] {
        let reply = common(&full, "POST", kind, &body).await;
        assert_eq!(reply.status, 400, "{body}");
    }
    for path in [
        "exportServiceInstanceArchive/no",
        "importServiceInstanceArchive/no",
        "other",
    ] {
        let reply = common(&full, "GET", path, &Value::Null).await;
        assert_eq!(reply.status, 404, "{path}");
    }
    let developer = Caller::sign_in_as(&running.ready.instances[0], "developer", "developer").await;
    let reply = common(&developer, "POST", EXPORT, &json!({"storageInfo": storage})).await;
    assert_eq!(reply.status, 403);
    let nobody = Caller {
        authorization: "Authorization: Bearer no".to_owned(),
        ..full
    };
    let reply = common(&nobody, "POST", EXPORT, &json!({"storageInfo": storage})).await;
    assert_eq!(reply.status, 401);
    running.shutdown().await;
}

#[tokio::test]
async fn a_job_that_cannot_reach_its_store_fails() {
    let (running, full, _) = start().await;
    let mut wrong = storage(&running.ready.object_store);
    wrong["storagePassword"] = json!("wrong");
    let job = run(&full, EXPORT, &json!({"storageInfo": wrong})).await;
    assert_eq!(job["overallStatus"], "FAILED");
    assert_eq!(job["failureMessage"], "Failed to export the data");
    assert_eq!(
        job["components"][0]["errorMessage"],
        "Failed to export the data"
    );
    let right = storage(&running.ready.object_store);
    let missing =
        json!({"archiveFile": "no", "importActivateMode": "ImportOnly", "storageInfo": right});
    let job = run(&full, IMPORT, &missing).await;
    assert_eq!(job["overallStatus"], "FAILED");
    object(&running.ready.object_store, "PUT", "taken", b"something").await;
    let taken = json!({"jobName": "taken", "storageInfo": right});
    let job = run(&full, EXPORT, &taken).await;
    assert_eq!(job["overallStatus"], "FAILED", "the object exists");
    let taken = json!({"jobName": "taken", "storageInfo": right, "overwrite": true});
    assert_eq!(
        run(&full, EXPORT, &taken).await["overallStatus"],
        "COMPLETED"
    );
    let broken = object(
        &running.ready.object_store,
        "PUT",
        "broken.zip",
        b"PK\x03\x04",
    )
    .await;
    assert_eq!(broken.status, 201);
    let body =
        json!({"archiveFile": "broken", "importActivateMode": "ImportOnly", "storageInfo": right});
    assert_eq!(run(&full, IMPORT, &body).await["overallStatus"], "FAILED");
    running.shutdown().await;
}

#[tokio::test]
async fn an_import_fills_an_empty_instance_from_the_archive() {
    let (source, full, _) = start().await;
    let body = json!({"jobName": "all", "storageInfo": storage(&source.ready.object_store)});
    assert_eq!(
        run(&full, EXPORT, &body).await["overallStatus"],
        "COMPLETED"
    );
    let bytes = object(&source.ready.object_store, "GET", "all", b"")
        .await
        .body;
    let active: Vec<Value> = full.list("integrations?q=%7Bstatus:'ACTIVATED'%7D").await;
    assert!(!active.is_empty());

    let empty = Sandbox::builder()
        .instance(InstanceSpec::oic3("empty"))
        .activation_time(Duration::from_millis(60))
        .start()
        .await
        .unwrap();
    let store = &empty.ready.object_store;
    assert_eq!(object(store, "PUT", "all.zip", &bytes).await.status, 201);
    let caller = Caller::sign_in(&empty.ready.instances[0]).await;
    assert!(caller.list("integrations").await.is_empty());
    let import = |mode: &str| json!({"archiveFile": "all.zip", "importActivateMode": mode, "storageInfo": storage(store)});
    let job = run(&caller, IMPORT, &import("importOnly")).await;
    assert_eq!(job["overallStatus"], "COMPLETED", "{job}");
    assert_eq!(job["mode"], "ImportOnly");
    for kind in [
        "integrations",
        "connections",
        "lookups",
        "libraries",
        "packages",
        "certificates",
        "projects",
    ] {
        assert_eq!(
            caller.list(kind).await.len(),
            full.list(kind).await.len(),
            "{kind}"
        );
    }
    let all = caller.list("integrations").await;
    assert!(all.iter().all(|one| one["status"] == "CONFIGURED"));
    let listing = object(store, "GET", "", b"").await.json();
    let names: Vec<&str> = listing
        .as_array()
        .unwrap()
        .iter()
        .map(|one| one["name"].as_str().unwrap())
        .collect();
    let log = names.iter().find(|name| name.contains("-import-")).unwrap();
    let log = object(store, "GET", log, b"").await.body;
    assert!(String::from_utf8(log).unwrap().contains("integration "));

    let job = run(&caller, IMPORT, &import("ActivateOnly")).await;
    assert_eq!(job["overallStatus"], "COMPLETED", "{job}");
    let now = caller.list("integrations?q=%7Bstatus:'ACTIVATED'%7D").await;
    assert_eq!(now.len(), active.len());
    let again = run(&caller, IMPORT, &import("ImportActivate")).await;
    assert_eq!(
        again["overallStatus"], "COMPLETED_WITH_WARNINGS",
        "what is there stays"
    );
    empty.shutdown().await;
    source.shutdown().await;
}

#[tokio::test]
async fn credentials_come_along_only_where_both_sides_want_them() {
    let (source, full, _) = start().await;
    let store = &source.ready.object_store;
    let body =
        json!({"jobName": "bare", "exportSecurityArtifacts": false, "storageInfo": storage(store)});
    let job = run(&full, EXPORT, &body).await;
    assert_eq!(job["includeSecurityArtifacts"], false);
    let bytes = object(store, "GET", "bare", b"").await.body;
    let empty = Sandbox::builder()
        .instance(InstanceSpec::oic3("empty"))
        .activation_time(Duration::from_millis(30))
        .start()
        .await
        .unwrap();
    let store = &empty.ready.object_store;
    object(store, "PUT", "bare", &bytes).await;
    let caller = Caller::sign_in(&empty.ready.instances[0]).await;
    let import = json!({"archiveFile": "bare", "importActivateMode": "ImportActivate", "storageInfo": {
        "storageUrl": store.prepared_url, "storageUser": "x", "storagePassword": "x",
    }});
    let job = run(&caller, IMPORT, &import).await;
    assert_eq!(
        job["overallStatus"], "COMPLETED_WITH_WARNINGS",
        "drafts keep integrations inactive"
    );
    assert!(caller.list("certificates").await.is_empty());
    let connections = caller.list("connections").await;
    assert!(connections.iter().any(|one| one["status"] == "INPROGRESS"));
    empty.shutdown().await;
    source.shutdown().await;
}

#[tokio::test]
async fn gen2_answers_as_recorded_in_2020() {
    let (running, _, old) = start().await;
    let storage = storage(&running.ready.object_store);
    let reply = common(&old, "POST", EXPORT, &json!({"storageInfo": storage})).await;
    assert_eq!(reply.status, 200);
    let accepted = reply.json();
    assert_eq!(accepted["status"], "NOT_STARTED");
    assert_eq!(accepted["location"], storage["storageUrl"]);
    let id = accepted["jobId"].as_str().unwrap();
    assert!(id.bytes().all(|digit| digit.is_ascii_digit()), "{id}");
    let (job, _) = ended(&old, EXPORT, id).await;
    assert_eq!(job["archiveName"], format!("Local_Suite_Instance-{id}.zip"));
    assert!(job["endTime"].as_str().unwrap().contains(" UTC 2"), "{job}");
    let names: Vec<&Value> = job["components"]
        .as_array()
        .unwrap()
        .iter()
        .map(|one| &one["name"])
        .collect();
    assert_eq!(names, ["Integration", "Process"]);
    let import = json!({
        "archiveFile": job["archiveName"], "importActivateMode": "ImportOnly", "storageInfo": storage,
    });
    let job = run(&old, IMPORT, &import).await;
    assert_eq!(job["components"][1]["status"], "CANCELLED");
    assert_eq!(job["mode"], "ImportOnly");
    running.shutdown().await;
}

#[tokio::test]
async fn the_store_lets_in_who_has_its_token() {
    let (running, _, _) = start().await;
    let store = &running.ready.object_store;
    let (base, path) = split(&store.url);
    for headers in [vec![], vec!["Authorization: Basic eDp5"]] {
        let reply = ask(&base, "GET", &path, &headers, b"").await;
        assert_eq!(reply.status, 401);
        assert!(reply.header("www-authenticate").is_some());
    }
    assert_eq!(object(store, "GET", "no", b"").await.status, 404);
    assert_eq!(object(store, "DELETE", "no", b"").await.status, 404);
    let put = object(store, "PUT", "folder/a%20b", b"bytes").await;
    assert_eq!(put.status, 201);
    let got = object(store, "GET", "folder/a%20b", b"").await;
    assert_eq!(got.body, b"bytes");
    assert_eq!(got.header("etag"), put.header("etag"));
    let listing = object(store, "GET", "", b"").await.json();
    assert_eq!(listing[0]["name"], "folder/a b");
    assert_eq!(listing[0]["content_type"], Value::Null);
    assert_eq!(
        object(store, "DELETE", "folder/a%20b", b"").await.status,
        204
    );
    let (base, prepared) = split(&store.prepared_url);
    let put = ask(&base, "PUT", &format!("{prepared}x"), &[], b"1").await;
    assert_eq!(put.status, 201, "the address is the credential");
    assert_eq!(object(store, "GET", "x", b"").await.body, b"1");
    let wrong = prepared.replacen("/p/", "/p/0", 1);
    assert_eq!(ask(&base, "GET", &wrong, &[], b"").await.status, 404);
    let elsewhere = path.replace("/v1/", "/v1/other");
    let credentials = STANDARD.encode(format!("{}:{}", store.user, store.password));
    let header = format!("Authorization: Basic {credentials}");
    assert_eq!(
        ask(&base, "GET", &elsewhere, &[&header], b"").await.status,
        404
    );
    running.shutdown().await;
}
