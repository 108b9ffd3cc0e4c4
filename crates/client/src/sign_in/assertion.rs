//! JWT assertions (RFC 7523): of a user, and of the application where it has no secret. Audience and
//! claims as the identity domain documents them ("Working with the JWT User Assertion grant").

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jiff::Timestamp;
use secrecy::SecretString;
use serde_json::{Map, Value, json};

use super::signing_key::SigningKey;

/// Whom every assertion is for (documented).
const AUDIENCE: &str = "https://identity.oraclecloud.com/";
/// How long one can be used, in seconds.
const LIFE: i64 = 300;
/// A clock of this computer that is a little ahead must not make an assertion one of the future.
const LEEWAY: i64 = 10;

/// Who says what of whom.
pub(super) struct Assertion<'a> {
    /// The client id.
    pub(super) issuer: &'a str,
    /// The user, or the client id once more.
    pub(super) subject: &'a str,
    pub(super) key: &'a SigningKey,
    /// The alias of the certificate in the application.
    pub(super) key_id: Option<&'a str>,
}

impl Assertion<'_> {
    /// The assertion in compact form (RFC 7515 §7.1); `None` where the key cannot sign.
    pub(super) fn signed(&self, now: Timestamp) -> Option<SecretString> {
        let mut header = Map::new();
        header.insert("alg".to_owned(), "RS256".into());
        header.insert("typ".to_owned(), "JWT".into());
        match (self.key_id, self.key.thumbprint()) {
            (Some(alias), _) => {
                header.insert("kid".to_owned(), alias.into());
            }
            (None, Some(thumbprint)) => {
                header.insert("x5t".to_owned(), thumbprint.into());
            }
            (None, None) => {}
        }
        let issued = now.as_second() - LEEWAY;
        let claims = json!({
            "iss": self.issuer,
            "sub": self.subject,
            "aud": [AUDIENCE],
            "iat": issued,
            "exp": issued + LIFE,
            "jti": super::browser::random_text()?,
        });
        let part = |value: &Value| URL_SAFE_NO_PAD.encode(value.to_string());
        let said = format!("{}.{}", part(&Value::Object(header)), part(&claims));
        let signature = URL_SAFE_NO_PAD.encode(self.key.sign(said.as_bytes())?);
        Some(SecretString::from(format!("{said}.{signature}")))
    }
}
