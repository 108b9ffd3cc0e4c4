//! Libraries.

use serde_json::json;
use waybill_model::{ArtifactId, ArtifactKind};

use crate::world::{JSON, Part, empty, full, pick, refused, text};

const SCRIPT: &[u8] = b"function addOne(value) {\n  return value + 1;\n}\nfunction addTwo(value) { return value + 2; }\n";

fn parts<'part>(file: Option<&'part [u8]>, without: &str) -> Vec<Part<'part>> {
    let fields: [Part<'_>; 5] = [
        ("description", None, b"Adds things"),
        ("name", None, b"Adding"),
        ("code", None, b"ADDING"),
        ("version", None, b"01.00.0000"),
        ("type", None, b"API"),
    ];
    let mut all: Vec<Part<'part>> = file
        .map(|file| ("file", Some("adding.js"), file))
        .into_iter()
        .collect();
    all.extend(fields.into_iter().filter(|part| part.0 != without));
    all
}

#[tokio::test]
async fn a_library_comes_with_its_names_beside_its_file() {
    let (running, caller) = empty().await;
    let path = "libraries/archive";
    let new = caller
        .send_form("POST", path, &parts(Some(SCRIPT), "description"))
        .await;
    assert_eq!(new.line, "HTTP/1.1 204 No Content", "{}", text(&new));
    assert!(
        new.header("location")
            .unwrap()
            .contains("/libraries/ADDING%7C01.00.0000")
    );
    let shown = caller.get("libraries/ADDING|01.00.0000").await.json();
    assert_eq!(shown["name"], "Adding");
    assert_eq!(
        caller.get("libraries/ADDING|01.00.0000/archive").await.body,
        SCRIPT
    );
    let metadata = caller.get("libraries/ADDING|01.00.0000/metadata").await;
    assert!(text(&metadata).contains("addTwo"));
    refused(
        &caller
            .send_form("POST", path, &parts(Some(SCRIPT), ""))
            .await,
        "409 Conflict",
    );
    for missing in ["name", "code", "version", "type"] {
        refused(
            &caller
                .send_form("POST", path, &parts(Some(SCRIPT), missing))
                .await,
            "400 Bad Request",
        );
    }
    for file in [
        None,
        Some(&b""[..]),
        Some(b"no script"),
        Some(b"PK\x03\x04"),
    ] {
        refused(
            &caller.send_form("POST", path, &parts(file, "")).await,
            "400 Bad Request",
        );
    }
    refused(
        &caller.send("POST", path, &[JSON], b"{}").await,
        "415 Unsupported Media Type",
    );
    refused(
        &caller.import("PUT", path, SCRIPT).await,
        "405 Method Not Allowed",
    );
    running.shutdown().await;
}

#[tokio::test]
async fn a_file_and_a_description_can_be_replaced() {
    let (running, caller) = full(12).await;
    let all = caller.list("libraries").await;
    let one = &all[0];
    let id = one["id"].as_str().unwrap();
    let path = format!("libraries/{id}");
    let replaced = caller
        .import("POST", &format!("{path}/archive"), SCRIPT)
        .await;
    assert_eq!(replaced.line, "HTTP/1.1 200 OK", "{}", text(&replaced));
    assert_eq!(caller.get(&format!("{path}/archive")).await.body, SCRIPT);
    let after = caller.get(&path).await.json();
    assert!(after["lastUpdated"].as_str() > one["lastUpdated"].as_str());
    let metadata = format!("{path}/metadata");
    let xml = caller.get(&metadata).await.body;
    let anew = String::from_utf8(xml)
        .unwrap()
        .replace("</description>", ", said anew</description>");
    let described = caller.import("POST", &metadata, anew.as_bytes()).await;
    let description = described.json()["description"].clone();
    assert!(description.as_str().unwrap().ends_with(", said anew"));
    refused(
        &caller.import("POST", &metadata, b"no metadata").await,
        "400 Bad Request",
    );
    refused(
        &caller.send_json("POST", &metadata, &json!({})).await,
        "415 Unsupported Media Type",
    );
    refused(
        &caller
            .send_form(
                "POST",
                &format!("{path}/archive"),
                &[("type", None, b"API")],
            )
            .await,
        "400 Bad Request",
    );
    for call in ["archive", "metadata"] {
        let absent = format!("libraries/NO|01.00.0000/{call}");
        refused(&caller.get(&absent).await, "404 Not Found");
        let reply = if call == "archive" {
            caller.import("POST", &absent, SCRIPT).await
        } else {
            caller.import("POST", &absent, b"<library/>").await
        };
        refused(&reply, "404 Not Found");
    }
    let artifact = ArtifactId::global(
        ArtifactKind::Library,
        one["code"].as_str().unwrap(),
        one["version"].as_str(),
    );
    assert!(running.control().lock("one", &artifact));
    refused(
        &caller
            .import("POST", &format!("{path}/archive"), SCRIPT)
            .await,
        "423 Locked",
    );
    refused(&caller.delete(&path).await, "423 Locked");
    running.shutdown().await;
}

#[tokio::test]
async fn libraries_of_active_integrations_stay() {
    let (running, caller) = full(60).await;
    let integrations = caller.list("integrations").await;
    let user = pick(&integrations, |one| {
        one["status"] == "ACTIVATED"
            && one["dependencies"]["libraries"]
                .as_array()
                .is_some_and(|all| !all.is_empty())
    });
    let id = user["dependencies"]["libraries"][0]["id"].as_str().unwrap();
    refused(
        &caller.delete(&format!("libraries/{id}")).await,
        "423 Locked",
    );
    let new = caller
        .send_form("POST", "libraries/archive", &parts(Some(SCRIPT), ""))
        .await;
    assert_eq!(new.status, 204);
    let path = "libraries/ADDING|01.00.0000";
    assert_eq!(caller.delete(path).await.line, "HTTP/1.1 200 OK");
    refused(&caller.delete(path).await, "404 Not Found");
    running.shutdown().await;
}
