//! What failed, in words, and what to do about it.

use waybill_client::{Error, ErrorKind};
use waybill_targets::TargetError;

use super::note::JobTold;
use super::request::{CloneRequest, ContainerStamp};
use crate::change::{Stop, upper};
use crate::error::EngineError;
use crate::failure;

/// A part that did not come to its end.
#[derive(Debug)]
pub(super) struct Halt {
    pub stop: Stop,
    /// The part has failed, and is begun anew if the run is taken up. Else it stands as it is: a job of the service
    /// may go on.
    pub failed: bool,
}

impl Halt {
    pub fn failed(stop: Stop) -> Self {
        Self { stop, failed: true }
    }

    pub fn left(stop: Stop) -> Self {
        Self {
            stop: stop.resumable(),
            failed: false,
        }
    }
}

/// The journal cannot be written, or the permit is gone.
impl From<EngineError> for Halt {
    fn from(error: EngineError) -> Self {
        Self::left(match error {
            EngineError::WriteRefused { message, guidance } => Stop::failed(message, guidance),
            error if error.is_cancelled() => cancelled(),
            error => {
                let guidance = error
                    .client()
                    .and_then(failure::run_guidance)
                    .unwrap_or("Put the cause right, then resume: the service is asked first.");
                let stop = Stop::failed(failure::sentence(&error), guidance);
                match error.client() {
                    Some(call) => stop.behind(call),
                    None => stop,
                }
            }
        })
    }
}

pub(super) fn cancelled() -> Stop {
    Stop::cancelled(
        "Stopped as asked.",
        "Resume it: what is done is not done again.",
    )
}

/// Nobody follows the job any more; it goes on.
pub(super) fn no_longer_followed(instance: &str) -> Stop {
    Stop::cancelled(
        format!("No longer followed: the job goes on in {instance}."),
        "The service has no call that ends a job. Resume it to see how it ended.",
    )
}

/// The container did not do what it has to.
pub(super) fn container(reason: &TargetError, container: &ContainerStamp) -> Stop {
    let name = &container.name;
    let (headline, guidance) = match reason {
        TargetError::SignIn { .. } => (
            format!("The container `{name}` does not let the user in: {reason}"),
            "Nothing was sent to the service. Enter user and auth token again under Settings, Targets. The service signs in with the same. An auth token is made in the console of the cloud, under the user; it is not the user's password.",
        ),
        TargetError::ReadOnly { .. } => (
            format!("The container `{name}` can only be read: {reason}"),
            "Nothing was sent to the service. It writes into the container for an export, and for an import too: it unpacks there and leaves its log. Give the user the right to manage objects in it, or choose another container; a copy that is kept equal by the cloud cannot be used.",
        ),
        TargetError::Missing { .. } => (
            format!("The container `{name}` is not there: {reason}"),
            "Make it, or have Waybill make it: Settings, Targets, Make the container where there is none.",
        ),
        TargetError::Full { .. } => (
            format!("The container `{name}` is full: {reason}"),
            "Make room there, then resume.",
        ),
        _ => (
            format!("The container `{name}` could not be used: {reason}"),
            reason.guidance(),
        ),
    };
    Stop::failed(tidy(&headline), guidance).resumable()
}

/// The archive is not where it has to be.
pub(super) fn archive_missing(wanted: &str, request: &CloneRequest, exported: bool) -> Stop {
    let container = &request.container.name;
    let guidance = if exported {
        "Look into the container: the service may have written it under another name. Then import that one by its name."
    } else {
        "Look into the container for its name, ending included. A copy that was made elsewhere has to be put there first."
    };
    Stop::failed(
        format!("There is no archive `{wanted}` in the container `{container}`."),
        guidance,
    )
    .resumable()
}

/// The name lies there already.
pub(super) fn archive_there(name: &str, request: &CloneRequest) -> Stop {
    Stop::failed(
        format!(
            "`{name}` is in the container `{}` already. Nothing was exported.",
            request.container.name
        ),
        "Choose another name, or choose that it is written over.",
    )
}

/// The service knows a job of this name.
pub(super) fn name_taken(name: &str, instance: &str, error: &Error) -> Stop {
    Stop::failed(
        format!("{instance} has had a job with the name `{name}` and takes a name once."),
        "Choose another name.",
    )
    .behind(error)
}

/// Another job goes on for longer than anybody waits.
pub(super) fn busy(instance: &str, waited: &str, error: &Error) -> Stop {
    Stop::failed(
        format!(
            "{instance} takes one job at a time, and for {waited} another one has been going on there (409)."
        ),
        "Find out in its console, or among its administrators, who exports or imports. Resume this afterwards. If nobody does, the name of the job may have been used before: choose another one.",
    )
    .behind(error)
}

/// The service did not take the job on.
pub(super) fn refused(doing: &str, instance: &str, error: &Error) -> Stop {
    let cause = error.cause().trim_end_matches('.');
    let (headline, guidance) = match error.kind() {
        ErrorKind::Forbidden => (
            format!("The sign-in has no right to {doing} {instance}."),
            "Give the user or application of this sign-in the role ServiceAdministrator of the instance. The right is there about a minute later.",
        ),
        ErrorKind::NotFound | ErrorKind::Unsupported => (
            format!("{instance} has no such call: {cause}."),
            "Older instances have it only after Oracle switched it on: ask for it with a service request. Artifacts can be moved one by one in any case.",
        ),
        _ => (
            format!("{} {instance} was refused: {cause}.", upper(doing)),
            "Nothing was started. Put the cause right, then resume.",
        ),
    };
    Stop::failed(headline, guidance).resumable().behind(error)
}

/// The job ended without its result.
pub(super) fn job_failed(doing: &str, instance: &str, number: &str, told: &JobTold) -> Stop {
    let reasons = told.reasons();
    let why = if reasons.is_empty() {
        "the service does not say why".to_owned()
    } else {
        reasons.join("; ")
    };
    let text = why.to_lowercase();
    let guidance = if text.contains("exist") && text.contains("bucket") {
        "An archive of that name lies in the container. Choose another name, or choose that it is written over."
    } else if text.contains("not in the bucket") || text.contains("not found") {
        "The service did not find the archive in the container. Look for its name there, ending included."
    } else if [
        "unauthor",
        "401",
        "403",
        "credential",
        "not authenticated",
        "write",
    ]
    .iter()
    .any(|word| text.contains(word))
    {
        "The service could not sign in to the container, or not write into it. It needs the user's whole name (with its domain, such as `oracleidentitycloudservice/name@example.com`) and an auth token that may manage objects there."
    } else {
        "Look into the log that the service left in the container, and at the instance in its console. Resume begins the job once more, under another name."
    };
    Stop::failed(
        format!("Job {number} failed to {doing} {instance}: {why}."),
        guidance,
    )
    .resumable()
}

/// A sentence with one full stop at its end.
fn tidy(text: &str) -> String {
    format!("{}.", text.trim().trim_end_matches('.'))
}

#[cfg(test)]
mod tests {
    use super::super::note::ComponentTold;
    use super::*;

    fn stamp() -> ContainerStamp {
        ContainerStamp {
            id: "c".to_owned(),
            name: "Archives".to_owned(),
            title: "swift://storage.example.com/archives".to_owned(),
        }
    }

    #[test]
    fn a_wrong_password_and_a_container_for_reading_are_told_apart() {
        let sign_in = TargetError::SignIn {
            target: "swift://storage.example.com/archives".to_owned(),
            user: "`anna`".to_owned(),
            detail: "it answers 401 Unauthorized".to_owned(),
        };
        let stop = container(&sign_in, &stamp());
        assert!(stop.headline.contains("does not let the user in"));
        assert!(stop.guidance.unwrap().contains("auth token"));
        let closed = TargetError::ReadOnly {
            target: "swift://storage.example.com/archives".to_owned(),
            detail: "it answers 403 Forbidden".to_owned(),
        };
        let stop = container(&closed, &stamp());
        assert!(
            stop.headline.contains("can only be read"),
            "{}",
            stop.headline
        );
        assert!(stop.guidance.unwrap().contains("for an import too"));
        assert!(stop.resumable);
    }

    #[test]
    fn a_component_that_failed_is_named() {
        let told = JobTold {
            status: "FAILED".to_owned(),
            components: vec![ComponentTold {
                name: "Process".to_owned(),
                failure: Some("401 from the storage".to_owned()),
                ..ComponentTold::default()
            }],
            ..JobTold::default()
        };
        let stop = job_failed("export", "`DEV`", "142040", &told);
        assert_eq!(
            stop.headline,
            "Job 142040 failed to export `DEV`: component `Process`: 401 from the storage."
        );
        assert!(stop.guidance.unwrap().contains("whole name"));
    }
}
