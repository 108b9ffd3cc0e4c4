//! Signing in on the page, with codes.

use std::time::Duration;

use serde_json::json;

use super::steps::{
    BACK, brought_back, builder, caller, claims, code, field, redeem, refused, sign_in_on_page,
    sign_in_path,
};
use super::support::{ask, ask_with_form};

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
