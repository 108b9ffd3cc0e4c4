//! Backups with something missing say so, why, and what to do.

use serde_json::Value;
use waybill_sandbox::FaultKind;

use crate::support::{Home, Stand, text};

/// A partial backup that names this artifact as the one thing missing.
#[track_caller]
fn partial_without(home: &Home, id: &str) -> Value {
    let outcome = home.run(&["backup", "Acme"]);
    outcome.expect_code(3);
    let result = outcome.one("result");
    assert_eq!(result["status"], "partial", "{result}");
    assert_eq!(result["failed"], 1, "{result}");
    assert!(text(&result["guidance"]).len() > 20, "{result}");
    let detail = home.run(&["snapshot", "show", "latest"]).one("snapshot");
    assert_eq!(detail["summary"]["status"], "partial");
    let unread = detail["unread"].as_array().unwrap();
    assert_eq!(unread.len(), 1, "{unread:?}");
    assert_eq!(unread[0]["id"], id);
    let told = home.tell(&["snapshot", "show", "latest"]);
    told.expect_code(0);
    for words in [&unread[0]["reason"], &unread[0]["guidance"]] {
        let words = text(words);
        assert!(words.ends_with('.') && words.len() > 20, "{words}");
        assert!(!words.contains("HTTP") && !words.contains("423"), "{words}");
        assert!(told.stdout.contains(words), "{words}\n{}", told.stdout);
    }
    unread[0].clone()
}

#[test]
fn a_locked_artifact_makes_a_partial_backup_and_the_next_one_after_unlocking_is_complete() {
    let stand = Stand::with(12);
    let home = Home::new();
    home.add("Acme", stand.dev());
    let locked = stand.an_integration();
    assert!(stand.control().lock("dev", &locked));
    let unread = partial_without(&home, &locked.to_string());
    assert!(text(&unread["reason"]).contains("is open in the console by"));

    assert!(stand.control().unlock("dev", &locked));
    home.back_up("Acme");
    assert_eq!(home.snapshots().len(), 2);
}

#[test]
fn an_archive_that_always_arrives_cut_short_makes_a_partial_backup_with_the_reason() {
    let stand = Stand::with(12);
    let home = Home::new();
    home.add("Acme", stand.dev());
    let cut = stand.an_integration();
    stand.fail_always(FaultKind::Truncate, &format!("/{}/archive", cut.wire()));
    partial_without(&home, &cut.to_string());

    stand.control().heal();
    home.back_up("Acme");
}
