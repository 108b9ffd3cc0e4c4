//! Arguments, right and wrong.

use crate::support::{Home, Stand, text};

#[test]
fn help_and_completions_are_printed_for_every_verb() {
    let home = Home::new();
    for arguments in [
        &["--help"][..],
        &["--version"],
        &["instance", "--help"],
        &["instance", "add", "--help"],
        &["backup", "--help"],
        &["snapshot", "extract", "--help"],
        &["artifacts", "--help"],
        &["inspect", "--help"],
        &["run", "--help"],
        &["plan", "--help"],
        &["rollback", "--help"],
        &["report", "--help"],
        &["vault", "--help"],
        &["secrets", "--help"],
        &["practice", "start", "--help"],
    ] {
        let outcome = home.run_bare(arguments, &[]);
        outcome.expect_code(0);
        assert!(outcome.stdout.contains("waybill"), "{arguments:?}");
        assert_eq!(outcome.stderr, "");
    }
    for shell in ["bash", "zsh", "fish", "powershell", "elvish"] {
        let outcome = home.run_bare(&["completions", shell], &[]);
        outcome.expect_code(0);
        assert!(outcome.stdout.len() > 1_000, "{shell}");
        assert!(outcome.stdout.contains("backup"), "{shell}");
    }
    assert!(
        !home.data().exists(),
        "asking for help makes no data folder"
    );
}

#[test]
fn arguments_that_make_no_sense_end_with_2_and_say_why() {
    let home = Home::new();
    for arguments in [
        &[][..],
        &["frobnicate"],
        &["backup"],
        &["backup", "Acme", "--colour"],
        &["plan", "--from", "A", "--to", "B"],
        &["run", "list", "--yes"],
        &["instance", "add", "Acme", "--environment", "moon"],
        &["artifacts", "instance:Acme", "--save", "integration:X|1"],
        &["practice", "start", "--port", "70000"],
    ] {
        let outcome = home.run_bare(arguments, &[]);
        outcome.expect_code(2);
        assert!(!outcome.stderr.is_empty(), "{arguments:?}");
        assert_eq!(outcome.stdout, "", "{arguments:?}");
    }
}

#[test]
fn what_is_not_there_is_named() {
    let stand = Stand::with(3);
    let home = Home::new();
    home.add("Acme", stand.dev());
    home.refuses(&["snapshot", "show", "latest"], &[], 1, "unknownSubject");
    home.refuses(&["vault", "check"], &[], 1, "noVault");
    home.back_up("Acme");
    let error = home.refuses(&["backup", "Nobody"], &[], 1, "unknownSubject");
    assert!(text(&error["message"]).contains("Nobody"));
    home.refuses(&["instance", "test", "Nobody"], &[], 1, "unknownSubject");
    home.refuses(&["instance", "remove", "Nobody"], &[], 1, "unknownSubject");
    home.refuses(&["artifacts", "instance:Nobody"], &[], 1, "unknownSubject");
    let to = home.path("out");
    let to = to.to_str().unwrap();
    for arguments in [
        &["snapshot", "show", "ffffffff"][..],
        &["snapshot", "verify", "ffffffff"],
        &["snapshot", "extract", "ffffffff", "--to", to],
        &["artifacts", "snapshot:ffffffff"],
        &["run", "show", "ffffffff"],
        &["run", "resume", "ffffffff"],
        &["run", "discard", "ffffffff"],
    ] {
        let error = home.refuses(arguments, &[], 1, "unknownSubject");
        assert!(text(&error["message"]).contains("ffffffff"), "{error}");
    }
    for arguments in [
        &["artifacts", "moon:Acme"][..],
        &["artifacts", "instance:Acme", "--kind", "moon"],
        &["backup", "Acme", "--only", "moon"],
    ] {
        home.refuses(arguments, &[], 2, "badInput");
    }
    let twice = Home::adding("acme", stand.dev());
    let twice: Vec<&str> = twice.iter().map(String::as_str).collect();
    let error = home.refuses(&twice, &[&stand.dev().client_secret], 2, "badInput");
    assert_eq!(error["context"]["field"], "name");
    let full = home.path("user");
    std::fs::write(full.join("mine.txt"), "mine").unwrap();
    let to = full.to_str().unwrap();
    home.refuses(
        &["snapshot", "extract", "latest", "--to", to],
        &[],
        2,
        "badInput",
    );
    assert_eq!(std::fs::read(full.join("mine.txt")).unwrap(), b"mine");
}

#[test]
fn quiet_prints_results_alone() {
    let stand = Stand::with(8);
    let home = Home::new();
    home.add("Acme", stand.dev());
    let outcome = home.run(&["backup", "Acme", "--quiet"]);
    outcome.expect_code(0);
    assert_eq!(outcome.lines().len(), 1, "{}", outcome.stdout);
    assert_eq!(outcome.stderr, "");
    let outcome = home.run(&["backup", "Acme"]);
    assert!(outcome.lines().len() > 1, "{}", outcome.stdout);
}
