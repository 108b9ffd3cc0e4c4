//! How the program ends.

use std::process::ExitCode;

use waybill_app::view::{CommandError, ErrorCode, RunStatus};

/// The exit codes of `waybill`; `clap` itself ends with 2 on wrong arguments.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ending {
    /// 0: done.
    Done,
    /// 1: failed.
    Failed,
    /// 2: what was asked for makes no sense.
    Usage,
    /// 3: done, with something missing.
    Partial,
    /// 4: cancelled.
    Cancelled,
    /// 5: compared, and something differs.
    Different,
    /// 6: verified, and something is damaged.
    Damaged,
}

impl Ending {
    /// The ending that an error leads to.
    pub fn of(error: &CommandError) -> Self {
        match error.code {
            ErrorCode::BadInput => Self::Usage,
            ErrorCode::Cancelled => Self::Cancelled,
            _ => Self::Failed,
        }
    }

    /// The same, but that a difference is no reason to end otherwise if `ignored`.
    pub fn unless(self, ignored: bool) -> Self {
        match self {
            Self::Different if ignored => Self::Done,
            other => other,
        }
    }

    /// The ending that a run leads to.
    pub fn of_run(status: RunStatus) -> Self {
        match status {
            RunStatus::Done => Self::Done,
            RunStatus::Partial => Self::Partial,
            RunStatus::Cancelled | RunStatus::Cancelling | RunStatus::Discarded => Self::Cancelled,
            RunStatus::Failed | RunStatus::Interrupted | RunStatus::Running => Self::Failed,
        }
    }
}

impl From<Ending> for ExitCode {
    fn from(ending: Ending) -> Self {
        Self::from(match ending {
            Ending::Done => 0,
            Ending::Failed => 1,
            Ending::Usage => 2,
            Ending::Partial => 3,
            Ending::Cancelled => 4,
            Ending::Different => 5,
            Ending::Damaged => 6,
        })
    }
}
