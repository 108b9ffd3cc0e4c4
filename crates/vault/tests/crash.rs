//! A process killed while it writes: the vault stays valid and the next write goes through.
#![cfg(unix)]
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

mod fixture;

use std::collections::HashSet;
use std::io::{Read, Write};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::Arc;
use std::time::{Duration, Instant};

use fixture::*;
use secrecy::{ExposeSecret, SecretString};
use waybill_vault::{Content, Entry, Silent, Vault};

const FILES: u64 = 300;
const CHILD: &str = "WAYBILL_VAULT_CRASH_CHILD";
const TEST: &str = "killed_at_random_moments_the_vault_stays_valid";

fn files(round: u64) -> Vec<(String, Vec<u8>)> {
    (0..FILES)
        .map(|n| {
            let seed = if n < FILES / 2 { n } else { n + 1_000 * round };
            (format!("integrations/I{n:03}.iar"), noise(seed, 20_000))
        })
        .collect()
}

/// What the killed process does: stage all files and write them as a snapshot.
fn be_the_child(vault: &Path) {
    let mut given = String::new();
    std::io::stdin().read_to_string(&mut given).unwrap();
    let (round, key) = given.split_once('\n').unwrap();
    let vault = Vault::open_with_key(vault, &SecretString::from(key)).unwrap();
    let staging = Arc::new(vault.staging("crash").unwrap());
    let entries = files(round.parse().unwrap())
        .into_iter()
        .map(|(path, content)| {
            staging.put(&path, &content).unwrap();
            Entry {
                content: Content::Staged(path.clone(), staging.clone()),
                ..entry(&path, &content)
            }
        })
        .collect();
    vault.write(&head(), entries, &Silent, &|| false).unwrap();
}

fn start(ground: &Ground, round: u64) -> std::process::Child {
    let mut child = Command::new(std::env::current_exe().unwrap())
        .args(["--exact", TEST])
        .env(CHILD, ground.path())
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let key = ground.vault.export_key();
    write!(
        child.stdin.take().unwrap(),
        "{round}\n{}",
        key.expose_secret()
    )
    .unwrap();
    child
}

fn snapshots_are_whole(vault: &Vault) {
    for snapshot in vault.snapshots().unwrap() {
        assert_eq!(snapshot.files, FILES);
        let files = vault.files(&snapshot.id).unwrap();
        assert_eq!(files.len() as u64, FILES);
        for file in files.iter().step_by(37) {
            assert_eq!(vault.read(&snapshot.id, &file.path).unwrap().len(), 20_000);
        }
    }
}

#[test]
fn killed_at_random_moments_the_vault_stays_valid() {
    if let Some(vault) = std::env::var_os(CHILD) {
        be_the_child(&PathBuf::from(vault));
        return;
    }
    let ground = Ground::new();
    let begun = Instant::now();
    assert!(start(&ground, 0).wait().unwrap().success());
    let whole_run = begun.elapsed();
    let mut written = 1;
    let known: HashSet<String> = (0..=10).flat_map(files).map(|(_, c)| sha256(&c)).collect();
    for round in 1..=10 {
        let mut child = start(&ground, round);
        // Spread over the run, each time at a moment that nobody chose.
        let share = (f64::from(u32::try_from(round).unwrap()) - rand_share()) / 10.0;
        std::thread::sleep(whole_run.mul_f64(share.max(0.02)));
        child.kill().unwrap();
        let ended_before = child.wait().unwrap().success();

        let vault = ground.reopened();
        let report = vault.check(true, &Silent, &|| false).unwrap();
        assert!(report.is_whole(), "round {round}: {:?}", report.problems);
        snapshots_are_whole(&vault);
        if ended_before {
            written += 1;
        }
        assert!(vault.snapshots().unwrap().len() >= written);

        // What is staged is whole; what is not is absent.
        let staging = vault.staging("crash").unwrap();
        for key in staging.keys().unwrap() {
            let staged = staging.get(&key).unwrap().unwrap();
            assert!(known.contains(&sha256(&staged)), "{key}");
        }
    }
    let files = files(11);
    let borrowed: Vec<_> = files.iter().map(|(p, c)| (p.as_str(), &c[..])).collect();
    let last = ground.write(&borrowed);
    for (path, content) in &files {
        assert_eq!(&ground.vault.read(&last.id, path).unwrap(), content);
    }
    let locks: Vec<String> = std::fs::read_dir(ground.path().join("locks"))
        .unwrap()
        .map(|lock| lock.unwrap().file_name().into_string().unwrap())
        // Killed while it wrote a lock: that is none, and goes after an hour.
        .filter(|name| !name.ends_with("-tmp-"))
        .collect();
    assert_eq!(locks, [""; 0]);
    if restic_is_here(TEST) {
        restic_ok(&ground.path(), &["check", "--read-data"]);
    }
}

#[test]
fn what_was_left_half_written_goes_after_an_hour() {
    let ground = Ground::new();
    let half = |folder: &str, age: Duration| {
        let path = ground.path().join(folder).join(".tmpAb3xYz-tmp-");
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        let file = std::fs::File::create(&path).unwrap();
        file.set_modified(std::time::SystemTime::now() - age)
            .unwrap();
        path
    };
    let folders = ["data/00", "index", "snapshots", "locks"];
    let old = folders.map(|folder| half(folder, Duration::from_hours(2)));
    let young = half("keys", Duration::from_mins(10));
    ground.write(&[("a.iar", b"one")]);
    assert_eq!(old.iter().find(|path| path.exists()), None);
    assert!(young.exists());
}

/// A number from 0 to 1 that differs from run to run.
fn rand_share() -> f64 {
    let now = std::time::SystemTime::now()
        .duration_since(std::time::UNIX_EPOCH)
        .unwrap_or(Duration::ZERO);
    f64::from(now.subsec_nanos() % 1_000) / 1_000.0
}
