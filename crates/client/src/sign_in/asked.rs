//! What the token endpoint is asked: the form of each grant, and how the application proves itself.

use jiff::Timestamp;
use secrecy::{ExposeSecret, SecretString};
use url::Url;
use zeroize::Zeroizing;

use super::assertion::Assertion;
use super::life::Grant;
use super::signing_key::SigningKey;
use crate::error::{Error, ErrorKind};

/// RFC 7523 §2.1.
const JWT_BEARER: &str = "urn:ietf:params:oauth:grant-type:jwt-bearer";
/// RFC 7523 §2.2.
const CLIENT_ASSERTION: &str = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";

/// The application that signs in.
pub(super) struct Application {
    /// Its client id.
    pub(super) id: String,
    /// Its secret, sent in `Authorization`; a public one has none.
    pub(super) secret: Option<SecretString>,
    /// What it proves itself with where it has no secret.
    pub(super) key: Option<NamedKey>,
}

/// A key, and the alias of its certificate in the application.
#[derive(Clone)]
pub(super) struct NamedKey {
    pub(super) key: SigningKey,
    pub(super) id: Option<String>,
}

/// One question.
pub(super) enum Asked {
    ClientCredentials {
        scope: String,
    },
    Password {
        user: String,
        password: SecretString,
        scope: String,
    },
    Assertion {
        user: String,
        key: NamedKey,
        scope: String,
    },
    Code {
        code: SecretString,
        redirect: Url,
        verifier: SecretString,
    },
    Refresh {
        token: SecretString,
    },
}

impl Asked {
    pub(super) fn grant(&self) -> Grant {
        match self {
            Self::ClientCredentials { .. } => Grant::ClientCredentials,
            Self::Password { .. } => Grant::Password,
            Self::Assertion { .. } => Grant::JwtAssertion,
            Self::Code { .. } => Grant::AuthorizationCode,
            Self::Refresh { .. } => Grant::RefreshToken,
        }
    }

    pub(super) fn form(&self, application: &Application, now: Timestamp) -> Result<Form, Error> {
        let mut form = Form(Vec::new());
        match self {
            Self::ClientCredentials { scope } => {
                form.plain("grant_type", "client_credentials");
                form.scope(scope);
            }
            Self::Password {
                user,
                password,
                scope,
            } => {
                form.plain("grant_type", "password");
                form.plain("username", user);
                form.secret("password", password.clone());
                form.scope(scope);
            }
            Self::Assertion { user, key, scope } => {
                form.plain("grant_type", JWT_BEARER);
                form.secret("assertion", signed(&application.id, user, key, now)?);
                form.scope(scope);
            }
            Self::Code {
                code,
                redirect,
                verifier,
            } => {
                form.plain("grant_type", "authorization_code");
                form.secret("code", code.clone());
                form.plain("redirect_uri", redirect.as_str());
                form.secret("code_verifier", verifier.clone());
            }
            Self::Refresh { token } => {
                form.plain("grant_type", "refresh_token");
                form.secret("refresh_token", token.clone());
            }
        }
        if application.secret.is_none() {
            form.plain("client_id", &application.id);
            if let Some(key) = &application.key {
                form.plain("client_assertion_type", CLIENT_ASSERTION);
                let proof = signed(&application.id, &application.id, key, now)?;
                form.secret("client_assertion", proof);
            }
        }
        Ok(form)
    }
}

fn signed(
    client_id: &str,
    subject: &str,
    named: &NamedKey,
    now: Timestamp,
) -> Result<SecretString, Error> {
    let assertion = Assertion {
        issuer: client_id,
        subject,
        key: &named.key,
        key_id: named.id.as_deref(),
    };
    assertion.signed(now).ok_or_else(|| {
        Error::new(
            ErrorKind::Configuration,
            super::endpoint::OPERATION,
            "the private key cannot sign",
        )
    })
}

/// A form on its way; wiped when dropped.
pub(super) struct Form(Vec<(&'static str, Value)>);

enum Value {
    Plain(String),
    Secret(SecretString),
}

impl Form {
    fn plain(&mut self, name: &'static str, value: &str) {
        self.0.push((name, Value::Plain(value.to_owned())));
    }

    fn secret(&mut self, name: &'static str, value: SecretString) {
        self.0.push((name, Value::Secret(value)));
    }

    fn scope(&mut self, scope: &str) {
        if !scope.trim().is_empty() {
            self.plain("scope", scope.trim());
        }
    }

    /// What must not be shown of it.
    pub(super) fn secrets(&self) -> impl Iterator<Item = &str> {
        self.0.iter().filter_map(|(_, value)| match value {
            Value::Plain(_) => None,
            Value::Secret(secret) => Some(secret.expose_secret()),
        })
    }

    pub(super) fn encoded(&self) -> Vec<u8> {
        let mut form = url::form_urlencoded::Serializer::new(String::new());
        for (name, value) in &self.0 {
            match value {
                Value::Plain(text) => form.append_pair(name, text),
                Value::Secret(secret) => form.append_pair(name, secret.expose_secret()),
            };
        }
        Zeroizing::new(form.finish()).as_bytes().to_vec()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(asked: &Asked, application: &Application) -> String {
        let form = asked.form(application, Timestamp::UNIX_EPOCH).unwrap();
        String::from_utf8(form.encoded()).unwrap()
    }

    #[test]
    fn a_public_application_names_itself_in_the_form_and_a_confidential_one_does_not() {
        let refresh = Asked::Refresh {
            token: "r 1".into(),
        };
        let public = Application {
            id: "app".into(),
            secret: None,
            key: None,
        };
        assert_eq!(
            text(&refresh, &public),
            "grant_type=refresh_token&refresh_token=r+1&client_id=app"
        );
        let confidential = Application {
            secret: Some("s".into()),
            ..public
        };
        assert_eq!(
            text(&refresh, &confidential),
            "grant_type=refresh_token&refresh_token=r+1"
        );
    }

    #[test]
    fn a_code_goes_with_its_redirect_and_its_verifier() {
        let application = Application {
            id: "app".into(),
            secret: None,
            key: None,
        };
        let code = Asked::Code {
            code: "c".into(),
            redirect: "http://127.0.0.1:8734/callback".parse().unwrap(),
            verifier: "v".into(),
        };
        assert_eq!(
            text(&code, &application),
            "grant_type=authorization_code&code=c&redirect_uri=http%3A%2F%2F127.0.0.1%3A8734%2Fcallback&code_verifier=v&client_id=app"
        );
        let form = code.form(&application, Timestamp::UNIX_EPOCH).unwrap();
        assert_eq!(form.secrets().collect::<Vec<_>>(), ["c", "v"]);
    }
}
