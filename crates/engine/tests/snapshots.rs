//! What a capture puts into the vault, and what the next one takes over.
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

mod stage;

use serde_json::json;
use stage::{Stage, World};
use tokio_util::sync::CancellationToken;
use waybill_engine::snapshot::{self, ItemChange};
use waybill_engine::{
    CaptureRequest, EngineError, RunStatus, Selection, SnapshotPlace, SnapshotStatus, sha256,
};
use waybill_model::ArtifactId;

fn id(text: &str) -> ArtifactId {
    text.parse().unwrap()
}

/// One of everything that matters.
fn shop() -> World {
    let mut world = World::with_integrations(5);
    let scheduled = world.integrations.get_mut("FLOW_001").unwrap();
    scheduled["scheduleDefinedFlag"] = json!(true);
    let packaged = world.integrations.get_mut("FLOW_002").unwrap();
    packaged["packageName"] = json!("shop.core");
    world.packages.insert(
        "shop.core".into(),
        json!({"name": "shop.core", "countOfIntegrations": 1}),
    );
    world.connections.insert(
        "ERP".into(),
        json!({
            "id": "ERP", "name": "ERP Cloud", "status": "CONFIGURED", "lastUpdated": "2026-01-01T00:00:00.000+0000",
            "adapterType": {"name": "rest", "displayName": "REST"},
            "securityProperties": [{"propertyName": "pw", "propertyType": "PASSWORD", "propertyValue": "canary"}],
        }),
    );
    world.lookups.insert(
        "Tax".into(),
        json!({"name": "Tax", "status": "CONFIGURED", "lastUpdated": "2026-01-01T00:00:00.000+0000"}),
    );
    world.projects.insert(
        "HR".into(),
        json!({"code": "HR", "id": "HR", "name": "People", "state": {"projectRevisionId": 2, "status": "CONFIGURED"}}),
    );
    world
}

#[tokio::test(flavor = "multi_thread")]
async fn a_first_backup_is_complete_and_holds_the_bytes_that_were_served() {
    let stage = Stage::new(shop()).await;
    let outcome = stage.capture("r1").await.unwrap();
    assert_eq!(outcome.status, SnapshotStatus::Complete, "{outcome:?}");
    let place = SnapshotPlace::open(stage.vault.clone(), &outcome.snapshot).unwrap();
    assert_eq!(place.status(), SnapshotStatus::Complete);
    let world = stage.world.lock().unwrap();
    for (artifact, path) in [
        (
            "integration:FLOW_000|01.00.0000",
            "/integrations/FLOW_000%7C01.00.0000/archive",
        ),
        ("package:shop.core", "/packages/shop.core/archive"),
        ("project:HR", "/projects/HR/archive"),
        ("lookup:Tax", "/lookups/Tax/archive"),
    ] {
        let (stamp, bytes) = place.bytes(&id(artifact)).unwrap();
        assert_eq!(Some(&bytes), world.served.get(path), "{artifact}");
        assert_eq!(stamp.sha256, sha256(&bytes));
    }
    let files: Vec<_> = stage
        .vault
        .files(&outcome.snapshot)
        .unwrap()
        .into_iter()
        .map(|file| file.path)
        .collect();
    for path in [
        "catalogue.json",
        "manifest.json",
        "integrations/FLOW_000_01.00.0000.iar",
        "integrations/FLOW_000_01.00.0000.json",
        "schedules/FLOW_001_01.00.0000.json",
        "connections/ERP.json",
        "lookups/Tax.csv",
        "packages/shop.core.par",
        "projects/HR.car",
        "projects/HR/access.json",
        "projects/HR/deployments/D1.json",
        "projects/HR/integrations/INSIDE_01.00.0000.json",
    ] {
        assert!(
            files.iter().any(|file| file == path),
            "{path} is missing in {files:?}"
        );
    }
    let record = place.artifact_record(&id("connection:ERP")).unwrap();
    assert!(!record.to_string().contains("canary"));
    let catalogue = place.catalogue().unwrap();
    assert_eq!(
        u32::try_from(catalogue.artifacts.len()).unwrap(),
        outcome.counts.fetched
    );
    let uses = catalogue.uses(&id("integration:FLOW_000|01.00.0000"));
    assert_eq!(uses.len(), 1, "the pseudo connection is none: {uses:?}");
    assert!(uses[0].present);
    drop(world);
    let journal = stage.journal();
    let run = journal.run(&outcome.run).unwrap();
    assert_eq!(
        (run.status, run.snapshot.as_ref()),
        (RunStatus::Done, Some(&outcome.snapshot))
    );
    assert_eq!(
        u32::try_from(journal.items(&outcome.run).unwrap().len()).unwrap(),
        outcome.counts.planned
    );
    assert!(stage.vault.stagings().unwrap().is_empty());
    let record = stage.vault.snapshot(&outcome.snapshot).unwrap();
    let brief = snapshot::brief(&record).unwrap();
    assert_eq!(
        (brief.artifacts, brief.added),
        (outcome.counts.fetched, outcome.counts.fetched)
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn an_unchanged_instance_is_carried_over_without_a_download() {
    let stage = Stage::new(shop()).await;
    let first = stage.capture("r1").await.unwrap();
    let before = stage.downloads();
    let second = stage.capture("r2").await.unwrap();
    assert_eq!(stage.downloads(), before);
    assert_eq!(second.status, SnapshotStatus::Complete);
    assert_eq!(
        (second.counts.fetched, second.counts.carried),
        (0, first.counts.fetched)
    );
    let (old, new) = (
        SnapshotPlace::open(stage.vault.clone(), &first.snapshot).unwrap(),
        SnapshotPlace::open(stage.vault.clone(), &second.snapshot).unwrap(),
    );
    for entry in &new.manifest().artifacts {
        assert_eq!(
            entry.carried_from.as_ref(),
            Some(&first.snapshot),
            "{}",
            entry.id
        );
        assert_eq!(old.bytes(&entry.id).unwrap(), new.bytes(&entry.id).unwrap());
    }
    let difference = new.difference(Some(old.manifest()));
    assert!(
        difference
            .changes
            .values()
            .all(|change| *change == ItemChange::Same)
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn what_changed_is_fetched_and_nothing_else() {
    let stage = Stage::new(World::with_integrations(30)).await;
    stage.capture("r1").await.unwrap();
    let before = stage.downloads();
    stage.change(|world| {
        for number in [3, 9, 12, 20, 29] {
            world.touch(&format!("FLOW_{number:03}"));
        }
        world.integrations.remove("FLOW_004");
    });
    let second = stage.capture("r2").await.unwrap();
    assert_eq!(stage.downloads() - before, 5);
    assert_eq!((second.counts.fetched, second.counts.carried), (5, 24));
    let record = stage.vault.snapshot(&second.snapshot).unwrap();
    let brief = snapshot::brief(&record).unwrap();
    assert_eq!(
        (brief.added, brief.changed, brief.removed, brief.carried),
        (0, 5, 1, 24)
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_locked_integration_makes_the_snapshot_partial_and_says_who() {
    let mut world = World::with_integrations(3);
    let locked = world.integrations.get_mut("FLOW_001").unwrap();
    locked["lockedFlag"] = json!(true);
    locked["lockedBy"] = json!("anna@example.com");
    let body = json!({"status": "HTTP 423 Locked", "title": "Locked."})
        .to_string()
        .into_bytes();
    world.instead.insert(
        "/integrations/FLOW_001%7C01.00.0000/archive".into(),
        (423, body),
    );
    let stage = Stage::new(world).await;
    let outcome = stage.capture("r1").await.unwrap();
    assert_eq!(outcome.status, SnapshotStatus::Partial);
    assert_eq!(outcome.unread.len(), 1);
    let unread = &outcome.unread[0];
    assert!(unread.reason.contains("FLOW_001 flow") && unread.reason.contains("anna@example.com"));
    assert!(
        unread
            .guidance
            .as_ref()
            .unwrap()
            .contains("anna@example.com")
    );
    assert_eq!(unread.code, "locked");
    let journal = stage.journal();
    assert_eq!(
        journal.run(&outcome.run).unwrap().status,
        RunStatus::Partial
    );
    let call = journal
        .lines(&outcome.run)
        .unwrap()
        .into_iter()
        .find_map(|line| line.exchange);
    assert_eq!(call.unwrap().status, Some(423));
    stage.change(|world| world.instead.clear());
    let second = stage.capture("r2").await.unwrap();
    assert_eq!(second.status, SnapshotStatus::Complete);
    assert_eq!((second.counts.fetched, second.counts.carried), (1, 2));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_truncated_archive_is_not_kept() {
    let mut world = World::with_integrations(2);
    world.instead.insert(
        "/integrations/FLOW_001%7C01.00.0000/archive".into(),
        (200, b"PK\x03\x04 and then the line broke".to_vec()),
    );
    let stage = Stage::new(world).await;
    let outcome = stage.capture("r1").await.unwrap();
    assert_eq!(outcome.status, SnapshotStatus::Partial);
    assert_eq!(outcome.unread[0].code, "truncated");
    assert!(outcome.unread[0].reason.contains("incomplete"));
}

#[tokio::test(flavor = "multi_thread")]
async fn what_vanished_meanwhile_is_left_out() {
    let mut world = World::with_integrations(2);
    for path in ["/archive", ""] {
        world.instead.insert(
            format!("/integrations/FLOW_001%7C01.00.0000{path}"),
            (404, Vec::new()),
        );
    }
    let stage = Stage::new(world).await;
    let outcome = stage.capture("r1").await.unwrap();
    assert_eq!(outcome.status, SnapshotStatus::Complete);
    assert_eq!((outcome.counts.planned, outcome.counts.fetched), (1, 1));
    let lines = stage.journal().lines(&outcome.run).unwrap();
    assert!(
        lines
            .iter()
            .any(|line| line.text.contains("no longer in the instance"))
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_there_and_has_no_archive_to_give_makes_the_snapshot_partial() {
    let mut world = World::with_integrations(2);
    world.instead.insert(
        "/integrations/FLOW_001%7C01.00.0000/archive".into(),
        (404, Vec::new()),
    );
    world.instead.insert("/lookups".into(), (404, Vec::new()));
    let stage = Stage::new(world).await;
    let outcome = stage.capture("r1").await.unwrap();
    assert_eq!(outcome.status, SnapshotStatus::Partial);
    assert_eq!(outcome.unread[0].code, "notFound");
    let place = SnapshotPlace::open(stage.vault.clone(), &outcome.snapshot).unwrap();
    let gaps = &place.manifest().gaps;
    assert_eq!(gaps.iter().filter(|gap| !gap.not_offered).count(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_empty_instance_can_be_backed_up() {
    let stage = Stage::new(World::default()).await;
    let outcome = stage.capture("r1").await.unwrap();
    assert_eq!(outcome.status, SnapshotStatus::Complete);
    let place = SnapshotPlace::open(stage.vault.clone(), &outcome.snapshot).unwrap();
    assert!(place.catalogue().unwrap().artifacts.is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_readable_means_no_snapshot() {
    let mut world = World::with_integrations(1);
    world.instead.insert(
        "/integrations/FLOW_000%7C01.00.0000/archive".into(),
        (423, Vec::new()),
    );
    let stage = Stage::new(world).await;
    let failed = stage.capture("r1").await.unwrap_err();
    assert!(
        matches!(failed, EngineError::NothingRead { planned: 1, .. }),
        "{failed}"
    );
    assert!(stage.vault.snapshots().unwrap().is_empty());
    let runs = stage.journal().runs(1).unwrap();
    assert_eq!(runs[0].status, RunStatus::Failed);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_list_without_the_right_to_it_is_a_gap_and_makes_the_snapshot_partial() {
    let mut world = World::with_integrations(1);
    world
        .instead
        .insert("/certificates".into(), (403, Vec::new()));
    world.instead.insert("/libraries".into(), (404, Vec::new()));
    let stage = Stage::new(world).await;
    let outcome = stage.capture("r1").await.unwrap();
    assert_eq!(outcome.status, SnapshotStatus::Partial);
    let place = SnapshotPlace::open(stage.vault.clone(), &outcome.snapshot).unwrap();
    let gaps = &place.manifest().gaps;
    assert_eq!(gaps.iter().filter(|gap| !gap.not_offered).count(), 1);
    assert!(
        gaps.iter()
            .any(|gap| gap.reason.contains("ServiceDeveloper"))
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_choice_holds_what_was_chosen_and_the_next_full_backup_uses_it() {
    let stage = Stage::new(shop()).await;
    let chosen = CaptureRequest {
        selection: Selection::Only(vec![
            id("integration:FLOW_001|01.00.0000"),
            id("integration:GONE|01.00.0000"),
        ]),
        ..stage.request("r1")
    };
    let outcome = stage
        .capture_with(
            chosen,
            std::sync::Arc::new(waybill_engine::Silent),
            CancellationToken::new(),
        )
        .await
        .unwrap();
    assert_eq!(outcome.status, SnapshotStatus::Partial);
    assert_eq!(outcome.unread[0].id, id("integration:GONE|01.00.0000"));
    let place = SnapshotPlace::open(stage.vault.clone(), &outcome.snapshot).unwrap();
    let held: Vec<_> = place
        .manifest()
        .artifacts
        .iter()
        .map(|entry| entry.id.to_string())
        .collect();
    assert_eq!(
        held,
        [
            "integration:FLOW_001|01.00.0000",
            "schedule:FLOW_001|01.00.0000"
        ]
    );
    let full = stage.capture("r2").await.unwrap();
    assert_eq!(full.counts.carried, 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_snapshot_is_verified_and_restored_to_a_folder() {
    let stage = Stage::new(shop()).await;
    let outcome = stage.capture("r1").await.unwrap();
    let report = snapshot::verify(
        &stage.vault,
        &outcome.snapshot,
        &waybill_vault::Silent,
        &|| false,
    )
    .unwrap();
    assert!(report.passed(), "{:?}", report.problems);
    let folder = stage.home.path().join("out");
    let extracted = snapshot::extract(
        &stage.vault,
        &outcome.snapshot,
        &folder,
        &waybill_vault::Silent,
        &|| false,
    )
    .unwrap();
    assert!(extracted.problems.is_empty(), "{:?}", extracted.problems);
    let place = SnapshotPlace::open(stage.vault.clone(), &outcome.snapshot).unwrap();
    for file in place.manifest().files() {
        let bytes = std::fs::read(folder.join(&file.path)).unwrap();
        assert_eq!(sha256(&bytes), file.sha256, "{}", file.path);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_the_vault_can_no_longer_read_is_fetched_again() {
    let mut world = World::with_integrations(6);
    world.archive_bytes = 30_000;
    let mut stage = Stage::new(world).await;
    let first = stage.capture("r1").await.unwrap();
    // The middle of the largest pack lies in an archive.
    let mut packs = Vec::new();
    for folder in std::fs::read_dir(stage.vault.path().join("data")).unwrap() {
        for pack in std::fs::read_dir(folder.unwrap().path()).unwrap() {
            let pack = pack.unwrap();
            packs.push((pack.metadata().unwrap().len(), pack.path()));
        }
    }
    packs.sort();
    let (length, pack) = packs.pop().unwrap();
    let mut bytes = std::fs::read(&pack).unwrap();
    bytes[usize::try_from(length / 2).unwrap()] ^= 1;
    let mut permissions = std::fs::metadata(&pack).unwrap().permissions();
    #[expect(
        clippy::permissions_set_readonly_false,
        reason = "a file of this test in its own folder"
    )]
    permissions.set_readonly(false);
    std::fs::set_permissions(&pack, permissions).unwrap();
    std::fs::write(&pack, bytes).unwrap();
    // As another day's process: an open vault remembers in memory what it has read.
    stage.reopen_vault();
    let report = snapshot::verify(
        &stage.vault,
        &first.snapshot,
        &waybill_vault::Silent,
        &|| false,
    )
    .unwrap();
    assert_eq!(report.problems.len(), 1, "{:?}", report.problems);

    let second = stage.capture("r2").await.unwrap();
    assert_eq!(second.status, SnapshotStatus::Complete);
    assert_eq!((second.counts.fetched, second.counts.carried), (1, 5));
    let lines = stage.journal().lines(&second.run).unwrap();
    assert!(
        lines
            .iter()
            .any(|line| line.text.contains("can no longer be read"))
    );
    let report = snapshot::verify(
        &stage.vault,
        &second.snapshot,
        &waybill_vault::Silent,
        &|| false,
    )
    .unwrap();
    assert!(report.passed(), "{:?}", report.problems);
}

#[tokio::test(flavor = "multi_thread")]
async fn one_archive_can_be_saved_and_one_record_read_without_a_backup() {
    let stage = Stage::new(shop()).await;
    let flow = id("integration:FLOW_000|01.00.0000");
    let file = waybill_engine::live_archive(&stage.client(), &flow)
        .await
        .unwrap();
    assert_eq!(file.name, "FLOW_000_01.00.0000.iar");
    assert!(file.bytes.starts_with(b"PK"));
    let connection = id("connection:ERP");
    let refused = waybill_engine::live_archive(&stage.client(), &connection)
        .await
        .unwrap_err();
    assert!(matches!(refused, EngineError::NotInPlace { .. }));
    let record = waybill_engine::live_record(&stage.client(), &connection)
        .await
        .unwrap()
        .unwrap();
    assert_eq!(record["name"], "ERP Cloud");
    assert!(!record.to_string().contains("canary"));
}
