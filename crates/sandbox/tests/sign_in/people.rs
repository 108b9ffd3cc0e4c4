//! Clients, passwords, second factors and roles.

use base64::Engine;
use serde_json::json;
use waybill_sandbox::{Application, InstanceSpec, Role, Sandbox, UserSpec};

use super::steps::{builder, caller, claims, refused};
use super::support::{ask, ask_with_form};

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
