//! What the tests of signing in share: the sandbox, the page, the codes.

use super::support::{Caller, Reply, ask, ask_with_form};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::Value;
use sha2::{Digest, Sha256};
use url::Url;
use waybill_sandbox::{Application, Builder, InstanceSpec, ReadyInstance, Role, Sandbox, UserSpec};

pub const BACK: &str = "http://localhost:8734/callback";
pub const VERIFIER: &str = "a-verifier-of-at-least-forty-three-characters-0123";

pub fn builder() -> Builder {
    Sandbox::builder()
        .instance(InstanceSpec::oic3("one"))
        .application(Application {
            id: "public-app".to_owned(),
            redirect_uris: vec![BACK.to_owned()],
            roles: vec!["ServiceViewer".to_owned()],
            ..Application::default()
        })
        .user(UserSpec {
            name: "careful@example.com".to_owned(),
            password: "two-factors".to_owned(),
            roles: vec![Role::Administrator],
            instances: Vec::new(),
            second_factor: true,
        })
        .synthetic(3, 1)
}

pub fn challenge() -> String {
    URL_SAFE_NO_PAD.encode(Sha256::digest(VERIFIER.as_bytes()))
}

pub fn sign_in_path(instance: &ReadyInstance, client: &str, changes: &[(&str, &str)]) -> String {
    let scope = format!("{} offline_access", instance.scope);
    let challenge = challenge();
    let mut fields = vec![
        ("response_type", "code"),
        ("client_id", client),
        ("redirect_uri", BACK),
        ("scope", scope.as_str()),
        ("state", "a&b=c"),
        ("code_challenge", challenge.as_str()),
        ("code_challenge_method", "S256"),
    ];
    for (name, value) in changes {
        fields.retain(|(own, _)| own != name);
        if !value.is_empty() {
            fields.push((name, value));
        }
    }
    let mut query = url::form_urlencoded::Serializer::new(String::new());
    query.extend_pairs(fields);
    format!("/oauth2/v1/authorize?{}", query.finish())
}

pub async fn sign_in_on_page(
    instance: &ReadyInstance,
    path: &str,
    user: &str,
    password: &str,
) -> Reply {
    let page = ask(&instance.design_url, "GET", path, &[], b"").await;
    assert_eq!(page.status, 200);
    let text = String::from_utf8(page.body).unwrap();
    assert!(text.contains("name=\"user\"") && text.contains("name=\"password\""));
    let mut form = url::form_urlencoded::Serializer::new(String::new());
    form.extend_pairs([("user", user), ("password", password)]);
    let headers = ["Content-Type: application/x-www-form-urlencoded"];
    ask(
        &instance.design_url,
        "POST",
        path,
        &headers,
        form.finish().as_bytes(),
    )
    .await
}

/// The fields that the browser brings back.
pub fn brought_back(reply: &Reply) -> Vec<(String, String)> {
    assert_eq!(reply.status, 302);
    let url = Url::parse(reply.header("location").unwrap()).unwrap();
    assert!(url.as_str().starts_with(BACK));
    url.query_pairs().into_owned().collect()
}

pub fn field(fields: &[(String, String)], name: &str) -> String {
    let found = fields.iter().find(|(own, _)| own == name);
    found
        .unwrap_or_else(|| panic!("{name} in {fields:?}"))
        .1
        .clone()
}

pub fn refused(reply: &Reply) -> (u16, String, String) {
    let body = reply.json();
    let text = |name: &str| body[name].as_str().unwrap().to_owned();
    assert!(!text("ecid").is_empty());
    (reply.status, text("error"), text("error_description"))
}

pub fn claims(token: &str) -> Value {
    let part = token.split('.').nth(1).unwrap();
    serde_json::from_slice(&URL_SAFE_NO_PAD.decode(part).unwrap()).unwrap()
}

pub fn caller(instance: &ReadyInstance, reply: &Reply) -> Caller {
    assert_eq!(
        reply.status,
        200,
        "{}",
        String::from_utf8_lossy(&reply.body)
    );
    Caller {
        base: instance.design_url.clone(),
        selector: format!(
            "integrationInstance={}",
            instance.integration_instance.as_ref().unwrap()
        ),
        authorization: format!(
            "Authorization: Bearer {}",
            reply.json()["access_token"].as_str().unwrap()
        ),
    }
}

pub async fn redeem(instance: &ReadyInstance, code: &str, changes: &[(&str, &str)]) -> Reply {
    let mut fields = vec![
        ("grant_type", "authorization_code"),
        ("client_id", "public-app"),
        ("code", code),
        ("redirect_uri", BACK),
        ("code_verifier", VERIFIER),
    ];
    for (name, value) in changes {
        fields.retain(|(own, _)| own != name);
        if !value.is_empty() {
            fields.push((name, value));
        }
    }
    ask_with_form(instance, None, &fields).await
}

pub async fn code(instance: &ReadyInstance) -> String {
    let path = sign_in_path(instance, "public-app", &[]);
    let back = sign_in_on_page(instance, &path, &instance.person, &instance.person_password).await;
    field(&brought_back(&back), "code")
}
