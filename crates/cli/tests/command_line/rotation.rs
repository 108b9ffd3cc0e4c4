//! Another password for a connection in use, from the command line: looked at, planned, run, and reported.

use serde_json::Value;
use waybill_sandbox::FaultKind;

use crate::support::moving::{FROM, having_read, list, states, warnings};
use crate::support::{Home, Stand, canary, oic3, text};

const CONNECTION: &str = "REPORTING_ATP";

fn stand() -> Stand {
    Stand::start(|builder| {
        builder
            .instance(oic3("dev"))
            .synthetic(10, 11)
            .through_one_connection()
    })
}

/// Plans the rotation and runs it; gives how the run ended and its report.
fn rotated(home: &Home, exit: i32) -> Value {
    let planning = [
        "rotate",
        "plan",
        FROM,
        "--connection",
        CONNECTION,
        "--secret",
        "password",
        "--secrets-stdin",
    ];
    let waybill = home.run_with(&planning, &[&canary()]).one("waybill");
    assert_eq!(waybill["blocked"], false, "{:#}", waybill["findings"]);
    let rules = warnings(&waybill);
    let run = ["run", text(&waybill["id"]), "--yes"];
    home.run(&having_read(&rules, &run)).expect_code(exit);
    home.run(&["report", "latest"]).one("report")
}

/// The words about integrations that were taken out of service.
fn restarted(report: &Value) -> Vec<&str> {
    let rows = list(&report["rows"]).iter();
    let words = rows.filter(|row| text(&row["id"]).starts_with("integration:"));
    words.map(|row| text(&row["words"])).collect()
}

#[test]
fn all_that_was_active_is_active_after_and_the_report_says_with_which_password() {
    let stand = stand();
    let home = Home::new();
    home.add(FROM, stand.dev());
    home.back_up(FROM);
    let before = states(stand.dev());

    let look = ["rotate", "look", FROM, "--connection", CONNECTION];
    let looked = home.run(&look).one("rotation");
    let connection = &list(&looked["connections"])[0];
    assert!(list(&connection["secrets"]).contains(&"password".into()));
    let active = connection["active"].as_u64().unwrap();
    assert!(active > 0, "{connection}");
    let told = home.tell(&look);
    assert!(
        told.stdout.contains("deactivated and activated again"),
        "{told:?}"
    );

    let report = rotated(&home, 0);
    let words = restarted(&report);
    assert_eq!(u64::try_from(words.len()).unwrap(), active);
    let new = |one: &&str| one.ends_with(", active; `REPORTING_ATP` has the new values");
    assert!(words.iter().any(new), "{words:?}");
    assert!(
        words.iter().all(|one| one.contains("has the new values")),
        "{words:?}"
    );
    assert_eq!(states(stand.dev()), before);

    // The service does not take the new password: everything goes on with the old one.
    stand.fail_always(
        FaultKind::Status {
            code: 423,
            retry_after: None,
        },
        &format!("POST /connections/{CONNECTION}"),
    );
    let report = rotated(&home, 3);
    let words = restarted(&report);
    assert!(
        words
            .iter()
            .all(|one| one.contains("has the values that it had")),
        "{words:?}"
    );
    assert_eq!(states(stand.dev()), before);
}

#[test]
fn a_rotation_of_nothing_is_refused_before_anything_is_begun() {
    let stand = stand();
    let home = Home::new();
    home.add(FROM, stand.dev());
    home.back_up(FROM);
    home.refuses(&["rotate", "look", FROM], &[], 2, "badInput");
    let nothing = ["rotate", "plan", FROM, "--connection", CONNECTION];
    home.refuses(&nothing, &[], 2, "badInput");
    let unknown = [
        "rotate",
        "plan",
        FROM,
        "--connection",
        CONNECTION,
        "--secret",
        "passphrase",
        "--secrets-stdin",
    ];
    home.refuses(&unknown, &[&canary()], 2, "badInput");
    let replacing = [
        "rotate",
        "plan",
        FROM,
        "--replace",
        "no.such.host",
        "--with",
        "x.example",
    ];
    home.refuses(&replacing, &[], 2, "badInput");
}
