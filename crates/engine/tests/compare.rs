//! Two places side by side, against the sandbox: instances, snapshots, files.
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]
#![allow(
    clippy::print_stdout,
    reason = "a test says what it measured or passed over"
)]

mod bench;

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, Instant};

use bench::{Bench, not_same, row};
use jiff::Timestamp;
use tokio_util::sync::CancellationToken;
use waybill_client::{Client, Upload};
use waybill_engine::{FilePlace, Selection, Side, Verdict, compare, compare_one, last_same};
use waybill_model::{ArtifactId, ArtifactKind, Scope};
use waybill_sandbox::{InstanceSpec, Sandbox};

/// A lookup outside projects, and its export with one cell changed.
async fn changed_lookup(client: &Client) -> (String, Vec<u8>) {
    for read in client.lookups(&Scope::Global).await.unwrap() {
        let name = read.value.name;
        let csv = client.export_lookup(&Scope::Global, &name).await.unwrap();
        let mut text = String::from_utf8(csv.to_vec()).unwrap();
        let Some(last) = text.trim_end().rfind(['\n', ',']) else {
            continue;
        };
        if text.trim_end().lines().count() > 2 {
            text.insert_str(last + 1, "CHANGED");
            return (name, text.into_bytes());
        }
    }
    panic!("no lookup has rows");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_second_comparison_fetches_nothing_and_tells_the_same() {
    let bench = Bench::start(&["dev", "test"], 40).await;
    let (dev, test) = (bench.live("dev").await, bench.live("test").await);
    let first = bench.compare(&dev, &test).await;
    assert!(first.fetched > 40, "{}", first.fetched);
    assert!(
        first
            .rows
            .iter()
            .all(|row| row.verdict != Verdict::NotCompared),
        "{:?}",
        not_same(&first)
    );
    let calls = bench.sandbox.control().calls();
    let second = bench.compare(&dev, &test).await;
    assert_eq!(second.rows, first.rows);
    assert_eq!(second.fetched, 0);
    assert_eq!(bench.sandbox.control().calls().total, calls.total);
    // The other way round it is told from what is known, but for the summaries.
    let mirrored = bench.compare(&test, &dev).await;
    let turned = |verdict| match verdict {
        Verdict::OnlyLeft => Verdict::OnlyRight,
        Verdict::OnlyRight => Verdict::OnlyLeft,
        other => other,
    };
    for (one, other) in first.rows.iter().zip(&mirrored.rows) {
        assert_eq!((&one.id, one.verdict), (&other.id, turned(other.verdict)));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn after_a_backup_there_is_no_drift_and_then_exactly_what_was_changed() {
    let bench = Bench::start(&["dev"], 30).await;
    let snapshot = bench.snapshot("dev", Selection::Everything).await;
    let same = bench.compare(&snapshot, &bench.live("dev").await).await;
    assert!(not_same(&same).is_empty(), "{:?}", not_same(&same));

    let client = bench.client("dev");
    let connection = bench
        .set_address("dev", "https://elsewhere.example.com")
        .await;
    let (lookup, csv) = changed_lookup(&client).await;
    client
        .replace_lookup(&lookup, Upload::Bytes(csv.into()))
        .await
        .unwrap();
    let lookup = ArtifactId::global(ArtifactKind::Lookup, lookup, None);
    let live = bench.live("dev").await;
    let drift = bench.compare(&snapshot, &live).await;
    let told: Vec<_> = not_same(&drift).into_iter().map(|row| &row.id).collect();
    assert_eq!(told, [&connection, &lookup]);
    assert_eq!(row(&drift, &connection).verdict, Verdict::Environment);
    assert_eq!(row(&drift, &lookup).verdict, Verdict::Different);
    assert_eq!(row(&drift, &lookup).summary, "1 cell");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_snapshot_shows_when_two_instances_were_last_the_same() {
    let bench = Bench::start(&["dev", "test"], 12).await;
    let (dev, test) = (bench.client("dev"), bench.client("test"));
    let (name, changed) = changed_lookup(&dev).await;
    let csv = dev.export_lookup(&Scope::Global, &name).await.unwrap();
    let there = test.lookup(&Scope::Global, &name).await.is_ok();
    let file = Upload::Bytes(csv);
    if there {
        test.replace_lookup(&name, file).await.unwrap();
    } else {
        let scope = Scope::Global;
        test.import_lookup(&scope, &name, file).await.unwrap();
    }
    let snapshot = bench.snapshot("dev", Selection::Everything).await;
    let id = ArtifactId::global(ArtifactKind::Lookup, &name, None);
    dev.replace_lookup(&name, Upload::Bytes(changed.into()))
        .await
        .unwrap();
    let (left, right) = (bench.live("dev").await, bench.live("test").await);
    let compared = compare_one(&left, &id, &right, &id, &bench.journal);
    let compared = Box::pin(compared).await.unwrap();
    assert_eq!(compared.verdict, Verdict::Different);
    let (vault, journal) = (bench.vault.clone(), bench.journal.clone());
    let meanings = compared.meanings.unwrap();
    let found = tokio::task::spawn_blocking(move || {
        last_same(&vault, &left, &right, &id, &meanings, &journal).unwrap()
    });
    let found = found.await.unwrap().unwrap();
    assert_eq!(found.taken_at, snapshot.catalogue().read_at);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_locked_is_said_and_not_hidden() {
    let bench = Bench::start(&["dev", "test"], 12).await;
    let dev = bench.live("dev").await;
    let id = dev
        .catalogue()
        .artifacts
        .iter()
        .map(|artifact| &artifact.id)
        .find(|id| id.kind == ArtifactKind::Integration && id.scope == Scope::Global)
        .unwrap()
        .clone();
    assert!(bench.sandbox.control().lock("dev", &id));
    let comparison = bench.compare(&dev, &bench.live("test").await).await;
    let told = row(&comparison, &id);
    assert_eq!(told.verdict, Verdict::NotCompared, "{told:?}");
    assert!(told.summary.contains("console"), "{}", told.summary);
    // Once it is closed, it is compared.
    assert!(bench.sandbox.control().unlock("dev", &id));
    let comparison = bench
        .compare(&bench.live("dev").await, &bench.live("test").await)
        .await;
    assert_ne!(row(&comparison, &id).verdict, Verdict::NotCompared);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_choice_says_nothing_about_the_rest_and_two_snapshots_read_no_archive() {
    let bench = Bench::start(&["dev"], 12).await;
    let live = bench.live("dev").await;
    let id = live.catalogue().artifacts[0].id.clone();
    let chosen = bench
        .snapshot("dev", Selection::Only(vec![id.clone()]))
        .await;
    let comparison = bench.compare(&chosen, &live).await;
    assert!(
        comparison
            .rows
            .iter()
            .all(|row| row.verdict == Verdict::Same)
    );
    assert!(comparison.rows.len() < live.catalogue().artifacts.len());
    assert!(!comparison.notes.is_empty());

    let one = bench.snapshot("dev", Selection::Everything).await;
    let other = bench.snapshot("dev", Selection::Everything).await;
    // Without the vault nothing could be read.
    std::fs::rename(
        bench.folder.path().join("vault/data"),
        bench.folder.path().join("away"),
    )
    .unwrap();
    let comparison = bench.compare(&one, &other).await;
    assert!(
        not_same(&comparison).is_empty(),
        "{:?}",
        not_same(&comparison)
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_cancelled_comparison_is_an_error_and_keeps_what_it_found() {
    let sandbox = Sandbox::builder()
        .instance(InstanceSpec::oic3("dev"))
        .instance(InstanceSpec::oic3("test"))
        .synthetic(60, 7)
        .latency(Duration::from_millis(20));
    let bench = Bench::with(sandbox.start().await.unwrap());
    let (dev, test) = (bench.live("dev").await, bench.live("test").await);
    let cancel = CancellationToken::new();
    let stop = cancel.clone();
    let told = move |progress: waybill_engine::Progressed| {
        if progress.done * 2 > progress.total {
            stop.cancel();
        }
    };
    let error = compare(&dev, &test, &bench.journal, &told, &cancel)
        .await
        .unwrap_err();
    assert!(error.is_cancelled(), "{error}");
    let whole = dev.catalogue().artifacts.len() + test.catalogue().artifacts.len();
    let rest = bench.compare(&dev, &test).await;
    assert!((rest.fetched as usize) < whole * 3 / 4, "{}", rest.fetched);
}

#[tokio::test(flavor = "multi_thread")]
async fn exported_files_are_the_same_as_the_instance_but_for_what_archives_do_not_tell() {
    let bench = Bench::start(&["dev"], 8).await;
    let live = bench.live("dev").await;
    let client = bench.client("dev");
    let folder = bench.folder.path().join("exports");
    std::fs::create_dir(&folder).unwrap();
    for artifact in &live.catalogue().artifacts {
        if artifact.id.kind == ArtifactKind::Integration
            && artifact.id.scope == Scope::Global
            && !artifact.prebuilt
        {
            let bytes = client
                .export_integration(&artifact.id.wire())
                .await
                .unwrap();
            let version = artifact.id.version.as_deref().unwrap();
            let name = format!("{}_{version}.iar", artifact.id.code);
            std::fs::write(folder.join(name), bytes).unwrap();
        }
    }
    let files = FilePlace::open(&folder, Timestamp::now()).unwrap();
    let files = Arc::new(Side::files(files, "exports"));
    let comparison = bench.compare(&files, &live).await;
    let mut integrations = comparison
        .rows
        .iter()
        .filter(|row| row.id.kind == ArtifactKind::Integration && row.id.scope == Scope::Global);
    assert!(
        integrations.all(|row| row.verdict == Verdict::Same),
        "{:?}",
        not_same(&comparison)
    );
    for row in &comparison.rows {
        assert_ne!(row.verdict, Verdict::OnlyLeft, "{row:?}");
        if matches!(
            row.id.kind,
            ArtifactKind::Certificate | ArtifactKind::AgentGroup
        ) {
            assert_eq!(row.verdict, Verdict::NotCompared, "{row:?}");
        }
        // What an archive does not carry is no difference.
        if row.id.kind == ArtifactKind::Connection && row.verdict != Verdict::OnlyRight {
            assert_ne!(row.verdict, Verdict::Different, "{row:?}");
        }
    }
}

fn archives() -> Option<PathBuf> {
    let folder = std::env::var_os("WAYBILL_ARCHIVES").map_or_else(
        || Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/archives"),
        PathBuf::from,
    );
    folder.is_dir().then_some(folder)
}

#[tokio::test(flavor = "multi_thread")]
async fn real_archives_are_the_same_as_themselves_in_instance_snapshot_and_files() {
    let Some(folder) = archives() else {
        println!("passing over: the folder of real archives is not there");
        return;
    };
    let sandbox = Sandbox::builder()
        .instance(InstanceSpec::oic3("dev"))
        .load(&folder)
        .start()
        .await
        .unwrap();
    let bench = Bench::with(sandbox);
    let live = bench.live("dev").await;
    let snapshot = bench.snapshot("dev", Selection::Everything).await;
    let comparison = bench.compare(&snapshot, &live).await;
    assert!(
        not_same(&comparison).is_empty(),
        "{:?}",
        not_same(&comparison)
    );

    let began = Instant::now();
    let files = FilePlace::open(&folder, Timestamp::now()).unwrap();
    let one = Arc::new(Side::files(files, "archives"));
    let files = FilePlace::open(&folder, Timestamp::now()).unwrap();
    let other = Arc::new(Side::files(files, "archives"));
    let comparison = bench.compare(&one, &other).await;
    println!(
        "{} artifacts of files in {:?}",
        comparison.rows.len(),
        began.elapsed()
    );
    assert!(
        not_same(&comparison).is_empty(),
        "{:?}",
        not_same(&comparison)
    );

    // Files against the instance that was loaded from them.
    let comparison = bench.compare(&one, &live).await;
    let wrong: Vec<_> = comparison
        .rows
        .iter()
        .filter(|row| row.id.kind == ArtifactKind::Integration && row.verdict == Verdict::Different)
        .collect();
    println!(
        "{} integrations differ from the first file of their name",
        wrong.len()
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn many_integrations_are_compared_from_what_is_known() {
    let bench = Bench::start(&["dev", "test"], 200).await;
    let (dev, test) = (bench.live("dev").await, bench.live("test").await);
    let began = Instant::now();
    let first = bench.compare(&dev, &test).await;
    let cold = began.elapsed();
    let began = Instant::now();
    let second = bench.compare(&dev, &test).await;
    let warm = began.elapsed();
    println!(
        "{} artifacts: {cold:?} the first time, {warm:?} the second",
        second.rows.len()
    );
    assert_eq!(second.rows, first.rows);
    assert_eq!(second.fetched, 0);
    assert!(warm < Duration::from_secs(1), "{warm:?}");
}
