//! How many integrations are active when all is done.

use std::collections::BTreeSet;

use waybill_model::{ArtifactId, ArtifactKind};

use super::registry::Check;
use super::report::Rule;
use super::scene::Scene;
use crate::change::Severity;
use crate::waybill::Finding;

pub(super) const CHECK: Check = Check {
    rule: Rule {
        name: "active-cap",
        severity: Severity::Blocking,
        title: "More integrations would be active than an instance allows",
        remedy: "Deactivate integrations that are not used any more, or activate fewer.",
        planned: false,
    },
    passed: "The number of active integrations stays well below what an instance allows",
    find,
};

/// So many an instance allows (as administrators report it; the documentation names no number).
const CAP: usize = 800;
/// From here on it is worth a word.
const NEAR: usize = 720;

fn find(scene: &Scene<'_>) -> Vec<Finding> {
    let there = scene
        .destination
        .catalogue
        .artifacts
        .iter()
        .map(|own| &own.id);
    let items = scene.waybill.items.iter().map(|item| &item.id);
    let all: BTreeSet<&ArtifactId> = there
        .chain(items)
        .filter(|id| id.kind == ArtifactKind::Integration)
        .collect();
    let before = all
        .iter()
        .filter(|id| scene.destination.is_active(id))
        .count();
    let after = all.iter().filter(|id| scene.active_after(id)).count();
    if after < NEAR || after <= before {
        return Vec::new();
    }
    let severity = if after > CAP {
        Severity::Blocking
    } else {
        Severity::Note
    };
    vec![
        CHECK
            .rule
            .finding(
                severity,
                format!(
                    "{after} integrations are active in {} when all is done, {before} are now. An instance allows {CAP}.",
                    scene.there()
                ),
            )
            .guided("Activations beyond that fail. Deactivate what is not used any more, or activate fewer."),
    ]
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::checks::stage::{Look, id, orders};
    use waybill_model::{Artifact, Catalogue, State};

    fn with_active(number: usize) -> Look {
        let mut look = Look::settled(orders());
        let catalogue = &look.stage.destination.catalogue;
        let mut artifacts = catalogue.artifacts.clone();
        artifacts.extend((0..number).map(|index| {
            let own = id(&format!("integration:FLOW_{index}|01.00.0000"));
            let mut artifact = Artifact::named(own, "Flow");
            artifact.state = Some(State::Active);
            artifact
        }));
        look.stage.destination.catalogue =
            Catalogue::new(catalogue.read_at.clone(), artifacts, vec![]);
        look
    }

    #[test]
    fn more_than_an_instance_allows_blocks() {
        assert!(with_active(10).passed("active-cap").is_some());
        let found = with_active(798).found("active-cap");
        assert_eq!(found[0].severity, Severity::Note, "800 are allowed");
        let found = with_active(799).found("active-cap");
        assert_eq!(found[0].severity, Severity::Blocking);
        assert!(
            found[0]
                .text
                .starts_with("801 integrations are active in PROD when all is done, 799 are now")
        );
    }
}
