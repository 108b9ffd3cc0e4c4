//! What a client is made of.

use std::fmt;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use secrecy::SecretString;
use url::Url;
use waybill_model::Generation;

use crate::address::{Address, is_secure_or_loopback};
use crate::error::{Error, ErrorKind};
use crate::observe::Observer;
use crate::sign_in::{SigningKey, TokenStore};

const OPERATION: &str = "Setting up the client";

/// How to sign in.
#[derive(Clone, Debug)]
pub enum SignIn {
    /// OAuth 2.0 client credentials (RFC 6749 §4.4) at an identity domain.
    ClientCredentials {
        /// `https://idcs-….identity.oraclecloud.com/oauth2/v1/token`.
        token_url: Url,
        /// The id of the confidential application.
        client_id: String,
        /// Its secret.
        client_secret: SecretString,
        /// The scope(s), separated by spaces; `…:443/ic/api/` for design calls (recorded sample).
        scope: String,
    },
    /// OAuth 2.0 authorization code with PKCE (RFC 6749 §4.1, RFC 7636): a person signs in in the
    /// browser ([`crate::BrowserSignIn`]), a refresh token does afterwards.
    AuthorizationCode {
        /// As above.
        token_url: Url,
        /// The id of the application.
        client_id: String,
        /// Its secret, where it is a confidential one.
        client_secret: Option<SecretString>,
        /// Where the refresh token lives.
        tokens: Arc<dyn TokenStore>,
    },
    /// A JWT assertion that names a user (RFC 7523), signed with a private key.
    JwtAssertion {
        /// As above.
        token_url: Url,
        /// The id of the application.
        client_id: String,
        /// Its secret; without one, the application proves itself by the same key (documented).
        client_secret: Option<SecretString>,
        /// The scope(s), separated by spaces.
        scope: String,
        /// The user in whose name calls are made.
        user: String,
        /// What the assertion is signed with.
        key: SigningKey,
        /// The alias of the certificate in the application (`kid`); without one, the thumbprint of
        /// the certificate that came with the key is sent (`x5t`), if one did.
        key_id: Option<String>,
    },
    /// OAuth 2.0 resource owner password (RFC 6749 §4.3); advised against (documented).
    Password {
        /// As above.
        token_url: Url,
        /// The id of the application.
        client_id: String,
        /// Its secret, where it is a confidential one.
        client_secret: Option<SecretString>,
        /// The scope(s), separated by spaces.
        scope: String,
        /// The user.
        user: String,
        /// The password.
        password: SecretString,
    },
    /// User and password; Gen 2 and ICS alone (OIC 3 refuses it, documented).
    Basic {
        /// The user.
        user: String,
        /// The password.
        password: SecretString,
    },
}

impl SignIn {
    /// Client id and client secret, where there is one.
    pub(crate) fn client_secret(&self) -> Option<(&str, &SecretString)> {
        match self {
            Self::ClientCredentials {
                client_id,
                client_secret,
                ..
            } => Some((client_id, client_secret)),
            Self::AuthorizationCode {
                client_id,
                client_secret,
                ..
            }
            | Self::JwtAssertion {
                client_id,
                client_secret,
                ..
            }
            | Self::Password {
                client_id,
                client_secret,
                ..
            } => Some((client_id, client_secret.as_ref()?)),
            Self::Basic { .. } => None,
        }
    }

    /// User and password, where there is one.
    pub(crate) fn password(&self) -> Option<(&str, &SecretString)> {
        match self {
            Self::Password { user, password, .. } | Self::Basic { user, password } => {
                Some((user, password))
            }
            _ => None,
        }
    }

    /// Refuses what cannot work or would not be safe.
    fn check(&self, generation: Generation) -> Result<(), Error> {
        let refuse = |why: &str| Err(Error::new(ErrorKind::Configuration, OPERATION, why));
        let (token_url, client_id) = match self {
            Self::ClientCredentials {
                token_url,
                client_id,
                ..
            }
            | Self::AuthorizationCode {
                token_url,
                client_id,
                ..
            }
            | Self::JwtAssertion {
                token_url,
                client_id,
                ..
            }
            | Self::Password {
                token_url,
                client_id,
                ..
            } => (token_url, client_id),
            Self::Basic { .. } if generation == Generation::Oic3 => {
                return refuse(
                    "Oracle Integration 3 does not accept user and password; it needs OAuth, for example client credentials",
                );
            }
            Self::Basic { user, .. } => {
                return if user.is_empty() || user.contains(':') {
                    refuse(
                        "the user name is empty or holds a colon, which Basic sign-in cannot carry",
                    )
                } else {
                    Ok(())
                };
            }
        };
        check_url(token_url, "token address")?;
        if client_id.trim().is_empty() {
            return refuse("the client id is empty");
        }
        match self {
            Self::JwtAssertion { user, .. } | Self::Password { user, .. }
                if user.trim().is_empty() =>
            {
                refuse("the user name is empty")
            }
            _ => Ok(()),
        }
    }
}

/// Which way to the network. Loopback addresses never go through a proxy.
#[derive(Clone, Default)]
pub enum Proxy {
    /// As the operating system or the environment says.
    #[default]
    System,
    /// Directly.
    None,
    /// Through this proxy; user and password may be part of the address.
    Url(Url),
}

impl fmt::Debug for Proxy {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::System => formatter.write_str("System"),
            Self::None => formatter.write_str("None"),
            Self::Url(url) => {
                write!(formatter, "Url({})", url.host_str().unwrap_or_default())
            }
        }
    }
}

/// How hard the instance may be asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Pace {
    /// The most calls at a time. The client starts with 8 (or this, if less), doubles until the first
    /// sign of slowing, then grows by one a round and halves at each further sign.
    pub max_in_flight: usize,
    /// The most calls in any 60 seconds, if there is a budget.
    pub per_minute: Option<u32>,
}

impl Default for Pace {
    fn default() -> Self {
        Self {
            max_in_flight: 16,
            per_minute: None,
        }
    }
}

/// How long to wait.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Timeouts {
    /// For a connection, TLS included.
    pub connect: Duration,
    /// For the head of a JSON answer.
    pub answer: Duration,
    /// For the head of an archive, which the service builds first.
    pub archive: Duration,
    /// Between two pieces of a body.
    pub idle: Duration,
}

impl Default for Timeouts {
    fn default() -> Self {
        Self {
            connect: Duration::from_secs(15),
            answer: Duration::from_mins(1),
            archive: Duration::from_secs(330),
            idle: Duration::from_mins(1),
        }
    }
}

/// What a client is made of.
#[derive(Clone)]
pub struct ClientConfig {
    /// Where the instance is.
    pub address: Address,
    /// How to sign in.
    pub sign_in: SignIn,
    /// Certificates (PEM, one or many) trusted beside those of the operating system.
    pub ca_file: Option<PathBuf>,
    /// Which way to the network.
    pub proxy: Proxy,
    /// How hard the instance may be asked.
    pub pace: Pace,
    /// How long to wait.
    pub timeouts: Timeouts,
    /// The `User-Agent`.
    pub user_agent: String,
    /// Who is told about calls.
    pub observer: Option<Arc<dyn Observer>>,
}

impl ClientConfig {
    /// A configuration with the defaults for the rest.
    #[must_use]
    pub fn new(address: Address, sign_in: SignIn) -> Self {
        Self {
            address,
            sign_in,
            ca_file: None,
            proxy: Proxy::default(),
            pace: Pace::default(),
            timeouts: Timeouts::default(),
            user_agent: concat!("waybill/", env!("CARGO_PKG_VERSION")).to_owned(),
            observer: None,
        }
    }

    /// Refuses what cannot work or would not be safe, before anything is sent.
    pub(crate) fn check(&self) -> Result<(), Error> {
        check_url(&self.address.base, "address of the instance")?;
        if self.address.generation == Generation::Oic3
            && self.address.design().instance_name.is_none()
        {
            return Err(Error::new(
                ErrorKind::Configuration,
                OPERATION,
                "Oracle Integration 3 needs the name of the service instance, as its About page shows it",
            ));
        }
        self.sign_in.check(self.address.generation)
    }
}

fn check_url(url: &Url, what: &str) -> Result<(), Error> {
    if !matches!(url.scheme(), "http" | "https") || url.host().is_none() {
        return Err(Error::new(
            ErrorKind::Configuration,
            OPERATION,
            format!("the {what} does not begin with https:// and a host name"),
        ));
    }
    if !url.username().is_empty() || url.password().is_some() {
        return Err(Error::new(
            ErrorKind::Configuration,
            OPERATION,
            format!("the {what} holds a user name or password; enter them as the sign-in"),
        ));
    }
    if !is_secure_or_loopback(url) {
        return Err(Error::new(
            ErrorKind::InsecureAddress,
            OPERATION,
            format!(
                "the {what} at `{}` begins with http://, which would send the sign-in unprotected; use https://",
                url.host_str().unwrap_or_default()
            ),
        ));
    }
    Ok(())
}

impl fmt::Debug for ClientConfig {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("ClientConfig")
            .field("address", &self.address)
            .field("sign_in", &self.sign_in)
            .field("ca_file", &self.ca_file)
            .field("proxy", &self.proxy)
            .field("pace", &self.pace)
            .field("timeouts", &self.timeouts)
            .field("user_agent", &self.user_agent)
            .finish_non_exhaustive()
    }
}
