use std::io::Write as _;

use flate2::Compression;
use flate2::write::GzEncoder;
use serde_json::json;
use waybill_client::{CallEvent, ErrorKind};
use waybill_model::Scope;
use wiremock::matchers::{header, path};
use wiremock::{Mock, ResponseTemplate};

use crate::support::{INTEGRATIONS, ZIP, client, instance, observed};

const CONNECTION: &str = "/ic/api/integration/v1/connections/ERP";

#[tokio::test]
async fn the_words_of_the_server_are_kept() {
    let server = instance().await;
    Mock::given(path(CONNECTION))
        .respond_with(
            ResponseTemplate::new(404)
                .insert_header("opc-request-id", "R1")
                .set_body_json(json!({
                    "status": "HTTP 404 Not Found",
                    "title": "Connection not found.",
                    "detail": "Ask who deleted it.",
                    "type": "https://www.w3.org/Protocols/rfc2616/rfc2616-sec10.html#sec10.4.5"
                })),
        )
        .mount(&server)
        .await;
    let error = client(&server)
        .connection(&Scope::Global, "ERP")
        .await
        .unwrap_err();
    assert_eq!(*error.kind(), ErrorKind::NotFound);
    assert_eq!(
        error.to_string(),
        "Reading connection `ERP` failed: there is nothing of that name (404). The server says: Connection not found. Ask who deleted it."
    );
    let exchange = error.exchange().unwrap();
    assert_eq!(exchange.method, "GET");
    assert_eq!(
        exchange.path,
        format!("{CONNECTION}?integrationInstance=shop-ax1-px")
    );
    assert_eq!(exchange.status, Some(404));
    assert_eq!(exchange.title.as_deref(), Some("Connection not found."));
    assert_eq!(exchange.detail.as_deref(), Some("Ask who deleted it."));
    assert_eq!(exchange.request_id.as_deref(), Some("R1"));
    assert!(exchange.body.contains("rfc2616"));
}

#[tokio::test]
async fn plain_text_and_pages_are_words_too() {
    for (body, words) in [
        ("Connection not found.", "Connection not found."),
        (
            "<html><head><TITLE>504 Gateway</TITLE></head></html>",
            "504 Gateway",
        ),
    ] {
        let server = instance().await;
        Mock::given(path(CONNECTION))
            .respond_with(ResponseTemplate::new(404).set_body_string(body))
            .mount(&server)
            .await;
        let error = client(&server)
            .connection(&Scope::Global, "ERP")
            .await
            .unwrap_err();
        assert_eq!(error.exchange().unwrap().title.as_deref(), Some(words));
    }
}

#[tokio::test]
async fn a_page_is_not_data_and_not_an_archive() {
    let server = instance().await;
    Mock::given(wiremock::matchers::method("GET"))
        .respond_with(ResponseTemplate::new(200).set_body_raw("<!doctype html><p>Hi", "text/html"))
        .mount(&server)
        .await;
    let client = client(&server);
    let errors = [
        client.integrations(&Scope::Global).await.unwrap_err(),
        client.export_integration("A|01.00.0000").await.unwrap_err(),
        client
            .export_lookup(&Scope::Global, "TAX")
            .await
            .unwrap_err(),
        client.export_library("L|1.0").await.unwrap_err(),
    ];
    for error in errors {
        assert_eq!(*error.kind(), ErrorKind::NotOracleIntegration);
        assert!(error.cause().contains("web page"), "{error}");
    }
}

#[tokio::test]
async fn compressed_data_is_read_and_counted() {
    let mut packed = GzEncoder::new(Vec::new(), Compression::default());
    let text = json!({"id": "ERP", "name": "n".repeat(5000)}).to_string();
    packed.write_all(text.as_bytes()).unwrap();
    let server = instance().await;
    Mock::given(path(CONNECTION))
        .and(header("accept", "application/json"))
        .respond_with(
            ResponseTemplate::new(200)
                .insert_header("content-encoding", "gzip")
                .set_body_raw(packed.finish().unwrap(), "application/json;charset=utf-8"),
        )
        .mount(&server)
        .await;
    let (client, notes) = observed(&server);
    let connection = client.connection(&Scope::Global, "ERP").await.unwrap();
    assert_eq!(connection.value.name.len(), 5000);
    let events = notes.0.lock().unwrap();
    let finished = events.iter().find_map(|event| match event {
        CallEvent::Finished {
            path,
            status,
            bytes,
            attempt,
            ..
        } if path == CONNECTION => Some((*status, *bytes, *attempt)),
        _ => None,
    });
    assert_eq!(finished, Some((Some(200), text.len() as u64, 1)));
    assert!(
        events
            .iter()
            .any(|event| matches!(event, CallEvent::TokenRenewed { .. }))
    );
}

#[tokio::test]
async fn white_space_before_data_does_not_matter() {
    let server = instance().await;
    Mock::given(path(CONNECTION))
        .respond_with(ResponseTemplate::new(200).set_body_string("\n\n  {\"id\":\"ERP\"}"))
        .mount(&server)
        .await;
    assert_eq!(
        client(&server)
            .connection(&Scope::Global, "ERP")
            .await
            .unwrap()
            .value
            .id,
        "ERP"
    );
}

#[tokio::test]
async fn bytes_in_are_bytes_out_and_the_bar_is_encoded() {
    let server = instance().await;
    Mock::given(path(
        "/ic/api/integration/v1/integrations/A%7C01.00.0000/archive",
    ))
    .and(header("accept-encoding", "identity"))
    .respond_with(ResponseTemplate::new(200).set_body_raw(ZIP, "application/octet-stream"))
    .expect(1)
    .mount(&server)
    .await;
    assert_eq!(
        client(&server)
            .export_integration("A|01.00.0000")
            .await
            .unwrap(),
        ZIP
    );
}

#[tokio::test]
async fn a_wrong_instance_name_is_told_from_a_missing_thing() {
    let body = json!({"status": "HTTP 404 Not Found", "title": "Service instance not found."});
    let server = instance().await;
    Mock::given(path(INTEGRATIONS))
        .respond_with(ResponseTemplate::new(404).set_body_json(body))
        .mount(&server)
        .await;
    let error = client(&server)
        .integrations(&Scope::Global)
        .await
        .unwrap_err();
    assert_eq!(*error.kind(), ErrorKind::WrongInstanceName);
}

#[tokio::test]
async fn an_integration_without_schedule_has_none() {
    let server = instance().await;
    Mock::given(path(
        "/ic/api/integration/v1/integrations/A%7C01.00.0000/schedule",
    ))
    .respond_with(ResponseTemplate::new(404))
    .mount(&server)
    .await;
    let schedule = client(&server)
        .schedule(&Scope::Global, "A|01.00.0000")
        .await
        .unwrap();
    assert_eq!(schedule, None);
}
