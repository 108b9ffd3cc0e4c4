//! The part of the authorization code flow that goes through the browser: the address it is sent to,
//! with state and PKCE (RFC 6749 §4.1, RFC 7636), and the check of what comes back.

use std::fmt;

use aws_lc_rs::constant_time::verify_slices_are_equal;
use aws_lc_rs::{digest, rand};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use secrecy::{ExposeSecret, SecretString};
use url::Url;

use crate::error::{Error, ErrorKind};

/// 32 bytes from the random source of the system, as 43 characters of base64url.
pub(super) fn random_text() -> Option<String> {
    let mut bytes = [0; 32];
    rand::fill(&mut bytes).ok()?;
    Some(URL_SAFE_NO_PAD.encode(bytes))
}

/// One journey of the browser to the identity domain and back. Good for one sign-in.
pub struct BrowserSignIn {
    address: Url,
    redirect: Url,
    state: SecretString,
    verifier: SecretString,
}

impl BrowserSignIn {
    /// Prepares a journey. `offline_access` is asked for beside the scope, so that a refresh token
    /// comes with the answer (documented).
    ///
    /// # Errors
    /// `Configuration` where the system gives no random numbers.
    pub fn new(
        authorize_url: &Url,
        client_id: &str,
        scope: &str,
        redirect: Url,
    ) -> Result<Self, Error> {
        let fresh = || {
            random_text().map(SecretString::from).ok_or_else(|| {
                Error::new(
                    ErrorKind::Configuration,
                    "Signing in",
                    "the system gives no random numbers",
                )
            })
        };
        let (state, verifier) = (fresh()?, fresh()?);
        let hash = digest::digest(&digest::SHA256, verifier.expose_secret().as_bytes());
        let challenge = URL_SAFE_NO_PAD.encode(hash.as_ref());
        let mut scopes: Vec<&str> = scope.split_whitespace().collect();
        if !scopes.contains(&"offline_access") {
            scopes.push("offline_access");
        }
        let mut address = authorize_url.clone();
        address
            .query_pairs_mut()
            .append_pair("response_type", "code")
            .append_pair("client_id", client_id)
            .append_pair("redirect_uri", redirect.as_str())
            .append_pair("scope", &scopes.join(" "))
            .append_pair("state", state.expose_secret())
            .append_pair("code_challenge", &challenge)
            .append_pair("code_challenge_method", "S256");
        Ok(Self {
            address,
            redirect,
            state,
            verifier,
        })
    }

    /// Where the browser is to go.
    #[must_use]
    pub fn address(&self) -> &Url {
        &self.address
    }

    /// Where it comes back to.
    #[must_use]
    pub fn redirect(&self) -> &Url {
        &self.redirect
    }

    /// Whether an answer belongs to this journey. Takes as long for a wrong state as for the right one.
    #[must_use]
    pub fn is_answered_by(&self, state: &str) -> bool {
        verify_slices_are_equal(self.state.expose_secret().as_bytes(), state.as_bytes()).is_ok()
    }

    pub(super) fn verifier(&self) -> &SecretString {
        &self.verifier
    }
}

/// Without what only this journey knows.
impl fmt::Debug for BrowserSignIn {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("BrowserSignIn")
            .field("host", &self.address.host_str())
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashMap;

    use super::*;

    #[test]
    fn the_address_carries_the_challenge_and_never_the_verifier() {
        let sign_in = BrowserSignIn::new(
            &"https://idcs-1.identity.oraclecloud.com/oauth2/v1/authorize"
                .parse()
                .unwrap(),
            "app",
            "https://a:443/ic/api/",
            "http://127.0.0.1:8734/callback".parse().unwrap(),
        )
        .unwrap();
        let address = sign_in.address();
        let query: HashMap<_, _> = address.query_pairs().into_owned().collect();
        assert_eq!(query["response_type"], "code");
        assert_eq!(query["scope"], "https://a:443/ic/api/ offline_access");
        assert_eq!(query["redirect_uri"], "http://127.0.0.1:8734/callback");
        assert_eq!(query["code_challenge_method"], "S256");
        assert_eq!(query["code_challenge"].len(), 43);
        assert!(!address.as_str().contains(sign_in.verifier.expose_secret()));
        assert!(sign_in.is_answered_by(&query["state"]));
        assert!(!sign_in.is_answered_by(""));
        assert!(!sign_in.is_answered_by(&query["code_challenge"]));
        let shown = format!("{sign_in:?}");
        assert!(!shown.contains(&query["state"]), "{shown}");
    }

    #[test]
    fn no_two_journeys_share_their_state() {
        assert_ne!(random_text().unwrap(), random_text().unwrap());
    }
}
