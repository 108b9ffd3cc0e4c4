//! Swift's API, against OpenStack Swift.

use std::{
    net::SocketAddr,
    sync::{
        Arc, OnceLock,
        atomic::{AtomicU32, Ordering},
    },
    time::Duration,
};

use async_trait::async_trait;
use bytes::Bytes;
use secrecy::SecretString;
use waybill_targets::{
    Files as _, SwiftFiles, SwiftSettings, SwiftSignIn, Target, TargetError, Tree,
};

use crate::{
    outage::outage,
    proxy,
    suite::{self, Bench, Cargo},
    swift_server::{READER, READING_KEY, SwiftServer, WRITER, WRITING_KEY},
};

/// Longer than all tries of one request together, shorter than those of two.
pub const OUTAGE: Duration = Duration::from_secs(5);

/// One server for all tests of this program.
pub fn server() -> &'static SwiftServer {
    static SERVER: OnceLock<SwiftServer> = OnceLock::new();
    SERVER.get_or_init(|| SwiftServer::start(std::path::Path::new(env!("CARGO_TARGET_TMPDIR"))))
}

/// A container of its own for each test.
pub fn fresh_container(kind: &str) -> (&'static SwiftServer, String) {
    static NEXT: AtomicU32 = AtomicU32::new(0);
    let server = server();
    let name = format!("{kind}-{}", NEXT.fetch_add(1, Ordering::Relaxed));
    let headers = [("X-Container-Read", READER)];
    assert!(server.ask("PUT", &name, &headers).0 < 300);
    (server, name)
}

/// Lets a container hold so many bytes.
pub fn limit(server: &SwiftServer, container: &str, bytes: u32) {
    let quota = bytes.to_string();
    let headers = [("X-Container-Meta-Quota-Bytes", quota.as_str())];
    assert!(server.ask("POST", container, &headers).0 < 300);
}

struct Swift {
    server: &'static SwiftServer,
    container: String,
}

impl Swift {
    fn new() -> Self {
        let (server, container) = fresh_container("swift");
        Self { server, container }
    }

    fn settings(&self, at: SocketAddr, user: &str, key: &str) -> SwiftSettings {
        SwiftSettings {
            sign_in: SwiftSignIn::Token {
                address: format!("http://{at}/auth/v1.0"),
                user: user.to_owned(),
                key: SecretString::from(key.to_owned()),
            },
            container: self.container.clone(),
            prefix: "oic/copies".to_owned(),
            make_container: false,
            segment_size: None,
            ca_file: None,
        }
    }

    fn own(&self) -> SwiftSettings {
        self.settings(self.server.address, WRITER, WRITING_KEY)
    }

    fn by(settings: &SwiftSettings) -> Arc<dyn Target> {
        Arc::new(Tree::new(Arc::new(SwiftFiles::new(settings).unwrap())))
    }

    /// The names of all objects.
    fn lying(&self) -> Vec<String> {
        let (_, names) = self.server.ask("GET", &self.container, &[]);
        names.lines().map(str::to_owned).collect()
    }
}

#[async_trait]
impl Bench for Swift {
    fn target(&self) -> Arc<dyn Target> {
        Self::by(&self.own())
    }

    async fn cut_after(&self, bytes: u64) -> Option<Arc<dyn Target>> {
        let way = outage(self.server.address, bytes, OUTAGE).await;
        Some(Self::by(&self.settings(way, WRITER, WRITING_KEY)))
    }

    async fn read_only(&self) -> Option<Arc<dyn Target>> {
        let at = self.server.address;
        Some(Self::by(&self.settings(at, READER, READING_KEY)))
    }

    async fn full(&self) -> Option<Arc<dyn Target>> {
        limit(self.server, &self.container, 900_000);
        Some(self.target())
    }

    async fn wrong_secret(&self) -> Option<Arc<dyn Target>> {
        let at = self.server.address;
        Some(Self::by(&self.settings(at, WRITER, "no-such-key")))
    }

    async fn flip(&self, folder: &str, path: &str) -> bool {
        let files = SwiftFiles::new(&self.own()).unwrap();
        let path = format!("{folder}/{path}");
        let mut content = files.read(&path).await.unwrap().to_vec();
        content[100] ^= 1;
        files.write(&path, Bytes::from(content)).await.unwrap();
        true
    }
}

#[tokio::test]
async fn swift_is_checked() {
    let bench = Swift::new();
    suite::is_checked(&bench).await;
    assert_eq!(bench.lying(), Vec::<String>::new());
    limit(bench.server, &bench.container, 900_000);
    let checked = bench.target().check(&|_| {}).await.unwrap();
    assert_eq!(checked.free, Some(900_000));
}

#[tokio::test]
async fn swift_is_written_and_read_back() {
    let bench = Swift::new();
    suite::written_and_read_back(&bench).await;
}

#[tokio::test]
async fn swift_takes_a_copy_once() {
    let bench = Swift::new();
    suite::carried_once(&bench).await;
}

#[tokio::test]
async fn swift_takes_a_copy_up_again() {
    let bench = Swift::new();
    suite::taken_up_again(&bench).await;
}

#[tokio::test]
async fn swift_goes_on_after_an_outage() {
    let bench = Swift::new();
    suite::cut_and_resumed(&bench).await;
}

#[tokio::test]
async fn swift_does_not_notice_a_short_cut() {
    let bench = Swift::new();
    let way = proxy::cutting(bench.server.address, 1 << 20).await;
    let target = Swift::by(&bench.settings(way, WRITER, WRITING_KEY));
    let cargo = Cargo::many("2026/11/21/Test", 40, 64 << 10);
    cargo.carry(&*target).await.unwrap();
    cargo.compare(&*bench.target()).await;
}

#[tokio::test]
async fn swift_that_may_only_be_read_says_so() {
    let bench = Swift::new();
    suite::read_only(&bench).await;
}

#[tokio::test]
async fn swift_that_is_full_says_so() {
    let bench = Swift::new();
    suite::full(&bench).await;
    // The server's own word, where nobody asked for the room before.
    let files = SwiftFiles::new(&bench.own()).unwrap();
    let refused = files
        .write("big", Bytes::from(vec![7; 1 << 20]))
        .await
        .unwrap_err();
    assert!(matches!(refused, TargetError::Full { .. }), "{refused}");
}

#[tokio::test]
async fn swift_with_a_wrong_key_is_refused() {
    let bench = Swift::new();
    suite::wrong_secret(&bench, "no-such-key").await;
}

#[tokio::test]
async fn swift_takes_names_of_all_sorts() {
    let bench = Swift::new();
    suite::names(&bench).await;
}

#[tokio::test]
async fn swift_takes_two_thousand_files() {
    let bench = Swift::new();
    suite::many_files(&bench).await;
}

#[tokio::test]
async fn swift_has_one_writer() {
    let bench = Swift::new();
    suite::two_writers(&bench).await;
}

#[tokio::test]
async fn a_flipped_byte_in_swift_is_found() {
    let bench = Swift::new();
    suite::flipped_byte(&bench).await;
}

#[tokio::test]
async fn a_copy_in_swift_is_removed() {
    let bench = Swift::new();
    suite::removed(&bench).await;
    let other = "2026/11/20/";
    let left = bench.lying();
    assert!(left.iter().any(|name| name.contains(other)), "{left:?}");
}

#[tokio::test]
async fn a_large_file_travels_in_segments_and_goes_on_with_the_missing_ones() {
    let bench = Swift::new();
    let settings = SwiftSettings {
        segment_size: Some(5 << 20),
        ..bench.own()
    };
    let files = SwiftFiles::new(&settings).unwrap();
    let content = Bytes::from(suite::noise(3, 12 << 20));
    files
        .write("Projects/BIG.car", content.clone())
        .await
        .unwrap();
    let segments = |lying: &[String]| {
        lying
            .iter()
            .filter(|name| name.contains(".waybill-segments/"))
            .count()
    };
    assert_eq!(segments(&bench.lying()), 3);
    assert_eq!(files.read("Projects/BIG.car").await.unwrap(), content);
    assert_eq!(
        files.size("Projects/BIG.car").await.unwrap(),
        Some(12 << 20)
    );
    let listed = files.list("").await.unwrap();
    assert_eq!(listed.len(), 1, "segments are not listed: {listed:?}");
    assert_eq!(listed[0].size, 12 << 20);

    // With a segment of it gone, only that one is sent again: there is room for it twice, and not for all.
    let lying = bench.lying();
    let gone = lying.iter().find(|name| name.ends_with("000001")).unwrap();
    let path = format!("{}/{gone}", bench.container);
    assert!(bench.server.ask("DELETE", &path, &[]).0 < 300);
    let limited = outage(bench.server.address, 11 << 20, OUTAGE).await;
    let again = SwiftSettings {
        segment_size: Some(5 << 20),
        ..bench.settings(limited, WRITER, WRITING_KEY)
    };
    let again = SwiftFiles::new(&again).unwrap();
    again
        .write("Projects/BIG.car", content.clone())
        .await
        .unwrap();
    assert_eq!(again.read("Projects/BIG.car").await.unwrap(), content);

    // Another content leaves nothing of the former.
    let other = Bytes::from(suite::noise(4, 7 << 20));
    files
        .write("Projects/BIG.car", other.clone())
        .await
        .unwrap();
    assert_eq!(segments(&bench.lying()), 2);
    assert_eq!(files.read("Projects/BIG.car").await.unwrap(), other);
    files.remove("Projects/BIG.car").await.unwrap();
    assert_eq!(bench.lying(), Vec::<String>::new());
}

#[tokio::test]
async fn a_container_that_is_missing_is_told_or_made() {
    let bench = Swift::new();
    let mut settings = bench.own();
    settings.container.push_str("-none");
    let missing = Swift::by(&settings).check(&|_| {}).await.unwrap_err();
    assert!(matches!(missing, TargetError::Missing { .. }), "{missing}");
    assert!(missing.to_string().contains("-none"), "{missing}");
    settings.make_container = true;
    Swift::by(&settings).check(&|_| {}).await.unwrap();
}

#[tokio::test]
async fn a_token_that_ended_is_fetched_anew() {
    let bench = Swift::new();
    let files = SwiftFiles::new(&bench.own()).unwrap();
    files.write("one", Bytes::from_static(b"1")).await.unwrap();
    bench.server.forget_tokens();
    files.write("two", Bytes::from_static(b"2")).await.unwrap();
    assert_eq!(files.read("two").await.unwrap(), "2");
}

#[tokio::test]
async fn a_file_is_created_once() {
    let bench = Swift::new();
    let files = SwiftFiles::new(&bench.own()).unwrap();
    assert!(
        files
            .create("lock", Bytes::from_static(b"1"))
            .await
            .unwrap()
    );
    assert!(
        !files
            .create("lock", Bytes::from_static(b"2"))
            .await
            .unwrap()
    );
    assert_eq!(files.read("lock").await.unwrap(), "1");
}
