//! The identity domain's API: who there is, what they may do, and that it counts.
#![allow(
    clippy::unwrap_used,
    reason = "a test may stop at what it did not expect"
)]

mod support;

use serde_json::{Value, json};
use support::{Caller, Reply, ask, ask_token};
use waybill_sandbox::{ClientSpec, InstanceSpec, ReadyInstance, Running, Sandbox};

const SCOPE: &str = "urn:opc:idm:__myscopes__";

struct Domain {
    base: String,
    authorization: String,
}

impl Domain {
    async fn sign_in(instance: &ReadyInstance, client: &str, secret: &str) -> Self {
        let reply = ask_token(instance, client, secret, SCOPE).await;
        assert_eq!(
            reply.status,
            200,
            "{}",
            String::from_utf8_lossy(&reply.body)
        );
        let token = reply.json()["access_token"].as_str().unwrap().to_owned();
        Self {
            base: instance.design_url.clone(),
            authorization: format!("Authorization: Bearer {token}"),
        }
    }

    async fn send(&self, method: &str, path: &str, body: &Value) -> Reply {
        let text = if body.is_null() {
            String::new()
        } else {
            body.to_string()
        };
        ask(
            &self.base,
            method,
            &format!("/admin/v1/{path}"),
            &[&self.authorization, "Content-Type: application/scim+json"],
            text.as_bytes(),
        )
        .await
    }

    async fn get(&self, path: &str) -> Value {
        let reply = self.send("GET", path, &Value::Null).await;
        assert_eq!(reply.status, 200, "{path}");
        assert_eq!(reply.header("content-type"), Some("application/scim+json"));
        reply.json()
    }

    /// The one resource that fits a filter.
    async fn one(&self, kind: &str, filter: &str) -> Value {
        let filter: String = url::form_urlencoded::byte_serialize(filter.as_bytes()).collect();
        let list = self.get(&format!("{kind}?filter={filter}")).await;
        assert_eq!(list["totalResults"], 1, "{list}");
        list["Resources"][0].clone()
    }
}

async fn start() -> (Running, Domain) {
    let running = Sandbox::builder()
        .instance(InstanceSpec::oic3("one"))
        .client(ClientSpec {
            id: "newcomer".to_owned(),
            secret: "newcomer".to_owned(),
            roles: Vec::new(),
            instances: Vec::new(),
        })
        .synthetic(10, 5)
        .start()
        .await
        .unwrap();
    let instance = &running.ready.instances[0];
    let domain = Domain::sign_in(instance, &instance.client_id, &instance.client_secret).await;
    (running, domain)
}

fn is_error(reply: &Reply, status: u16) -> Value {
    assert_eq!(reply.status, status);
    let body = reply.json();
    assert_eq!(body["status"], status.to_string());
    assert_eq!(
        body["schemas"][0],
        "urn:ietf:params:scim:api:messages:2.0:Error"
    );
    assert!(body["detail"].is_string());
    body
}

#[tokio::test]
async fn lists_have_the_envelope_of_scim() {
    let (running, domain) = start().await;
    for kind in ["Users", "Groups", "Apps", "AppRoles", "Grants"] {
        let list = domain.get(kind).await;
        assert_eq!(
            list["schemas"][0],
            "urn:ietf:params:scim:api:messages:2.0:ListResponse"
        );
        let items = list["Resources"].as_array().unwrap();
        assert!(!items.is_empty(), "{kind}");
        assert_eq!(list["itemsPerPage"], items.len());
        assert_eq!(list["startIndex"], 1);
        let id = items[0]["id"].as_str().unwrap();
        let got = domain.get(&format!("{kind}/{id}")).await;
        assert_eq!(got, items[0]);
        let location = got["meta"]["location"].as_str().unwrap();
        assert!(location.ends_with(&format!("/admin/v1/{kind}/{id}")));
    }
    let whole = domain.get("Users").await;
    let page = domain.get("Users?startIndex=2&count=2").await;
    assert_eq!(page["totalResults"], whole["totalResults"]);
    assert_eq!(page["Resources"][0], whole["Resources"][1]);
    assert_eq!(page["Resources"].as_array().unwrap().len(), 2);
    let short = domain.get("Users?attributes=userName&count=1").await;
    let members: Vec<&String> = short["Resources"][0].as_object().unwrap().keys().collect();
    assert_eq!(members, ["id", "schemas", "userName"]);
    running.shutdown().await;
}

#[tokio::test]
async fn filters_and_searches_find() {
    let (running, domain) = start().await;
    let ana = domain
        .one("Users", r#"userName sw "ana" and active eq true"#)
        .await;
    assert_eq!(ana["displayName"], "Ana Lopes");
    let search = json!({
        "schemas": ["urn:ietf:params:scim:api:messages:2.0:SearchRequest"],
        "filter": "displayName co \"Developers\"",
        "attributes": ["displayName"],
    });
    let found = domain.send("POST", "Groups/.search", &search).await.json();
    assert_eq!(
        found["Resources"][0]["displayName"],
        "Integration Developers"
    );
    let bad = domain
        .send("GET", "Users?filter=userName%20like%201", &Value::Null)
        .await;
    assert_eq!(is_error(&bad, 400)["scimType"], "invalidFilter");
    is_error(
        &domain.send("POST", "Groups/.search", &json!({})).await,
        400,
    );
    is_error(&domain.send("GET", "Users/no", &Value::Null).await, 404);
    is_error(&domain.send("GET", "Nothing", &Value::Null).await, 404);
    is_error(&domain.send("DELETE", "Users/x", &Value::Null).await, 405);
    running.shutdown().await;
}

#[tokio::test]
async fn a_role_counts_from_the_next_call_on() {
    let (running, domain) = start().await;
    let instance = &running.ready.instances[0];
    let newcomer = Caller::sign_in_as(instance, "newcomer", "newcomer").await;
    assert_eq!(newcomer.get("integrations").await.status, 403);
    let wire_name = instance.integration_instance.as_deref().unwrap();
    let app = domain
        .one("Apps", &format!("displayName eq \"{wire_name}\""))
        .await;
    let role = domain
        .one(
            "AppRoles",
            &format!(
                "displayName eq \"ServiceDeveloper\" and app.value eq \"{}\"",
                app["id"].as_str().unwrap()
            ),
        )
        .await;
    let grantee = domain.one("Apps", "name eq \"newcomer\"").await;
    let mut grant = json!({
        "schemas": ["urn:ietf:params:scim:schemas:oracle:idcs:Grant"],
        "grantee": {"type": "App", "value": grantee["id"]},
        "app": {"value": app["id"]},
        "entitlement": {"attributeName": "appRoles", "attributeValue": role["id"]},
        "grantMechanism": "ADMINISTRATOR_TO_APP",
    });
    let made = domain.send("POST", "Grants", &grant).await;
    assert_eq!(made.status, 201);
    let id = made.json()["id"].as_str().unwrap().to_owned();
    assert!(made.header("location").unwrap().ends_with(&id));
    assert_eq!(newcomer.get("integrations").await.status, 200);
    is_error(&domain.send("POST", "Grants", &grant).await, 409);
    let path = format!("Grants/{id}");
    assert_eq!(domain.send("DELETE", &path, &Value::Null).await.status, 204);
    is_error(&domain.send("DELETE", &path, &Value::Null).await, 404);
    assert_eq!(newcomer.get("integrations").await.status, 403);
    for (member, value) in [
        ("grantMechanism", json!("ADMINISTRATOR_TO_USER")),
        ("app", json!({"value": "no"})),
        (
            "entitlement",
            json!({"attributeName": "appRoles", "attributeValue": "no"}),
        ),
        ("grantee", json!({"type": "App", "value": "no"})),
        ("schemas", json!([])),
    ] {
        let before = std::mem::replace(&mut grant[member], value);
        is_error(&domain.send("POST", "Grants", &grant).await, 400);
        grant[member] = before;
    }
    running.shutdown().await;
}

#[tokio::test]
async fn a_role_that_is_taken_back_is_gone() {
    let (running, domain) = start().await;
    let instance = &running.ready.instances[0];
    let caller = Caller::sign_in(instance).await;
    assert_eq!(caller.get("integrations").await.status, 200);
    let client = domain
        .one("Apps", &format!("name eq \"{}\"", instance.client_id))
        .await;
    let filter = format!("grantee.value eq \"{}\"", client["id"].as_str().unwrap());
    let grant = domain.one("Grants", &filter).await;
    let path = format!("Grants/{}", grant["id"].as_str().unwrap());
    assert_eq!(domain.send("DELETE", &path, &Value::Null).await.status, 204);
    assert_eq!(caller.get("integrations").await.status, 403);
    running.shutdown().await;
}

#[tokio::test]
async fn the_domain_wants_its_own_scope_and_an_administrator() {
    let (running, _) = start().await;
    let instance = &running.ready.instances[0];
    let caller = Caller::sign_in(instance).await;
    let design = Domain {
        base: caller.base.clone(),
        authorization: caller.authorization.clone(),
    };
    is_error(&design.send("GET", "Users", &Value::Null).await, 401);
    let nobody = Domain::sign_in(instance, "newcomer", "newcomer").await;
    is_error(&nobody.send("GET", "Users", &Value::Null).await, 403);
    running.shutdown().await;
}
