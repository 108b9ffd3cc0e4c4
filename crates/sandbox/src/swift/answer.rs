//! The requests of the object store.

use axum::body::{Body, Bytes, to_bytes};
use axum::http::{HeaderMap, HeaderValue, Method, Request, Response, StatusCode, header};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};

use super::store::{ObjectStore, StoredObject};
use crate::house::{House, hold};

/// The largest file that is taken.
const LARGEST: usize = 512 << 20;

/// Answers one request.
pub(crate) async fn answer(house: &House, request: Request<Body>) -> Response<Body> {
    let (parts, body) = request.into_parts();
    let Some(path) = decoded(parts.uri.path()) else {
        return plain(StatusCode::BAD_REQUEST);
    };
    let Ok(body) = to_bytes(body, LARGEST).await else {
        return plain(StatusCode::PAYLOAD_TOO_LARGE);
    };
    crate::clone::settle(house);
    let mut store = hold(&house.objects);
    let place = match opened(&store, &path, &parts.headers) {
        Ok(place) => place,
        Err(status) => return refused(status),
    };
    match place {
        Place::Bucket(bucket) => in_bucket(&mut store, &parts.method, &bucket),
        Place::Object(bucket, object) => {
            let content_type = parts
                .headers
                .get(header::CONTENT_TYPE)
                .and_then(|value| value.to_str().ok())
                .map(str::to_owned);
            on_object(
                &mut store,
                &parts.method,
                &bucket,
                &object,
                &body,
                content_type,
            )
        }
    }
}

enum Place {
    Bucket(String),
    Object(String, String),
}

/// Where the path leads, for those who may go there.
fn opened(store: &ObjectStore, path: &str, headers: &HeaderMap) -> Result<Place, StatusCode> {
    let missing = StatusCode::NOT_FOUND;
    if let Some(rest) = path.strip_prefix("/p/") {
        let mut parts = rest.splitn(7, '/');
        let mut next = || parts.next().unwrap_or_default();
        let (prepared, n, namespace, b, bucket, o, object) =
            (next(), next(), next(), next(), next(), next(), next());
        let known = prepared == store.prepared
            && (n, b, o) == ("n", "b", "o")
            && namespace == store.namespace;
        // A pre-authenticated request that is not valid looks like one that is not there.
        return if known {
            Ok(place(bucket, object))
        } else {
            Err(missing)
        };
    }
    let rest = path.strip_prefix("/v1/").ok_or(missing)?;
    let (user, token) = basic(headers).ok_or(StatusCode::UNAUTHORIZED)?;
    if !store.lets_in(&user, &token) {
        return Err(StatusCode::UNAUTHORIZED);
    }
    let (namespace, rest) = rest.split_once('/').ok_or(missing)?;
    if namespace != store.namespace || rest.is_empty() {
        return Err(missing);
    }
    let (bucket, object) = rest.split_once('/').unwrap_or((rest, ""));
    Ok(place(bucket, object))
}

fn place(bucket: &str, object: &str) -> Place {
    if object.is_empty() {
        Place::Bucket(bucket.to_owned())
    } else {
        Place::Object(bucket.to_owned(), object.to_owned())
    }
}

fn in_bucket(store: &mut ObjectStore, method: &Method, bucket: &str) -> Response<Body> {
    match *method {
        Method::PUT => plain(if store.make_bucket(bucket) {
            StatusCode::CREATED
        } else {
            StatusCode::ACCEPTED
        }),
        Method::GET | Method::HEAD => match store.bucket(bucket) {
            None => plain(StatusCode::NOT_FOUND),
            Some(objects) => {
                let listed: Vec<Value> = objects
                    .iter()
                    .map(|(name, object)| listing(name, object))
                    .collect();
                // Absent types are listed as null (recorded), which the API itself never writes.
                let bytes = serde_json::to_vec(&listed).unwrap_or_default();
                sent("application/json; charset=utf-8", bytes.into())
            }
        },
        _ => plain(StatusCode::METHOD_NOT_ALLOWED),
    }
}

fn listing(name: &str, object: &StoredObject) -> Value {
    json!({
        "name": name,
        "hash": object.hash,
        "bytes": object.bytes.len(),
        "last_modified": object.modified.strftime("%Y-%m-%dT%H:%M:%S%.6f").to_string(),
        "content_type": object.content_type,
    })
}

fn on_object(
    store: &mut ObjectStore,
    method: &Method,
    bucket: &str,
    object: &str,
    body: &Bytes,
    content_type: Option<String>,
) -> Response<Body> {
    match *method {
        Method::GET | Method::HEAD => match store.get(bucket, object) {
            None => plain(StatusCode::NOT_FOUND),
            Some(found) => {
                let mut response = sent("application/octet-stream", found.bytes.to_vec().into());
                etag(&mut response, &found.hash);
                response
            }
        },
        Method::PUT => match store.put(bucket, object, body.to_vec(), content_type) {
            None => plain(StatusCode::NOT_FOUND),
            Some(hash) => {
                let mut response = plain(StatusCode::CREATED);
                etag(&mut response, &hash);
                response
            }
        },
        Method::DELETE => plain(if store.delete(bucket, object) {
            StatusCode::NO_CONTENT
        } else {
            StatusCode::NOT_FOUND
        }),
        _ => plain(StatusCode::METHOD_NOT_ALLOWED),
    }
}

fn etag(response: &mut Response<Body>, hash: &str) {
    if let Ok(value) = HeaderValue::from_str(hash) {
        response.headers_mut().insert(header::ETAG, value);
    }
}

fn sent(content_type: &'static str, bytes: Bytes) -> Response<Body> {
    let mut response = Response::new(Body::from(bytes));
    response
        .headers_mut()
        .insert(header::CONTENT_TYPE, HeaderValue::from_static(content_type));
    response
}

fn plain(status: StatusCode) -> Response<Body> {
    let mut response = Response::new(Body::empty());
    *response.status_mut() = status;
    response
}

fn refused(status: StatusCode) -> Response<Body> {
    let mut response = plain(status);
    if status == StatusCode::UNAUTHORIZED {
        response.headers_mut().insert(
            header::WWW_AUTHENTICATE,
            HeaderValue::from_static("Basic realm=\"swift\""),
        );
    }
    response
}

fn basic(headers: &HeaderMap) -> Option<(String, String)> {
    let text = headers.get(header::AUTHORIZATION)?.to_str().ok()?;
    let (scheme, encoded) = text.split_once(' ')?;
    if !scheme.eq_ignore_ascii_case("basic") {
        return None;
    }
    let decoded = String::from_utf8(STANDARD.decode(encoded.trim()).ok()?).ok()?;
    let (user, token) = decoded.split_once(':')?;
    Some((user.to_owned(), token.to_owned()))
}

/// The path with its escapes undone. Names of objects may hold slashes.
fn decoded(path: &str) -> Option<String> {
    let mut bytes = Vec::with_capacity(path.len());
    let mut rest = path.bytes();
    while let Some(byte) = rest.next() {
        if byte == b'%' {
            let digit = |byte: u8| char::from(byte).to_digit(16);
            let value = digit(rest.next()?)? * 16 + digit(rest.next()?)?;
            bytes.push(u8::try_from(value).ok()?);
        } else {
            bytes.push(byte);
        }
    }
    String::from_utf8(bytes).ok()
}
