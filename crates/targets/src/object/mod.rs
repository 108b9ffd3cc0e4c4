//! Object storage: buckets and containers on the network, as [`Files`](crate::Files).
//!
//! - [`s3`]: the S3 API, signed requests (AWS, MinIO, Ceph, Swift's `s3api`, OCI's compatibility endpoint);
//! - [`swift`]: OpenStack's Swift API, and OCI's;
//! - [`upload`]: an upload address, where whoever holds the address may write (OCI's pre-authenticated
//!   requests, Swift's temporary URLs).
//!
//! All three speak through [`web`], which trusts what the operating system trusts and, if given, the
//! certificates of a file; tries again what passes by itself; and puts refusals into words without secrets.
//! None can rename: files go to their names, and the note of a copy is written last.

mod s3;
mod swift;
mod upload;
mod web;

pub use s3::{S3Files, S3Settings};
pub use swift::{SwiftFiles, SwiftSettings, SwiftSignIn};
pub use upload::{UploadFiles, UploadSettings};

/// Bytes in hexadecimal digits.
fn hex(bytes: &[u8]) -> String {
    use std::fmt::Write as _;
    bytes.iter().fold(String::new(), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    })
}
