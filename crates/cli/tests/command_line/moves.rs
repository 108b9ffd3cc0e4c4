//! A move from the command line: planned, blocked by what is missing, put right, rehearsed, run,
//! reported, and taken back.

use std::fs;

use crate::support::moving::{
    FROM, TO, allow, enter_secrets, full_and_empty, having_read, list, plan, save_both, states,
    warnings,
};
use crate::support::{Home, text};

#[test]
fn a_move_to_production_is_blocked_put_right_rehearsed_run_reported_and_taken_back() {
    let stand = full_and_empty(8);
    let home = Home::new();
    save_both(&home, &stand, "production");
    allow(&home);
    let (dev, prod) = (stand.dev(), stand.instance("prod"));
    let before = states(prod);
    assert!(before.is_empty());

    // Connections come as drafts: what they need is not there.
    let (blocked, file) = plan(&home, "first.json", &[]);
    blocked.expect_code(3);
    let waybill = blocked.one("waybill");
    assert_eq!(waybill["blocked"], true, "{waybill}");
    let blocking = list(&waybill["findings"])
        .iter()
        .filter(|one| one["severity"] == "blocking");
    let subjects: Vec<&str> = blocking
        .map(|one| one["subject"].as_str().unwrap_or_default())
        .collect();
    assert!(
        subjects.iter().all(|one| one.starts_with("connection:")) && !subjects.is_empty(),
        "{subjects:?}"
    );
    // What is to be entered is named as the command line takes it.
    let to_enter = list(&waybill["toEnter"]);
    let wanted = |one: &&serde_json::Value| one["kind"] == "secret" && one["name"] == "password";
    assert!(to_enter.iter().any(|one| wanted(&one)), "{to_enter:?}");
    let told = home.tell(&["plan", "--from", FROM, "--to", TO, "--all"]);
    assert!(
        told.stdout
            .contains("`waybill secrets set --to \"Acme PROD\" --connection connection:"),
        "{}",
        told.stdout
    );
    let path = file.to_str().unwrap();
    let run = home.run(&["run", path, "--yes", "--instance-name", TO]);
    run.expect_error(1, "changeBlocked");
    let lines = run.lines();
    let against = &lines[lines.len() - 2];
    assert_eq!(against["type"], "against");
    let open = list(&against["findings"]);
    assert!(open.iter().all(|one| one["severity"] != "note") && !open.is_empty());
    assert_eq!(against["toEnter"], waybill["toEnter"]);
    // A person reads what stands against it and what to do; the plan is shown elsewhere.
    let told = home.tell(&["run", path, "--yes", "--instance-name", TO]);
    assert_eq!(told.code, Some(1), "{told:?}");
    let words = &told.stdout;
    assert!(!words.contains("\nSteps\n") && !words.contains("ARTIFACT"));
    for part in [
        "BLOCKING",
        "What to do: ",
        "To be entered",
        "`waybill show ",
    ] {
        assert!(words.contains(part), "{part}: {words}");
    }
    assert_eq!(states(prod), before);

    let files = enter_secrets(&home, &stand, &waybill);
    let (planned, file) = plan(&home, "move.json", &files);
    let waybill = planned.one("waybill");
    assert_eq!(waybill["blocked"], false, "{:#}", waybill["findings"]);
    let rules = warnings(&waybill);
    planned.expect_code(if rules.is_empty() { 0 } else { 3 });
    let path = file.to_str().unwrap();
    let shown = home.run(&["show", path]).one("waybill");
    assert_eq!(shown["hash"], waybill["hash"]);

    // Looked at, and nothing written.
    stand.control().reset_calls();
    let rehearsed = home.run(&having_read(&rules, &["run", path, "--dry-run"]));
    rehearsed.expect_code(0);
    assert_eq!(rehearsed.one("look")["against"], serde_json::json!([]));
    let calls = stand.control().calls();
    assert!(calls.total > 0 && calls.effects.is_empty(), "{calls:?}");

    // Production wants its name.
    let yes = having_read(&rules, &["run", path, "--yes"]);
    let error = home.run(&yes).expect_error(2, "badInput");
    assert_eq!(
        error["message"],
        "A destination in Production wants its name given."
    );
    let wrong = having_read(&rules, &["run", path, "--yes", "--instance-name", "Acme"]);
    home.run(&wrong).expect_error(2, "badInput");
    assert!(states(prod).is_empty());

    let named = having_read(&rules, &["run", path, "--yes", "--instance-name", TO]);
    let ran = home.run(&named);
    ran.expect_code(0);
    let result = ran.one("result");
    assert_eq!(
        (text(&result["kind"]), text(&result["status"])),
        ("move", "complete"),
        "{result}"
    );
    assert_eq!(states(prod), states(dev));

    let (page, table, json) = (home.path("r.html"), home.path("r.csv"), home.path("r.json"));
    let outputs = [&page, &table, &json].map(|path| path.to_str().unwrap());
    let report = home.run(&[
        "report", "latest", "-o", outputs[0], "-o", outputs[1], "-o", outputs[2],
    ]);
    report.expect_code(0);
    let report = report.one("report");
    assert_eq!(report["failed"], 0);
    assert_eq!(report["waybillHash"], waybill["hash"]);
    assert_eq!(report["rollback"]["possible"], true, "{report}");
    let rows = list(&report["rows"]);
    assert!(!rows.is_empty());
    let read_back = |one: &&serde_json::Value| one["verified"] == true;
    assert!(rows.iter().filter(read_back).count() >= 8, "{rows:#?}");
    assert!(
        fs::read_to_string(&page)
            .unwrap()
            .contains(text(&report["headline"]))
    );
    assert_eq!(
        fs::read_to_string(&table)
            .unwrap()
            .trim_end()
            .lines()
            .count(),
        rows.len() + 1
    );
    let saved: serde_json::Value = serde_json::from_slice(&fs::read(&json).unwrap()).unwrap();
    assert_eq!(saved["hash"], report["hash"]);

    // And back: what it brought is gone.
    let back = home.run(&["rollback", "latest"]);
    let waybill = back.one("waybill");
    assert_eq!(waybill["blocked"], false, "{:#}", waybill["findings"]);
    let rules = warnings(&waybill);
    let id = text(&waybill["id"]);
    let running = having_read(&rules, &["run", id, "--yes", "--instance-name", TO]);
    home.run(&running).expect_code(0);
    assert_eq!(states(prod), before);
    home.run(&["audit", "check"]).expect_code(0);
}
