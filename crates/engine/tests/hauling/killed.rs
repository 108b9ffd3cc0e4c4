//! A program that is killed again and again, at any moment, and started again: the instance ends as if
//! nobody had disturbed it.
//!
//! The run is in a process of its own (this test program, started with a task), which dies by SIGKILL;
//! the sandbox stays in the process of the test.
#![cfg(unix)]
#![allow(clippy::print_stdout, reason = "a test says what it did")]

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::atomic::AtomicI64;
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use secrecy::{ExposeSecret as _, SecretString};
use serde::{Deserialize, Serialize};
use tokio_util::sync::CancellationToken;
use waybill_client::{Address, Client, ClientConfig, SignIn};
use waybill_engine::cargo::Hold;
use waybill_engine::haul::{HaulRequest, HaulWork, Held, haul};
use waybill_engine::waybill::Waybill;
use waybill_engine::{Journal, Run, RunStatus, SettlePatience, Silent};
use waybill_sandbox::ReadyInstance;
use waybill_vault::Vault;

use crate::every_kind::{planned, undisturbed};
use crate::rotation::{FEW, active, rotation, values};
use crate::stage::{Book, Stage, Turnstile};

/// So often the program is killed in all.
const KILLS: u32 = 100;
/// And so often at the most within one run.
const KILLS_A_RUN: u32 = 17;
/// So often while connections in use get other values.
const KILLS_ROTATING: u32 = 8;
/// So many runs are killed at the same time, each in a sandbox of its own: much of each is waiting.
const AT_ONCE: u32 = 2;
/// Names the file with the task of the program that carries out the run.
const TASK: &str = "WAYBILL_TEST_HAUL_TASK";
/// What decides the moments, unless the environment names another.
const USUAL_SEED: u64 = 20_261;
/// Takes the place of the usual seed.
const SEED: &str = "WAYBILL_TEST_SEED";

/// What the program is to do, and with what.
#[derive(Serialize, Deserialize)]
struct Task {
    request: HaulRequest,
    folder: PathBuf,
    vault_key: String,
    instance: ReadyInstance,
    secrets: BTreeMap<String, String>,
}

/// Numbers that look like chance, the same for the same seed.
struct Chance(u64);

impl Chance {
    fn below(&mut self, most: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        (mixed ^ (mixed >> 31)) % most.max(1)
    }
}

/// Not a test of its own: what the test below starts as a program.
#[test]
#[ignore = "started by another test, as a program that can be killed"]
fn program_that_carries_out_a_run() {
    let Ok(file) = std::env::var(TASK) else {
        return;
    };
    let task: Task = serde_json::from_slice(&std::fs::read(file).unwrap()).unwrap();
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
        .unwrap();
    runtime.block_on(Box::pin(haul(work(task)))).unwrap();
}

fn work(task: Task) -> HaulWork {
    let key = SecretString::from(task.vault_key);
    let vault = Vault::open_with_key(&task.folder.join("vault"), &key).unwrap();
    let hold = Hold::open(&task.folder.join("cargo"), &vault).unwrap();
    let journal = Journal::open(&task.folder.join("waybill.db")).unwrap();
    let instance = task.instance;
    let address = Address {
        generation: instance.generation,
        base: instance.design_url.parse().unwrap(),
        instance_name: instance.integration_instance,
    };
    let sign_in = SignIn::ClientCredentials {
        token_url: instance.token_url.parse().unwrap(),
        client_id: instance.client_id,
        client_secret: instance.client_secret.into(),
        scope: instance.scope,
    };
    HaulWork {
        domain: None,
        request: task.request,
        client: Client::new(ClientConfig::new(address, sign_in)).unwrap(),
        vault: Arc::new(vault),
        hold: Arc::new(hold),
        journal: Arc::new(journal),
        reporter: Arc::new(Silent),
        cancel: CancellationToken::new(),
        permit: Arc::new(Turnstile(AtomicI64::new(i64::MAX))),
        secrets: Arc::new(Book(Mutex::new(task.secrets))),
        patience: SettlePatience {
            first_pause: Duration::from_millis(5),
            longest_pause: Duration::from_millis(100),
            no_effect: Duration::from_secs(3),
            give_up: Duration::from_secs(20),
        },
        retry_failed: false,
    }
}

fn start(task: &Path) -> Child {
    Command::new(std::env::current_exe().unwrap())
        .args(["--ignored", "--exact", "--nocapture"])
        .arg("killed::program_that_carries_out_a_run")
        .env(TASK, task)
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .spawn()
        .unwrap()
}

/// Writes down what the program is to do.
fn task(stage: &Stage, waybill: &Waybill) -> (HaulRequest, PathBuf) {
    let folder = stage.bench.folder.path();
    let request = stage.request(waybill);
    let task = Task {
        request: request.clone(),
        folder: folder.to_path_buf(),
        vault_key: stage.bench.vault.export_key().expose_secret().to_owned(),
        instance: stage.bench.instance("destination").clone(),
        secrets: stage.book.0.lock().unwrap().clone(),
    };
    let file = folder.join("task.json");
    std::fs::write(&file, serde_json::to_vec(&task).unwrap()).unwrap();
    (request, file)
}

/// Kills the program at random moments and starts it again, at most so often; then lets it come to its
/// end. How often it was killed, and the run.
async fn killed(
    stage: &Stage,
    waybill: &Waybill,
    chance: &mut Chance,
    longest: Duration,
    most: u32,
) -> (u32, Run) {
    let (request, file) = task(stage, waybill);
    let longest = u64::try_from(longest.as_micros()).unwrap();
    let (mut kills, mut looks) = (0, 0);
    loop {
        let mut program = start(&file);
        let moment = Instant::now() + Duration::from_micros(chance.below(longest));
        let ended = loop {
            if let Some(ended) = program.try_wait().unwrap() {
                break Some(ended);
            }
            if kills < most && Instant::now() >= moment {
                break None;
            }
            tokio::time::sleep(Duration::from_millis(1)).await;
        };
        if let Some(ended) = ended {
            assert!(ended.success(), "the program failed: {ended}");
            let run = stage.bench.journal.run(&request.run).unwrap();
            // What nobody could tell is looked at again.
            if run.resumable && looks < 3 {
                looks += 1;
                continue;
            }
            return (kills, run);
        }
        // SIGKILL: nothing of it is told.
        program.kill().unwrap();
        program.wait().unwrap();
        // It may have died when the run had ended already.
        let ended = stage.bench.journal.run(&request.run);
        if let Ok(run) = ended
            && !run.resumable
        {
            return (kills, run);
        }
        kills += 1;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn killed_at_a_hundred_moments_the_end_is_that_of_an_undisturbed_run() {
    let seed = std::env::var(SEED).ok();
    let seed = seed
        .and_then(|text| text.parse().ok())
        .unwrap_or(USUAL_SEED);
    let calm = undisturbed().await;
    println!("seed {seed}; undisturbed {:?}", calm.took);
    let series = (0..AT_ONCE).map(|number| {
        let calm = &calm;
        async move {
            let mut chance = Chance(seed.wrapping_add(u64::from(number)));
            let (mut kills, mut runs) = (0, 0);
            while kills < KILLS / AT_ONCE {
                let (stage, waybill) = planned().await;
                let most = KILLS_A_RUN.min(KILLS / AT_ONCE - kills);
                let longest = calm.took / 4;
                let (more, run) = killed(&stage, &waybill, &mut chance, longest, most).await;
                kills += more;
                runs += 1;
                println!("series {number}, run {runs}: killed {more} times");
                calm.assert_same(&stage, &waybill, &run, seed).await;
            }
            kills
        }
    });
    let kills = futures::future::join_all(series).await;
    println!("killed {} times", kills.into_iter().sum::<u32>());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn killed_while_a_connection_is_rotated_all_comes_back_with_the_new_value() {
    let seed = std::env::var(SEED).ok();
    let seed = seed
        .and_then(|text| text.parse().ok())
        .unwrap_or(USUAL_SEED);
    let (stage, waybill, before) = rotation(FEW).await;
    let mut chance = Chance(seed);
    let longest = Duration::from_millis(600);
    let (kills, run) = killed(&stage, &waybill, &mut chance, longest, KILLS_ROTATING).await;
    println!("seed {seed}: killed {kills} times");
    assert_eq!(run.status, RunStatus::Done, "{}", stage.lines(&run.id));
    assert_eq!(active(&stage).await, before);
    let values = values(&stage, &run);
    assert!(values.values().all(|held| *held == Held::New), "{values:?}");
    assert!(!stage.lines(&run.id).contains("canary"));
}
