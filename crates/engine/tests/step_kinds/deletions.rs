//! What is to be deleted: integrations, connections, lookups, libraries, packages, and what lies in
//! projects with them.

use std::time::Duration;

use waybill_engine::plan::Choice;
use waybill_engine::waybill::{Bindings, Policies, StepKind};
use waybill_model::{ArtifactKind, Catalogue, Scope};

use crate::goes_well;
use crate::stage::stage_where;

/// The kinds that can be deleted.
const KINDS: [ArtifactKind; 6] = [
    ArtifactKind::Integration,
    ArtifactKind::Connection,
    ArtifactKind::Lookup,
    ArtifactKind::Library,
    ArtifactKind::Package,
    ArtifactKind::Certificate,
];

#[tokio::test(flavor = "multi_thread")]
async fn all_that_is_outside_projects_goes_callers_first_and_active_ones_after_they_were_stopped() {
    let stage = stage_where(14, 3, false, Duration::from_millis(100)).await;
    let of = |catalogue: &Catalogue| -> std::collections::BTreeSet<_> {
        let all = catalogue.artifacts.iter();
        all.filter(|own| own.id.scope == Scope::Global && KINDS.contains(&own.id.kind))
            .map(|own| own.id.clone())
            .collect()
    };
    let before = stage.catalogue("destination").await;
    let remove = of(&before);
    for kind in KINDS {
        assert!(remove.iter().any(|id| id.kind == kind), "{kind:?}");
    }
    let waybill = stage
        .plan(
            |_| Choice {
                remove: remove.clone(),
                ..Choice::default()
            },
            Policies::default(),
            Bindings::default(),
        )
        .await;
    assert!(waybill.findings.is_empty(), "{:#?}", waybill.findings);
    let kinds: std::collections::BTreeSet<&str> =
        waybill.steps.iter().map(|step| step.kind.word()).collect();
    assert!(kinds.contains("deactivate") && kinds.contains("delete"));
    assert!(kinds.contains("stop"), "{kinds:?}");
    goes_well(&stage, &waybill).await;
    let left = of(&stage.catalogue("destination").await);
    assert!(left.is_empty(), "{left:?}");
    // What lies in projects was not asked for.
    let inside = |catalogue: &Catalogue| {
        let all = catalogue.artifacts.iter();
        all.filter(|own| own.id.scope != Scope::Global).count()
    };
    assert_eq!(
        inside(&stage.catalogue("destination").await),
        inside(&before)
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_project_goes_with_all_that_is_in_it() {
    let stage = stage_where(12, 0, false, Duration::from_millis(100)).await;
    let before = stage.catalogue("destination").await;
    let project = before
        .artifacts
        .iter()
        .find(|own| own.id.kind == ArtifactKind::Project)
        .unwrap();
    let project = project.id.clone();
    let waybill = stage
        .plan(
            |_| Choice {
                remove: [project.clone()].into(),
                ..Choice::default()
            },
            Policies::default(),
            Bindings::default(),
        )
        .await;
    let deleted: Vec<_> = waybill
        .steps
        .iter()
        .filter(|step| step.kind == StepKind::Delete)
        .map(|step| &step.subject)
        .collect();
    assert_eq!(deleted, [&project]);
    goes_well(&stage, &waybill).await;
    let after = stage.catalogue("destination").await;
    let left = after.artifacts.iter().map(|own| &own.id);
    let left: Vec<_> = left
        .filter(|id| **id == project || id.scope.project() == Some(&project.code))
        .collect();
    assert!(left.is_empty(), "{left:?}");
}
