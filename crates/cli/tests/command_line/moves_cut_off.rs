//! A move that is cut off in the middle goes on where it was, and does nothing twice.

use std::collections::BTreeSet;

use serde_json::Value;

use crate::support::moving::{
    enter_secrets, full_and_empty, having_read, list, plan, save_both, states, warnings,
};
use crate::support::{Home, text};

#[test]
fn a_move_killed_in_the_middle_is_resumed_and_does_nothing_twice() {
    let stand = full_and_empty(16);
    let home = Home::new();
    save_both(&home, &stand, "test");
    let (first, _) = plan(&home, "first.json", &[]);
    let files = enter_secrets(&home, &stand, &first.one("waybill"));
    let (planned, file) = plan(&home, "move.json", &files);
    let waybill = planned.one("waybill");
    assert_eq!(waybill["blocked"], false, "{:#}", waybill["findings"]);
    let rules = warnings(&waybill);

    stand.control().reset_calls();
    let running = having_read(&rules, &["run", file.to_str().unwrap(), "--yes"]);
    let mut live = home.spawn(&running);
    let reached = live.wait_for(|printed| done(printed).len() >= 8);
    assert!(reached, "the run ended before it could be cut off");
    live.kill();

    let runs = home.run(&["run", "list"]).one("runs");
    let run = list(&runs["runs"])
        .iter()
        .find(|run| run["kind"] == "move")
        .unwrap();
    assert_eq!(run["status"], "interrupted", "{run}");
    assert_eq!(run["resumable"], true);
    let resumed = home.run(&["resume", "latest"]);
    resumed.expect_code(0);
    assert_eq!(resumed.one("result")["run"], run["id"]);

    assert_eq!(states(stand.instance("prod")), states(stand.dev()));
    let twice: Vec<_> = stand
        .control()
        .calls()
        .effects
        .into_iter()
        .filter(|(kind, _)| kind.contains("archive") || kind.contains("ACTIVATED"))
        .flat_map(|(kind, subjects)| {
            subjects
                .into_iter()
                .filter(|(_, times)| *times > 1)
                .map(move |(subject, times)| format!("{kind} {subject}: {times} times"))
        })
        .collect();
    assert!(twice.is_empty(), "{twice:#?}");
    let report = home.run(&["report", "latest"]).one("report");
    assert_eq!(report["failed"], 0, "{report}");
}

/// The steps that were told to be done.
fn done(printed: &str) -> BTreeSet<String> {
    printed
        .lines()
        .filter_map(|line| serde_json::from_str::<Value>(line).ok())
        .filter(|line| line["type"] == "progress")
        .flat_map(|line| line["steps"].as_array().cloned().unwrap_or_default())
        .filter(|step| step["state"] == "done")
        .map(|step| text(&step["key"]).to_owned())
        .collect()
}
