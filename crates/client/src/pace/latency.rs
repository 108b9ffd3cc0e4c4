//! Notices when answers keep taking much longer than the best of their kind.

use std::time::Duration;

use crate::observe::Lane;

/// Calls whose times can be compared with each other.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum CallClass {
    /// Pages of a list.
    List,
    /// Single objects.
    Object,
    /// Archives, which the service builds first.
    Archive,
    /// Changes of single objects.
    Change,
    /// Archives that are sent.
    Import,
    /// Activations, deactivations, starts and stops.
    Activation,
}

impl CallClass {
    /// The lane in which such calls go.
    pub(crate) const fn lane(self) -> Lane {
        match self {
            Self::List | Self::Object | Self::Archive => Lane::Reads,
            Self::Change | Self::Import => Lane::Imports,
            Self::Activation => Lane::Activations,
        }
    }
}

/// An answer is slow when it takes three times the usual, and at least this much longer.
const LEAST_EXCESS: Duration = Duration::from_millis(400);
/// How much of the difference the usual time follows upwards with each answer, so that a service that
/// became slower for good is not fought for ever.
const DRIFT: f64 = 0.01;

#[derive(Debug, Default)]
pub(super) struct LatencyWatch {
    classes: [Class; 6],
}

#[derive(Debug, Default)]
struct Class {
    usual: Option<f64>,
    slow_in_a_row: usize,
}

impl LatencyWatch {
    /// Takes in one answer; true where a long enough row of them was slow.
    pub(super) fn notice(&mut self, class: CallClass, took: Duration, allowed: usize) -> bool {
        let class = &mut self.classes[class as usize];
        let took = took.as_secs_f64();
        let Some(usual) = class.usual else {
            class.usual = Some(took);
            return false;
        };
        let is_slow = took > (usual * 3.0).max(usual + LEAST_EXCESS.as_secs_f64());
        class.usual = Some(if took < usual {
            took
        } else {
            usual + (took - usual) * DRIFT
        });
        class.slow_in_a_row = if is_slow { class.slow_in_a_row + 1 } else { 0 };
        if class.slow_in_a_row < (2 * allowed).max(8) {
            return false;
        }
        class.slow_in_a_row = 0;
        true
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_long_row_of_slow_answers_counts() {
        let mut watch = LatencyWatch::default();
        let quick = Duration::from_millis(100);
        let slow = Duration::from_secs(2);
        assert!(!watch.notice(CallClass::Object, quick, 4));
        let mut signs = 0;
        for _ in 0..7 {
            signs += usize::from(watch.notice(CallClass::Object, slow, 4));
        }
        assert_eq!(signs, 0, "seven are not enough");
        assert!(watch.notice(CallClass::Object, slow, 4), "eight are");
        for _ in 0..20 {
            assert!(!watch.notice(CallClass::Object, quick, 4));
            assert!(!watch.notice(CallClass::Object, slow, 4));
        }
    }

    #[test]
    fn archives_are_not_measured_by_lists() {
        let mut watch = LatencyWatch::default();
        watch.notice(CallClass::List, Duration::from_millis(50), 1);
        for _ in 0..50 {
            assert!(!watch.notice(CallClass::Archive, Duration::from_secs(3), 1));
        }
    }
}
