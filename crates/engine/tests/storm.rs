//! One call in five fails (429, 503, connections that break before and after the effect): a backup and
//! an import of many integrations still end complete, nothing is done twice, and no more calls are under
//! way than allowed.
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]
#![allow(clippy::print_stdout, reason = "a test says what it measured")]

use std::sync::Arc;

use secrecy::SecretString;
use tokio::task::JoinSet;
use tokio_util::sync::CancellationToken;
use waybill_client::{Address, Client, ClientConfig, Pace, SignIn, Upload};
use waybill_engine::{
    CaptureRequest, InstanceStamp, Journal, RunId, Selection, Silent, SnapshotStatus, capture,
};
use waybill_model::{Environment, Scope};
use waybill_sandbox::{FaultKind, InstanceSpec, ReadyInstance, Running, Sandbox, StandingFault};
use waybill_vault::Vault;

const MOST: usize = 12;

fn client(instance: &ReadyInstance) -> Client {
    let address = Address {
        generation: instance.generation,
        base: instance.design_url.parse().unwrap(),
        instance_name: instance.integration_instance.clone(),
    };
    let sign_in = SignIn::ClientCredentials {
        token_url: instance.token_url.parse().unwrap(),
        client_id: instance.client_id.clone(),
        client_secret: instance.client_secret.clone().into(),
        scope: instance.scope.clone(),
    };
    let mut config = ClientConfig::new(address, sign_in);
    config.pace = Pace {
        max_in_flight: MOST,
        per_minute: None,
    };
    Client::new(config).unwrap()
}

/// Every fifth call meets one of the four.
fn storm(sandbox: &Running, seed: u64) {
    let status = |code| FaultKind::Status {
        code,
        retry_after: None,
    };
    sandbox.control().fail_often(StandingFault {
        chance: 0.2,
        kinds: vec![
            status(429),
            status(503),
            FaultKind::DropBefore,
            FaultKind::DropAfter,
        ],
        seed,
        path: None,
        method: None,
        except: None,
    });
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_backup_ends_complete() {
    let sandbox = Sandbox::builder()
        .instance(InstanceSpec::oic3("stormy"))
        .synthetic(200, 11)
        .start()
        .await
        .unwrap();
    let instance = &sandbox.ready.instances[0];
    storm(&sandbox, 1);
    let home = tempfile::tempdir().unwrap();
    let password = SecretString::from("a long enough password");
    let vault = Vault::create(&home.path().join("vault"), &password).unwrap();
    let journal = Journal::open(&home.path().join("waybill.db")).unwrap();
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
    let outcome = capture(
        request,
        client(instance),
        Arc::new(vault),
        Arc::new(journal),
        Arc::new(Silent),
        CancellationToken::new(),
    )
    .await
    .unwrap();
    let counts = sandbox.control().calls();
    println!(
        "a backup of 200 integrations with every fifth call failing: {} calls, {} at a time at most",
        counts.total, counts.max_in_flight
    );
    assert_eq!(outcome.status, SnapshotStatus::Complete);
    assert!(counts.max_in_flight <= MOST as u64);
    assert!(counts.token <= 5, "{} tokens", counts.token);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn fifty_imports_end_complete_and_none_is_made_twice() {
    let from = Sandbox::builder()
        .instance(InstanceSpec::oic3("from"))
        .synthetic(50, 21)
        .start()
        .await
        .unwrap();
    let to = Sandbox::builder()
        .instance(InstanceSpec::oic3("to"))
        .start()
        .await
        .unwrap();
    let source = client(&from.ready.instances[0]);
    let target = client(&to.ready.instances[0]);
    let mut archives = Vec::new();
    for one in source.integrations(&Scope::Global).await.unwrap() {
        let bytes = source.export_integration(&one.value.id).await.unwrap();
        archives.push((one.value.id.clone(), bytes));
    }
    assert_eq!(archives.len(), 50);
    storm(&to, 2);
    let mut imports = JoinSet::new();
    for (id, bytes) in archives {
        let target = target.clone();
        imports.spawn(async move {
            let archive = Upload::Bytes(bytes);
            target
                .import_integration(&Scope::Global, &id, archive, None)
                .await
        });
    }
    let mut looked_up = 0;
    while let Some(import) = imports.join_next().await {
        looked_up += usize::from(import.unwrap().unwrap().looked_up);
    }
    to.control().heal();
    let counts = to.control().calls();
    println!(
        "50 imports with every fifth call failing: {} calls, {looked_up} found by looking, {} at a time at most",
        counts.total, counts.max_in_flight
    );
    assert_eq!(counts.repeated(), [], "an effect happened twice");
    assert_eq!(target.integrations(&Scope::Global).await.unwrap().len(), 50);
    assert!(counts.max_in_flight <= MOST as u64);
    assert!(looked_up > 0, "no answer was lost: the test shows nothing");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn sixteen_workers_share_one_token_through_its_life() {
    let sandbox = Sandbox::builder()
        .instance(InstanceSpec::oic3("dev"))
        .synthetic(40, 3)
        .start()
        .await
        .unwrap();
    let shared = client(&sandbox.ready.instances[0]);
    for round in 1..=2 {
        let mut workers = JoinSet::new();
        for _ in 0..16 {
            let shared = shared.clone();
            workers.spawn(async move {
                for _ in 0..5 {
                    shared.connections(&Scope::Global).await.unwrap();
                }
            });
        }
        while let Some(worker) = workers.join_next().await {
            worker.unwrap();
        }
        assert_eq!(
            sandbox.control().calls().token,
            round,
            "tokens after round {round}"
        );
        sandbox.control().expire_tokens();
    }
}
