//! Ctrl+C.

use std::time::Duration;

use crate::support::{Home, Stand, oic3, text};

#[test]
fn ctrl_c_stops_at_a_safe_point_and_the_run_goes_on_later_where_it_was() {
    let stand = Stand::start(|builder| {
        builder
            .instance(oic3("dev"))
            .synthetic(80, 11)
            .latency(Duration::from_millis(25))
    });
    let home = Home::new();
    home.add("Acme", stand.dev());
    let mut live = home.spawn(&["backup", "Acme"]);
    assert!(live.wait_for_fetched(20));
    live.interrupt();
    let outcome = live.wait();
    outcome.expect_code(4);
    let result = outcome.one("result");
    assert_eq!(result["status"], "cancelled", "{result}");
    let kept = result["fetched"].as_u64().unwrap();
    assert!(kept >= 20, "{result}");
    assert!(home.snapshots().is_empty());
    let runs = home.run(&["run", "list"]).one("runs");
    assert_eq!(runs["runs"][0]["status"], "cancelled", "{runs}");

    let resumed = home.run(&["run", "resume", text(&result["run"])]);
    resumed.expect_code(0);
    let result = resumed.one("result");
    assert_eq!(result["status"], "complete");
    assert_eq!(result["fetched"], result["planned"], "{result}");
    // What was kept, once; what was in flight, twice.
    let archives = stand.control().calls().archives;
    let limit = result["planned"].as_u64().unwrap() + 16;
    assert!(archives <= limit, "{archives} downloads, {limit} expected");
    home.run(&["run", "resume", text(&result["run"])])
        .expect_error(2, "badInput");
}
