//! What an answer that is not a success means. The status decides; the body only adds words, because
//! objects and errors both have a member `status`.

use std::time::{Duration, SystemTime};

use reqwest::header::{HeaderMap, RETRY_AFTER};
use serde_json::Value;

use super::body::without_mark;
use crate::error::{Error, ErrorKind, Retry};
use crate::exchange::{Exchange, Redactor};
use crate::retry::retry_after;

/// Puts together what may be shown of a request and its answer.
pub(crate) fn exchange(
    method: &str,
    path: &str,
    status: u16,
    headers: &HeaderMap,
    body: &[u8],
    redactor: &Redactor,
) -> Exchange {
    let (title, detail) = words(body);
    Exchange {
        method: method.to_owned(),
        path: redactor.text(path),
        status: Some(status),
        body: redactor.body(body),
        request_id: ["opc-request-id", "x-oracle-dms-ecid"]
            .iter()
            .find_map(|name| headers.get(*name)?.to_str().ok())
            .map(str::to_owned),
        title: title.map(|text| redactor.text(&text)),
        detail: detail.map(|text| redactor.text(&text)),
    }
}

/// `title` and `detail` of the body: of an error object, of a web page, or a plain text.
fn words(body: &[u8]) -> (Option<String>, Option<String>) {
    if let Ok(value) = serde_json::from_slice::<Value>(without_mark(body)) {
        let member = |names: &[&str]| {
            names
                .iter()
                .filter_map(|name| value.get(*name)?.as_str())
                .find(|text| !text.trim().is_empty())
                .map(str::to_owned)
        };
        return (
            member(&["title", "error", "o:errorCode", "errorCode"]),
            member(&["detail", "error_description", "message", "errorMessage"]),
        );
    }
    let text = String::from_utf8_lossy(body);
    let text = text.trim();
    if text.is_empty() {
        return (None, None);
    }
    if text.starts_with('<') {
        let lower = text.to_ascii_lowercase();
        let title = lower.find("<title>").and_then(|at| {
            let start = at + "<title>".len();
            let end = start + lower.get(start..)?.find("</title>")?;
            Some(text.get(start..end)?.trim().to_owned())
        });
        return (title.filter(|title| !title.is_empty()), None);
    }
    (Some(text.chars().take(300).collect()), None)
}

/// The error for a status that means failure.
pub(crate) fn failure(
    operation: &str,
    status: u16,
    headers: &HeaderMap,
    exchange: Exchange,
    is_list_of_oic3: bool,
) -> Error {
    let wait = asked_pause(headers);
    let (kind, cause) = match status {
        400 | 403 | 404 if is_list_of_oic3 && names_the_instance(&exchange) => (
            ErrorKind::WrongInstanceName,
            "the service does not know the instance; compare the instance name with the About page of the instance".to_owned(),
        ),
        401 => (ErrorKind::Unauthorised, "the sign-in was not accepted (401)".to_owned()),
        403 => (
            ErrorKind::Forbidden,
            "whoever signed in may not do this (403); a role such as ServiceDeveloper may be missing".to_owned(),
        ),
        404 if is_list_of_oic3 && exchange.body.trim_start().starts_with('<') => (
            ErrorKind::NotOracleIntegration,
            "the address does not offer the API of Oracle Integration (404); check the address".to_owned(),
        ),
        404 => (ErrorKind::NotFound, "there is nothing of that name (404)".to_owned()),
        409 => (ErrorKind::Conflict, "it exists already or is in use (409)".to_owned()),
        412 => (ErrorKind::WrongState, "it is not in a state that allows this (412)".to_owned()),
        423 => (
            ErrorKind::Locked,
            "it is locked (423): somebody has it open in the console, or it may not be exported".to_owned(),
        ),
        429 => (ErrorKind::TooManyRequests, "the service asks for fewer requests (429)".to_owned()),
        502..=504 => (
            ErrorKind::Server(status),
            format!("the service is not available at the moment ({status})"),
        ),
        500.. => (ErrorKind::Server(status), format!("the service failed ({status})")),
        _ => (ErrorKind::Server(status), format!("the service refused ({status})")),
    };
    let cause = match exchange.words() {
        Some(words) => format!("{cause}. The server says: {}", words.trim_end_matches('.')),
        None => cause,
    };
    let retry = match (status, wait) {
        (429 | 503, Some(wait)) => Retry::After(wait),
        (429 | 502..=504, _) => Retry::Safe,
        _ => Retry::Never,
    };
    let failure = Error::new(kind, operation, cause)
        .with_retry(retry)
        .with_exchange(exchange);
    // A gateway that gave up knows nothing of what the service went on to do.
    if matches!(status, 502..=504) {
        failure.with_possible_effect()
    } else {
        failure
    }
}

pub(crate) fn asked_pause(headers: &HeaderMap) -> Option<Duration> {
    retry_after(headers.get(RETRY_AFTER)?.to_str().ok()?, SystemTime::now())
}

/// Whether the words are about the instance itself (inferred: no sample of this answer is public).
fn names_the_instance(exchange: &Exchange) -> bool {
    let Some(words) = exchange.words().map(|words| words.to_ascii_lowercase()) else {
        return false;
    };
    words.contains("integrationinstance")
        || words.contains("service instance")
        || (words.contains("instance")
            && [
                "not found",
                "unknown",
                "invalid",
                "does not exist",
                "no such",
            ]
            .iter()
            .any(|sign| words.contains(sign)))
}
