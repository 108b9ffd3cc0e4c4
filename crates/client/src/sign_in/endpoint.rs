//! One question to the token endpoint of an identity domain, and its answer (RFC 6749 §5).

use std::time::{Duration, SystemTime};

use jiff::{SignedDuration, Timestamp};
use reqwest::header::{ACCEPT, AUTHORIZATION, CONTENT_TYPE, DATE, HeaderMap};
use secrecy::{ExposeSecret, SecretString};
use serde_json::Value;
use url::Url;

use super::asked::{Application, Asked};
use super::life::Facts;
use super::{basic, refusal, sensitive};
use crate::error::{Error, ErrorKind, Retry};
use crate::exchange::Redactor;
use crate::http::body::{self, BodyFault, without_mark};
use crate::http::{Transport, answer};

pub(super) const OPERATION: &str = "Signing in";
/// How long the token endpoint may take.
const LONGEST_ANSWER: Duration = Duration::from_secs(30);
/// Assumed where the answer does not say (an hour is the identity domain's default, documented).
const USUAL_LIFE: Duration = Duration::from_hours(1);

/// What the identity domain gave.
pub(super) struct Issued {
    pub(super) access: SecretString,
    pub(super) life: Duration,
    pub(super) refresh: Option<SecretString>,
    pub(super) facts: Facts,
}

/// Where tokens are given, and to whom.
pub(super) struct Endpoint {
    pub(super) url: Url,
    pub(super) application: Application,
}

impl Endpoint {
    /// Asks once.
    pub(super) async fn ask(&self, transport: &Transport, asked: &Asked) -> Result<Issued, Error> {
        let url = &self.url;
        let form = asked.form(&self.application, Timestamp::now())?;
        let mut redactor = Redactor::knowing(form.secrets());
        let mut request = transport
            .for_url(url)
            .post(url.clone())
            .header(ACCEPT, "application/json")
            .header(
                CONTENT_TYPE,
                "application/x-www-form-urlencoded;charset=UTF-8",
            )
            .body(form.encoded());
        if let Some(secret) = &self.application.secret {
            let secret = secret.expose_secret();
            let pair = basic::plain(&self.application.id, secret);
            redactor = redactor.and([
                secret,
                &basic::form_encoded(secret),
                pair.trim_start_matches("Basic "),
            ]);
            request = request.header(AUTHORIZATION, sensitive(&pair)?);
        }
        let response = tokio::time::timeout(LONGEST_ANSWER, request.send())
            .await
            .map_err(|_| self.timed_out())?
            .map_err(|error| transport.explain(&error, url, OPERATION))?;
        let status = response.status().as_u16();
        let headers = response.headers().clone();
        let body = match body::read(response, LONGEST_ANSWER, &mut 0).await {
            Ok(body) => body,
            Err(BodyFault::Transport(error)) => {
                return Err(transport.explain(&error, url, OPERATION));
            }
            Err(BodyFault::Idle) => return Err(self.timed_out()),
            Err(_) => {
                return Err(
                    Error::new(ErrorKind::Truncated, OPERATION, "the answer broke off")
                        .with_retry(Retry::Safe),
                );
            }
        };
        let mut exchange = answer::exchange("POST", url.path(), status, &headers, &body, &redactor);
        if status == 200 {
            // Whatever it is that was not understood may be a token all the same.
            if !exchange.body.trim_start().starts_with('<') {
                exchange.body.clear();
                (exchange.title, exchange.detail) = (None, None);
            }
            return read(&body).map_err(|cause| {
                Error::new(ErrorKind::NotOracleIntegration, OPERATION, cause)
                    .with_exchange(exchange)
            });
        }
        if status == 429 || status >= 500 {
            return Err(answer::failure(
                OPERATION, status, &headers, exchange, false,
            ));
        }
        let said = serde_json::from_slice::<Value>(without_mark(&body)).ok();
        let code = said
            .as_ref()
            .and_then(|said| said.get("error"))
            .and_then(Value::as_str)
            .map(|code| redactor.text(code));
        let words = exchange
            .detail
            .clone()
            .map(|words| words.trim_end_matches('.').to_owned());
        let refused = refusal::Refused {
            status,
            code: code.as_deref(),
            words: words.as_deref().unwrap_or_default(),
            ahead: ahead(&headers, SystemTime::now()),
            application: &self.application,
            asked,
            host: url.host_str().unwrap_or_default(),
        };
        let (kind, cause) = refused.explain();
        let cause = match words {
            Some(words) => format!("{cause}. The server says: {words}"),
            None => cause,
        };
        Err(Error::new(kind, OPERATION, cause).with_exchange(exchange))
    }

    fn timed_out(&self) -> Error {
        Error::new(
            ErrorKind::Timeout,
            OPERATION,
            format!(
                "`{}` did not answer in time",
                self.url.host_str().unwrap_or_default()
            ),
        )
        .with_retry(Retry::Safe)
    }
}

/// How far the clock of this computer is ahead of the server's, negative where it is behind.
fn ahead(headers: &HeaderMap, now: SystemTime) -> Option<SignedDuration> {
    let date = headers.get(DATE)?.to_str().ok()?;
    let theirs = Timestamp::try_from(httpdate::parse_http_date(date).ok()?).ok()?;
    let ours = Timestamp::try_from(now).ok()?;
    Some(ours.duration_since(theirs))
}

/// `access_token` and its life from the answer (RFC 6749 §5.1; recorded sample).
pub(super) fn read(body: &[u8]) -> Result<Issued, &'static str> {
    const FOREIGN: &str = "the token address did not answer with a token; check the token address";
    let answer: Value = serde_json::from_slice(without_mark(body)).map_err(|_| FOREIGN)?;
    let token = |name: &str| {
        answer
            .get(name)
            .and_then(Value::as_str)
            .filter(|token| !token.is_empty() && token.bytes().all(|byte| byte.is_ascii_graphic()))
            .map(SecretString::from)
    };
    let access = token("access_token").ok_or(FOREIGN)?;
    if let Some(kind) = answer.get("token_type").and_then(Value::as_str)
        && !kind.eq_ignore_ascii_case("bearer")
    {
        return Err("the identity domain gave a kind of token that this program cannot use");
    }
    let life = match answer.get("expires_in") {
        Some(Value::Number(seconds)) => seconds.as_u64(),
        Some(Value::String(seconds)) => seconds.trim().parse().ok(),
        _ => None,
    };
    let life = life.map_or(USUAL_LIFE, |seconds| {
        Duration::from_secs(seconds.min(31_536_000))
    });
    Ok(Issued {
        access,
        life,
        refresh: token("refresh_token"),
        facts: Facts::of(&answer),
    })
}

#[cfg(test)]
mod tests {
    use reqwest::header::HeaderValue;

    use super::*;

    #[test]
    fn the_date_of_the_answer_tells_how_wrong_the_clock_is() {
        let now = httpdate::parse_http_date("Sat, 21 Nov 2026 11:00:00 GMT").unwrap();
        let mut headers = HeaderMap::new();
        assert_eq!(ahead(&headers, now), None);
        headers.insert(
            DATE,
            HeaderValue::from_static("Sat, 21 Nov 2026 10:48:00 GMT"),
        );
        assert_eq!(ahead(&headers, now), Some(SignedDuration::from_mins(12)));
        headers.insert(DATE, HeaderValue::from_static("yesterday"));
        assert_eq!(ahead(&headers, now), None);
    }
}
