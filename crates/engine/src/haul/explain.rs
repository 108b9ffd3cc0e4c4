//! Why a step failed and what to do about it, in plain words, for every answer that the service is known
//! to give to the calls of a run.

use waybill_client::{Error, ErrorKind};
use waybill_model::{ArtifactId, ArtifactKind, Scope};

use crate::change::upper;
use crate::failure::{exchange, singular};
use crate::journal::StepFailure;
use crate::waybill::{ImportHow, StepKind};

/// A cause and its remedy.
pub(super) type Cause = (String, Option<String>);

/// Why a step failed whose call was refused or lost.
pub(super) fn explain(kind: StepKind, id: &ArtifactId, error: &Error) -> StepFailure {
    let (why, what_to_do) = cause(kind, id, error.kind(), said(error));
    StepFailure {
        why,
        what_to_do,
        exchange: exchange(error),
    }
}

/// What the service itself says, where it says something; else what the client makes of it.
fn said(error: &Error) -> &str {
    let cause = error.cause().trim_end_matches('.');
    match cause.split_once(". The server says: ") {
        Some((_, said)) => said,
        None if error.exchange().is_some() => "",
        None => cause,
    }
}

/// "integration `ORDER_SYNC|01.02.0003`"
pub(super) fn named(id: &ArtifactId) -> String {
    let wire = id.wire();
    let inside = match (&id.scope, id.kind) {
        (Scope::Project(project), kind) if kind != ArtifactKind::Deployment => {
            format!(" of project `{project}`")
        }
        _ => String::new(),
    };
    format!("{} `{wire}`{inside}", singular(id.kind).to_lowercase())
}

fn cause(kind: StepKind, id: &ArtifactId, error: &ErrorKind, said: &str) -> Cause {
    let name = upper(&named(id));
    let with = |why: String, what: &str| (why, Some(what.to_owned()));
    match error {
        ErrorKind::Locked => locked(kind, id, said),
        ErrorKind::Conflict => conflict(kind, id, said),
        ErrorKind::WrongState => wrong_state(kind, id, said),
        ErrorKind::NotFound => not_found(kind, id),
        ErrorKind::Server(400) => bad_request(kind, id, said),
        ErrorKind::Server(500) => server_failed(kind, id, said),
        ErrorKind::Server(413) => with(
            format!("{name} is larger than the service takes."),
            "Bring it in through the console, or make it smaller.",
        ),
        ErrorKind::Server(422) => with(
            format!("The service understands what was sent for {} and does not accept it: {said}.", named(id)),
            "Look at what it names, put that right in the source or in the values, then plan again.",
        ),
        ErrorKind::Forbidden => with(
            format!("The sign-in has no right to {} {}.", verb(kind), named(id)),
            right(kind, id),
        ),
        ErrorKind::Unsupported => with(
            said_too(format!("{name} cannot be dealt with here."), said),
            "Do this in the console of the destination.",
        ),
        ErrorKind::Uncertain => with(
            format!("Whether this came through cannot be told: {} {}. {}.", verb(kind), named(id), upper(said)),
            "Look at it in the console. Resuming the run looks at it again before anything is sent.",
        ),
        ErrorKind::TooManyRequests | ErrorKind::Server(503) => with(
            format!("The service asked for fewer calls for too long while trying to {} {}.", verb(kind), named(id)),
            "Resume the run later: what is done is not done again.",
        ),
        ErrorKind::Timeout | ErrorKind::Server(502 | 504) => with(
            format!("The service did not answer in time while trying to {} {}.", verb(kind), named(id)),
            "Resume the run: the instance is looked at first, and nothing is done twice.",
        ),
        ErrorKind::Malformed => with(
            format!("The answer about {} cannot be understood: {said}.", named(id)),
            "Look at it in the console, then try again what failed.",
        ),
        _ => (
            said_too(format!("The service does not {} {}.", verb(kind), named(id)), said),
            Some("The call behind this shows what it says. Put that right, then try again what failed.".to_owned()),
        ),
    }
}

/// What a step does, after "to".
pub(super) const fn verb(kind: StepKind) -> &'static str {
    match kind {
        StepKind::StopSchedule => "stop",
        StepKind::Deactivate => "deactivate",
        StepKind::Import { replace: true, .. } => "replace",
        StepKind::Import { .. } => "import",
        StepKind::SetLookup => "set cells of",
        StepKind::SetConnection => "set values of",
        StepKind::TestConnection => "test",
        StepKind::Activate { .. } => "activate",
        StepKind::SetSchedule => "define",
        StepKind::StartSchedule => "start",
        StepKind::SetAccess => "set",
        StepKind::Delete => "delete",
    }
}

fn locked(kind: StepKind, id: &ArtifactId, said: &str) -> Cause {
    let (why, what) = match kind {
        StepKind::Delete => (
            format!(
                "{} is active or open in the console, so the service does not delete it.",
                upper(&named(id))
            ),
            "Deactivate it, have it closed in the console, then try again what failed.",
        ),
        StepKind::Import { .. } => (
            format!(
                "{} is active, open in the console, or delivered by Oracle, so the service does not replace it.",
                upper(&named(id))
            ),
            "Have it closed or unlocked in the console and see that it is not active, then try again what failed.",
        ),
        _ => (
            format!("Somebody has {} open in the console.", named(id)),
            "Have it closed or unlocked in the console, then try again what failed.",
        ),
    };
    (said_too(why, said), Some(what.to_owned()))
}

fn conflict(kind: StepKind, id: &ArtifactId, said: &str) -> Cause {
    let name = upper(&named(id));
    let (why, what) = match kind {
        StepKind::TestConnection => (
            format!("{name} cannot be tested: values are missing."),
            "Enter its values under Connections, then plan and run again.",
        ),
        StepKind::Import {
            how: ImportHow::Project,
            ..
        } => (
            format!(
                "The destination has a project with the code of {} already.",
                named(id)
            ),
            "Plan again: what is there now is then replaced or left, as the policies say.",
        ),
        StepKind::Import { .. } => (
            format!(
                "{name} is in the destination already; it was not there when the waybill was planned."
            ),
            "Plan again: what is there now is then replaced or left, as the policies say.",
        ),
        _ => (
            format!("{name} is in use, or something else is being done with it at this moment."),
            "Wait until that has ended, then try again what failed.",
        ),
    };
    (said_too(why, said), Some(what.to_owned()))
}

fn wrong_state(kind: StepKind, id: &ArtifactId, said: &str) -> Cause {
    let name = upper(&named(id));
    let (why, what) = match kind {
        StepKind::Activate { .. } => (
            format!("{name} is not in a state in which it can be activated."),
            "See in the console whether it is complete, whether it is active already, and whether its connections are configured. Then try again what failed.",
        ),
        StepKind::Deactivate => (
            format!("{name} is not active, or its schedule is running."),
            "Look at it in the console, stop its schedule, then try again what failed.",
        ),
        StepKind::TestConnection => (
            format!("{name} cannot be tested: somebody has it open in the console."),
            "Have it closed or unlocked in the console, then try again what failed.",
        ),
        StepKind::Import {
            how: ImportHow::Package,
            ..
        } => (
            format!(
                "An integration in {} is active or locked in the destination.",
                named(id)
            ),
            "Deactivate the integrations of the package and have them closed in the console, then try again what failed.",
        ),
        StepKind::Import { .. } => (
            format!(
                "{name} is active or being activated in the destination, so it cannot be replaced."
            ),
            "Deactivate it, then try again what failed.",
        ),
        StepKind::Delete => (
            format!("{name} is active or locked, or holds something that is."),
            "Deactivate what is active and have it closed in the console, then try again what failed.",
        ),
        StepKind::StopSchedule => (
            format!(
                "The service has nothing to stop at the schedule of `{}`.",
                id.wire()
            ),
            "Look at the schedule in the console, then try again what failed.",
        ),
        StepKind::StartSchedule => (
            format!(
                "The schedule of `{}` cannot be started in its present state.",
                id.wire()
            ),
            "See in the console that its integration is active and the schedule is complete, then try again what failed.",
        ),
        StepKind::SetSchedule => (
            format!(
                "The schedule of `{}` cannot be changed at this moment: a run of it is under way, or it is started.",
                id.wire()
            ),
            "Stop it in the console, then try again what failed.",
        ),
        _ => (
            format!("{name} cannot be changed in its present state."),
            "Look at it in the console, then try again what failed.",
        ),
    };
    (said_too(why, said), Some(what.to_owned()))
}

fn not_found(kind: StepKind, id: &ArtifactId) -> Cause {
    let name = upper(&named(id));
    match kind {
        StepKind::Import { replace: true, .. } => (
            format!("{name} is no longer in the destination, so it cannot be replaced."),
            Some("Plan again: it is then imported new.".to_owned()),
        ),
        StepKind::Import { .. } => (
            "The destination does not offer this import.".to_owned(),
            Some("Bring it in through the console.".to_owned()),
        ),
        StepKind::SetConnection | StepKind::TestConnection => (
            format!("{name} is not in the destination, or a value of it is not."),
            Some("See why the integration that brings it was not imported, then try again what failed.".to_owned()),
        ),
        StepKind::SetSchedule | StepKind::StartSchedule | StepKind::StopSchedule => (
            format!("There is no integration or no schedule for `{}` in the destination.", id.wire()),
            Some("Look at the integration in the console, then plan again.".to_owned()),
        ),
        StepKind::SetAccess => (
            format!("Project `{}` is not in the destination, or it offers no access lists.", id.code),
            Some("Set who may do what in the console.".to_owned()),
        ),
        _ => (
            format!("{name} is not in the destination."),
            Some("Somebody may have removed it meanwhile. Plan again.".to_owned()),
        ),
    }
}

fn bad_request(kind: StepKind, id: &ArtifactId, said: &str) -> Cause {
    let name = upper(&named(id));
    let (why, what) = match kind {
        StepKind::Import {
            how: ImportHow::Lookup,
            ..
        } => (
            format!("The service does not accept the file of {}.", named(id)),
            "Look at the lookup in the source: a name or a cell of it is not allowed in the destination.",
        ),
        StepKind::Import { .. } => (
            format!("The service does not accept the archive of {}.", named(id)),
            "It may be damaged, of a newer version of Oracle Integration, or hold something that this instance does not have. Export it again from the source, then plan again.",
        ),
        StepKind::SetConnection => (
            format!("The service does not accept a value of {}.", named(id)),
            "Check the names and values under Connections, then plan and run again.",
        ),
        StepKind::TestConnection => (
            format!("The test of {} failed.", named(id)),
            "Check its address, its user and its secrets under Connections, then try again what failed.",
        ),
        StepKind::SetSchedule => (
            format!(
                "The service does not accept the times or parameters of the schedule of `{}`.",
                id.wire()
            ),
            "A start in the past, an unknown time zone or an unknown parameter are the usual reasons. Enter other values under Connections, then plan and run again.",
        ),
        StepKind::SetAccess => (
            format!(
                "The service does not accept the access list of project `{}`.",
                id.code
            ),
            "Users and groups of the source may be unknown in the destination. Set who may do what in the console.",
        ),
        _ => (
            format!("The service does not accept this for {name}."),
            "Look at it in the console, then plan again.",
        ),
    };
    (said_too(why, said), Some(what.to_owned()))
}

fn server_failed(kind: StepKind, id: &ArtifactId, said: &str) -> Cause {
    let (why, what) = match kind {
        StepKind::Import { .. } => (
            format!("The service failed while taking in {}.", named(id)),
            "Something that it needs may be missing in the destination (an adapter, a library, a lookup), or the archive may be of a newer version of Oracle Integration. The call behind this shows what it says.",
        ),
        StepKind::Activate { .. } => (
            format!("The service failed while activating {}.", named(id)),
            "Usual reasons are a connection that does not answer, a certificate that is missing, or an endpoint that another integration has. The call behind this shows what it says. Put that right, then try again what failed.",
        ),
        StepKind::TestConnection => (
            format!("The test of {} failed.", named(id)),
            "Check its address, its user and its secrets under Connections, then try again what failed.",
        ),
        StepKind::Delete => (
            format!(
                "The service does not delete {}: it may be in use.",
                named(id)
            ),
            "See in the console what uses it. Delete or change that first, then try again what failed.",
        ),
        StepKind::SetAccess => (
            format!("The service failed while changing {}.", named(id)),
            "Users and groups of the source may be unknown in the destination. Set who may do what in the console.",
        ),
        _ => (
            format!(
                "The service failed by itself while trying to {} {}.",
                verb(kind),
                named(id)
            ),
            "Try again what failed. If it happens again, the call behind this shows what the service says.",
        ),
    };
    (said_too(why, said), Some(what.to_owned()))
}

fn right(kind: StepKind, id: &ArtifactId) -> &'static str {
    match (kind, id.kind) {
        (StepKind::SetAccess, _) => {
            "Make the user or application of this sign-in an owner of the project, or ServiceAdministrator of the instance, then try again what failed."
        }
        (_, ArtifactKind::Certificate) => {
            "Give the user or application of this sign-in the role ServiceAdministrator of the instance, then try again what failed."
        }
        _ => {
            "Give the user or application of this sign-in the role ServiceDeveloper or ServiceAdministrator of the instance; within a project it has to be an editor of it. The right is there about a minute later. Then go on."
        }
    }
}

/// Why an activation failed, by what the service says of it.
pub(super) fn activation_failed(id: &ArtifactId, said: &[String]) -> StepFailure {
    let why = crate::change::activation_failure(&named(id), said);
    let all = said.join(" ").to_lowercase();
    let says = |words: &[&str]| words.iter().any(|word| all.contains(word));
    let what = if says(&[
        "connection",
        "endpoint url",
        "unreachable",
        "timed out",
        "connect",
    ]) {
        "Test its connections and put right what the tests say, then try again what failed."
    } else if says(&["certificate", "ssl", "tls", "pkix"]) {
        "Upload the certificate that is missing in the destination, then try again what failed."
    } else if says(&["agent"]) {
        "See that an agent of its agent group is running, then try again what failed."
    } else if says(&["lookup", "library", "dvm"]) {
        "Bring what it names into the destination, then try again what failed."
    } else if says(&["already in use", "in use", "duplicate", "same endpoint"]) {
        "Another integration has its endpoint. Deactivate that one or give one of them another address, then try again what failed."
    } else if says(&["limit", "quota", "maximum number", "exceed"]) {
        "The instance has as many active integrations as it may have. Deactivate some that are not needed, then try again what failed."
    } else {
        "Put that right, then try again what failed. What was active before in the same major version may be inactive now."
    };
    StepFailure {
        why,
        what_to_do: Some(what.to_owned()),
        exchange: None,
    }
}

/// Why the test of a connection failed, by what the service says of it.
pub(super) fn test_failed(id: &ArtifactId, said: &[String]) -> StepFailure {
    let name = named(id);
    StepFailure {
        why: match said.first() {
            Some(first) => format!("The test of {name} failed: {}.", first.trim_end_matches('.')),
            None => format!("The test of {name} failed; the service does not say why."),
        },
        what_to_do: Some(
            "Check its address, its user and its secrets under Connections, then try again what failed. Integrations that need it were left as they are."
                .to_owned(),
        ),
        exchange: None,
    }
}

/// With what the service says, unless that is in it already.
fn said_too(why: String, said: &str) -> String {
    if said.is_empty() || why.contains(said) {
        return why;
    }
    format!("{why} The service says: {said}.")
}

#[cfg(test)]
mod tests;
