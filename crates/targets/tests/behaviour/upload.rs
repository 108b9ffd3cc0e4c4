//! Upload addresses: Swift's temporary URLs against OpenStack Swift, and OCI's pre-authenticated ones against a server that
//! keeps their rules.

use std::{net::SocketAddr, sync::Arc};

use async_trait::async_trait;
use secrecy::SecretString;
use sha2::{Digest as _, Sha256};
use waybill_targets::{
    NOTE, StageState, SwiftFiles, SwiftSettings, SwiftSignIn, Target, TargetError, Tree,
    UploadFiles, UploadSettings,
};

use crate::{
    outage::outage,
    par::{Par, Rules, TOKEN, WRITES},
    proxy,
    suite::{self, Bench, Cargo},
    swift::{OUTAGE, fresh_container, limit},
    swift_server::{ACCOUNT, SwiftServer, WRITER, WRITING_KEY},
};

const KEY: &str = "key-of-temporary-addresses";

fn target(address: String, reads: bool) -> Arc<dyn Target> {
    let settings = UploadSettings {
        address: SecretString::from(address),
        prefix: "oic".to_owned(),
        reads,
        ca_file: None,
    };
    Arc::new(Tree::new(Arc::new(UploadFiles::new(&settings).unwrap())))
}

/// HMAC with SHA-256, in hexadecimal digits.
fn signature(text: &str) -> String {
    let mut key = [0_u8; 64];
    key[..KEY.len()].copy_from_slice(KEY.as_bytes());
    let padded = |with: u8| key.map(|byte| byte ^ with);
    let inner = Sha256::new()
        .chain_update(padded(0x36))
        .chain_update(text)
        .finalize();
    let outer = Sha256::new()
        .chain_update(padded(0x5c))
        .chain_update(inner)
        .finalize();
    outer.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// A container behind a temporary URL.
struct Temporary {
    server: &'static SwiftServer,
    container: String,
}

impl Temporary {
    fn new() -> Self {
        let (server, container) = fresh_container("upload");
        let headers = [("X-Container-Meta-Temp-URL-Key", KEY)];
        assert!(server.ask("POST", &container, &headers).0 < 300);
        Self { server, container }
    }

    fn address(&self, at: SocketAddr, lasts: i64) -> String {
        let until = jiff::Timestamp::now().as_second() + lasts;
        let path = format!("/v1/{ACCOUNT}/{}/copies/", self.container);
        let sign = signature(&format!("PUT\n{until}\nprefix:{path}"));
        format!(
            "http://{at}{path}?temp_url_sig={sign}&temp_url_expires={until}&temp_url_prefix=copies/"
        )
    }

    fn target(&self) -> Arc<dyn Target> {
        target(self.address(self.server.address, 600), false)
    }

    /// The same folder, as somebody with the right to read sees it.
    fn seen(&self) -> Tree<SwiftFiles> {
        let settings = SwiftSettings {
            sign_in: SwiftSignIn::Token {
                address: format!("http://{}/auth/v1.0", self.server.address),
                user: WRITER.to_owned(),
                key: SecretString::from(WRITING_KEY.to_owned()),
            },
            container: self.container.clone(),
            prefix: "copies/oic".to_owned(),
            make_container: false,
            segment_size: None,
            ca_file: None,
        };
        Tree::new(Arc::new(SwiftFiles::new(&settings).unwrap()))
    }
}

#[tokio::test]
async fn a_copy_goes_through_a_temporary_address() {
    let bench = Temporary::new();
    let target = bench.target();
    let checked = target
        .check(&|stage| assert_ne!(stage.state, StageState::Failed))
        .await
        .unwrap();
    assert!(
        !checked.notes.is_empty(),
        "it says that nothing is read back"
    );
    let cargo = Cargo::small("2026/11/21/Test");
    let finished = cargo.carry(&*target).await.unwrap();
    assert!(finished.reference.contains("••••••"), "{finished:?}");
    assert!(!finished.reference.contains("temp_url_sig"), "{finished:?}");
    cargo.compare(&bench.seen()).await;
    let listed = bench.seen().copies().await.unwrap();
    assert_eq!(listed[0].folder, "2026/11/21/Test");
}

#[tokio::test]
async fn a_temporary_address_outlives_a_short_cut_and_tells_of_an_outage() {
    let bench = Temporary::new();
    let cargo = Cargo::many("2026/11/21/Test", 40, 64 << 10);
    let way = proxy::cutting(bench.server.address, 1 << 20).await;
    cargo
        .carry(&*target(bench.address(way, 600), false))
        .await
        .unwrap();
    cargo.compare(&bench.seen()).await;

    let other = Cargo::many("2026/11/22/Test", 40, 64 << 10);
    let way = outage(bench.server.address, 1 << 20, OUTAGE).await;
    let target = target(bench.address(way, 600), false);
    let cut = other.carry(&*target).await.unwrap_err();
    assert!(cut.is_passing(), "{cut}");
    assert!(!cut.to_string().contains("temp_url_sig"), "{cut}");
    assert_eq!(bench.seen().copies().await.unwrap().len(), 1);
    other.carry(&*target).await.unwrap();
    other.compare(&bench.seen()).await;
}

#[tokio::test]
async fn a_temporary_address_that_ended_or_is_full_says_so() {
    let bench = Temporary::new();
    let cargo = Cargo::small("2026/11/21/Test");
    let address = bench.address(bench.server.address, -5);
    let sign = address.split_once("temp_url_sig=").unwrap().1[..64].to_owned();
    let refused = cargo.carry(&*target(address, false)).await.unwrap_err();
    assert!(matches!(refused, TargetError::SignIn { .. }), "{refused}");
    assert!(!format!("{refused} {refused:?}").contains(&sign));
    limit(bench.server, &bench.container, 1_000);
    let refused = cargo.carry(&*bench.target()).await.unwrap_err();
    assert!(matches!(refused, TargetError::Full { .. }), "{refused}");
}

#[tokio::test]
async fn a_temporary_address_takes_two_thousand_files() {
    let bench = Temporary::new();
    let cargo = Cargo::many("2026/11/21/Test", 2_000, 2_000);
    let begun = std::time::Instant::now();
    cargo.carry(&*bench.target()).await.unwrap();
    let took = begun.elapsed();
    println!("temporary address: 2,000 files in {took:.1?}");
}

/// A pre-authenticated address that reads and lists.
struct Reading(Par);

impl Reading {
    async fn new() -> Self {
        Self(
            Par::start(Rules {
                reads: true,
                ..WRITES
            })
            .await,
        )
    }
}

#[async_trait]
impl Bench for Reading {
    fn target(&self) -> Arc<dyn Target> {
        target(self.0.url(TOKEN), true)
    }

    fn forgets(&self) -> bool {
        false
    }
}

#[tokio::test]
async fn what_goes_to_a_pre_authenticated_address_can_be_read_where_it_allows() {
    let bench = Reading::new().await;
    suite::written_and_read_back(&bench).await;
    suite::names(&Reading::new().await).await;
}

#[tokio::test]
async fn a_pre_authenticated_address_shows_no_token_and_removes_nothing() {
    let par = Par::start(WRITES).await;
    let target = target(par.url(TOKEN), false);
    assert!(
        target.title().contains("/p/••••••/n/namespace/"),
        "{}",
        target.title()
    );
    let cargo = Cargo::small("2026/11/21/Test");
    cargo.carry(&*target).await.unwrap();
    {
        let objects = par.objects.lock().unwrap();
        for (path, content) in &cargo.contents {
            assert_eq!(
                objects[&format!("oic/2026/11/21/Test/{path}")],
                content[..],
                "{path}"
            );
        }
        assert!(objects.contains_key(&format!("oic/2026/11/21/Test/{NOTE}")));
    }
    for refused in [
        target.copies().await.map(drop).unwrap_err(),
        target.remove("2026/11/21/Test").await.unwrap_err(),
    ] {
        assert!(
            !format!("{refused} {refused:?}").contains(TOKEN),
            "{refused}"
        );
    }
    let other = self::target(par.url("another-token-that-ended"), false);
    let refused = cargo.carry(&*other).await.unwrap_err();
    assert!(matches!(refused, TargetError::SignIn { .. }), "{refused}");
    assert!(
        !format!("{refused} {refused:?}").contains("another-token"),
        "{refused}"
    );
}

#[tokio::test]
async fn what_is_stored_otherwise_than_sent_is_found() {
    for reads in [false, true] {
        let par = Par::start(Rules {
            reads,
            breaks: true,
            ..WRITES
        })
        .await;
        let cargo = Cargo::small("2026/11/21/Test");
        let damaged = cargo
            .carry(&*target(par.url(TOKEN), reads))
            .await
            .unwrap_err();
        assert!(matches!(damaged, TargetError::Damaged { .. }), "{damaged}");
        let note = format!("oic/2026/11/21/Test/{NOTE}");
        assert!(!par.objects.lock().unwrap().contains_key(&note));
    }
}

#[tokio::test]
async fn a_server_that_does_not_tell_what_it_stored_is_not_trusted() {
    let mute = |reads| Rules {
        reads,
        is_mute: true,
        ..WRITES
    };
    let cargo = Cargo::small("2026/11/21/Test");
    let par = Par::start(mute(false)).await;
    let refused = cargo
        .carry(&*target(par.url(TOKEN), false))
        .await
        .unwrap_err();
    assert!(matches!(refused, TargetError::Refused { .. }), "{refused}");
    let par = Par::start(mute(true)).await;
    cargo.carry(&*target(par.url(TOKEN), true)).await.unwrap();
}
