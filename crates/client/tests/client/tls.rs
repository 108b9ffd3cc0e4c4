//! TLS with authorities made for the test.

use std::path::PathBuf;
use std::sync::Arc;

use rcgen::{
    BasicConstraints, CertificateParams, CertifiedIssuer, DnType, IsCa, KeyPair, date_time_ymd,
};
use rustls::ServerConfig;
use rustls::pki_types::{PrivateKeyDer, PrivatePkcs8KeyDer};
use tempfile::TempDir;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;
use tokio_rustls::TlsAcceptor;
use waybill_client::{Client, ClientConfig, ErrorKind, TlsProblem};
use waybill_model::{Generation, Scope};

use crate::support::basic;

struct Authority {
    issuer: CertifiedIssuer<'static, KeyPair>,
    folder: TempDir,
}

impl Authority {
    fn new() -> Self {
        let mut params = CertificateParams::new(Vec::new()).unwrap();
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        params
            .distinguished_name
            .push(DnType::CommonName, "Proving Ground CA");
        let issuer = CertifiedIssuer::self_signed(params, KeyPair::generate().unwrap()).unwrap();
        let folder = tempfile::tempdir().unwrap();
        // The file may hold several certificates and other text.
        let file = format!(
            "# company authorities\n{}\n{}",
            other_certificate(),
            issuer.pem()
        );
        std::fs::write(folder.path().join("ca.pem"), file).unwrap();
        Self { issuer, folder }
    }

    fn file(&self) -> PathBuf {
        self.folder.path().join("ca.pem")
    }

    /// Serves an empty list to everyone, with a certificate for this name, valid until this year.
    async fn serve(&self, name: &str, until: i32) -> String {
        let key = KeyPair::generate().unwrap();
        let mut params = CertificateParams::new(vec![name.to_owned()]).unwrap();
        params.distinguished_name.push(DnType::CommonName, name);
        params.not_before = date_time_ymd(2020, 1, 1);
        params.not_after = date_time_ymd(until, 1, 1);
        let certificate = params.signed_by(&key, &*self.issuer).unwrap();
        let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
        let config = ServerConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .unwrap()
            .with_no_client_auth()
            .with_single_cert(
                vec![certificate.der().clone()],
                PrivateKeyDer::Pkcs8(PrivatePkcs8KeyDer::from(key.serialize_der())),
            )
            .unwrap();
        let acceptor = TlsAcceptor::from(Arc::new(config));
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = format!(
            "https://127.0.0.1:{}",
            listener.local_addr().unwrap().port()
        );
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let acceptor = acceptor.clone();
                tokio::spawn(async move {
                    let Ok(mut stream) = acceptor.accept(stream).await else {
                        return;
                    };
                    let mut request = [0; 4096];
                    let _ = stream.read(&mut request).await;
                    let answer = "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 12\r\nConnection: close\r\n\r\n{\"items\":[]}";
                    let _ = stream.write_all(answer.as_bytes()).await;
                    let _ = stream.shutdown().await;
                });
            }
        });
        address
    }
}

fn other_certificate() -> String {
    let params = CertificateParams::new(vec!["other.example".to_owned()]).unwrap();
    params
        .self_signed(&KeyPair::generate().unwrap())
        .unwrap()
        .pem()
}

fn config(address: &str, authority: Option<&Authority>) -> ClientConfig {
    let mut config = basic(Generation::Gen2, address);
    config.ca_file = authority.map(Authority::file);
    config
}

/// The staged test and a call must come to the same end.
async fn refused(config: ClientConfig, problem: TlsProblem, words: &str) {
    let client = Client::new(config).unwrap();
    let reached = client.reach().await.unwrap_err();
    let called = client.integrations(&Scope::Global).await.unwrap_err();
    for error in [reached, called] {
        assert_eq!(*error.kind(), ErrorKind::Tls(problem), "{error}");
        assert!(error.cause().contains(words), "{error}");
    }
}

#[tokio::test]
async fn an_unknown_authority_is_refused_in_plain_words() {
    let address = Authority::new().serve("127.0.0.1", 2099).await;
    refused(
        config(&address, None),
        TlsProblem::UnknownIssuer,
        "does not trust",
    )
    .await;
    let other = Authority::new();
    refused(
        config(&address, Some(&other)),
        TlsProblem::UnknownIssuer,
        "CA file",
    )
    .await;
}

#[tokio::test]
async fn an_authority_of_the_ca_file_is_trusted() {
    let authority = Authority::new();
    let address = authority.serve("127.0.0.1", 2099).await;
    let client = Client::new(config(&address, Some(&authority))).unwrap();
    assert!(
        client
            .integrations(&Scope::Global)
            .await
            .unwrap()
            .is_empty()
    );
    let reach = client.reach().await.unwrap();
    let certificate = reach.certificate.unwrap();
    assert_eq!(certificate.issuer, "CN=Proving Ground CA");
    assert_eq!(certificate.subject, "CN=127.0.0.1");
    assert_eq!(certificate.not_after.to_string(), "2099-01-01T00:00:00Z");
    assert!(reach.handshake.is_some());
}

#[tokio::test]
async fn a_certificate_for_another_host_is_refused() {
    let authority = Authority::new();
    let address = authority.serve("other.example", 2099).await;
    refused(
        config(&address, Some(&authority)),
        TlsProblem::WrongName,
        "other.example",
    )
    .await;
}

#[tokio::test]
async fn an_expired_certificate_is_refused() {
    let authority = Authority::new();
    let address = authority.serve("127.0.0.1", 2021).await;
    refused(
        config(&address, Some(&authority)),
        TlsProblem::Expired,
        "expired",
    )
    .await;
}

#[tokio::test]
async fn a_port_without_tls_is_told_apart() {
    let plain =
        crate::support::raw_server(vec![b"HTTP/1.1 400 Bad Request\r\n\r\n".to_vec()]).await;
    let address = plain.replace("http://", "https://");
    refused(
        config(&address, None),
        TlsProblem::NotTls,
        "does not speak TLS",
    )
    .await;
}
