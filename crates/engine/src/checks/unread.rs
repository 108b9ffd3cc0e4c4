//! What could not be checked.

use crate::change::Severity;
use crate::waybill::Finding;

use super::registry::Check;
use super::report::Rule;
use super::scene::Scene;

pub(super) const CHECK: Check = Check {
    rule: Rule {
        name: "not-checked",
        severity: Severity::Note,
        title: "Something could not be checked",
        remedy: "Look at it in the console, or see that it can be read, and check again.",
        planned: false,
    },
    passed: "Everything that is checked could be read",
    find,
};

fn find(scene: &Scene<'_>) -> Vec<Finding> {
    let unread = scene.facts.unread.iter();
    unread
        .map(|one| {
            let finding = CHECK.rule.finding(Severity::Note, one.text.clone());
            match &one.subject {
                Some(subject) => finding.about(subject),
                None => finding,
            }
        })
        .collect()
}
