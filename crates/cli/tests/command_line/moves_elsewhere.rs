//! A waybill that is planned on one computer and run on another, and the certificate that goes along.

use std::fs;

use serde_json::json;

use crate::support::moving::{
    FROM, TO, enter_secrets, full_and_empty, having_read, list, plan, save_both, states, warnings,
};
use crate::support::{Caller, Home, canary, text};

#[test]
fn what_was_planned_on_one_computer_is_run_on_another_with_its_archives() {
    let stand = full_and_empty(6);
    let (here, there) = (Home::new(), Home::new());
    save_both(&here, &stand, "test");
    save_both(&there, &stand, "test");
    let (first, _) = plan(&here, "first.json", &[]);
    let blocked = first.one("waybill");
    let mut more = enter_secrets(&here, &stand, &blocked);
    let archives = here.path("archives");
    let folder = archives.to_str().unwrap().to_owned();
    more.extend(["--archives".to_owned(), folder.clone()]);
    let (planned, file) = plan(&here, "move.json", &more);
    let waybill = planned.one("waybill");
    assert_eq!(waybill["blocked"], false, "{:#}", waybill["findings"]);
    assert!(fs::read_dir(&archives).unwrap().count() > 6);
    let rules = warnings(&waybill);
    let path = file.to_str().unwrap();

    // The secrets are not in the file: each computer has its own place for them.
    enter_secrets(&there, &stand, &blocked);
    stand.control().reset_calls();
    let running = having_read(&rules, &["run", path, "--yes"]);
    let without = there.run(&running);
    assert_ne!(without.code, Some(0), "the archives are not there");
    assert!(stand.control().calls().effects.is_empty());
    let with = [&running[..], &["--archives", &folder]].concat();
    let ran = there.run(&with);
    ran.expect_code(0);
    assert_eq!(states(stand.instance("prod")), states(stand.dev()));
    let report = there.run(&["report", "latest"]).one("report");
    assert_eq!(report["waybillHash"], waybill["hash"]);
}

#[test]
fn a_certificate_goes_along_with_the_file_that_is_named_for_it() {
    let stand = full_and_empty(2);
    let home = Home::new();
    save_both(&home, &stand, "test");
    let file = home.path("bank, key.asc");
    fs::write(&file, "a public key").unwrap();
    let planning = |given: &str| {
        let to = home.path("certificate.json");
        let arguments = [
            "plan",
            "--from",
            FROM,
            "--to",
            TO,
            "--certificate",
            given,
            "-o",
            to.to_str().unwrap(),
        ];
        (home.run(&arguments), to)
    };
    let (wrong, _) = planning(&format!("nobody={}", file.display()));
    wrong.expect_error(2, "badInput");
    let (wrong, _) = planning("bank_pgp=missing.asc");
    wrong.expect_error(1, "fileFailed");

    let (planned, saved) = planning(&format!("bank_pgp={},PGP,PUBLIC", file.display()));
    let waybill = planned.one("waybill");
    assert_eq!(waybill["blocked"], false, "{:#}", waybill["findings"]);
    assert_eq!(list(&waybill["steps"]).len(), 1, "{waybill:#}");
    let rules = warnings(&waybill);
    let running = having_read(&rules, &["run", saved.to_str().unwrap(), "--yes"]);
    home.run(&running).expect_code(0);
    let there = Caller::new(stand.instance("prod")).list("certificates");
    let ids: Vec<&str> = there.iter().map(|one| text(&one["id"])).collect();
    assert_eq!(json!(ids), json!(["USER|PGP|PUBLIC|bank_pgp"]));

    // A private key is opened by a secret that is kept beforehand.
    let id = "certificate:USER|PGP|PRIVATE|payroll_pgp";
    let keeping = ["secrets", "set", "--to", TO, "--connection", id, "--name"];
    let keeping = [&keeping[..], &["passPhrase"]].concat();
    home.run_with(&keeping, &[&canary()]).expect_code(0);
    let (planned, saved) = planning(&format!("payroll_pgp={}", file.display()));
    let waybill = planned.one("waybill");
    assert_eq!(waybill["blocked"], false, "{:#}", waybill["findings"]);
    let rules = warnings(&waybill);
    let running = having_read(&rules, &["run", saved.to_str().unwrap(), "--yes"]);
    home.run(&running).expect_code(0);
    let there = Caller::new(stand.instance("prod")).list("certificates");
    assert_eq!(there.len(), 2, "{there:#?}");
}
