//! What the checks say.

use crate::change::Severity;
use crate::waybill::Finding;

/// A rule: what is looked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rule {
    /// Its name, which stays the same over versions of the program.
    pub name: &'static str,
    /// How weighty it is at most.
    pub severity: Severity,
    /// What it finds, in a few words.
    pub title: &'static str,
    /// How to put it right.
    pub remedy: &'static str,
    /// Planning finds it; the checks do not repeat it.
    pub planned: bool,
}

/// A check that found nothing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Passed {
    /// The name of its rule.
    pub rule: &'static str,
    /// What is in order, in a few words.
    pub text: String,
}

/// What the checks say of a waybill.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct CheckReport {
    /// What they found, in the order of the rules.
    pub findings: Vec<Finding>,
    /// What is in order.
    pub passed: Vec<Passed>,
}

impl Rule {
    /// A finding of it.
    pub(super) fn finding(&self, severity: Severity, text: impl Into<String>) -> Finding {
        Finding::new(self.name, severity, text)
    }
}
