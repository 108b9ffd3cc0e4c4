//! A waybill run from one instance of the sandbox into another: looked at, refused, run, reported, taken
//! back, tried again.
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

mod support;

use std::collections::BTreeSet;
use std::time::Duration;

use support::{Bench, bench, ended, save};
use tokio_util::sync::CancellationToken;
use waybill_app::view::{
    BindingInput, BindingMode, ConnectionsPolicy, ErrorCode, FindingSeverity, MoveEdit, MovePlan,
    MovePolicies, MoveStepKind, PaperForm, PlaceRef, PropertyKind, ReportResult, RunKind,
    RunStatus,
};
use waybill_model::{Artifact, ArtifactId, ArtifactKind, Scope, State};
use waybill_sandbox::{ActivationFault, InstanceSpec, Running, Sandbox};

async fn two(integrations: usize) -> (Bench, Running) {
    let running = Sandbox::builder()
        .instance(InstanceSpec::oic3("dev"))
        .instance(InstanceSpec::oic3("test").empty())
        .synthetic(integrations, 11)
        .activation_time(Duration::from_millis(50))
        .start()
        .await
        .unwrap();
    let bench = bench();
    save(&bench, &running, "dev").await;
    save(&bench, &running, "test").await;
    (bench, running)
}

/// The artifacts of an instance as they are now.
async fn artifacts(bench: &Bench, instance: &str) -> Vec<Artifact> {
    let id = bench
        .app
        .instances()
        .unwrap()
        .into_iter()
        .find(|one| one.name == instance)
        .unwrap()
        .id;
    let view = bench
        .app
        .catalogue(&PlaceRef::Instance { id }, true)
        .await
        .unwrap();
    view.artifacts
}

/// What stands in an instance outside projects, and how.
async fn stands(bench: &Bench, instance: &str) -> BTreeSet<(String, Option<State>)> {
    let all = artifacts(bench, instance).await;
    let own = all.into_iter().filter(|one| {
        one.id.scope == Scope::Global
            && matches!(
                one.id.kind,
                ArtifactKind::Integration | ArtifactKind::Connection | ArtifactKind::Lookup
            )
    });
    own.map(|one| (one.id.to_string(), one.state)).collect()
}

/// Enters a value for each secret of the connections of the source.
async fn enter_secrets(bench: &Bench, running: &Running) {
    let place = PlaceRef::Instance { id: "dev".into() };
    for one in artifacts(bench, "dev").await {
        if one.id.kind != ArtifactKind::Connection || one.id.scope != Scope::Global {
            continue;
        }
        let detail = bench.app.artifact_detail(&place, &one.id).await.unwrap();
        let connection = detail.connection.unwrap();
        for property in connection.properties {
            if property.secret {
                bench
                    .app
                    .connection_secret_set("test", &one.id, &property.name, "s3cret-canary".into())
                    .await
                    .unwrap();
            }
        }
    }
    assert!(running.control().calls().effects.is_empty());
}

/// Gives a file for each wallet and key that the destination lacks.
async fn give_files(bench: &Bench, id: &str) {
    let file = bench.folder.path().join("given.zip");
    std::fs::write(&file, b"a wallet").unwrap();
    let file = file.display().to_string();
    for one in bench.app.move_connections(id).await.unwrap().connections {
        let wanted = one.properties.iter().filter(|property| {
            property.required && property.kind == PropertyKind::File && !property.set_there
        });
        let files: Vec<(String, String)> = wanted
            .map(|property| (property.name.clone(), file.clone()))
            .collect();
        if files.is_empty() {
            continue;
        }
        let input = BindingInput {
            mode: BindingMode::FromSource,
            files,
            ..BindingInput::default()
        };
        bench
            .app
            .move_bind(id, &one.id, input, Vec::new(), true)
            .await
            .unwrap();
    }
}

/// Plans all integrations outside projects, and says that every warning was read.
async fn planned(bench: &Bench) -> MovePlan {
    let app = &bench.app;
    let chosen: Vec<ArtifactId> = artifacts(bench, "dev")
        .await
        .iter()
        .map(|one| one.id.clone())
        .filter(|id| id.kind == ArtifactKind::Integration && id.scope == Scope::Global)
        .collect();
    let edit = MoveEdit {
        name: Some("Everything".to_owned()),
        from: Some(PlaceRef::Instance { id: "dev".into() }),
        to: Some("test".to_owned()),
        chosen: Some(chosen),
        policies: Some(MovePolicies {
            connections: ConnectionsPolicy::FromSource,
            ..MovePolicies::default()
        }),
        ..MoveEdit::default()
    };
    let begun = app.move_new(edit).await.unwrap();
    give_files(bench, &begun.summary.id).await;
    plan(bench, &begun.summary.id).await
}

async fn plan(bench: &Bench, id: &str) -> MovePlan {
    let app = &bench.app;
    let mut plan = app
        .move_plan(id, true, &|_| {}, CancellationToken::new())
        .await
        .unwrap();
    let open = plan.findings.clone();
    for one in open {
        if one.severity == FindingSeverity::Warning {
            plan = app
                .move_acknowledge(id, &one.rule, one.subject.as_ref(), true)
                .await
                .unwrap();
        }
    }
    plan
}

#[tokio::test]
async fn a_look_writes_nothing_and_says_what_stands_against_a_run() {
    let (bench, running) = two(6).await;
    let app = &bench.app;
    let plan = planned(&bench).await;
    assert!(
        plan.blocked,
        "connections come as drafts: {:#?}",
        plan.findings
    );
    running.control().reset_calls();
    let look = app.move_look(&plan.id).await.unwrap();
    assert_eq!(look.changed, Vec::new());
    assert!(!look.against.is_empty());
    let refused = app.move_run(&plan.id, None).await.unwrap_err();
    assert_eq!(refused.code, ErrorCode::ChangeBlocked);
    assert!(running.control().calls().effects.is_empty());
    running.shutdown().await;
}

#[tokio::test]
async fn a_waybill_is_run_reported_and_taken_back() {
    let (bench, running) = two(6).await;
    let app = &bench.app;
    enter_secrets(&bench, &running).await;
    let before = stands(&bench, "test").await;
    let plan = planned(&bench).await;
    assert!(!plan.blocked && plan.unread == 0, "{:#?}", plan.findings);
    let look = app.move_look(&plan.id).await.unwrap();
    assert_eq!((look.changed, look.against), (Vec::new(), Vec::new()));

    app.sign_off_require("test", true).await.unwrap();
    let refused = app.move_run(&plan.id, None).await.unwrap_err();
    assert_eq!(
        refused.context.get("signOff").map(String::as_str),
        Some("required")
    );
    app.sign_off_require("test", false).await.unwrap();
    app.writes_forbid("test").await.unwrap();
    let refused = app.move_run(&plan.id, None).await.unwrap_err();
    assert_eq!(refused.code, ErrorCode::ReadOnly);
    assert!(running.control().calls().effects.is_empty());
    app.writes_allow("test", 15, None).await.unwrap();

    let run = app.move_run(&plan.id, None).await.unwrap();
    assert_eq!(run.kind, RunKind::Move);
    assert_eq!(run.title.as_deref(), Some("WB-0001 Everything"));
    let detail = ended(app, &run.id).await;
    let report = app.report(&run.id).await.unwrap();
    assert_eq!(
        detail.summary.status,
        RunStatus::Done,
        "{:#?} {:#?}",
        detail.summary,
        report.rows
    );
    assert_eq!(detail.steps.len(), plan.steps.len() + 2);
    assert_eq!(report.waybill_hash, plan.hash);
    assert!(
        report.audit_entry.is_some() && report.rollback.possible,
        "{report:#?}"
    );
    let wrong = |one: &&waybill_app::view::ReportRow| {
        !matches!(one.result, ReportResult::Done | ReportResult::Kept)
    };
    assert_eq!(report.rows.iter().find(wrong), None);
    let integrations = |all: BTreeSet<(String, Option<State>)>| -> BTreeSet<_> {
        let own = all.into_iter();
        own.filter(|(id, _)| id.starts_with("integration:"))
            .collect()
    };
    assert_eq!(
        integrations(stands(&bench, "test").await),
        integrations(stands(&bench, "dev").await)
    );
    let moved = app.move_view(&plan.id).await.unwrap();
    assert_eq!(
        moved.runs.first().map(|one| one.id.as_str()),
        Some(run.id.as_str())
    );
    let page = bench.folder.path().join("report.html");
    app.report_write(&run.id, PaperForm::Html, &page)
        .await
        .unwrap();
    let page = std::fs::read_to_string(page).unwrap();
    assert!(page.contains(&report.hash) && !page.contains("s3cret-canary"));
    // Nothing is left to be tried again.
    assert!(app.run_retry(&run.id).await.is_err());

    let back = app.rollback_plan(&run.id, None).await.unwrap();
    assert_eq!(back.summary.rollback_of.as_deref(), Some(run.id.as_str()));
    let back = self::plan(&bench, &back.summary.id).await;
    assert!(!back.blocked, "{:#?}", back.findings);
    let run = app.move_run(&back.id, None).await.unwrap();
    let detail = ended(app, &run.id).await;
    assert_eq!(
        detail.summary.status,
        RunStatus::Done,
        "{:#?}",
        detail.summary
    );
    assert_eq!(stands(&bench, "test").await, before);
    running.shutdown().await;
}

#[tokio::test]
async fn what_failed_is_marked_until_it_goes_well_and_the_next_plan_knows_how_long_it_takes() {
    let (bench, running) = two(8).await;
    let app = &bench.app;
    enter_secrets(&bench, &running).await;
    let first = planned(&bench).await;
    assert!(!first.blocked && first.unread == 0, "{:#?}", first.findings);
    assert_eq!(first.estimate_seconds, None);
    let tells_rights = |plan: &MovePlan| plan.findings.iter().any(|one| one.rule == "rights");
    assert!(tells_rights(&first));
    let active = artifacts(&bench, "dev").await;
    let mut active = active
        .into_iter()
        .filter(|one| one.state == Some(State::Active) && one.id.scope == Scope::Global);
    let failing = active
        .find(|one| one.id.kind == ArtifactKind::Integration)
        .unwrap();
    running.control().disturb_activations(ActivationFault {
        integration: failing.id.wire(),
        millis: None,
        error: Some("The endpoint did not answer.".to_owned()),
        times: None,
    });
    let run = app.move_run(&first.id, None).await.unwrap();
    let detail = ended(app, &run.id).await;
    assert_eq!(detail.summary.status, RunStatus::Partial);

    let marked = async || -> Vec<ArtifactId> {
        let begun = app
            .move_new(MoveEdit {
                from: Some(PlaceRef::Instance { id: "dev".into() }),
                to: Some("test".to_owned()),
                ..MoveEdit::default()
            })
            .await
            .unwrap();
        let what = app
            .move_what(&begun.summary.id, true, &|_| {}, CancellationToken::new())
            .await
            .unwrap();
        let rows = what.rows.into_iter().filter(|row| row.failed_last_time);
        rows.map(|row| row.id).collect()
    };
    assert_eq!(marked().await, [failing.id]);
    running.control().heal();
    let again = app.run_retry(&run.id).await.unwrap();
    assert_eq!(ended(app, &again.id).await.summary.status, RunStatus::Done);
    assert_eq!(marked().await, Vec::new());

    // What these steps took is known by now, and that the rights are enough.
    let edit = MoveEdit {
        policies: Some(MovePolicies {
            existing: waybill_app::view::ExistingPolicy::Replace,
            ..MovePolicies::default()
        }),
        ..MoveEdit::default()
    };
    app.move_edit(&first.id, edit).await.unwrap();
    let next = plan(&bench, &first.id).await;
    assert!(next.estimate_seconds.is_some_and(|seconds| seconds > 0));
    assert!(!tells_rights(&next), "{:#?}", next.findings);
    for sort in [MoveStepKind::ImportIntegration, MoveStepKind::Activate] {
        let group = next.groups.iter().find(|group| group.kind == sort);
        let seconds = group.unwrap_or_else(|| panic!("{sort:?}")).seconds;
        assert!(seconds.is_some_and(|own| own > 0), "{sort:?} {seconds:?}");
    }
    running.shutdown().await;
}

#[tokio::test]
async fn a_vault_that_does_not_open_is_said_before_anything_is_planned_and_nothing_is_lost() {
    let (bench, running) = two(4).await;
    enter_secrets(&bench, &running).await;
    let plan = planned(&bench).await;
    let before = bench.app.move_view(&plan.id).await.unwrap();
    let home = bench.folder.path().join("home");
    let support::Bench { app, folder } = bench;
    drop(app);
    // The program anew: the vault's password was for that session alone.
    let app = waybill_app::Waybill::open(support::options(&home)).unwrap();
    for name in ["dev", "test"] {
        let secret = support::secret(running.instance(name).unwrap());
        app.instance_secret_for_session(name, secret).unwrap();
    }
    running.control().reset_calls();
    let refused = app
        .move_plan(&plan.id, true, &|_| {}, CancellationToken::new())
        .await
        .unwrap_err();
    assert_eq!(refused.code, ErrorCode::SecretMissing, "{refused:?}");
    assert!(refused.message.contains("vault"), "{refused:?}");
    assert!(refused.guidance.is_some(), "{refused:?}");
    let refused = app.move_run(&plan.id, None).await.unwrap_err();
    assert_eq!(refused.code, ErrorCode::SecretMissing, "{refused:?}");
    assert!(running.control().calls().effects.is_empty());
    // The move and its plan are there still.
    let after = app.move_view(&plan.id).await.unwrap();
    assert_eq!((after.chosen, after.planned), (before.chosen, true));
    let kept = app.move_planned(&plan.id).await.unwrap().unwrap();
    assert_eq!(kept.hash, plan.hash);
    running.shutdown().await;
    drop(folder);
}

#[tokio::test]
async fn a_move_whose_source_is_gone_is_shown_and_says_what_is_missing() {
    let (bench, running) = two(4).await;
    let app = &bench.app;
    let made = app
        .backup_start("dev", waybill_app::view::SelectionView::Everything, None)
        .await
        .unwrap();
    let snapshot = ended(app, &made.id).await.summary.snapshot.unwrap();
    let archives = bench.folder.path().join("archives");
    std::fs::create_dir(&archives).unwrap();
    std::fs::write(archives.join("TAX.csv"), lookup()).unwrap();
    let from_instance = planned(&bench).await.id;
    let places = [
        PlaceRef::Snapshot { id: snapshot },
        PlaceRef::File {
            path: archives.display().to_string(),
        },
    ];
    let mut moves = vec![from_instance];
    for place in places {
        let begun = app
            .move_new(MoveEdit {
                from: Some(place),
                to: Some("test".to_owned()),
                ..MoveEdit::default()
            })
            .await
            .unwrap();
        let id = begun.summary.id;
        let what = app
            .move_what(&id, false, &|_| {}, CancellationToken::new())
            .await
            .unwrap();
        let rows = what.rows.into_iter().map(|row| row.id);
        let lookups =
            rows.filter(|id| id.kind == ArtifactKind::Lookup && id.scope == Scope::Global);
        let edit = MoveEdit {
            chosen: Some(lookups.take(1).collect()),
            ..MoveEdit::default()
        };
        app.move_edit(&id, edit).await.unwrap();
        assert!(!plan(&bench, &id).await.blocked);
        moves.push(id);
    }

    app.instance_remove("dev").await.unwrap();
    let home = bench.folder.path().join("home");
    std::fs::remove_dir_all(home.join("vault").join("snapshots")).unwrap();
    std::fs::remove_dir_all(&archives).unwrap();
    for id in &moves {
        let view = app.move_view(id).await.unwrap();
        assert!(!view.chosen.is_empty() && view.planned, "{id}");
        assert!(view.summary.from_title.is_some(), "{id}");
        let again = app.move_plan(id, true, &|_| {}, CancellationToken::new());
        let error = again.await.unwrap_err();
        assert!(
            matches!(
                error.code,
                ErrorCode::UnknownSubject | ErrorCode::FileFailed
            ),
            "{id}: {error:?}"
        );
        assert!(error.guidance.is_some(), "{id}: {error:?}");
        let what = app.move_what(id, true, &|_| {}, CancellationToken::new());
        assert!(what.await.is_err());
        // What was planned is there still, and can be sent: the archives were put by.
        let kept = app.move_planned(id).await.unwrap().unwrap();
        assert!(!kept.steps.is_empty());
        assert_eq!(app.move_view(id).await.unwrap().chosen, view.chosen);
    }
    assert_eq!(app.moves().await.unwrap().len(), moves.len());
    running.shutdown().await;
}

/// A lookup as the service gives it out.
fn lookup() -> &'static str {
    "DVM,TAX,\nDEV,PROD\na,1\n"
}
