//! Who may change what.

use serde_json::json;
use waybill_sandbox::{ClientSpec, InstanceSpec, Role, Running, Sandbox};

use crate::support::Caller;
use crate::world::{JSON, id_of, pick, refused};

async fn sandbox() -> Running {
    let mut builder = Sandbox::builder()
        .instance(InstanceSpec::oic3("one"))
        .synthetic(60, 5)
        .activation_time(std::time::Duration::from_millis(50));
    for (id, role) in [
        ("developer", Role::Developer),
        ("monitor", Role::Monitor),
        ("user", Role::User),
        ("invoker", Role::Invoker),
        ("viewer", Role::Viewer),
    ] {
        builder = builder.client(ClientSpec {
            id: id.to_owned(),
            secret: "secret".to_owned(),
            roles: vec![role],
            instances: Vec::new(),
        });
    }
    builder.start().await.unwrap()
}

#[tokio::test]
async fn only_developers_and_administrators_change_the_design() {
    let running = sandbox().await;
    let one = running.instance("one").unwrap();
    let developer = Caller::sign_in_as(one, "developer", "secret").await;
    let all = developer.list("integrations").await;
    let id = id_of(pick(&all, |one| one["pattern"] == "Orchestration"));
    let calls = [
        ("POST", "integrations/archive".to_owned()),
        ("PUT", "integrations/archive".to_owned()),
        ("POST", format!("integrations/{id}")),
        ("POST", format!("integrations/{id}/clone")),
        ("DELETE", format!("integrations/{id}")),
        ("POST", "integrations/reactivate".to_owned()),
        ("POST", "packages/archive".to_owned()),
        ("DELETE", "packages/x".to_owned()),
        ("POST", "connections/ERP_CLOUD".to_owned()),
        ("POST", "connections/ERP_CLOUD/test".to_owned()),
        ("POST", "connections/ERP_CLOUD/metadata".to_owned()),
        ("DELETE", "connections/ERP_CLOUD".to_owned()),
        ("POST", "lookups".to_owned()),
        ("DELETE", "lookups/x".to_owned()),
        ("POST", "libraries/archive".to_owned()),
        ("DELETE", "libraries/x".to_owned()),
        ("POST", "certificates".to_owned()),
        ("DELETE", "certificates/x".to_owned()),
    ];
    for client in ["monitor", "user", "invoker", "viewer"] {
        let caller = Caller::sign_in_as(one, client, "secret").await;
        for (method, path) in &calls {
            let reply = caller.send(method, path, &[JSON], b"{}").await;
            assert_eq!(reply.status, 403, "{client}: {method} {path}");
        }
    }
    developer.bring_to(&id, "CONFIGURED").await;
    developer.bring_to(&id, "ACTIVATED").await;
    let shown = developer.get(&format!("integrations/{id}")).await.json();
    assert_eq!(shown["lastUpdatedBy"], "developer");
    running.shutdown().await;
}

#[tokio::test]
async fn users_start_schedules_and_invokers_run() {
    let running = sandbox().await;
    let one = running.instance("one").unwrap();
    let developer = Caller::sign_in_as(one, "developer", "secret").await;
    let all = developer.list("integrations").await;
    let id = id_of(pick(&all, |one| {
        one["pattern"] == "Scheduled" && one["scheduleDefinedFlag"] == true
    }));
    developer.bring_to(&id, "CONFIGURED").await;
    developer.bring_to(&id, "ACTIVATED").await;
    let path = |call: &str| format!("integrations/{id}/schedule/{call}");
    for (client, start, run) in [
        ("user", 200, 204),
        ("invoker", 403, 204),
        ("viewer", 403, 403),
        ("monitor", 403, 403),
    ] {
        let caller = Caller::sign_in_as(one, client, "secret").await;
        let started = caller.send("POST", &path("start"), &[], b"").await;
        assert_eq!(started.status, start, "{client} starts");
        let ran = caller.send("POST", &path("jobs"), &[], b"").await;
        assert_eq!(ran.status, run, "{client} runs");
    }
    let user = Caller::sign_in_as(one, "user", "secret").await;
    refused(&user.activate(&id).await, "403 Forbidden");
    let changed = user
        .send_json(
            "PATCH",
            &path("parameters"),
            &json!({"parameters": [{"name": "lastRun", "value": "x"}]}),
        )
        .await;
    assert_eq!(changed.status, 200);
    running.shutdown().await;
}
