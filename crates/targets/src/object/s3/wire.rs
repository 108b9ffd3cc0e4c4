//! How the S3 library's requests travel: over [`Web`], which waits and tries again. Whatever carries content,
//! a part of a file too, gets its MD5 along; the library itself can do that for whole files alone. A refusal
//! comes back inside the library's error, in our own words.

use std::error::Error as _;
use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use futures_util::stream;
use http::{HeaderValue, Method, Request, Response};
use md5::{Digest as _, Md5};
use opendal::{Buffer, Error, ErrorKind, HttpBody, HttpTransport};
use reqwest::Url;

use super::super::web::{Ask, Web};
use crate::TargetError;

/// The header for the MD5 of what is sent.
const MD5: &str = "content-md5";

pub(super) struct Wire {
    web: Arc<Web>,
}

impl Wire {
    pub(super) const fn new(web: Arc<Web>) -> Self {
        Self { web }
    }
}

impl HttpTransport for Wire {
    async fn fetch(&self, request: Request<Buffer>) -> opendal::Result<Response<HttpBody>> {
        let (parts, body) = request.into_parts();
        let url = Url::parse(&parts.uri.to_string())
            .map_err(|_| Error::new(ErrorKind::Unexpected, "the address cannot be used"))?;
        let body = body.to_bytes();
        let mut headers = parts.headers;
        if parts.method == Method::PUT && !headers.contains_key(MD5) {
            let hash = STANDARD.encode(Md5::digest(&body));
            if let Ok(value) = HeaderValue::from_str(&hash) {
                headers.insert(MD5, value);
            }
        }
        let ask = Ask {
            method: parts.method,
            url,
            headers,
            body,
        };
        let answer = self.web.ask(&ask).await.map_err(carrying)?;
        let bare = answer.body.is_empty() && answer.status == 404;
        let is_bucket = String::from_utf8_lossy(&answer.body).contains("NoSuchBucket");
        let status = answer.status.as_u16();
        let is_ours = match status {
            200..=299 | 304 | 409 | 412 | 501 => false,
            404 => !bare && is_bucket,
            // The library tells these to the one who set the condition.
            _ => true,
        };
        if is_ours {
            return Err(carrying(self.web.refusal("The request", &ask, &answer)));
        }
        let content = Buffer::from(answer.body);
        let mut response = Response::new(HttpBody::new(stream::iter([Ok(content)]), None));
        *response.status_mut() = answer.status;
        *response.headers_mut() = answer.headers;
        Ok(response)
    }
}

/// Carries our own error through the library. It can be taken out once.
struct Carried(Mutex<Option<TargetError>>);

impl fmt::Debug for Carried {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("Carried")
    }
}

impl fmt::Display for Carried {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("refused by the server")
    }
}

impl std::error::Error for Carried {}

fn carrying(refusal: TargetError) -> Error {
    Error::new(ErrorKind::Unexpected, "refused by the server")
        .set_source(Carried(Mutex::new(Some(refusal))))
}

/// Our own error inside one of the library.
pub(super) fn refusal_in(cause: &Error) -> Option<TargetError> {
    cause
        .source()?
        .downcast_ref::<Carried>()?
        .0
        .lock()
        .unwrap_or_else(PoisonError::into_inner)
        .take()
}

/// Whether a file of the name was there already, or appeared at the same moment.
pub(super) fn is_condition(cause: &Error) -> bool {
    matches!(
        cause.kind(),
        ErrorKind::ConditionNotMatch | ErrorKind::AlreadyExists | ErrorKind::Conflict
    )
}

/// Whether the server does not know conditions at all.
pub(super) fn is_unknown(cause: &Error) -> bool {
    cause.kind() == ErrorKind::Unsupported || cause.message().contains("NotImplemented")
}
