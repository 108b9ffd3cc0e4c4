//! A stand-in for an instance and its identity domain, and a client for it.

use std::sync::{Arc, Mutex};

use serde_json::{Value, json};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;
use waybill_client::{
    Address, CallEvent, Client, ClientConfig, Observer, Proxy, SignIn, SlowReason,
};
use waybill_model::Generation;
use wiremock::matchers::{method, path};
use wiremock::{Mock, MockServer, ResponseTemplate};

pub const SECRET: &str = "canary/secret+4711";
pub const TOKEN: &str = "canary-token-0815";
pub const INTEGRATIONS: &str = "/ic/api/integration/v1/integrations";
/// The smallest archive: nothing but the end of its directory.
pub const ZIP: &[u8] = b"PK\x05\x06\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0";

pub fn config(base: &str, token_base: &str) -> ClientConfig {
    let mut config = ClientConfig::new(
        Address {
            generation: Generation::Oic3,
            base: base.parse().unwrap(),
            instance_name: Some("shop-ax1-px".to_owned()),
        },
        SignIn::ClientCredentials {
            token_url: format!("{token_base}/oauth2/v1/token").parse().unwrap(),
            client_id: "way bill".to_owned(),
            client_secret: SECRET.into(),
            scope: "https://A1.example:443/ic/api/".to_owned(),
        },
    );
    config.proxy = Proxy::None;
    config
}

pub fn basic(generation: Generation, base: &str) -> ClientConfig {
    let mut config = config(base, base);
    config.address.generation = generation;
    config.address.instance_name = None;
    config.sign_in = SignIn::Basic {
        user: "me".to_owned(),
        password: SECRET.into(),
    };
    config
}

pub fn token_answer(token: &str) -> ResponseTemplate {
    ResponseTemplate::new(200)
        .set_body_json(json!({"access_token": token, "token_type": "Bearer", "expires_in": 3600}))
}

/// A server that gives tokens; the test adds the rest.
pub async fn instance() -> MockServer {
    let server = MockServer::start().await;
    Mock::given(method("POST"))
        .and(path("/oauth2/v1/token"))
        .respond_with(token_answer(TOKEN))
        .mount(&server)
        .await;
    server
}

pub fn client(server: &MockServer) -> Client {
    Client::new(config(&server.uri(), &server.uri())).unwrap()
}

pub fn page(items: &Value) -> ResponseTemplate {
    ResponseTemplate::new(200).set_body_json(json!({"items": items, "hasMore": false}))
}

pub async fn calls_to(server: &MockServer, of_path: &str) -> usize {
    let requests = server.received_requests().await.unwrap();
    requests
        .iter()
        .filter(|request| request.url.path() == of_path)
        .count()
}

/// Keeps what the client tells.
#[derive(Default)]
pub struct Notes(pub Mutex<Vec<CallEvent>>);

impl Observer for Notes {
    fn event(&self, event: &CallEvent) {
        self.0.lock().unwrap().push(event.clone());
    }
}

impl Notes {
    pub fn slowings(&self) -> Vec<(SlowReason, usize)> {
        let events = self.0.lock().unwrap();
        events
            .iter()
            .filter_map(|event| match event {
                CallEvent::Slowed {
                    reason, allowed, ..
                } => Some((*reason, *allowed)),
                _ => None,
            })
            .collect()
    }
}

pub fn observed(server: &MockServer) -> (Client, Arc<Notes>) {
    let notes = Arc::new(Notes::default());
    let mut config = config(&server.uri(), &server.uri());
    config.observer = Some(Arc::clone(&notes) as Arc<dyn Observer>);
    (Client::new(config).unwrap(), notes)
}

/// A server that sends the given bytes to each connection in turn, the last one for ever, and closes.
pub async fn raw_server(answers: Vec<Vec<u8>>) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = format!("http://{}", listener.local_addr().unwrap());
    tokio::spawn(async move {
        let mut turn = 0;
        while let Ok((mut stream, _)) = listener.accept().await {
            let answer = answers[turn.min(answers.len() - 1)].clone();
            turn += 1;
            tokio::spawn(async move {
                let mut request = [0; 8192];
                let _ = stream.read(&mut request).await;
                let _ = stream.write_all(&answer).await;
                let _ = stream.shutdown().await;
            });
        }
    });
    address
}
