//! The encrypted secrets file, the session, and passwords that do not fit.

use std::fs;

use crate::support::{Home, Restic, Stand, canary};

#[test]
fn a_wrong_passphrase_and_a_damaged_secrets_file_open_nothing_and_lose_nothing() {
    let stand = Stand::with(3);
    let home = Home::new();
    home.add("Acme", stand.dev());
    home.back_up("Acme");
    let before = home.state();
    let arguments = ["snapshot", "list", "--passphrase-stdin", "--json"];
    home.run_bare(&arguments, &["not the passphrase"])
        .expect_error(1, "wrongPassphrase");
    home.run_bare(&["backup", "Acme", "--json"], &[])
        .expect_error(1, "secretsLocked");
    assert_eq!(home.state(), before);

    let file = home.data().join("secrets.age");
    let whole = fs::read(&file).unwrap();
    fs::write(&file, &whole[..whole.len() / 2]).unwrap();
    home.refuses(&["backup", "Acme"], &[], 1, "fileFailed");
    fs::write(&file, "not an age file").unwrap();
    home.refuses(&["snapshot", "list"], &[], 1, "fileFailed");
    fs::write(&file, whole).unwrap();
    assert_eq!(home.state(), before);
    home.back_up("Acme");
}

#[test]
fn a_short_passphrase_is_refused_before_anything_is_kept() {
    let home = Home::new();
    let arguments = [
        "secrets",
        "status",
        "--secret-store",
        "file",
        "--passphrase-stdin",
        "--json",
    ];
    home.run_bare(&arguments, &["short"])
        .expect_error(2, "badInput");
    assert!(!home.data().join("secrets.age").exists());
}

#[test]
fn a_vault_opens_with_its_password_alone() {
    let home = Home::new();
    let stand = Stand::with(3);
    home.add("Acme", stand.dev());
    fs::create_dir(home.vault()).unwrap();
    let Some(restic) = Restic::of(&home, &home.vault(), &canary()) else {
        return;
    };
    restic.make();
    home.refuses(&["snapshot", "list"], &[], 1, "secretMissing");
    home.refuses(
        &["vault", "unlock"],
        &["not the password of the vault"],
        1,
        "wrongVaultPassword",
    );
    home.run_with(&["vault", "unlock"], &[&canary()])
        .expect_code(0);
    home.back_up("Acme");
    restic.check();
}

#[test]
fn for_a_session_nothing_is_kept() {
    let stand = Stand::with(3);
    let home = Home::new();
    home.add("Acme", stand.dev());
    home.back_up("Acme");
    let password = home.vault_password();
    let arguments = [
        "--secret-store",
        "session",
        "backup",
        "Acme",
        "--secret-stdin",
        "--vault-password-stdin",
        "--json",
    ];
    let before = fs::read(home.data().join("secrets.age")).unwrap();
    let outcome = home.run_bare(&arguments, &[&canary(), &password]);
    outcome.expect_code(0);
    assert_eq!(outcome.one("result")["status"], "complete");
    assert_eq!(fs::read(home.data().join("secrets.age")).unwrap(), before);
    home.back_up("Acme");
}

#[test]
fn a_vault_can_be_made_for_a_session_with_a_password_of_ones_own() {
    let stand = Stand::with(3);
    let home = Home::new();
    let session = ["--secret-store", "session", "--json"];
    let arguments = Home::adding("Acme", stand.dev());
    let mut arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    arguments.extend(session);
    home.run_bare(&arguments, &[&canary()]).expect_code(0);

    let mut arguments = vec!["backup", "Acme", "--secret-stdin"];
    arguments.extend(session);
    home.run_bare(&arguments, &[&canary()])
        .expect_error(1, "secretMissing");
    assert!(!home.vault().exists(), "no vault whose password is lost");
    arguments.push("--vault-password-stdin");
    home.run_bare(&arguments, &[&canary(), &canary()])
        .expect_code(0);
    if let Some(restic) = Restic::of(&home, &home.vault(), &canary()) {
        restic.check();
    }
    let wrong = home.run_bare(&arguments, &[&canary(), "not the vault's password"]);
    wrong.expect_error(1, "wrongVaultPassword");
}
