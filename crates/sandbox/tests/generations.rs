//! The calls of before Gen 2: `/icsapis/v1` and `/icsapis/v2`.
#![allow(
    clippy::unwrap_used,
    reason = "a test may stop at what it did not expect"
)]

mod support;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};
use support::{Reply, ask, beside};
use waybill_sandbox::{InstanceSpec, ReadyInstance, Running, Sandbox};

async fn sandbox(spec: InstanceSpec) -> Running {
    Sandbox::builder()
        .instance(spec)
        .synthetic(12, 4)
        .start()
        .await
        .unwrap()
}

async fn call(
    instance: &ReadyInstance,
    method: &str,
    path: &str,
    headers: &[&str],
    body: &[u8],
) -> Reply {
    let user = format!(
        "{}:{}",
        instance.user.as_ref().unwrap(),
        instance.password.as_ref().unwrap()
    );
    let authorization = format!("Authorization: Basic {}", STANDARD.encode(user));
    let mut all = vec![authorization.as_str()];
    all.extend(headers);
    ask(&instance.design_url, method, path, &all, body).await
}

async fn get(instance: &ReadyInstance, path: &str) -> Reply {
    call(instance, "GET", path, &[], b"").await
}

/// The names of all members, at every depth, as paths.
fn members(value: &Value, at: &str, found: &mut std::collections::BTreeSet<String>) {
    match value {
        Value::Object(object) => {
            for (name, value) in object {
                let path = format!("{at}/{name}");
                members(value, &path, found);
                found.insert(path);
            }
        }
        Value::Array(items) => items.iter().for_each(|item| members(item, at, found)),
        _ => {}
    }
}

fn shape(value: &Value) -> std::collections::BTreeSet<String> {
    let mut found = std::collections::BTreeSet::new();
    members(value, "", &mut found);
    // Parameters have names of their own.
    found.retain(|path| !path.starts_with("/scheduleParams/"));
    found
}

fn sample(name: &str) -> Option<Value> {
    let folder = beside("WAYBILL_OIC_SAMPLES", "oic/samples")?;
    Some(serde_json::from_slice(&std::fs::read(folder.join(name)).unwrap()).unwrap())
}

#[tokio::test]
async fn the_second_version_has_the_recorded_shapes() {
    let running = sandbox(InstanceSpec::ics("old")).await;
    let instance = &running.ready.instances[0];
    let list = get(instance, "/icsapis/v2/integrations?limit=100")
        .await
        .json();
    let all = list["items"].as_array().unwrap();
    let scheduled = all
        .iter()
        .find(|one| one["pattern"] == "Schedule" && one["status"] == "ACTIVATED")
        .unwrap();
    let id = scheduled["id"].as_str().unwrap();
    let single = get(instance, &format!("/icsapis/v2/integrations/{id}"))
        .await
        .json();
    assert!(
        single["links"][2]["href"]
            .as_str()
            .unwrap()
            .contains("/icsapis/v2/monitoring/integrations/")
    );
    if let Some(recorded) = sample("icsv2-get-integration-activated.json") {
        assert_eq!(shape(&single), shape(&recorded));
    }
    let connections = get(instance, "/icsapis/v2/connections").await.json();
    let code = connections["items"][0]["id"].as_str().unwrap();
    let connection = get(instance, &format!("/icsapis/v2/connections/{code}"))
        .await
        .json();
    if let Some(recorded) = sample("icsv2-get-connection.json") {
        assert_eq!(shape(&connection), shape(&recorded));
    }
    let missing = get(instance, "/icsapis/v2/connections/SCHEDULE").await;
    if let Some(recorded) = sample("error-404-connection-icsv2.json") {
        assert_eq!((missing.status, missing.json()), (404, recorded));
    }
    assert_eq!(
        get(instance, "/ic/api/integration/v1/integrations")
            .await
            .status,
        404
    );
    running.shutdown().await;
}

#[tokio::test]
async fn the_first_version_speaks_its_own_dialect() {
    let running = sandbox(InstanceSpec::ics("old")).await;
    let instance = &running.ready.instances[0];
    let list = get(instance, "/icsapis/v1/integrations?limit=100")
        .await
        .json();
    let all = list["items"].as_array().unwrap();
    let scheduled = all.iter().find(|one| one["pattern"] == "Schedule").unwrap();
    let (code, version) = (
        scheduled["code"].as_str().unwrap(),
        scheduled["version"].as_str().unwrap(),
    );
    let base = format!("/icsapis/v1/integrations/{code}/{version}");
    let single = get(instance, &base).await.json();
    let used = single["invokes"]["items"].as_array().unwrap();
    assert!(used.iter().any(|one| one["code"] == "SCHEDULE_RECEIVE"));
    // A public script fetches each of them, and saves what it gets.
    let text = get(instance, "/icsapis/v1/connections/SCHEDULE_RECEIVE").await;
    assert_eq!(
        (text.status, text.body.as_slice()),
        (404, &b"Connection not found."[..])
    );
    assert!(
        text.header("content-type")
            .unwrap()
            .starts_with("text/plain")
    );

    let name = scheduled["name"].as_str().unwrap();
    let filter = format!(
        "{{name like '{name}'}} & {{status like '{}'}}",
        scheduled["status"].as_str().unwrap()
    );
    let filter: String = url::form_urlencoded::byte_serialize(filter.as_bytes()).collect();
    let found = get(instance, &format!("/icsapis/v1/integrations?q={filter}"))
        .await
        .json();
    assert_eq!(found["items"][0]["code"], code);

    let archive = get(instance, &format!("{base}/export")).await;
    assert!(archive.body.starts_with(b"PK"));
    let active = all
        .iter()
        .find(|one| one["status"] == "ACTIVATED" && one["pattern"] != "Schedule")
        .unwrap();
    let path = format!(
        "/icsapis/v1/integrations/{}/{}",
        active["code"].as_str().unwrap(),
        active["version"].as_str().unwrap()
    );
    let change = |verb: &'static str| {
        let path = format!("{path}/{verb}");
        async move { call(instance, "POST", &path, &[], b"").await.status }
    };
    assert_eq!(change("deactivate").await, 200);
    assert_eq!(get(instance, &path).await.json()["status"], "CONFIGURED");
    assert_eq!(change("activate?enableTracing=true").await, 200);
    assert_eq!(
        get(instance, &path).await.json()["tracingEnabledFlag"],
        true
    );
    assert_eq!(change("activate").await, 412);
    assert_eq!(
        get(instance, "/icsapis/v1/integrations/NONE/01.00.0000")
            .await
            .status,
        404
    );
    assert_eq!(get(instance, "/icsapis/v1/nothing").await.status, 404);
    running.shutdown().await;
}

fn form(bytes: &[u8]) -> Vec<u8> {
    let mut body =
        b"--x\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a.iar\"\r\n\r\n"
            .to_vec();
    body.extend(bytes);
    body.extend(b"\r\n--x--\r\n");
    body
}

#[tokio::test]
async fn archives_go_in_and_out_by_either_version() {
    let running = sandbox(InstanceSpec::ics("old")).await;
    let instance = &running.ready.instances[0];
    let list = get(instance, "/icsapis/v2/integrations").await.json();
    let all = list["items"].as_array().unwrap();
    let one = all
        .iter()
        .find(|one| one["status"] == "CONFIGURED")
        .unwrap();
    let id = one["id"].as_str().unwrap();
    let archive = get(instance, &format!("/icsapis/v2/integrations/{id}/archive"))
        .await
        .body;
    let headers = ["Content-Type: multipart/form-data; boundary=x"];
    for path in [
        "/icsapis/v1/integrations/import",
        "/icsapis/v2/integrations/archive",
    ] {
        assert_eq!(
            call(instance, "POST", path, &headers, &form(&archive))
                .await
                .status,
            409
        );
        assert_eq!(
            call(instance, "PUT", path, &headers, &form(&archive))
                .await
                .status,
            200
        );
        assert_eq!(
            call(instance, "POST", path, &headers, b"--x--\r\n")
                .await
                .status,
            400
        );
    }
    let single = format!("/icsapis/v2/integrations/{id}");
    assert_eq!(
        call(instance, "DELETE", &single, &[], b"").await.status,
        200
    );
    let made = call(
        instance,
        "POST",
        "/icsapis/v2/integrations/archive",
        &headers,
        &form(&archive),
    )
    .await;
    assert_eq!(made.status, 204);
    assert!(
        made.header("location")
            .unwrap()
            .contains("/icsapis/v2/integrations/")
    );
    running.shutdown().await;
}

#[tokio::test]
async fn an_instance_is_exported_to_the_object_store() {
    let running = sandbox(InstanceSpec::ics("old")).await;
    let instance = &running.ready.instances[0];
    let store = &running.ready.object_store;
    let wish = json!({"storageInfo": {
        "storageUrl": store.url, "storageUser": store.user, "storagePassword": store.password,
    }});
    let headers = ["Content-Type: application/json"];
    let path = "/icsapis/v2/clonepod/exportArtifacts";
    let begun = call(
        instance,
        "POST",
        path,
        &headers,
        wish.to_string().as_bytes(),
    )
    .await;
    assert!(
        matches!(begun.status, 200 | 202),
        "{}",
        String::from_utf8_lossy(&begun.body)
    );
    let job = begun.json()["jobId"].as_str().unwrap().to_owned();
    for _ in 0..100 {
        let status = get(
            instance,
            &format!("/icsapis/v2/clonepod/exportStatus/{job}"),
        )
        .await
        .json();
        if status["overallStatus"] == "COMPLETED" {
            assert!(!status["archiveFilename"].as_str().unwrap().is_empty());
            running.shutdown().await;
            return;
        }
        tokio::time::sleep(std::time::Duration::from_millis(50)).await;
    }
    panic!("the export did not end");
}

#[tokio::test]
async fn gen_2_answers_the_second_version_and_oracle_integration_3_neither() {
    let running = sandbox(InstanceSpec::gen2("two")).await;
    let instance = &running.ready.instances[0];
    assert_eq!(get(instance, "/icsapis/v2/integrations").await.status, 200);
    assert_eq!(get(instance, "/icsapis/v1/integrations").await.status, 404);
    let wrong = ask(
        &instance.design_url,
        "GET",
        "/icsapis/v2/integrations",
        &[],
        b"",
    )
    .await;
    assert_eq!(wrong.status, 401);
    running.shutdown().await;
}
