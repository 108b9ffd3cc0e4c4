//! A move on a disk that is full: before it is planned, while what is touched is kept, and in the middle of
//! the run. Passed over, in words, where this user may not mount a disk.

#![cfg(target_os = "linux")]

use std::collections::BTreeMap;

use crate::support::moving::{full_and_empty, list, plan, ready, save_both, states};
use crate::support::{Home, Outcome, SmallDisk, Stand, text};

/// What was done in the destination, and how often.
fn effects(stand: &Stand) -> BTreeMap<String, u64> {
    let all = stand.control().calls().effects.into_iter();
    all.flat_map(|(kind, subjects)| {
        subjects
            .into_iter()
            .map(move |(subject, times)| (format!("{kind} {subject}"), times))
    })
    .collect()
}

/// It failed, and says that the disk is full and what to do.
#[track_caller]
fn says_full(outcome: &Outcome) {
    outcome.expect_code(1);
    let last = outcome.lines().pop().unwrap();
    let message = text(&last["message"]);
    let fits = ["full", "space", "room"]
        .iter()
        .any(|word| message.contains(word));
    assert!(fits, "{last}");
    outcome.expect_words(message, text(&last["guidance"]));
}

#[test]
fn a_disk_that_is_full_before_planning_or_before_the_first_change_lets_nothing_be_written() {
    let stand = full_and_empty(6);
    let home = Home::new();
    let Some(disk) = SmallDisk::mount(&home.data(), 24) else {
        return;
    };
    save_both(&home, &stand, "test");
    let ready = ready(&home, &stand);
    let kept = home.state();
    stand.control().reset_calls();

    disk.fill(0);
    let (planned, file) = plan(&home, "full.json", &[]);
    says_full(&planned);
    assert!(!file.exists());
    says_full(&home.run(&["show", "WB-0002"]));
    disk.free();

    // Too little for the snapshot of what is touched, enough to begin.
    disk.fill(96 * 1024);
    let ran = home.run(&ready.run());
    says_full(&ran);
    assert_eq!(effects(&stand), BTreeMap::new());
    assert_eq!(home.state(), kept);
    disk.free();

    assert!(states(stand.instance("prod")).is_empty());
    home.run(&["vault", "check"]).expect_code(0);
    home.run(&["audit", "check"]).expect_code(0);
    let runs = home.run(&["run", "list"]).one("runs");
    let begun = list(&runs["runs"]).iter().find(|run| run["kind"] == "move");
    let again = if begun.is_some_and(|run| run["resumable"] == true) {
        home.run(&["resume", "latest"])
    } else {
        home.run(&ready.run())
    };
    again.expect_code(0);
    assert_eq!(states(stand.instance("prod")), states(stand.dev()));
}

#[test]
fn a_disk_that_fills_up_in_the_middle_stops_the_run_and_nothing_is_done_twice() {
    let stand = full_and_empty(16);
    let home = Home::new();
    let Some(disk) = SmallDisk::mount(&home.data(), 32) else {
        return;
    };
    save_both(&home, &stand, "test");
    let ready = ready(&home, &stand);
    stand.control().reset_calls();

    let mut live = home.spawn(&ready.run());
    let begun = live.wait_for(|_| !effects(&stand).is_empty());
    assert!(begun, "the run ended before the disk was filled");
    disk.fill(0);
    let outcome = live.wait();
    says_full(&outcome);
    let done = effects(&stand);
    let all = list(&ready.waybill["steps"]).len();
    assert!(
        done.len() < all,
        "it stopped in the middle: {} of {all}",
        done.len()
    );
    disk.free();

    let runs = home.run(&["run", "list"]).one("runs");
    let run = list(&runs["runs"])
        .iter()
        .find(|run| run["kind"] == "move")
        .unwrap()
        .clone();
    assert_eq!(run["resumable"], true, "{run}");
    let resumed = home.run(&["resume", "latest"]);
    resumed.expect_code(0);
    assert_eq!(resumed.one("result")["run"], run["id"]);
    assert_eq!(states(stand.instance("prod")), states(stand.dev()));
    let twice: Vec<_> = effects(&stand)
        .into_iter()
        .filter(|(what, times)| {
            *times > 1 && (what.contains("archive") || what.contains("ACTIVATED"))
        })
        .collect();
    assert!(twice.is_empty(), "{twice:#?}");
    let report = home.run(&["report", "latest"]).one("report");
    assert_eq!(report["failed"], 0, "{report}");
    home.run(&["vault", "check"]).expect_code(0);
    home.run(&["audit", "check"]).expect_code(0);
}
