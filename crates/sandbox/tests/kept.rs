//! What outlives a sandbox, and what its addresses look like with a private authority.
#![allow(
    clippy::unwrap_used,
    reason = "a test may stop at what it did not expect"
)]

mod support;

use std::sync::Arc;
use std::time::Duration;

use serde_json::json;
use support::Caller;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio_rustls::TlsConnector;
use tokio_rustls::rustls::crypto::aws_lc_rs::default_provider;
use tokio_rustls::rustls::pki_types::pem::PemObject;
use tokio_rustls::rustls::pki_types::{CertificateDer, ServerName};
use tokio_rustls::rustls::{ClientConfig, RootCertStore};
use waybill_sandbox::{InstanceSpec, Running, Sandbox, SandboxError};

async fn start(folder: &std::path::Path) -> Running {
    Sandbox::builder()
        .instance(InstanceSpec::oic3("kept"))
        .synthetic(6, 2)
        .state(folder)
        .start()
        .await
        .unwrap()
}

#[tokio::test]
async fn changes_runs_and_grants_are_there_after_a_restart_and_tokens_are_not() {
    let folder = tempfile::tempdir().unwrap();
    let first = start(folder.path()).await;
    let caller = Caller::sign_in(&first.ready.instances[0]).await;
    let made = json!({"name": "Kept", "columns": ["A", "B"], "rows": [{"rowData": ["1", "2"]}]});
    assert_eq!(caller.post("lookups", &made).await.status, 200);
    let newest = caller.get("monitoring/instances?limit=50").await.json()["items"].clone();
    let integrations = caller.list("integrations").await;
    first.stop().await.unwrap();

    let second = start(folder.path()).await;
    let again = Caller::sign_in(&second.ready.instances[0]).await;
    let old = Caller {
        base: again.base.clone(),
        ..caller
    };
    assert_eq!(old.get("lookups").await.status, 401);
    assert_eq!(again.get("lookups/Kept").await.json()["rowCount"], 1);
    assert_eq!(again.list("integrations").await.len(), integrations.len());
    let ended = newest
        .as_array()
        .unwrap()
        .iter()
        .find(|run| run["status"] != "IN_PROGRESS");
    let id = ended.unwrap()["id"].as_str().unwrap();
    assert_eq!(
        again
            .get(&format!("monitoring/instances/{id}"))
            .await
            .status,
        200
    );
    let records = again.get("monitoring/auditRecords").await.json();
    assert_eq!(records["items"][0]["code"], "Kept");
    second.shutdown().await;
}

#[tokio::test]
async fn changes_are_written_soon_without_an_orderly_end() {
    let folder = tempfile::tempdir().unwrap();
    let first = start(folder.path()).await;
    let caller = Caller::sign_in(&first.ready.instances[0]).await;
    let made = json!({"name": "Soon", "columns": ["A", "B"], "rows": []});
    assert_eq!(caller.post("lookups", &made).await.status, 200);
    let file = folder.path().join("state.json");
    for _ in 0..100 {
        if std::fs::read_to_string(&file).is_ok_and(|text| text.contains("Soon")) {
            drop(first);
            let second = start(folder.path()).await;
            let caller = Caller::sign_in(&second.ready.instances[0]).await;
            assert_eq!(caller.get("lookups/Soon").await.status, 200);
            second.shutdown().await;
            return;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    panic!("the change was not written");
}

#[tokio::test]
async fn a_damaged_state_is_named_and_left_alone() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("state.json");
    std::fs::write(&file, "{\"version\": 1, ").unwrap();
    let error = Sandbox::builder()
        .state(folder.path())
        .start()
        .await
        .unwrap_err();
    assert!(matches!(error, SandboxError::State { .. }), "{error}");
    assert_eq!(std::fs::read_to_string(&file).unwrap(), "{\"version\": 1, ");
}

async fn over_tls(address: &str, roots: RootCertStore) -> std::io::Result<String> {
    let config = ClientConfig::builder_with_provider(Arc::new(default_provider()))
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_root_certificates(roots)
        .with_no_client_auth();
    let stream = TcpStream::connect(address).await?;
    let name = ServerName::try_from("127.0.0.1").unwrap();
    let mut stream = TlsConnector::from(Arc::new(config))
        .connect(name, stream)
        .await?;
    let request = format!(
        "GET /ic/api/integration/v1/integrations HTTP/1.1\r\nHost: {address}\r\nConnection: close\r\n\r\n"
    );
    stream.write_all(request.as_bytes()).await?;
    let mut text = String::new();
    // The end of the connection may come without a goodbye.
    let _ = stream.read_to_string(&mut text).await;
    Ok(text)
}

#[tokio::test]
async fn only_those_who_trust_the_private_authority_get_in() {
    let folder = tempfile::tempdir().unwrap();
    let running = Sandbox::builder().tls(folder.path()).start().await.unwrap();
    let address = running.ready.instances[0]
        .design_url
        .strip_prefix("https://")
        .unwrap();
    let file = running.ready.ca_file.clone().unwrap();
    let mut roots = RootCertStore::empty();
    roots
        .add(CertificateDer::from_pem_file(file).unwrap())
        .unwrap();
    let answer = over_tls(address, roots).await.unwrap();
    assert!(answer.starts_with("HTTP/1.1 4"), "{answer}");
    let error = over_tls(address, RootCertStore::empty()).await.unwrap_err();
    assert!(error.to_string().contains("UnknownIssuer"), "{error}");
    running.shutdown().await;
}
