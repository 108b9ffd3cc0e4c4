//! What an imported project tells of its connections: settings of archives, never a secret again.
#![allow(
    clippy::unwrap_used,
    reason = "a test may stop at what it did not expect"
)]

mod support;

use serde_json::Value;
use support::Caller;
use waybill_sandbox::{InstanceSpec, Sandbox};

fn names(connection: &Value, list: &str) -> Vec<(String, String)> {
    let all = connection[list].as_array().unwrap().iter();
    let text = |own: &Value| own.as_str().unwrap().to_owned();
    let mut all: Vec<_> = all
        .map(|own| (text(&own["propertyName"]), text(&own["propertyType"])))
        .collect();
    all.sort();
    all
}

#[tokio::test]
async fn connections_of_a_project_arrive_as_drafts_with_the_same_properties_and_no_secret() {
    let running = Sandbox::builder()
        .instance(InstanceSpec::oic3("one"))
        .instance(InstanceSpec::oic3("two").empty())
        .synthetic(4, 5)
        .start()
        .await
        .unwrap();
    let from = Caller::sign_in(&running.ready.instances[0]).await;
    let to = Caller::sign_in(&running.ready.instances[1]).await;
    let (mut seen, mut secrets, mut files) = (0, 0, 0);
    for project in from.list("projects").await {
        let code = project["code"].as_str().unwrap().to_owned();
        let body = serde_json::json!({"code": code, "label": ""});
        let archive = from
            .json("POST", &format!("projects/{code}/archive"), &[], &body)
            .await;
        assert_eq!(archive.status, 200);
        let sent = to
            .upload("POST", "projects/archive", "x.car", &archive.body)
            .await;
        assert_eq!(sent.status, 200);
        for ours in from.list(&format!("projects/{code}/connections")).await {
            let id = ours["id"].as_str().unwrap();
            let path = format!("projects/{code}/connections/{id}");
            let theirs = to.get(&path).await.json();
            assert_eq!(theirs["status"], "INPROGRESS");
            assert_eq!(theirs["securityPolicy"], ours["securityPolicy"]);
            let properties = names(&theirs, "connectionProperties");
            assert_eq!(properties, names(&ours, "connectionProperties"), "{id}");
            // A policy may ask for more than the connection has.
            let credentials = names(&theirs, "securityProperties");
            for known in names(&ours, "securityProperties") {
                assert!(credentials.contains(&known), "{id} {known:?}");
            }
            for own in theirs["securityProperties"].as_array().unwrap() {
                assert_eq!(own["propertyValue"], Value::Null, "{id} {own}");
                secrets += usize::from(own["propertyType"] == "PASSWORD");
            }
            let all = properties.iter().chain(&credentials);
            files += all.filter(|(_, kind)| kind == "FILE").count();
            seen += 1;
        }
    }
    assert!(
        seen > 0 && secrets > 0 && files > 0,
        "{seen} {secrets} {files}"
    );
    running.shutdown().await;
}
