//! Lookups.

use serde_json::json;
use waybill_model::{ArtifactId, ArtifactKind};

use crate::world::{JSON, empty, full, pick, refused, text};

#[tokio::test]
async fn lookups_are_made_changed_copied_and_removed() {
    let (running, caller) = empty().await;
    let body = json!({
        "name": "myLookup", "columns": ["rightnow", "soap"],
        "rows": [{"rowData": ["RN1", "SOAP1"]}, {"rowData": ["RN2", "SOAP2"]}],
    });
    let made = caller.send_json("POST", "lookups", &body).await;
    assert_eq!(made.line, "HTTP/1.1 200 OK", "{}", text(&made));
    assert_eq!(made.json()["rowCount"], 2);
    let shown = caller.get("lookups/myLookup").await.json();
    assert_eq!(shown["columns"], body["columns"]);
    assert_eq!(shown["rows"], body["rows"]);
    assert_eq!(
        shown["createdBy"],
        running.ready.instances[0].client_id.as_str()
    );
    refused(
        &caller.send_json("POST", "lookups", &body).await,
        "409 Conflict",
    );
    let other = json!({
        "name": "myLookup", "description": "Changed", "columns": ["a", "b", "c"],
        "rows": [{"rowData": ["1", "2", null]}],
    });
    let changed = caller.send_json("PUT", "lookups/myLookup", &other).await;
    assert_eq!(changed.line, "HTTP/1.1 200 OK");
    assert_eq!(changed.json()["rows"], json!([{"rowData": ["1", "2", ""]}]));
    let file = caller.get("lookups/myLookup/archive").await;
    assert!(
        String::from_utf8(file.body)
            .unwrap()
            .contains("DVM,myLookup,Changed\na,b,c\n1,2,\n")
    );
    for wrong in [
        json!({"name": "x"}),
        json!({"name": "x", "columns": ["one"]}),
        json!({"name": "x", "columns": ["a", "a"]}),
        json!({"name": "x", "columns": ["a", "b"], "rows": [{"rowData": ["1"]}]}),
        json!({"name": "x", "columns": ["a", "b"], "rows": ["1"]}),
        json!({"columns": ["a", "b"]}),
    ] {
        refused(
            &caller.send_json("POST", "lookups", &wrong).await,
            "400 Bad Request",
        );
    }
    for wrong in [
        json!({"columns": ["a"]}),
        json!({"name": "y", "columns": ["a", "b"]}),
    ] {
        refused(
            &caller.send_json("PUT", "lookups/myLookup", &wrong).await,
            "400 Bad Request",
        );
    }
    refused(
        &caller.send_json("PUT", "lookups/nobody", &other).await,
        "404 Not Found",
    );
    let copied = caller
        .send_json(
            "POST",
            "lookups/myLookup/clone",
            &json!({"name": "second", "description": "A copy"}),
        )
        .await;
    assert_eq!(copied.status, 200);
    assert_eq!(copied.json()["columns"], json!(["a", "b", "c"]));
    refused(
        &caller
            .send_json("POST", "lookups/myLookup/clone", &json!({"name": "second"}))
            .await,
        "409 Conflict",
    );
    refused(
        &caller
            .send_json("POST", "lookups/myLookup/clone", &json!({}))
            .await,
        "400 Bad Request",
    );
    refused(
        &caller
            .send_json("POST", "lookups/nobody/clone", &json!({"name": "x"}))
            .await,
        "404 Not Found",
    );
    assert_eq!(
        caller.delete("lookups/second").await.line,
        "HTTP/1.1 200 OK"
    );
    refused(&caller.delete("lookups/second").await, "404 Not Found");
    running.shutdown().await;
}

#[tokio::test]
async fn files_of_lookups_come_in_under_the_name_inside() {
    let (running, caller) = empty().await;
    let file = "\u{feff}DVM,Countries,Codes\nERP,CRM\nDE,\"Germany, DE\"\n".as_bytes();
    refused(
        &caller.import("PUT", "lookups/archive", file).await,
        "404 Not Found",
    );
    let new = caller.import("POST", "lookups/archive", file).await;
    assert_eq!(new.line, "HTTP/1.1 204 No Content", "{}", text(&new));
    assert!(
        new.header("location")
            .unwrap()
            .contains("/lookups/Countries")
    );
    assert_eq!(caller.get("lookups/Countries/archive").await.body, file);
    refused(
        &caller.import("POST", "lookups/archive", file).await,
        "409 Conflict",
    );
    let other = b"DVM,Countries,Codes\nERP,CRM\nFR,France\nIT,Italy\n";
    let replaced = caller.import("PUT", "lookups/archive", other).await;
    assert_eq!(replaced.line, "HTTP/1.1 200 OK");
    assert_eq!(caller.get("lookups/Countries").await.json()["rowCount"], 2);
    for method in ["POST", "PUT"] {
        for wrong in [&b""[..], b"PK\x03\x04", b"<dvm/>"] {
            refused(
                &caller.import(method, "lookups/archive", wrong).await,
                "400 Bad Request",
            );
        }
        refused(
            &caller.send(method, "lookups/archive", &[JSON], b"{}").await,
            "415 Unsupported Media Type",
        );
    }
    refused(&caller.get("lookups/nobody/archive").await, "404 Not Found");
    running.shutdown().await;
}

#[tokio::test]
async fn locked_and_used_lookups_stay() {
    let (running, caller) = full(40).await;
    let all = caller.list("lookups").await;
    let name = pick(&all, |one| one["usageActive"].as_u64() > Some(0))["name"]
        .as_str()
        .unwrap()
        .to_owned();
    let path = format!("lookups/{name}");
    refused(&caller.delete(&path).await, "423 Locked");
    let file = caller.get(&format!("{path}/archive")).await.body;
    // Replacing one in use takes effect at once.
    assert_eq!(
        caller.import("PUT", "lookups/archive", &file).await.status,
        200
    );
    let id = ArtifactId::global(ArtifactKind::Lookup, &name, None);
    assert!(running.control().lock("one", &id));
    refused(&caller.delete(&path).await, "423 Locked");
    refused(&caller.get(&format!("{path}/archive")).await, "423 Locked");
    refused(
        &caller.import("PUT", "lookups/archive", &file).await,
        "423 Locked",
    );
    refused(
        &caller
            .send_json("PUT", &path, &json!({"columns": ["a", "b"]}))
            .await,
        "423 Locked",
    );
    running.shutdown().await;
}
