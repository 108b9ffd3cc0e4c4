//! Words for requests that got no answer.

use std::error::Error;

/// Whether trying again is of no use: the other end shows a certificate that is not trusted, or the request
/// itself cannot be sent.
pub(super) fn is_lasting(cause: &reqwest::Error) -> bool {
    cause.is_builder() || chain(cause).contains("certificate")
}

/// What happened, for people.
pub(super) fn explain(cause: &reqwest::Error, host: Option<&str>) -> String {
    let host = host.unwrap_or_default();
    let words = chain(cause);
    let lower = words.to_ascii_lowercase();
    if lower.contains("certificate") {
        return certificate(&lower, host);
    }
    if cause.is_timeout() {
        return format!("`{host}` did not answer in time");
    }
    if cause.is_builder() {
        return "the request could not be built".to_owned();
    }
    if lower.contains("dns error") || lower.contains("failed to lookup") {
        return format!(
            "no computer with the name `{host}` was found; check the address and the network"
        );
    }
    if lower.contains("proxy") || lower.contains("tunnel") {
        return format!("the proxy did not let the connection to `{host}` through");
    }
    let root = root(cause);
    if cause.is_connect() {
        format!("no connection to `{host}` could be made ({root})")
    } else {
        format!("the connection to `{host}` broke ({root})")
    }
}

fn certificate(lower: &str, host: &str) -> String {
    if lower.contains("expired") {
        format!("the certificate of `{host}` has expired")
    } else if lower.contains("notvalidyet") || lower.contains("not valid yet") {
        format!("the certificate of `{host}` is not valid yet; check the clock of this computer")
    } else if lower.contains("name") {
        format!("the certificate shown is not for `{host}`")
    } else if lower.contains("revoked") {
        format!("the certificate of `{host}` was revoked")
    } else {
        format!(
            "the certificate of `{host}` was issued by an authority that this computer does not trust; if it is your company's own, give its CA file"
        )
    }
}

/// An error with all that caused it.
pub(super) fn chain(cause: &(dyn Error + 'static)) -> String {
    let mut words = cause.to_string();
    let mut next = cause.source();
    while let Some(inner) = next {
        let more = inner.to_string();
        if !words.contains(&more) {
            words.push_str(": ");
            words.push_str(&more);
        }
        next = inner.source();
    }
    words
}

fn root(cause: &(dyn Error + 'static)) -> String {
    let mut last = cause;
    while let Some(inner) = last.source() {
        last = inner;
    }
    last.to_string().to_lowercase()
}
