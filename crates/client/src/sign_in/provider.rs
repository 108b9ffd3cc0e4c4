//! The token of a sign-in: one for all calls, fetched once however many wait for it, renewed before
//! it ends, and once more when the service refuses it.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use jiff::Timestamp;
use secrecy::{ExposeSecret, SecretString};
use tokio::time::Instant;

use super::asked::Asked;
use super::browser::BrowserSignIn;
use super::endpoint::{Endpoint, Issued, OPERATION};
use super::life::{Facts, Grant, TokenLife};
use super::token_store::{StoreFailure, TokenStore};
use super::{Authorization, sensitive};
use crate::error::{Error, ErrorKind, Retry};
use crate::http::Transport;
use crate::observe::{CallEvent, Observer};
use crate::retry;

/// A token is renewed this long before its end, or a tenth of its life if that is less.
const MARGIN: Duration = Duration::from_mins(1);

/// Where the next token comes from.
pub(super) enum Source {
    /// The same question each time.
    Asking(Asked),
    /// A person signs in in the browser; what comes after rests on the refresh token.
    Browser(Arc<dyn TokenStore>),
}

pub(crate) struct TokenProvider {
    endpoint: Endpoint,
    source: Source,
    current: Mutex<Current>,
    /// Held while a token is fetched.
    fetching: tokio::sync::Mutex<()>,
}

#[derive(Default)]
struct Current {
    token: Option<Token>,
    /// The refresh token last seen, for redaction.
    refresh: Option<SecretString>,
    /// A refresh token that the store did not take: the one in the store was used up by it.
    unkept: Option<SecretString>,
    /// Fetches that ended, and how the last failed one did.
    ended: u64,
    failure: Option<Error>,
}

#[derive(Clone)]
struct Token {
    value: SecretString,
    authorization: Authorization,
    renew_at: Instant,
    ends_at: Instant,
    issued_at: Timestamp,
    life: Duration,
    facts: Facts,
    grant: Grant,
}

impl TokenProvider {
    pub(super) fn new(endpoint: Endpoint, source: Source) -> Self {
        Self {
            endpoint,
            source,
            current: Mutex::default(),
            fetching: tokio::sync::Mutex::default(),
        }
    }

    fn current(&self) -> MutexGuard<'_, Current> {
        self.current.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The tokens' texts, for redaction.
    pub(super) fn known_tokens(&self) -> Vec<String> {
        let current = self.current();
        let token = current.token.as_ref().map(|token| &token.value);
        token
            .into_iter()
            .chain(&current.refresh)
            .map(|secret| secret.expose_secret().to_owned())
            .collect()
    }

    /// What is known of the token in use.
    pub(crate) fn life(&self) -> Option<TokenLife> {
        let current = self.current();
        let token = current.token.as_ref()?;
        let ends = token.issued_at.checked_add(token.life).ok();
        Some(TokenLife {
            grant: token.grant,
            expires_in: Some(token.ends_at.saturating_duration_since(Instant::now())),
            issued_at: Some(token.issued_at),
            expires_at: ends,
            scopes: token.facts.scopes.clone(),
            subject: token.facts.subject.clone(),
            can_renew: match self.source {
                Source::Asking(_) => true,
                Source::Browser(_) => current.refresh.is_some(),
            },
        })
    }

    /// Goes on with the token of another provider of the same sign-in, where this one has none.
    pub(crate) fn take_over(&self, other: &Self) {
        let (token, refresh, unkept) = {
            let other = other.current();
            let refresh = other.refresh.clone();
            (other.token.clone(), refresh, other.unkept.clone())
        };
        let mut current = self.current();
        if current.token.is_none() {
            current.token = token;
            current.refresh = refresh;
            current.unkept = unkept;
        }
    }

    /// The token, in the last stretch of its life, where a new one cannot be had at the moment.
    fn still_good(&self, rejected: Option<u64>) -> Option<Authorization> {
        let current = self.current();
        let token = current.token.as_ref()?;
        (rejected.is_none() && Instant::now() < token.ends_at).then(|| token.authorization.clone())
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
        let fetched = self.fetch(transport, rejected).await;
        self.current().ended += 1;
        match fetched {
            Ok(Some((issued, grant))) => self.install(issued, grant, observer),
            // Not renewable, but good for a little while yet.
            Ok(None) => match self.current().token.as_ref() {
                Some(token) => Ok(token.authorization.clone()),
                None => Err(nobody_signed_in()),
            },
            Err(failure) => {
                if failure.retry() != Retry::Never
                    && let Some(authorization) = self.still_good(rejected)
                {
                    tracing::debug!("the token was not renewed; the one there is good for a while");
                    return Ok(authorization);
                }
                self.current().failure = Some(failure.clone());
                Err(failure)
            }
        }
    }

    /// Signs in with what the browser brought back. Asked once: a code is good for one question.
    pub(crate) async fn finish(
        &self,
        transport: &Transport,
        observer: Option<&dyn Observer>,
        browser: &BrowserSignIn,
        code: SecretString,
    ) -> Result<(), Error> {
        let Source::Browser(store) = &self.source else {
            return Err(Error::new(
                ErrorKind::Configuration,
                OPERATION,
                "this sign-in does not go through the browser",
            ));
        };
        let _fetching = self.fetching.lock().await;
        let asked = Asked::Code {
            code,
            redirect: browser.redirect().clone(),
            verifier: browser.verifier().clone(),
        };
        let issued = self.endpoint.ask(transport, &asked).await?;
        // A refresh token of a sign-in before belongs to somebody else, perhaps.
        {
            let mut current = self.current();
            current.refresh.clone_from(&issued.refresh);
            current.unkept = None;
        }
        store
            .keep(issued.refresh.clone())
            .await
            .map_err(|failure| not_kept(&failure))?;
        self.install(issued, asked.grant(), observer)?;
        Ok(())
    }

    /// A new token; `None` where there is no way to one and the present one has not ended.
    async fn fetch(
        &self,
        transport: &Transport,
        rejected: Option<u64>,
    ) -> Result<Option<(Issued, Grant)>, Error> {
        let store = match &self.source {
            Source::Asking(asked) => {
                let issued = self.ask_patiently(transport, asked).await?;
                return Ok(Some((issued, asked.grant())));
            }
            Source::Browser(store) => store,
        };
        let kept = || async {
            store.refresh_token().await.map_err(|failure| {
                Error::new(
                    ErrorKind::SecretsUnavailable,
                    OPERATION,
                    format!("the refresh token cannot be read: {failure}"),
                )
            })
        };
        let unkept = self.current().unkept.clone();
        let first = match unkept {
            Some(unkept) => Some(unkept),
            None => kept().await?,
        };
        let Some(mut token) = first else {
            let lasts = {
                let current = self.current();
                current
                    .token
                    .as_ref()
                    .is_some_and(|token| rejected.is_none() && Instant::now() < token.ends_at)
            };
            return if lasts {
                Ok(None)
            } else {
                Err(nobody_signed_in())
            };
        };
        let mut renewed_elsewhere = false;
        loop {
            self.current().refresh = Some(token.clone());
            let asked = Asked::Refresh {
                token: token.clone(),
            };
            let failure = match self.ask_patiently(transport, &asked).await {
                Ok(issued) => {
                    if let Some(next) = &issued.refresh {
                        self.current().refresh = Some(next.clone());
                        // It works until the program ends, whatever became of keeping it.
                        let kept = store.keep(Some(next.clone())).await;
                        if let Err(failure) = &kept {
                            tracing::warn!("a new refresh token was not kept: {failure}");
                        }
                        self.current().unkept = kept.is_err().then(|| next.clone());
                    }
                    return Ok(Some((issued, asked.grant())));
                }
                Err(failure) => failure,
            };
            if *failure.kind() != ErrorKind::SignInExpired {
                return Err(failure);
            }
            self.current().unkept = None;
            // Another program of the same user may have renewed it in between.
            match kept().await? {
                Some(other)
                    if !renewed_elsewhere && other.expose_secret() != token.expose_secret() =>
                {
                    renewed_elsewhere = true;
                    token = other;
                }
                _ => {
                    self.current().refresh = None;
                    if let Err(failure) = store.keep(None).await {
                        tracing::warn!("an ended refresh token was not removed: {failure}");
                    }
                    return Err(failure);
                }
            }
        }
    }

    async fn ask_patiently(&self, transport: &Transport, asked: &Asked) -> Result<Issued, Error> {
        let mut tries = 1;
        loop {
            let failure = match self.endpoint.ask(transport, asked).await {
                Ok(issued) => return Ok(issued),
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

    fn install(
        &self,
        issued: Issued,
        grant: Grant,
        observer: Option<&dyn Observer>,
    ) -> Result<Authorization, Error> {
        let life = issued.life;
        let mut current = self.current();
        let serial = current
            .token
            .as_ref()
            .map_or(1, |token| token.authorization.serial + 1);
        let now = Instant::now();
        let authorization = Authorization {
            header: sensitive(&format!("Bearer {}", issued.access.expose_secret()))?,
            serial,
        };
        current.token = Some(Token {
            value: issued.access,
            authorization: authorization.clone(),
            renew_at: now + life.saturating_sub(MARGIN.min(life / 10)),
            ends_at: now + life,
            issued_at: Timestamp::now(),
            life,
            facts: issued.facts,
            grant,
        });
        current.failure = None;
        drop(current);
        if let Some(observer) = observer {
            observer.event(&CallEvent::TokenRenewed { expires_in: life });
        }
        Ok(authorization)
    }
}

fn nobody_signed_in() -> Error {
    Error::new(
        ErrorKind::SignInExpired,
        OPERATION,
        "nobody is signed in; sign in in the browser",
    )
}

fn not_kept(failure: &StoreFailure) -> Error {
    Error::new(
        ErrorKind::SecretsUnavailable,
        OPERATION,
        format!("the refresh token cannot be kept: {failure}"),
    )
}
