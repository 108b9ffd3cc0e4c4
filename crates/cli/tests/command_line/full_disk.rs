//! A disk without room.

#![cfg(target_os = "linux")]

use std::fs;

use crate::support::{Home, SmallDisk, Stand, text};

#[test]
fn a_full_disk_ends_the_backup_with_a_message_and_loses_nothing() {
    let stand = Stand::with(80);
    let home = Home::new();
    let Some(_disk) = SmallDisk::mount(&home.data(), 6) else {
        return;
    };
    home.add("Acme", stand.dev());
    let small = stand.an_integration().to_string();
    home.run(&["backup", "Acme", "--only", &small])
        .expect_code(0);
    let ballast = home.data().join("ballast");
    fs::write(&ballast, vec![1; 4_500_000]).unwrap();
    let before = home.state();

    let outcome = home.run(&["backup", "Acme"]);
    outcome.expect_code(1);
    let last = outcome.lines().pop().unwrap();
    let message = text(&last["message"]);
    assert!(
        message.contains("full") || message.contains("space") || message.contains("room"),
        "{last}"
    );
    outcome.expect_words(message, text(&last["guidance"]));
    assert_eq!(home.state(), before);

    fs::remove_file(ballast).unwrap();
    home.run(&["snapshot", "verify", "latest"]).expect_code(0);
    home.run(&["vault", "check"]).expect_code(0);
    assert_eq!(
        home.run(&["instance", "list"]).one("instances")["instances"][0]["name"],
        "Acme"
    );
}
