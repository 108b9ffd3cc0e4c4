use std::net::{IpAddr, Ipv4Addr};

use tokio::net::TcpListener;
use waybill_client::{Client, ErrorKind};
use waybill_model::Scope;

use crate::support::{client, config, instance};

#[tokio::test]
async fn this_computer_is_reached_without_tls() {
    let server = instance().await;
    let reach = client(&server).reach().await.unwrap();
    assert_eq!(reach.addresses, [IpAddr::V4(Ipv4Addr::LOCALHOST)]);
    assert_eq!(reach.host, "127.0.0.1");
    assert!(reach.handshake.is_none() && reach.certificate.is_none() && !reach.through_proxy);
    assert!(
        server.received_requests().await.unwrap().is_empty(),
        "nothing is sent"
    );
}

#[tokio::test]
async fn a_closed_port_is_unreachable() {
    let tokens = instance().await;
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = format!("http://{}", listener.local_addr().unwrap());
    drop(listener);
    let client = Client::new(config(&address, &tokens.uri())).unwrap();
    let reached = client.reach().await.unwrap_err();
    let called = client.integrations(&Scope::Global).await.unwrap_err();
    for error in [reached, called] {
        assert_eq!(*error.kind(), ErrorKind::Unreachable, "{error}");
        assert!(error.cause().contains("127.0.0.1"), "{error}");
    }
}

#[tokio::test]
async fn a_name_that_does_not_exist_is_unknown() {
    // `.invalid` is kept free of names (RFC 2606).
    let address = "https://oic.invalid";
    let client = Client::new(config(address, address)).unwrap();
    for error in [
        client.reach().await.unwrap_err(),
        client.sign_in_now().await.unwrap_err(),
    ] {
        assert_eq!(*error.kind(), ErrorKind::AddressUnknown, "{error}");
        assert!(error.cause().contains("oic.invalid"), "{error}");
    }
}
