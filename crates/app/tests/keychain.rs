//! A real keychain: gnome-keyring in a session bus of its own, with folders of its own. The test
//! runs itself again inside that session; where the programs are missing it says so and passes over.
#![cfg(target_os = "linux")]
#![allow(clippy::unwrap_used, reason = "a test stops at what it did not expect")]
#![allow(
    clippy::print_stderr,
    clippy::print_stdout,
    reason = "a test that is passed over says so"
)]

mod support;

use std::io::Write as _;
use std::path::Path;
use std::process::{Command, Stdio};

use secrecy::ExposeSecret as _;
use support::{ended, form, secret};
use waybill_app::view::{
    ErrorCode, KeychainState, RunStatus, SecretPlace, SecretStoreKind, SelectionView, VaultState,
};
use waybill_app::{OpenOptions, Waybill};
use waybill_sandbox::{InstanceSpec, Sandbox};

/// Which part of the test the run inside the session does.
const PART: &str = "WAYBILL_KEYCHAIN_TEST_PART";

#[test]
fn secrets_lie_in_a_real_keychain_and_a_locked_one_is_told() {
    let folder = tempfile::tempdir().unwrap();
    if !(there("dbus-run-session") && there("gnome-keyring-daemon")) {
        eprintln!("passed over: dbus-run-session or gnome-keyring-daemon is not on this computer");
        return;
    }
    // The keyring file is made and unlocked with a password, then met again locked.
    inside_session(
        folder.path(),
        "unlocked",
        "gnome-keyring-daemon --unlock --components=secrets >/dev/null",
    );
    inside_session(
        folder.path(),
        "locked",
        "gnome-keyring-daemon --start --components=secrets >/dev/null </dev/null",
    );
    inside_session(
        folder.path(),
        "unlocked-again",
        "gnome-keyring-daemon --unlock --components=secrets >/dev/null",
    );
}

fn there(program: &str) -> bool {
    Command::new(program)
        .arg("--version")
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status()
        .is_ok()
}

fn inside_session(folder: &Path, part: &str, start: &str) {
    let own = std::env::current_exe().unwrap();
    for name in ["runtime", "data", "config", "cache"] {
        std::fs::create_dir_all(folder.join(name)).unwrap();
    }
    let mut child = Command::new("dbus-run-session")
        .args(["--", "sh", "-c"])
        .arg(format!(
            "{start}; exec \"$0\" --exact inside --nocapture --include-ignored"
        ))
        .arg(own)
        .env(PART, part)
        .env("KEYCHAIN_TEST_FOLDER", folder)
        .env("HOME", folder)
        .env("XDG_RUNTIME_DIR", folder.join("runtime"))
        .env("XDG_DATA_HOME", folder.join("data"))
        .env("XDG_CONFIG_HOME", folder.join("config"))
        .env("XDG_CACHE_HOME", folder.join("cache"))
        .env_remove("DISPLAY")
        .env_remove("WAYLAND_DISPLAY")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    child
        .stdin
        .take()
        .unwrap()
        .write_all(b"keyring password")
        .unwrap();
    let output = child.wait_with_output().unwrap();
    let said = format!(
        "{}\n{}",
        String::from_utf8_lossy(&output.stdout),
        String::from_utf8_lossy(&output.stderr)
    );
    assert!(output.status.success(), "{part}: {said}");
    assert!(said.contains(&format!("{part}: done")), "{part}: {said}");
}

/// What runs inside the session; started by hand it does nothing.
#[tokio::test(flavor = "multi_thread")]
#[ignore = "runs inside a session of its own, started by the other test"]
async fn inside() {
    let Ok(part) = std::env::var(PART) else {
        return;
    };
    let folder = std::path::PathBuf::from(std::env::var("KEYCHAIN_TEST_FOLDER").unwrap());
    let app = Waybill::open(OpenOptions::new(folder.join("home"))).unwrap();
    match part.as_str() {
        "unlocked" => keeps(&app).await,
        "locked" => is_locked(&app).await,
        _ => finds_again(&app).await,
    }
    println!("{part}: done");
}

async fn keeps(app: &Waybill) {
    let status = app.secrets_status().await.unwrap();
    assert_eq!(status.keychain, KeychainState::Available);
    assert_eq!(status.chosen, Some(SecretStoreKind::Keychain));
    assert!(status.open);
    let sandbox = Sandbox::builder()
        .instance(InstanceSpec::oic3("dev"))
        .synthetic(3, 1)
        .start()
        .await
        .unwrap();
    let ready = sandbox.instance("dev").unwrap();
    let saved = app
        .instance_save(form(ready, "dev"), Some(secret(ready)), true)
        .await
        .unwrap();
    assert_eq!(saved.secret, SecretPlace::Keychain);
    let run = app
        .backup_start("dev", SelectionView::Everything, None)
        .await
        .unwrap();
    let summary = ended(app, &run.id).await.summary;
    assert_eq!(summary.status, RunStatus::Done, "{summary:?}");
    assert_eq!(
        app.vault_status().await.unwrap().password,
        SecretPlace::Keychain
    );
    let shown = app.vault_password_show().await.unwrap();
    let looked_up = Command::new("secret-tool")
        .args(["lookup", "service", "waybill", "username", "vault/password"])
        .output();
    match looked_up {
        Ok(output) => assert_eq!(
            String::from_utf8_lossy(&output.stdout).trim(),
            shown.expose_secret()
        ),
        Err(_) => eprintln!("passed over: there is no secret-tool on this computer"),
    }
    // The vault of another data folder, brought from elsewhere, takes nothing from this one.
    let other_home = app.about().home + "-other";
    let others = "sheet-of-another-vault";
    std::fs::create_dir(&other_home).unwrap();
    waybill_vault::Vault::create(&Path::new(&other_home).join("vault"), &others.into()).unwrap();
    let other = Waybill::open(OpenOptions::new(&other_home)).unwrap();
    other.vault_unlock(others.into()).await.unwrap();
    let kept = other.vault_password_show().await.unwrap();
    assert_eq!(kept.expose_secret(), others);
    let still = app.vault_password_show().await.unwrap();
    assert_eq!(still.expose_secret(), shown.expose_secret());
    sandbox.shutdown().await;
}

async fn is_locked(app: &Waybill) {
    let status = app.secrets_status().await.unwrap();
    assert_eq!(status.keychain, KeychainState::Locked);
    assert_eq!(status.chosen, Some(SecretStoreKind::Keychain));
    assert!(!status.open);
    let vault = app.vault_status().await.unwrap();
    assert_eq!(vault.state, VaultState::Locked);
    let refused = app
        .backup_start("dev", SelectionView::Everything, None)
        .await
        .unwrap_err();
    assert_eq!(refused.code, ErrorCode::KeychainLocked);
    assert!(refused.retryable && refused.guidance.is_some());
    // Nothing is lost: the instance keeps its secret, and removing it is refused too.
    let kept = app.instance_remove("dev").await.unwrap_err();
    assert_eq!(kept.code, ErrorCode::KeychainLocked);
    assert_eq!(app.instances().unwrap().len(), 1);
}

async fn finds_again(app: &Waybill) {
    assert_eq!(app.snapshots(None).await.unwrap().len(), 1);
    assert_eq!(app.vault_status().await.unwrap().state, VaultState::Ready);
    app.instance_remove("dev").await.unwrap();
    assert!(app.instances().unwrap().is_empty());
}
