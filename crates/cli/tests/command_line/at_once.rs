//! Two programs on one home.

use std::time::Duration;

use crate::support::{Home, Stand, oic3};

fn stand() -> Stand {
    Stand::start(|builder| {
        builder
            .instance(oic3("dev"))
            .instance(oic3("test"))
            .synthetic(40, 11)
            .latency(Duration::from_millis(40))
    })
}

#[test]
fn a_second_backup_of_the_same_instance_says_that_one_is_running() {
    let stand = stand();
    let home = Home::new();
    home.add("Acme DEV", stand.dev());
    let mut first = home.spawn(&["backup", "Acme DEV"]);
    assert!(first.wait_for_fetched(1));
    let refused = home.run(&["backup", "Acme DEV"]);
    refused.expect_error(1, "alreadyRunning");
    let fresh = home.run(&["backup", "Acme DEV", "--fresh"]);
    fresh.expect_error(1, "alreadyRunning");
    let outcome = first.wait();
    outcome.expect_code(0);
    assert_eq!(outcome.one("result")["status"], "complete");
    assert_eq!(home.snapshots().len(), 1);
}

#[test]
fn backups_of_two_instances_at_once_both_end_complete() {
    let stand = stand();
    let home = Home::new();
    home.add("Acme DEV", stand.dev());
    home.add("Acme TEST", stand.instance("test"));
    let running = ["Acme DEV", "Acme TEST"].map(|name| home.spawn(&["backup", name]));
    for live in running {
        let outcome = live.wait();
        outcome.expect_code(0);
        assert_eq!(outcome.one("result")["status"], "complete");
    }
    assert_eq!(home.snapshots().len(), 2);
    home.run(&["vault", "check"]).expect_code(0);
}
