//! Signing in: what stands in `Authorization`, and how it is renewed.

mod basic;
mod token;

use std::time::Duration;

use reqwest::header::HeaderValue;
use secrecy::ExposeSecret;

use crate::config::SignIn;
use crate::error::{Error, ErrorKind};
use crate::exchange::Redactor;
use crate::http::Transport;
use crate::observe::Observer;
pub(crate) use token::TokenProvider;

/// How long the sign-in lasts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TokenLife {
    /// What is left of the token's life; `None` for user and password, which do not end.
    pub expires_in: Option<Duration>,
}

/// A header ready to send; `serial` tells the tokens of one provider apart.
#[derive(Clone)]
pub(crate) struct Authorization {
    pub(crate) header: HeaderValue,
    pub(crate) serial: u64,
}

pub(crate) enum Credentials {
    Token(Box<TokenProvider>),
    Basic(Authorization),
}

impl Credentials {
    pub(crate) fn new(sign_in: &SignIn) -> Result<Self, Error> {
        Ok(match sign_in {
            SignIn::ClientCredentials {
                token_url,
                client_id,
                client_secret,
                scope,
            } => Self::Token(Box::new(TokenProvider::new(
                token_url,
                client_id,
                client_secret,
                scope,
            )?)),
            SignIn::Basic { user, password } => Self::Basic(Authorization {
                header: sensitive(&basic::plain(user, password.expose_secret()))?,
                serial: 0,
            }),
        })
    }

    /// The header, with a token other than the rejected one.
    pub(crate) async fn authorization(
        &self,
        transport: &Transport,
        observer: Option<&dyn Observer>,
        rejected: Option<u64>,
    ) -> Result<Authorization, Error> {
        match self {
            Self::Token(provider) => provider.authorization(transport, observer, rejected).await,
            Self::Basic(header) => Ok(header.clone()),
        }
    }

    pub(crate) fn can_renew(&self) -> bool {
        matches!(self, Self::Token(_))
    }

    /// Knows all that must never be shown.
    pub(crate) fn redactor(&self, sign_in: &SignIn, sent: &Authorization) -> Redactor {
        let mut known: Vec<String> = Vec::new();
        match sign_in {
            SignIn::ClientCredentials {
                client_id,
                client_secret,
                ..
            } => {
                let secret = client_secret.expose_secret();
                known.push(secret.to_owned());
                known.push(basic::form_encoded(secret));
                known.push(basic::plain(client_id, secret));
            }
            SignIn::Basic { user, password } => {
                known.push(password.expose_secret().to_owned());
                known.push(basic::plain(user, password.expose_secret()));
            }
        }
        if let Self::Token(provider) = self {
            known.extend(provider.current_token());
            // May be another one by now.
            let sent = sent.header.to_str().unwrap_or_default();
            known.extend(sent.strip_prefix("Bearer ").map(str::to_owned));
        }
        known.extend(
            known
                .clone()
                .iter()
                .filter_map(|value| value.strip_prefix("Basic "))
                .map(str::to_owned),
        );
        Redactor::knowing(known.iter().map(String::as_str))
    }
}

/// A header value that `Debug` does not show.
pub(crate) fn sensitive(value: &str) -> Result<HeaderValue, Error> {
    let mut header = HeaderValue::from_str(value).map_err(|_| {
        Error::new(
            ErrorKind::Configuration,
            "Signing in",
            "the sign-in holds characters that cannot be sent",
        )
    })?;
    header.set_sensitive(true);
    Ok(header)
}
