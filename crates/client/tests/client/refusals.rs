use waybill_client::{Client, ClientConfig, ErrorKind, Proxy, SignIn};
use waybill_model::{Generation, Scope};

use crate::support::{basic, client, config, instance};

fn refusal(config: ClientConfig) -> ErrorKind {
    Client::new(config).unwrap_err().kind().clone()
}

#[test]
fn plain_http_is_for_this_computer_alone() {
    let loopback = "http://127.0.0.1:1";
    assert_eq!(
        refusal(config("http://oic.example.com", loopback)),
        ErrorKind::InsecureAddress
    );
    assert_eq!(
        refusal(config(loopback, "http://idcs.example.com")),
        ErrorKind::InsecureAddress
    );
    assert_eq!(
        refusal(config("ftp://127.0.0.1", loopback)),
        ErrorKind::Configuration
    );
    assert_eq!(
        refusal(config("https://me:hush@x.example", loopback)),
        ErrorKind::Configuration
    );
    assert!(Client::new(config(loopback, loopback)).is_ok());
}

#[test]
fn oic_3_takes_no_password_and_needs_a_name() {
    let refused = basic(Generation::Oic3, "http://127.0.0.1:1");
    assert_eq!(refusal(refused), ErrorKind::Configuration);
    let mut nameless = config("https://oic.example.com", "https://idcs.example.com");
    nameless.address.instance_name = None;
    assert_eq!(refusal(nameless.clone()), ErrorKind::Configuration);
    // The console host tells the name.
    nameless.address.base = "https://a-b-c.integration.eu-x-1.ocp.oraclecloud.com/"
        .parse()
        .unwrap();
    assert!(Client::new(nameless).is_ok());
}

#[test]
fn a_ca_file_must_hold_certificates() {
    let folder = tempfile::tempdir().unwrap();
    let mut with_file = config("https://oic.example.com", "https://idcs.example.com");
    with_file.ca_file = Some(folder.path().join("absent.pem"));
    assert_eq!(refusal(with_file.clone()), ErrorKind::Configuration);
    let empty = folder.path().join("empty.pem");
    std::fs::write(&empty, "not a certificate").unwrap();
    with_file.ca_file = Some(empty);
    let error = Client::new(with_file).unwrap_err();
    assert!(error.cause().contains("holds no certificate"), "{error}");
}

#[tokio::test]
async fn names_that_would_change_the_path_are_refused() {
    let server = instance().await;
    let client = client(&server);
    for name in ["", ".", ".."] {
        let error = client.connection(&Scope::Global, name).await.unwrap_err();
        assert_eq!(*error.kind(), ErrorKind::Configuration);
    }
    assert!(server.received_requests().await.unwrap().is_empty());
}

#[tokio::test]
async fn this_computer_is_never_reached_through_a_proxy() {
    let server = instance().await;
    let mut config = config(&server.uri(), &server.uri());
    config.proxy = Proxy::Url("http://127.0.0.1:9".parse().unwrap());
    Client::new(config).unwrap().sign_in_now().await.unwrap();
}

#[tokio::test]
async fn a_proxy_that_is_not_there_is_named() {
    let mut config = config("https://oic.example.com", "https://idcs.example.com");
    config.proxy = Proxy::Url("http://127.0.0.1:9".parse().unwrap());
    let SignIn::ClientCredentials { .. } = &config.sign_in else {
        panic!("a client signs in")
    };
    let error = Client::new(config).unwrap().reach().await.unwrap_err();
    assert_eq!(*error.kind(), ErrorKind::ProxyFailed, "{error}");
}
