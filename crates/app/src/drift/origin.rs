//! Whether a change came from a run of Waybill or from outside.

use jiff::{SignedDuration, Timestamp};
use waybill_engine::Wrote;
use waybill_model::{ArtifactId, ArtifactKind};

/// The clocks of an instance and of this computer may differ by so much.
const SKEW: SignedDuration = SignedDuration::from_mins(5);

/// Where a change came from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Origin {
    pub run: Option<String>,
    pub outside: bool,
}

/// Where a change of `id` came from, which the instance says was made at `at`. What `is_gone` no import of a whole
/// instance took.
pub(super) fn origin(id: &ArtifactId, at: Option<&str>, is_gone: bool, wrote: &[Wrote]) -> Origin {
    let Some(last) = wrote.iter().rev().find(|one| {
        (one.brought_all && !is_gone) || one.subjects.iter().any(|subject| reaches(subject, id))
    }) else {
        return Origin {
            run: None,
            outside: true,
        };
    };
    let time = |text: &str| text.parse::<Timestamp>().ok();
    // Somebody changed it again after that run.
    let later = match (at.and_then(time), last.ended_at.as_deref().and_then(time)) {
        (Some(at), Some(ended)) => at.duration_since(ended) > SKEW,
        _ => false,
    };
    Origin {
        run: Some(last.run.to_string()),
        outside: later,
    }
}

/// Whether a call about `subject` changes `id` too: the schedule of an integration, the other version that an
/// activation stops, what is in a project, the package or project around it.
fn reaches(subject: &ArtifactId, id: &ArtifactId) -> bool {
    let same_code = (&subject.scope, &subject.code) == (&id.scope, &id.code);
    let flow = |kind| matches!(kind, ArtifactKind::Integration | ArtifactKind::Schedule);
    let inside = |inner: &ArtifactId, outer: &ArtifactId| {
        outer.kind == ArtifactKind::Project && inner.scope.project() == Some(outer.code.as_str())
    };
    subject == id
        || (same_code && flow(subject.kind) && flow(id.kind))
        || (same_code
            && subject.kind == ArtifactKind::Project
            && id.kind == ArtifactKind::AccessList)
        || inside(id, subject)
        || inside(subject, id)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use waybill_engine::RunId;

    use super::*;

    fn id(text: &str) -> ArtifactId {
        text.parse().unwrap()
    }

    fn wrote(subject: &str) -> Wrote {
        Wrote {
            run: RunId::named("r1"),
            asked_by: "mei".into(),
            ended_at: Some("2026-11-21T06:00:00Z".into()),
            subjects: BTreeSet::from([id(subject)]),
            brought_all: false,
        }
    }

    #[test]
    fn what_no_run_wrote_came_from_outside() {
        let found = origin(&id("lookup:A"), None, false, &[wrote("lookup:B")]);
        assert_eq!(
            found,
            Origin {
                run: None,
                outside: true
            }
        );
    }

    #[test]
    fn what_a_run_wrote_came_from_it_unless_it_was_changed_again_later() {
        let wrote = [wrote("lookup:A")];
        let at = |time| origin(&id("lookup:A"), Some(time), false, &wrote);
        assert!(!at("2026-11-21T05:59:00Z").outside);
        assert!(
            !at("2026-11-21T06:04:00Z").outside,
            "clocks differ a little"
        );
        let later = at("2026-11-21T09:00:00Z");
        assert!(later.outside);
        assert_eq!(later.run.as_deref(), Some("r1"));
    }

    #[test]
    fn an_activation_reaches_the_schedule_and_the_other_version() {
        let wrote = [wrote("integration:FLOW|01.01.0000")];
        for reached in ["schedule:FLOW|01.01.0000", "integration:FLOW|01.00.0000"] {
            assert!(
                !origin(&id(reached), None, false, &wrote).outside,
                "{reached}"
            );
        }
        assert!(origin(&id("integration:OTHER|01.01.0000"), None, false, &wrote).outside);
    }

    #[test]
    fn an_import_of_a_whole_instance_reaches_what_is_there() {
        let wrote = [Wrote {
            subjects: BTreeSet::new(),
            brought_all: true,
            ..wrote("lookup:A")
        }];
        let there = |is_gone| origin(&id("library:DATES"), None, is_gone, &wrote);
        assert!(!there(false).outside);
        assert!(there(true).outside, "an import takes nothing away");
    }
}
