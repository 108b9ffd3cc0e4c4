use std::time::{Duration, Instant};

use serde_json::json;
use tokio_util::sync::CancellationToken;
use waybill_client::{Client, ErrorKind, Pace};
use waybill_model::Scope;
use wiremock::matchers::path;
use wiremock::{Mock, MockServer, ResponseTemplate};

use crate::support::{INTEGRATIONS, config, instance, page, token_answer};

/// Cancels after a moment; the call must end at once, and the client must still work.
async fn ends_at_once(server: &MockServer) {
    let mut config = config(&server.uri(), &server.uri());
    config.pace = Pace {
        max_in_flight: 1,
        per_minute: None,
    };
    let client = Client::new(config).unwrap();
    let token = CancellationToken::new();
    let cancellable = client.with_cancellation(token.clone());
    tokio::spawn(async move {
        tokio::time::sleep(Duration::from_millis(150)).await;
        token.cancel();
    });
    let start = Instant::now();
    let error = cancellable.integrations(&Scope::Global).await.unwrap_err();
    assert_eq!(*error.kind(), ErrorKind::Cancelled);
    assert_eq!(
        error.to_string(),
        "Listing the integrations failed: it was cancelled."
    );
    assert!(start.elapsed() < Duration::from_secs(2));
    let again = cancellable.integrations(&Scope::Global).await.unwrap_err();
    assert_eq!(*again.kind(), ErrorKind::Cancelled);

    server.reset().await;
    Mock::given(path("/oauth2/v1/token"))
        .respond_with(token_answer("t"))
        .mount(server)
        .await;
    Mock::given(path(INTEGRATIONS))
        .respond_with(page(&json!([])))
        .mount(server)
        .await;
    client.integrations(&Scope::Global).await.unwrap();
}

#[tokio::test]
async fn while_an_answer_is_awaited() {
    let server = instance().await;
    Mock::given(path(INTEGRATIONS))
        .respond_with(page(&json!([])).set_delay(Duration::from_secs(30)))
        .mount(&server)
        .await;
    ends_at_once(&server).await;
}

#[tokio::test]
async fn while_a_token_is_awaited() {
    let server = MockServer::start().await;
    Mock::given(path("/oauth2/v1/token"))
        .respond_with(token_answer("t").set_delay(Duration::from_secs(30)))
        .mount(&server)
        .await;
    ends_at_once(&server).await;
}

#[tokio::test]
async fn while_the_next_try_is_awaited() {
    let server = instance().await;
    Mock::given(path(INTEGRATIONS))
        .respond_with(ResponseTemplate::new(502))
        .mount(&server)
        .await;
    ends_at_once(&server).await;
}
