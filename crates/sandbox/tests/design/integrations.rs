//! Import, replacement, copies, deletion of integrations.

use serde_json::{Value, json};
use waybill_model::{ArtifactId, ArtifactKind};

use crate::world::{JSON, empty, full, gen2, id_of, pick, refused, text};

fn artifact(one: &Value) -> ArtifactId {
    ArtifactId::global(
        ArtifactKind::Integration,
        one["code"].as_str().unwrap(),
        Some(one["version"].as_str().unwrap()),
    )
}

fn with_lookup(one: &Value) -> bool {
    one["pattern"] == "Orchestration"
        && one["dependencies"]["lookups"]
            .as_array()
            .is_some_and(|all| !all.is_empty())
}

#[tokio::test]
async fn an_import_brings_drafts_and_its_bytes_stay_what_they_are() {
    let (donor, from) = full(40).await;
    let (running, to) = empty().await;
    let all = from.list("integrations").await;
    let one = pick(&all, with_lookup);
    let id = id_of(one);
    let archive = from.get(&format!("integrations/{id}/archive")).await.body;

    let new = to
        .import(
            "POST",
            "integrations/archive?includeRecordingFlag=true",
            &archive,
        )
        .await;
    assert_eq!(new.line, "HTTP/1.1 204 No Content", "{}", text(&new));
    let location = new.header("location").unwrap();
    assert!(
        location.contains(&format!("/integrations/{}?", id.replace('|', "%7C"))),
        "{location}"
    );
    let shown = to.get(&format!("integrations/{id}")).await.json();
    assert_eq!(shown["status"], "CONFIGURED");
    assert_eq!(shown["lastUpdatedBy"], running.ready.instances[0].client_id);
    for member in ["code", "version", "name", "pattern", "packageName"] {
        assert_eq!(shown[member], one[member], "{member}");
    }
    assert_eq!(
        shown["endPoints"].as_array().unwrap().len(),
        one["endPoints"].as_array().unwrap().len()
    );
    for connection in one["dependencies"]["connections"].as_array().unwrap() {
        let code = connection["id"].as_str().unwrap();
        let draft = to.get(&format!("connections/{code}")).await.json();
        assert_eq!(draft["status"], "INPROGRESS");
        assert_eq!(draft["testStatus"], false);
        for credential in draft["securityProperties"].as_array().unwrap() {
            assert!(credential.get("propertyValue").is_none(), "{credential}");
        }
        assert!(!draft.to_string().contains("%%"), "a token came along");
    }
    let lookup = one["dependencies"]["lookups"][0]["name"].as_str().unwrap();
    let (here, there) = (
        to.get(&format!("lookups/{lookup}")).await.json(),
        from.get(&format!("lookups/{lookup}")).await.json(),
    );
    assert_eq!(here["rows"], there["rows"]);
    if let Some(package) = one["packageName"].as_str() {
        assert_eq!(to.get(&format!("packages/{package}")).await.status, 200);
    }
    let back = to.get(&format!("integrations/{id}/archive")).await;
    assert_eq!(back.body, archive);

    refused(
        &to.import("POST", "integrations/archive", &archive).await,
        "409 Conflict",
    );
    let before = shown["created"].clone();
    let replaced = to.import("PUT", "integrations/archive", &archive).await;
    assert_eq!(replaced.line, "HTTP/1.1 200 OK");
    let shown = to.get(&format!("integrations/{id}")).await.json();
    assert_eq!(shown["created"], before);
    assert!(shown["lastUpdated"].as_str() > before.as_str());
    running.shutdown().await;
    donor.shutdown().await;
}

#[tokio::test]
async fn what_is_there_stays_as_it_is() {
    let (running, caller) = full(40).await;
    let all = caller.list("integrations").await;
    let one = pick(&all, |one| {
        with_lookup(one)
            && all
                .iter()
                .filter(|other| other["code"] == one["code"])
                .count()
                == 1
    });
    let id = id_of(one);
    let archive = caller.get(&format!("integrations/{id}/archive")).await.body;
    caller.bring_to(&id, "CONFIGURED").await;
    assert_eq!(
        caller.delete(&format!("integrations/{id}")).await.line,
        "HTTP/1.1 200 OK"
    );
    let code = one["dependencies"]["connections"][0]["id"]
        .as_str()
        .unwrap();
    let before = caller.get(&format!("connections/{code}")).await.json();
    let again = caller
        .import("POST", "integrations/archive", &archive)
        .await;
    assert_eq!(again.status, 204);
    let after = caller.get(&format!("connections/{code}")).await.json();
    assert_eq!(after["status"], "CONFIGURED");
    assert_eq!(after["lastUpdated"], before["lastUpdated"]);
    assert_eq!(
        after["connectionProperties"],
        before["connectionProperties"]
    );
    running.shutdown().await;
}

#[tokio::test]
async fn every_usual_way_to_send_a_file_is_taken_and_no_other() {
    let (donor, from) = full(12).await;
    let all = from.list("integrations").await;
    let id = id_of(&all[0]);
    let archive = from.get(&format!("integrations/{id}/archive")).await.body;
    let file = ("file", Some("x.iar"), archive.as_slice());
    let kind = ("type", None, b"application/octet-stream".as_slice());
    for parts in [vec![file], vec![file, kind], vec![kind, file]] {
        let (running, to) = empty().await;
        let reply = to.send_form("POST", "integrations/archive/", &parts).await;
        assert_eq!(reply.status, 204, "{}", text(&reply));
        running.shutdown().await;
    }
    let (running, to) = empty().await;
    for method in ["POST", "PUT"] {
        let path = "integrations/archive";
        refused(
            &to.send_form(method, path, &[kind]).await,
            "400 Bad Request",
        );
        refused(
            &to.import(method, path, b"no archive").await,
            "400 Bad Request",
        );
        refused(
            &to.import(method, path, b"PK\x03\x04damaged").await,
            "400 Bad Request",
        );
        refused(&to.send(method, path, &[], b"").await, "400 Bad Request");
        refused(
            &to.send(method, path, &[JSON], b"{}").await,
            "415 Unsupported Media Type",
        );
    }
    refused(
        &to.import("PUT", "integrations/archive", &archive).await,
        "404 Not Found",
    );
    refused(&to.delete("integrations/archive").await, "404 Not Found");
    refused(
        &to.send("PUT", "integrations/A|01.00.0000", &[JSON], b"{}")
            .await,
        "405 Method Not Allowed",
    );
    refused(
        &to.send("POST", "nonsense", &[JSON], b"{}").await,
        "404 Not Found",
    );
    running.shutdown().await;
    donor.shutdown().await;
}

#[tokio::test]
async fn active_and_locked_ones_are_neither_replaced_nor_deleted() {
    let (running, caller) = full(30).await;
    let all = caller.list("integrations").await;
    let one = pick(&all, |one| one["pattern"] == "Orchestration");
    let id = id_of(one);
    let archive = caller.get(&format!("integrations/{id}/archive")).await.body;
    caller.bring_to(&id, "ACTIVATED").await;
    refused(
        &caller.import("PUT", "integrations/archive", &archive).await,
        "412 Precondition Failed",
    );
    refused(
        &caller.delete(&format!("integrations/{id}")).await,
        "423 Locked",
    );
    caller.bring_to(&id, "CONFIGURED").await;
    assert!(running.control().lock("one", &artifact(one)));
    refused(
        &caller.import("PUT", "integrations/archive", &archive).await,
        "423 Locked",
    );
    refused(
        &caller.delete(&format!("integrations/{id}")).await,
        "423 Locked",
    );
    refused(
        &caller.get(&format!("integrations/{id}/archive")).await,
        "423 Locked",
    );
    assert!(running.control().unlock("one", &artifact(one)));
    let gone = caller
        .delete(&format!("integrations/{}/", id.replace('|', "%7c")))
        .await;
    assert_eq!(gone.line, "HTTP/1.1 200 OK");
    refused(
        &caller.delete(&format!("integrations/{id}")).await,
        "404 Not Found",
    );
    refused(
        &caller.get(&format!("integrations/{id}/archive")).await,
        "404 Not Found",
    );
    running.shutdown().await;
}

#[tokio::test]
async fn copies_get_the_names_they_were_given() {
    let (running, caller) = full(12).await;
    let all = caller.list("integrations").await;
    let one = pick(&all, |one| one["pattern"] == "Orchestration");
    let path = format!("integrations/{}/clone", id_of(one));
    let wanted = json!({
        "code": "A_COPY", "version": "02.00.0000", "name": "A copy",
        "description": "Made by a call", "packageName": "copies.of.mine",
    });
    let reply = caller.send_json("POST", &path, &wanted).await;
    assert_eq!(reply.line, "HTTP/1.1 200 OK", "{}", text(&reply));
    assert_eq!(reply.json()["id"], "A_COPY|02.00.0000");
    assert_eq!(reply.json()["status"], "CONFIGURED");
    assert_eq!(reply.json()["description"], "Made by a call");
    assert_eq!(
        reply.json()["endPoints"].as_array().unwrap().len(),
        one["endPoints"].as_array().unwrap().len()
    );
    assert_eq!(caller.get("packages/copies.of.mine").await.status, 200);
    let archive = caller.get("integrations/A_COPY|02.00.0000/archive").await;
    let inside = waybill_archive::read(&archive.body).unwrap();
    assert_eq!(inside.contents.integrations[0].reference.code, "A_COPY");

    refused(
        &caller.send_json("POST", &path, &wanted).await,
        "409 Conflict",
    );
    for missing in ["code", "version", "name"] {
        let mut body = wanted.clone();
        body.as_object_mut().unwrap().remove(missing);
        refused(
            &caller.send_json("POST", &path, &body).await,
            "400 Bad Request",
        );
    }
    for (member, value) in [("code", "not valid"), ("version", "1.0")] {
        let mut body = wanted.clone();
        body[member] = json!(value);
        refused(
            &caller.send_json("POST", &path, &body).await,
            "400 Bad Request",
        );
    }
    refused(
        &caller
            .send_json("POST", "integrations/NO|01.00.0000/clone", &wanted)
            .await,
        "404 Not Found",
    );
    refused(
        &caller
            .send("POST", &path, &["Content-Type: text/plain"], b"{}")
            .await,
        "415 Unsupported Media Type",
    );
    running.shutdown().await;
}

#[tokio::test]
async fn gen_2_takes_the_same_imports() {
    let (running, caller) = gen2().await;
    let all = caller.list("integrations").await;
    let one = pick(&all, |one| one["pattern"] == "Orchestration");
    let id = id_of(one);
    let archive = caller.get(&format!("integrations/{id}/archive")).await.body;
    refused(
        &caller
            .import("POST", "integrations/archive", &archive)
            .await,
        "409 Conflict",
    );
    if one["status"] == "ACTIVATED" {
        assert_eq!(caller.deactivate(&id).await.status, 200);
    }
    assert_eq!(
        caller.delete(&format!("integrations/{id}")).await.status,
        200
    );
    let new = caller
        .import("POST", "integrations/archive", &archive)
        .await;
    assert_eq!(new.status, 204);
    assert!(
        !new.header("location")
            .unwrap()
            .contains("integrationInstance")
    );
    running.shutdown().await;
}
