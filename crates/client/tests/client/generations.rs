use serde_json::json;
use waybill_client::{Client, ErrorKind};
use waybill_model::{Generation, Scope};
use wiremock::matchers::{method, path};
use wiremock::{Mock, MockServer, ResponseTemplate};

use crate::support::{ZIP, basic, page};

#[tokio::test]
async fn ics_has_its_own_prefix_and_no_instance_parameter() {
    let server = MockServer::start().await;
    for list in [
        "integrations",
        "connections",
        "lookups",
        "packages",
        "libraries",
    ] {
        Mock::given(path(format!("/icsapis/v2/{list}")))
            .respond_with(page(&json!([{"id": "X|1", "name": "X"}])))
            .expect(1)
            .mount(&server)
            .await;
    }
    Mock::given(path("/icsapis/v2/integrations/X%7C1/archive"))
        .respond_with(ResponseTemplate::new(200).set_body_bytes(ZIP))
        .expect(1)
        .mount(&server)
        .await;
    let client = Client::new(basic(Generation::Ics, &server.uri())).unwrap();
    assert_eq!(
        client.integrations(&Scope::Global).await.unwrap()[0]
            .value
            .code,
        "X"
    );
    client.connections(&Scope::Global).await.unwrap();
    client.lookups(&Scope::Global).await.unwrap();
    client.packages().await.unwrap();
    client.libraries().await.unwrap();
    client.export_integration("X|1").await.unwrap();
    for request in server.received_requests().await.unwrap() {
        assert!(
            !request.url.as_str().contains("integrationInstance"),
            "{}",
            request.url
        );
    }
}

#[tokio::test]
async fn what_a_generation_lacks_is_said_without_a_call() {
    let server = MockServer::start().await;
    Mock::given(method("GET"))
        .respond_with(page(&json!([])))
        .expect(0)
        .mount(&server)
        .await;
    for generation in [Generation::Gen2, Generation::Ics] {
        let client = Client::new(basic(generation, &server.uri())).unwrap();
        let within = Scope::Project("P".into());
        let errors = [
            client.projects().await.unwrap_err(),
            client.project("P").await.unwrap_err(),
            client.export_project("P", None, None).await.unwrap_err(),
            client.deployments("P").await.unwrap_err(),
            client.access_list("P").await.unwrap_err(),
            client.certificates().await.unwrap_err(),
            client.integrations(&within).await.unwrap_err(),
            client.lookups(&within).await.unwrap_err(),
        ];
        for error in errors {
            assert_eq!(*error.kind(), ErrorKind::Unsupported, "{error}");
        }
    }
    let ics = Client::new(basic(Generation::Ics, &server.uri())).unwrap();
    let error = ics.schedule(&Scope::Global, "X|1").await.unwrap_err();
    assert_eq!(*error.kind(), ErrorKind::Unsupported);
}
