//! What may be known of a token: when it was given, when it ends, what it allows, in whose name. Read
//! leniently from the answer and from the claims of the token, where it is a JWT; nothing is decided
//! by it, so its signature is not looked at.

use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jiff::Timestamp;
use serde_json::Value;

/// How a token was come by.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Grant {
    /// Client credentials.
    ClientCredentials,
    /// A person signed in in the browser, just now.
    AuthorizationCode,
    /// With a refresh token, after a person had signed in in the browser.
    RefreshToken,
    /// A signed assertion of a user.
    JwtAssertion,
    /// User name and password, for a token.
    Password,
    /// User name and password at each call; there is no token.
    Basic,
}

/// What is known of the sign-in in use. Never a token itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TokenLife {
    /// How it was come by.
    pub grant: Grant,
    /// What is left of the token's life; `None` for user and password, which do not end.
    pub expires_in: Option<Duration>,
    /// When it was given, by the clock of this computer.
    pub issued_at: Option<Timestamp>,
    /// When it ends, by the clock of this computer.
    pub expires_at: Option<Timestamp>,
    /// What it allows: `scope` of the answer, else the claim, which holds the last part alone
    /// (recorded).
    pub scopes: Vec<String>,
    /// In whose name: the claim `sub`, the client id for an application.
    pub subject: Option<String>,
    /// A new one comes without a person when it ends.
    pub can_renew: bool,
}

impl TokenLife {
    pub(crate) fn of_basic(user: &str) -> Self {
        Self {
            grant: Grant::Basic,
            expires_in: None,
            issued_at: None,
            expires_at: None,
            scopes: Vec::new(),
            subject: Some(user.to_owned()),
            can_renew: true,
        }
    }
}

/// Scopes and subject of a token.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Facts {
    pub(super) scopes: Vec<String>,
    pub(super) subject: Option<String>,
}

impl Facts {
    /// From the answer of the token endpoint, the token in it included.
    pub(super) fn of(answer: &Value) -> Self {
        let claims = answer
            .get("access_token")
            .and_then(Value::as_str)
            .and_then(claims)
            .unwrap_or_default();
        let scopes = [answer.get("scope"), claims.get("scope"), claims.get("scp")]
            .into_iter()
            .flatten()
            .map(words)
            .find(|words| !words.is_empty())
            .unwrap_or_default();
        let subject = ["sub", "user_displayname", "client_id"]
            .iter()
            .find_map(|name| claims.get(*name).and_then(Value::as_str))
            .map(str::to_owned);
        Self { scopes, subject }
    }
}

fn claims(token: &str) -> Option<Value> {
    let payload = token.split('.').nth(1)?;
    let bytes = URL_SAFE_NO_PAD.decode(payload.trim_end_matches('=')).ok()?;
    serde_json::from_slice(&bytes).ok()
}

fn words(value: &Value) -> Vec<String> {
    match value {
        Value::String(text) => text.split_whitespace().map(str::to_owned).collect(),
        Value::Array(items) => items
            .iter()
            .filter_map(Value::as_str)
            .map(str::to_owned)
            .collect(),
        _ => Vec::new(),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn token(claims: &Value) -> String {
        format!("e30.{}.sig", URL_SAFE_NO_PAD.encode(claims.to_string()))
    }

    #[test]
    fn claims_tell_scope_and_subject() {
        let answer = json!({"access_token": token(&json!({"sub": "ann", "scope": "/ic/api/"}))});
        let facts = Facts::of(&answer);
        assert_eq!(facts.subject.as_deref(), Some("ann"));
        assert_eq!(facts.scopes, ["/ic/api/"]);
    }

    #[test]
    fn the_answer_counts_over_the_claims() {
        let answer =
            json!({"scope": "a b", "access_token": token(&json!({"scope": "c", "sub": 7}))});
        assert_eq!(Facts::of(&answer).scopes, ["a", "b"]);
        assert_eq!(Facts::of(&answer).subject, None);
    }

    #[test]
    fn an_opaque_token_tells_nothing() {
        for opaque in ["abc", "a.b.c", "..", "a.%%%.c"] {
            assert_eq!(
                Facts::of(&json!({"access_token": opaque})),
                Facts::default()
            );
        }
    }
}
