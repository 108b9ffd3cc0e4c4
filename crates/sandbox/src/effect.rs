//! What calls changed: read off each successful call that is not a mere read, whoever answered it.
//!
//! An effect is named like the calls are counted (`POST integrations/{}`), with the state that was
//! asked for behind it (`POST integrations/{} ACTIVATED`), and by its subject: the ids in the path,
//! or that of what was made.

use std::io::Read;

use axum::body::{Body, Bytes, to_bytes};
use axum::http::{Method, Response, header};
use flate2::read::GzDecoder;
use serde_json::Value;

/// A change that took place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Effect {
    pub kind: String,
    pub subject: String,
}

/// Says in an answer what the call was about, where neither path nor body does.
#[derive(Clone, Debug)]
pub(crate) struct Subject(pub String);

/// Whether a call can change anything.
pub(crate) fn may_change(method: &Method, path: &[&str]) -> bool {
    *method != Method::GET
        && !matches!(
            path,
            ["projects", _, "archive"]
                | [.., "test" | "validate" | "testWithAttachments" | ".search"]
                | ["gitprojects", "settings", "fetch"]
        )
}

/// The change that a call made, and its answer untouched.
pub(crate) async fn seen(
    method: &Method,
    path: &[&str],
    kind: &str,
    request: &[u8],
    answer: Response<Body>,
) -> (Option<Effect>, Response<Body>) {
    if !may_change(method, path) || !answer.status().is_success() {
        return (None, answer);
    }
    let (parts, body) = answer.into_parts();
    // The bodies of answers are in memory.
    let bytes = to_bytes(body, usize::MAX).await.unwrap_or_default();
    let packed = parts.headers.contains_key(header::CONTENT_ENCODING);
    let location = parts
        .headers
        .get(header::LOCATION)
        .and_then(|value| value.to_str().ok());
    let told = parts.extensions.get::<Subject>();
    let effect = Effect {
        kind: format!("{method} {kind}{}", asked_state(path, request)),
        subject: told.map_or_else(
            || subject(path, location, &json(&bytes, packed)),
            |Subject(told)| match path {
                ["projects", project, _, ..] => format!("{project}/{told}"),
                _ => told.clone(),
            },
        ),
    };
    (Some(effect), Response::from_parts(parts, Body::from(bytes)))
}

fn asked_state(path: &[&str], request: &[u8]) -> String {
    if !matches!(path, [.., "integrations", _]) {
        return String::new();
    }
    let mut values = serde_json::Deserializer::from_slice(request).into_iter::<Value>();
    values
        .next()
        .and_then(Result::ok)
        .and_then(|body| Some(format!(" {}", body.get("status")?.as_str()?)))
        .unwrap_or_default()
}

fn json(bytes: &Bytes, packed: bool) -> Value {
    let mut plain = Vec::new();
    if packed {
        // What cannot be unpacked has no members.
        let _ = GzDecoder::new(bytes.as_ref()).read_to_end(&mut plain);
    } else {
        plain.extend_from_slice(bytes);
    }
    serde_json::from_slice(&plain).unwrap_or_default()
}

fn subject(path: &[&str], location: Option<&str>, answer: &Value) -> String {
    let own = ["id", "code", "name", "jobId", "recoveryJobId"]
        .iter()
        .find_map(|name| answer.get(name).and_then(Value::as_str))
        .map(str::to_owned);
    let made = location
        .map(|location| location.split('?').next().unwrap_or_default())
        .and_then(|location| location.rsplit('/').next())
        .map(|last| last.replace("%7C", "|"));
    let ids: Vec<&str> = path
        .iter()
        .enumerate()
        .filter(|(index, segment)| index % 2 == 1 && !matches!(**segment, "archive"))
        .map(|(_, segment)| *segment)
        .collect();
    match path {
        // What is made has its id in the answer.
        [.., "archive" | "copy"] | [_] | ["projects", _, _] => {
            let inner = made.or(own).unwrap_or_default();
            match path {
                ["projects", project, ..] if *project != "archive" => format!("{project}/{inner}"),
                _ => inner,
            }
        }
        _ => ids.join("/"),
    }
}

#[cfg(test)]
mod tests {
    use axum::http::StatusCode;
    use serde_json::json;

    use super::*;

    async fn effect(
        method: Method,
        path: &[&str],
        request: &str,
        answer: (StatusCode, Option<&str>, Value),
    ) -> Option<Effect> {
        let mut response = Response::new(Body::from(answer.2.to_string()));
        *response.status_mut() = answer.0;
        if let Some(location) = answer.1 {
            response
                .headers_mut()
                .insert(header::LOCATION, location.parse().unwrap());
        }
        seen(&method, path, "KIND", request.as_bytes(), response)
            .await
            .0
    }

    #[tokio::test]
    async fn changes_are_named_by_what_they_change() {
        let subject = |effect: Option<Effect>| effect.map(|effect| (effect.kind, effect.subject));
        let pair = |kind: &str, subject: &str| Some((kind.to_owned(), subject.to_owned()));
        let ok = |body: Value| (StatusCode::OK, None, body);
        assert_eq!(
            subject(
                effect(
                    Method::POST,
                    &["integrations", "A|1"],
                    r#"{"status":"ACTIVATED"}&x=1"#,
                    ok(json!({}))
                )
                .await
            ),
            pair("POST KIND ACTIVATED", "A|1")
        );
        let made = (
            StatusCode::NO_CONTENT,
            Some("http://h/integrations/A%7C1?x=1"),
            Value::Null,
        );
        assert_eq!(
            subject(effect(Method::POST, &["integrations", "archive"], "", made).await),
            pair("POST KIND", "A|1")
        );
        assert_eq!(
            subject(
                effect(
                    Method::DELETE,
                    &["projects", "P", "integrations", "A|1"],
                    "",
                    ok(json!({}))
                )
                .await
            ),
            pair("DELETE KIND", "P/A|1")
        );
        let refused = (StatusCode::CONFLICT, None, json!({}));
        assert_eq!(
            effect(Method::POST, &["integrations", "archive"], "", refused).await,
            None
        );
        assert_eq!(
            effect(
                Method::POST,
                &["connections", "C", "test"],
                "",
                ok(json!({}))
            )
            .await,
            None
        );
    }
}
