//! Answers: JSON, archives, errors.

use std::io::Write;

use axum::body::{Body, Bytes};
use axum::http::{HeaderValue, Response, StatusCode, header};
use flate2::Compression;
use flate2::write::GzEncoder;
use serde_json::{Value, json as value};
use uuid::Uuid;

use super::to_bytes;

/// Bodies above this size are compressed for clients that ask for it.
const GZIP_ABOVE: usize = 1_024;

/// Any answer with the headers that every recorded answer has.
pub(crate) fn raw(status: StatusCode, content_type: &'static str, body: Bytes) -> Response<Body> {
    let mut response = Response::new(Body::from(body));
    *response.status_mut() = status;
    let request = || Uuid::new_v4().simple().to_string().to_uppercase();
    let headers = response.headers_mut();
    for (name, text) in [
        ("oic-virtualservice", "true"),
        ("expires", "Wed, 31 Dec 1969 23:59:59 GMT"),
        (
            "strict-transport-security",
            "max-age=15768000; includeSubDomains",
        ),
        ("cache-control", "no-cache, no-store, must-revalidate"),
        ("pragma", "no-cache"),
        ("x-content-type-options", "nosniff"),
    ] {
        headers.insert(name, HeaderValue::from_static(text));
    }
    if let Ok(id) = HeaderValue::from_str(&format!("/{}/{}", request(), request())) {
        headers.insert("opc-request-id", id);
    }
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(content_type));
    response
}

/// A JSON object, compressed where asked for and worth it.
pub(crate) fn json(body: &Value, gzip: bool) -> Response<Body> {
    let bytes = to_bytes(body);
    let content_type = "application/json;charset=utf-8";
    if gzip && bytes.len() > GZIP_ABOVE {
        let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
        if encoder.write_all(&bytes).is_ok()
            && let Ok(packed) = encoder.finish()
        {
            let mut response = raw(StatusCode::OK, content_type, packed.into());
            response
                .headers_mut()
                .insert(header::CONTENT_ENCODING, HeaderValue::from_static("gzip"));
            return response;
        }
    }
    raw(StatusCode::OK, content_type, bytes.into())
}

/// JSON after four empty lines, as a published script finds single connections of older generations.
pub(crate) fn json_on_the_fifth_line(body: &Value) -> Response<Body> {
    let mut bytes = b"\n\n\n\n".to_vec();
    bytes.extend_from_slice(&to_bytes(body));
    raw(
        StatusCode::OK,
        "application/json;charset=utf-8",
        bytes.into(),
    )
}

/// An archive.
pub(crate) fn archive(bytes: Vec<u8>, file: Option<&str>) -> Response<Body> {
    let mut response = raw(StatusCode::OK, "application/octet-stream", bytes.into());
    if let Some(file) = file
        && let Ok(disposition) = HeaderValue::from_str(&format!("attachment; filename={file}"))
    {
        response
            .headers_mut()
            .insert(header::CONTENT_DISPOSITION, disposition);
    }
    response
}

/// An error in the recorded shape: `status` is a text with the code in it.
pub(crate) fn problem(status: StatusCode, title: &str) -> Response<Body> {
    problem_with(status, title, None)
}

/// The same, with more words in `detail` (read by scripts after a failed import).
pub(crate) fn problem_with(
    status: StatusCode,
    title: &str,
    detail: Option<&str>,
) -> Response<Body> {
    let section = match status.as_u16() {
        400 => "sec10.4.1",
        401 => "sec10.4.2",
        403 => "sec10.4.4",
        404 => "sec10.4.5",
        405 => "sec10.4.6",
        409 => "sec10.4.10",
        412 => "sec10.4.13",
        415 => "sec10.4.16",
        500 => "sec10.5.1",
        503 => "sec10.5.4",
        _ => "sec10",
    };
    let body = value!({
        "detail": detail,
        "status": format!(
            "HTTP {} {}",
            status.as_u16(),
            status.canonical_reason().unwrap_or("Error")
        ),
        "title": title,
        "type": format!("https://www.w3.org/Protocols/rfc2616/rfc2616-sec10.html#{section}"),
    });
    raw(
        status,
        "application/json;charset=utf-8",
        to_bytes(&body).into(),
    )
}
