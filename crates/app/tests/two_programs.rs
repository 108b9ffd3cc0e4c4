//! Two programs with the same data folder at the same time, as a window in the tray and a command line of a
//! scheduler are: neither spoils what the other does, and neither waits for ever.
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]
#![allow(
    clippy::print_stdout,
    reason = "the rounds are told, to the other program and to people"
)]

mod support;

use std::path::Path;
use std::process::{Command, Stdio};
use std::time::Duration;

use secrecy::SecretString;
use support::{ended, form, options, secret};
use waybill_app::Waybill;
use waybill_app::view::{ErrorCode, RunStatus, SecretStoreKind, SelectionView};
use waybill_sandbox::{InstanceSpec, Sandbox};

/// So often each of the two tries to back up: two hundred rounds in all.
const ROUNDS: u32 = 100;
/// Who finds the other at it comes back after this time.
const BUSY: Duration = Duration::from_millis(100);
/// Each so-many-th round reads everything back.
const VERIFIES: u32 = 25;
/// Longer than all rounds of a slow computer.
const PATIENCE: Duration = Duration::from_mins(10);
/// Names the data folder to the second program.
const FOLDER: &str = "WAYBILL_TEST_OF_TWO_PROGRAMS";
const PASSPHRASE: &str = "two programs, one folder";

#[derive(Debug, Default)]
struct Tally {
    made: u32,
    /// The other was at it.
    busy: u32,
}

async fn open(home: &Path) -> Waybill {
    let mut options = options(home);
    options.secret_store = Some(SecretStoreKind::EncryptedFile);
    let app = Waybill::open(options).unwrap();
    app.secrets_unlock(SecretString::from(PASSPHRASE))
        .await
        .unwrap();
    app
}

/// Backs up again and again, whatever the other program does.
async fn work(app: &Waybill) -> Tally {
    let mut tally = Tally::default();
    for round in 1..=ROUNDS {
        match app
            .backup_start("one", SelectionView::Everything, None)
            .await
        {
            Ok(run) => {
                let end = ended(app, &run.id).await.summary;
                assert_eq!(end.status, RunStatus::Done, "round {round}: {end:?}");
                tally.made += 1;
                if round % VERIFIES == 0 {
                    let read = app
                        .snapshot_verify_now(&end.snapshot.unwrap())
                        .await
                        .unwrap();
                    assert!(read.passed, "round {round}: {:?}", read.problems);
                }
            }
            Err(error) => {
                assert_eq!(
                    error.code,
                    ErrorCode::AlreadyRunning,
                    "round {round}: {error:?}"
                );
                tally.busy += 1;
                tokio::time::sleep(BUSY).await;
            }
        }
    }
    app.settled().await;
    tally
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn two_programs_work_side_by_side_for_two_hundred_rounds() {
    let sandbox = Sandbox::builder()
        .instance(InstanceSpec::oic3("one"))
        .synthetic(3, 5)
        .start()
        .await
        .unwrap();
    let folder = tempfile::tempdir().unwrap();
    let home = folder.path().join("home");
    let app = open(&home).await;
    let instance = sandbox.instance("one").unwrap();
    app.instance_save(form(instance, "one"), Some(secret(instance)), true)
        .await
        .unwrap();
    let first = app
        .backup_start("one", SelectionView::Everything, None)
        .await
        .unwrap();
    ended(&app, &first.id).await;

    let mut other = Command::new(std::env::current_exe().unwrap())
        .args(["the_second_of_two_programs", "--exact", "--nocapture"])
        .env(FOLDER, &home)
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::inherit())
        .spawn()
        .unwrap();
    let mine = tokio::time::timeout(PATIENCE, work(&app)).await.unwrap();
    let told = tokio::task::spawn_blocking(move || {
        let printed = std::io::read_to_string(other.stdout.take().unwrap()).unwrap();
        assert!(other.wait().unwrap().success(), "{printed}");
        printed
    });
    let told = tokio::time::timeout(PATIENCE, told).await.unwrap().unwrap();
    let theirs: Vec<u32> = told
        .lines()
        .filter_map(|line| line.strip_prefix("rounds: "))
        .flat_map(|counts| counts.split(' ').map(|count| count.parse().unwrap()))
        .collect();
    let [their_made, their_busy] = theirs[..] else {
        panic!("the second program told nothing: {told}");
    };
    println!(
        "100 rounds each: one made {}, the other {their_made}; {} and {their_busy} times the other was at it",
        mine.made, mine.busy
    );

    assert!(mine.made > 0 && their_made > 0, "one never came to it");
    let runs = usize::try_from(1 + mine.made + their_made).unwrap();
    assert_eq!(app.snapshots(None).await.unwrap().len(), runs);
    let check = app.vault_check_now().await.unwrap();
    assert!(check.passed, "{:?}", check.problems);
    let chain = app.audit_check().await.unwrap();
    assert_eq!(chain.broken_at, None);
    assert!(
        app.runs()
            .await
            .unwrap()
            .iter()
            .all(|run| run.status == RunStatus::Done)
    );
    sandbox.shutdown().await;
}

/// Started by the test above alone, with a folder to work in.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_second_of_two_programs() {
    let Some(home) = std::env::var_os(FOLDER) else {
        return;
    };
    let app = open(Path::new(&home)).await;
    let tally = work(&app).await;
    println!("\nrounds: {} {}", tally.made, tally.busy);
}
