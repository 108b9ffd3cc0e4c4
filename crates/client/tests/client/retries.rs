use std::sync::Arc;
use std::time::{Duration, Instant, SystemTime};

use serde_json::json;
use waybill_client::{Client, ErrorKind, Observer, Retry, SlowReason};
use waybill_model::Scope;
use wiremock::matchers::{method, path};
use wiremock::{Mock, MockServer, ResponseTemplate};

use crate::support::{
    INTEGRATIONS, Notes, ZIP, calls_to, client, config, instance, observed, page, raw_server,
};

async fn first(server: &MockServer, times: u64, answer: ResponseTemplate) {
    Mock::given(path(INTEGRATIONS))
        .respond_with(answer)
        .up_to_n_times(times)
        .with_priority(1)
        .mount(server)
        .await;
    Mock::given(path(INTEGRATIONS))
        .respond_with(page(&json!([{"id": "A|01.00.0000"}])))
        .mount(server)
        .await;
}

#[tokio::test]
async fn failures_that_pass_are_tried_again() {
    for status in [429, 502, 503, 504] {
        let server = instance().await;
        first(&server, 2, ResponseTemplate::new(status)).await;
        assert_eq!(
            client(&server)
                .integrations(&Scope::Global)
                .await
                .unwrap()
                .len(),
            1
        );
        assert_eq!(calls_to(&server, INTEGRATIONS).await, 3, "{status}");
    }
}

#[tokio::test]
async fn after_eight_tries_the_failure_is_told() {
    let server = instance().await;
    first(
        &server,
        9,
        ResponseTemplate::new(503).insert_header("retry-after", "0"),
    )
    .await;
    let error = client(&server)
        .integrations(&Scope::Global)
        .await
        .unwrap_err();
    assert_eq!(*error.kind(), ErrorKind::Server(503));
    assert_eq!(error.retry(), Retry::After(Duration::ZERO));
    assert_eq!(calls_to(&server, INTEGRATIONS).await, 8);
}

#[tokio::test]
async fn refusals_are_not_tried_again() {
    for (status, kind) in [
        (400, ErrorKind::Server(400)),
        (403, ErrorKind::Forbidden),
        (404, ErrorKind::NotFound),
        (409, ErrorKind::Conflict),
        (412, ErrorKind::WrongState),
        (423, ErrorKind::Locked),
        (500, ErrorKind::Server(500)),
    ] {
        let server = instance().await;
        first(&server, 9, ResponseTemplate::new(status)).await;
        let error = client(&server)
            .integrations(&Scope::Global)
            .await
            .unwrap_err();
        assert_eq!(*error.kind(), kind);
        assert_eq!(error.retry(), Retry::Never);
        assert_eq!(calls_to(&server, INTEGRATIONS).await, 1, "{status}");
    }
}

#[tokio::test]
async fn the_export_of_a_project_only_reads_and_is_tried_again() {
    let server = instance().await;
    let export = "/ic/api/integration/v1/projects/SHOP/archive";
    Mock::given(method("POST"))
        .and(path(export))
        .respond_with(ResponseTemplate::new(502))
        .up_to_n_times(1)
        .with_priority(1)
        .mount(&server)
        .await;
    Mock::given(method("POST"))
        .and(path(export))
        .respond_with(ResponseTemplate::new(200).set_body_bytes(ZIP))
        .mount(&server)
        .await;
    assert_eq!(
        client(&server)
            .export_project("SHOP", Some("Shop"), Some("D1"))
            .await
            .unwrap(),
        ZIP
    );
    let requests = server.received_requests().await.unwrap();
    let sent: serde_json::Value = requests.last().unwrap().body_json().unwrap();
    assert_eq!(
        sent,
        json!({"builtBy": "", "code": "SHOP", "label": "D1", "name": "Shop", "type": "DEVELOPED"})
    );
}

#[tokio::test]
async fn a_pause_asked_for_in_seconds_or_as_a_date_is_kept() {
    let date = httpdate::fmt_http_date(SystemTime::now() + Duration::from_secs(3));
    for asked in ["1", date.as_str()] {
        let server = instance().await;
        first(
            &server,
            1,
            ResponseTemplate::new(429).insert_header("retry-after", asked),
        )
        .await;
        let (client, notes) = observed(&server);
        let start = Instant::now();
        client.integrations(&Scope::Global).await.unwrap();
        assert!(start.elapsed() >= Duration::from_millis(900), "{asked}");
        assert_eq!(notes.slowings(), [(SlowReason::TooManyRequests, 4)]);
        assert!(client.allowed_in_flight(waybill_client::Lane::Reads) < 8);
    }
}

#[tokio::test]
async fn a_pause_asked_of_one_call_holds_all() {
    let server = instance().await;
    first(
        &server,
        1,
        ResponseTemplate::new(503).insert_header("retry-after", "1"),
    )
    .await;
    Mock::given(path("/ic/api/integration/v1/packages"))
        .respond_with(page(&json!([])))
        .mount(&server)
        .await;
    let client = client(&server);
    client.sign_in_now().await.unwrap();
    let paused = tokio::spawn({
        let client = client.clone();
        async move { client.integrations(&Scope::Global).await.map(drop) }
    });
    while calls_to(&server, INTEGRATIONS).await == 0 {
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    tokio::time::sleep(Duration::from_millis(100)).await;
    let start = Instant::now();
    client.packages().await.unwrap();
    assert!(start.elapsed() >= Duration::from_millis(600));
    paused.await.unwrap().unwrap();
}

#[tokio::test]
async fn an_archive_that_broke_off_is_fetched_again() {
    let tokens = instance().await;
    let head = |length: usize| {
        format!("HTTP/1.1 200 OK\r\nContent-Type: application/octet-stream\r\nContent-Length: {length}\r\nConnection: close\r\n\r\n").into_bytes()
    };
    let whole = [head(ZIP.len()), ZIP.to_vec()].concat();
    let broken_off = [head(ZIP.len()), ZIP[..9].to_vec()].concat();
    let without_end = [head(9), b"PK\x03\x04 half".to_vec()].concat();
    for bad in [broken_off, without_end] {
        let base = raw_server(vec![bad.clone(), whole.clone()]).await;
        let client = Client::new(config(&base, &tokens.uri())).unwrap();
        assert_eq!(
            client.export_integration("A|01.00.0000").await.unwrap(),
            ZIP
        );

        let base = raw_server(vec![bad]).await;
        let client = Client::new(config(&base, &tokens.uri())).unwrap();
        let error = client.export_integration("A|01.00.0000").await.unwrap_err();
        assert_eq!(*error.kind(), ErrorKind::Truncated, "{error}");
    }
}

#[tokio::test]
async fn a_connection_that_breaks_before_the_answer_is_made_again() {
    let tokens = instance().await;
    let answer = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 12\r\nConnection: close\r\n\r\n{\"items\":[]}";
    let base = raw_server(vec![Vec::new(), answer.to_vec()]).await;
    let client = Client::new(config(&base, &tokens.uri())).unwrap();
    assert!(
        client
            .integrations(&Scope::Global)
            .await
            .unwrap()
            .is_empty()
    );
}

#[tokio::test]
async fn silence_is_a_timeout() {
    let server = instance().await;
    Mock::given(path(INTEGRATIONS))
        .respond_with(page(&json!([])).set_delay(Duration::from_secs(5)))
        .mount(&server)
        .await;
    let notes = Arc::new(Notes::default());
    let mut config = config(&server.uri(), &server.uri());
    config.timeouts.answer = Duration::from_millis(50);
    config.observer = Some(Arc::clone(&notes) as Arc<dyn Observer>);
    let error = Client::new(config)
        .unwrap()
        .integrations(&Scope::Global)
        .await
        .unwrap_err();
    assert_eq!(*error.kind(), ErrorKind::Timeout);
    assert_eq!(notes.slowings()[0], (SlowReason::Latency, 4));
}
