//! Requests over HTTP for all kinds of object storage: TLS, waiting and trying again, and words for what
//! failed. TLS is never off, but on this computer itself.

mod refusal;
mod words;

use std::path::Path;
use std::time::Duration;

use bytes::Bytes;
use jiff::Timestamp;
use reqwest::header::{CONTENT_LENGTH, HeaderMap, RETRY_AFTER};
use reqwest::{Certificate, Method, StatusCode, Url, redirect};
use secrecy::{ExposeSecret, SecretString};

use crate::{Result, TargetError};

/// What stands in place of a secret.
pub(super) const DOTS: &str = "••••••";

/// How often something is tried that passes by itself.
const TRIES: u32 = 5;
/// The pause before the second try; it doubles from one to the next.
const FIRST_PAUSE: Duration = Duration::from_millis(250);
/// The longest pause that a server may ask for.
const LONGEST_PAUSE: Duration = Duration::from_mins(2);
const CONNECT: Duration = Duration::from_secs(15);
/// How long nothing may come from the other end.
const SILENCE: Duration = Duration::from_secs(90);

/// A way to one server.
pub(super) struct Web {
    client: reqwest::Client,
    /// How people know the target.
    pub(super) title: String,
    /// Who signs in, for people.
    pub(super) user: String,
    secrets: Vec<SecretString>,
}

/// One request. Sending it twice has to be the same as sending it once.
#[derive(Clone)]
pub(super) struct Ask {
    pub(super) method: Method,
    pub(super) url: Url,
    pub(super) headers: HeaderMap,
    pub(super) body: Bytes,
}

impl Ask {
    pub(super) fn new(method: Method, url: Url) -> Self {
        Self {
            method,
            url,
            headers: HeaderMap::new(),
            body: Bytes::new(),
        }
    }

    /// Whether it changes something there.
    pub(super) fn writes(&self) -> bool {
        !matches!(self.method, Method::GET | Method::HEAD)
    }
}

/// What came back, whole.
pub(super) struct Answer {
    pub(super) status: StatusCode,
    pub(super) headers: HeaderMap,
    pub(super) body: Bytes,
}

impl Answer {
    /// The text of a header, if it is there and can be read.
    pub(super) fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name).and_then(|value| value.to_str().ok())
    }
}

impl Web {
    /// A way to the server of a target. `secrets` are what no text may show.
    pub(super) fn new(
        title: String,
        user: String,
        secrets: Vec<SecretString>,
        ca_file: Option<&Path>,
        address: &Url,
    ) -> Result<Self> {
        let mut builder = reqwest::Client::builder()
            .redirect(redirect::Policy::none())
            .retry(reqwest::retry::never())
            .referer(false)
            .user_agent(concat!("waybill/", env!("CARGO_PKG_VERSION")))
            .connect_timeout(CONNECT)
            .read_timeout(SILENCE)
            .pool_max_idle_per_host(16)
            .tcp_nodelay(true);
        if is_loopback(address) {
            builder = builder.no_proxy();
        }
        if let Some(path) = ca_file {
            builder = builder.tls_certs_merge(certificates(path)?);
        }
        let client = builder
            .build()
            .map_err(|cause| ca_unusable(words::chain(&cause.without_url())))?;
        Ok(Self {
            client,
            title,
            user,
            secrets,
        })
    }

    /// Sends a request until there is an answer that does not pass by itself.
    pub(super) async fn ask(&self, ask: &Ask) -> Result<Answer> {
        let mut pause = FIRST_PAUSE;
        for tried in 1.. {
            let is_last = tried >= TRIES;
            let asked_for = match self.once(ask).await {
                Ok(answer) if !passes(answer.status) => return Ok(answer),
                Ok(answer) if is_last => return Err(self.refusal("Answering", ask, &answer)),
                Ok(answer) => retry_after(&answer.headers),
                Err(cause) if is_last || words::is_lasting(&cause) => {
                    return Err(self.unreachable(&words::explain(&cause, ask.url.host_str())));
                }
                Err(_) => None,
            };
            let jitter = 0.75 + fastrand::f64() / 2.0;
            let waits = asked_for.map_or_else(|| pause.mul_f64(jitter), |asked| asked.max(pause));
            tokio::time::sleep(waits).await;
            pause *= 2;
        }
        Err(self.unreachable("it does not answer"))
    }

    async fn once(&self, ask: &Ask) -> reqwest::Result<Answer> {
        let mut request = self
            .client
            .request(ask.method.clone(), ask.url.clone())
            .headers(ask.headers.clone());
        if ask.writes() {
            // Without a length for nothing too, some servers wait for more or refuse.
            if ask.body.is_empty() && !ask.headers.contains_key(CONTENT_LENGTH) {
                request = request.header(CONTENT_LENGTH, "0");
            }
            request = request.body(ask.body.clone());
        }
        let answer = request.send().await.map_err(reqwest::Error::without_url)?;
        Ok(Answer {
            status: answer.status(),
            headers: answer.headers().clone(),
            body: answer.bytes().await.map_err(reqwest::Error::without_url)?,
        })
    }

    /// A text of the other end as far as it can be shown.
    pub(super) fn without_secrets(&self, text: &str) -> String {
        self.secrets.iter().fold(text.to_owned(), |text, secret| {
            let secret = secret.expose_secret();
            if secret.is_empty() {
                text
            } else {
                text.replace(secret, DOTS)
            }
        })
    }

    pub(super) fn unreachable(&self, detail: &str) -> TargetError {
        TargetError::Unreachable {
            target: self.title.clone(),
            detail: self.without_secrets(detail),
        }
    }

    pub(super) fn missing(&self, what: impl Into<String>) -> TargetError {
        TargetError::Missing {
            target: self.title.clone(),
            what: what.into(),
        }
    }

    pub(super) fn damaged(&self, path: &str, detail: &str) -> TargetError {
        TargetError::Damaged {
            target: self.title.clone(),
            what: format!("`{path}`"),
            detail: detail.to_owned(),
        }
    }

    pub(super) fn refused(&self, operation: &'static str, detail: &str) -> TargetError {
        TargetError::Refused {
            target: self.title.clone(),
            operation,
            detail: self.without_secrets(detail),
        }
    }
}

/// Reads an address that a person entered. Without TLS it may only lie on this computer.
pub(super) fn address(what: &'static str, text: &str) -> Result<Url> {
    let unusable = |detail: &str| TargetError::Unusable {
        what,
        detail: detail.to_owned(),
    };
    let url = Url::parse(text.trim())
        .map_err(|_| unusable("it has to be a whole address that begins with https://"))?;
    match url.scheme() {
        "https" => {}
        "http" if is_loopback(&url) => {}
        "http" => {
            return Err(unusable(
                "it begins with http://, so that anybody on the way could read along; use https://",
            ));
        }
        _ => return Err(unusable("it has to begin with https://")),
    }
    if url.host_str().is_none_or(str::is_empty) {
        return Err(unusable("it names no server"));
    }
    if !url.username().is_empty() || url.password().is_some() {
        return Err(unusable(
            "it holds a user or a password; enter them in their own fields",
        ));
    }
    Ok(url)
}

/// The server of an address, with the port where it is an own one.
pub(super) fn host(url: &Url) -> String {
    let name = url.host_str().unwrap_or_default();
    url.port()
        .map_or_else(|| name.to_owned(), |port| format!("{name}:{port}"))
}

fn is_loopback(url: &Url) -> bool {
    url.host_str().is_some_and(|host| {
        host == "localhost"
            || host
                .trim_matches(['[', ']'])
                .parse::<std::net::IpAddr>()
                .is_ok_and(|address| address.is_loopback())
    })
}

fn certificates(path: &Path) -> Result<Vec<Certificate>> {
    let shown = path.display();
    let bytes = std::fs::read(path)
        .map_err(|cause| ca_unusable(format!("`{shown}` cannot be read ({cause})")))?;
    let found = Certificate::from_pem_bundle(&bytes)
        .map_err(|_| ca_unusable(format!("`{shown}` is damaged")))?;
    if found.is_empty() {
        return Err(ca_unusable(format!(
            "`{shown}` holds no certificate; it must hold lines that begin with -----BEGIN CERTIFICATE-----"
        )));
    }
    Ok(found)
}

const fn ca_unusable(detail: String) -> TargetError {
    TargetError::Unusable {
        what: "The CA file",
        detail,
    }
}

/// Whether the same request may go well a little later.
fn passes(status: StatusCode) -> bool {
    matches!(status.as_u16(), 408 | 425 | 429 | 500 | 502 | 503 | 504)
}

/// The pause that the server asks for: seconds, or a time.
fn retry_after(headers: &HeaderMap) -> Option<Duration> {
    let text = headers.get(RETRY_AFTER)?.to_str().ok()?.trim();
    let pause = if let Ok(seconds) = text.parse::<u64>() {
        Duration::from_secs(seconds)
    } else {
        let until = jiff::fmt::rfc2822::parse(text).ok()?.timestamp();
        Duration::try_from(until.duration_since(Timestamp::now())).unwrap_or_default()
    };
    Some(pause.min(LONGEST_PAUSE))
}

#[cfg(test)]
mod tests;
