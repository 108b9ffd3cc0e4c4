//! The habits of the service that clients depend on, one by one.
#![allow(
    clippy::unwrap_used,
    reason = "a test may stop at what it did not expect"
)]

mod support;

use std::io::Read;
use std::time::Duration;

use serde_json::Value;
use support::{Caller, ask, ask_token};
use waybill_model::{ArtifactId, ArtifactKind};
use waybill_sandbox::{ClientSpec, InstanceSpec, Role, Running, Sandbox};

async fn sandbox(count: usize) -> Running {
    Sandbox::builder()
        .instance(InstanceSpec::oic3("one"))
        .instance(InstanceSpec::oic3("two"))
        .synthetic(count, 7)
        .start()
        .await
        .unwrap()
}

fn first_integration(page: &Value) -> (String, ArtifactId) {
    let one = &page["items"][0];
    let (code, version) = (
        one["code"].as_str().unwrap(),
        one["version"].as_str().unwrap(),
    );
    (
        format!("{code}|{version}"),
        ArtifactId::global(ArtifactKind::Integration, code, Some(version)),
    )
}

#[tokio::test]
async fn tokens_are_given_for_right_secrets_and_known_scopes_only() {
    let running = sandbox(2).await;
    let one = running.instance("one").unwrap();
    let good = ask_token(one, &one.client_id, &one.client_secret, &one.scope).await;
    assert_eq!(good.status, 200);
    let answer = good.json();
    assert_eq!(answer["token_type"], "Bearer");
    assert_eq!(answer["expires_in"], 3600);
    assert_eq!(
        answer["access_token"].as_str().unwrap().split('.').count(),
        3
    );

    let wrong = ask_token(one, &one.client_id, "no", &one.scope).await;
    assert_eq!(wrong.status, 401);
    assert_eq!(wrong.json()["error"], "invalid_client");
    assert_eq!(
        wrong.json()["error_description"],
        "Client authentication failed."
    );
    assert!(wrong.json()["ecid"].is_string());

    let without_slash = one.scope.trim_end_matches('/');
    let elsewhere = &running.instance("two").unwrap().scope;
    for scope in [without_slash, "", elsewhere, "openid"] {
        let refused = ask_token(one, &one.client_id, &one.client_secret, scope).await;
        assert_eq!(refused.status, 400, "{scope}");
        assert_eq!(refused.json()["error"], "invalid_scope");
    }
    let consumer = one
        .scope
        .replace("/ic/api/", "urn:opc:resource:consumer::all");
    let both = format!("{} {consumer}", one.scope);
    assert_eq!(
        ask_token(one, &one.client_id, &one.client_secret, &both)
            .await
            .status,
        200
    );

    let form = format!(
        "grant_type=client_credentials&client_id={}&client_secret={}&scope={}",
        one.client_id,
        one.client_secret,
        url::form_urlencoded::byte_serialize(one.scope.as_bytes()).collect::<String>()
    );
    let by_form = ask(
        &one.design_url,
        "POST",
        "/oauth2/v1/token",
        &[],
        form.as_bytes(),
    )
    .await;
    assert_eq!(by_form.status, 200);
    running.shutdown().await;
}

#[tokio::test]
async fn a_token_ends_and_is_good_for_its_own_instance_alone() {
    let running = Sandbox::builder()
        .instance(InstanceSpec::oic3("one"))
        .instance(InstanceSpec::oic3("two"))
        .synthetic(2, 1)
        .token_life(Duration::from_millis(300))
        .start()
        .await
        .unwrap();
    let mut caller = Caller::sign_in(running.instance("one").unwrap()).await;
    assert_eq!(caller.get("integrations").await.status, 200);
    let own = caller.selector.clone();
    let other = running
        .instance("two")
        .unwrap()
        .integration_instance
        .clone()
        .unwrap();
    caller.selector = format!("integrationInstance={other}");
    assert_eq!(caller.get("integrations").await.status, 401);
    caller.selector = own;
    tokio::time::sleep(Duration::from_millis(350)).await;
    assert_eq!(caller.get("integrations").await.status, 401);
    let fresh = Caller::sign_in(running.instance("one").unwrap()).await;
    assert_eq!(fresh.get("integrations").await.status, 200);
    running.control().expire_tokens();
    assert_eq!(fresh.get("integrations").await.status, 401);
    running.shutdown().await;
}

#[tokio::test]
async fn the_instance_has_to_be_named_and_known() {
    let running = sandbox(2).await;
    let mut caller = Caller::sign_in(running.instance("one").unwrap()).await;
    caller.selector = String::new();
    assert_eq!(caller.get("integrations").await.status, 400);
    caller.selector = "integrationInstance=nobody".to_owned();
    let unknown = caller.get("integrations").await;
    assert_eq!(unknown.status, 404);
    assert_eq!(unknown.json()["status"], "HTTP 404 Not Found");
    caller.authorization = "X-Nothing: 1".to_owned();
    assert_eq!(caller.get("integrations").await.status, 401);
    running.shutdown().await;
}

#[tokio::test]
async fn basic_is_refused_by_oic_3_and_taken_by_gen_2() {
    use base64::Engine;
    let running = Sandbox::builder()
        .instance(InstanceSpec::oic3("three"))
        .instance(InstanceSpec::gen2("two"))
        .synthetic(40, 1)
        .start()
        .await
        .unwrap();
    let two = running.instance("two").unwrap();
    assert_eq!(two.console_url, None);
    let pair = format!(
        "{}:{}",
        two.user.as_ref().unwrap(),
        two.password.as_ref().unwrap()
    );
    let basic = format!(
        "Authorization: Basic {}",
        base64::engine::general_purpose::STANDARD.encode(pair)
    );
    let mut caller = Caller {
        base: two.design_url.clone(),
        selector: String::new(),
        authorization: basic.clone(),
    };
    let scheduled = caller.list("integrations").await;
    assert_eq!(scheduled.len(), 40);
    let pseudo = scheduled
        .iter()
        .find(|one| one["pattern"] == "Scheduled")
        .map(|one| {
            one["endPoints"][0]["connection"]["id"]
                .as_str()
                .unwrap()
                .to_owned()
        });
    assert_eq!(pseudo.as_deref(), Some("SCHEDULE_RECEIVE"));
    let missing = caller.get("connections/SCHEDULE_RECEIVE").await;
    assert_eq!(missing.status, 404);
    assert_eq!(missing.json()["title"], "Connection not found.");
    assert_eq!(caller.get("projects").await.status, 404);
    assert_eq!(caller.get("certificates").await.status, 404);
    assert!(!scheduled[0].to_string().contains("integrationInstance"));
    caller.authorization = "Authorization: Basic bm86bm8=".to_owned();
    assert_eq!(caller.get("integrations").await.status, 401);

    let by_token = Caller::sign_in(two).await;
    assert_eq!(by_token.get("integrations").await.status, 200);
    let three = running.instance("three").unwrap();
    let refused = Caller {
        base: three.design_url.clone(),
        selector: format!(
            "integrationInstance={}",
            three.integration_instance.as_ref().unwrap()
        ),
        authorization: basic,
    };
    assert_eq!(refused.get("integrations").await.status, 401);
    running.shutdown().await;
}

#[tokio::test]
async fn the_console_host_sends_on_to_the_design_host() {
    let running = sandbox(2).await;
    let one = running.instance("one").unwrap();
    let console = one.console_url.as_ref().unwrap();
    let reply = ask(
        console,
        "GET",
        "/ic/api/integration/v1/packages?limit=2",
        &[],
        b"",
    )
    .await;
    assert_eq!(reply.line, "HTTP/1.1 307 Temporary Redirect");
    assert_eq!(
        reply.header("location").unwrap(),
        format!(
            "{}/ic/api/integration/v1/packages?limit=2&integrationInstance={}",
            one.design_url,
            one.integration_instance.as_ref().unwrap()
        )
    );
    running.shutdown().await;
}

#[tokio::test]
async fn every_way_to_write_an_id_is_accepted() {
    let running = sandbox(3).await;
    let caller = Caller::sign_in(running.instance("one").unwrap()).await;
    let (id, _) = first_integration(&caller.get("integrations").await.json());
    for written in [
        id.clone(),
        id.replace('|', "%7C"),
        id.replace('|', "%7c"),
        format!("{}/", id.replace('|', "%7C")),
    ] {
        let reply = caller.get(&format!("integrations/{written}")).await;
        assert_eq!(reply.line, "HTTP/1.1 200 OK", "{written}");
        assert_eq!(reply.json()["id"], id.as_str());
    }
    running.shutdown().await;
}

#[tokio::test]
async fn lists_come_in_pages_newest_first_and_always_name_the_limit() {
    let running = sandbox(250).await;
    let caller = Caller::sign_in(running.instance("one").unwrap()).await;
    let page = caller.get("integrations").await.json();
    assert_eq!(page["limit"], 100);
    assert_eq!(page["totalResults"], 250);
    assert_eq!(page["items"].as_array().unwrap().len(), 100);
    let wide = caller
        .get("integrations?limit=5000&nonsense=1&status=X")
        .await
        .json();
    assert_eq!(wide["limit"], 100);
    assert_eq!(wide["totalResults"], 250);
    let small = caller.get("integrations?limit=7&offset=245").await.json();
    assert_eq!(small["items"].as_array().unwrap().len(), 5);
    assert_eq!(small["hasMore"], false);
    let all = caller.list("integrations").await;
    let dates: Vec<&str> = all
        .iter()
        .map(|one| one["lastUpdated"].as_str().unwrap())
        .collect();
    assert!(dates.is_sorted_by(|left, right| left >= right));
    assert!(dates.iter().all(|date| date.ends_with("+0000")));
    let mut names: Vec<String> = all
        .iter()
        .map(|one| one["name"].as_str().unwrap().to_owned())
        .collect();
    let by_name: Vec<String> = caller
        .list("integrations?orderBy=name")
        .await
        .iter()
        .map(|one| one["name"].as_str().unwrap().to_owned())
        .collect();
    names.sort();
    assert_eq!(by_name, names);
    running.shutdown().await;
}

#[tokio::test]
async fn the_filter_narrows_lists() {
    let running = sandbox(120).await;
    let caller = Caller::sign_in(running.instance("one").unwrap()).await;
    let active = caller
        .get("integrations?q=%7Bstatus%3A'ACTIVATED'%7D")
        .await
        .json();
    let total = active["totalResults"].as_u64().unwrap();
    assert!(total > 0 && total < 120, "{total}");
    let journals = caller
        .get("integrations?q=%7Bname%3A%20/Journals/%7D")
        .await
        .json();
    let items = journals["items"].as_array().unwrap();
    assert!(!items.is_empty());
    assert!(
        items
            .iter()
            .all(|one| one["name"].as_str().unwrap().contains("Journals"))
    );
    let exact = caller.get("lookups?q=%7Bname:'Tax_Codes'%7D").await.json();
    assert_eq!(exact["totalResults"], 1);
    assert_eq!(caller.get("lookups?q=%7Bname").await.status, 400);
    running.shutdown().await;
}

#[tokio::test]
async fn passwords_are_never_shown() {
    let running = sandbox(4).await;
    let caller = Caller::sign_in(running.instance("one").unwrap()).await;
    let mut passwords = 0;
    for connection in caller.list("connections").await {
        assert!(connection["connectionProperties"].is_array());
        for property in connection["securityProperties"].as_array().unwrap() {
            if property["propertyType"] == "PASSWORD" {
                assert_eq!(property["propertyValue"], "*****");
                passwords += 1;
            }
        }
    }
    assert!(passwords > 10);
    let in_project = caller
        .get("projects/RETURNS_PORTAL/connections")
        .await
        .json();
    let href = in_project["items"][0]["links"][0]["href"]
        .as_str()
        .unwrap()
        .to_owned();
    assert!(
        href.contains("/projects/RETURNS_PORTAL/v1/connections/"),
        "{href}"
    );
    running.shutdown().await;
}

#[tokio::test]
async fn large_answers_are_compressed_for_those_who_ask() {
    let running = sandbox(20).await;
    let caller = Caller::sign_in(running.instance("one").unwrap()).await;
    let plain = caller.get("integrations").await;
    assert_eq!(plain.header("content-encoding"), None);
    let packed = caller
        .send("GET", "integrations", &["Accept-Encoding: gzip, br"], b"")
        .await;
    assert_eq!(packed.header("content-encoding"), Some("gzip"));
    let mut text = Vec::new();
    flate2::read::GzDecoder::new(packed.body.as_slice())
        .read_to_end(&mut text)
        .unwrap();
    assert_eq!(text, plain.body);
    running.shutdown().await;
}

#[tokio::test]
async fn what_is_locked_or_absent_is_refused() {
    let running = sandbox(6).await;
    let caller = Caller::sign_in(running.instance("one").unwrap()).await;
    let (id, artifact) = first_integration(&caller.get("integrations").await.json());
    let archive = format!("integrations/{id}/archive");
    assert_eq!(caller.get(&archive).await.status, 200);
    assert!(running.control().lock("one", &artifact));
    let locked = caller.get(&archive).await;
    assert_eq!(locked.line, "HTTP/1.1 423 Locked");
    assert_eq!(locked.json()["status"], "HTTP 423 Locked");
    assert_eq!(
        caller.get(&format!("integrations/{id}")).await.json()["lockedFlag"],
        true
    );
    assert!(running.control().unlock("one", &artifact));
    assert_eq!(caller.get(&archive).await.status, 200);

    let lookup = ArtifactId::global(ArtifactKind::Lookup, "Tax_Codes", None);
    assert!(running.control().lock("one", &lookup));
    assert_eq!(caller.get("lookups/Tax_Codes/archive").await.status, 423);
    assert_eq!(
        caller.get("lookups/Tax_Codes").await.json()["status"],
        "LOCKED"
    );

    assert!(running.control().delete("one", &artifact));
    assert_eq!(caller.get(&archive).await.status, 404);
    for absent in [
        "nothing",
        "connections/NO",
        "integrations/NO%7C1/schedule",
        "projects/NO",
    ] {
        let reply = caller.get(absent).await;
        assert_eq!(reply.line, "HTTP/1.1 404 Not Found", "{absent}");
        assert!(reply.json()["title"].is_string());
    }
    let project = caller
        .get("projects/RETURNS_PORTAL/integrations")
        .await
        .json();
    let inside = project["items"][0]["id"]
        .as_str()
        .unwrap()
        .replace('|', "%7C");
    let export = format!("projects/RETURNS_PORTAL/integrations/{inside}/archive");
    assert_eq!(caller.get(&export).await.status, 404);
    assert_eq!(
        caller.send("DELETE", "integrations", &[], b"").await.status,
        405
    );
    assert!(!running.control().lock("one", &artifact));
    running.shutdown().await;
}

#[tokio::test]
async fn roles_decide_what_a_caller_may_do() {
    let client = |id: &str, roles: Vec<Role>| ClientSpec {
        id: id.to_owned(),
        secret: "s".to_owned(),
        roles,
        instances: Vec::new(),
    };
    let running = Sandbox::builder()
        .instance(InstanceSpec::oic3("one"))
        .client(client("nobody", Vec::new()))
        .client(client("monitor", vec![Role::Monitor]))
        .client(client("user", vec![Role::User]))
        .client(client("viewer", vec![Role::Viewer]))
        .synthetic(3, 1)
        .start()
        .await
        .unwrap();
    let one = running.instance("one").unwrap();
    let body = br#"{"code":"RETURNS_PORTAL","type":"DEVELOPED","label":""}"#;
    for (id, list, projects, project) in [
        ("nobody", 403, 403, 403),
        ("monitor", 403, 200, 403),
        ("user", 200, 200, 403),
        ("viewer", 200, 200, 200),
    ] {
        let caller = Caller::sign_in_as(one, id, "s").await;
        let refused = caller.get("integrations").await;
        assert_eq!(refused.status, list, "{id}");
        assert_eq!(caller.get("projects").await.status, projects, "{id}");
        let export = caller
            .send("POST", "projects/RETURNS_PORTAL/archive", &[], body)
            .await;
        assert_eq!(export.status, project, "{id}");
    }
    running.shutdown().await;
}
