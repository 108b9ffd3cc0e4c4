//! A program that is cut off while it makes the vault leaves nothing behind that stands in the way,
//! and never a vault without its password.

use std::thread;
use std::time::Duration;

use crate::support::{Home, Keychain, Restic, Stand, oic3};

fn cut_off_while_the_vault_is_made(home: &Home) {
    let stand = Stand::start(|builder| {
        builder
            .instance(oic3("dev"))
            .synthetic(3, 11)
            .latency(Duration::from_millis(200))
    });
    home.add("Acme", stand.dev());
    let mut kills = 0;
    for delay in (0..14).map(|step| 40 + 45 * step) {
        let live = home.spawn(&["backup", "Acme"]);
        thread::sleep(Duration::from_millis(delay));
        kills += usize::from(live.kill().code.is_none());
        if home.vault().exists() {
            break;
        }
    }
    assert!(kills > 0);
    home.back_up("Acme");
    assert!(!home.data().join("vault.unfinished").exists());
    if let Some(restic) = Restic::of(home, &home.vault(), &home.vault_password()) {
        restic.check();
    }
}

#[test]
fn a_vault_that_was_half_made_is_made_anew_with_the_secrets_file() {
    cut_off_while_the_vault_is_made(&Home::new());
}

#[test]
fn a_vault_that_was_half_made_is_made_anew_with_the_keychain() {
    let home = Home::new();
    if let Some(_keychain) = Keychain::start(&home) {
        cut_off_while_the_vault_is_made(&home);
    }
}
