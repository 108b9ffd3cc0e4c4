//! Projects: making, changing, exporting, importing and removing them, and who may.
#![allow(
    clippy::unwrap_used,
    reason = "a test may stop at what it did not expect"
)]

mod support;

use serde_json::{Value, json};
use support::{Caller, PATCH, form};
use waybill_model::ArtifactId;
use waybill_sandbox::{ClientSpec, InstanceSpec, Role, Running, Sandbox};

const PORTAL: &str = "projects/RETURNS_PORTAL";

async fn start() -> (Running, Caller, Caller) {
    let running = Sandbox::builder()
        .instance(InstanceSpec::oic3("one"))
        .instance(InstanceSpec::oic3("two"))
        .client(ClientSpec {
            id: "viewer".to_owned(),
            secret: "viewer".to_owned(),
            roles: vec![Role::Viewer],
            instances: Vec::new(),
        })
        .synthetic(30, 5)
        .start()
        .await
        .unwrap();
    let one = Caller::sign_in(&running.ready.instances[0]).await;
    let two = Caller::sign_in(&running.ready.instances[1]).await;
    (running, one, two)
}

/// Every integration of the project is inactive afterwards.
async fn put_to_rest(running: &Running, caller: &Caller, instance: &str) {
    for one in caller.list(&format!("{PORTAL}/integrations")).await {
        let id = one["id"].as_str().unwrap();
        let id: ArtifactId = format!("RETURNS_PORTAL/integration:{id}").parse().unwrap();
        assert!(running.control().set_status(instance, &id, "CONFIGURED"));
    }
}

fn title(reply: &support::Reply) -> Value {
    let body = reply.json();
    assert!(
        body["status"]
            .as_str()
            .unwrap()
            .starts_with(&format!("HTTP {}", reply.status)),
        "{body}"
    );
    body["title"].clone()
}

#[tokio::test]
async fn a_project_is_made_changed_and_removed() {
    let (running, caller, _) = start().await;
    let made = caller
        .json(
            "POST",
            "projects",
            &[],
            &json!({"name": "Price Watch", "keyword": "prices"}),
        )
        .await;
    assert_eq!(made.status, 201);
    assert!(
        made.header("location")
            .unwrap()
            .contains("/projects/PRICE_WATCH?")
    );
    assert_eq!(made.json()["code"], "PRICE_WATCH");
    assert_eq!(made.json()["keyword"], "prices");
    assert_eq!(made.json()["state"]["status"], "DRAFT");
    let again = caller
        .json(
            "POST",
            "projects",
            &[],
            &json!({"name": "x", "code": "PRICE_WATCH"}),
        )
        .await;
    assert_eq!(again.status, 409);
    for refused in [json!({}), json!({"name": "A_BA_B"}), json!({"name": 1})] {
        let reply = caller.json("POST", "projects", &[], &refused).await;
        assert_eq!(reply.status, 400, "{refused}");
        title(&reply);
    }
    let change = json!({"name": "Price watch", "description": "Daily"});
    let path = "projects/PRICE_WATCH";
    assert_eq!(caller.json("POST", path, &[], &change).await.status, 400);
    let changed = caller.json("POST", path, &[PATCH], &change).await;
    assert_eq!(changed.status, 200);
    let got = caller.get(path).await.json();
    assert_eq!(got["name"], "Price watch");
    assert_eq!(got["description"], "Daily");
    assert_eq!(got["keyword"], "prices");
    let missing = caller.json("POST", "projects/NO", &[PATCH], &change).await;
    assert_eq!(missing.status, 404);
    assert_eq!(caller.send("DELETE", path, &[], b"").await.status, 200);
    assert_eq!(caller.get(path).await.status, 404);
    assert_eq!(caller.send("DELETE", path, &[], b"").await.status, 404);
    running.shutdown().await;
}

#[tokio::test]
async fn a_project_with_something_active_or_locked_stays() {
    let (running, caller, _) = start().await;
    let reply = caller.send("DELETE", PORTAL, &[], b"").await;
    assert_eq!(reply.status, 412);
    title(&reply);
    put_to_rest(&running, &caller, "one").await;
    let first = &caller.list(&format!("{PORTAL}/integrations")).await[0];
    let id: ArtifactId = format!(
        "RETURNS_PORTAL/integration:{}",
        first["id"].as_str().unwrap()
    )
    .parse()
    .unwrap();
    assert!(running.control().lock("one", &id));
    assert_eq!(caller.send("DELETE", PORTAL, &[], b"").await.status, 412);
    assert!(running.control().unlock("one", &id));
    assert_eq!(caller.send("DELETE", PORTAL, &[], b"").await.status, 200);
    running.shutdown().await;
}

#[tokio::test]
async fn a_project_moves_to_another_instance_as_a_draft() {
    let (running, one, two) = start().await;
    let target = two.send("DELETE", PORTAL, &[], b"").await;
    assert_eq!(target.status, 412, "something in it is active");
    put_to_rest(&running, &two, "two").await;
    assert_eq!(two.send("DELETE", PORTAL, &[], b"").await.status, 200);
    let body = json!({"name": "x", "code": "RETURNS_PORTAL", "type": "DEVELOPED", "builtBy": "", "label": ""});
    let export = one
        .json("POST", &format!("{PORTAL}/archive"), &[], &body)
        .await;
    assert_eq!(export.status, 200);
    assert_eq!(
        export.header("content-disposition"),
        Some("attachment; filename=RETURNS_PORTAL.car")
    );
    let imported = two
        .upload("POST", "projects/archive", "any name.car", &export.body)
        .await;
    assert_eq!(
        imported.status,
        200,
        "{}",
        String::from_utf8_lossy(&imported.body)
    );
    let shown = imported.json();
    assert_eq!(shown["state"]["status"], "DRAFT");
    assert_eq!(shown["state"]["projectRevisionId"], 0);
    assert_eq!(shown["state"]["serviceInstanceId"], 0);
    assert_eq!(
        shown["state"]["assets"]["labelsRs"]["items"][0]["code"],
        "RELEASE_1"
    );
    let client = &running.ready.instances[1].client_id;
    assert_eq!(shown["state"]["created"]["by"], client.as_str());
    let (here, there) = (
        one.list(&format!("{PORTAL}/integrations")).await,
        two.list(&format!("{PORTAL}/integrations")).await,
    );
    assert_eq!(here.len(), there.len());
    assert!(there.iter().all(|one| one["status"] == "CONFIGURED"));
    for connection in two.list(&format!("{PORTAL}/connections")).await {
        assert_eq!(
            connection["status"], "INPROGRESS",
            "secrets do not come along"
        );
    }
    let lookups = |caller: &Caller| {
        let path = format!("{PORTAL}/lookups");
        let (base, selector, authorization) = (
            caller.base.clone(),
            caller.selector.clone(),
            caller.authorization.clone(),
        );
        async move {
            let caller = Caller {
                base,
                selector,
                authorization,
            };
            caller.list(&path).await.len()
        }
    };
    assert_eq!(lookups(&one).await, lookups(&two).await);
    let again = two
        .upload("POST", "projects/archive", "x.car", &export.body)
        .await;
    assert_eq!(again.status, 409);
    title(&again);
    // Out again, the same bytes come: an archive is never rewritten.
    let out = two
        .json("POST", &format!("{PORTAL}/archive"), &[], &json!({}))
        .await;
    assert_eq!(out.body, export.body);
    running.shutdown().await;
}

#[tokio::test]
async fn an_import_needs_the_archive_of_a_project() {
    let (running, caller, _) = start().await;
    let (header, empty) = form(None, &[("type", "application/octet-stream")]);
    let reply = caller
        .send("POST", "projects/archive", &[&header], &empty)
        .await;
    assert_eq!(reply.status, 400);
    for bytes in [&b"no archive"[..], b"PK\x03\x04broken"] {
        let reply = caller
            .upload("POST", "projects/archive", "x.car", bytes)
            .await;
        assert_eq!(reply.status, 400);
    }
    let id = caller.list("integrations").await[0]["id"]
        .as_str()
        .unwrap()
        .to_owned();
    let integration = caller.get(&format!("integrations/{id}/archive")).await;
    let reply = caller
        .upload("POST", "projects/archive", "x.car", &integration.body)
        .await;
    assert_eq!(reply.status, 400, "an integration is no project");
    let reply = caller
        .json("POST", "projects/archive", &[], &json!({}))
        .await;
    assert_eq!(reply.status, 415);
    running.shutdown().await;
}

#[tokio::test]
async fn replacing_needs_a_project_at_rest() {
    let (running, caller, other) = start().await;
    let path = format!("{PORTAL}/archive");
    let label = json!({"type": "DEVELOPED", "code": "RETURNS_PORTAL", "label": "RELEASE_1"});
    let part = caller.json("POST", &path, &[], &label).await;
    assert_eq!(
        part.header("content-disposition"),
        Some("attachment; filename=RETURNS_PORTAL-RELEASE_1.car")
    );
    let missing = json!({"code": "RETURNS_PORTAL", "label": "NO"});
    assert_eq!(caller.json("POST", &path, &[], &missing).await.status, 404);
    let missing = caller
        .json("POST", "projects/NO/archive", &[], &label)
        .await;
    assert_eq!(missing.status, 404);
    let reply = caller
        .upload("PUT", "projects/archive", "x.car", &part.body)
        .await;
    assert_eq!(reply.status, 412);
    put_to_rest(&running, &caller, "one").await;
    let whole = caller.list(&format!("{PORTAL}/integrations")).await.len();
    let reply = caller
        .upload("PUT", "projects/archive", "x.car", &part.body)
        .await;
    assert_eq!(
        reply.status,
        200,
        "{}",
        String::from_utf8_lossy(&reply.body)
    );
    // A deployment is a part of its project: what it lacks is not taken away.
    let left = caller.list(&format!("{PORTAL}/integrations")).await.len();
    assert_eq!(left, whole);
    put_to_rest(&running, &other, "two").await;
    assert_eq!(other.send("DELETE", PORTAL, &[], b"").await.status, 200);
    let reply = other
        .upload("PUT", "projects/archive", "x.car", &part.body)
        .await;
    assert_eq!(reply.status, 404, "nothing there to be replaced");
    running.shutdown().await;
}

#[tokio::test]
async fn deployments_follow_the_recorded_calls() {
    let (running, caller, _) = start().await;
    let path = format!("{PORTAL}/deployments");
    let first = &caller.list(&format!("{PORTAL}/integrations")).await[0];
    let members = json!([{"code": first["code"], "version": first["version"]}]);
    let body = json!({
        "name": "Patch-1", "code": "PATCH_1", "description": "One", "integrations": members, "robots": [],
    });
    let made = caller.json("POST", &path, &[], &body).await;
    assert_eq!(made.status, 201);
    let echo = made.json();
    let names: Vec<&String> = echo.as_object().unwrap().keys().collect();
    assert_eq!(names, ["code", "description", "lastUpdated", "name"]);
    assert_eq!(caller.json("POST", &path, &[], &body).await.status, 409);
    for refused in [
        json!({"name": "x"}),
        json!({"code": "X"}),
        json!({"name": "x", "code": "X", "integrations": [{"code": "NO", "version": "01.00.0000"}]}),
        json!({"name": "x", "code": "X", "integrations": {}}),
    ] {
        let reply = caller.json("POST", &path, &[], &refused).await;
        assert_eq!(reply.status, 400, "{refused}");
    }
    let got = caller.get(&format!("{path}/PATCH_1")).await.json();
    assert_eq!(got["integrations"][0]["code"], first["code"]);
    let list = caller.get(&path).await.json();
    assert_eq!(list.as_object().unwrap().len(), 1, "the bare list: {list}");
    assert_eq!(list["items"].as_array().unwrap().len(), 2);
    let one = format!("{path}/PATCH_1");
    let change = json!({"name": "Patch-1b", "code": "PATCH_1", "integrations": []});
    assert_eq!(caller.json("POST", &one, &[], &change).await.status, 400);
    let changed = caller.json("POST", &one, &[PATCH], &change).await;
    assert_eq!(changed.status, 200);
    assert_eq!(changed.json()["name"], "Patch-1b");
    let missing = caller
        .json("POST", &format!("{path}/NO"), &[PATCH], &change)
        .await;
    assert_eq!(missing.status, 404);
    let label = json!({"code": "RETURNS_PORTAL", "label": "PATCH_1"});
    let empty = caller
        .json("POST", &format!("{PORTAL}/archive"), &[], &label)
        .await;
    assert_eq!(empty.status, 200);
    let opened = waybill_archive::read(&empty.body).unwrap();
    assert!(opened.contents.integrations.is_empty());
    let gone = caller.send("DELETE", &one, &[], b"").await;
    assert_eq!(gone.status, 204);
    assert_eq!(caller.send("DELETE", &one, &[], b"").await.status, 404);
    assert_eq!(caller.get(&one).await.status, 404);
    assert_eq!(caller.get("projects/NO/deployments").await.status, 404);
    running.shutdown().await;
}

#[tokio::test]
async fn an_access_list_is_set_whole_and_keeps_ids_it_does_not_know() {
    let (running, caller, _) = start().await;
    let path = format!("{PORTAL}/acl");
    let before = caller.get(&path).await.json();
    let known = before["administrators"]["allowed"][1]["id"].clone();
    assert!(
        before["administrators"]["allowed"][1]
            .get("idNotFound")
            .is_none(),
        "{before}"
    );
    let mut list = json!({
        "administrators": {"allowAll": false, "allowed": [
            {"id": known, "displayName": "ServiceAdministrator", "type": "group"},
            {"id": "123456abcdef", "displayName": "somebody of another domain", "type": "user"},
        ]},
        "editors": {"allowAll": true, "allowed": []},
        "viewers": {"allowAll": true, "allowed": []},
        "monitors": {"allowAll": true, "allowed": []},
    });
    let set = caller.json("PUT", &path, &[], &list).await;
    assert_eq!(set.status, 204);
    assert!(set.body.is_empty());
    let after = caller.get(&path).await.json();
    assert_eq!(after["administrators"]["allowed"][1]["idNotFound"], true);
    assert!(
        after["administrators"]["allowed"][0]
            .get("idNotFound")
            .is_none()
    );
    assert_eq!(after["editors"]["allowAll"], true);
    let client = running.ready.instances[0].client_id.as_str();
    assert_eq!(after["updatedBy"], client);
    assert_eq!(after["createdBy"], before["createdBy"]);
    list.as_object_mut().unwrap().remove("monitors");
    assert_eq!(caller.json("PUT", &path, &[], &list).await.status, 400);
    assert_eq!(
        caller
            .json("PUT", "projects/NO/acl", &[], &list)
            .await
            .status,
        404
    );
    assert_eq!(caller.get("projects/NO/acl").await.status, 404);
    running.shutdown().await;
}

#[tokio::test]
async fn projects_go_through_a_repository() {
    let (running, one, _) = start().await;
    assert_eq!(one.get("gitprojects").await.status, 400, "no settings yet");
    let settings = json!({"repoURL": "owner/repo", "apiKey": "expired", "branchName": "main"});
    let path = "gitprojects/settings/create";
    assert_eq!(
        one.json("POST", path, &[], &json!({"repoURL": "x"}))
            .await
            .status,
        400
    );
    assert_eq!(one.json("POST", path, &[], &settings).await.status, 200);
    assert_eq!(
        one.get("gitprojects").await.status,
        401,
        "a key that is refused"
    );
    let settings = json!({"repoURL": "owner/repo", "apiKey": "good", "branchName": "main"});
    assert_eq!(one.json("POST", path, &[], &settings).await.status, 200);
    let fetched = one
        .json("POST", "gitprojects/settings/fetch", &[], &json!({}))
        .await
        .json();
    assert_eq!(
        fetched,
        json!({"apiKey": "******", "branchName": "main", "repoURL": "owner/repo"})
    );
    let export = "gitprojects/RETURNS_PORTAL/exporttorepository";
    assert_eq!(one.json("POST", export, &[], &json!({})).await.status, 200);
    let missing = one
        .json("POST", "gitprojects/NO/exporttorepository", &[], &json!({}))
        .await;
    assert_eq!(missing.status, 400);
    let list = one.get("gitprojects").await.json();
    assert_eq!(list["items"][0]["id"], "RETURNS_PORTAL.car");
    put_to_rest(&running, &one, "one").await;
    assert_eq!(one.send("DELETE", PORTAL, &[], b"").await.status, 200);
    let import = "gitprojects/RETURNS_PORTAL/importfromrepository";
    let wrong = json!({"downloadUrl": "https://example.com/x.car"});
    assert_eq!(one.json("POST", import, &[], &wrong).await.status, 400);
    let right = json!({"downloadUrl": list["items"][0]["download_url"]});
    assert_eq!(one.json("POST", import, &[], &right).await.status, 200);
    let mut looks = 0;
    while one.get(PORTAL).await.status == 404 {
        looks += 1;
        assert!(looks < 100, "the project does not arrive");
        tokio::time::sleep(std::time::Duration::from_millis(20)).await;
    }
    assert!(looks > 0, "an import takes its time");
    running.shutdown().await;
}

#[tokio::test]
async fn integrations_are_copied_with_what_they_need() {
    let (running, caller, _) = start().await;
    let all = caller.list(&format!("{PORTAL}/integrations")).await;
    let first = &all[0];
    let made = caller
        .json("POST", "projects", &[], &json!({"name": "Target"}))
        .await;
    assert_eq!(made.status, 201);
    let wanted = json!({
        "projectCode": "RETURNS_PORTAL",
        "integrations": [{"code": first["code"], "version": first["version"]}],
    });
    let path = "projects/TARGET/integrations/copy";
    assert_eq!(caller.json("POST", path, &[], &wanted).await.status, 200);
    let copied = caller.list("projects/TARGET/integrations").await;
    assert_eq!(copied[0]["code"], first["code"]);
    assert_eq!(copied[0]["status"], "CONFIGURED");
    let needed = first["dependencies"]["connections"].as_array().unwrap();
    let there = caller.list("projects/TARGET/connections").await;
    assert_eq!(there.len(), needed.len());
    assert_eq!(caller.json("POST", path, &[], &wanted).await.status, 409);
    for (status, body) in [
        (400, json!({"projectCode": "RETURNS_PORTAL"})),
        (
            404,
            json!({"projectCode": "NO", "integrations": wanted["integrations"]}),
        ),
        (
            404,
            json!({"projectCode": "RETURNS_PORTAL", "integrations": [{"code": "NO", "version": "1"}]}),
        ),
    ] {
        assert_eq!(caller.json("POST", path, &[], &body).await.status, status);
    }
    running.shutdown().await;
}

#[tokio::test]
async fn a_viewer_changes_nothing() {
    let (running, _, _) = start().await;
    let viewer = Caller::sign_in_as(&running.ready.instances[0], "viewer", "viewer").await;
    let deployments = format!("{PORTAL}/deployments");
    let acl = format!("{PORTAL}/acl");
    for (method, path) in [
        ("POST", "projects"),
        ("DELETE", PORTAL),
        ("POST", "projects/archive"),
        ("PUT", "projects/archive"),
        ("POST", &deployments),
        ("PUT", &acl),
        ("POST", "gitprojects/settings/create"),
    ] {
        let reply = viewer.json(method, path, &[], &json!({})).await;
        assert_eq!(reply.status, 403, "{method} {path}");
    }
    assert_eq!(viewer.get(&acl).await.status, 200);
    running.shutdown().await;
}
