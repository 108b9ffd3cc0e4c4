//! What each way to sign in asks the token endpoint, and how refresh tokens live.

use std::sync::Arc;
use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use secrecy::{ExposeSecret as _, SecretString};
use serde_json::{Value, json};
use tokio::task::JoinSet;
use waybill_client::{
    BrowserSignIn, Client, ErrorKind, Grant, MemoryStore, SignIn, SignInRefusal, SigningKey,
    TokenStore,
};
use wiremock::matchers::{body_string_contains, path};
use wiremock::{Mock, MockServer, ResponseTemplate};

use crate::support::{self, SECRET, TOKEN, calls_to};

const TOKEN_PATH: &str = "/oauth2/v1/token";

fn client(server: &MockServer, sign_in: SignIn) -> Client {
    let mut config = support::config(&server.uri(), &server.uri());
    config.sign_in = sign_in;
    Client::new(config).unwrap()
}

fn token_url(server: &MockServer) -> url::Url {
    format!("{}{TOKEN_PATH}", server.uri()).parse().unwrap()
}

fn browser(server: &MockServer, store: &Arc<MemoryStore>) -> Client {
    let tokens = Arc::clone(store) as Arc<dyn TokenStore>;
    client(
        server,
        SignIn::AuthorizationCode {
            token_url: token_url(server),
            client_id: "app".into(),
            client_secret: None,
            tokens,
        },
    )
}

fn holding(token: &str) -> Arc<MemoryStore> {
    let store = Arc::new(MemoryStore::default());
    store.hold(Some(token.into()));
    store
}

fn held(store: &MemoryStore) -> Option<String> {
    store.held().map(|token| token.expose_secret().to_owned())
}

fn tokens(refresh: &str, life: u64) -> ResponseTemplate {
    ResponseTemplate::new(200).set_body_json(json!({
        "access_token": TOKEN, "token_type": "Bearer", "expires_in": life, "refresh_token": refresh,
        "scope": "/ic/api/ offline_access"
    }))
}

fn refusal(code: &str, words: &str) -> ResponseTemplate {
    ResponseTemplate::new(400).set_body_json(json!({"error": code, "error_description": words}))
}

fn key() -> SigningKey {
    let pair = rcgen::KeyPair::generate_for(&rcgen::PKCS_RSA_SHA256).unwrap();
    SigningKey::read(pair.serialize_pem().as_bytes(), None).unwrap()
}

fn asserting(server: &MockServer, secret: Option<&str>) -> Client {
    client(
        server,
        SignIn::JwtAssertion {
            token_url: token_url(server),
            client_id: "app".into(),
            client_secret: secret.map(SecretString::from),
            scope: "s".into(),
            user: "ann".into(),
            key: key(),
            key_id: Some("waybill".into()),
        },
    )
}

#[tokio::test]
async fn a_code_becomes_a_token_and_its_refresh_token_is_handed_over() {
    let server = MockServer::start().await;
    Mock::given(path(TOKEN_PATH))
        .and(body_string_contains("grant_type=authorization_code"))
        .and(body_string_contains("code=c1"))
        .and(body_string_contains("code_verifier="))
        .and(body_string_contains("client_id=app"))
        .respond_with(tokens("r1", 3600))
        .expect(1)
        .mount(&server)
        .await;
    let store = Arc::new(MemoryStore::default());
    let client = browser(&server, &store);
    let nobody = client.sign_in_now().await.unwrap_err();
    assert_eq!(*nobody.kind(), ErrorKind::SignInExpired);
    assert_eq!(client.token_life(), None);
    let journey = BrowserSignIn::new(
        &format!("{}/authorize", server.uri()).parse().unwrap(),
        "app",
        "s",
        "http://127.0.0.1:8734/callback".parse().unwrap(),
    )
    .unwrap();
    let life = client.finish_sign_in(&journey, "c1".into()).await.unwrap();
    assert_eq!(life.grant, Grant::AuthorizationCode);
    assert_eq!(life.scopes, ["/ic/api/", "offline_access"]);
    assert!(life.can_renew && life.issued_at < life.expires_at);
    assert_eq!(held(&store).as_deref(), Some("r1"));
}

#[tokio::test]
async fn a_refresh_token_is_used_once_by_sixteen_workers_and_rotated() {
    let server = MockServer::start().await;
    Mock::given(path(TOKEN_PATH))
        .and(body_string_contains("refresh_token=r1"))
        .respond_with(tokens("r2", 3600).set_delay(Duration::from_millis(100)))
        .expect(1)
        .mount(&server)
        .await;
    let store = holding("r1");
    let client = browser(&server, &store);
    let mut workers = JoinSet::new();
    for _ in 0..16 {
        let client = client.clone();
        workers.spawn(async move { client.sign_in_now().await.unwrap().grant });
    }
    while let Some(worker) = workers.join_next().await {
        assert_eq!(worker.unwrap(), Grant::RefreshToken);
    }
    assert_eq!(held(&store).as_deref(), Some("r2"));
}

#[tokio::test]
async fn an_ended_refresh_token_is_forgotten_and_a_new_sign_in_asked_for() {
    let server = MockServer::start().await;
    Mock::given(path(TOKEN_PATH))
        .respond_with(refusal("invalid_grant", "refresh token r1 has ended"))
        .expect(1)
        .mount(&server)
        .await;
    let store = holding("r1");
    let error = browser(&server, &store).sign_in_now().await.unwrap_err();
    assert_eq!(*error.kind(), ErrorKind::SignInExpired);
    assert_eq!(held(&store), None);
}

/// A store in which another program keeps a new token between two looks.
#[derive(Debug, Default)]
struct Shared(MemoryStore, std::sync::atomic::AtomicUsize);

impl TokenStore for Shared {
    fn refresh_token(&self) -> waybill_client::StoreFuture<'_, Option<SecretString>> {
        let look = self.1.fetch_add(1, std::sync::atomic::Ordering::SeqCst);
        let token = if look == 0 { "r1" } else { "r2" };
        Box::pin(async move { Ok(Some(token.into())) })
    }

    fn keep(&self, token: Option<SecretString>) -> waybill_client::StoreFuture<'_, ()> {
        self.0.keep(token)
    }
}

#[tokio::test]
async fn a_token_that_another_program_renewed_is_taken_up() {
    let server = MockServer::start().await;
    Mock::given(path(TOKEN_PATH))
        .and(body_string_contains("refresh_token=r1"))
        .respond_with(refusal("invalid_grant", ""))
        .mount(&server)
        .await;
    Mock::given(path(TOKEN_PATH))
        .and(body_string_contains("refresh_token=r2"))
        .respond_with(tokens("r3", 3600))
        .mount(&server)
        .await;
    let store = Arc::new(Shared::default());
    let client = client(
        &server,
        SignIn::AuthorizationCode {
            token_url: token_url(&server),
            client_id: "app".into(),
            client_secret: None,
            tokens: Arc::clone(&store) as Arc<dyn TokenStore>,
        },
    );
    client.sign_in_now().await.unwrap();
    assert_eq!(held(&store.0).as_deref(), Some("r3"));
}

/// A store that can be read and takes nothing.
#[derive(Debug)]
struct Shut;

impl TokenStore for Shut {
    fn refresh_token(&self) -> waybill_client::StoreFuture<'_, Option<SecretString>> {
        Box::pin(async { Ok(Some("r1".into())) })
    }

    fn keep(&self, _: Option<SecretString>) -> waybill_client::StoreFuture<'_, ()> {
        Box::pin(async { Err(waybill_client::StoreFailure("it is locked".into())) })
    }
}

#[tokio::test]
async fn a_renewed_token_that_could_not_be_kept_is_used_for_the_next_renewal() {
    let server = MockServer::start().await;
    for (used, next) in [("r1", "r2"), ("r2", "r3")] {
        Mock::given(path(TOKEN_PATH))
            .and(body_string_contains(format!("refresh_token={used}")))
            .respond_with(tokens(next, 0))
            .expect(1)
            .mount(&server)
            .await;
    }
    let client = client(
        &server,
        SignIn::AuthorizationCode {
            token_url: token_url(&server),
            client_id: "app".into(),
            client_secret: None,
            tokens: Arc::new(Shut),
        },
    );
    client.sign_in_now().await.unwrap();
    client.sign_in_now().await.unwrap();
}

fn part(token: &str, index: usize) -> Value {
    let part = token.split('.').nth(index).unwrap();
    serde_json::from_slice(&URL_SAFE_NO_PAD.decode(part).unwrap()).unwrap()
}

async fn sent(server: &MockServer) -> std::collections::HashMap<String, String> {
    let requests = server.received_requests().await.unwrap();
    url::form_urlencoded::parse(&requests[0].body)
        .into_owned()
        .collect()
}

#[tokio::test]
async fn an_assertion_says_what_the_identity_domain_documents() {
    let server = MockServer::start().await;
    Mock::given(path(TOKEN_PATH))
        .respond_with(support::token_answer(TOKEN))
        .expect(1)
        .mount(&server)
        .await;
    let life = asserting(&server, Some(SECRET))
        .sign_in_now()
        .await
        .unwrap();
    assert_eq!(life.grant, Grant::JwtAssertion);
    let form = sent(&server).await;
    assert_eq!(
        form["grant_type"],
        "urn:ietf:params:oauth:grant-type:jwt-bearer"
    );
    let assertion = &form["assertion"];
    let (header, claims) = (part(assertion, 0), part(assertion, 1));
    assert_eq!(
        header,
        json!({"alg": "RS256", "typ": "JWT", "kid": "waybill"})
    );
    assert_eq!(claims["iss"], "app");
    assert_eq!(claims["sub"], "ann");
    assert_eq!(claims["aud"], json!(["https://identity.oraclecloud.com/"]));
    let seconds = |name: &str| claims[name].as_i64().unwrap();
    assert_eq!(seconds("exp") - seconds("iat"), 300);
    assert!(claims["jti"].as_str().unwrap().len() > 20);
    assert!(!form.contains_key("client_id"));
}

#[tokio::test]
async fn an_application_without_a_secret_proves_itself_by_its_key() {
    let server = MockServer::start().await;
    Mock::given(path(TOKEN_PATH))
        .respond_with(support::token_answer(TOKEN))
        .mount(&server)
        .await;
    asserting(&server, None).sign_in_now().await.unwrap();
    let form = sent(&server).await;
    assert_eq!(
        form["client_assertion_type"],
        "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
    );
    let claims = part(&form["client_assertion"], 1);
    assert_eq!(
        (&claims["iss"], &claims["sub"]),
        (&json!("app"), &json!("app"))
    );
    assert_eq!(form["client_id"], "app");
}

#[tokio::test]
async fn a_wrong_clock_is_found_by_the_date_of_the_refusal() {
    let server = MockServer::start().await;
    Mock::given(path(TOKEN_PATH))
        .respond_with(
            refusal("invalid_grant", "assertion is not usable")
                .insert_header("date", "Sat, 01 Jan 2022 00:00:00 GMT"),
        )
        .mount(&server)
        .await;
    let error = asserting(&server, Some(SECRET))
        .sign_in_now()
        .await
        .unwrap_err();
    assert_eq!(*error.kind(), ErrorKind::ClockWrong);
    assert!(error.cause().contains("days ahead of"), "{error}");
}

#[tokio::test]
async fn a_password_is_sent_in_the_form_and_shown_nowhere() {
    let server = MockServer::start().await;
    Mock::given(path(TOKEN_PATH))
        .and(body_string_contains("grant_type=password"))
        .and(body_string_contains("username=ann"))
        .respond_with(refusal(
            "invalid_grant",
            "canary/secret+4711 is wrong, or MFA is needed",
        ))
        .expect(1)
        .mount(&server)
        .await;
    let client = client(
        &server,
        SignIn::Password {
            token_url: token_url(&server),
            client_id: "app".into(),
            client_secret: None,
            scope: "s".into(),
            user: "ann".into(),
            password: SECRET.into(),
        },
    );
    let error = client.sign_in_now().await.unwrap_err();
    assert!(matches!(
        error.kind(),
        ErrorKind::SignInRefused {
            reason: SignInRefusal::SecondFactor,
            ..
        }
    ));
    let shown = format!("{error} {error:?} {client:?}");
    assert!(!shown.contains("canary"), "{shown}");
    assert_eq!(calls_to(&server, TOKEN_PATH).await, 1);
}
