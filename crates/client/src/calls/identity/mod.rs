//! The identity domain that an instance belongs to: users, groups, applications and their roles, and who
//! has which role (SCIM at `/admin/v1`, documented).
//!
//! It lives at another host than the instance, wants a token of another scope, and has limits of its own
//! (20 requests a second and 150 a minute in its smallest size), so it has a client of its own.

mod filter;
mod grants;
mod pages;

pub use filter::ScimFilter;
pub(super) use pages::Resources;

use tokio_util::sync::CancellationToken;
use url::Url;
use waybill_model::Generation;

use super::Path;
use crate::address::{Address, origin};
use crate::client::Client;
use crate::config::{ClientConfig, Pace, SignIn};
use crate::error::{Error, ErrorKind};
use crate::wire::{AppRole, DomainApp, DomainGroup, DomainUser, Read};

/// The scope that stands for all that the signed-in one may do in the domain (documented).
pub(crate) const MY_SCOPES: &str = "urn:opc:idm:__myscopes__";
/// Below the smallest limit of an identity domain, tokens not counted.
const PACE: Pace = Pace {
    max_in_flight: 4,
    per_minute: Some(120),
};

/// Speaks with the identity domain of an instance.
#[derive(Clone, Debug)]
pub struct IdentityDomain {
    client: Client,
}

impl IdentityDomain {
    /// The domain whose token endpoint the instance's sign-in names. Sends nothing. `Unsupported` for
    /// sign-ins that cannot get a token for the domain.
    pub fn new(config: &ClientConfig) -> Result<Self, Error> {
        let mut config = config.clone();
        let base = scoped(&mut config.sign_in)
            .map(origin)
            .ok_or_else(|| {
                Error::new(
                    ErrorKind::Unsupported,
                    "Setting up the identity domain",
                    "this way of signing in gives no token for the identity domain; client credentials do",
                )
            })?;
        // One host, no instance parameter: as with Gen 2.
        config.address = Address {
            generation: Generation::Gen2,
            base,
            instance_name: None,
        };
        config.pace = PACE;
        Ok(Self {
            client: Client::new(config)?,
        })
    }

    /// The same; calls made through it end with `Cancelled` once the token is cancelled.
    #[must_use]
    pub fn with_cancellation(&self, token: CancellationToken) -> Self {
        Self {
            client: self.client.with_cancellation(token),
        }
    }

    fn path(fixed: &str, operation: String) -> Path {
        Path {
            text: format!("/admin/v1{fixed}"),
            operation,
        }
    }

    /// Users.
    pub async fn users(&self, filter: Option<&ScimFilter>) -> Result<Vec<Read<DomainUser>>, Error> {
        let path = Self::path("/Users", "Listing the users".to_owned());
        self.resources(path, filter).await
    }

    /// Groups.
    pub async fn groups(
        &self,
        filter: Option<&ScimFilter>,
    ) -> Result<Vec<Read<DomainGroup>>, Error> {
        let path = Self::path("/Groups", "Listing the groups".to_owned());
        self.resources(path, filter).await
    }

    /// Applications; that of an instance bears its name.
    pub async fn apps(&self, filter: Option<&ScimFilter>) -> Result<Vec<Read<DomainApp>>, Error> {
        let path = Self::path("/Apps", "Listing the applications".to_owned());
        self.resources(path, filter).await
    }

    /// Roles of applications (that they are listed here is inferred).
    pub async fn app_roles(
        &self,
        filter: Option<&ScimFilter>,
    ) -> Result<Vec<Read<AppRole>>, Error> {
        let path = Self::path("/AppRoles", "Listing the application roles".to_owned());
        self.resources(path, filter).await
    }
}

/// Sets the scope that the domain wants; the token endpoint, where the sign-in has one that can give a
/// token of another scope.
fn scoped(sign_in: &mut SignIn) -> Option<&Url> {
    match sign_in {
        SignIn::ClientCredentials {
            token_url, scope, ..
        }
        | SignIn::JwtAssertion {
            token_url, scope, ..
        }
        | SignIn::Password {
            token_url, scope, ..
        } => {
            MY_SCOPES.clone_into(scope);
            Some(token_url)
        }
        // What a person agreed to in the browser is bound to its scope.
        SignIn::AuthorizationCode { .. } | SignIn::Basic { .. } => None,
    }
}
