//! The lines of the log of a run, and how steps stand in a few words.

use waybill_model::ArtifactKind;

use super::explain::{named, verb};
use crate::change::upper;
use crate::waybill::{Step, StepKind};

/// What is said once a step is taken.
pub(super) fn done(step: &Step, took_ms: Option<u64>) -> String {
    let name = upper(&named(&step.subject));
    let wire = step.subject.wire();
    match step.kind {
        StepKind::StopSchedule => format!("The schedule of `{wire}` is stopped."),
        StepKind::Deactivate => format!("{name} is deactivated."),
        StepKind::Import { replace: true, .. } => format!("{name} is replaced."),
        StepKind::Import { .. } => format!("{name} is imported."),
        StepKind::SetLookup => format!("{name} has the values of this instance."),
        StepKind::SetConnection => format!("{name} has its values."),
        StepKind::TestConnection => format!("{name} passed its test."),
        StepKind::Activate { .. } => match took_ms {
            Some(took) if took >= 1000 => format!("{name} is active, after {} s.", took / 1000),
            _ => format!("{name} is active."),
        },
        StepKind::SetSchedule => format!("The schedule of `{wire}` is defined."),
        StepKind::StartSchedule => format!("The schedule of `{wire}` is started."),
        StepKind::SetAccess if step.subject.scope.project().is_none() => {
            format!("Service role `{wire}` is given.")
        }
        StepKind::SetAccess => {
            format!("The access list of project `{}` is set.", step.subject.code)
        }
        StepKind::Delete if step.subject.kind == ArtifactKind::AccessList => {
            format!("Service role `{wire}` is taken away.")
        }
        StepKind::Delete => format!("{name} is deleted."),
    }
}

/// What is said before a step is sent, where it may take a while.
pub(super) fn sending(step: &Step, bytes: Option<usize>) -> Option<String> {
    let name = upper(&named(&step.subject));
    match (step.kind, bytes) {
        (StepKind::Import { .. }, Some(bytes)) => Some(format!("{name}: sending {}.", size(bytes))),
        (StepKind::Activate { .. }, _) => Some(format!("{name} is being activated.")),
        (StepKind::Delete, _) => Some(format!("{name} is being deleted.")),
        _ => None,
    }
}

/// How a step under way stands.
pub(super) fn doing(step: &Step, bytes: Option<usize>) -> String {
    match (step.kind, bytes) {
        (StepKind::Import { .. }, Some(bytes)) => format!("sending {}", size(bytes)),
        (StepKind::Activate { .. }, _) => "being activated".to_owned(),
        (StepKind::Deactivate, _) => "being deactivated".to_owned(),
        (StepKind::TestConnection, _) => "being tested".to_owned(),
        (kind, _) => format!("asked to {}", verb(kind).replace(" of", "")),
    }
}

fn size(bytes: usize) -> String {
    match bytes {
        0..1000 => format!("{bytes} bytes"),
        1000..1_000_000 => format!("{} kB", bytes / 1000),
        _ => format!("{}.{} MB", bytes / 1_000_000, bytes % 1_000_000 / 100_000),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_are_told_in_decimal_units() {
        assert_eq!(size(999), "999 bytes");
        assert_eq!(size(212_400), "212 kB");
        assert_eq!(size(3_450_000), "3.4 MB");
    }
}
