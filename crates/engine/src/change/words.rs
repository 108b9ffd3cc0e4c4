//! How a change ended, in words.

use waybill_client::{Error, ErrorKind};

use super::request::Change;
use super::scene::upper;

/// A change that ended before it was made, or nobody knows.
#[derive(Debug)]
pub(crate) struct Stop {
    pub cancelled: bool,
    pub headline: String,
    pub guidance: Option<String>,
    /// It can be taken up again.
    pub resumable: bool,
    pub call: Option<Error>,
    /// Further lines for the log.
    pub lines: Vec<String>,
}

impl Stop {
    pub(crate) fn failed(headline: impl Into<String>, guidance: impl Into<String>) -> Self {
        Self {
            cancelled: false,
            headline: headline.into(),
            guidance: Some(guidance.into()),
            resumable: false,
            call: None,
            lines: Vec::new(),
        }
    }

    pub(crate) fn cancelled(headline: impl Into<String>, guidance: impl Into<String>) -> Self {
        Self {
            cancelled: true,
            resumable: true,
            ..Self::failed(headline, guidance)
        }
    }

    pub(crate) fn resumable(mut self) -> Self {
        self.resumable = true;
        self
    }

    pub(crate) fn behind(mut self, call: &Error) -> Self {
        self.call = Some(call.clone());
        self
    }
}

/// The result of a change that was made. `name` is "`Orders` 01.02.0000".
pub(super) fn done(change: &Change, name: &str) -> String {
    match change {
        Change::Activate { .. } => format!("{name} is active."),
        Change::Deactivate { .. } => format!("{name} is no longer active."),
        Change::SetTracing { tracing } => {
            format!("The tracing level of {name} is {}.", tracing.word())
        }
        Change::TestConnection => format!("The test of connection {name} succeeded."),
        Change::EditConnection { .. } => {
            format!("The values of connection {name} are changed. Test it now.")
        }
        Change::StartSchedule => format!("The schedule of {name} is started."),
        Change::StopSchedule => format!("The schedule of {name} is stopped."),
        Change::PauseSchedule => format!("The schedule of {name} is paused."),
        Change::ResumeSchedule => format!("The schedule of {name} goes on."),
        Change::RunNow => format!("{name} was asked to run once."),
        Change::CreateDeployment { edit } => format!(
            "Deployment {name} is made; {} in it.",
            integrations(edit.integrations.len())
        ),
        Change::UpdateDeployment { edit } => format!(
            "Deployment {name} is changed; {} in it.",
            integrations(edit.integrations.len())
        ),
        Change::CopyInto {
            integrations: copied,
        } => format!(
            "{} copied into {name}.",
            match copied.len() {
                1 => "1 integration is".to_owned(),
                many => format!("{many} integrations are"),
            }
        ),
        Change::Delete => format!("{name} is deleted."),
    }
}

fn integrations(count: usize) -> String {
    match count {
        0 => "nothing is".to_owned(),
        1 => "1 integration is".to_owned(),
        many => format!("{many} integrations are"),
    }
}

/// A change that the service refused, or that did not reach it. Nothing was changed.
pub(super) fn refused(change: &Change, name: &str, error: &Error) -> Stop {
    let cause = error.cause().trim_end_matches('.');
    let doing = change.name();
    let (headline, guidance) = match (error.kind(), change) {
        (ErrorKind::Locked, Change::Delete) => (
            format!("The service does not delete {name}: it is locked or active ({cause})."),
            "Have it closed in the console and deactivate it, then do it again.",
        ),
        (ErrorKind::Locked, _) | (ErrorKind::WrongState, Change::TestConnection) => (
            format!(
                "{} is locked: somebody has it open in the console ({cause}).",
                upper(name)
            ),
            "Have it closed or unlocked in the console, then do it again.",
        ),
        (ErrorKind::Conflict, Change::TestConnection) => (
            format!("Connection {name} cannot be tested: values are missing ({cause})."),
            "Enter its values first.",
        ),
        (ErrorKind::Server(400 | 500), Change::TestConnection) => (
            format!("The test of connection {name} failed: {cause}."),
            "Check its address, its user and its secrets. The call in the log shows what the service says.",
        ),
        (ErrorKind::WrongState | ErrorKind::Conflict, _) => (
            format!("The service refuses to {doing} {name} in its present state: {cause}."),
            "Look at it in the console; then look again here.",
        ),
        (ErrorKind::NotFound, _) => (
            format!("{name} is no longer in the instance."),
            "Read the catalogue again.",
        ),
        (ErrorKind::Forbidden, _) => (
            format!("The sign-in has no right to {doing} {name}."),
            "Give the user or application of this sign-in the role ServiceDeveloper or ServiceAdministrator of the instance. The right is there about a minute later.",
        ),
        (ErrorKind::Unsupported, _) => (format!("{}.", upper(cause)), "Do it in the console."),
        _ => {
            let stop = Stop::failed(
                format!("{} {name} failed: {cause}.", upper(doing)),
                "Nothing was changed. Resume it once the cause is over: the instance is looked at first.",
            );
            return stop.behind(error).resumable();
        }
    };
    Stop::failed(headline, guidance).behind(error)
}

/// Nobody can tell whether the change was made.
pub(super) fn uncertain(change: &Change, name: &str, why: &str) -> Stop {
    Stop::failed(
        format!(
            "Whether this was done cannot be told: {} {name}. {}.",
            change.name(),
            upper(why.trim_end_matches('.'))
        ),
        "Look at it in the console before doing it again. Waybill does not do it a second time by itself.",
    )
}
