//! Releases from one instance of the sandbox through two others: made, looked through, promoted, refused, taken back,
//! and taken up by another program.
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

mod support;

use std::time::Duration;

use support::{Bench, bench, ended, save};
use tokio_util::sync::CancellationToken;
use waybill_app::Waybill;
use waybill_app::view::{
    BindingInput, BindingMode, CommandError, ErrorCode, FindingSeverity, MovePlan, PlaceRef,
    PromoteForm, PromotionState, PropertyKind, ReleaseForm, ReleaseStage, ReleaseView, RunStatus,
};
use waybill_model::{ArtifactId, ArtifactKind, Scope, State};
use waybill_sandbox::{ActivationFault, Fault, FaultKind, InstanceSpec, Running, Sandbox};

const PROJECT: &str = "RETURNS_PORTAL";

async fn three(inside: usize) -> (Bench, Running) {
    let running = Sandbox::builder()
        .instance(InstanceSpec::oic3("dev"))
        .instance(InstanceSpec::oic3("test").empty())
        .instance(InstanceSpec::oic3("prod").empty())
        .synthetic(3, 11)
        .inside_projects(inside)
        .activation_time(Duration::from_millis(50))
        .start()
        .await
        .unwrap();
    let bench = bench();
    for name in ["dev", "test", "prod"] {
        save(&bench, &running, name).await;
    }
    (bench, running)
}

fn form() -> ReleaseForm {
    ReleaseForm {
        instance: "dev".to_owned(),
        project: PROJECT.to_owned(),
        route: vec!["test".to_owned(), "prod".to_owned()],
        ..ReleaseForm::default()
    }
}

/// Brings a release on, and reads its warnings where there are some.
async fn ready(app: &Waybill, id: &str) -> ReleaseView {
    for _ in 0..3 {
        let view = go_on(app, id).await.unwrap();
        if view.summary.stage == ReleaseStage::Ready {
            return view;
        }
        for finding in &view.findings {
            assert_ne!(finding.severity, FindingSeverity::Blocking, "{finding:?}");
            if finding.severity == FindingSeverity::Warning {
                app.release_acknowledge(id, &finding.rule).await.unwrap();
            }
        }
    }
    panic!("{:?}", app.release(id).await.unwrap());
}

async fn go_on(app: &Waybill, id: &str) -> Result<ReleaseView, CommandError> {
    app.release_go_on(id, &|_| {}, CancellationToken::new())
        .await
}

/// Enters every secret that the waybill asks for, and prepares the promotion.
async fn prepared(bench: &Bench, id: &str, to: &str) -> (ReleaseView, MovePlan) {
    let (app, folder) = (&bench.app, bench.folder.path());
    let promote = || PromoteForm {
        to: Some(to.to_owned()),
        approved_by: Some("Petra".to_owned()),
    };
    let first = app
        .release_promote(id, promote(), &|_| {}, CancellationToken::new())
        .await
        .unwrap();
    let file = folder.join("given.zip");
    std::fs::write(&file, b"a wallet").unwrap();
    let connections = app.move_connections(&first.1.id).await.unwrap();
    for one in connections.connections {
        let wanted = one.properties.iter().filter(|property| {
            property.required && property.kind == PropertyKind::File && !property.set_there
        });
        let files: Vec<(String, String)> = wanted
            .map(|property| (property.name.clone(), file.display().to_string()))
            .collect();
        if !files.is_empty() {
            let input = BindingInput {
                mode: BindingMode::FromSource,
                files,
                ..BindingInput::default()
            };
            app.move_bind(&first.1.id, &one.id, input, Vec::new(), true)
                .await
                .unwrap();
        }
        for property in one.properties.iter().filter(|property| property.secret) {
            app.connection_secret_set(to, &one.id, &property.name, "s3cret-canary".into())
                .await
                .unwrap();
        }
    }
    let (view, mut plan) = app
        .release_promote(id, promote(), &|_| {}, CancellationToken::new())
        .await
        .unwrap();
    assert_eq!(plan.id, first.1.id, "the same waybill is planned anew");
    for finding in plan.findings.clone() {
        if finding.severity == FindingSeverity::Warning && finding.read_by.is_none() {
            plan = app
                .move_acknowledge(&plan.id, &finding.rule, finding.subject.as_ref(), true)
                .await
                .unwrap();
        }
    }
    assert!(!plan.blocked, "{:#?}", plan.findings);
    (view, plan)
}

async fn promoted(bench: &Bench, id: &str, to: &str) -> (ReleaseView, RunStatus) {
    let app = &bench.app;
    let (view, plan) = prepared(bench, id, to).await;
    let number = view
        .promotions
        .iter()
        .find(|one| one.moved_by == plan.id)
        .unwrap()
        .number;
    let run = app.release_promotion_run(id, number, None).await.unwrap();
    let status = ended(app, &run.id).await.summary.status;
    (app.release(id).await.unwrap(), status)
}

/// The integrations of the project in an instance, and whether they are active.
async fn stands(app: &Waybill, instance: &str) -> Vec<(String, bool)> {
    let place = PlaceRef::Instance {
        id: instance.to_owned(),
    };
    let all = app.catalogue(&place, true).await.unwrap().artifacts;
    let scope = Scope::Project(PROJECT.to_owned());
    all.into_iter()
        .filter(|one| one.id.kind == ArtifactKind::Integration && one.id.scope == scope)
        .map(|one| (one.id.wire(), one.state == Some(State::Active)))
        .collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn one_archive_goes_through_all_instances_in_their_order() {
    let (bench, _running) = three(6).await;
    let app = &bench.app;
    let begun = app.release_new(form()).await.unwrap();
    assert_eq!(begun.summary.id, "RL-0001");
    assert_eq!(begun.summary.build, 1);
    let id = begun.summary.id;
    let view = ready(app, &id).await;
    assert_eq!(view.integrations.len(), 6);
    assert_eq!(view.sha256.as_deref().map(str::len), Some(64));
    assert_eq!(
        view.route[1].waits_for.as_deref(),
        Some("It is not in test yet.")
    );

    let refused = app
        .release_promote(
            &id,
            PromoteForm {
                to: Some("prod".to_owned()),
                approved_by: Some("Petra".to_owned()),
            },
            &|_| {},
            CancellationToken::new(),
        )
        .await
        .unwrap_err();
    assert_eq!(refused.code, ErrorCode::ChangeBlocked);

    let (view, status) = promoted(&bench, &id, "test").await;
    assert_eq!(status, RunStatus::Done, "{view:#?}");
    assert!(view.route[0].there && view.route[1].waits_for.is_none());
    let unapproved = app
        .release_promote(
            &id,
            PromoteForm::default(),
            &|_| {},
            CancellationToken::new(),
        )
        .await
        .unwrap_err();
    assert_eq!(unapproved.context["field"], "approvedBy");
    let (view, status) = promoted(&bench, &id, "prod").await;
    assert_eq!(status, RunStatus::Done);
    assert!(
        view.promotions
            .iter()
            .all(|one| one.state == PromotionState::Done)
    );
    assert_eq!(stands(app, "test").await, stands(app, "dev").await);
    assert_eq!(stands(app, "prod").await, stands(app, "dev").await);

    let there = app.builds_there(Some(PROJECT)).await.unwrap();
    let builds: Vec<(&str, u64)> = there
        .iter()
        .map(|one| (one.instance_name.as_str(), one.build))
        .collect();
    assert_eq!(builds.len(), 2);
    assert!(builds.contains(&("prod", 1)), "{builds:?}");
    assert!(app.audit_check().await.unwrap().whole);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_activation_that_fails_stops_the_route_and_is_taken_back() {
    let (bench, running) = three(4).await;
    let app = &bench.app;
    let id = app.release_new(form()).await.unwrap().summary.id;
    let view = ready(app, &id).await;
    let active = stands(app, "dev").await;
    let victim = active.iter().find(|(_, active)| *active).unwrap().0.clone();
    assert!(view.integrations.iter().any(|one| one.wire() == victim));
    running.control().disturb_activations(ActivationFault {
        integration: victim,
        millis: None,
        error: Some("The endpoint does not answer.".to_owned()),
        times: None,
    });
    let (view, status) = promoted(&bench, &id, "test").await;
    assert_ne!(status, RunStatus::Done);
    assert_eq!(view.promotions[0].state, PromotionState::Failed);
    assert!(view.route[1].waits_for.is_some());
    running.control().heal();

    let back = app.release_take_back(&id, 1).await.unwrap();
    let plan = app
        .move_plan(&back.summary.id, true, &|_| {}, CancellationToken::new())
        .await
        .unwrap();
    for finding in &plan.findings {
        if finding.severity == FindingSeverity::Warning {
            app.move_acknowledge(&plan.id, &finding.rule, finding.subject.as_ref(), true)
                .await
                .unwrap();
        }
    }
    let run = app.move_run(&plan.id, None).await.unwrap();
    assert_eq!(ended(app, &run.id).await.summary.status, RunStatus::Done);
    let view = app.release(&id).await.unwrap();
    assert_eq!(view.promotions[0].state, PromotionState::TakenBack);
    assert!(stands(app, "test").await.is_empty());
    assert!(app.builds_there(None).await.unwrap().is_empty());
    // And once more, to the end.
    let (view, status) = promoted(&bench, &id, "test").await;
    assert_eq!(status, RunStatus::Done);
    assert!(view.route[0].there);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_deployment_lacks_stays_active_in_the_destination() {
    let (bench, _running) = three(5).await;
    let app = &bench.app;
    let whole = app.release_new(form()).await.unwrap().summary.id;
    let first = ready(app, &whole).await;
    promoted(&bench, &whole, "test").await;
    let before = stands(app, "test").await;
    let part = app
        .release_new(ReleaseForm {
            integrations: vec![first.integrations[0].clone()],
            name: Some("Fix".to_owned()),
            ..form()
        })
        .await
        .unwrap();
    assert_eq!(part.summary.build, 2);
    ready(app, &part.summary.id).await;
    let (_, plan) = prepared(&bench, &part.summary.id, "test").await;
    let others = before
        .iter()
        .filter(|(id, active)| *active && *id != first.integrations[0].wire());
    if others.count() > 0 {
        assert!(
            plan.findings
                .iter()
                .any(|one| one.rule == "project-neighbours"),
            "{:#?}",
            plan.findings
        );
    }
    let (_, status) = promoted(&bench, &part.summary.id, "test").await;
    assert_eq!(status, RunStatus::Done);
    assert_eq!(stands(app, "test").await, before);
    let there = app.builds_there(Some(PROJECT)).await.unwrap();
    assert_eq!(there[0].build, 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_release_that_failed_goes_on_where_it_was_and_makes_nothing_twice() {
    let (bench, running) = three(3).await;
    let app = &bench.app;
    let id = app.release_new(form()).await.unwrap().summary.id;
    running.control().fail(Fault {
        kind: FaultKind::Status {
            code: 403,
            retry_after: None,
        },
        times: u32::MAX,
        path: Some("/archive".to_owned()),
    });
    let failed = go_on(app, &id).await.unwrap_err();
    assert_eq!(failed.context["release"], id);
    let view = app.release(&id).await.unwrap();
    assert_eq!(view.summary.stage, ReleaseStage::Exporting);
    assert_eq!(view.problem.as_deref(), Some(failed.message.as_str()));
    running.control().heal();
    let view = ready(app, &id).await;
    assert_eq!(view.problem, None);
    // One deployment was made, once.
    let place = PlaceRef::Instance {
        id: "dev".to_owned(),
    };
    let deployments = app.deployments(&place, Some(PROJECT), true).await.unwrap();
    let own: Vec<_> = deployments
        .iter()
        .filter(|one| one.id.code == view.summary.deployment)
        .collect();
    assert_eq!(own.len(), 1);
    assert_eq!(own[0].words, "It holds what the project holds now.");
    let effects = running.control().calls().effects;
    for (kind, subjects) in effects {
        for (subject, times) in subjects {
            assert_eq!(times, 1, "{kind} {subject}");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_makes_no_sense_is_refused_before_anything_is_made() {
    let (bench, running) = three(2).await;
    let app = &bench.app;
    running.control().reset_calls();
    let field = async |form: ReleaseForm| {
        let error = app.release_new(form).await.unwrap_err();
        error.context.get("field").cloned().unwrap_or_default()
    };
    let no_project = ReleaseForm {
        project: "NONE".to_owned(),
        ..form()
    };
    assert_eq!(field(no_project).await, "project");
    let back_to_itself = ReleaseForm {
        route: vec!["dev".to_owned()],
        ..form()
    };
    assert_eq!(field(back_to_itself).await, "route");
    let outside: ArtifactId = "integration:X|01.00.0000".parse().unwrap();
    let of_another = ReleaseForm {
        integrations: vec![outside],
        ..form()
    };
    assert_eq!(field(of_another).await, "integrations");
    let taken = ReleaseForm {
        build: Some(7),
        ..form()
    };
    app.release_new(taken.clone()).await.unwrap();
    assert_eq!(field(taken).await, "build");
    assert!(running.control().calls().effects.is_empty());
}
