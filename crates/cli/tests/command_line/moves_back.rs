//! What comes after a run: what failed is tried again, and what was done is taken back, in part or
//! wholly. And a waybill as a page.

use std::fs;

use waybill_sandbox::ActivationFault;

use crate::support::moving::{
    TO, allow, enter_secrets, full_and_empty, having_read, list, plan, save_both, states, warnings,
};
use crate::support::{Home, text};

#[test]
fn what_failed_is_tried_again_and_what_was_done_is_taken_back_in_part_and_wholly() {
    let stand = full_and_empty(6);
    let home = Home::new();
    save_both(&home, &stand, "production");
    allow(&home);
    let (dev, prod) = (stand.dev(), stand.instance("prod"));
    let (first, _) = plan(&home, "first.json", &[]);
    let files = enter_secrets(&home, &stand, &first.one("waybill"));
    let (planned, file) = plan(&home, "move.json", &files);
    let waybill = planned.one("waybill");
    assert_eq!(waybill["blocked"], false, "{:#}", waybill["findings"]);
    let rules = warnings(&waybill);
    let path = file.to_str().unwrap();

    // The page that goes to whoever reads it.
    let page = home.path("waybill.html");
    let shown = home.run(&["show", path, "--html", page.to_str().unwrap()]);
    assert_eq!(shown.one("waybill")["hash"], waybill["hash"]);
    let page = fs::read_to_string(page).unwrap();
    assert!(page.starts_with("<!doctype html>") || page.starts_with("<!DOCTYPE html>"));
    assert!(page.contains(text(&waybill["hash"])) && !page.contains("<script"));
    for step in list(&waybill["steps"]) {
        let code = text(&step["subject"]);
        let code = code.split(':').next_back().unwrap_or_default();
        assert!(page.contains(code), "{code} is not on the page");
    }

    let active = states(dev)
        .into_iter()
        .find(|(_, state)| state == "ACTIVATED");
    let (failing, _) = active.unwrap();
    stand.control().disturb_activations(ActivationFault {
        integration: failing.clone(),
        millis: None,
        error: Some("The endpoint did not answer.".to_owned()),
        times: None,
    });
    stand.control().reset_calls();
    let running = having_read(&rules, &["run", path, "--yes", "--instance-name", TO]);
    let ran = home.run(&running);
    ran.expect_code(3);
    let run = text(&ran.one("result")["run"]).to_owned();
    let report = home.run(&["report", &run]).one("report");
    assert!(report["failed"].as_u64().unwrap() > 0, "{report}");
    assert_ne!(states(prod), states(dev));
    // It fails once more, and then no longer.
    home.run(&["retry", &run, "--instance-name", TO])
        .expect_code(3);
    stand.control().heal();
    let again = home.run(&["retry", "latest", "--instance-name", TO]);
    again.expect_code(0);
    assert_eq!(text(&again.one("result")["run"]), run);
    assert_eq!(states(prod), states(dev));
    let effects = stand.control().calls().effects;
    let imports = effects
        .iter()
        .filter(|(kind, _)| kind.contains("archive"))
        .flat_map(|(_, subjects)| subjects.values());
    assert!(imports.clone().count() > 5 && imports.clone().all(|times| *times == 1));
    let nothing = home.run(&["retry", &run, "--instance-name", TO]);
    nothing.expect_error(2, "badInput");

    // One artifact goes back alone.
    let only = format!("integration:{failing}");
    let back = home.run(&["rollback", &run, "--only", &only]);
    let waybill = back.one("waybill");
    assert_eq!(waybill["blocked"], false, "{:#}", waybill["findings"]);
    let deleted: Vec<&str> = list(&waybill["steps"])
        .iter()
        .filter(|step| text(&step["key"]).starts_with("delete integration:"))
        .map(|step| text(&step["subject"]))
        .collect();
    assert_eq!(deleted, [only.as_str()]);
    let rules = warnings(&waybill);
    let id = text(&waybill["id"]);
    let running = having_read(&rules, &["run", id, "--yes", "--instance-name", TO]);
    home.run(&running).expect_code(0);
    let mut left = states(dev);
    left.retain(|(id, _)| *id != failing);
    assert_eq!(states(prod), left);

    // And all of it, planned and run at once.
    let asked = ["rollback", &run, "--run", "--yes", "--instance-name", TO];
    let planned = home.run(&["rollback", &run]).one("waybill");
    let rules = warnings(&planned);
    home.run(&having_read(&rules, &asked)).expect_code(0);
    assert!(states(prod).is_empty());
    home.run(&["audit", "check"]).expect_code(0);
}
