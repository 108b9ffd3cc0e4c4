//! Backups with their copies, and removals by rule, cut off at thirty points: what was whole stays whole, and
//! what was begun ends.

use std::collections::BTreeSet;
use std::thread;
use std::time::{Duration, Instant};

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
    home.back_up("Acme");
    let mut chance = Chance::of_the_day();
    let mut known = ids(&home);
    // How long each of the two takes when nobody cuts it off, as last seen.
    let mut whole = [Duration::from_secs(1); 2];
    let (mut cut_off, mut tries) = (0, 0);
    while cut_off < KILLS {
        tries += 1;
        assert!(tries < 4 * KILLS, "only {cut_off} of {tries} were cut off");
        assert_eq!(stand.control().touch_integrations("dev", 1).len(), 1);
        let removal = tries % REMOVALS == 0;
        let (arguments, goes): (&[&str], _) = if removal {
            (&FORGET, going(&home))
        } else {
            (&["backup", "Acme"], BTreeSet::new())
        };
        let live = home.spawn(arguments);
        thread::sleep(chance.part_of(whole[usize::from(removal)]));
        cut_off += u32::from(live.kill().code.is_none());
        let began = Instant::now();
        home.run(arguments).expect_code(0);
        whole[usize::from(removal)] = began.elapsed();
        let now = ids(&home);
        let gone: BTreeSet<_> = known.difference(&now).cloned().collect();
        assert!(
            gone.is_subset(&goes),
            "after {tries} tries {gone:?} are gone, {goes:?} were to go"
        );
        known = now;
    }

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
