//! Artifacts of the destination that somebody has open in the console.

use std::collections::BTreeSet;

use waybill_model::ArtifactId;

use super::registry::Check;
use super::report::Rule;
use super::scene::{Scene, named};
use crate::change::{Severity, unlock_hint};
use crate::waybill::{Finding, StepKind};

pub(super) const CHECK: Check = Check {
    rule: Rule {
        name: "locked",
        severity: Severity::Blocking,
        title: "Somebody has an artifact open in the console that is to be changed",
        remedy: "Have it saved and closed, or unlocked by an administrator.",
        planned: false,
    },
    passed: "No artifact is locked",
    find,
};

fn find(scene: &Scene<'_>) -> Vec<Finding> {
    touched(scene)
        .into_iter()
        .filter_map(|id| {
            let own = scene.destination.catalogue.get(id)?;
            let lock = own.lock.as_ref()?;
            let by = lock.by.as_deref().unwrap_or("somebody");
            let since = lock
                .since
                .as_deref()
                .map(|since| format!(" since {}", moment(since)));
            let text = format!(
                "{} is locked: {by} has it open in the console of {}{}.",
                named(id),
                scene.there(),
                since.unwrap_or_default()
            );
            let guidance = unlock_hint(own).unwrap_or_default();
            Some(
                CHECK
                    .rule
                    .finding(Severity::Blocking, text)
                    .about(id)
                    .guided(guidance),
            )
        })
        .collect()
}

/// What steps change, and what is replaced with the package or project around it.
pub(super) fn touched<'a>(scene: &Scene<'a>) -> BTreeSet<&'a ArtifactId> {
    let steps = scene.waybill.steps.iter();
    let steps = steps
        .filter(|step| step.kind != StepKind::TestConnection)
        .map(|step| &step.subject);
    let items = scene.waybill.items.iter();
    let replaced = items
        .filter(|item| item.action.brings() || item.action == crate::waybill::Action::Remove)
        // A connection stays as it is where an archive brings one of its name.
        .filter(|item| item.id.kind != waybill_model::ArtifactKind::Connection)
        .map(|item| &item.id);
    steps.chain(replaced).collect()
}

/// `2026-11-20T07:58:12.050Z` as people write it: `2026-11-20, 07:58 UTC`.
fn moment(since: &str) -> String {
    match (since.get(..10), since.get(10..11), since.get(11..16)) {
        (Some(day), Some("T"), Some(time)) if since.ends_with('Z') => format!("{day}, {time} UTC"),
        _ => since.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::checks::stage::{Look, id, orders};
    use waybill_model::{Lock, State};

    #[test]
    fn what_somebody_has_open_and_the_move_changes_blocks_and_names_who() {
        let mut look = Look::settled(orders());
        look.stage
            .stands("integration:TOTAL|01.00.0000", Some(State::Active), 2, &[]);
        look.stage
            .stands("integration:OTHER|01.00.0000", Some(State::Active), 2, &[]);
        assert_eq!(look.found("locked"), []);
        assert_eq!(look.passed("locked").unwrap(), "No artifact is locked");
        for own in &mut look.stage.destination.catalogue.artifacts {
            if own.id.kind == id("integration:TOTAL|01.00.0000").kind {
                own.lock = Some(Lock {
                    by: Some("dev@acme.example".to_owned()),
                    since: None,
                });
            }
        }
        let found = look.found("locked");
        assert_eq!(found.len(), 1, "what is not touched may be open: {found:?}");
        assert_eq!(found[0].severity, Severity::Blocking);
        assert!(found[0].text.contains("dev@acme.example"));
        assert!(found[0].guidance.as_ref().unwrap().contains("Unlock"));
    }
}
