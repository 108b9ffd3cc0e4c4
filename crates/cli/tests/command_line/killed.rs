//! Backups with their copies, and removals by rule, cut off at thirty points: what was whole stays whole, and
//! what was begun ends.

use std::collections::BTreeSet;
use std::thread;
use std::time::Instant;

use crate::support::{Chance, Home, Restic, Stand, text};

const KILLS: u32 = 30;
/// Each so-many-th time a removal is cut off, else a backup.
const REMOVALS: u32 = 3;
const FORGET: [&str; 5] = ["forget", "--apply", "--yes", "--keep-last", "3"];

fn ids(home: &Home) -> BTreeSet<String> {
    let of = |snapshot: &serde_json::Value| text(&snapshot["id"]).to_owned();
    home.snapshots().iter().map(of).collect()
}

/// What a removal says it would remove.
fn going(home: &Home) -> BTreeSet<String> {
    let preview = home
        .run(&["forget", "--dry-run", "--keep-last", "3"])
        .one("preview");
    let all = preview["snapshots"].as_array().unwrap();
    all.iter()
        .filter(|snapshot| snapshot["keep"] == false)
        .map(|snapshot| text(&snapshot["id"]).to_owned())
        .collect()
}

#[test]
fn thirty_kills_in_backups_copies_and_removals_lose_nothing() {
    let stand = Stand::with(8);
    let home = Home::new();
    home.add("Acme", stand.dev());
    let disk = home.path("disk");
    std::fs::create_dir(&disk).unwrap();
    home.run(&["target", "add", "folder", "Disk", disk.to_str().unwrap()])
        .expect_code(0);
    let began = Instant::now();
    home.back_up("Acme");
    let whole = began.elapsed();
    let mut chance = Chance::of_the_day();
    let mut known = ids(&home);
    let mut cut_off = 0;
    for kill in 1..=KILLS {
        let _ = stand.control().touch_integrations("dev", 1);
        let removal = kill % REMOVALS == 0;
        let arguments: &[&str] = if removal {
            &FORGET
        } else {
            &["backup", "Acme"]
        };
        let goes = if removal {
            going(&home)
        } else {
            BTreeSet::new()
        };
        let live = home.spawn(arguments);
        thread::sleep(chance.part_of(whole));
        cut_off += u32::from(live.kill().code.is_none());
        home.run(arguments).expect_code(0);
        let now = ids(&home);
        let gone: BTreeSet<_> = known.difference(&now).cloned().collect();
        assert!(
            gone.is_subset(&goes),
            "after kill {kill} {gone:?} are gone, {goes:?} were to go"
        );
        known = now;
    }
    assert!(cut_off > KILLS / 3, "{cut_off} were cut off");

    home.run(&["target", "copy", "Disk"]).expect_code(0);
    let target = home.run(&["target", "show", "Disk"]).one("result");
    assert_eq!(target["target"]["state"], "equal", "{target}");
    home.run(&["compare", "copy:Disk/latest", "snapshot:latest"])
        .expect_code(0);
    home.run(&["verify", "--all"]).expect_code(0);
    home.run(&["verify", "--snapshot", "latest"]).expect_code(0);
    if let Some(restic) = Restic::of(&home, &home.vault(), &home.vault_password()) {
        restic.check();
    }
}
