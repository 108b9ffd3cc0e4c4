//! Captures of the sandbox: everything in it, unchanged, a little changed, older generations, and
//! the real archives where they are at hand.
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]
#![allow(
    clippy::print_stdout,
    reason = "a test says what it measured or passed over"
)]

use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use secrecy::SecretString;
use tokio_util::sync::CancellationToken;
use waybill_client::{Address, Client, ClientConfig, SignIn};
use waybill_engine::{
    CaptureOutcome, CaptureRequest, InstanceStamp, Journal, Reporter, RunEvent, RunId, RunPhase,
    Selection, Silent, SnapshotPlace, SnapshotStatus, capture,
};
use waybill_model::{ArtifactKind, Environment, Generation};
use waybill_sandbox::{InstanceSpec, ReadyInstance, Running, Sandbox};
use waybill_vault::Vault;

struct Home {
    folder: tempfile::TempDir,
    vault: Arc<Vault>,
    journal: Arc<Journal>,
}

impl Home {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let password = SecretString::from("a long enough password");
        let vault = Vault::create(&folder.path().join("vault"), &password).unwrap();
        let journal = Journal::open(&folder.path().join("waybill.db")).unwrap();
        Self {
            folder,
            vault: Arc::new(vault),
            journal: Arc::new(journal),
        }
    }

    async fn capture(&self, instance: &ReadyInstance) -> CaptureOutcome {
        self.capture_with(instance, Arc::new(Silent)).await
    }

    async fn capture_with(
        &self,
        instance: &ReadyInstance,
        reporter: Arc<dyn Reporter>,
    ) -> CaptureOutcome {
        let request = CaptureRequest {
            run: RunId::fresh(),
            instance: InstanceStamp {
                id: instance.name.clone(),
                name: instance.name.clone(),
                environment: Environment::Test,
                generation: instance.generation,
                address: instance.design_url.clone(),
                instance_name: instance.integration_instance.clone(),
            },
            selection: Selection::Everything,
            asked_by: "tester".into(),
            note: None,
            tool_version: "0.0.0".into(),
        };
        let (vault, journal) = (self.vault.clone(), self.journal.clone());
        let cancel = CancellationToken::new();
        capture(request, client(instance), vault, journal, reporter, cancel)
            .await
            .unwrap()
    }
}

fn client(instance: &ReadyInstance) -> Client {
    let address = Address {
        generation: instance.generation,
        base: instance.design_url.parse().unwrap(),
        instance_name: instance.integration_instance.clone(),
    };
    let sign_in = match (&instance.user, &instance.password) {
        (Some(user), Some(password)) => SignIn::Basic {
            user: user.clone(),
            password: password.clone().into(),
        },
        _ => SignIn::ClientCredentials {
            token_url: instance.token_url.parse().unwrap(),
            client_id: instance.client_id.clone(),
            client_secret: instance.client_secret.clone().into(),
            scope: instance.scope.clone(),
        },
    };
    Client::new(ClientConfig::new(address, sign_in)).unwrap()
}

/// When each phase began, from the start.
struct Phases(Instant, Mutex<Vec<(RunPhase, Duration)>>);

impl Reporter for Phases {
    fn report(&self, event: RunEvent) {
        if let RunEvent::Phase(phase) = event {
            self.1.lock().unwrap().push((phase, self.0.elapsed()));
        }
    }
}

async fn started(spec: InstanceSpec, integrations: usize, latency: Duration) -> Running {
    let builder = Sandbox::builder().instance(spec).synthetic(integrations, 7);
    builder.latency(latency).start().await.unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn everything_of_a_synthetic_instance_is_captured_and_only_changes_the_next_time() {
    let sandbox = started(InstanceSpec::oic3("shop"), 60, Duration::ZERO).await;
    let home = Home::new();
    let instance = sandbox.instance("shop").unwrap().clone();
    let first = home.capture(&instance).await;
    let calls = sandbox.control().calls();
    assert_eq!(first.status, SnapshotStatus::Complete, "{:?}", first.unread);
    let place = SnapshotPlace::open(home.vault.clone(), &first.snapshot).unwrap();
    for entry in &place.manifest().artifacts {
        let (_, bytes) = place.bytes(&entry.id).unwrap();
        if entry.archive.is_some() {
            waybill_archive::read(&bytes).unwrap_or_else(|error| panic!("{}: {error}", entry.id));
        }
    }
    let counts = place.catalogue().unwrap().counts();
    for kind in [
        ArtifactKind::Integration,
        ArtifactKind::Connection,
        ArtifactKind::Lookup,
        ArtifactKind::Package,
        ArtifactKind::Schedule,
    ] {
        assert!(
            counts.get(&kind).is_some_and(|count| *count > 0),
            "no {kind} in {counts:?}"
        );
    }

    sandbox.control().reset_calls();
    let second = home.capture(&instance).await;
    let unchanged = sandbox.control().calls();
    assert_eq!(unchanged.archives, 0, "{:?}", unchanged.by_path);
    assert!(
        unchanged.total * 4 < calls.total,
        "{} of {} calls",
        unchanged.total,
        calls.total
    );
    assert_eq!(second.status, SnapshotStatus::Complete);
    assert_eq!(second.counts.fetched, 0);

    sandbox.control().reset_calls();
    let touched = sandbox.control().touch_integrations("shop", 5);
    let third = home.capture(&instance).await;
    let changed = sandbox.control().calls();
    let integrations = changed
        .by_path
        .iter()
        .filter(|(path, _)| path.contains("integrations/{}/archive"));
    assert_eq!(
        integrations.map(|(_, count)| count).sum::<u64>(),
        5,
        "{:?}",
        changed.by_path
    );
    let place = SnapshotPlace::open(home.vault.clone(), &third.snapshot).unwrap();
    for id in touched {
        assert_eq!(place.entry(&id).unwrap().carried_from, None, "{id}");
    }
    sandbox.shutdown().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_gen_2_instance_is_captured_with_user_and_password() {
    let sandbox = started(InstanceSpec::gen2("old"), 12, Duration::ZERO).await;
    let home = Home::new();
    let instance = sandbox.instance("old").unwrap().clone();
    assert_eq!(instance.generation, Generation::Gen2);
    let outcome = home.capture(&instance).await;
    assert_eq!(
        outcome.status,
        SnapshotStatus::Complete,
        "{:?}",
        outcome.unread
    );
    let place = SnapshotPlace::open(home.vault.clone(), &outcome.snapshot).unwrap();
    assert!(place.manifest().gaps.iter().all(|gap| gap.not_offered));
    assert!(
        place
            .manifest()
            .gaps
            .iter()
            .any(|gap| gap.kind == ArtifactKind::Project)
    );
    sandbox.shutdown().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_slow_instance_is_read_with_many_calls_at_once() {
    let latency = Duration::from_millis(80);
    let sandbox = started(InstanceSpec::oic3("far"), 60, latency).await;
    let home = Home::new();
    let began = Instant::now();
    let instance = sandbox.instance("far").unwrap().clone();
    let phases = Arc::new(Phases(began, Mutex::default()));
    let outcome = home.capture_with(&instance, phases.clone()).await;
    println!("{:?}", phases.1.lock().unwrap());
    let took = began.elapsed();
    let calls = sandbox.control().calls();
    assert_eq!(outcome.status, SnapshotStatus::Complete);
    let sequential = latency * u32::try_from(calls.total).unwrap();
    println!(
        "{} calls in {took:?}; one after the other {sequential:?}",
        calls.total
    );
    assert!(calls.max_in_flight >= 8, "{calls:?}");
    sandbox.shutdown().await;
}

fn real_archives() -> Option<PathBuf> {
    let folder = std::env::var_os("WAYBILL_ARCHIVES").map_or_else(
        || Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/archives"),
        PathBuf::from,
    );
    folder.is_dir().then_some(folder)
}

#[tokio::test(flavor = "multi_thread")]
async fn real_archives_come_out_of_a_snapshot_as_they_went_in() {
    let Some(folder) = real_archives() else {
        println!("passed over: there are no real archives here");
        return;
    };
    let sandbox = Sandbox::builder()
        .instance(InstanceSpec::oic3("real"))
        .load(&folder)
        .start()
        .await
        .unwrap();
    let home = Home::new();
    let mut compared = 0;
    for instance in sandbox.ready.instances.clone() {
        let outcome = home.capture(&instance).await;
        assert_eq!(
            outcome.status,
            SnapshotStatus::Complete,
            "{:?}",
            outcome.unread
        );
        let out = home.folder.path().join(&instance.name);
        let report = waybill_engine::snapshot::extract(
            &home.vault,
            &outcome.snapshot,
            &out,
            &waybill_vault::Silent,
            &|| false,
        )
        .unwrap();
        assert!(report.problems.is_empty(), "{:?}", report.problems);
        let place = SnapshotPlace::open(home.vault.clone(), &outcome.snapshot).unwrap();
        let hashes: std::collections::BTreeSet<_> = place
            .manifest()
            .files()
            .map(|file| file.sha256.clone())
            .collect();
        for file in &instance.files {
            let Ok(bytes) = std::fs::read(folder.join(file)) else {
                continue;
            };
            let archive = Path::new(file)
                .extension()
                .is_some_and(|ending| ending != "zip");
            if archive && file.ends_with("ar") {
                assert!(hashes.contains(&waybill_engine::sha256(&bytes)), "{file}");
                compared += 1;
            }
        }
    }
    println!("{compared} archives compared");
    assert!(compared > 0);
    sandbox.shutdown().await;
}
