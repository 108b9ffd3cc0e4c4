//! Tokens of an identity domain: one for all calls, fetched once however many wait for it, renewed
//! before it ends, and once more when the service refuses it.

use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use reqwest::header::{ACCEPT, AUTHORIZATION, CONTENT_TYPE, HeaderValue};
use secrecy::{ExposeSecret, SecretString};
use serde_json::Value;
use tokio::time::Instant;
use url::Url;

use super::{Authorization, basic, sensitive};
use crate::error::{Error, ErrorKind, Retry};
use crate::exchange::Redactor;
use crate::http::body::{self, BodyFault, without_mark};
use crate::http::{Transport, answer};
use crate::observe::{CallEvent, Observer};
use crate::retry;

const OPERATION: &str = "Signing in";
/// How long the token endpoint may take.
const LONGEST_ANSWER: Duration = Duration::from_secs(30);
/// Assumed where the answer does not say (an hour is the identity domain's default, documented).
const USUAL_LIFE: Duration = Duration::from_hours(1);
/// A token is renewed this long before its end, or a tenth of its life if that is less.
const MARGIN: Duration = Duration::from_mins(1);

pub(crate) struct TokenProvider {
    token_url: Url,
    client: HeaderValue,
    form: String,
    redactor: Redactor,
    current: Mutex<Current>,
    /// Held while a token is fetched.
    fetching: tokio::sync::Mutex<()>,
}

#[derive(Default)]
struct Current {
    token: Option<Token>,
    /// Fetches that ended, and how the last failed one did.
    ended: u64,
    failure: Option<Error>,
}

struct Token {
    value: SecretString,
    authorization: Authorization,
    renew_at: Instant,
    ends_at: Instant,
}

impl TokenProvider {
    pub(crate) fn new(
        token_url: &Url,
        client_id: &str,
        client_secret: &SecretString,
        scope: &str,
    ) -> Result<Self, Error> {
        let secret = client_secret.expose_secret();
        let pair = basic::plain(client_id, secret);
        let mut form = url::form_urlencoded::Serializer::new(String::new());
        form.append_pair("grant_type", "client_credentials");
        if !scope.trim().is_empty() {
            form.append_pair("scope", scope.trim());
        }
        Ok(Self {
            token_url: token_url.clone(),
            client: sensitive(&pair)?,
            form: form.finish(),
            redactor: Redactor::knowing([
                secret,
                &basic::form_encoded(secret),
                pair.trim_start_matches("Basic "),
            ]),
            current: Mutex::default(),
            fetching: tokio::sync::Mutex::default(),
        })
    }

    fn current(&self) -> MutexGuard<'_, Current> {
        self.current.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The token's text, for redaction.
    pub(super) fn current_token(&self) -> Option<String> {
        self.current()
            .token
            .as_ref()
            .map(|token| token.value.expose_secret().to_owned())
    }

    /// What is left of the token's life.
    pub(crate) fn expires_in(&self) -> Option<Duration> {
        let current = self.current();
        let token = current.token.as_ref()?;
        Some(token.ends_at.saturating_duration_since(Instant::now()))
    }

    fn usable(&self, rejected: Option<u64>) -> Option<Authorization> {
        let current = self.current();
        let token = current.token.as_ref()?;
        let is_rejected = rejected.is_some_and(|serial| serial >= token.authorization.serial);
        (!is_rejected && Instant::now() < token.renew_at).then(|| token.authorization.clone())
    }

    pub(super) async fn authorization(
        &self,
        transport: &Transport,
        observer: Option<&dyn Observer>,
        rejected: Option<u64>,
    ) -> Result<Authorization, Error> {
        if let Some(authorization) = self.usable(rejected) {
            return Ok(authorization);
        }
        let ended_before = self.current().ended;
        let _fetching = self.fetching.lock().await;
        if let Some(authorization) = self.usable(rejected) {
            return Ok(authorization);
        }
        {
            // Somebody else's fetch ended while this call waited for it: its failure is the answer
            // for all who waited, instead of one refused sign-in for each of them.
            let current = self.current();
            if current.ended > ended_before
                && let Some(failure) = &current.failure
            {
                return Err(failure.clone());
            }
        }
        let fetched = self.fetch_patiently(transport).await;
        let mut current = self.current();
        current.ended += 1;
        match fetched {
            Ok((value, life)) => {
                let serial = current
                    .token
                    .as_ref()
                    .map_or(1, |token| token.authorization.serial + 1);
                let now = Instant::now();
                let authorization = Authorization {
                    header: sensitive(&format!("Bearer {}", value.expose_secret()))?,
                    serial,
                };
                current.token = Some(Token {
                    value,
                    authorization: authorization.clone(),
                    renew_at: now + life.saturating_sub(MARGIN.min(life / 10)),
                    ends_at: now + life,
                });
                current.failure = None;
                drop(current);
                if let Some(observer) = observer {
                    observer.event(&CallEvent::TokenRenewed { expires_in: life });
                }
                Ok(authorization)
            }
            Err(failure) => {
                current.failure = Some(failure.clone());
                Err(failure)
            }
        }
    }

    async fn fetch_patiently(
        &self,
        transport: &Transport,
    ) -> Result<(SecretString, Duration), Error> {
        let mut tries = 1;
        loop {
            let failure = match self.fetch(transport).await {
                Ok(token) => return Ok(token),
                Err(failure) => failure,
            };
            let wait = match failure.retry() {
                Retry::Never => return Err(failure),
                _ if tries >= retry::MOST_TRIES => return Err(failure),
                Retry::Safe => retry::pause(tries, fastrand::f64()),
                Retry::After(wait) => wait,
            };
            tries += 1;
            tokio::time::sleep(wait).await;
        }
    }

    async fn fetch(&self, transport: &Transport) -> Result<(SecretString, Duration), Error> {
        let url = &self.token_url;
        let timed_out = || {
            Error::new(
                ErrorKind::Timeout,
                OPERATION,
                format!(
                    "`{}` did not answer in time",
                    url.host_str().unwrap_or_default()
                ),
            )
            .with_retry(Retry::Safe)
        };
        let request = transport
            .for_url(url)
            .post(url.clone())
            .header(AUTHORIZATION, self.client.clone())
            .header(ACCEPT, "application/json")
            .header(
                CONTENT_TYPE,
                "application/x-www-form-urlencoded;charset=UTF-8",
            )
            .body(self.form.clone())
            .send();
        let response = tokio::time::timeout(LONGEST_ANSWER, request)
            .await
            .map_err(|_| timed_out())?
            .map_err(|error| transport.explain(&error, url, OPERATION))?;
        let status = response.status().as_u16();
        let headers = response.headers().clone();
        let body = match body::read(response, LONGEST_ANSWER, &mut 0).await {
            Ok(body) => body,
            Err(BodyFault::Transport(error)) => {
                return Err(transport.explain(&error, url, OPERATION));
            }
            Err(BodyFault::Idle) => return Err(timed_out()),
            Err(_) => {
                return Err(
                    Error::new(ErrorKind::Truncated, OPERATION, "the answer broke off")
                        .with_retry(Retry::Safe),
                );
            }
        };
        let mut exchange =
            answer::exchange("POST", url.path(), status, &headers, &body, &self.redactor);
        if status == 200 {
            // Whatever it is that was not understood may be a token all the same.
            if !exchange.body.trim_start().starts_with('<') {
                exchange.body.clear();
                (exchange.title, exchange.detail) = (None, None);
            }
            return read_token(&body).map_err(|cause| {
                Error::new(ErrorKind::NotOracleIntegration, OPERATION, cause)
                    .with_exchange(exchange)
            });
        }
        let said = serde_json::from_slice::<Value>(without_mark(&body)).ok();
        let code = said
            .as_ref()
            .and_then(|said| said.get("error"))
            .and_then(Value::as_str);
        if status == 429 || status >= 500 {
            return Err(answer::failure(
                OPERATION, status, &headers, exchange, false,
            ));
        }
        let words = exchange
            .detail
            .clone()
            .map(|words| words.trim_end_matches('.').to_owned());
        let (kind, cause) = match code {
            Some("invalid_scope") => (
                ErrorKind::ScopeRefused,
                "the identity domain refused the scope; compare it with the application's resources".to_owned(),
            ),
            Some(code) => (
                ErrorKind::SignInRefused { code: self.redactor.text(code) },
                match code {
                    "invalid_client" => {
                        "the identity domain refused client id or client secret".to_owned()
                    }
                    "unauthorized_client" => {
                        "the application is not allowed to sign in with client credentials".to_owned()
                    }
                    _ => format!("the identity domain refused the sign-in (`{}`)", self.redactor.text(code)),
                },
            ),
            None if status == 401 => (
                ErrorKind::SignInRefused { code: "invalid_client".to_owned() },
                "the identity domain refused client id or client secret (401)".to_owned(),
            ),
            None => (
                ErrorKind::NotOracleIntegration,
                format!(
                    "the token address at `{}` did not answer like an identity domain ({status}); check the token address",
                    url.host_str().unwrap_or_default()
                ),
            ),
        };
        let cause = match words {
            Some(words) => format!("{cause}. The server says: {words}"),
            None => cause,
        };
        Err(Error::new(kind, OPERATION, cause).with_exchange(exchange))
    }
}

/// `access_token` and its life from the answer (RFC 6749 §5.1; recorded sample).
fn read_token(body: &[u8]) -> Result<(SecretString, Duration), &'static str> {
    const FOREIGN: &str = "the token address did not answer with a token; check the token address";
    let answer: Value = serde_json::from_slice(without_mark(body)).map_err(|_| FOREIGN)?;
    let token = answer
        .get("access_token")
        .and_then(Value::as_str)
        .filter(|token| !token.is_empty() && token.bytes().all(|byte| byte.is_ascii_graphic()))
        .ok_or(FOREIGN)?;
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
    Ok((SecretString::from(token), life))
}
