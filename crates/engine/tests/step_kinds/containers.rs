//! Projects, deployments and packages: one archive that brings or replaces many; and access lists.

use std::collections::BTreeMap;
use std::time::Duration;

use waybill_client::wire::{AccessListRequest, MemberRequest};
use waybill_engine::waybill::{Bindings, Existing, ImportHow, Policies, StepKind};
use waybill_model::{ArtifactId, ArtifactKind, Catalogue, Scope, State};

use crate::goes_well;
use crate::stage::{choice, stage, stage_where};

fn replacing() -> Policies {
    Policies {
        existing: Existing::Replace,
        ..Policies::default()
    }
}

/// A project of the source with an active integration in it.
async fn project(stage: &crate::stage::Stage) -> ArtifactId {
    let catalogue = stage.catalogue("source").await;
    let active = |own: &&waybill_model::Artifact| {
        own.id.kind == ArtifactKind::Integration
            && own.id.scope != Scope::Global
            && own.state == Some(State::Active)
    };
    let own = catalogue.artifacts.iter().find(active).unwrap();
    ArtifactId::global(ArtifactKind::Project, own.id.scope.project().unwrap(), None)
}

fn inside(catalogue: &Catalogue, project: &ArtifactId) -> BTreeMap<ArtifactId, Option<State>> {
    let all = catalogue.artifacts.iter();
    all.filter(|own| own.id.scope.project() == Some(&project.code))
        .filter(|own| own.id.kind != ArtifactKind::Deployment)
        .map(|own| (own.id.clone(), own.state))
        .collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_project_is_replaced_and_all_in_it_is_as_it_was() {
    let stage = stage_where(4, 0, false, Duration::from_millis(50)).await;
    let project = project(&stage).await;
    let before = inside(&stage.catalogue("destination").await, &project);
    let choose = |catalogue: &Catalogue| choice(catalogue, |id| *id == project);
    let waybill = stage.plan(choose, replacing(), Bindings::default()).await;
    let kinds: Vec<_> = waybill.steps.iter().map(|step| step.kind).collect();
    let import = StepKind::Import {
        how: ImportHow::Project,
        replace: true,
    };
    assert_eq!(kinds.iter().filter(|kind| **kind == import).count(), 1);
    assert!(kinds.contains(&StepKind::Deactivate));
    stage.bench.sandbox.control().reset_calls();
    goes_well(&stage, &waybill).await;
    assert!(stage.done_twice().is_empty());
    let after = inside(&stage.catalogue("destination").await, &project);
    assert_eq!(after, before);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_deployment_comes_alone_and_replaces_without_taking_away() {
    let stage = stage(4, 0).await;
    let project = project(&stage).await;
    let source = stage.catalogue("source").await;
    let deployment = source
        .artifacts
        .iter()
        .find(|own| {
            own.id.kind == ArtifactKind::Deployment && own.id.scope.project() == Some(&project.code)
        })
        .unwrap();
    let deployment = deployment.id.clone();
    let only = |catalogue: &Catalogue| choice(catalogue, |id| *id == deployment);
    let policies = || Policies {
        activate: waybill_engine::waybill::Activate::None,
        ..replacing()
    };
    let count = |catalogue: &Catalogue| {
        let all = inside(catalogue, &project);
        all.keys()
            .filter(|id| id.kind == ArtifactKind::Integration)
            .count()
    };
    let bindings = stage.bindings().await;
    let waybill = stage.plan(only, policies(), bindings.clone()).await;
    goes_well(&stage, &waybill).await;
    let part = count(&stage.catalogue("destination").await);
    let whole = count(&source);
    assert!(0 < part && part < whole, "{part} of {whole}");

    // All of the project, then its deployment once more.
    let all = |catalogue: &Catalogue| choice(catalogue, |id| *id == project);
    let waybill = stage.plan(all, policies(), bindings.clone()).await;
    goes_well(&stage, &waybill).await;
    assert_eq!(count(&stage.catalogue("destination").await), whole);
    let waybill = stage.plan(only, policies(), bindings).await;
    let imports = waybill
        .steps
        .iter()
        .filter(|step| matches!(step.kind, StepKind::Import { replace: true, .. }));
    assert_eq!(imports.count(), 1);
    goes_well(&stage, &waybill).await;
    assert_eq!(count(&stage.catalogue("destination").await), whole);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_package_is_replaced_though_the_destination_has_an_active_neighbour_in_it() {
    let stage = stage_where(16, 0, false, Duration::from_millis(50)).await;
    // A package with two integrations, of which the destination alone keeps one active.
    let theirs = stage.catalogue("destination").await;
    let (package, members) = theirs
        .artifacts
        .iter()
        .filter(|own| own.id.kind == ArtifactKind::Package)
        .map(|own| {
            let members = own.dependencies.iter();
            let members: Vec<_> = members
                .filter(|need| need.role == "member")
                .map(|need| need.id.clone())
                .collect();
            (own.id.clone(), members)
        })
        .find(|(_, members)| members.len() > 1)
        .unwrap();
    let control = stage.bench.sandbox.control();
    let neighbour = &members[0];
    assert!(control.set_status("destination", neighbour, "ACTIVATED"));
    assert!(control.set_status("source", neighbour, "CONFIGURED"));
    assert!(control.delete("source", neighbour));

    let choose = |catalogue: &Catalogue| choice(catalogue, |id| *id == package);
    let waybill = stage.plan(choose, replacing(), Bindings::default()).await;
    let of = |kind: &str| {
        let steps = waybill.steps.iter();
        let own = steps.filter(|step| step.subject == *neighbour && step.kind.word() == kind);
        own.count()
    };
    assert_eq!((of("deactivate"), of("activate"), of("delete")), (1, 1, 0));
    stage.bench.sandbox.control().reset_calls();
    goes_well(&stage, &waybill).await;
    let after = stage.catalogue("destination").await;
    assert_eq!(
        after.get(neighbour).and_then(|own| own.state),
        Some(State::Active)
    );
    for member in &members {
        assert!(after.get(member).is_some(), "{member}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_access_list_of_the_source_is_set_in_the_destination() {
    let stage = stage_where(4, 0, false, Duration::from_millis(50)).await;
    let project = project(&stage).await;
    let source = stage.bench.client("source");
    let read = async |client: &waybill_client::Client| {
        let read = client.access_list(&project.code).await.unwrap();
        AccessListRequest::from(&read.value)
    };
    let mut wanted = read(&source).await;
    wanted.viewers.allow_all = false;
    wanted.viewers.allowed.push(MemberRequest {
        id: "auditors".to_owned(),
        display_name: Some("Auditors".to_owned()),
        member_kind: Some("group".to_owned()),
    });
    source
        .set_access_list(&project.code, &wanted)
        .await
        .unwrap();
    assert_ne!(read(&stage.destination()).await, wanted);
    let choose = |catalogue: &Catalogue| {
        choice(catalogue, |id| {
            id.kind == ArtifactKind::AccessList && id.code == project.code
        })
    };
    let waybill = stage
        .plan(choose, Policies::default(), Bindings::default())
        .await;
    assert_eq!(crate::words(&waybill), ["access"]);
    goes_well(&stage, &waybill).await;
    assert_eq!(read(&stage.destination()).await, wanted);
}
