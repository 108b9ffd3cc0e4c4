//! Signing in: every grant, and what is refused in which words.
#![allow(
    clippy::unwrap_used,
    reason = "a test may stop at what it did not expect"
)]

mod support;

use std::time::Duration;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use support::{Caller, Reply, ask, ask_with_form};
use url::Url;
use waybill_sandbox::{
    Application, Builder, InstanceSpec, ReadyInstance, Role, Running, Sandbox, UserSpec,
};

const BACK: &str = "http://localhost:8734/callback";
const VERIFIER: &str = "a-verifier-of-at-least-forty-three-characters-0123";

fn builder() -> Builder {
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

fn challenge() -> String {
    URL_SAFE_NO_PAD.encode(Sha256::digest(VERIFIER.as_bytes()))
}

fn sign_in_path(instance: &ReadyInstance, client: &str, changes: &[(&str, &str)]) -> String {
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

async fn sign_in_on_page(
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
fn brought_back(reply: &Reply) -> Vec<(String, String)> {
    assert_eq!(reply.status, 302);
    let url = Url::parse(reply.header("location").unwrap()).unwrap();
    assert!(url.as_str().starts_with(BACK));
    url.query_pairs().into_owned().collect()
}

fn field(fields: &[(String, String)], name: &str) -> String {
    let found = fields.iter().find(|(own, _)| own == name);
    found
        .unwrap_or_else(|| panic!("{name} in {fields:?}"))
        .1
        .clone()
}

fn refused(reply: &Reply) -> (u16, String, String) {
    let body = reply.json();
    let text = |name: &str| body[name].as_str().unwrap().to_owned();
    assert!(!text("ecid").is_empty());
    (reply.status, text("error"), text("error_description"))
}

fn claims(token: &str) -> Value {
    let part = token.split('.').nth(1).unwrap();
    serde_json::from_slice(&URL_SAFE_NO_PAD.decode(part).unwrap()).unwrap()
}

fn caller(instance: &ReadyInstance, reply: &Reply) -> Caller {
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

async fn redeem(instance: &ReadyInstance, code: &str, changes: &[(&str, &str)]) -> Reply {
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

async fn code(instance: &ReadyInstance) -> String {
    let path = sign_in_path(instance, "public-app", &[]);
    let back = sign_in_on_page(instance, &path, &instance.person, &instance.person_password).await;
    field(&brought_back(&back), "code")
}

#[tokio::test]
async fn a_person_signs_in_with_a_code_once_and_renews_with_tokens_that_change() {
    let running = builder().start().await.unwrap();
    let instance = &running.ready.instances[0];
    let path = sign_in_path(instance, "public-app", &[]);
    let wrong = sign_in_on_page(instance, &path, &instance.person, "guess").await;
    assert_eq!(wrong.status, 200);
    assert!(String::from_utf8(wrong.body).unwrap().contains("wrong"));
    let back = sign_in_on_page(instance, &path, &instance.person, &instance.person_password).await;
    let fields = brought_back(&back);
    assert_eq!(field(&fields, "state"), "a&b=c");
    let code = field(&fields, "code");
    let first = redeem(instance, &code, &[]).await;
    let person = caller(instance, &first);
    assert_eq!(person.get("integrations").await.status, 200);
    let own = claims(first.json()["access_token"].as_str().unwrap());
    assert_eq!(
        (&own["sub"], &own["sub_type"]),
        (&json!(instance.person), &json!("user"))
    );
    assert_eq!(redeem(instance, &code, &[]).await.status, 400);

    let refresh = first.json()["refresh_token"].as_str().unwrap().to_owned();
    let renew = |token: String| async move {
        let fields = [
            ("grant_type", "refresh_token"),
            ("client_id", "public-app"),
            ("refresh_token", token.as_str()),
        ];
        ask_with_form(instance, None, &fields).await
    };
    let second = renew(refresh.clone()).await;
    assert_eq!(caller(instance, &second).get("lookups").await.status, 200);
    let next = second.json()["refresh_token"].as_str().unwrap().to_owned();
    assert_ne!(next, refresh);
    assert_eq!(refused(&renew(refresh).await).1, "invalid_grant");
    running.control().revoke_refresh_tokens();
    assert_eq!(refused(&renew(next).await).1, "invalid_grant");
    running.shutdown().await;
}

#[tokio::test]
async fn codes_are_bound_to_verifier_redirect_and_time() {
    let running = builder()
        .code_life(Duration::from_millis(120))
        .start()
        .await
        .unwrap();
    let instance = &running.ready.instances[0];
    for changes in [
        [(
            "code_verifier",
            "another-verifier-of-at-least-forty-three-chars",
        )],
        [("code_verifier", "")],
        [("redirect_uri", "http://localhost:8734/")],
    ] {
        let code = code(instance).await;
        let reply = redeem(instance, &code, &changes).await;
        assert_eq!(
            (reply.status, refused(&reply).1.as_str()),
            (400, "invalid_grant")
        );
        // A code that was tried in vain does not serve a second time.
        assert_eq!(redeem(instance, &code, &[]).await.status, 400);
    }
    let late = code(instance).await;
    tokio::time::sleep(Duration::from_millis(160)).await;
    assert_eq!(redeem(instance, &late, &[]).await.status, 400);
    running.shutdown().await;
}

#[tokio::test]
async fn the_sign_in_page_sends_nobody_to_strange_places() {
    let running = builder().start().await.unwrap();
    let instance = &running.ready.instances[0];
    for (client, changes) in [
        (
            "public-app",
            [("redirect_uri", "http://localhost:8734/callback/")],
        ),
        (
            "public-app",
            [("redirect_uri", "http://localhost:8735/callback")],
        ),
        ("stranger", [("redirect_uri", BACK)]),
    ] {
        let path = sign_in_path(instance, client, &changes);
        let reply = ask(&instance.design_url, "GET", &path, &[], b"").await;
        assert_eq!(
            (reply.status, reply.header("location")),
            (400, None),
            "{path}"
        );
    }
    for (change, error) in [
        (("code_challenge_method", "plain"), "invalid_request"),
        (("code_challenge", ""), "invalid_request"),
        (("response_type", "token"), "unsupported_response_type"),
        (("scope", "https://nowhere/ic/api/"), "invalid_scope"),
    ] {
        let path = sign_in_path(instance, "public-app", &[change]);
        let reply = ask(&instance.design_url, "GET", &path, &[], b"").await;
        let fields = brought_back(&reply);
        assert_eq!(field(&fields, "error"), error);
        assert_eq!(field(&fields, "state"), "a&b=c");
    }
    let path = sign_in_path(instance, "public-app", &[]);
    let headers = ["Content-Type: application/x-www-form-urlencoded"];
    let left = ask(&instance.design_url, "POST", &path, &headers, b"cancel=yes").await;
    assert_eq!(field(&brought_back(&left), "error"), "access_denied");
    running.shutdown().await;
}

#[tokio::test]
async fn with_consent_given_the_browser_comes_back_at_once() {
    let running = builder().auto_consent().start().await.unwrap();
    let instance = &running.ready.instances[0];
    let path = sign_in_path(instance, &instance.client_id, &[("code_challenge", "")]);
    let reply = ask(&instance.design_url, "GET", &path, &[], b"").await;
    let code = field(&brought_back(&reply), "code");
    let fields = [
        ("grant_type", "authorization_code"),
        ("code", code.as_str()),
        ("redirect_uri", BACK),
    ];
    let basic = Some((instance.client_id.as_str(), instance.client_secret.as_str()));
    let reply = ask_with_form(instance, basic, &fields).await;
    assert_eq!(
        caller(instance, &reply).get("integrations").await.status,
        200
    );
    running.shutdown().await;
}

#[tokio::test]
async fn clients_and_passwords_are_checked() {
    let running = builder().start().await.unwrap();
    let instance = &running.ready.instances[0];
    let basic = Some((instance.client_id.as_str(), instance.client_secret.as_str()));
    let scope = instance.scope.as_str();
    let grant = |basic, grant_type: &'static str, scope: String| async move {
        let fields = [("grant_type", grant_type), ("scope", scope.as_str())];
        ask_with_form(instance, basic, &fields).await
    };
    // The consumer's scope and both together.
    let consumer = scope.replace("/ic/api/", "urn:opc:resource:consumer::all");
    for (scope, shown) in [
        (scope.to_owned(), "/ic/api/"),
        (consumer.clone(), "urn:opc:resource:consumer::all"),
        (
            format!("{scope} {consumer}"),
            "/ic/api/ urn:opc:resource:consumer::all",
        ),
    ] {
        let reply = grant(basic, "client_credentials", scope).await;
        assert_eq!(caller(instance, &reply).get("lookups").await.status, 200);
        let own = claims(reply.json()["access_token"].as_str().unwrap());
        assert_eq!((&own["scope"], &own["gtp"]), (&json!(shown), &json!("cc")));
        assert_eq!(own["sub"], json!(instance.client_id));
        assert_eq!(reply.json().get("refresh_token"), None);
    }
    let wrong = Some((instance.client_id.as_str(), "wrong"));
    let cases = [
        (
            wrong,
            "client_credentials",
            scope.to_owned(),
            (401, "invalid_client"),
        ),
        (
            basic,
            "client_credentials",
            scope.trim_end_matches('/').to_owned(),
            (400, "invalid_scope"),
        ),
        (
            basic,
            "client_credentials",
            String::new(),
            (400, "invalid_scope"),
        ),
        (
            basic,
            "implicit",
            scope.to_owned(),
            (400, "unsupported_grant_type"),
        ),
    ];
    for (basic, grant_type, scope, expected) in cases {
        let reply = grant(basic, grant_type, scope).await;
        let (status, error, _) = refused(&reply);
        assert_eq!((status, error.as_str()), expected);
    }
    let fields = [
        ("grant_type", "client_credentials"),
        ("scope", scope),
        ("client_id", "public-app"),
    ];
    let reply = ask_with_form(instance, None, &fields).await;
    assert_eq!(refused(&reply).1, "unauthorized_client");
    let in_form = [
        ("grant_type", "client_credentials"),
        ("scope", scope),
        ("client_id", &instance.client_id),
        ("client_secret", &instance.client_secret),
    ];
    assert_eq!(ask_with_form(instance, None, &in_form).await.status, 200);

    for (name, password, status, words) in [
        (
            instance.person.as_str(),
            instance.person_password.as_str(),
            200,
            "",
        ),
        (instance.person.as_str(), "guess", 400, "password is wrong"),
        ("careful@example.com", "two-factors", 400, "second factor"),
    ] {
        let fields = [
            ("grant_type", "password"),
            ("username", name),
            ("password", password),
            ("scope", scope),
        ];
        let reply = ask_with_form(instance, basic, &fields).await;
        assert_eq!(reply.status, status, "{name}");
        if status != 200 {
            assert!(refused(&reply).2.contains(words));
        }
    }
    running.shutdown().await;
}

#[tokio::test]
async fn a_name_and_password_do_not_pass_where_a_second_factor_is_asked_for() {
    let running = Sandbox::builder()
        .instance(InstanceSpec::gen2("two"))
        .user(UserSpec {
            name: "careful@example.com".to_owned(),
            password: "two-factors".to_owned(),
            roles: vec![Role::Administrator],
            instances: Vec::new(),
            second_factor: true,
        })
        .start()
        .await
        .unwrap();
    let instance = &running.ready.instances[0];
    let call = |user: String, password: String| async move {
        use base64::engine::general_purpose::STANDARD;
        let basic = STANDARD.encode(format!("{user}:{password}"));
        let headers = [format!("Authorization: Basic {basic}")];
        let headers: Vec<&str> = headers.iter().map(String::as_str).collect();
        let path = "/ic/api/integration/v1/integrations";
        ask(&instance.design_url, "GET", path, &headers, b"")
            .await
            .status
    };
    let own = (
        instance.user.clone().unwrap(),
        instance.password.clone().unwrap(),
    );
    assert_eq!(call(own.0, own.1).await, 200);
    let careful = ("careful@example.com".to_owned(), "two-factors".to_owned());
    assert_eq!(call(careful.0, careful.1).await, 401);
    running.shutdown().await;
}

#[tokio::test]
async fn without_a_role_the_token_is_given_and_the_api_refuses() {
    let running = builder()
        .application(Application {
            id: "no-role".to_owned(),
            secret: Some("s".to_owned()),
            ..Application::default()
        })
        .start()
        .await
        .unwrap();
    let instance = &running.ready.instances[0];
    let fields = [
        ("grant_type", "client_credentials"),
        ("scope", instance.scope.as_str()),
    ];
    let reply = ask_with_form(instance, Some(("no-role", "s")), &fields).await;
    assert_eq!(
        caller(instance, &reply).get("integrations").await.status,
        403
    );
    running.shutdown().await;
}

/// A signed statement.
fn assertion(key: &rcgen::KeyPair, head: &Value, body: &Value) -> String {
    use rcgen::SigningKey;
    let part = |value: &Value| URL_SAFE_NO_PAD.encode(value.to_string());
    let signed = format!("{}.{}", part(head), part(body));
    let signature = key.sign(signed.as_bytes()).unwrap();
    format!("{signed}.{}", URL_SAFE_NO_PAD.encode(signature))
}

#[tokio::test]
async fn an_application_speaks_for_a_person_with_a_signed_statement() {
    let key = rcgen::KeyPair::generate_rsa_for(&rcgen::PKCS_RSA_SHA256, rcgen::RsaKeySize::_2048)
        .unwrap();
    let stranger =
        rcgen::KeyPair::generate_rsa_for(&rcgen::PKCS_RSA_SHA256, rcgen::RsaKeySize::_2048)
            .unwrap();
    let certificate = rcgen::CertificateParams::new(["app".to_owned()])
        .unwrap()
        .self_signed(&key)
        .unwrap();
    let running: Running = builder().start().await.unwrap();
    let instance = &running.ready.instances[0];
    let registered = running.control().register(&Application {
        id: instance.client_id.clone(),
        certificate: Some(certificate.pem()),
        certificate_alias: Some("app-key".to_owned()),
        ..Application::default()
    });
    assert_eq!(registered, Ok(()));
    let basic = Some((instance.client_id.as_str(), instance.client_secret.as_str()));
    let now = jiff::Timestamp::now().as_second();
    let head = json!({"alg": "RS256", "kid": "app-key", "typ": "JWT"});
    let body = |changes: Value| {
        let mut body = json!({
            "aud": ["https://identity.oraclecloud.com/"],
            "exp": now + 300,
            "iat": now,
            "iss": instance.client_id,
            "jti": "1",
            "sub": instance.person,
        });
        body.as_object_mut()
            .unwrap()
            .extend(changes.as_object().unwrap().clone());
        body
    };
    let send = |text: String| async move {
        let fields = [
            ("grant_type", "urn:ietf:params:oauth:grant-type:jwt-bearer"),
            ("assertion", text.as_str()),
            ("scope", instance.scope.as_str()),
        ];
        ask_with_form(instance, basic, &fields).await
    };
    let reply = send(assertion(&key, &head, &body(json!({})))).await;
    let person = caller(instance, &reply);
    assert_eq!(person.get("integrations").await.status, 200);
    let created = person
        .post(
            "lookups",
            &json!({"name": "Mine", "columns": ["A", "B"], "rows": []}),
        )
        .await;
    assert_eq!(created.status, 200);
    let mine = person.get("lookups/Mine").await.json();
    assert_eq!(mine["createdBy"], json!(instance.person));

    let other_head = json!({"alg": "RS256", "kid": "another"});
    for (text, words) in [
        (
            assertion(
                &key,
                &head,
                &body(json!({"exp": now - 400, "iat": now - 700})),
            ),
            "clock",
        ),
        (
            assertion(
                &key,
                &head,
                &body(json!({"iat": now + 900, "exp": now + 1200})),
            ),
            "clock",
        ),
        (
            assertion(&key, &head, &body(json!({"iss": "me"}))),
            "issuer",
        ),
        (
            assertion(&key, &head, &body(json!({"aud": "me"}))),
            "audience",
        ),
        (
            assertion(&key, &head, &body(json!({"sub": "nobody@example.com"}))),
            "not a user",
        ),
        (
            assertion(&key, &other_head, &body(json!({}))),
            "not trusted",
        ),
        (assertion(&stranger, &head, &body(json!({}))), "signature"),
        ("not-a-jwt".to_owned(), "JWT"),
    ] {
        let reply = send(text).await;
        let (status, error, description) = refused(&reply);
        assert_eq!(
            (status, error.as_str()),
            (400, "invalid_grant"),
            "{description}"
        );
        assert!(description.contains(words), "{description}");
    }
    // The same kind of statement about the application itself stands in for its secret.
    let own = assertion(&key, &head, &body(json!({"sub": instance.client_id})));
    let fields = [
        ("grant_type", "client_credentials"),
        ("scope", instance.scope.as_str()),
        (
            "client_assertion_type",
            "urn:ietf:params:oauth:client-assertion-type:jwt-bearer",
        ),
        ("client_assertion", own.as_str()),
    ];
    assert_eq!(ask_with_form(instance, None, &fields).await.status, 200);
    running.shutdown().await;
}
