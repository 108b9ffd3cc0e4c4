//! The part of the form that says how to sign in.

use url::Url;
use waybill_model::Generation;

use super::form::given;
use crate::view::{CommandError, SignInForm};

const TOKEN_PATH: &str = "/oauth2/v1/token";
const AUTHORIZE_PATH: &str = "/oauth2/v1/authorize";

/// Reads how to sign in. Each refusal names its field.
pub(super) fn check_sign_in(
    sign_in: &SignInForm,
    generation: Generation,
) -> Result<SignInForm, CommandError> {
    Ok(match sign_in {
        SignInForm::ClientCredentials {
            token_url,
            client_id,
            scope,
        } => SignInForm::ClientCredentials {
            token_url: check_identity_url(token_url, "tokenUrl")?,
            client_id: check_client_id(client_id)?,
            scope: check_scope(scope)?,
        },
        SignInForm::AuthorizationCode {
            token_url,
            authorize_url,
            client_id,
            scope,
            redirect_port,
        } => SignInForm::AuthorizationCode {
            token_url: check_identity_url(token_url, "tokenUrl")?,
            authorize_url: given(authorize_url.as_deref())
                .map(|url| check_identity_url(&url, "authorizeUrl"))
                .transpose()?,
            client_id: check_client_id(client_id)?,
            scope: check_scope(scope)?,
            redirect_port: check_port(*redirect_port)?,
        },
        SignInForm::JwtAssertion {
            token_url,
            client_id,
            scope,
            user,
            key_id,
        } => SignInForm::JwtAssertion {
            token_url: check_identity_url(token_url, "tokenUrl")?,
            client_id: check_client_id(client_id)?,
            scope: check_scope(scope)?,
            user: check_user(user)?,
            key_id: given(key_id.as_deref()),
        },
        SignInForm::Password {
            token_url,
            client_id,
            scope,
            user,
        } => SignInForm::Password {
            token_url: check_identity_url(token_url, "tokenUrl")?,
            client_id: check_client_id(client_id)?,
            scope: check_scope(scope)?,
            user: check_user(user)?,
        },
        SignInForm::Basic { .. } if generation == Generation::Oic3 => {
            return Err(CommandError::field(
                "signIn",
                "Oracle Integration 3 does not accept user name and password.",
            )
            .guide("Choose Client credentials and use a confidential application of the identity domain."));
        }
        SignInForm::Basic { user } => {
            let user = check_user(user)?;
            if user.contains(':') {
                return Err(CommandError::field(
                    "user",
                    "A user name with a colon cannot sign in this way.",
                ));
            }
            SignInForm::Basic { user }
        }
    })
}

fn check_client_id(client_id: &str) -> Result<String, CommandError> {
    given(Some(client_id)).ok_or_else(|| {
        CommandError::field("clientId", "The client id of the confidential application is missing.")
            .guide("In the Oracle Cloud console open Identity & Security, Domains, the domain, Integrated applications, the application; copy Client ID.")
    })
}

fn check_user(user: &str) -> Result<String, CommandError> {
    given(Some(user)).ok_or_else(|| CommandError::field("user", "The user name is missing."))
}

/// Ports below 1024 belong to the system.
fn check_port(port: u16) -> Result<u16, CommandError> {
    if port < 1024 {
        return Err(CommandError::field(
            "redirectPort",
            format!("The browser cannot come back to port {port} of this computer."),
        )
        .guide("Choose a port between 1024 and 65535, such as 8734, and register the redirect URL with it."));
    }
    Ok(port)
}

/// An address of the identity domain; the field is named where it is refused.
fn check_identity_url(text: &str, field: &str) -> Result<String, CommandError> {
    let wrong = |message: &str| {
        CommandError::field(field, message).guide(
            "In the Oracle Cloud console open Identity & Security, Domains, the domain, and copy Domain URL; it looks like `https://idcs-….identity.oraclecloud.com`.",
        )
    };
    let text =
        given(Some(text)).ok_or_else(|| wrong("The address of the identity domain is missing."))?;
    let whole = if text.contains("://") {
        text
    } else {
        format!("https://{text}")
    };
    let mut url = Url::parse(&whole)
        .ok()
        .filter(|url| matches!(url.scheme(), "http" | "https") && url.host().is_some())
        .ok_or_else(|| wrong("This is not the address of an identity domain."))?;
    if !url.username().is_empty() || url.password().is_some() {
        return Err(wrong(
            "The address holds a user name or password. Remove it.",
        ));
    }
    if url.scheme() == "http" && !on_this_computer(&url) {
        return Err(wrong(
            "The address begins with http://, which would send the client secret unprotected.",
        ));
    }
    if url.path() == "/" {
        url.set_path(if field == "tokenUrl" {
            TOKEN_PATH
        } else {
            AUTHORIZE_PATH
        });
    }
    url.set_fragment(None);
    Ok(url.to_string())
}

fn check_scope(text: &str) -> Result<String, CommandError> {
    let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
    if text.is_empty() {
        return Err(CommandError::field("scope", "The scope is missing.").guide(
            "In the Oracle Cloud console open the confidential application and, under Token issuance policy, Resources, copy the scope of the instance that ends in `/ic/api/`.",
        ));
    }
    // The slash at the end belongs to the scope (recorded), and is easily lost when copying.
    Ok(if text.ends_with("/ic/api") {
        format!("{text}/")
    } else {
        text
    })
}

fn on_this_computer(url: &Url) -> bool {
    match url.host() {
        Some(url::Host::Ipv4(address)) => address.is_loopback(),
        Some(url::Host::Ipv6(address)) => address.is_loopback(),
        Some(url::Host::Domain(name)) => name.eq_ignore_ascii_case("localhost"),
        None => false,
    }
}
