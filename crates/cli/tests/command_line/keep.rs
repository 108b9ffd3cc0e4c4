//! Letting snapshots go by rules, keeping some for ever, and proving that the rest can be had back.

use std::fs;

use crate::support::{Home, Stand, flip_a_byte, largest_file};

#[test]
fn snapshots_go_as_the_preview_said_and_marked_ones_stay() {
    let stand = Stand::with(3);
    let home = Home::new();
    home.add("Acme", stand.dev());
    for _ in 0..4 {
        home.back_up("Acme");
    }
    let count = || home.snapshots().len();
    assert_eq!(count(), 4);
    let shown = home.run(&["forget"]);
    shown.expect_code(0);
    assert_eq!(shown.one("preview")["goes"], 0, "nobody set a rule");
    let tried = home.run(&["forget", "--dry-run", "--keep-last", "2"]);
    let preview = tried.one("preview");
    assert_eq!(
        (&preview["goes"], &preview["stays"]),
        (&2.into(), &2.into())
    );
    assert_eq!(count(), 4);
    home.run(&["forget", "--apply", "--keep-last", "2"])
        .expect_code(2);
    assert_eq!(count(), 4, "nobody agreed to it");

    let all = preview["snapshots"].as_array().unwrap();
    let oldest = all.last().unwrap()["id"].as_str().unwrap();
    let marked = home.run(&["keep", "mark", oldest, "--as", "Before go-live"]);
    marked.expect_code(0);
    let removed = home.run(&["forget", "--apply", "--yes", "--keep-last", "2"]);
    removed.expect_code(0);
    assert_eq!(removed.lines()[0]["goes"], 1);
    assert_eq!(removed.one("result")["status"], "complete");
    assert_eq!(count(), 3);

    let set = home.run(&[
        "keep",
        "set",
        "--keep-last",
        "1",
        "--keep-daily",
        "7",
        "--yes",
    ]);
    set.expect_code(0);
    assert_eq!(set.one("keep")["form"]["all"]["daily"], 7);
    let own = home.run(&["keep", "set", "--instance", "Acme", "--keep-all", "--yes"]);
    own.expect_code(0);
    assert_eq!(home.run(&["forget"]).one("preview")["goes"], 0);
    home.run(&["keep", "set", "--instance", "Acme", "--as-all", "--yes"])
        .expect_code(0);
    assert_eq!(home.run(&["forget"]).one("preview")["goes"], 1);
    let told = home.tell(&["keep", "show"]);
    assert!(
        told.stdout.contains("the last 1, daily 7"),
        "{}",
        told.stdout
    );
    home.run(&["keep", "set"]).expect_code(2);
    home.run(&["verify"]).expect_code(0);
}

#[test]
fn verify_names_damage_with_a_code_of_its_own_and_mends_it_from_a_copy() {
    let stand = Stand::with(6);
    let home = Home::new();
    home.add("Acme", stand.dev());
    home.back_up("Acme");
    let restored = home.path("restored");
    let to = restored.to_str().unwrap();
    home.run(&["snapshot", "extract", "latest", "--to", to])
        .expect_code(0);
    let proved = home.run(&["verify", "--restore", "--artifacts", "3"]);
    proved.expect_code(0);
    assert_eq!(proved.one("proof")["artifacts"], 3);
    home.run(&["verify", "--part", "31"]).expect_code(2);

    let damaged = largest_file(&home.vault().join("data"));
    flip_a_byte(&damaged);
    let found = home.run(&["verify", "--all"]);
    found.expect_code(6);
    let proof = found.one("proof");
    assert_eq!(proof["passed"], false);
    assert!(
        proof["damages"][0]["hits"][0]["artifact"].is_string(),
        "{proof}"
    );
    home.run(&["verify", "--snapshot", "latest"]).expect_code(6);

    home.run(&["verify", "--mend", to]).expect_code(0);
    home.run(&["verify"]).expect_code(0);
    home.run(&["verify", "--snapshot", "latest"]).expect_code(0);
    let listed = home.run(&["verify", "--list"]);
    assert_eq!(listed.one("result")["proofs"].as_array().unwrap().len(), 4);
    let page = home.path("evidence.html");
    home.run(&["verify", "--save", page.to_str().unwrap()])
        .expect_code(0);
    assert!(fs::read_to_string(page).unwrap().contains("Proof"));
}
