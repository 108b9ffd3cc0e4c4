//! One call from beginning to end: permit, sign-in, sending, being sent on, reading, judging, trying
//! again.

pub(crate) mod answer;
pub(crate) mod body;
mod call;
mod form;
pub(crate) mod redirect;
mod report;
mod send;
mod sink;
pub(crate) mod tls;
mod transport;

use bytes::Bytes;
use reqwest::header::{CONTENT_TYPE, HeaderMap};
use secrecy::ExposeSecret;
use std::sync::{Arc, PoisonError, RwLock};
use tokio::time::Instant;
use url::Url;
use waybill_model::Generation;

use crate::address::{Address, INSTANCE_PARAMETER};
use crate::config::{ClientConfig, SignIn, Timeouts};
use crate::error::{Error, ErrorKind, Retry};
use crate::observe::{CallEvent, Observer, SlowReason};
use crate::pace::{CallClass, Change, Limiter, Outcome, Permit};
use crate::retry;
use crate::sign_in::{Authorization, Credentials};
use body::BodyFault;
pub(crate) use body::Expect;
pub(crate) use call::{Answer, Call, Payload, Repeat};
pub(crate) use form::Form;
pub use form::Upload;
use report::Report;
pub use tls::tls_problem;
pub(crate) use transport::Transport;

/// What all clones of a client share.
pub(crate) struct Core {
    pub(crate) address: Address,
    instance_name: Option<String>,
    generation: Generation,
    /// Where calls go; follows the service's own word (307).
    base: RwLock<Url>,
    pub(crate) transport: Transport,
    pub(crate) credentials: Credentials,
    sign_in: SignIn,
    pub(crate) limiter: Limiter,
    pub(crate) timeouts: Timeouts,
    pub(crate) has_explicit_proxy: bool,
    pub(crate) may_use_proxy: bool,
    observer: Option<Arc<dyn Observer>>,
}

impl Core {
    pub(crate) fn new(config: ClientConfig) -> Result<Self, Error> {
        config.check()?;
        let design = config.address.design();
        Ok(Self {
            transport: Transport::new(&config)?,
            credentials: Credentials::new(&config.sign_in)?,
            generation: design.generation,
            base: RwLock::new(design.base),
            instance_name: design.instance_name,
            limiter: Limiter::new(config.pace),
            timeouts: config.timeouts,
            has_explicit_proxy: matches!(config.proxy, crate::config::Proxy::Url(_)),
            may_use_proxy: !matches!(config.proxy, crate::config::Proxy::None),
            address: config.address,
            sign_in: config.sign_in,
            observer: config.observer,
        })
    }

    pub(crate) fn generation(&self) -> Generation {
        self.generation
    }

    /// Where calls go now.
    pub(crate) fn base(&self) -> Url {
        self.base
            .read()
            .unwrap_or_else(PoisonError::into_inner)
            .clone()
    }

    /// The user of a sign-in without tokens.
    pub(crate) fn basic_user(&self) -> Option<&str> {
        match &self.sign_in {
            SignIn::Basic { user, .. } => Some(user),
            _ => None,
        }
    }

    pub(crate) fn observer(&self) -> Option<&dyn Observer> {
        self.observer.as_deref()
    }

    fn tell(&self, event: impl FnOnce() -> CallEvent) {
        if let Some(observer) = &self.observer {
            observer.event(&event());
        }
    }

    fn url(&self, call: &Call) -> Url {
        let mut url = self.base();
        url.set_path(&call.path);
        {
            let mut query = url.query_pairs_mut();
            for (name, value) in &call.query {
                query.append_pair(name, value);
            }
            if let Some(instance) = &self.instance_name {
                query.append_pair(INSTANCE_PARAMETER, instance);
            }
        }
        if url.query() == Some("") {
            url.set_query(None);
        }
        url
    }

    /// Makes the call, again where that is safe and may help. A call that must not be repeated is sent
    /// again only where it certainly had no effect.
    pub(crate) async fn execute(&self, call: &Call) -> Result<Answer, Error> {
        let mut attempt = 1;
        let mut throttled = 0;
        let mut failed = 0;
        let mut rejected = None;
        loop {
            let permit = self.limiter.enter(call.class.lane()).await;
            let authorization = self
                .credentials
                .authorization(&self.transport, self.observer(), rejected)
                .await
                // Whatever became of the sign-in, the call itself was not sent.
                .map_err(Error::without_effect)?;
            let (result, outcome) = self.attempt(call, &authorization, attempt).await;
            self.settle(permit, outcome);
            let failure = match result {
                Ok(answer) => return Ok(answer),
                Err(failure) => failure,
            };
            attempt += 1;
            // A token can be withdrawn before its end: one more try with a fresh one.
            if *failure.kind() == ErrorKind::Unauthorised
                && rejected.is_none()
                && self.credentials.can_renew()
            {
                rejected = Some(authorization.serial);
                continue;
            }
            if call.repeat == Repeat::Look && failure.may_have_had_effect() {
                return Err(failure);
            }
            let retry_after = match failure.retry() {
                Retry::Never => return Err(failure),
                Retry::Safe => None,
                Retry::After(wait) => Some(wait),
            };
            if *failure.kind() == ErrorKind::TooManyRequests {
                throttled += 1;
            } else {
                failed += 1;
            }
            if failed >= retry::most_tries(&failure)
                || throttled + failed >= retry::MOST_TRIES_WHEN_THROTTLED
            {
                return Err(failure);
            }
            let wait =
                retry_after.unwrap_or_else(|| retry::pause(throttled + failed, fastrand::f64()));
            tracing::debug!(path = call.path, attempt, ?wait, "trying again");
            tokio::time::sleep(wait).await;
        }
    }

    fn settle(&self, permit: Permit<'_>, outcome: Outcome) {
        let Some(change) = permit.settle(outcome) else {
            return;
        };
        self.tell(|| match change {
            Change::Slowed {
                lane,
                reason,
                allowed,
                retry_after,
            } => CallEvent::Slowed {
                lane,
                reason,
                allowed,
                retry_after,
            },
            Change::Recovered { lane, allowed } => CallEvent::Recovered { lane, allowed },
        });
    }

    async fn attempt(
        &self,
        call: &Call,
        authorization: &Authorization,
        attempt: u32,
    ) -> (Result<Answer, Error>, Outcome) {
        let mut report = Report {
            core: self,
            call,
            attempt,
            started: Instant::now(),
            status: None,
            bytes: 0,
        };
        self.tell(|| CallEvent::Started {
            method: call.method.to_string(),
            path: call.path.clone(),
            attempt,
        });
        let mut outcome = Outcome::Nothing;
        let result = self
            .exchange(call, authorization, &mut report, &mut outcome)
            .await;
        drop(report);
        // No answer in time is the plainest sign of rising latency.
        if matches!(&result, Err(error) if *error.kind() == ErrorKind::Timeout) {
            outcome = Outcome::Slowed(SlowReason::Latency, None);
        }
        (result, outcome)
    }

    async fn exchange(
        &self,
        call: &Call,
        authorization: &Authorization,
        report: &mut Report<'_>,
        outcome: &mut Outcome,
    ) -> Result<Answer, Error> {
        let operation = call.operation.as_str();
        let (response, url) = self.send(call, authorization, report).await?;
        let status = response.status().as_u16();
        let headers = response.headers().clone();
        *outcome = match status {
            429 => Outcome::Slowed(SlowReason::TooManyRequests, answer::asked_pause(&headers)),
            503 => Outcome::Slowed(SlowReason::Unavailable, answer::asked_pause(&headers)),
            504 => Outcome::Slowed(SlowReason::Latency, None),
            502 => Outcome::Nothing,
            _ => Outcome::Answered(call.class, report.started.elapsed()),
        };
        let succeeded = (200..300).contains(&status);
        let read = match &call.to {
            Some(file) if succeeded => {
                sink::write(
                    response,
                    file,
                    call.expect,
                    self.timeouts.idle,
                    &mut report.bytes,
                )
                .await
            }
            _ => body::read(response, self.timeouts.idle, &mut report.bytes).await,
        };
        let body = match read {
            Ok(body) => body,
            // A failure is told by its status; of its words, what arrived is lost with the rest. So is a
            // change: it is made, whatever became of the words about it.
            Err(_) if status >= 400 || (succeeded && call.repeat == Repeat::Look) => Bytes::new(),
            Err(BodyFault::Unfit(kind, cause)) => {
                let retry = match kind {
                    ErrorKind::Truncated => Retry::Safe,
                    _ => Retry::Never,
                };
                return Err(Error::new(kind, operation, cause).with_retry(retry));
            }
            Err(BodyFault::File(cause)) => {
                return Err(Error::new(ErrorKind::Configuration, operation, cause));
            }
            Err(BodyFault::Transport(error)) => {
                return Err(self.transport.explain(&error, &url, operation));
            }
            Err(BodyFault::Idle) => {
                return Err(Error::new(
                    ErrorKind::Timeout,
                    operation,
                    format!(
                        "the answer stopped for more than {} s",
                        self.timeouts.idle.as_secs()
                    ),
                )
                .with_retry(Retry::Safe));
            }
            Err(BodyFault::Short { announced }) => {
                return Err(Error::new(
                    ErrorKind::Truncated,
                    operation,
                    format!(
                        "the answer broke off after {} of {announced} bytes",
                        report.bytes
                    ),
                )
                .with_retry(Retry::Safe));
            }
            Err(BodyFault::TooLarge) => {
                return Err(Error::new(
                    ErrorKind::Malformed,
                    operation,
                    "the answer is larger than 1 GiB",
                ));
            }
        };
        let exchange = || {
            let redactor = self
                .credentials
                .redactor(&self.sign_in, authorization)
                .and(call.secrets.iter().map(ExposeSecret::expose_secret));
            let path = match url.query() {
                Some(query) => format!("{}?{query}", url.path()),
                None => url.path().to_owned(),
            };
            let shown = call.body_to_show(status, &body);
            answer::exchange(
                call.method.as_str(),
                &path,
                status,
                &headers,
                shown,
                &redactor,
            )
        };
        if !succeeded {
            let is_list = call.class == CallClass::List && self.generation == Generation::Oic3;
            return Err(answer::failure(
                operation,
                status,
                &headers,
                exchange(),
                is_list,
            ));
        }
        let content_type = text_of(&headers, &CONTENT_TYPE);
        if call.to.is_none() {
            body::judge(call.expect, content_type, &body).map_err(|(kind, cause)| {
                let retry = if kind == ErrorKind::Truncated {
                    Retry::Safe
                } else {
                    Retry::Never
                };
                let failure = Error::new(kind, operation, cause)
                    .with_retry(retry)
                    .with_exchange(exchange());
                // The service did answer that it is done; what it said beside that is unreadable. A web
                // page comes from somebody in between.
                if body::is_page(content_type, &body) {
                    failure
                } else {
                    failure.with_possible_effect()
                }
            })?;
        }
        Ok(Answer {
            status,
            headers,
            body,
            length: report.bytes,
        })
    }
}

fn text_of<'a>(headers: &'a HeaderMap, name: &reqwest::header::HeaderName) -> &'a str {
    headers
        .get(name)
        .and_then(|value| value.to_str().ok())
        .unwrap_or_default()
}
