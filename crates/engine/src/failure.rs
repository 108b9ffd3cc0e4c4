//! What a failed call means for the work around it, and the words for it.

use waybill_client::{Error, ErrorKind};
use waybill_model::{Artifact, ArtifactKind};

use crate::journal::LogExchange;

/// What a failed call means.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Reach {
    /// The caller asked to stop.
    Cancelled,
    /// All other calls would fail as well: sign-in lost, network lost, wrong address.
    Everything,
    /// This artifact, or this list, alone.
    This,
}

/// How far the failure reaches.
pub(crate) fn reach(error: &Error) -> Reach {
    match error.kind() {
        ErrorKind::Cancelled => Reach::Cancelled,
        ErrorKind::AddressUnknown
        | ErrorKind::Unreachable
        | ErrorKind::Tls(_)
        | ErrorKind::ProxyFailed
        | ErrorKind::SignInRefused { .. }
        | ErrorKind::SignInExpired
        | ErrorKind::ClockWrong
        | ErrorKind::SecretsUnavailable
        | ErrorKind::ScopeRefused
        | ErrorKind::Unauthorised
        | ErrorKind::InsecureAddress
        | ErrorKind::WrongInstanceName
        | ErrorKind::Configuration => Reach::Everything,
        _ => Reach::This,
    }
}

pub(crate) fn is_cancelled(error: &Error) -> bool {
    matches!(error.kind(), ErrorKind::Cancelled)
}

/// The service does not offer such a list at all (this generation, or this release of it).
pub(crate) fn is_not_offered(error: &Error) -> bool {
    matches!(
        error.kind(),
        ErrorKind::Unsupported | ErrorKind::NotFound | ErrorKind::Server(405 | 501)
    )
}

/// Whether nothing is missed where this list is not offered. Every generation has packages,
/// connections and lookups (documented): where their lists are not found, something is wrong.
pub(crate) fn misses_nothing(kind: ArtifactKind, project: Option<&str>, error: &Error) -> bool {
    let always_there = project.is_none()
        && matches!(
            kind,
            ArtifactKind::Package | ArtifactKind::Connection | ArtifactKind::Lookup
        );
    is_not_offered(error) && (!always_there || *error.kind() == ErrorKind::Unsupported)
}

/// The exchange behind a failure, for the log of a run.
pub(crate) fn exchange(error: &Error) -> Option<LogExchange> {
    let exchange = error.exchange()?;
    Some(LogExchange {
        method: exchange.method.clone(),
        path: exchange.path.clone(),
        status: exchange.status,
        body: exchange.body.clone(),
        request_id: exchange.request_id.clone(),
    })
}

/// Why the list of a kind could not be read, in words.
pub(crate) fn list_reason(kind: ArtifactKind, error: &Error) -> String {
    let list = plural(kind);
    match error.kind() {
        ErrorKind::Unsupported => {
            format!("This generation of Oracle Integration has no list of {list}.")
        }
        _ if is_not_offered(error) => format!("The instance does not offer a list of {list}."),
        ErrorKind::Forbidden => format!(
            "The sign-in has no right to read the {list}: it needs the role ServiceDeveloper, ServiceViewer or ServiceAdministrator of the instance."
        ),
        _ => format!("The list of {list} could not be read: {}.", error.cause()),
    }
}

/// Why one artifact could not be read, and what to do about it.
pub(crate) fn artifact_reason(artifact: &Artifact, error: &Error) -> (String, Option<String>) {
    let name = format!("{} `{}`", singular(artifact.id.kind), artifact.name);
    let reason = match error.kind() {
        ErrorKind::Locked => locked(&name, artifact),
        ErrorKind::Forbidden => format!("{name} may not be exported with this sign-in."),
        ErrorKind::Truncated => {
            format!("{name} arrived incomplete, also when it was fetched again.")
        }
        ErrorKind::NotOracleIntegration => {
            format!("In place of {name} something else arrived that is no archive.")
        }
        _ => format!("{name} could not be read: {}.", error.cause()),
    };
    let guidance = match error.kind() {
        ErrorKind::Locked => Some(match artifact.lock.as_ref().and_then(|lock| lock.by.as_deref()) {
            Some(by) => format!("Ask {by} to close it in the console, then back up again."),
            None => "Find out who has it open in the console and have it closed, then back up again.".to_owned(),
        }),
        ErrorKind::Forbidden => Some(
            "Grant the role ServiceDeveloper or ServiceViewer of the instance to the user or application of this sign-in.".to_owned(),
        ),
        ErrorKind::Truncated | ErrorKind::NotOracleIntegration => Some(
            "Back up again. If it happens each time, a proxy on the way may be cutting downloads short.".to_owned(),
        ),
        ErrorKind::TooManyRequests | ErrorKind::Timeout | ErrorKind::Server(_) => Some(
            "Back up again later: the service did not answer in time or failed by itself.".to_owned(),
        ),
        _ => None,
    };
    (reason, guidance)
}

fn locked(name: &str, artifact: &Artifact) -> String {
    let Some(lock) = &artifact.lock else {
        return format!("{name} is open in the console, or may not be exported.");
    };
    let by = lock
        .by
        .as_ref()
        .map(|by| format!(" by {by}"))
        .unwrap_or_default();
    let since = lock
        .since
        .as_ref()
        .map(|since| format!(" since {since}"))
        .unwrap_or_default();
    format!("{name} is open in the console{by}{since}.")
}

/// A failure as a sentence for a person: with a full stop, and without the number that the system
/// gives its errors.
pub(crate) fn sentence(error: &impl std::fmt::Display) -> String {
    const MARK: &str = " (os error ";
    let mut words = error.to_string();
    while let Some(start) = words.find(MARK)
        && let Some(length) = words[start..].find(')')
    {
        words.replace_range(start..=start + length, "");
    }
    if !words.ends_with(['.', '?', '!']) {
        words.push('.');
    }
    words
}

/// What a person does who has no network.
const NETWORK: &str =
    "Check the network, then resume: what is stored already is not fetched again.";
/// What a person does where the service failed.
const SERVICE: &str = "Resume later: the service did not answer in time or failed by itself.";
/// What a person does whose sign-in was refused.
const SIGN_IN: &str = "Test the instance under Instances and put its sign-in right, then resume: what is stored already is not fetched again.";
/// What a person does whose sign-in has ended.
const SIGN_IN_AGAIN: &str = "Sign in again: open the instance under Instances and choose Sign in in the browser; on the command line `waybill instance sign-in`. Then resume: what is stored already is not fetched again.";

/// What a run failed of, as far as its guidance tells.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Hindrance {
    /// It passes by itself: no network, a service that does not answer.
    Passing,
    /// The sign-in.
    SignIn,
    /// Anything else.
    Other,
}

/// What a run that ended with this guidance failed of.
#[must_use]
pub fn hindrance(guidance: Option<&str>) -> Hindrance {
    match guidance {
        Some(NETWORK | SERVICE) => Hindrance::Passing,
        Some(SIGN_IN | SIGN_IN_AGAIN) => Hindrance::SignIn,
        _ => Hindrance::Other,
    }
}

/// What a failure that ends a run means for the person, where the error says no more.
pub(crate) fn run_guidance(error: &Error) -> Option<&'static str> {
    Some(match error.kind() {
        ErrorKind::SignInRefused { .. } | ErrorKind::Unauthorised | ErrorKind::ScopeRefused => {
            SIGN_IN
        }
        ErrorKind::SignInExpired => SIGN_IN_AGAIN,
        ErrorKind::ClockWrong => {
            "Set the clock of this computer: switch on setting the time automatically, then resume."
        }
        ErrorKind::SecretsUnavailable => {
            "Unlock the place for secrets under Settings, then resume: what is stored already is not fetched again."
        }
        ErrorKind::AddressUnknown | ErrorKind::Unreachable | ErrorKind::ProxyFailed => NETWORK,
        ErrorKind::Tls(_) => {
            "Test the instance under Instances to see what is wrong with its certificate, then resume."
        }
        ErrorKind::Forbidden => {
            "Grant the role ServiceDeveloper or ServiceViewer of the instance to the user or application of this sign-in, then resume."
        }
        ErrorKind::WrongInstanceName => {
            "Take the name from the About page of the instance, correct it under Instances, then resume."
        }
        ErrorKind::TooManyRequests | ErrorKind::Timeout | ErrorKind::Server(_) => SERVICE,
        ErrorKind::NotOracleIntegration => {
            "Check the address under Instances. A sign-in page of a portal or proxy in between answers in this way too. Then resume."
        }
        ErrorKind::Truncated => {
            "Resume. If it happens each time, a proxy on the way may be cutting answers short."
        }
        _ => return None,
    })
}

/// The kind in words, for the beginning of a sentence.
pub(crate) const fn singular(kind: ArtifactKind) -> &'static str {
    match kind {
        ArtifactKind::Integration => "Integration",
        ArtifactKind::Connection => "Connection",
        ArtifactKind::Lookup => "Lookup",
        ArtifactKind::Library => "Library",
        ArtifactKind::Package => "Package",
        ArtifactKind::Certificate => "Certificate",
        ArtifactKind::Schedule => "The schedule of",
        ArtifactKind::Project => "Project",
        ArtifactKind::Deployment => "Deployment",
        ArtifactKind::AgentGroup => "Agent group",
        ArtifactKind::AccessList => "The access list of",
    }
}

/// The kind in words, many of them.
pub(crate) const fn plural(kind: ArtifactKind) -> &'static str {
    match kind {
        ArtifactKind::Integration => "integrations",
        ArtifactKind::Connection => "connections",
        ArtifactKind::Lookup => "lookups",
        ArtifactKind::Library => "libraries",
        ArtifactKind::Package => "packages",
        ArtifactKind::Certificate => "certificates",
        ArtifactKind::Schedule => "schedules",
        ArtifactKind::Project => "projects",
        ArtifactKind::Deployment => "deployments",
        ArtifactKind::AgentGroup => "agent groups",
        ArtifactKind::AccessList => "access rights",
    }
}
