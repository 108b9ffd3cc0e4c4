//! A process killed while it forgets and prunes: what is kept stays whole, byte for byte.
#![cfg(unix)]
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

mod fixture;

use std::io::{Read, Write};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use fixture::*;
use jiff::SignedDuration;
use secrecy::{ExposeSecret, SecretString};
use waybill_vault::{Silent, Vault};

const CHILD: &str = "WAYBILL_VAULT_PRUNE_CHILD";
const TEST: &str = "killed_while_it_prunes_the_vault_keeps_what_was_not_forgotten";
const ROUNDS: u64 = 8;

/// What the killed process does: forget what it is told, and prune both phases.
fn be_the_child(vault: &Path) {
    let mut given = String::new();
    std::io::stdin().read_to_string(&mut given).unwrap();
    let mut lines = given.lines();
    let key = SecretString::from(lines.next().unwrap());
    let ids: Vec<String> = lines.map(str::to_owned).collect();
    let vault = Vault::open_with_key(vault, &key).unwrap();
    vault.forget_many(&ids).unwrap();
    for _ in 0..2 {
        vault
            .prune(SignedDuration::ZERO, &Silent, &|| false)
            .unwrap();
    }
}

fn start(ground: &Ground, ids: &[String]) -> std::process::Child {
    let mut child = Command::new(std::env::current_exe().unwrap())
        .args(["--exact", TEST])
        .env(CHILD, ground.path())
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let key = ground.vault.export_key();
    let given = format!("{}\n{}", key.expose_secret(), ids.join("\n"));
    let mut input = child.stdin.take().unwrap();
    input.write_all(given.as_bytes()).unwrap();
    child
}

fn files(turn: u64) -> Vec<(String, Vec<u8>)> {
    (0..60)
        .map(|n| {
            let seed = if n % 2 == 0 { n } else { n + 1_000 * turn };
            (format!("integrations/I{n:02}.iar"), noise(seed, 30_000))
        })
        .collect()
}

fn write_turn(ground: &Ground, turn: u64) -> String {
    let files = files(turn);
    let borrowed: Vec<_> = files.iter().map(|(p, c)| (p.as_str(), &c[..])).collect();
    ground.write(&borrowed).id
}

fn reads(vault: &Vault, id: &str, turn: u64) {
    for (path, content) in files(turn) {
        assert_eq!(vault.read(id, &path).unwrap(), content, "{path} of {turn}");
    }
}

#[test]
fn killed_while_it_prunes_the_vault_keeps_what_was_not_forgotten() {
    if let Some(vault) = std::env::var_os(CHILD) {
        be_the_child(&PathBuf::from(vault));
        return;
    }
    let ground = Ground::new();
    let mut snapshots: Vec<(u64, String)> = (0..3).map(|t| (t, write_turn(&ground, t))).collect();
    let (_, first) = snapshots.remove(0);
    let begun = Instant::now();
    assert!(start(&ground, &[first]).wait().unwrap().success());
    let whole_run = begun.elapsed();
    for round in 0..ROUNDS {
        let turn = 3 + round;
        snapshots.push((turn, write_turn(&ground, turn)));
        let (_, gone) = snapshots.remove(0);
        let mut child = start(&ground, &[gone]);
        let share = (f64::from(u32::try_from(round + 1).unwrap()) - rand_share()) / 8.0;
        std::thread::sleep(whole_run.mul_f64(share.max(0.02)));
        child.kill().unwrap();
        child.wait().unwrap();

        let vault = ground.reopened();
        for (turn, id) in &snapshots {
            reads(&vault, id, *turn);
        }
        if round % 3 == 0 && restic_is_here(TEST) {
            restic_ok(&ground.path(), &["unlock"]);
            restic_ok(&ground.path(), &["check", "--read-data"]);
        }
    }
    let vault = ground.reopened();
    let kept: Vec<&String> = snapshots.iter().map(|(_, id)| id).collect();
    let rest: Vec<String> = vault
        .snapshots()
        .unwrap()
        .into_iter()
        .map(|record| record.id)
        .filter(|id| !kept.contains(&id))
        .collect();
    vault.forget_many(&rest).unwrap();
    for _ in 0..2 {
        vault
            .prune(SignedDuration::ZERO, &Silent, &|| false)
            .unwrap();
    }
    let report = vault.check(true, &Silent, &|| false).unwrap();
    assert!(report.is_whole(), "{report:?}");
    for (turn, id) in &snapshots {
        reads(&vault, id, *turn);
    }
    if restic_is_here(TEST) {
        restic_ok(&ground.path(), &["check", "--read-data"]);
    }
}

/// A number from 0 to 1 that differs from run to run.
fn rand_share() -> f64 {
    let now = std::time::SystemTime::now()
        .duration_since(std::time::UNIX_EPOCH)
        .unwrap_or(Duration::ZERO);
    f64::from(now.subsec_nanos() % 1_000) / 1_000.0
}
