//! Which backup the next one takes up.

use std::time::Duration;

use serde_json::Value;
use waybill_sandbox::FaultKind;

use crate::support::{Caller, Home, Stand, oic3, text};

fn slow() -> Stand {
    Stand::start(|builder| {
        builder
            .instance(oic3("dev"))
            .synthetic(60, 11)
            .latency(Duration::from_millis(40))
    })
}

/// A backup that is cut off once it asked for so many archives.
fn cut_off(home: &Home, stand: &Stand, arguments: &[&str], after: u64) {
    stand.control().reset_calls();
    let mut live = home.spawn(arguments);
    assert!(live.wait_for_archives(stand, after));
    assert_eq!(live.kill().code, None);
}

fn runs(home: &Home) -> Vec<Value> {
    let runs = home.run_bare(&["run", "list", "--json"], &[]).one("runs");
    runs["runs"].as_array().unwrap().clone()
}

fn archives_to_complete(home: &Home, stand: &Stand, arguments: &[&str]) -> u64 {
    stand.control().reset_calls();
    let outcome = home.run(arguments);
    outcome.expect_code(0);
    assert_eq!(outcome.one("result")["status"], "complete");
    stand.archives_asked()
}

#[test]
fn an_interrupted_backup_of_a_choice_is_not_taken_for_one_of_the_instance() {
    let stand = slow();
    let home = Home::new();
    home.add("Acme", stand.dev());
    let catalogue = home.run(&["artifacts", "instance:Acme"]).one("catalogue");
    let ids: Vec<&str> = catalogue["artifacts"]
        .as_array()
        .unwrap()
        .iter()
        .map(|artifact| text(&artifact["id"]))
        .filter(|id| id.starts_with("integration:"))
        .collect();
    let mut arguments = vec!["backup", "Acme", "--only"];
    arguments.extend(&ids);
    cut_off(&home, &stand, &arguments, 5);
    let whole = home.back_up("Acme");
    assert!(
        whole["planned"].as_u64().unwrap() > ids.len() as u64,
        "{whole}"
    );
    let newest = &home.snapshots()[0];
    assert_eq!(newest["selection"], false, "{newest}");
}

#[test]
fn fresh_and_discard_give_up_what_was_fetched() {
    let stand = slow();
    let home = Home::new();
    home.add("Acme", stand.dev());
    cut_off(&home, &stand, &["backup", "Acme"], 40);
    let all = archives_to_complete(&home, &stand, &["backup", "Acme", "--fresh"]);
    assert!(all >= 60, "{all}");
    let statuses: Vec<Value> = runs(&home)
        .iter()
        .map(|run| run["status"].clone())
        .collect();
    assert_eq!(statuses, ["done", "discarded"]);

    for id in stand.control().touch_integrations("dev", 30) {
        assert!(stand.control().touch("dev", &id));
    }
    cut_off(&home, &stand, &["backup", "Acme"], 25);
    let interrupted = runs(&home)[0].clone();
    let id = text(&interrupted["id"]);
    home.run(&["run", "discard", id]).expect_code(0);
    assert_eq!(runs(&home)[0]["status"], "discarded");
    home.refuses(&["run", "resume", id], &[], 2, "badInput");
    let staged = std::fs::read_dir(home.data().join("staging"));
    assert_eq!(staged.map_or(0, Iterator::count), 0);
    let again = archives_to_complete(&home, &stand, &["backup", "Acme"]);
    assert!(again >= 30, "{again}");
}

#[test]
fn a_failed_and_a_cancelled_backup_are_taken_up_by_the_next_one() {
    let stand = slow();
    let home = Home::new();
    home.add("Acme", stand.dev());
    let mut live = home.spawn(&["backup", "Acme"]);
    assert!(live.wait_for_archives(&stand, 30));
    live.interrupt();
    live.wait().expect_code(4);
    let cancelled = stand.archives_asked();

    let mut live = home.spawn(&["backup", "Acme"]);
    assert!(live.wait_for_archives(&stand, cancelled + 25));
    let refused = FaultKind::Status {
        code: 401,
        retry_after: None,
    };
    stand.fail_always(refused, "/");
    live.wait().expect_code(1);
    stand.control().heal();

    let rest = archives_to_complete(&home, &stand, &["backup", "Acme"]);
    let all = u64::try_from(Caller::new(stand.dev()).served().len()).unwrap();
    // What was in flight when it stopped, twice, is asked for again.
    assert!(rest + 30 + 25 <= all + 2 * 16, "{rest} of {all}");
    let runs = runs(&home);
    assert_eq!(runs.len(), 1, "one run, taken up twice: {runs:?}");
    assert_eq!(home.snapshots().len(), 1);
}

#[test]
fn ctrl_c_works_while_the_service_does_not_answer() {
    let stand = Stand::with(6);
    let home = Home::new();
    home.add("Acme", stand.dev());
    stand.fail_always(FaultKind::Stall, "/archive");
    let mut live = home.spawn(&["backup", "Acme"]);
    assert!(live.wait_for(|text| text.contains("\"phase\":\"fetching\"")));
    let begun = std::time::Instant::now();
    live.interrupt();
    live.wait().expect_code(4);
    // The call itself would have been waited for far longer.
    assert!(begun.elapsed() < Duration::from_secs(25));
    stand.control().heal();
    home.back_up("Acme");
}
