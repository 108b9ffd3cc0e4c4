//! Every recorded object decodes. Passed over, with a word, where the samples are absent.

use std::path::PathBuf;

use serde_json::Value;
use waybill_client::{ErrorKind, SignInRefusal};
use waybill_client::wire::{AccessList, Connection, Deployment, Integration, Project, WireObject};
use waybill_model::Scope;
use wiremock::matchers::path;
use wiremock::{Mock, ResponseTemplate};

use crate::support::{client, instance};

fn folder() -> Option<PathBuf> {
    let folder = std::env::var_os("WAYBILL_OIC_SAMPLES").map_or_else(
        || PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../../shared/oic/samples"),
        PathBuf::from,
    );
    if folder.is_dir() {
        return Some(folder);
    }
    #[expect(clippy::print_stderr, reason = "a test that is passed over says so")]
    {
        eprintln!("passed over: no samples at {}", folder.display());
    }
    None
}

fn sample(name: &str) -> Option<Value> {
    let text = std::fs::read_to_string(folder()?.join(name)).unwrap();
    let whole: Value = serde_json::from_str(&text).unwrap();
    // Recorded exchanges hold the object in `response.body`, lists in `items`.
    let body = whole
        .pointer("/response/body")
        .or_else(|| whole.get("body"));
    Some(body.unwrap_or(&whole).clone())
}

fn decode<T: WireObject>(value: &Value) -> T {
    let mut object = T::deserialize(value).unwrap();
    object.settle();
    object
}

#[test]
fn integrations() {
    for name in [
        "oic3-get-integration.json",
        "oic3-get-integration-2.json",
        "icsv2-get-integration-activated.json",
        "icsv2-get-integration-configured.json",
        "oic3-activate-response-async.json",
        "projects/project-integration-activate-200.json",
    ] {
        let Some(value) = sample(name) else { return };
        let integration: Integration = decode(&value);
        assert!(integration.status.is_some(), "{name}");
    }
    let Some(value) = sample("oic3-get-integration.json") else {
        return;
    };
    let integration: Integration = decode(&value);
    assert_eq!(integration.code, "AC_AR_INVO_DB_SAAS_APP_INTG");
    assert_eq!(
        integration.id,
        format!("{}|{}", integration.code, integration.version)
    );
    assert_eq!(integration.dependencies.connections.len(), 3);
    assert_eq!(
        integration.dependencies.connections[1].adapter.as_deref(),
        Some("atpdatabase")
    );
    assert!(integration.dependencies.lookups[0].locked_flag);
    assert!(
        integration
            .end_point_uri
            .unwrap()
            .ends_with("/1.0/metadata")
    );
    assert_eq!(integration.end_points[0].connection.id, "AC_REST_CONN");
}

#[test]
fn connections() {
    for (name, properties) in [
        ("icsv2-get-connection.json", 6),
        ("oic2-connection-get-trimmed-rest.json", 5),
        ("projects/project-connection-get-200.json", 1),
        ("projects/project-connection-update-200.json", 1),
    ] {
        let Some(value) = sample(name) else { return };
        let connection: Connection = decode(&value);
        assert!(!connection.id.is_empty(), "{name}");
        assert!(
            connection.connection_properties.len() >= properties,
            "{name}"
        );
        assert!(connection.security_policy.is_some(), "{name}");
    }
}

#[test]
fn projects_and_deployments() {
    let Some(value) = sample("projects/project-get-200.json") else {
        return;
    };
    let project: Project = decode(&value);
    assert_eq!(project.code, "TEST_PROJECT");
    assert_eq!(project.state.status.as_deref(), Some("CONFIGURED"));
    assert_eq!(project.state.assets.deployments[0].code, "01.00.0002");
    assert_eq!(
        project.state.latest.date.as_deref(),
        Some("2024-08-06T12:28:01.403+0000")
    );
    let imported: Project = decode(&sample("projects/project-import-200.json").unwrap());
    assert_eq!(imported.smart_tags.len(), 2);
    let list = sample("projects/deployments-list-200.json").unwrap();
    let items = list["items"].as_array().unwrap();
    assert!(!items.is_empty());
    for item in items {
        let deployment: Deployment = decode(item);
        assert!(!deployment.code.is_empty() && !deployment.name.is_empty());
    }
    let one: Deployment = decode(&sample("projects/deployment-get-200.json").unwrap());
    assert!(!one.integrations.is_empty());
    let request = sample("projects/project-acl-put-request.json").unwrap();
    let body = request.pointer("/request/body").unwrap_or(&request);
    let access: AccessList = decode(body);
    let groups = [
        &access.administrators,
        &access.editors,
        &access.viewers,
        &access.monitors,
    ];
    assert!(
        groups
            .iter()
            .any(|group| group.allow_all || !group.allowed.is_empty())
    );
}

#[tokio::test]
async fn errors_keep_their_words() {
    for name in [
        "error-404-connection-icsv2.json",
        "projects/error-404-connection.json",
    ] {
        let Some(body) = sample(name) else { return };
        let server = instance().await;
        Mock::given(path("/ic/api/integration/v1/connections/X"))
            .respond_with(ResponseTemplate::new(404).set_body_json(body))
            .mount(&server)
            .await;
        let error = client(&server)
            .connection(&Scope::Global, "X")
            .await
            .unwrap_err();
        assert_eq!(*error.kind(), ErrorKind::NotFound);
        assert_eq!(
            error.exchange().unwrap().title.as_deref(),
            Some("Connection not found.")
        );
    }
}

#[tokio::test]
async fn the_token_endpoint_is_understood() {
    let Some(refusal) = sample("projects/token-error-invalid-client.json") else {
        return;
    };
    let server = wiremock::MockServer::start().await;
    let endpoint = || Mock::given(path("/oauth2/v1/token"));
    endpoint()
        .respond_with(ResponseTemplate::new(401).set_body_json(refusal))
        .mount(&server)
        .await;
    let error = client(&server).sign_in_now().await.unwrap_err();
    assert_eq!(
        *error.kind(),
        ErrorKind::SignInRefused {
            code: "invalid_client".into(),
            reason: SignInRefusal::WrongSecret,
        }
    );

    server.reset().await;
    let mut token = sample("projects/token-client-credentials-200.json").unwrap();
    token["access_token"] = "a.b.c".into();
    endpoint()
        .respond_with(ResponseTemplate::new(200).set_body_json(token))
        .mount(&server)
        .await;
    client(&server).sign_in_now().await.unwrap();
}
