use serde_json::json;
use waybill_client::ErrorKind;
use waybill_model::Scope;
use wiremock::matchers::{header, path, query_param};
use wiremock::{Mock, MockServer, ResponseTemplate};

use crate::support::{INTEGRATIONS, TOKEN, calls_to, client, instance, page};

async fn sends_on(status: u16, to: &str) -> MockServer {
    let server = instance().await;
    Mock::given(path(INTEGRATIONS))
        .respond_with(ResponseTemplate::new(status).insert_header("location", to))
        .mount(&server)
        .await;
    server
}

#[tokio::test]
async fn the_sign_in_goes_along_to_the_design_host_which_is_remembered() {
    let design = MockServer::start().await;
    Mock::given(path(INTEGRATIONS))
        .and(header("authorization", format!("Bearer {TOKEN}").as_str()))
        .and(query_param("integrationInstance", "shop-ax1-px"))
        .respond_with(page(&json!([])))
        .expect(2)
        .mount(&design)
        .await;
    let target = format!(
        "{}{INTEGRATIONS}?limit=100&offset=0&integrationInstance=shop-ax1-px",
        design.uri()
    );
    let console = sends_on(307, &target).await;
    let client = client(&console);
    client.integrations(&Scope::Global).await.unwrap();
    client.integrations(&Scope::Global).await.unwrap();
    assert_eq!(
        calls_to(&console, INTEGRATIONS).await,
        1,
        "the second call goes there at once"
    );
    assert_eq!(
        client.address().base.port(),
        console.uri().rsplit(':').next().unwrap().parse().ok()
    );
}

#[tokio::test]
async fn the_sign_in_goes_nowhere_else() {
    for (to, kind) in [
        (
            "https://evil.example.com/x",
            ErrorKind::NotOracleIntegration,
        ),
        ("http://evil.example.com/x", ErrorKind::InsecureAddress),
        (
            "https://design.integration.eu-x-1.ocp.oraclecloud.com/x",
            ErrorKind::NotOracleIntegration,
        ),
    ] {
        let server = sends_on(307, to).await;
        let error = client(&server)
            .integrations(&Scope::Global)
            .await
            .unwrap_err();
        assert_eq!(*error.kind(), kind, "{to}");
        assert!(error.cause().contains("not sent"), "{error}");
    }
}

#[tokio::test]
async fn a_sign_in_page_for_people_is_not_the_service() {
    let server = sends_on(302, "https://idcs-1.identity.oraclecloud.com/ui").await;
    let error = client(&server)
        .integrations(&Scope::Global)
        .await
        .unwrap_err();
    assert_eq!(*error.kind(), ErrorKind::NotOracleIntegration);
    assert!(error.cause().contains("sign-in page"), "{error}");
}

#[tokio::test]
async fn going_round_in_circles_ends() {
    let server = sends_on(307, INTEGRATIONS).await;
    let error = client(&server)
        .integrations(&Scope::Global)
        .await
        .unwrap_err();
    assert_eq!(*error.kind(), ErrorKind::NotOracleIntegration);
    assert_eq!(calls_to(&server, INTEGRATIONS).await, 4);
}
