//! The two HTTP clients (through the proxy, and for loopback past it), and what their failures mean.

use std::time::Duration;

use reqwest::redirect;
use url::Url;

use super::tls;
use crate::address::is_loopback;
use crate::config::{ClientConfig, Proxy};
use crate::error::{Error, ErrorKind, Retry};

/// Connections kept open per host, so that a burst does not shake hands anew.
const IDLE_CONNECTIONS: usize = 32;

pub(crate) struct Transport {
    outside: reqwest::Client,
    loopback: reqwest::Client,
    has_explicit_proxy: bool,
    pub(crate) tls: rustls::ClientConfig,
}

impl Transport {
    pub(crate) fn new(config: &ClientConfig) -> Result<Self, Error> {
        let tls = tls::config(config.ca_file.as_deref())?;
        let builder = || {
            reqwest::Client::builder()
                .tls_backend_preconfigured(tls.clone())
                .redirect(redirect::Policy::none())
                .retry(reqwest::retry::never())
                .referer(false)
                .user_agent(&config.user_agent)
                .connect_timeout(config.timeouts.connect)
                .pool_max_idle_per_host(IDLE_CONNECTIONS)
                .pool_idle_timeout(Duration::from_mins(1))
                .tcp_nodelay(true)
                .tls_info(true)
        };
        let failed = |cause: reqwest::Error| {
            Error::new(
                ErrorKind::Configuration,
                "Setting up the client",
                describe(&cause.without_url()),
            )
        };
        let loopback = builder().no_proxy().build().map_err(failed)?;
        let outside = match &config.proxy {
            Proxy::System => builder().build().map_err(failed)?,
            Proxy::None => loopback.clone(),
            Proxy::Url(url) => {
                let proxy = reqwest::Proxy::all(url.clone()).map_err(failed)?;
                builder().no_proxy().proxy(proxy).build().map_err(failed)?
            }
        };
        let has_explicit_proxy = matches!(config.proxy, Proxy::Url(_));
        Ok(Self {
            outside,
            loopback,
            has_explicit_proxy,
            tls,
        })
    }

    /// The client for this address.
    pub(crate) fn for_url(&self, url: &Url) -> &reqwest::Client {
        if is_loopback(url) {
            &self.loopback
        } else {
            &self.outside
        }
    }

    /// What a failed request means.
    pub(crate) fn explain(&self, error: &reqwest::Error, url: &Url, operation: &str) -> Error {
        let host = url.host_str().unwrap_or_default();
        if let Some(problem) = tls::find(error) {
            let (problem, cause) = tls::explain(problem, host);
            let failure = Error::new(ErrorKind::Tls(problem), operation, cause);
            // A connection that stood can break inside TLS too, after the request went out.
            return if error.is_connect() {
                failure
            } else {
                failure.with_possible_effect()
            };
        }
        let words = describe(error);
        let lower = words.to_ascii_lowercase();
        let (kind, cause) = if error.is_timeout() {
            (
                ErrorKind::Timeout,
                format!("`{host}` did not answer in time"),
            )
        } else if error.is_builder() {
            return Error::new(
                ErrorKind::Configuration,
                operation,
                "the request could not be built",
            );
        } else if lower.contains("tunnel") || lower.contains("proxy") {
            (
                ErrorKind::ProxyFailed,
                format!("the proxy did not let the connection to `{host}` through ({words})"),
            )
        } else if error.is_connect() && self.has_explicit_proxy && !is_loopback(url) {
            (
                ErrorKind::ProxyFailed,
                format!("the proxy cannot be reached ({words})"),
            )
        } else if error.is_dns() || lower.contains("dns error") {
            (
                ErrorKind::AddressUnknown,
                format!(
                    "no computer with the name `{host}` was found; check the address and the network"
                ),
            )
        } else if error.is_connect() {
            (
                ErrorKind::Unreachable,
                format!("`{host}` cannot be reached ({words})"),
            )
        } else if error.is_body() || error.is_decode() {
            (
                ErrorKind::Truncated,
                format!("the answer broke off ({words})"),
            )
        } else {
            (
                ErrorKind::Unreachable,
                format!("the connection to `{host}` broke before an answer came ({words})"),
            )
        };
        let failure = Error::new(kind, operation, cause).with_retry(Retry::Safe);
        if error.is_connect() {
            failure
        } else {
            failure.with_possible_effect()
        }
    }
}

/// The innermost words of an error: the outer ones repeat the address. The number that the system
/// gives its errors says nothing to a person.
fn describe(error: &dyn std::error::Error) -> String {
    let words = innermost_words(error);
    match words.find(" (os error ") {
        Some(end) => words[..end].to_owned(),
        None => words,
    }
}

fn innermost_words(error: &dyn std::error::Error) -> String {
    let mut innermost: &dyn std::error::Error = error;
    let mut all = Vec::new();
    while let Some(source) = innermost.source() {
        innermost = source;
        all.push(innermost.to_string());
    }
    // A middle layer names the proxy or the resolver; the innermost the reason.
    let marked = all.iter().find(|words| {
        let words = words.to_ascii_lowercase();
        words.contains("tunnel") || words.contains("dns error")
    });
    match (marked, all.last()) {
        (Some(marked), Some(last)) if marked != last && !marked.contains(last.as_str()) => {
            format!("{marked}: {last}")
        }
        (Some(words), _) | (None, Some(words)) => words.clone(),
        (None, None) => error.to_string(),
    }
}
