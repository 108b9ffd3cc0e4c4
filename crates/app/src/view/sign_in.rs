//! How Waybill signs in to an instance, the secrets for it on their way in, and what is known of the
//! sign-in that lasts.

use secrecy::SecretString;
use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// The port of this computer that the browser comes back to, unless another is chosen.
pub const REDIRECT_PORT: u16 = 8734;

fn redirect_port() -> u16 {
    REDIRECT_PORT
}

/// How Waybill signs in.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(
    rename_all = "camelCase",
    rename_all_fields = "camelCase",
    tag = "type"
)]
#[ts(export, optional_fields)]
pub enum SignInForm {
    /// OAuth client credentials of a confidential application.
    ClientCredentials {
        /// The token endpoint of the identity domain.
        token_url: String,
        /// The application's client id.
        client_id: String,
        /// The scope, ending in `/ic/api/`.
        scope: String,
    },
    /// OAuth authorization code with PKCE: a person signs in in the browser of this computer. A
    /// client secret is given only where the application is a confidential one.
    AuthorizationCode {
        /// The token endpoint of the identity domain.
        token_url: String,
        /// Where the browser goes; beside the token endpoint where nothing is said.
        authorize_url: Option<String>,
        /// The application's client id.
        client_id: String,
        /// The scope, ending in `/ic/api/`; `offline_access` is asked for beside it.
        scope: String,
        /// The port of this computer that the browser comes back to. The application has
        /// `http://127.0.0.1:<port>/callback` registered as a redirect URL.
        #[serde(default = "redirect_port")]
        redirect_port: u16,
    },
    /// OAuth with a JWT assertion that names a user, signed with a private key. Without a client
    /// secret, the application itself is proved by the same key.
    JwtAssertion {
        /// The token endpoint of the identity domain.
        token_url: String,
        /// The application's client id.
        client_id: String,
        /// The scope, ending in `/ic/api/`.
        scope: String,
        /// The user in whose name Waybill works.
        user: String,
        /// The alias of the certificate in the application (`kid`); where nothing is said, the
        /// thumbprint of the certificate that came with the key is sent (`x5t`).
        key_id: Option<String>,
    },
    /// OAuth resource owner password: the user's own password goes through Waybill (advised against).
    Password {
        /// The token endpoint of the identity domain.
        token_url: String,
        /// The application's client id.
        client_id: String,
        /// The scope, ending in `/ic/api/`.
        scope: String,
        /// The user.
        user: String,
    },
    /// User name and password (Gen 2 and ICS alone).
    Basic {
        /// The user.
        user: String,
    },
}

impl SignInForm {
    /// Which kind it is.
    #[must_use]
    pub fn kind(&self) -> SignInKind {
        match self {
            Self::ClientCredentials { .. } => SignInKind::ClientCredentials,
            Self::AuthorizationCode { .. } => SignInKind::AuthorizationCode,
            Self::JwtAssertion { .. } => SignInKind::JwtAssertion,
            Self::Password { .. } => SignInKind::Password,
            Self::Basic { .. } => SignInKind::Basic,
        }
    }
}

/// The ways to sign in, by the names that [`SignInForm`] gives them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub enum SignInKind {
    /// OAuth client credentials.
    ClientCredentials,
    /// In the browser.
    AuthorizationCode,
    /// With a signed assertion.
    JwtAssertion,
    /// With a user's password, for a token.
    Password,
    /// With a user's password at each call.
    Basic,
}

/// Secrets as a person entered them, on their way to the place for secrets. An empty one counts as
/// not given; what is not given is taken from the place for secrets, if it is there.
#[derive(Clone, Debug, Default, Deserialize, TS)]
#[serde(rename_all = "camelCase", default)]
#[ts(export, optional_fields)]
pub struct SecretInputs {
    /// The secret of a confidential application.
    #[ts(as = "Option<String>")]
    pub client_secret: Option<SecretString>,
    /// The user's password.
    #[ts(as = "Option<String>")]
    pub password: Option<SecretString>,
    /// The file with the private key.
    pub key_file: Option<KeyFile>,
}

/// Of a sign-in that has one secret alone (client credentials, user and password): whichever it is.
impl From<Option<SecretString>> for SecretInputs {
    fn from(secret: Option<SecretString>) -> Self {
        Self {
            client_secret: secret.clone(),
            password: secret,
            key_file: None,
        }
    }
}

/// A file with a private key, read once: the key goes to the place for secrets, its passphrase
/// nowhere.
#[derive(Clone, Debug, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export, optional_fields)]
pub struct KeyFile {
    /// Where it lies: PEM (PKCS#1, PKCS#8, encrypted PKCS#8), DER or PKCS#12.
    pub path: String,
    /// What opens it, where it is encrypted.
    #[serde(default)]
    #[ts(as = "Option<String>")]
    pub passphrase: Option<SecretString>,
}

/// Whether a refresh token lies in the place for secrets.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub enum RefreshTokenState {
    /// It does: the sign-in survives a restart.
    Kept,
    /// It does not.
    None,
}

/// What is known of the sign-in to an instance. Never a token itself.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export, optional_fields)]
pub struct SignInView {
    /// How Waybill signs in.
    pub kind: SignInKind,
    /// When the token in use was given; absent before the first call.
    pub issued_at: Option<String>,
    /// When it ends.
    pub expires_at: Option<String>,
    /// What it allows, as the identity domain says.
    pub scopes: Vec<String>,
    /// In whose name: a user, or the application itself.
    pub subject: Option<String>,
    /// A new token comes by itself when this one ends.
    pub can_renew: bool,
    /// Whether a refresh token is kept.
    pub refresh_token: RefreshTokenState,
    /// Somebody has to sign in in the browser first.
    pub needs_browser: bool,
}
