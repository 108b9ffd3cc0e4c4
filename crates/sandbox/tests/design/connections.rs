//! Connections: values, tests, files.

use serde_json::{Value, json};
use waybill_model::{ArtifactId, ArtifactKind};

use crate::support::Caller;
use crate::world::{JSON, PATCH, full, pick, refused, text};

fn artifact(code: &str) -> ArtifactId {
    ArtifactId::global(ArtifactKind::Connection, code, None)
}

async fn of_adapter(caller: &Caller, adapter: &str) -> (String, Value) {
    let all = caller.list("connections").await;
    let one = pick(&all, |one| one["adapterType"]["name"] == adapter);
    (
        format!("connections/{}", one["id"].as_str().unwrap()),
        one.clone(),
    )
}

fn value(shown: &Value, member: &str, name: &str) -> Option<String> {
    shown[member]
        .as_array()
        .unwrap()
        .iter()
        .find(|one| one["propertyName"] == name)
        .and_then(|one| one["propertyValue"].as_str())
        .map(str::to_owned)
}

#[tokio::test]
async fn four_members_are_taken_and_all_others_passed_over() {
    let (running, caller) = full(20).await;
    let (path, before) = of_adapter(&caller, "soap").await;
    let body = json!({
        "name": "Another name", "status": "INPROGRESS", "role": "NOBODY",
        "adapterType": {"name": "ftp"},
        "agentGroupId": "PLANT_NETWORK",
        "connectionProperties": [{
            "propertyGroup": "CONNECTION_PROPS", "propertyName": "targetWSDLURL",
            "propertyType": "WSDL_URL", "propertyValue": "https://new.example.com/x?wsdl",
        }],
        "securityPolicy": "USERNAME_PASSWORD_TOKEN",
        "securityProperties": [
            {"propertyName": "username", "propertyValue": "someone"},
            {"propertyName": "password", "propertyValue": "new secret"},
        ],
    });
    let reply = caller.patch(&path, &body).await;
    assert_eq!(reply.line, "HTTP/1.1 200 OK", "{}", text(&reply));
    assert_eq!(reply.header("content-type").unwrap(), "application/json");
    assert!(!text(&reply).contains("new secret"));
    assert_eq!(
        value(&reply.json(), "securityProperties", "password"),
        None,
        "the reply has no password"
    );
    let shown = caller.get(&path).await.json();
    assert_eq!(
        value(&shown, "securityProperties", "password").unwrap(),
        "*****"
    );
    assert_eq!(
        value(&shown, "connectionProperties", "targetWSDLURL").unwrap(),
        "https://new.example.com/x?wsdl"
    );
    assert_eq!(
        value(&shown, "securityProperties", "username").unwrap(),
        "someone"
    );
    assert_eq!(shown["agentGroupId"], "PLANT_NETWORK");
    for member in ["name", "status", "role", "adapterType"] {
        assert_eq!(shown[member], before[member], "{member}");
    }
    assert_eq!(shown["lastUpdatedBy"], running.ready.instances[0].client_id);
    // The mask of a password sent back is no password.
    let masked =
        json!({"securityProperties": [{"propertyName": "password", "propertyValue": "*****"}]});
    assert_eq!(caller.patch(&path, &masked).await.status, 200);

    let gone = caller.patch(&path, &json!({"agentGroupId": null})).await;
    assert!(gone.json().get("agentGroupId").is_none());
    running.shutdown().await;
}

#[tokio::test]
async fn updates_are_refused_with_the_documented_codes() {
    let (running, caller) = full(20).await;
    let (path, one) = of_adapter(&caller, "rest").await;
    refused(
        &caller.send("POST", &path, &[JSON], b"{}").await,
        "400 Bad Request",
    );
    refused(
        &caller
            .send("POST", &path, &[JSON, "X-HTTP-Method-Override: PUT"], b"{}")
            .await,
        "400 Bad Request",
    );
    for wrong in [
        json!([]),
        json!({"agentGroupId": "NOBODY"}),
        json!({"securityPolicy": "not a policy"}),
        json!({"connectionProperties": {}}),
        json!({"connectionProperties": [{"propertyValue": "x"}]}),
        json!({"connectionProperties": [{"propertyName": "x", "propertyValue": {}}]}),
    ] {
        refused(&caller.patch(&path, &wrong).await, "400 Bad Request");
    }
    refused(
        &caller
            .send("POST", &path, &["Content-Type: text/xml", PATCH], b"<a/>")
            .await,
        "415 Unsupported Media Type",
    );
    refused(
        &caller.send("PATCH", &path, &[JSON], b"{}").await,
        "405 Method Not Allowed",
    );
    refused(
        &caller.send("POST", "connections", &[JSON], b"{}").await,
        "405 Method Not Allowed",
    );
    refused(
        &caller.patch("connections/NOBODY", &json!({})).await,
        "404 Not Found",
    );
    let id = artifact(one["id"].as_str().unwrap());
    assert!(running.control().lock("one", &id));
    refused(&caller.patch(&path, &json!({})).await, "423 Locked");
    refused(&caller.delete(&path).await, "423 Locked");
    refused(
        &caller.send("POST", &format!("{path}/test"), &[], b"").await,
        "412 Precondition Failed",
    );
    refused(
        &caller
            .send("POST", &format!("{path}/metadata"), &[], b"")
            .await,
        "412 Precondition Failed",
    );
    running.shutdown().await;
}

#[tokio::test]
async fn another_policy_asks_for_other_credentials() {
    let (running, caller) = full(20).await;
    let (path, _) = of_adapter(&caller, "erp").await;
    let draft = caller
        .patch(
            &path,
            &json!({"securityPolicy": "OAUTH_CLIENT_CREDENTIALS"}),
        )
        .await
        .json();
    assert_eq!(draft["status"], "INPROGRESS");
    assert_eq!(draft["securityPolicy"], "OAUTH_CLIENT_CREDENTIALS");
    refused(
        &caller.send("POST", &format!("{path}/test"), &[], b"").await,
        "409 Conflict",
    );
    let names: Vec<&str> = draft["securityProperties"]
        .as_array()
        .unwrap()
        .iter()
        .filter(|one| one["requiredFlag"] == true)
        .map(|one| one["propertyName"].as_str().unwrap())
        .collect();
    assert!(names.contains(&"oauth.client.secret"), "{names:?}");
    let code = path.strip_prefix("connections/").unwrap();
    caller.configure(code).await;
    running.shutdown().await;
}

#[tokio::test]
async fn a_test_says_whether_the_other_side_answers() {
    let (running, caller) = full(20).await;
    let (path, one) = of_adapter(&caller, "erp").await;
    let code = one["id"].as_str().unwrap();
    let test = format!("{path}/test");
    let good = caller.send("POST", &test, &[], b"").await;
    assert_eq!(good.line, "HTTP/1.1 200 OK");
    assert_eq!(
        good.json(),
        json!({
            "details": format!("Test of {code} connection succeeded."),
            "id": code, "status": "SUCCESS",
        })
    );
    let id = artifact(code);
    assert!(
        running
            .control()
            .fail_test("one", &id, Some("The password has ended."))
    );
    let failed = caller.send("POST", &test, &[], b"").await;
    assert_eq!(failed.status, 200);
    assert_eq!(failed.json()["status"], "FAILED");
    assert_eq!(failed.json()["details"], "The password has ended.");
    assert!(running.control().fail_test("one", &id, None));
    let nowhere = json!({"connectionProperties": [
        {"propertyName": "Host", "propertyValue": "https://erp.acme.invalid"},
    ]});
    assert_eq!(caller.patch(&path, &nowhere).await.status, 200);
    let failed = caller.send("POST", &test, &[], b"").await;
    assert_eq!(failed.status, 200);
    assert_eq!(failed.json()["status"], "FAILED");
    refused(
        &caller
            .send("POST", "connections/NOBODY/test", &[], b"")
            .await,
        "404 Not Found",
    );
    refused(
        &caller.send("PUT", &test, &[], b"").await,
        "405 Method Not Allowed",
    );
    let refreshed = caller
        .send("POST", &format!("{path}/metadata"), &[], b"")
        .await;
    assert_eq!(refreshed.status, 200);
    refused(
        &caller
            .send("POST", "connections/NOBODY/metadata", &[], b"")
            .await,
        "404 Not Found",
    );
    running.shutdown().await;
}

#[tokio::test]
async fn values_are_tried_with_files_and_not_kept() {
    let (running, caller) = full(20).await;
    let (path, one) = of_adapter(&caller, "atpdatabase").await;
    let values =
        br#"{"connectionProperties":[{"propertyName":"ServiceName","propertyValue":"other_low"}]}"#;
    for call in ["testWithAttachments", "validate"] {
        let path_of = format!("{path}/{call}");
        let parts = [
            ("connection", Some("connection.json"), values.as_slice()),
            ("WALLET", Some("new.zip"), b"PK".as_slice()),
        ];
        let reply = caller
            .send_form_with("POST", &path_of, &[PATCH], &parts)
            .await;
        assert_eq!(reply.status, 200, "{}", text(&reply));
        assert_eq!(reply.json()["status"], "SUCCESS");
        let after = caller.get(&path).await.json();
        assert_eq!(after["connectionProperties"], one["connectionProperties"]);
        refused(
            &caller.send_form("POST", &path_of, &parts).await,
            "400 Bad Request",
        );
        refused(
            &caller
                .send_form_with("POST", &path_of, &[PATCH], &[("x", None, b"no values")])
                .await,
            "400 Bad Request",
        );
        refused(
            &caller
                .send_form_with(
                    "POST",
                    &format!("connections/NOBODY/{call}"),
                    &[PATCH],
                    &parts,
                )
                .await,
            "404 Not Found",
        );
        let empties =
            br#"{"connectionProperties":[{"propertyName":"ServiceName","propertyValue":""}]}"#;
        refused(
            &caller
                .send_form_with(
                    "POST",
                    &path_of,
                    &[PATCH],
                    &[("connection", None, empties.as_slice())],
                )
                .await,
            "409 Conflict",
        );
    }
    running.shutdown().await;
}

#[tokio::test]
async fn files_of_settings_come_and_go() {
    let (running, caller) = full(20).await;
    let (path, one) = of_adapter(&caller, "atpdatabase").await;
    let file = format!("{path}/attachments/WALLET");
    let sent = caller.import("POST", &file, b"a new wallet").await;
    assert_eq!(sent.line, "HTTP/1.1 200 OK");
    assert_eq!(sent.json()["id"], one["id"]);
    let back = caller.get(&file).await;
    assert_eq!(back.status, 200);
    assert_eq!(
        back.header("content-type").unwrap(),
        "application/octet-stream"
    );
    assert_eq!(back.body, b"a new wallet");
    let (soap, _) = of_adapter(&caller, "soap").await;
    let described = caller
        .import(
            "POST",
            &format!("{soap}/attachments/targetWSDLURL?serviceWSDL=inside/service.wsdl"),
            b"PK",
        )
        .await;
    assert_eq!(
        value(&described.json(), "connectionProperties", "targetWSDLURL").unwrap(),
        "inside/service.wsdl"
    );
    for absent in [
        format!("{path}/attachments/NOTHING"),
        format!("{path}/attachments/ServiceName"),
        "connections/NOBODY/attachments/WALLET".to_owned(),
    ] {
        refused(&caller.get(&absent).await, "404 Not Found");
        refused(&caller.import("POST", &absent, b"x").await, "404 Not Found");
    }
    refused(
        &caller
            .send_form(
                "POST",
                &file,
                &[("type", None, b"application/octet-stream")],
            )
            .await,
        "400 Bad Request",
    );
    assert!(
        running
            .control()
            .lock("one", &artifact(one["id"].as_str().unwrap()))
    );
    refused(&caller.get(&file).await, "423 Locked");
    refused(&caller.import("POST", &file, b"x").await, "423 Locked");
    running.shutdown().await;
}

#[tokio::test]
async fn connections_in_use_stay() {
    let (running, caller) = full(4).await;
    let all = caller.list("connections").await;
    let used = pick(&all, |one| one["usage"].as_u64() > Some(0));
    let spare = pick(&all, |one| one["usage"] == 0);
    refused(
        &caller
            .delete(&format!("connections/{}", used["id"].as_str().unwrap()))
            .await,
        "423 Locked",
    );
    let path = format!("connections/{}", spare["id"].as_str().unwrap());
    assert_eq!(caller.delete(&path).await.line, "HTTP/1.1 200 OK");
    refused(&caller.delete(&path).await, "404 Not Found");
    refused(&caller.get(&path).await, "404 Not Found");
    running.shutdown().await;
}
