//! What can go wrong, said once, at the place where the answer is read.
//!
//! An [`Error`] tells what was being done, why it failed in plain words, whether the same call may
//! be made again, and keeps the exchange (redacted) for the one who wants to see it.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use crate::exchange::Exchange;

/// What was wrong with a TLS connection.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum TlsProblem {
    /// The certificate was issued by an authority that neither the operating system nor the CA file
    /// of the instance knows.
    UnknownIssuer,
    /// The certificate's time is over.
    Expired,
    /// The certificate's time has not begun; often the clock of this computer is wrong.
    NotYetValid,
    /// The certificate is for another host name.
    WrongName,
    /// The certificate was revoked.
    Revoked,
    /// What answers there does not speak TLS.
    NotTls,
    /// Anything else; the cause in the error says more.
    Other,
}

/// Why the token endpoint refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum SignInRefusal {
    /// Client id or client secret.
    WrongSecret,
    /// The application may not use this grant.
    GrantNotAllowed,
    /// User name or password, or the user is locked.
    UserRefused,
    /// The user has to confirm with a second factor.
    SecondFactor,
    /// The private key, or its certificate is not with the application.
    KeyRefused,
    /// The assertion for another reason.
    AssertionRefused,
    /// The redirect address is not registered with the application.
    RedirectNotRegistered,
    /// The code was used before or came too late.
    CodeEnded,
    /// Anything else; the server's words say more.
    Other,
}

/// What kind of failure it is; the one thing that callers branch on.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ErrorKind {
    /// The name of the host could not be resolved.
    AddressUnknown,
    /// No connection could be made, or it broke before an answer came.
    Unreachable,
    /// The TLS connection could not be trusted.
    Tls(TlsProblem),
    /// The proxy could not be reached or refused.
    ProxyFailed,
    /// The token endpoint refused the client or the user.
    SignInRefused {
        /// The `error` of the token endpoint (RFC 6749 §5.2), such as `invalid_client`.
        code: String,
        /// What that means here.
        reason: SignInRefusal,
    },
    /// A person has to sign in in the browser: nobody has yet, or the refresh token has ended.
    SignInExpired,
    /// An assertion was refused because the clock of this computer differs from the server's.
    ClockWrong,
    /// The place for secrets did not give or take the refresh token.
    SecretsUnavailable,
    /// The token endpoint refused the scope (`invalid_scope`).
    ScopeRefused,
    /// 401, also with a fresh token.
    Unauthorised,
    /// 403: the signed-in user or application lacks a role.
    Forbidden,
    /// 404.
    NotFound,
    /// 409: it exists already, or is in use.
    Conflict,
    /// 412: not in a state that allows this.
    WrongState,
    /// 423: open in the console, or not exportable.
    Locked,
    /// 429.
    TooManyRequests,
    /// Any other status that means failure.
    Server(u16),
    /// HTML, a redirect to a sign-in page or another thing where the API's answer was due.
    NotOracleIntegration,
    /// The answer broke off.
    Truncated,
    /// No answer within the time allowed.
    Timeout,
    /// Plain HTTP to something else than this computer.
    InsecureAddress,
    /// The service does not know the instance that `integrationInstance` names (inferred from the
    /// words of the answer: no recorded sample of it is public).
    WrongInstanceName,
    /// This generation of Oracle Integration does not offer the call; nothing was sent.
    Unsupported,
    /// The answer was JSON of a shape that this program does not know.
    Malformed,
    /// The service may or may not have made the change: the answer was lost, and looking did not tell.
    Uncertain,
    /// The caller cancelled.
    Cancelled,
    /// The configuration given cannot work; nothing was sent.
    Configuration,
}

impl ErrorKind {
    /// A stable name in camelCase, for logs, reports and screens.
    #[must_use]
    pub const fn name(&self) -> &'static str {
        match self {
            Self::AddressUnknown => "addressUnknown",
            Self::Unreachable => "unreachable",
            Self::Tls(_) => "tls",
            Self::ProxyFailed => "proxyFailed",
            Self::SignInRefused { .. } => "signInRefused",
            Self::SignInExpired => "signInExpired",
            Self::ClockWrong => "clockWrong",
            Self::SecretsUnavailable => "secretsUnavailable",
            Self::ScopeRefused => "scopeRefused",
            Self::Unauthorised => "unauthorised",
            Self::Forbidden => "forbidden",
            Self::NotFound => "notFound",
            Self::Conflict => "conflict",
            Self::WrongState => "wrongState",
            Self::Locked => "locked",
            Self::TooManyRequests => "tooManyRequests",
            Self::Server(_) => "server",
            Self::NotOracleIntegration => "notOracleIntegration",
            Self::Truncated => "truncated",
            Self::Timeout => "timeout",
            Self::InsecureAddress => "insecureAddress",
            Self::WrongInstanceName => "wrongInstanceName",
            Self::Unsupported => "unsupported",
            Self::Malformed => "malformed",
            Self::Uncertain => "uncertain",
            Self::Cancelled => "cancelled",
            Self::Configuration => "configuration",
        }
    }
}

/// Whether the same call may be made again as it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Retry {
    /// It would fail again, or could do its work twice.
    Never,
    /// It may be made again after a pause of the caller's choice.
    Safe,
    /// It may be made again after this time, which the server asked for.
    After(Duration),
}

/// A call that failed. Cheap to clone: a failed sign-in is told to all who waited for it.
#[derive(Clone)]
pub struct Error(Arc<Inner>);

#[derive(Clone)]
struct Inner {
    kind: ErrorKind,
    retry: Retry,
    operation: String,
    cause: String,
    exchange: Option<Box<Exchange>>,
    may_have_had_effect: bool,
}

impl Error {
    /// `operation` begins a sentence ("Reading connection `ERP`"); `cause` ends it.
    pub(crate) fn new(
        kind: ErrorKind,
        operation: impl Into<String>,
        cause: impl Into<String>,
    ) -> Self {
        Self(Arc::new(Inner {
            kind,
            retry: Retry::Never,
            operation: operation.into(),
            cause: cause.into(),
            exchange: None,
            may_have_had_effect: false,
        }))
    }

    pub(crate) fn cancelled(operation: impl Into<String>) -> Self {
        Self::new(ErrorKind::Cancelled, operation, "it was cancelled")
    }

    pub(crate) fn with_retry(mut self, retry: Retry) -> Self {
        Arc::make_mut(&mut self.0).retry = retry;
        self
    }

    pub(crate) fn with_exchange(mut self, exchange: Exchange) -> Self {
        Arc::make_mut(&mut self.0).exchange = Some(Box::new(exchange));
        self
    }

    /// The request may have reached the service and done its work, although no answer says so.
    pub(crate) fn with_possible_effect(mut self) -> Self {
        Arc::make_mut(&mut self.0).may_have_had_effect = true;
        self
    }

    /// The same, of a failure before the request was sent.
    pub(crate) fn without_effect(mut self) -> Self {
        Arc::make_mut(&mut self.0).may_have_had_effect = false;
        self
    }

    /// The request may have reached the service and done its work, although no answer says so.
    #[must_use]
    pub fn may_have_had_effect(&self) -> bool {
        self.0.may_have_had_effect
    }

    /// Nobody can tell whether it was done.
    pub(crate) fn into_uncertain(mut self) -> Self {
        let inner = Arc::make_mut(&mut self.0);
        inner.kind = ErrorKind::Uncertain;
        inner.retry = Retry::Never;
        inner.cause = format!(
            "{}; whether the change was made could not be found out, so look before making it again",
            inner.cause.trim_end_matches('.')
        );
        self
    }

    /// What kind of failure it is.
    #[must_use]
    pub fn kind(&self) -> &ErrorKind {
        &self.0.kind
    }

    /// Whether the same call may be made again. The client has already tried again where that was
    /// safe.
    #[must_use]
    pub fn retry(&self) -> Retry {
        self.0.retry
    }

    /// What was being done: "Reading connection `ERP`".
    #[must_use]
    pub fn operation(&self) -> &str {
        &self.0.operation
    }

    /// Why it failed, in plain words, without the operation.
    #[must_use]
    pub fn cause(&self) -> &str {
        &self.0.cause
    }

    /// The request and the server's answer, redacted, where there was one.
    #[must_use]
    pub fn exchange(&self) -> Option<&Exchange> {
        self.0.exchange.as_deref()
    }
}

impl fmt::Display for Error {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{} failed: {}.", self.0.operation, self.0.cause)
    }
}

impl fmt::Debug for Error {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("Error")
            .field("kind", &self.0.kind)
            .field("retry", &self.0.retry)
            .field("operation", &self.0.operation)
            .field("cause", &self.0.cause)
            .field("exchange", &self.0.exchange)
            .finish()
    }
}

impl std::error::Error for Error {}
