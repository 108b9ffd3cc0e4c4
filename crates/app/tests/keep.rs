//! Keep rules: what goes is what was shown, what a run needs stays, and two programs at once do no harm.
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

#[path = "keeping/made.rs"]
mod made;
mod support;

use std::collections::BTreeSet;
use std::sync::{Arc, Mutex};

use jiff::Timestamp;
use made::{Dice, add_snapshots, rules};
use secrecy::ExposeSecret as _;
use support::{Bench, bench, ended, options, save};
use tokio_util::sync::CancellationToken;
use waybill_app::view::{
    ErrorCode, FindingSeverity, KeepBadge, KeepForm, KeepOwn, KeepPreviewView, KeepRulesView,
    MoveEdit, PlaceRef, Rhythm, RunKind, RunStatus, ScheduleForm, SelectionView,
};
use waybill_app::{Clock, Power, Waybill};
use waybill_engine::Journal;
use waybill_engine::snapshot::tags;
use waybill_model::ArtifactKind;
use waybill_sandbox::{InstanceSpec, Running, Sandbox};
use waybill_vault::Vault;

async fn sandbox(names: &[&str]) -> (Bench, Running) {
    let mut builder = Sandbox::builder();
    for name in names {
        builder = builder.instance(InstanceSpec::oic3(*name));
    }
    let running = builder.synthetic(4, 3).start().await.unwrap();
    let bench = bench();
    for name in names {
        save(&bench, &running, name).await;
    }
    (bench, running)
}

async fn backed_up(app: &Waybill, instance: &str) -> String {
    let run = app
        .backup_start(instance, SelectionView::Everything, None)
        .await
        .unwrap();
    let summary = ended(app, &run.id).await.summary;
    assert_eq!(summary.status, RunStatus::Done, "{summary:?}");
    app.settled().await;
    summary.snapshot.unwrap()
}

async fn vault(bench: &Bench) -> Vault {
    let password = bench.app.vault_password_show().await.unwrap();
    Vault::open(&bench.folder.path().join("home/vault"), &password).unwrap()
}

fn ids(preview: &KeepPreviewView, keep: bool) -> BTreeSet<String> {
    let those = preview.snapshots.iter().filter(|one| one.keep == keep);
    those.map(|one| one.id.clone()).collect()
}

fn there(vault: &Vault) -> BTreeSet<String> {
    let all = vault.snapshots().unwrap();
    all.into_iter().map(|one| one.id).collect()
}

fn last(count: u32) -> KeepForm {
    KeepForm {
        all: KeepRulesView {
            last: Some(count),
            ..KeepRulesView::default()
        },
        own: Vec::new(),
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_removed_is_what_was_shown_whatever_the_rules() {
    let (bench, running) = sandbox(&["one"]).await;
    let app = &bench.app;
    let model = backed_up(app, "one").await;
    let vault = vault(&bench).await;
    let mut dice = Dice(7);
    let mut gone = 0;
    for round in 0..8 {
        add_snapshots(&vault, &model, 14, &mut dice);
        let form = KeepForm {
            all: rules(&mut dice),
            own: (dice.below(2) == 0)
                .then(|| KeepOwn {
                    instance: "other".into(),
                    rules: rules(&mut dice),
                })
                .into_iter()
                .collect(),
        };
        let preview = app.keep_preview(Some(&form), None).await.unwrap();
        let before = there(&vault);
        assert_eq!(preview.snapshots.len(), before.len());
        let run = app
            .keep_apply(Some(&form), None, &preview.previewed)
            .await
            .unwrap();
        assert_eq!(run.kind, RunKind::Prune);
        let ended = ended(app, &run.id).await;
        assert_eq!(ended.summary.status, RunStatus::Done, "{ended:#?}");
        let after = there(&vault);
        assert_eq!(after, ids(&preview, true), "round {round}, {form:?}");
        let removed: BTreeSet<String> = before.difference(&after).cloned().collect();
        assert_eq!(removed, ids(&preview, false), "round {round}, {form:?}");
        gone += removed.len();
        for one in &preview.snapshots {
            assert!(!one.reasons.is_empty());
            if one.kept_as.is_some() || one.badge == Some(KeepBadge::Run) {
                assert!(one.keep, "{one:?}");
            }
        }
        let named = ended
            .log
            .iter()
            .filter(|line| line.text.starts_with("Removed"));
        assert_eq!(named.count(), removed.len());
    }
    assert!(gone > 20, "only {gone} went in all rounds");
    running.shutdown().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_list_that_changed_since_it_was_shown_is_not_removed() {
    let (bench, running) = sandbox(&["one"]).await;
    let app = &bench.app;
    assert!(!app.keep_rules().set, "a new data folder keeps all");
    let first = backed_up(app, "one").await;
    let second = backed_up(app, "one").await;
    let third = backed_up(app, "one").await;
    let all = app.keep_preview(None, None).await.unwrap();
    assert_eq!((all.goes, all.stays), (0, 3));

    let preview = app.keep_preview(Some(&last(1)), None).await.unwrap();
    assert_eq!(
        ids(&preview, false),
        BTreeSet::from([first.clone(), second.clone()])
    );
    let wrong = app.keep_mark(&first, "one, two").await.unwrap_err();
    assert_eq!(wrong.context["field"], "name");
    let marked = app.keep_mark(&first, "Before go-live").await.unwrap();
    assert_ne!(
        marked.id, first,
        "its tags are a part of what it is named by"
    );
    let refused = app
        .keep_apply(Some(&last(1)), None, &preview.previewed)
        .await
        .unwrap_err();
    assert_eq!(refused.code, ErrorCode::BadInput);
    assert_eq!(refused.context["previewed"], "changed");
    let refused = app
        .keep_save(&last(1), &preview.previewed)
        .await
        .unwrap_err();
    assert_eq!(refused.context["previewed"], "changed");
    assert!(!app.keep_rules().set);
    assert_eq!(app.snapshots(None).await.unwrap().len(), 3);
    // Whoever has its old id still finds it.
    assert_eq!(
        app.snapshot_detail(&first).await.unwrap().summary.id,
        marked.id
    );

    let preview = app.keep_preview(Some(&last(1)), None).await.unwrap();
    assert_eq!(ids(&preview, false), BTreeSet::from([second]));
    let kept = preview
        .snapshots
        .iter()
        .find(|one| one.id == marked.id)
        .unwrap();
    assert_eq!(kept.kept_as.as_deref(), Some("Before go-live"));
    assert_eq!(kept.badge, Some(KeepBadge::Kept));
    app.keep_save(&last(1), &preview.previewed).await.unwrap();
    let run = app
        .keep_apply(None, None, &preview.previewed)
        .await
        .unwrap();
    ended(app, &run.id).await;
    let left: BTreeSet<String> = app
        .snapshots(None)
        .await
        .unwrap()
        .into_iter()
        .map(|one| one.id)
        .collect();
    assert_eq!(left, BTreeSet::from([marked.id.clone(), third]));

    let plain = app.keep_unmark(&marked.id).await.unwrap();
    let preview = app.keep_preview(None, None).await.unwrap();
    assert_eq!(ids(&preview, false), BTreeSet::from([plain.id]));
    running.shutdown().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_program_that_ends_while_it_marks_leaves_no_id_that_leads_nowhere() {
    let (bench, running) = sandbox(&["one"]).await;
    let app = &bench.app;
    let old = backed_up(app, "one").await;
    let store = vault(&bench).await;
    let record = store.snapshot(&old).unwrap();
    let run = tags::run_of(&record.tags).unwrap();
    let file = bench.folder.path().join("home/vault/snapshots").join(&old);
    let bytes = std::fs::read(&file).unwrap();
    let journal = Journal::open(&bench.folder.path().join("home/waybill.db")).unwrap();
    let marking = format!(r#"{{"id":"{old}","run":"{run}"}}"#);

    // It had written the snapshot anew, and not removed the old one.
    journal.set_fact("keep/marking", &marking).unwrap();
    let new = store
        .retag(&old, &tags::marked(&record.tags, Some("Audit")))
        .unwrap();
    std::fs::write(&file, bytes).unwrap();
    assert_eq!(there(&store).len(), 2);
    let preview = app.keep_preview(None, None).await.unwrap();
    assert_eq!(ids(&preview, true), BTreeSet::from([new.clone()]));
    assert_eq!(app.snapshot_detail(&old).await.unwrap().summary.id, new);

    // It had removed the old one, and not told the journal.
    journal
        .set_fact(
            "keep/marking",
            &format!(r#"{{"id":"{new}","run":"{run}"}}"#),
        )
        .unwrap();
    let plain = store
        .retag(&new, &tags::marked(&record.tags, None))
        .unwrap();
    assert_eq!(app.snapshot_detail(&new).await.unwrap().summary.id, plain);
    assert_eq!(app.snapshot_detail(&old).await.unwrap().summary.id, plain);
    running.shutdown().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_run_needs_to_be_taken_back_stays_and_a_choice_takes_no_place() {
    let (bench, running) = sandbox(&["dev", "test"]).await;
    let app = &bench.app;
    let place = PlaceRef::Instance { id: "dev".into() };
    let lookups: Vec<_> = app
        .catalogue(&place, true)
        .await
        .unwrap()
        .artifacts
        .into_iter()
        .map(|one| one.id)
        .filter(|id| id.kind == ArtifactKind::Lookup)
        .take(1)
        .collect();
    let whole = backed_up(app, "test").await;
    let edit = MoveEdit {
        from: Some(place),
        to: Some("test".into()),
        chosen: Some(lookups.clone()),
        policies: Some(waybill_app::view::MovePolicies {
            existing: waybill_app::view::ExistingPolicy::Replace,
            ..waybill_app::view::MovePolicies::default()
        }),
        ..MoveEdit::default()
    };
    let id = app.move_new(edit).await.unwrap().summary.id;
    let plan = app
        .move_plan(&id, true, &|_| {}, CancellationToken::new())
        .await
        .unwrap();
    for one in &plan.findings {
        if one.severity == FindingSeverity::Warning {
            app.move_acknowledge(&id, &one.rule, one.subject.as_ref(), true)
                .await
                .unwrap();
        }
    }
    let run = app.move_run(&id, None).await.unwrap();
    let moved = ended(app, &run.id).await.summary;
    assert_eq!(moved.status, RunStatus::Done, "{moved:?}");
    app.settled().await;
    let before = moved.snapshot.unwrap();

    // A choice of artifacts, newer than the whole one.
    let choice = app
        .backup_start("test", SelectionView::Only { ids: lookups }, None)
        .await
        .unwrap();
    let choice = ended(app, &choice.id).await.summary.snapshot.unwrap();
    app.settled().await;
    let preview = app.keep_preview(Some(&last(1)), None).await.unwrap();
    assert_eq!(
        ids(&preview, true),
        BTreeSet::from([whole.clone(), before.clone(), choice.clone()])
    );
    let newer = backed_up(app, "test").await;
    let preview = app.keep_preview(Some(&last(1)), None).await.unwrap();
    assert_eq!(ids(&preview, false), BTreeSet::from([whole]));
    let needed = preview
        .snapshots
        .iter()
        .find(|one| one.id == before)
        .unwrap();
    assert_eq!(needed.badge, Some(KeepBadge::Run));
    let ran = app
        .keep_apply(Some(&last(1)), None, &preview.previewed)
        .await
        .unwrap();
    assert_eq!(ended(app, &ran.id).await.summary.status, RunStatus::Done);
    let left: BTreeSet<String> = there(&vault(&bench).await);
    assert_eq!(left, BTreeSet::from([before.clone(), choice, newer]));
    app.rollback_plan(&run.id, None).await.unwrap();
    // Marked, it has another id, and the run finds it all the same.
    let marked = app.keep_mark(&before, "Before the move").await.unwrap();
    assert_ne!(marked.id, before);
    app.rollback_plan(&run.id, None).await.unwrap();
    running.shutdown().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_scheduled_backup_is_followed_by_the_saved_rules_and_by_the_check_of_the_day() {
    let folder = tempfile::tempdir().unwrap();
    let home = folder.path().join("home");
    std::fs::create_dir(&home).unwrap();
    std::fs::write(
        home.join("settings.json"),
        r#"{"version":1,"secretStore":"session"}"#,
    )
    .unwrap();
    let start: Timestamp = "2026-11-20T12:00:00Z".parse().unwrap();
    let now = Arc::new(Mutex::new(start));
    let clock = Arc::clone(&now);
    let mut options = options(&home);
    options.clock = Clock::new(move || *clock.lock().unwrap());
    options.power = Power::new(|| false);
    let app = Waybill::open(options).unwrap();
    let bench = Bench { app, folder };
    let running = Sandbox::builder()
        .instance(InstanceSpec::oic3("one"))
        .synthetic(3, 3)
        .start()
        .await
        .unwrap();
    save(&bench, &running, "one").await;
    let app = &bench.app;
    for _ in 0..3 {
        backed_up(app, "one").await;
    }
    let preview = app.keep_preview(Some(&last(2)), None).await.unwrap();
    assert_eq!(preview.goes, 1);
    app.keep_save(&last(2), &preview.previewed).await.unwrap();
    let left = app.snapshots(None).await.unwrap().len();
    assert_eq!(left, 3, "saving removes nothing");
    app.schedule_save(&ScheduleForm {
        id: None,
        instance: "one".into(),
        on: true,
        rhythm: Rhythm::Daily { at: "06:00".into() },
        zone: Some("UTC".into()),
        selection: SelectionView::Everything,
        catch_up: true,
        on_battery: true,
    })
    .unwrap();
    for day in 21..=23 {
        *now.lock().unwrap() = format!("2026-11-{day}T06:01:00Z").parse().unwrap();
        app.schedules_look().await.unwrap();
        app.schedules_look().await.unwrap();
        app.settled().await;
        app.schedules_look().await.unwrap();
        app.settled().await;
        let left = app.snapshots(None).await.unwrap().len();
        assert_eq!(left, 2, "day {day}");
    }
    let runs = app.runs().await.unwrap();
    let of = |kind| runs.iter().filter(|run| run.kind == kind).count();
    assert_eq!(
        (of(RunKind::Prune), of(RunKind::VaultCheck)),
        (3, 3),
        "{runs:#?}"
    );
    let whole = |kind| {
        runs.iter()
            .filter(move |run| run.kind == kind && run.status == RunStatus::Done)
    };
    assert_eq!(whole(RunKind::Prune).count(), 3, "{runs:#?}");
    let proofs = app.proofs().unwrap();
    let parts: Vec<_> = proofs.iter().map(|one| one.part).collect();
    assert_eq!(parts, [Some(3), Some(2), Some(1)]);
    assert!(proofs.iter().all(|one| one.passed && one.of == Some(30)));
    running.shutdown().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn two_programs_that_let_go_at_once_remove_no_more_than_was_shown() {
    let (bench, running) = sandbox(&["one"]).await;
    let model = backed_up(&bench.app, "one").await;
    let store = vault(&bench).await;
    let mut dice = Dice(3);
    add_snapshots(&store, &model, 20, &mut dice);
    let password = bench.app.vault_password_show().await.unwrap();
    let other = Waybill::open(options(&bench.folder.path().join("home"))).unwrap();
    other
        .vault_unlock(password.expose_secret().to_owned().into())
        .await
        .unwrap();
    let form = last(2);
    let shown = bench.app.keep_preview(Some(&form), None).await.unwrap();
    let also = other.keep_preview(Some(&form), None).await.unwrap();
    assert_eq!(shown.previewed, also.previewed);
    let (one, two, backup) = tokio::join!(
        bench.app.keep_apply(Some(&form), None, &shown.previewed),
        other.keep_apply(Some(&form), None, &also.previewed),
        backed_up(&bench.app, "one"),
    );
    let mut done = 0;
    for (app, run) in [(&bench.app, one), (&other, two)] {
        match run {
            Ok(run) => {
                let end = ended(app, &run.id).await.summary;
                // Whoever comes second finds another list than was shown, and removes nothing.
                done += u32::from(end.status == RunStatus::Done);
            }
            Err(error) => assert_eq!(error.context["previewed"], "changed", "{error:?}"),
        }
    }
    assert!(done <= 2);
    let left = there(&store);
    assert!(left.contains(&backup));
    assert!(
        left.is_superset(&ids(&shown, true)),
        "more went than was shown"
    );
    let again = bench.app.keep_preview(Some(&form), None).await.unwrap();
    let run = other
        .keep_apply(Some(&form), None, &again.previewed)
        .await
        .unwrap();
    assert_eq!(ended(&other, &run.id).await.summary.status, RunStatus::Done);
    assert_eq!(there(&store), ids(&again, true));
    let whole = bench.app.vault_check_now().await.unwrap();
    assert!(whole.passed, "{:?}", whole.problems);
    running.shutdown().await;
}
