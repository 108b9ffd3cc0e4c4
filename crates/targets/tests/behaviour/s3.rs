//! The S3 API, against OpenStack Swift's own S3 server (`s3api`): signatures, lists, parts and refusals are its.

use std::{net::SocketAddr, sync::Arc};

use async_trait::async_trait;
use bytes::Bytes;
use secrecy::SecretString;
use waybill_targets::{Files as _, S3Files, S3Settings, Target, TargetError, Tree};

use crate::{
    outage::outage,
    proxy,
    suite::{self, Bench, Cargo},
    swift::{OUTAGE, fresh_container, limit},
    swift_server::{READER, READING_KEY, SwiftServer, WRITER, WRITING_KEY},
};

struct S3 {
    server: &'static SwiftServer,
    bucket: String,
}

impl S3 {
    fn new() -> Self {
        let (server, bucket) = fresh_container("s3");
        Self { server, bucket }
    }

    fn settings(&self, at: SocketAddr, access_key: &str, secret_key: &str) -> S3Settings {
        S3Settings {
            endpoint: format!("http://{at}"),
            region: "us-east-1".to_owned(),
            bucket: self.bucket.clone(),
            prefix: "oic/copies".to_owned(),
            access_key: access_key.to_owned(),
            secret_key: SecretString::from(secret_key.to_owned()),
            path_style: true,
            part_size: None,
            ca_file: None,
        }
    }

    fn own(&self) -> S3Settings {
        self.settings(self.server.address, WRITER, WRITING_KEY)
    }

    fn by(settings: &S3Settings) -> Arc<dyn Target> {
        Arc::new(Tree::new(Arc::new(S3Files::new(settings).unwrap())))
    }
}

#[async_trait]
impl Bench for S3 {
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
        limit(self.server, &self.bucket, 900_000);
        Some(self.target())
    }

    async fn wrong_secret(&self) -> Option<Arc<dyn Target>> {
        let at = self.server.address;
        Some(Self::by(&self.settings(at, WRITER, "no-such-key")))
    }

    async fn flip(&self, folder: &str, path: &str) -> bool {
        let files = S3Files::new(&self.own()).unwrap();
        let path = format!("{folder}/{path}");
        let mut content = files.read(&path).await.unwrap().to_vec();
        content[100] ^= 1;
        files.write(&path, Bytes::from(content)).await.unwrap();
        true
    }
}

#[tokio::test]
async fn s3_is_checked() {
    let bench = S3::new();
    suite::is_checked(&bench).await;
    let (_, left) = bench.server.ask("GET", &bench.bucket, &[]);
    assert_eq!(left, "");
}

#[tokio::test]
async fn s3_is_written_and_read_back() {
    let bench = S3::new();
    suite::written_and_read_back(&bench).await;
}

#[tokio::test]
async fn s3_takes_a_copy_once() {
    let bench = S3::new();
    suite::carried_once(&bench).await;
}

#[tokio::test]
async fn s3_takes_a_copy_up_again() {
    let bench = S3::new();
    suite::taken_up_again(&bench).await;
}

#[tokio::test]
async fn s3_goes_on_after_an_outage() {
    let bench = S3::new();
    suite::cut_and_resumed(&bench).await;
}

#[tokio::test]
async fn s3_does_not_notice_a_short_cut() {
    let bench = S3::new();
    let way = proxy::cutting(bench.server.address, 1 << 20).await;
    let target = S3::by(&bench.settings(way, WRITER, WRITING_KEY));
    let cargo = Cargo::many("2026/11/21/Test", 40, 64 << 10);
    cargo.carry(&*target).await.unwrap();
    cargo.compare(&*bench.target()).await;
}

#[tokio::test]
async fn s3_that_may_only_be_read_says_so() {
    let bench = S3::new();
    suite::read_only(&bench).await;
}

#[tokio::test]
async fn s3_that_is_full_says_so() {
    let bench = S3::new();
    suite::full(&bench).await;
}

#[tokio::test]
async fn s3_with_a_wrong_key_is_refused() {
    let bench = S3::new();
    suite::wrong_secret(&bench, "no-such-key").await;
}

#[tokio::test]
async fn s3_takes_names_of_all_sorts() {
    let bench = S3::new();
    suite::names(&bench).await;
}

#[tokio::test]
async fn s3_has_one_writer() {
    let bench = S3::new();
    suite::two_writers(&bench).await;
}

#[tokio::test]
async fn a_flipped_byte_in_s3_is_found() {
    let bench = S3::new();
    suite::flipped_byte(&bench).await;
}

#[tokio::test]
async fn a_copy_in_s3_is_removed() {
    let bench = S3::new();
    suite::removed(&bench).await;
}

#[tokio::test]
async fn s3_takes_two_thousand_files() {
    let bench = S3::new();
    suite::many_files(&bench).await;
}

#[tokio::test]
async fn a_large_file_travels_in_parts() {
    let bench = S3::new();
    let settings = S3Settings {
        part_size: Some(5 << 20),
        ..bench.own()
    };
    let files = S3Files::new(&settings).unwrap();
    let content = Bytes::from(suite::noise(5, 12 << 20));
    files
        .write("Projects/BIG.car", content.clone())
        .await
        .unwrap();
    assert_eq!(files.read("Projects/BIG.car").await.unwrap(), content);
    assert_eq!(
        files.size("Projects/BIG.car").await.unwrap(),
        Some(12 << 20)
    );
    // What the server keeps of it: three parts, as it says itself.
    let (_, parts) = bench
        .server
        .ask("GET", &format!("{}+segments", bench.bucket), &[]);
    let parts = parts
        .lines()
        .filter(|name| name.contains("BIG.car/"))
        .count();
    assert_eq!(parts, 3);
    files.remove("Projects/BIG.car").await.unwrap();
    assert_eq!(files.size("Projects/BIG.car").await.unwrap(), None);
}

#[tokio::test]
async fn a_bucket_that_is_missing_is_told() {
    let bench = S3::new();
    let mut settings = bench.own();
    settings.bucket.push_str("-none");
    let target = S3::by(&settings);
    for missing in [
        target.check(&|_| {}).await.map(drop).unwrap_err(),
        Cargo::small("2026/11/21/Test")
            .carry(&*target)
            .await
            .map(drop)
            .unwrap_err(),
    ] {
        assert!(matches!(missing, TargetError::Missing { .. }), "{missing}");
        assert!(missing.to_string().contains("-none"), "{missing}");
    }
}

#[tokio::test]
async fn a_file_in_s3_is_created_once() {
    let bench = S3::new();
    let files = S3Files::new(&bench.own()).unwrap();
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

#[tokio::test]
async fn an_unknown_access_key_is_refused() {
    let bench = S3::new();
    let settings = bench.settings(bench.server.address, "backup:nobody", "some-secret");
    let refused = S3::by(&settings).check(&|_| {}).await.unwrap_err();
    assert!(matches!(refused, TargetError::SignIn { .. }), "{refused}");
    assert!(refused.to_string().contains("backup:nobody"), "{refused}");
    assert!(!refused.to_string().contains("some-secret"), "{refused}");
}
