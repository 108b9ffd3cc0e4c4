//! What is in a project is changed below it: integrations, schedules, connections, lookups and
//! libraries, with the answers that were recorded or documented for projects.
#![allow(
    clippy::unwrap_used,
    reason = "a test may stop at what it did not expect"
)]

mod support;

use std::time::Duration;

use serde_json::{Value, json};
use support::{Caller, PATCH, beside, form};
use waybill_model::{ArtifactId, ArtifactKind};
use waybill_sandbox::{InstanceSpec, Running, Sandbox};

const CODE: &str = "RETURNS_PORTAL";
const PORTAL: &str = "projects/RETURNS_PORTAL";

async fn start() -> (Running, Caller) {
    let running = Sandbox::builder()
        .instance(InstanceSpec::oic3("one"))
        .synthetic(30, 5)
        .activation_time(Duration::from_millis(60))
        .start()
        .await
        .unwrap();
    let caller = Caller::sign_in(&running.ready.instances[0]).await;
    (running, caller)
}

fn id(kind: ArtifactKind, wire: &str) -> ArtifactId {
    let (code, version) = match wire.split_once('|') {
        Some((code, version)) => (code, Some(version)),
        None => (wire, None),
    };
    ArtifactId::in_project(CODE, kind, code, version)
}

async fn find(caller: &Caller, kind: &str, fits: impl Fn(&Value) -> bool) -> Value {
    let all = caller.list(&format!("{PORTAL}/{kind}")).await;
    all.iter().find(|one| fits(one)).unwrap().clone()
}

async fn state(caller: &Caller, path: &str) -> String {
    let reply = caller.get(&format!("{path}/activationStatus")).await;
    assert_eq!(reply.status, 200);
    reply.json()["activationStatus"]
        .as_str()
        .unwrap()
        .to_owned()
}

async fn comes_to(caller: &Caller, path: &str, wanted: &str) {
    for _ in 0..100 {
        if state(caller, path).await == wanted {
            return;
        }
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    panic!("{path} does not come to {wanted}");
}

#[tokio::test]
async fn an_integration_is_put_to_rest_activated_and_removed() {
    let (running, caller) = start().await;
    let one = find(&caller, "integrations", |one| {
        one["status"] == "ACTIVATED" && one["scheduleDefinedFlag"] == false
    })
    .await;
    let wire = one["id"].as_str().unwrap();
    let path = format!("{PORTAL}/integrations/{}", wire.replace('|', "%7C"));
    let (on, off) = (
        json!({"status": "ACTIVATED"}),
        json!({"status": "CONFIGURED"}),
    );
    assert_eq!(caller.json("POST", &path, &[PATCH], &on).await.status, 412);
    assert_eq!(
        caller.send("DELETE", &path, &[], b"").await.status,
        423,
        "it is active"
    );
    let reply = caller.json("POST", &path, &[PATCH], &off).await;
    assert_eq!(reply.status, 200);
    assert_eq!(reply.json()["status"], "DEACTIVATION_INPROGRESS");
    comes_to(&caller, &path, "CONFIGURED").await;
    let reply = caller.json("POST", &path, &[PATCH], &on).await;
    assert_eq!(reply.status, 200);
    let skeleton = reply.json();
    assert_eq!(skeleton["status"], "ACTIVATION_INPROGRESS");
    assert!(skeleton.get("code").is_none(), "a skeleton: {skeleton}");
    assert_eq!(state(&caller, &path).await, "ACTIVATION_INPROGRESS");
    comes_to(&caller, &path, "ACTIVATED").await;
    assert_eq!(caller.json("POST", &path, &[PATCH], &off).await.status, 200);
    comes_to(&caller, &path, "CONFIGURED").await;
    let artifact = id(ArtifactKind::Integration, wire);
    assert!(running.control().lock("one", &artifact));
    assert_eq!(caller.send("DELETE", &path, &[], b"").await.status, 423);
    assert!(running.control().unlock("one", &artifact));
    assert_eq!(caller.send("DELETE", &path, &[], b"").await.status, 200);
    assert_eq!(caller.send("DELETE", &path, &[], b"").await.status, 404);
    assert_eq!(caller.get(&path).await.status, 404);
    running.shutdown().await;
}

#[tokio::test]
async fn an_integration_comes_in_once() {
    let (running, caller) = start().await;
    let outside = &caller.list("integrations").await[0];
    let wire = outside["id"].as_str().unwrap();
    let archive = caller.get(&format!("integrations/{wire}/archive")).await;
    assert_eq!(archive.status, 200);
    let path = format!("{PORTAL}/integrations/archive");
    let reply = caller.upload("POST", &path, "x.iar", &archive.body).await;
    assert_eq!(reply.status, 204);
    let location = reply.header("location").unwrap();
    assert!(
        location.contains(&format!("{PORTAL}/integrations/")),
        "{location}"
    );
    let reply = caller.upload("POST", &path, "x.iar", &archive.body).await;
    assert_eq!(reply.status, 409);
    let (header, body) = form(None, &[("type", "application/octet-stream")]);
    assert_eq!(
        caller.send("POST", &path, &[&header], &body).await.status,
        400
    );
    let there = caller.get(&format!("{PORTAL}/integrations/{wire}")).await;
    assert_eq!(there.json()["status"], "CONFIGURED");
    let unknown = caller
        .get(&format!("{PORTAL}/integrations/{wire}/archive"))
        .await;
    assert_eq!(
        unknown.status, 404,
        "projects have no export of one integration"
    );
    running.shutdown().await;
}

#[tokio::test]
async fn a_schedule_is_removed_made_started_and_stopped() {
    let (running, caller) = start().await;
    let one = find(&caller, "integrations", |one| {
        one["scheduleDefinedFlag"] == true
    })
    .await;
    let wire = one["id"].as_str().unwrap();
    let path = format!("{PORTAL}/integrations/{wire}/schedule");
    let artifact = id(ArtifactKind::Integration, wire);
    assert!(running.control().set_status("one", &artifact, "ACTIVATED"));
    let stopped = caller.send("POST", &format!("{path}/stop"), &[], b"").await;
    assert!(
        [200, 202, 412].contains(&stopped.status),
        "{}",
        stopped.line
    );
    tokio::time::sleep(Duration::from_millis(80)).await;
    assert_eq!(caller.send("DELETE", &path, &[], b"").await.status, 200);
    assert_eq!(caller.get(&path).await.status, 404);
    let start =
        json!({"action": "NOW", "parameters": [], "runAsUserName": "ana.lopes@example.com"});
    let early = caller
        .json("POST", &format!("{path}/stop"), &[], &json!({}))
        .await;
    assert_eq!(early.status, 412, "there is none");
    let body = json!({
        "name": "daily", "frequency": {"frequencyType": "DAILY", "interval": 1},
        "startDate": "2/14/2026|0:0:0", "endDate": null, "scheduleTZ": "UTC",
    });
    let made = caller.json("POST", &path, &[], &body).await;
    assert!([200, 201].contains(&made.status), "{}", made.line);
    assert_eq!(caller.get(&path).await.json()["name"], "daily");
    let started = caller
        .json("POST", &format!("{path}/start"), &[], &start)
        .await;
    assert!([200, 202].contains(&started.status), "{}", started.line);
    let run = caller
        .json("POST", &format!("{path}/jobs"), &[], &start)
        .await;
    assert!([200, 204].contains(&run.status), "{}", run.line);
    assert!(run.body.is_empty());
    running.shutdown().await;
}

#[tokio::test]
async fn a_connection_hides_its_passwords_and_keeps_what_is_locked() {
    let (running, caller) = start().await;
    let one = find(&caller, "connections", |one| {
        one["status"] == "CONFIGURED"
            && one["securityProperties"]
                .as_array()
                .is_some_and(|all| all.iter().any(|one| one["propertyType"] == "PASSWORD"))
    })
    .await;
    let code = one["id"].as_str().unwrap();
    let path = format!("{PORTAL}/connections/{code}");
    let secret = |shown: &Value| -> Value {
        let all = shown["securityProperties"].as_array().unwrap();
        all.iter()
            .find(|one| one["propertyType"] == "PASSWORD")
            .unwrap()
            .clone()
    };
    assert_eq!(secret(&one)["propertyValue"], "*****");
    assert!(
        one["links"][0]["href"]
            .as_str()
            .unwrap()
            .contains(&format!("{PORTAL}/v1/connections/{code}?"))
    );
    let by_link = caller.get(&format!("{PORTAL}/v1/connections/{code}")).await;
    assert_eq!(by_link.status, 200, "the stray link leads somewhere");
    let name = secret(&one)["propertyName"].clone();
    let change = json!({"securityProperties": [{"propertyName": name, "propertyValue": "new"}]});
    assert_eq!(
        caller.json("POST", &path, &[], &change).await.status,
        400,
        "no header"
    );
    let changed = caller.json("POST", &path, &[PATCH], &change).await;
    assert_eq!(changed.status, 200);
    assert!(secret(&changed.json()).get("propertyValue").is_none());
    assert_eq!(changed.header("content-type"), Some("application/json"));
    let test = caller.send("POST", &format!("{path}/test"), &[], b"").await;
    assert_eq!(test.status, 200);
    assert_eq!(
        test.json()["details"],
        format!("Test of {code} connection succeeded.")
    );
    let artifact = id(ArtifactKind::Connection, code);
    assert!(running.control().lock("one", &artifact));
    assert_eq!(
        caller.json("POST", &path, &[PATCH], &change).await.status,
        423
    );
    assert_eq!(caller.send("DELETE", &path, &[], b"").await.status, 423);
    let test = caller.send("POST", &format!("{path}/test"), &[], b"").await;
    assert_eq!(test.status, 412);
    let missing = format!("{PORTAL}/connections/NO");
    assert_eq!(caller.send("DELETE", &missing, &[], b"").await.status, 404);
    running.shutdown().await;
}

#[tokio::test]
async fn lookups_and_libraries_come_and_go() {
    let (running, caller) = start().await;
    let path = format!("{PORTAL}/lookups");
    let before = caller.list(&path).await.len();
    let body = json!({"name": "Ports", "columns": ["Code", "Name"], "rows": [{"rowData": ["HAM", "Hamburg"]}]});
    let made = caller.json("POST", &path, &[], &body).await;
    assert!([200, 201].contains(&made.status), "{}", made.line);
    assert_eq!(caller.list(&path).await.len(), before + 1);
    let archive = caller.get(&format!("{path}/Ports/archive")).await;
    assert_eq!(archive.status, 200);
    let again = caller
        .upload(
            "POST",
            &format!("{path}/archive"),
            "Ports.csv",
            &archive.body,
        )
        .await;
    assert_eq!(again.status, 409);
    assert!(
        running
            .control()
            .lock("one", &id(ArtifactKind::Lookup, "Ports"))
    );
    let locked = caller.get(&format!("{path}/Ports/archive")).await;
    assert_eq!(locked.status, 423);
    assert!(
        running
            .control()
            .delete("one", &id(ArtifactKind::Lookup, "Ports"))
    );
    let imported = caller
        .upload(
            "POST",
            &format!("{path}/archive"),
            "Ports.csv",
            &archive.body,
        )
        .await;
    assert_eq!(imported.status, 204);
    assert!(imported.header("location").unwrap().contains(&path));

    let libraries = caller.list("libraries").await;
    let wire = libraries[0]["id"].as_str().unwrap();
    let jar = caller.get(&format!("libraries/{wire}/archive")).await;
    let fields = [
        ("name", "Texts"),
        ("code", "TEXTS"),
        ("version", "01.00.0000"),
        ("type", "API"),
    ];
    let path = format!("{PORTAL}/libraries/archive");
    for (expected, fields) in [(400, &fields[..2]), (204, &fields[..]), (409, &fields[..])] {
        let (header, body) = form(Some(("texts.jar", &jar.body)), fields);
        let reply = caller.send("POST", &path, &[&header], &body).await;
        assert_eq!(reply.status, expected, "{fields:?}");
    }
    let (header, body) = form(None, &fields);
    assert_eq!(
        caller.send("POST", &path, &[&header], &body).await.status,
        400
    );
    running.shutdown().await;
}

#[tokio::test]
async fn an_archive_made_after_a_change_holds_the_change() {
    let (running, caller) = start().await;
    let archive = json!({"code": CODE});
    let path = format!("{PORTAL}/archive");
    let body = json!({"name": "Ports", "columns": ["A", "B"], "rows": []});
    caller
        .json("POST", &format!("{PORTAL}/lookups"), &[], &body)
        .await;
    let out = caller.json("POST", &path, &[], &archive).await;
    let opened = waybill_archive::read(&out.body).unwrap();
    assert!(
        opened
            .contents
            .lookups
            .iter()
            .any(|one| one.name == "Ports")
    );
    running.shutdown().await;
}

#[tokio::test]
async fn real_projects_come_in_as_drafts_and_go_out_unchanged() {
    let Some(folder) = beside("WAYBILL_ARCHIVES", "archives") else {
        return;
    };
    let (running, caller) = start().await;
    let mut folders = vec![folder];
    let mut count = 0;
    while let Some(next) = folders.pop() {
        for entry in std::fs::read_dir(next).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
                continue;
            }
            if path.extension().is_none_or(|ending| ending != "car") {
                continue;
            }
            let bytes = std::fs::read(&path).unwrap();
            let shown = path.display();
            let mut reply = caller
                .upload("POST", "projects/archive", "x.car", &bytes)
                .await;
            if reply.status == 409 {
                reply = caller
                    .upload("PUT", "projects/archive", "x.car", &bytes)
                    .await;
            }
            assert_eq!(reply.status, 200, "{shown}");
            let project = reply.json();
            let code = project["code"].as_str().unwrap();
            let contents = waybill_archive::read(&bytes).unwrap().contents;
            let list = caller.list(&format!("projects/{code}/integrations")).await;
            assert_eq!(list.len(), contents.integrations.len(), "{shown}");
            assert!(
                list.iter().all(|one| one["status"] == "CONFIGURED"),
                "{shown}"
            );
            let labels = project["state"]["assets"]["labelsRs"]["items"].as_array();
            assert_eq!(
                labels.map_or(0, Vec::len),
                contents.projects[0].deployments.len(),
                "{shown}"
            );
            let path = format!("projects/{code}/archive");
            let out = caller.json("POST", &path, &[], &json!({})).await;
            assert!(out.body == bytes, "{shown}");
            count += 1;
        }
    }
    assert!(count > 2, "only {count} project archives");
    running.shutdown().await;
}
