//! A settings file that was damaged.

use std::fs;

use crate::support::{Home, Stand};

#[test]
fn damaged_settings_are_kept_aside_and_said_and_snapshots_stay() {
    let stand = Stand::with(3);
    let home = Home::new();
    home.add("Acme", stand.dev());
    home.back_up("Acme");
    let file = home.data().join("settings.json");
    let whole = fs::read(&file).unwrap();
    let half = whole[..whole.len() / 2].to_vec();
    fs::write(&file, &half).unwrap();

    let outcome = home.run_bare(&["instance", "list", "--json"], &[]);
    outcome.expect_code(0);
    assert!(outcome.stderr.contains("damaged"), "{}", outcome.stderr);
    assert!(outcome.stderr.contains("kept aside"), "{}", outcome.stderr);
    let notice = &outcome.lines()[0];
    assert_eq!(notice["type"], "notice", "{notice}");
    let aside: Vec<_> = fs::read_dir(home.data())
        .unwrap()
        .flatten()
        .filter(|entry| entry.file_name().to_string_lossy().contains("damaged"))
        .collect();
    assert_eq!(aside.len(), 1);
    assert_eq!(fs::read(aside[0].path()).unwrap(), half);

    // Put back, everything is as it was.
    fs::write(&file, whole).unwrap();
    assert_eq!(home.snapshots().len(), 1);
    home.back_up("Acme");
}

#[test]
fn settings_of_a_newer_version_are_left_alone() {
    let home = Home::new();
    fs::create_dir(home.data()).unwrap();
    let file = home.data().join("settings.json");
    fs::write(&file, "{\"version\": 4000}").unwrap();
    home.run_bare(&["instance", "list", "--json"], &[])
        .expect_error(1, "fileFailed");
    assert_eq!(fs::read(file).unwrap(), b"{\"version\": 4000}");
}
