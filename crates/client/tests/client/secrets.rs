use base64::Engine as _;
use serde_json::json;
use waybill_client::{Client, Proxy};
use waybill_model::{Generation, Scope};
use wiremock::matchers::{method, path};
use wiremock::{Mock, ResponseTemplate};

use crate::support::{self, INTEGRATIONS, SECRET, TOKEN, config, instance};

fn assert_clean(shown: &str) {
    let encoded = base64::engine::general_purpose::STANDARD.encode(format!("me:{SECRET}"));
    for secret in [
        SECRET,
        TOKEN,
        "canary%2Fsecret%2B4711",
        "d2F5K2JpbGw6Y2FuYXJ5",
        &encoded,
        "proxyhush",
    ] {
        assert!(!shown.contains(secret), "{secret} in {shown}");
    }
}

#[tokio::test]
async fn no_type_shows_a_secret() {
    let server = instance().await;
    let mut with_proxy = config(&server.uri(), &server.uri());
    with_proxy.proxy = Proxy::Url("http://me:proxyhush@127.0.0.1:9".parse().unwrap());
    assert_clean(&format!(
        "{with_proxy:?} {with_proxy:#?} {:?}",
        with_proxy.sign_in
    ));
    assert_clean(&format!(
        "{:?}",
        support::basic(Generation::Gen2, &server.uri())
    ));
    let client = Client::new(with_proxy).unwrap();
    client.sign_in_now().await.unwrap();
    assert_clean(&format!("{client:?}"));
}

#[tokio::test]
async fn a_server_that_repeats_what_it_was_sent_reveals_nothing() {
    let echo = json!({
        "title": format!("Bearer {TOKEN} is not welcome"),
        "detail": format!("nor is {SECRET} nor canary%2Fsecret%2B4711"),
        "authorization": format!("Bearer {TOKEN}"),
        "nested": [{"access_token": "canary-token-0815"}],
    });
    for body in [
        echo.to_string(),
        format!("<html>{echo}"),
        format!("client_secret={SECRET} {TOKEN}"),
    ] {
        let server = instance().await;
        Mock::given(path(INTEGRATIONS))
            .respond_with(ResponseTemplate::new(403).set_body_string(body.clone()))
            .mount(&server)
            .await;
        let error = support::client(&server)
            .integrations(&Scope::Global)
            .await
            .unwrap_err();
        assert!(error.exchange().is_some());
        assert_clean(&format!(
            "{error} {error:?} {error:#?} {:?}",
            error.exchange()
        ));

        server.reset().await;
        Mock::given(method("POST"))
            .respond_with(ResponseTemplate::new(400).set_body_string(body.replace(TOKEN, SECRET)))
            .mount(&server)
            .await;
        let error = support::client(&server).sign_in_now().await.unwrap_err();
        assert_clean(&format!("{error} {error:?} {:?}", error.exchange()));
    }
}

#[tokio::test]
async fn a_token_in_an_answer_that_is_not_understood_is_not_shown() {
    let server = wiremock::MockServer::start().await;
    Mock::given(method("POST"))
        .respond_with(ResponseTemplate::new(200).set_body_json(json!({"jwt": TOKEN})))
        .mount(&server)
        .await;
    let error = support::client(&server).sign_in_now().await.unwrap_err();
    assert_clean(&format!("{error} {error:?}"));
}
