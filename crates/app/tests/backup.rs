//! From an instance to a verified snapshot and back to files.
#![allow(clippy::unwrap_used, reason = "a test stops at what it did not expect")]

mod support;

use support::{bench, ended, follow, options, save};
use waybill_app::Waybill;
use waybill_app::view::{
    ErrorCode, PlaceRef, RunStatus, SelectionView, SnapshotStatus, VaultState,
};
use waybill_model::{ArtifactId, ArtifactKind};
use waybill_sandbox::{InstanceSpec, Sandbox};

#[tokio::test(flavor = "multi_thread")]
async fn a_first_run_with_practice_instances_ends_in_a_verified_snapshot() {
    let bench = bench();
    let app = &bench.app;
    assert_eq!(app.home().await.unwrap().vault.state, VaultState::None);
    let practice = app.practice_start().await.unwrap();
    assert_eq!(
        practice
            .iter()
            .map(|one| one.name.as_str())
            .collect::<Vec<_>>(),
        ["Practice DEV", "Practice TEST", "Practice PROD"]
    );
    assert_eq!(app.practice_start().await.unwrap(), practice);

    let run = app
        .backup_start(
            "practice dev",
            SelectionView::Everything,
            Some("first".into()),
        )
        .await
        .unwrap();
    let (messages, detail) = follow(app, &run.id).await;
    assert_eq!(
        detail.summary.status,
        RunStatus::Done,
        "{:?}",
        detail.summary
    );
    assert!(messages.last().unwrap().ended.is_some());
    assert!(!detail.items.is_empty());

    let snapshots = app.snapshots(Some("Practice DEV")).await.unwrap();
    assert_eq!(snapshots.len(), 1);
    assert_eq!(snapshots[0].status, SnapshotStatus::Complete);
    assert_eq!(snapshots[0].note.as_deref(), Some("first"));
    assert_eq!(snapshots[0].asked_by, "tester");
    let opened = app.snapshot_detail(&snapshots[0].short_id).await.unwrap();
    assert_eq!(
        u32::try_from(opened.items.len()).unwrap(),
        snapshots[0].artifacts
    );
    assert_eq!(opened.verify_passed, Some(true));

    let home = app.home().await.unwrap();
    assert!(home.practice);
    assert_eq!(home.vault.state, VaultState::Ready);
    assert_eq!(home.vault.snapshots, 1);
    let card = &home.instances[0];
    assert_eq!(card.last_backup.as_ref().unwrap().id, snapshots[0].id);
    assert!(card.integrations.unwrap().total > 0);
    assert_eq!(card.changed.as_ref().unwrap().count, 0);

    app.practice_stop().await.unwrap();
    assert!(app.instances().unwrap().is_empty());
    assert_eq!(app.snapshots(None).await.unwrap().len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn archives_come_back_byte_for_byte_and_an_unchanged_instance_is_carried_over() {
    let sandbox = Sandbox::builder()
        .instance(InstanceSpec::oic3("dev"))
        .synthetic(12, 3)
        .start()
        .await
        .unwrap();
    let bench = bench();
    let app = &bench.app;
    let instance = save(&bench, &sandbox, "dev").await;
    let run = app
        .backup_start(&instance.id, SelectionView::Everything, None)
        .await
        .unwrap();
    let first = ended(app, &run.id).await.summary;
    assert_eq!(first.status, RunStatus::Done, "{first:?}");
    let place = PlaceRef::Snapshot {
        id: first.snapshot.clone().unwrap(),
    };

    let catalogue = app.catalogue(&place, false).await.unwrap();
    let integration = catalogue
        .artifacts
        .iter()
        .find(|one| one.id.kind == ArtifactKind::Integration && one.id.scope.project().is_none())
        .unwrap();
    let file = app.artifact_bytes(&place, &integration.id).await.unwrap();
    assert!(
        file.name.to_ascii_lowercase().ends_with(".iar"),
        "{}",
        file.name
    );
    let target = bench.folder.path().join(&file.name);
    let saved = app
        .save_artifact(&place, &integration.id, &target)
        .await
        .unwrap();
    assert_eq!(std::fs::read(&target).unwrap(), file.bytes);
    assert_eq!(saved.bytes, file.bytes.len() as u64);

    // The file that was saved is a place too.
    let on_disk = PlaceRef::File {
        path: target.display().to_string(),
    };
    let archive = app.catalogue(&on_disk, false).await.unwrap();
    assert!(archive.artifacts.iter().any(|one| one.id == integration.id));
    let detail = app
        .artifact_detail(&on_disk, &integration.id)
        .await
        .unwrap();
    assert!(detail.can_export);

    let folder = bench.folder.path().join("restored");
    let extracted = app
        .snapshot_extract_now(first.snapshot.as_deref().unwrap(), &folder)
        .await
        .unwrap();
    assert_eq!(extracted.problems, Vec::<String>::new());
    assert!(folder.join("manifest.json").exists());
    let refused = app
        .snapshot_extract(first.snapshot.as_deref().unwrap(), &folder)
        .await
        .unwrap_err();
    assert_eq!(refused.code, ErrorCode::BadInput);

    let again = app
        .backup_start(&instance.id, SelectionView::Everything, None)
        .await
        .unwrap();
    let second = ended(app, &again.id).await.summary;
    assert_eq!(second.status, RunStatus::Done, "{second:?}");
    assert!(second.counts.carried > second.counts.fetched, "{second:?}");
    let verified = app
        .snapshot_verify_now(second.snapshot.as_deref().unwrap())
        .await
        .unwrap();
    assert!(verified.passed, "{:?}", verified.problems);
    let touched = sandbox.control().touch_integrations("dev", 2);
    assert_eq!(touched.len(), 2);
    let live = PlaceRef::Instance {
        id: instance.id.clone(),
    };
    app.catalogue(&live, true).await.unwrap();
    let home = app.home().await.unwrap();
    let changed = home.instances[0].changed.clone().unwrap();
    assert_eq!(changed.count, 2, "{changed:?}");
    sandbox.shutdown().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn details_are_told_of_live_artifacts_and_of_those_in_a_snapshot() {
    let sandbox = Sandbox::builder()
        .instance(InstanceSpec::oic3("dev"))
        .synthetic(12, 3)
        .start()
        .await
        .unwrap();
    let bench = bench();
    let app = &bench.app;
    let instance = save(&bench, &sandbox, "dev").await;
    let run = app
        .backup_start(&instance.id, SelectionView::Everything, None)
        .await
        .unwrap();
    let snapshot = ended(app, &run.id).await.summary.snapshot.unwrap();
    let live = PlaceRef::Instance { id: "DEV".into() };
    let stored = PlaceRef::Snapshot { id: snapshot };
    let catalogue = app.catalogue(&live, false).await.unwrap();
    let first = |kind| {
        catalogue
            .artifacts
            .iter()
            .find(|one| one.id.kind == kind && one.id.scope.project().is_none())
            .map(|one| one.id.clone())
            .unwrap()
    };
    for place in [&live, &stored] {
        let connection = app
            .artifact_detail(place, &first(ArtifactKind::Connection))
            .await
            .unwrap();
        let values = connection.connection.unwrap();
        assert!(!values.properties.is_empty());
        assert!(
            values
                .properties
                .iter()
                .all(|property| !property.secret || property.value.is_none())
        );
        assert!(!connection.can_export);
        assert!(connection.cannot_export_because.is_some());
        let lookup = app
            .artifact_detail(place, &first(ArtifactKind::Lookup))
            .await
            .unwrap();
        assert!(lookup.lookup.unwrap().row_count > 0);
        let integration = app
            .artifact_detail(place, &first(ArtifactKind::Integration))
            .await
            .unwrap();
        assert!(integration.can_export);
        assert!(!integration.uses.is_empty());
        let name = app
            .artifact_file_name(place, &integration.artifact.id)
            .await
            .unwrap();
        let extension = std::path::Path::new(&name).extension();
        assert_eq!(extension.and_then(|text| text.to_str()), Some("iar"));
    }
    let gone: ArtifactId = "lookup:NOT_THERE".parse().unwrap();
    let unknown = app.artifact_detail(&live, &gone).await.unwrap_err();
    assert_eq!(unknown.code, ErrorCode::UnknownSubject);
    let csv = bench.folder.path().join("inventory.csv");
    app.inventory_write(&live, None, &csv).await.unwrap();
    let lines = std::fs::read_to_string(&csv).unwrap();
    assert!(lines.matches("\r\n").count() > catalogue.artifacts.len());
    sandbox.shutdown().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_locked_artifact_makes_a_partial_snapshot_with_its_reason() {
    let sandbox = Sandbox::builder()
        .instance(InstanceSpec::oic3("dev"))
        .synthetic(6, 3)
        .start()
        .await
        .unwrap();
    let bench = bench();
    let instance = save(&bench, &sandbox, "dev").await;
    let locked = sandbox.control().touch_integrations("dev", 1).remove(0);
    assert!(sandbox.control().lock("dev", &locked));
    let run = bench
        .app
        .backup_start(&instance.id, SelectionView::Everything, None)
        .await
        .unwrap();
    let summary = ended(&bench.app, &run.id).await.summary;
    assert_eq!(summary.status, RunStatus::Partial, "{summary:?}");
    let detail = bench
        .app
        .snapshot_detail(summary.snapshot.as_deref().unwrap())
        .await
        .unwrap();
    assert_eq!(detail.summary.status, SnapshotStatus::Partial);
    assert_eq!(detail.unread.len(), 1);
    assert_eq!(detail.unread[0].id.as_ref(), Some(&locked));
    assert!(detail.unread[0].guidance.is_some());
    sandbox.shutdown().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn one_run_per_instance_several_instances_at_once_and_a_cancelled_one_is_resumed() {
    let sandbox = Sandbox::builder()
        .instance(InstanceSpec::oic3("one"))
        .instance(InstanceSpec::gen2("two"))
        .synthetic(40, 3)
        .latency(std::time::Duration::from_millis(120))
        .start()
        .await
        .unwrap();
    let bench = bench();
    let app = &bench.app;
    let one = save(&bench, &sandbox, "one").await;
    let two = save(&bench, &sandbox, "two").await;
    let everything = || SelectionView::Everything;
    let first = app.backup_start(&one.id, everything(), None).await.unwrap();
    let twice = app
        .backup_start(&one.id, everything(), None)
        .await
        .unwrap_err();
    assert_eq!(twice.code, ErrorCode::AlreadyRunning);
    let refused = app.instance_remove(&one.id).await.unwrap_err();
    assert_eq!(refused.code, ErrorCode::AlreadyRunning);
    let second = app.backup_start(&two.id, everything(), None).await.unwrap();

    let mut watch = app.run_watch(&first.id).await.unwrap();
    while let Some(message) = watch.next().await {
        if message.counts.fetched > 2 {
            app.run_cancel(&first.id).await.unwrap();
            break;
        }
    }
    let cancelled = ended(app, &first.id).await;
    assert_eq!(
        cancelled.summary.status,
        RunStatus::Cancelled,
        "{:?}",
        cancelled.summary
    );
    assert_eq!(ended(app, &second.id).await.summary.status, RunStatus::Done);

    app.run_resume(&first.id).await.unwrap();
    let resumed = ended(app, &first.id).await.summary;
    assert_eq!(resumed.status, RunStatus::Done, "{resumed:?}");
    let nothing = app.run_discard(&first.id).await.unwrap_err();
    assert_eq!(nothing.code, ErrorCode::BadInput);
    sandbox.shutdown().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_run_that_the_program_did_not_survive_is_shown_as_interrupted_and_goes_on_later() {
    let sandbox = Sandbox::builder()
        .instance(InstanceSpec::oic3("dev"))
        .synthetic(30, 3)
        .latency(std::time::Duration::from_millis(100))
        .start()
        .await
        .unwrap();
    let folder = tempfile::tempdir().unwrap();
    let home = folder.path().join("home");
    let passphrase = secrecy::SecretString::from("correct horse battery");
    let run = {
        // A runtime that ends takes its tasks with it, as the end of a process would.
        let (home, passphrase) = (home.clone(), passphrase.clone());
        let instance = sandbox.instance("dev").unwrap().clone();
        std::thread::spawn(move || {
            let runtime = tokio::runtime::Runtime::new().unwrap();
            runtime.block_on(async {
                let mut options = options(&home);
                options.secret_store = Some(waybill_app::view::SecretStoreKind::EncryptedFile);
                let app = Waybill::open(options).unwrap();
                app.secrets_unlock(passphrase).await.unwrap();
                let form = support::form(&instance, "dev");
                app.instance_save(form, Some(support::secret(&instance)), true)
                    .await
                    .unwrap();
                let run = app
                    .backup_start("dev", SelectionView::Everything, None)
                    .await
                    .unwrap();
                let mut watch = app.run_watch(&run.id).await.unwrap();
                while let Some(message) = watch.next().await {
                    if message.counts.fetched > 3 {
                        break;
                    }
                }
                run.id
            })
        })
        .join()
        .unwrap()
    };
    let app = Waybill::open(options(&home)).unwrap();
    let locked = app.run_resume(&run).await.unwrap_err();
    assert_eq!(locked.code, ErrorCode::SecretsLocked, "{locked:?}");
    app.secrets_unlock(passphrase).await.unwrap();
    let home_view = app.home().await.unwrap();
    assert_eq!(home_view.interrupted.len(), 1);
    assert_eq!(home_view.interrupted[0].id, run);
    app.run_resume(&run).await.unwrap();
    let resumed = ended(&app, &run).await;
    assert_eq!(
        resumed.summary.status,
        RunStatus::Done,
        "{:?}",
        resumed.summary
    );
    sandbox.shutdown().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_run_of_another_program_is_watched_to_its_end() {
    let sandbox = Sandbox::builder()
        .instance(InstanceSpec::oic3("dev"))
        .synthetic(30, 3)
        .latency(std::time::Duration::from_millis(60))
        .start()
        .await
        .unwrap();
    let bench = bench();
    let instance = save(&bench, &sandbox, "dev").await;
    let other = Waybill::open(options(&bench.folder.path().join("home"))).unwrap();
    let run = bench
        .app
        .backup_start(&instance.id, SelectionView::Everything, None)
        .await
        .unwrap();
    let not_mine = other.run_cancel(&run.id).await.unwrap_err();
    assert_eq!(not_mine.code, ErrorCode::BadInput);
    let (messages, detail) = follow(&other, &run.id).await;
    assert_eq!(
        detail.summary.status,
        RunStatus::Done,
        "{:?}",
        detail.summary
    );
    assert!(messages.last().unwrap().ended.is_some());
    assert!(messages.iter().any(|message| !message.items.is_empty()));
    sandbox.shutdown().await;
}
