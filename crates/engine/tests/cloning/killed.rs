//! A program that is killed again and again, at any moment, and started again: the same job is followed, none is
//! begun twice, and the destination ends as if nobody had disturbed it.
#![allow(clippy::print_stdout, reason = "a test says what it did")]

use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use waybill_engine::clone::clone_instance;
use waybill_engine::{Run, RunStatus};
use waybill_model::Catalogue;
use waybill_sandbox::InstanceSpec;

use crate::stage::{Scene, Stage, is_log, vault};

/// So often the program is killed in all, unless the environment says otherwise.
const USUAL_KILLS: u32 = 10;
/// Takes the place of the usual number.
const KILLS: &str = "WAYBILL_TEST_KILLS";
/// And so often at the most within one run.
const KILLS_A_RUN: u32 = 10;
/// Names the file with the task of the program.
const TASK: &str = "WAYBILL_TEST_CLONE_TASK";
/// What decides the moments, unless the environment names another.
const USUAL_SEED: u64 = 20_263;
/// Takes the place of the usual seed.
const SEED: &str = "WAYBILL_TEST_SEED";

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
fn program_that_clones() {
    let Ok(file) = std::env::var(TASK) else {
        return;
    };
    let scene: Scene = serde_json::from_slice(&std::fs::read(file).unwrap()).unwrap();
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
        .unwrap();
    runtime
        .block_on(Box::pin(clone_instance(scene.work())))
        .unwrap();
}

fn start(task: &Path) -> Child {
    Command::new(std::env::current_exe().unwrap())
        .args(["--ignored", "--exact", "--nocapture"])
        .arg("killed::program_that_clones")
        .env(TASK, task)
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .spawn()
        .unwrap()
}

/// What is there, without what differs from day to day.
fn standing(catalogue: &Catalogue) -> Vec<String> {
    let all = catalogue.artifacts.iter();
    all.map(|one| format!("{} {:?}", one.id, one.state))
        .collect()
}

async fn stage() -> Stage {
    Stage::new(InstanceSpec::oic3("source"), Duration::from_millis(700)).await
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn killed_at_random_moments_the_end_is_that_of_an_undisturbed_run() {
    let given = |name: &str| std::env::var(name).ok();
    let seed = given(SEED).and_then(|text| text.parse().ok());
    let seed = seed.unwrap_or(USUAL_SEED);
    let wanted_kills = given(KILLS).and_then(|text| text.parse().ok());
    let wanted_kills = wanted_kills.unwrap_or(USUAL_KILLS);
    let calm = stage().await;
    let began = Instant::now();
    let run = calm.run(&calm.request()).await;
    let took = began.elapsed();
    let wanted = (run.status, standing(&calm.catalogue("destination").await));
    println!("seed {seed}; undisturbed {took:?}");
    let mut chance = Chance(seed);
    let mut kills = 0;
    while kills < wanted_kills {
        let stage = stage().await;
        let (more, run) = killed(
            &stage,
            &mut chance,
            took,
            KILLS_A_RUN.min(wanted_kills - kills),
        )
        .await;
        kills += more;
        println!("killed {more} times");
        assert!(
            matches!(run.status, RunStatus::Done | RunStatus::Partial),
            "seed {seed}: {run:#?}"
        );
        let found = standing(&stage.catalogue("destination").await);
        assert_eq!(found, wanted.1, "seed {seed}");
        let names = stage.names();
        let count = |logs: bool| {
            let fits = |name: &&String| is_log(name) == logs;
            names.iter().filter(fits).count()
        };
        assert_eq!(count(false), 1, "seed {seed}: exported once: {names:?}");
        assert_eq!(count(true), 1, "seed {seed}: imported once: {names:?}");
    }
}

/// Kills the program at random moments and starts it again, at most so often; then lets it come to its end.
async fn killed(stage: &Stage, chance: &mut Chance, longest: Duration, most: u32) -> (u32, Run) {
    let request = stage.request();
    let file = stage.folder.path().join("task.json");
    // There before, as it is where somebody has backed up once.
    drop(vault(stage.folder.path()));
    std::fs::write(&file, serde_json::to_vec(&stage.scene(&request)).unwrap()).unwrap();
    let longest = u64::try_from(longest.as_micros()).unwrap() / 2;
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
            let run = stage.journal().run(&request.run).unwrap();
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
        if let Ok(run) = stage.journal().run(&request.run)
            && !run.resumable
        {
            return (kills, run);
        }
        kills += 1;
    }
}
