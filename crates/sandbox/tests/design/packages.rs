//! Packages.

use serde_json::{Value, json};
use waybill_archive::ArchiveKind;
use waybill_model::{ArtifactId, ArtifactKind};

use crate::support::Caller;
use crate::world::{JSON, empty, full, id_of, pick, refused, text};

async fn largest(caller: &Caller) -> (String, Vec<Value>) {
    let all = caller.list("packages").await;
    let one = all
        .iter()
        .max_by_key(|one| one["countOfIntegrations"].as_u64())
        .unwrap();
    let name = one["name"].as_str().unwrap().to_owned();
    let members = members(caller, &name).await;
    assert!(members.len() > 1);
    (name, members)
}

async fn members(caller: &Caller, name: &str) -> Vec<Value> {
    caller
        .get(&format!("packages/{name}?includeDependencies=true"))
        .await
        .json()["integrations"]
        .as_array()
        .unwrap()
        .clone()
}

#[tokio::test]
async fn a_package_comes_with_all_its_integrations() {
    let (donor, from) = full(40).await;
    let (running, to) = empty().await;
    let (name, all) = largest(&from).await;
    let archive = from.get(&format!("packages/{name}/archive")).await.body;
    refused(
        &to.import("PUT", "packages/archive", &archive).await,
        "404 Not Found",
    );
    let new = to.import("POST", "packages/archive", &archive).await;
    assert_eq!(new.line, "HTTP/1.1 204 No Content", "{}", text(&new));
    let mut here: Vec<String> = members(&to, &name).await.iter().map(id_of).collect();
    let mut there: Vec<String> = all.iter().map(id_of).collect();
    here.sort();
    there.sort();
    assert_eq!(here, there);
    for id in &here {
        assert_eq!(to.status(id).await, "CONFIGURED");
    }
    // Each member keeps the bytes it came with.
    let opened = waybill_archive::read(&archive).unwrap();
    let member = &opened.members()[0];
    let id = member.opened.contents.integrations[0].reference.to_string();
    let back = to.get(&format!("integrations/{id}/archive")).await;
    assert_eq!(back.body, member.bytes);
    let whole = to.get(&format!("packages/{name}/archive")).await;
    let whole = waybill_archive::read(&whole.body).unwrap();
    assert_eq!(whole.kind, ArchiveKind::Package);
    assert_eq!(whole.members().len(), all.len());

    let again = to.import("POST", "packages/archive", &archive).await;
    refused(&again, "409 Conflict");
    assert!(again.json()["detail"].as_str().unwrap().contains(&name));
    let replaced = to.import("PUT", "packages/archive", &archive).await;
    assert_eq!(replaced.line, "HTTP/1.1 200 OK");
    running.shutdown().await;
    donor.shutdown().await;
}

#[tokio::test]
async fn one_that_is_active_or_locked_keeps_the_whole_package() {
    let (running, caller) = full(40).await;
    let (name, all) = largest(&caller).await;
    let archive = caller.get(&format!("packages/{name}/archive")).await.body;
    let path = format!("packages/{name}");
    for one in &all {
        caller.bring_to(&id_of(one), "CONFIGURED").await;
    }
    let id = id_of(&all[0]);
    caller.bring_to(&id, "ACTIVATED").await;
    refused(&caller.delete(&path).await, "412 Precondition Failed");
    refused(
        &caller.import("PUT", "packages/archive", &archive).await,
        "412 Precondition Failed",
    );
    caller.bring_to(&id, "CONFIGURED").await;
    let artifact = ArtifactId::global(
        ArtifactKind::Integration,
        all[0]["code"].as_str().unwrap(),
        all[0]["version"].as_str(),
    );
    assert!(running.control().lock("one", &artifact));
    refused(&caller.delete(&path).await, "412 Precondition Failed");
    refused(
        &caller.import("PUT", "packages/archive", &archive).await,
        "412 Precondition Failed",
    );
    assert!(running.control().unlock("one", &artifact));
    assert_eq!(
        caller
            .import("PUT", "packages/archive", &archive)
            .await
            .status,
        200
    );
    assert_eq!(caller.delete(&path).await.line, "HTTP/1.1 200 OK");
    refused(&caller.delete(&path).await, "404 Not Found");
    refused(
        &caller.get(&format!("integrations/{id}")).await,
        "404 Not Found",
    );
    running.shutdown().await;
}

#[tokio::test]
async fn files_that_are_no_package_are_refused() {
    let (running, caller) = full(12).await;
    let all = caller.list("integrations").await;
    let archive = caller
        .get(&format!("integrations/{}/archive", id_of(&all[0])))
        .await
        .body;
    for method in ["POST", "PUT"] {
        for file in [archive.as_slice(), b"nothing", b""] {
            refused(
                &caller.import(method, "packages/archive", file).await,
                "400 Bad Request",
            );
        }
        refused(
            &caller
                .send(method, "packages/archive", &[JSON], b"{}")
                .await,
            "415 Unsupported Media Type",
        );
    }
    refused(&caller.delete("packages").await, "405 Method Not Allowed");
    running.shutdown().await;
}

#[tokio::test]
async fn an_integration_that_is_elsewhere_hinders_an_import() {
    let (donor, from) = full(40).await;
    let (running, to) = empty().await;
    let (name, all) = largest(&from).await;
    let id = id_of(&all[0]);
    let alone = json!({"code": "SOMETHING", "version": "01.00.0000", "name": "Something"});
    let copied = from
        .send_json("POST", &format!("integrations/{id}/clone"), &alone)
        .await;
    assert_eq!(copied.status, 200);
    let archive = from.get(&format!("packages/{name}/archive")).await.body;
    let one = from.get(&format!("integrations/{id}/archive")).await.body;
    assert_eq!(
        to.import("POST", "integrations/archive", &one).await.status,
        204
    );
    refused(
        &to.import("POST", "packages/archive", &archive).await,
        "409 Conflict",
    );
    running.shutdown().await;
    donor.shutdown().await;
}

#[tokio::test]
async fn packages_are_copied_described_and_sampled() {
    let (running, caller) = full(40).await;
    let (name, all) = largest(&caller).await;
    let path = format!("packages/{name}/clone");
    let reply = caller
        .send_json("POST", &path, &json!({"name": "acme.copy"}))
        .await;
    assert_eq!(reply.status, 200, "{}", text(&reply));
    assert_eq!(
        reply.json()["integrations"].as_array().unwrap().len(),
        all.len()
    );
    refused(
        &caller
            .send_json("POST", &path, &json!({"name": "acme.copy"}))
            .await,
        "409 Conflict",
    );
    refused(
        &caller.send_json("POST", &path, &json!({})).await,
        "400 Bad Request",
    );
    refused(
        &caller
            .send_json("POST", "packages/no.one/clone", &json!({"name": "x"}))
            .await,
        "404 Not Found",
    );
    let described = caller
        .send_json(
            "POST",
            &format!("packages/{name}"),
            &json!({"description": "Said anew"}),
        )
        .await;
    assert_eq!(described.json()["description"], "Said anew");
    refused(
        &caller
            .send_json("POST", "packages/no.one", &json!({}))
            .await,
        "404 Not Found",
    );
    let loaded = caller.send("POST", "packages/loadSamples", &[], b"").await;
    assert_eq!(loaded.status, 200);
    let samples = members(&caller, "samples.oracle.helloworld").await;
    assert_eq!(
        id_of(pick(&samples, |one| one["code"] == "HELLO_WORLD")),
        "HELLO_WORLD|01.02.0000"
    );
    running.shutdown().await;
}
