//! Signing in: what stands in `Authorization`, and how it is renewed.
//!
//! `asked` knows the forms of the grants, `endpoint` asks the token endpoint once, `refusal` puts its
//! refusals into words, `provider` keeps the token for all calls. `browser` is the journey through the
//! browser, `assertion` and `signing_key` what is signed, `token_store` where refresh tokens live.

mod asked;
mod assertion;
mod basic;
mod browser;
mod endpoint;
mod life;
mod provider;
mod refusal;
mod signing_key;
mod token_store;

use std::sync::Arc;

use reqwest::header::HeaderValue;
use secrecy::{ExposeSecret, SecretString};
use url::Url;

use crate::config::SignIn;
use crate::error::{Error, ErrorKind};
use crate::exchange::Redactor;
use crate::http::Transport;
use crate::observe::Observer;
use asked::{Application, Asked, NamedKey};
pub use browser::BrowserSignIn;
use endpoint::Endpoint;
pub use life::{Grant, TokenLife};
use provider::Source;
pub(crate) use provider::TokenProvider;
pub use signing_key::{KeyError, SigningKey};
pub use token_store::{MemoryStore, StoreFailure, StoreFuture, TokenStore};

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
        let provider = |token_url: &Url, application: Application, source: Source| {
            let url = token_url.clone();
            let endpoint = Endpoint { url, application };
            Self::Token(Box::new(TokenProvider::new(endpoint, source)))
        };
        let known = |id: &str, secret: Option<&SecretString>| Application {
            id: id.to_owned(),
            secret: secret.cloned(),
            key: None,
        };
        Ok(match sign_in {
            SignIn::ClientCredentials {
                token_url,
                client_id,
                client_secret,
                scope,
            } => provider(
                token_url,
                known(client_id, Some(client_secret)),
                Source::Asking(Asked::ClientCredentials {
                    scope: scope.clone(),
                }),
            ),
            SignIn::AuthorizationCode {
                token_url,
                client_id,
                client_secret,
                tokens,
            } => provider(
                token_url,
                known(client_id, client_secret.as_ref()),
                Source::Browser(Arc::clone(tokens)),
            ),
            SignIn::JwtAssertion {
                token_url,
                client_id,
                client_secret,
                scope,
                user,
                key,
                key_id,
            } => {
                let named = NamedKey {
                    key: key.clone(),
                    id: key_id.clone(),
                };
                let application = Application {
                    key: client_secret.is_none().then(|| named.clone()),
                    ..known(client_id, client_secret.as_ref())
                };
                let asked = Asked::Assertion {
                    user: user.clone(),
                    key: named,
                    scope: scope.clone(),
                };
                provider(token_url, application, Source::Asking(asked))
            }
            SignIn::Password {
                token_url,
                client_id,
                client_secret,
                scope,
                user,
                password,
            } => provider(
                token_url,
                known(client_id, client_secret.as_ref()),
                Source::Asking(Asked::Password {
                    user: user.clone(),
                    password: password.clone(),
                    scope: scope.clone(),
                }),
            ),
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
        if let Some((client_id, secret)) = sign_in.client_secret() {
            let secret = secret.expose_secret();
            known.push(secret.to_owned());
            known.push(basic::form_encoded(secret));
            known.push(basic::plain(client_id, secret));
        }
        if let Some((user, password)) = sign_in.password() {
            let password = password.expose_secret();
            known.push(password.to_owned());
            known.push(basic::form_encoded(password));
            known.push(basic::plain(user, password));
        }
        if let Self::Token(provider) = self {
            known.extend(provider.known_tokens());
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

/// Whether the bytes are an answer that gives a token.
pub(crate) fn reads_as_token(body: &[u8]) -> bool {
    endpoint::read(body).is_ok()
}
