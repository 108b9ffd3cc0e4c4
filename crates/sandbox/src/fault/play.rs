//! How a fault looks to the caller.

use std::time::Duration;

use axum::body::{Body, Bytes, to_bytes};
use axum::http::{HeaderValue, Response, StatusCode, header};

use super::FaultKind;
use super::body::{Half, soon};
use crate::house::House;
use crate::wire::{problem, raw};

const SIGN_IN_PAGE: &str =
    "<!DOCTYPE html><html><head><title>Sign in</title></head><body><form></form></body></html>";

/// Marks an answer that is never sent: its connection is closed instead.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Dropped;

/// What a fault does before the call is looked at: an answer in its place, or nothing.
pub(crate) async fn before(house: &House, fault: Option<&FaultKind>) -> Option<Response<Body>> {
    Some(match fault? {
        FaultKind::Latency { millis } => {
            tokio::time::sleep(Duration::from_millis(*millis)).await;
            return None;
        }
        FaultKind::Stall => {
            stopped(house).await;
            problem(StatusCode::GATEWAY_TIMEOUT, "Gateway timeout.")
        }
        FaultKind::Html => page(StatusCode::OK, SIGN_IN_PAGE.to_owned()),
        FaultKind::HtmlStatus { code } => error_page(*code),
        FaultKind::Status { code, retry_after } => {
            let status = status(*code);
            let mut response = problem(status, status.canonical_reason().unwrap_or("Error"));
            if let Some(seconds) = retry_after {
                response
                    .headers_mut()
                    .insert(header::RETRY_AFTER, HeaderValue::from(*seconds));
            }
            response
        }
        FaultKind::ExpireTokens => {
            house.tokens.expire();
            problem(StatusCode::UNAUTHORIZED, "Unauthorized.")
        }
        FaultKind::DropBefore => dropped(),
        FaultKind::StatusAfter { .. }
        | FaultKind::DropAfter
        | FaultKind::Truncate
        | FaultKind::Cut
        | FaultKind::StallBody => return None,
    })
}

/// What a fault does to the answer of a call that had its effect.
pub(crate) async fn after(
    house: &House,
    fault: Option<&FaultKind>,
    answer: Response<Body>,
) -> Response<Body> {
    match fault {
        Some(FaultKind::DropAfter) => dropped(),
        Some(FaultKind::StatusAfter { code }) => error_page(*code),
        Some(kind @ (FaultKind::Truncate | FaultKind::Cut | FaultKind::StallBody)) => {
            let (parts, body) = answer.into_parts();
            let Ok(whole) = to_bytes(body, usize::MAX).await else {
                return problem(StatusCode::INTERNAL_SERVER_ERROR, "No answer.");
            };
            let body = match kind {
                FaultKind::Cut => Body::from(whole.slice(..whole.len() / 2)),
                FaultKind::StallBody => {
                    let mut stopped = house.stopped.clone();
                    let end = Box::pin(async move {
                        // The sender lives as long as the sandbox; its end is a stop too.
                        let _ = stopped.wait_for(|stopped| *stopped).await;
                    });
                    Body::new(Half::of(&whole, end))
                }
                _ => Body::new(Half::of(&whole, soon())),
            };
            Response::from_parts(parts, body)
        }
        _ => answer,
    }
}

async fn stopped(house: &House) {
    let mut stopped = house.stopped.clone();
    let _ = stopped.wait_for(|stopped| *stopped).await;
}

fn dropped() -> Response<Body> {
    let mut response = Response::new(Body::empty());
    response.extensions_mut().insert(Dropped);
    response
}

fn status(code: u16) -> StatusCode {
    StatusCode::from_u16(code).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR)
}

fn error_page(code: u16) -> Response<Body> {
    let status = status(code);
    let words = status.canonical_reason().unwrap_or("Error");
    let text = format!(
        "<!DOCTYPE html><html><head><title>{code} {words}</title></head><body><h1>{words}</h1>\
         <p>The request could not be served.</p></body></html>"
    );
    page(status, text)
}

fn page(status: StatusCode, text: String) -> Response<Body> {
    raw(status, "text/html;charset=utf-8", Bytes::from(text))
}
