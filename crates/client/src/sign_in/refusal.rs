//! Why the identity domain refused, in plain words. The codes are those of RFC 6749 §5.2; which words
//! come with them is known for `invalid_client` alone (recorded), so the words are read leniently and
//! shown beside what they are taken to mean.

use jiff::SignedDuration;

use super::asked::{Application, Asked};
use super::life::Grant;
use crate::error::{ErrorKind, SignInRefusal};

/// A clock that differs by less does not make an assertion invalid.
const CLOCK_TOLERANCE: SignedDuration = SignedDuration::from_secs(60);

/// A refusal, as it came.
pub(super) struct Refused<'a> {
    pub(super) status: u16,
    /// `error`.
    pub(super) code: Option<&'a str>,
    /// `error_description`, redacted.
    pub(super) words: &'a str,
    /// How far the clock of this computer is ahead.
    pub(super) ahead: Option<SignedDuration>,
    pub(super) application: &'a Application,
    pub(super) asked: &'a Asked,
    pub(super) host: &'a str,
}

impl Refused<'_> {
    /// The kind, and the cause in plain words.
    pub(super) fn explain(&self) -> (ErrorKind, String) {
        let Some(code) = self.code else {
            return self.without_code();
        };
        let (reason, cause) = match code {
            "invalid_scope" => {
                return (
                    ErrorKind::ScopeRefused,
                    "the identity domain refused the scope; compare it with the application's resources".to_owned(),
                );
            }
            _ if self.is_about_the_clock(code) => return (ErrorKind::ClockWrong, self.clock()),
            "invalid_client" => self.client(),
            "unauthorized_client" | "unsupported_grant_type" | "unsupported_response_type" => {
                self.grant_not_allowed()
            }
            "access_denied" if self.asked.grant() == Grant::Password => self.user(),
            "invalid_grant" | "invalid_request" if self.speaks_of(&["redirect"]) => (
                SignInRefusal::RedirectNotRegistered,
                "the redirect address is not registered with the application".to_owned(),
            ),
            "invalid_grant" => match self.asked.grant() {
                Grant::RefreshToken => {
                    return (
                        ErrorKind::SignInExpired,
                        "the sign-in in the browser has ended; sign in again".to_owned(),
                    );
                }
                Grant::AuthorizationCode => (
                    SignInRefusal::CodeEnded,
                    "what the browser brought back was used before or came too late; sign in again"
                        .to_owned(),
                ),
                Grant::Password => self.user(),
                Grant::JwtAssertion => self.assertion(),
                _ => other(code),
            },
            _ => other(code),
        };
        let code = code.to_owned();
        (ErrorKind::SignInRefused { code, reason }, cause)
    }

    fn without_code(&self) -> (ErrorKind, String) {
        if self.status == 401 {
            let (reason, cause) = self.client();
            let code = "invalid_client".to_owned();
            return (
                ErrorKind::SignInRefused { code, reason },
                format!("{cause} (401)"),
            );
        }
        (
            ErrorKind::NotOracleIntegration,
            format!(
                "the token address at `{}` did not answer like an identity domain ({}); check the token address",
                self.host, self.status
            ),
        )
    }

    fn client(&self) -> (SignInRefusal, String) {
        if self.application.secret.is_some() {
            return (
                SignInRefusal::WrongSecret,
                "the identity domain refused client id or client secret".to_owned(),
            );
        }
        if self.application.key.is_some() {
            return (
                SignInRefusal::KeyRefused,
                "the identity domain refused client id or private key; the certificate of this key has to be with the application, or a client secret is needed".to_owned(),
            );
        }
        (
            SignInRefusal::WrongSecret,
            "the identity domain refused the client id, or the application is a confidential one and needs its client secret".to_owned(),
        )
    }

    fn grant_not_allowed(&self) -> (SignInRefusal, String) {
        let grant = match self.asked.grant() {
            Grant::ClientCredentials => "client credentials",
            Grant::AuthorizationCode => "an authorization code",
            Grant::RefreshToken => "a refresh token",
            Grant::JwtAssertion => "a JWT assertion",
            Grant::Password | Grant::Basic => "user name and password (resource owner)",
        };
        (
            SignInRefusal::GrantNotAllowed,
            format!("the application is not allowed to sign in with {grant}"),
        )
    }

    fn user(&self) -> (SignInRefusal, String) {
        if self.speaks_of(&[
            "mfa",
            "multi-factor",
            "multifactor",
            "second factor",
            "2-step",
            "two-step",
        ]) {
            return (
                SignInRefusal::SecondFactor,
                "the user has to confirm with a second factor, which a password alone cannot do"
                    .to_owned(),
            );
        }
        if self.speaks_of(&["locked", "disabled", "inactive", "deactivated"]) {
            return (
                SignInRefusal::UserRefused,
                "the user is locked or not active in the identity domain".to_owned(),
            );
        }
        (
            SignInRefusal::UserRefused,
            "the identity domain refused user name or password".to_owned(),
        )
    }

    fn assertion(&self) -> (SignInRefusal, String) {
        if self.speaks_of(&[
            "signature",
            "certificate",
            "kid",
            "x5t",
            "key id",
            "thumbprint",
        ]) {
            return (
                SignInRefusal::KeyRefused,
                "the identity domain does not know the key that the assertion is signed with"
                    .to_owned(),
            );
        }
        if self.speaks_of(&["user", "subject", "principal"]) {
            return (
                SignInRefusal::UserRefused,
                "the identity domain does not accept the user of the assertion".to_owned(),
            );
        }
        (
            SignInRefusal::AssertionRefused,
            "the identity domain refused the assertion: its key, its user, or the application's right to use it".to_owned(),
        )
    }

    /// Only what is signed here carries a time of this computer.
    fn is_about_the_clock(&self, code: &str) -> bool {
        let is_signed = self.asked.grant() == Grant::JwtAssertion
            || (self.application.secret.is_none() && self.application.key.is_some());
        is_signed
            && matches!(code, "invalid_grant" | "invalid_client" | "invalid_request")
            && (self
                .ahead
                .is_some_and(|ahead| ahead.abs() > CLOCK_TOLERANCE)
                || self.speaks_of(&[
                    "expired",
                    "not yet valid",
                    "not active",
                    "in the future",
                    "exp claim",
                    "iat",
                    "nbf",
                ]))
    }

    fn clock(&self) -> String {
        let Some(ahead) = self
            .ahead
            .filter(|ahead| ahead.abs() > SignedDuration::from_secs(5))
        else {
            return "the assertion is not valid at the time of the identity domain; the clock of this computer may be wrong".to_owned();
        };
        let side = if ahead.is_negative() {
            "behind"
        } else {
            "ahead of"
        };
        format!(
            "the clock of this computer is {} {side} that of the identity domain",
            in_words(ahead.abs())
        )
    }

    fn speaks_of(&self, parts: &[&str]) -> bool {
        let words = self.words.to_ascii_lowercase();
        parts.iter().any(|part| {
            words.match_indices(part).any(|(at, _)| {
                // Short ones as whole words: `iat` stands in `association`.
                let is_letter = |letter: Option<char>| letter.is_some_and(char::is_alphabetic);
                part.len() > 3
                    || (!is_letter(words[..at].chars().next_back())
                        && !is_letter(words[at + part.len()..].chars().next()))
            })
        })
    }
}

fn other(code: &str) -> (SignInRefusal, String) {
    (
        SignInRefusal::Other,
        format!("the identity domain refused the sign-in (`{code}`)"),
    )
}

fn in_words(duration: SignedDuration) -> String {
    let seconds = duration.as_secs();
    match seconds {
        0..120 => format!("{seconds} seconds"),
        120..7200 => format!("{} minutes", (seconds + 30) / 60),
        7200..172_800 => format!("{} hours", (seconds + 1800) / 3600),
        _ => format!("{} days", seconds / 86_400),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sign_in::asked::NamedKey;
    use crate::sign_in::signing_key::tests::key;

    fn public() -> Application {
        Application {
            id: "app".into(),
            secret: None,
            key: None,
        }
    }

    fn explain(
        asked: &Asked,
        application: &Application,
        code: &str,
        words: &str,
        ahead: i64,
    ) -> (ErrorKind, String) {
        Refused {
            status: 400,
            code: Some(code),
            words,
            ahead: Some(SignedDuration::from_secs(ahead)),
            application,
            asked,
            host: "idcs",
        }
        .explain()
    }

    fn reason(kind: &ErrorKind) -> SignInRefusal {
        match kind {
            ErrorKind::SignInRefused { reason, .. } => *reason,
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn each_cause_of_a_refused_password_is_its_own() {
        let asked = Asked::Password {
            user: "ann".into(),
            password: "p".into(),
            scope: String::new(),
        };
        let told = |code: &str, words: &str| explain(&asked, &public(), code, words, 0).0;
        assert_eq!(
            reason(&told("invalid_grant", "AUTH-3001: incorrect user name")),
            SignInRefusal::UserRefused
        );
        assert_eq!(
            reason(&told("invalid_grant", "MFA is required for this user")),
            SignInRefusal::SecondFactor
        );
        assert_eq!(
            reason(&told("unauthorized_client", "")),
            SignInRefusal::GrantNotAllowed
        );
        assert_eq!(
            reason(&told("invalid_client", "")),
            SignInRefusal::WrongSecret
        );
    }

    #[test]
    fn an_ended_refresh_token_asks_for_a_new_sign_in() {
        let asked = Asked::Refresh { token: "r".into() };
        let (kind, cause) = explain(&asked, &public(), "invalid_grant", "", 7200);
        assert_eq!(kind, ErrorKind::SignInExpired);
        assert!(cause.ends_with("sign in again"), "{cause}");
    }

    #[test]
    fn a_redirect_that_is_not_registered_is_told_from_a_late_code() {
        let asked = Asked::Code {
            code: "c".into(),
            redirect: "http://127.0.0.1:1/callback".parse().unwrap(),
            verifier: "v".into(),
        };
        let told = |words: &str| explain(&asked, &public(), "invalid_grant", words, 0).0;
        assert_eq!(
            reason(&told("redirect_uri mismatch")),
            SignInRefusal::RedirectNotRegistered
        );
        assert_eq!(reason(&told("code expired")), SignInRefusal::CodeEnded);
    }

    #[test]
    fn the_clock_is_blamed_only_for_what_is_signed_here() {
        let named = || NamedKey {
            key: key(),
            id: None,
        };
        let asked = Asked::Assertion {
            user: "ann".into(),
            key: named(),
            scope: String::new(),
        };
        let (kind, cause) = explain(&asked, &public(), "invalid_grant", "", -720);
        assert_eq!(kind, ErrorKind::ClockWrong);
        assert_eq!(
            cause,
            "the clock of this computer is 12 minutes behind that of the identity domain"
        );
        let (kind, cause) = explain(&asked, &public(), "invalid_grant", "JWT has expired", 2);
        assert_eq!(kind, ErrorKind::ClockWrong);
        assert!(cause.contains("may be wrong"), "{cause}");
        let (kind, _) = explain(&asked, &public(), "invalid_grant", "unknown kid", 2);
        assert_eq!(reason(&kind), SignInRefusal::KeyRefused);
        let (kind, _) = explain(&asked, &public(), "invalid_grant", "association failed", 2);
        assert_eq!(reason(&kind), SignInRefusal::AssertionRefused);
        let plain = Asked::ClientCredentials {
            scope: String::new(),
        };
        let (kind, _) = explain(&plain, &public(), "invalid_client", "", 7200);
        assert_eq!(reason(&kind), SignInRefusal::WrongSecret);
        let signing = Application {
            key: Some(named()),
            ..public()
        };
        let (kind, _) = explain(&plain, &signing, "invalid_client", "", 7200);
        assert_eq!(kind, ErrorKind::ClockWrong);
    }
}
