use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use serde_json::json;
use tokio::task::JoinSet;
use waybill_client::{Client, ErrorKind, SignInRefusal};
use waybill_model::{Generation, Scope};
use wiremock::matchers::{body_string, header, method, path, query_param};
use wiremock::{Mock, MockServer, Request, Respond, ResponseTemplate};

use crate::support::{self, INTEGRATIONS, SECRET, TOKEN, calls_to, client, page};

/// Gives `token-1`, `token-2`, …
struct Numbered(AtomicUsize, u64);

impl Respond for Numbered {
    fn respond(&self, _: &Request) -> ResponseTemplate {
        let number = self.0.fetch_add(1, Ordering::SeqCst) + 1;
        ResponseTemplate::new(200)
            .set_body_json(json!({
                "access_token": format!("token-{number}"), "token_type": "Bearer", "expires_in": self.1
            }))
            .set_delay(Duration::from_millis(50))
    }
}

async fn numbered(expires_in: u64) -> MockServer {
    let server = MockServer::start().await;
    Mock::given(path("/oauth2/v1/token"))
        .respond_with(Numbered(AtomicUsize::new(0), expires_in))
        .mount(&server)
        .await;
    server
}

#[tokio::test]
async fn the_token_is_asked_for_as_documented() {
    let server = MockServer::start().await;
    Mock::given(method("POST"))
        .and(path("/oauth2/v1/token"))
        // `way bill:canary/secret+4711`, as it is.
        .and(header(
            "authorization",
            "Basic d2F5IGJpbGw6Y2FuYXJ5L3NlY3JldCs0NzEx",
        ))
        .and(header(
            "content-type",
            "application/x-www-form-urlencoded;charset=UTF-8",
        ))
        .and(body_string(
            "grant_type=client_credentials&scope=https%3A%2F%2FA1.example%3A443%2Fic%2Fapi%2F",
        ))
        .respond_with(support::token_answer(TOKEN))
        .expect(1)
        .mount(&server)
        .await;
    let life = client(&server).sign_in_now().await.unwrap();
    let left = life.expires_in.unwrap();
    assert!(left > Duration::from_secs(3590) && left <= Duration::from_hours(1));
}

#[tokio::test]
async fn sixteen_calls_share_one_token() {
    let server = numbered(3600).await;
    Mock::given(path(INTEGRATIONS))
        .and(header("authorization", "Bearer token-1"))
        .respond_with(page(&json!([])))
        .expect(16)
        .mount(&server)
        .await;
    let client = client(&server);
    let mut calls = JoinSet::new();
    for _ in 0..16 {
        let client = client.clone();
        calls.spawn(async move { client.integrations(&Scope::Global).await.map(drop) });
    }
    while let Some(call) = calls.join_next().await {
        call.unwrap().unwrap();
    }
    assert_eq!(calls_to(&server, "/oauth2/v1/token").await, 1);
}

#[tokio::test]
async fn sixteen_calls_share_one_refusal() {
    let server = MockServer::start().await;
    Mock::given(path("/oauth2/v1/token"))
        .respond_with(
            ResponseTemplate::new(401)
                .set_body_json(json!({
                    "error": "invalid_client",
                    "error_description": "Client authentication failed.",
                    "ecid": "x"
                }))
                .set_delay(Duration::from_millis(100)),
        )
        .mount(&server)
        .await;
    let client = client(&server);
    let mut calls = JoinSet::new();
    for _ in 0..8 {
        let client = client.clone();
        calls.spawn(async move { client.sign_in_now().await.unwrap_err() });
    }
    while let Some(call) = calls.join_next().await {
        let error = call.unwrap();
        assert_eq!(
            *error.kind(),
            ErrorKind::SignInRefused {
                code: "invalid_client".into(),
                reason: SignInRefusal::WrongSecret,
            }
        );
        assert_eq!(
            error.to_string(),
            "Signing in failed: the identity domain refused client id or client secret. The server says: Client authentication failed."
        );
    }
    assert_eq!(calls_to(&server, "/oauth2/v1/token").await, 1);
}

#[tokio::test]
async fn a_token_is_renewed_before_its_end() {
    // Two seconds of life: renewed a tenth before its end.
    let server = numbered(2).await;
    Mock::given(path(INTEGRATIONS))
        .respond_with(page(&json!([])))
        .mount(&server)
        .await;
    let client = client(&server);
    client.integrations(&Scope::Global).await.unwrap();
    client.integrations(&Scope::Global).await.unwrap();
    assert_eq!(calls_to(&server, "/oauth2/v1/token").await, 1);
    tokio::time::sleep(Duration::from_millis(1900)).await;
    client.integrations(&Scope::Global).await.unwrap();
    assert_eq!(calls_to(&server, "/oauth2/v1/token").await, 2);
}

#[tokio::test]
async fn a_withdrawn_token_is_renewed_once() {
    let server = numbered(3600).await;
    Mock::given(path(INTEGRATIONS))
        .and(header("authorization", "Bearer token-1"))
        .respond_with(ResponseTemplate::new(401))
        .expect(1)
        .mount(&server)
        .await;
    Mock::given(path(INTEGRATIONS))
        .and(header("authorization", "Bearer token-2"))
        .respond_with(page(&json!([])))
        .expect(1)
        .mount(&server)
        .await;
    client(&server).integrations(&Scope::Global).await.unwrap();
}

#[tokio::test]
async fn a_second_refusal_is_final() {
    let server = numbered(3600).await;
    Mock::given(path(INTEGRATIONS))
        .respond_with(ResponseTemplate::new(401).set_body_string("<html><title>No entry</title>"))
        .expect(2)
        .mount(&server)
        .await;
    let error = client(&server)
        .integrations(&Scope::Global)
        .await
        .unwrap_err();
    assert_eq!(*error.kind(), ErrorKind::Unauthorised);
    assert_eq!(
        error.to_string(),
        "Listing the integrations failed: the sign-in was not accepted (401). The server says: No entry."
    );
    assert_eq!(calls_to(&server, "/oauth2/v1/token").await, 2);
}

#[tokio::test]
async fn the_words_of_the_token_endpoint_are_told_apart() {
    for (status, body, kind) in [
        (400, r#"{"error":"invalid_scope"}"#, ErrorKind::ScopeRefused),
        (
            400,
            r#"{"error":"unauthorized_client"}"#,
            ErrorKind::SignInRefused {
                code: "unauthorized_client".into(),
                reason: SignInRefusal::GrantNotAllowed,
            },
        ),
        (
            404,
            "<html>nothing here</html>",
            ErrorKind::NotOracleIntegration,
        ),
        (200, "<html>hello</html>", ErrorKind::NotOracleIntegration),
        (200, r#"{"token":"x"}"#, ErrorKind::NotOracleIntegration),
    ] {
        let server = MockServer::start().await;
        Mock::given(path("/oauth2/v1/token"))
            .respond_with(ResponseTemplate::new(status).set_body_string(body))
            .expect(1)
            .mount(&server)
            .await;
        let error = client(&server).sign_in_now().await.unwrap_err();
        assert_eq!(*error.kind(), kind, "{body}");
    }
}

#[tokio::test]
async fn a_busy_identity_domain_is_asked_again() {
    let server = MockServer::start().await;
    Mock::given(path("/oauth2/v1/token"))
        .respond_with(ResponseTemplate::new(429).insert_header("retry-after", "0"))
        .up_to_n_times(2)
        .with_priority(1)
        .mount(&server)
        .await;
    Mock::given(path("/oauth2/v1/token"))
        .respond_with(support::token_answer(TOKEN))
        .mount(&server)
        .await;
    client(&server).sign_in_now().await.unwrap();
    assert_eq!(calls_to(&server, "/oauth2/v1/token").await, 3);
}

#[tokio::test]
async fn user_and_password_sign_in_with_one_cheap_read_and_no_second_try() {
    let server = MockServer::start().await;
    Mock::given(path(INTEGRATIONS))
        .and(query_param("limit", "1"))
        .and(header(
            "authorization",
            "Basic bWU6Y2FuYXJ5L3NlY3JldCs0NzEx",
        ))
        .respond_with(page(&json!([])))
        .expect(1)
        .mount(&server)
        .await;
    let good = Client::new(support::basic(Generation::Gen2, &server.uri())).unwrap();
    assert_eq!(good.sign_in_now().await.unwrap().expires_in, None);

    server.reset().await;
    Mock::given(path(INTEGRATIONS))
        .respond_with(ResponseTemplate::new(401))
        .expect(1)
        .mount(&server)
        .await;
    let error = good.sign_in_now().await.unwrap_err();
    assert_eq!(*error.kind(), ErrorKind::Unauthorised);
    assert!(!format!("{error:?}").contains(SECRET));
}
