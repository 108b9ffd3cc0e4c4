//! The MD5 of what was sent, and of what the server says that it stored.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use md5::{Digest, Md5};
use reqwest::header::{HeaderMap, HeaderValue};

use super::super::{hex, web::Answer};

pub(super) struct Proof {
    hash: Vec<u8>,
}

impl Proof {
    pub(super) fn of(content: &[u8]) -> Self {
        Self {
            hash: Md5::digest(content).to_vec(),
        }
    }

    /// Has the server compare: OCI and S3 by the first of these, Swift by the second.
    pub(super) fn ask_for(&self, headers: &mut HeaderMap) {
        for (name, value) in [
            ("content-md5", STANDARD.encode(&self.hash)),
            ("etag", hex(&self.hash)),
        ] {
            if let Ok(value) = HeaderValue::from_str(&value) {
                headers.insert(name, value);
            }
        }
    }

    /// Whether the answer tells the same MD5; nothing where it tells none.
    pub(super) fn compare(&self, answer: &Answer) -> Option<bool> {
        if !answer.status.is_success() {
            return None;
        }
        for name in ["opc-content-md5", "content-md5"] {
            if let Some(told) = answer.header(name) {
                return Some(
                    STANDARD
                        .decode(told.trim())
                        .is_ok_and(|told| told == self.hash),
                );
            }
        }
        let tag = answer
            .header("etag")?
            .trim_matches('"')
            .to_ascii_lowercase();
        let is_md5 = tag.len() == 32 && tag.bytes().all(|byte| byte.is_ascii_hexdigit());
        is_md5.then(|| tag == hex(&self.hash))
    }
}
