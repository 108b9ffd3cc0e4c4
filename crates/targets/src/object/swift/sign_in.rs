//! Signing in: a header that is made once, or a token that is fetched, and fetched anew once it ended.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use reqwest::header::{AUTHORIZATION, HeaderMap, HeaderName, HeaderValue};
use reqwest::{Method, Url};
use secrecy::ExposeSecret;

use super::super::web::Ask;
use super::{SwiftFiles, SwiftSignIn};
use crate::{Result, TargetError};

/// Where to go, and what shows who is asking.
#[derive(Clone)]
pub(super) struct Session {
    pub(super) storage: Url,
    header: HeaderName,
    value: HeaderValue,
}

impl Session {
    pub(super) fn sign(&self, headers: &mut HeaderMap) {
        headers.insert(self.header.clone(), self.value.clone());
    }

    fn is_of(&self, other: &Self) -> bool {
        self.value == other.value
    }
}

impl SwiftFiles {
    /// The session that stands, or a new one.
    pub(super) async fn session(&self) -> Result<Session> {
        let mut held = self.session.lock().await;
        if let Some(session) = held.as_ref() {
            return Ok(session.clone());
        }
        let session = self.signed_in().await?;
        *held = Some(session.clone());
        Ok(session)
    }

    /// A new session in place of one whose token is not taken any more; nothing where the sign-in has none
    /// that ends.
    pub(super) async fn renewed(&self, old: &Session) -> Result<Option<Session>> {
        if matches!(self.sign_in, SwiftSignIn::Basic { .. }) {
            return Ok(None);
        }
        let mut held = self.session.lock().await;
        // Somebody else was faster.
        if let Some(session) = held.as_ref().filter(|session| !session.is_of(old)) {
            return Ok(Some(session.clone()));
        }
        let session = self.signed_in().await?;
        *held = Some(session.clone());
        Ok(Some(session))
    }

    async fn signed_in(&self) -> Result<Session> {
        match &self.sign_in {
            SwiftSignIn::Basic { user, token, .. } => {
                let pair = STANDARD.encode(format!("{user}:{}", token.expose_secret()));
                Ok(Session {
                    storage: self.address.clone(),
                    header: AUTHORIZATION,
                    value: secret_value("The auth token", &format!("Basic {pair}"))?,
                })
            }
            SwiftSignIn::Token { user, key, .. } => {
                self.fetch_token(user, key.expose_secret()).await
            }
        }
    }

    async fn fetch_token(&self, user: &str, key: &str) -> Result<Session> {
        let mut ask = Ask::new(Method::GET, self.address.clone());
        ask.headers
            .insert("x-auth-user", secret_value("The user", user)?);
        ask.headers
            .insert("x-auth-key", secret_value("The key", key)?);
        let answer = self.web.ask(&ask).await?;
        if matches!(answer.status.as_u16(), 401 | 403) {
            return Err(TargetError::SignIn {
                target: self.web.title.clone(),
                user: self.web.user.clone(),
                detail: "it does not take this user with this key".to_owned(),
            });
        }
        if !answer.status.is_success() {
            return Err(self.web.refusal("Signing in", &ask, &answer));
        }
        let unexpected = || {
            self.web.refused(
                "Signing in",
                "it gives no token; the address may be another one",
            )
        };
        let storage = answer
            .header("x-storage-url")
            .and_then(|text| Url::parse(text).ok())
            .ok_or_else(unexpected)?;
        // Never with the token from a protected way onto one that is not.
        if self.address.scheme() == "https" && storage.scheme() != "https" {
            return Err(self.web.refused(
                "Signing in",
                "it gives a storage address without https://, where anybody on the way could read along",
            ));
        }
        let token = answer.header("x-auth-token").ok_or_else(unexpected)?;
        Ok(Session {
            storage,
            header: HeaderName::from_static("x-auth-token"),
            value: secret_value("The token", token)?,
        })
    }
}

fn secret_value(what: &'static str, text: &str) -> Result<HeaderValue> {
    let mut value = HeaderValue::from_str(text).map_err(|_| TargetError::Unusable {
        what,
        detail: "it holds a character that cannot be sent".to_owned(),
    })?;
    value.set_sensitive(true);
    Ok(value)
}
