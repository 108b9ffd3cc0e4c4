//! What a move is refused for, and that nothing is changed then.

use std::fs;

use crate::support::moving::{
    FROM, TO, enter_secrets, found, full_and_empty, having_read, plan, save_both, states, warnings,
};
use crate::support::{Home, text};

#[test]
fn what_is_asked_for_and_makes_no_sense_is_refused_and_leaves_no_waybill() {
    let stand = full_and_empty(4);
    let home = Home::new();
    save_both(&home, &stand, "test");
    let planning = ["plan", "--from", FROM, "--to", TO];
    let with = |more: &[&'static str]| [&planning[..], more].concat();
    home.refuses(&with(&["--select", "NOBODY_*"]), &[], 2, "badInput");
    home.refuses(&with(&["--package", "Nobody"]), &[], 2, "badInput");
    home.refuses(
        &with(&["--all", "--changed-since", "soon"]),
        &[],
        2,
        "badInput",
    );
    home.refuses(
        &with(&["--all", "--policy", "existing=perhaps"]),
        &[],
        2,
        "badInput",
    );
    home.refuses(
        &with(&["--changed-since", "2999-01-01"]),
        &[],
        2,
        "badInput",
    );
    home.run(&planning).expect_code(2);
    let unknown = with(&["--all", "--value", "ERP_CLOUD,nobody=1"]);
    home.refuses(&unknown, &[], 2, "badInput");
    let other = ["plan", "--from", FROM, "--to", "Nobody", "--all"];
    home.refuses(&other, &[], 1, "unknownSubject");
    home.refuses(&["show", "WB-0001"], &[], 1, "unknownSubject");
    home.refuses(&["run", "WB-0001", "--yes"], &[], 1, "unknownSubject");
    home.refuses(&["report", "latest"], &[], 1, "unknownSubject");
    let broken = home.path("broken.json");
    fs::write(&broken, "{\"format\": 1").unwrap();
    let broken = broken.to_str().unwrap();
    assert_ne!(home.run(&["run", broken, "--yes"]).code, Some(0));
    assert!(states(stand.instance("prod")).is_empty());
}

#[test]
fn a_destination_that_is_read_only_or_wants_a_second_person_is_not_written() {
    let stand = full_and_empty(4);
    let home = Home::new();
    save_both(&home, &stand, "test");
    let (first, _) = plan(&home, "first.json", &[]);
    let files = enter_secrets(&home, &stand, &first.one("waybill"));

    // Whether it may be changed is judged each time: an allowance that was given since counts, and one
    // that ended since does not.
    home.run(&["instance", "read-only", TO]).expect_code(0);
    let (closed, closed_file) = plan(&home, "closed.json", &files);
    let closed_waybill = closed.one("waybill");
    assert_eq!(closed_waybill["blocked"], true);
    assert_eq!(found(&closed_waybill, "read-only").len(), 1);
    let closed_rules = warnings(&closed_waybill);
    let closed_path = closed_file.to_str().unwrap();
    let run = home.run(&having_read(&closed_rules, &["run", closed_path, "--yes"]));
    let error = run.expect_error(1, "readOnly");
    assert!(
        text(&error["guidance"]).ends_with("`waybill instance allow-writes`."),
        "{error}"
    );
    home.run(&["instance", "allow-writes", TO, "--minutes", "15"])
        .expect_code(0);
    let shown = home.run(&["show", closed_path]).one("waybill");
    assert_eq!(
        (&shown["blocked"], &shown["hash"]),
        (&false.into(), &closed_waybill["hash"])
    );
    let looking = having_read(&closed_rules, &["run", closed_path, "--dry-run"]);
    let look = home.run(&looking).one("look");
    assert_eq!(look["against"], serde_json::json!([]));
    home.run(&["instance", "read-only", TO]).expect_code(0);
    let shown = home.run(&["show", closed_path]).one("waybill");
    assert_eq!(shown["blocked"], true);
    home.run(&["instance", "allow-writes", TO, "--minutes", "15"])
        .expect_code(0);

    home.run(&["instance", "require-sign-off", TO])
        .expect_code(0);
    let (planned, file) = plan(&home, "move.json", &files);
    let waybill = planned.one("waybill");
    let rules = warnings(&waybill);
    let path = file.to_str().unwrap();
    let running = having_read(&rules, &["run", path, "--yes"]);
    home.run(&running).expect_error(1, "changeBlocked");

    let signed = home.run(&["sign-off", path, "--by", "Jo Lind"]);
    signed.expect_code(0);
    assert!(fs::read_to_string(&file).unwrap().contains("Jo Lind"));
    home.run(&["instance", "read-only", TO]).expect_code(0);
    home.run(&running).expect_error(1, "readOnly");
    assert!(states(stand.instance("prod")).is_empty());

    home.run(&["instance", "allow-writes", TO, "--minutes", "15"])
        .expect_code(0);
    // Nobody at a terminal, nobody agreed.
    let silent = having_read(&rules, &["run", path]);
    home.run(&silent).expect_error(2, "badInput");
    stand.control().reset_calls();
    let ran = home.run(&running);
    ran.expect_code(0);
    assert_eq!(text(&ran.one("result")["status"]), "complete");
    assert_eq!(states(stand.instance("prod")), states(stand.dev()));
}
