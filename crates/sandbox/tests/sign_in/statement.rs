//! Signed statements of applications.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::{Value, json};
use waybill_sandbox::{Application, Running};

use super::steps::{builder, caller, refused};
use super::support::ask_with_form;

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
