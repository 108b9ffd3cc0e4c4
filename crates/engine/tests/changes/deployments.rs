//! Deployments made, changed and deleted, and integrations copied between projects.

use waybill_engine::{Change, DeploymentEdit, RunStatus, Severity, StepState};
use waybill_model::{ArtifactId, ArtifactKind, Scope};
use waybill_sandbox::{Fault, FaultKind};

use crate::bench::{Bench, bench};

const FROM: &str = "RETURNS_PORTAL";
const INTO: &str = "SUPPLIER_ONBOARDING";

fn deployment(code: &str) -> ArtifactId {
    format!("{FROM}/deployment:{code}").parse().unwrap()
}

fn project(code: &str) -> ArtifactId {
    ArtifactId::global(ArtifactKind::Project, code, None)
}

fn edit(integrations: &[ArtifactId]) -> DeploymentEdit {
    DeploymentEdit {
        name: "Build 7".into(),
        description: Some("What changed".into()),
        integrations: integrations.to_vec(),
    }
}

async fn inside(bench: &Bench, project: &str) -> Vec<ArtifactId> {
    let scope = Scope::Project(project.into());
    let all = bench.catalogue().await.artifacts.into_iter();
    all.map(|one| one.id)
        .filter(|id| id.kind == ArtifactKind::Integration && id.scope == scope)
        .collect()
}

/// What the deployment holds in the instance, as `CODE|VERSION`, and its description.
async fn held(bench: &Bench, code: &str) -> (Vec<String>, Option<String>) {
    let read = bench.client.deployment(FROM, code).await.unwrap().value;
    let integrations = read.integrations.iter();
    let mut held: Vec<String> = integrations
        .map(|one| format!("{}|{}", one.code, one.version))
        .collect();
    held.sort();
    (held, read.description)
}

fn wire(ids: &[ArtifactId]) -> Vec<String> {
    ids.iter().map(ArtifactId::wire).collect()
}

#[tokio::test]
async fn a_deployment_is_made_changed_and_deleted() {
    let bench = bench(3).await;
    let all = inside(&bench, FROM).await;
    let id = deployment("BUILD_7");
    let change = Change::CreateDeployment { edit: edit(&all) };
    let plan = bench.plan(&id, &change).await;
    assert_eq!(plan.blocking(), None);
    assert_eq!(
        plan.title,
        format!("Create deployment `Build 7` in project `{FROM}`")
    );
    let made = bench.make(&id, change.clone()).await;
    assert_eq!(made.status, RunStatus::Done, "{made:?}");
    // What only adds finds nothing to keep.
    assert_eq!(made.snapshot, None);
    assert_eq!(held(&bench, "BUILD_7").await.0, wire(&all));
    let kept = bench.journal.kept_catalogue("one").unwrap().unwrap();
    assert!(kept.catalogue.get(&id).is_some());
    let plan = bench.plan(&id, &change).await;
    assert!(plan.blocking().unwrap().text.contains("already"));

    let fewer = DeploymentEdit {
        description: None,
        ..edit(&all[..1])
    };
    let change = Change::UpdateDeployment { edit: fewer };
    let plan = bench.plan(&id, &change).await;
    assert!(
        plan.effects[0].starts_with("It no longer holds"),
        "{plan:?}"
    );
    let changed = bench.make(&id, change).await;
    assert_eq!(changed.status, RunStatus::Done, "{changed:?}");
    assert!(changed.snapshot.is_some());
    let as_it_was = Some("What changed".to_owned());
    assert_eq!(
        held(&bench, "BUILD_7").await,
        (wire(&all[..1]), as_it_was),
        "what was not named stays as it is"
    );

    let plan = bench.plan(&id, &Change::Delete).await;
    assert_eq!(plan.blocking(), None);
    assert_eq!(plan.type_name.as_deref(), Some("Build 7"));
    let gone = bench.make(&id, Change::Delete).await;
    assert_eq!(gone.status, RunStatus::Done, "{gone:?}");
    assert!(bench.client.deployment(FROM, "BUILD_7").await.is_err());
    assert_eq!(inside(&bench, FROM).await, all);
    assert_eq!(bench.journal.verify_chain().unwrap().broken_at, None);
}

#[tokio::test]
async fn what_a_deployment_cannot_hold_is_refused_before_a_call() {
    let bench = bench(3).await;
    let all = inside(&bench, FROM).await;
    let gone: ArtifactId = format!("{FROM}/integration:GONE|01.00.0000")
        .parse()
        .unwrap();
    for (id, edit, words) in [
        (
            deployment("BUILD_7"),
            edit(&[gone]),
            "does not hold `GONE|01.00.0000`",
        ),
        (
            deployment("BUILD 7"),
            edit(&all),
            "cannot be the code of a deployment",
        ),
        (
            deployment("BUILD_7"),
            DeploymentEdit {
                name: "  ".into(),
                ..edit(&all)
            },
            "1 to 200 characters",
        ),
    ] {
        let change = Change::CreateDeployment { edit };
        let plan = bench.plan(&id, &change).await;
        let found = &plan.blocking().unwrap().text;
        assert!(found.contains(words), "{found}");
        let run = bench.make(&id, change).await;
        assert_eq!(run.status, RunStatus::Failed);
    }
    assert_eq!(bench.effects("deployments"), 0);
    // Nothing in it is allowed, and said.
    let empty = Change::CreateDeployment { edit: edit(&[]) };
    let plan = bench.plan(&deployment("EMPTY"), &empty).await;
    assert_eq!(plan.blocking(), None);
    assert!(
        plan.findings
            .iter()
            .any(|one| { one.severity == Severity::Note && one.text.contains("It holds nothing") })
    );
}

#[tokio::test]
async fn a_deployment_whose_making_was_cut_off_is_made_once() {
    let bench = bench(3).await;
    let all = inside(&bench, FROM).await;
    for (kind, code) in [
        (FaultKind::Stall, "BEFORE"),
        (FaultKind::DropAfter, "AFTER"),
    ] {
        bench.running.control().fail(Fault {
            kind,
            times: 1,
            path: Some(format!("POST /projects/{FROM}/deployments")),
        });
        let id = deployment(code);
        let request = bench.request(&id, Change::CreateDeployment { edit: edit(&all) });
        bench.break_off(&request, StepState::Sent).await;
        let run = bench.again(&request).await;
        assert_eq!(run.status, RunStatus::Done, "{run:?}");
        assert_eq!(held(&bench, code).await.0, wire(&all));
    }
    assert_eq!(bench.effects("POST projects/{}/deployments"), 2);
}

#[tokio::test]
async fn integrations_are_copied_into_another_project_and_stay_where_they_are() {
    let bench = bench(3).await;
    let (ours, theirs) = (inside(&bench, FROM).await, inside(&bench, INTO).await);
    let copied = &ours[..2];
    let change = Change::CopyInto {
        integrations: copied.to_vec(),
    };
    let into = project(INTO);
    let plan = bench.plan(&into, &change).await;
    assert_eq!(plan.blocking(), None, "{plan:?}");
    assert!(plan.title.starts_with("Copy 2 integrations into project"));
    bench.running.control().fail(Fault {
        kind: FaultKind::DropAfter,
        times: 1,
        path: Some("/integrations/copy".into()),
    });
    let run = bench.make(&into, change.clone()).await;
    assert_eq!(run.status, RunStatus::Done, "{run:?}");
    assert!(
        run.headline
            .unwrap()
            .starts_with("2 integrations are copied")
    );
    assert_eq!(bench.effects("integrations/copy"), 1);
    let now = wire(&inside(&bench, INTO).await);
    assert_eq!(now.len(), theirs.len() + 2);
    assert!(wire(copied).iter().all(|one| now.contains(one)));
    assert_eq!(inside(&bench, FROM).await, ours);

    // Once more: they are there, and nothing in a project is replaced.
    let plan = bench.plan(&into, &change).await;
    assert!(plan.blocking().unwrap().text.contains("already"));
    let mixed = Change::CopyInto {
        integrations: vec![ours[2].clone(), theirs[0].clone()],
    };
    let plan = bench.plan(&into, &mixed).await;
    assert!(plan.blocking().unwrap().text.contains("one other project"));
}
