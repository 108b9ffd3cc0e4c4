//! The keychain of the computer, locked and absent.

use crate::support::{Home, Keychain, Stand, canary};

#[test]
fn a_locked_keychain_is_named_and_nothing_is_lost() {
    let home = Home::new();
    let Some(keychain) = Keychain::start(&home) else {
        return;
    };
    let stand = Stand::with(3);
    home.add("Acme", stand.dev());
    home.back_up("Acme");
    keychain.lock();
    home.refuses(&["backup", "Acme"], &[], 1, "keychainLocked");
    home.refuses(&["snapshot", "list"], &[], 1, "keychainLocked");
    let status = home.run(&["secrets", "status"]).one("secrets");
    assert_eq!(status["keychain"], "locked", "{status}");
}

#[test]
fn a_computer_without_a_keychain_is_told_of_the_other_places() {
    let stand = Stand::with(3);
    let home = Home::new();
    let arguments = Home::adding("Acme", stand.dev());
    let mut arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    arguments.push("--json");
    let error = home
        .run_bare(&arguments, &[&canary()])
        .expect_error(1, "noKeychain");
    let guidance = error["guidance"].as_str().unwrap();
    assert!(guidance.contains("waybill secrets choose"), "{guidance}");
    let listed = home.run_bare(&["instance", "list", "--json"], &[]);
    assert_eq!(listed.one("instances")["instances"], serde_json::json!([]));
}
