//! The vault: its password, its recovery sheet, what happens when one of them is lost.
#![allow(clippy::unwrap_used, reason = "a test stops at what it did not expect")]
#![allow(
    clippy::print_stderr,
    clippy::print_stdout,
    reason = "a test that is passed over says so"
)]

mod support;

use std::path::Path;
use std::process::Command;

use secrecy::{ExposeSecret as _, SecretString};
use support::{Bench, bench, ended, options, save};
use waybill_app::Waybill;
use waybill_app::view::{ErrorCode, RunStatus, SecretPlace, SelectionView, VaultState};
use waybill_sandbox::{InstanceSpec, Running, Sandbox};

async fn backed_up() -> (Bench, Running, String) {
    let sandbox = Sandbox::builder()
        .instance(InstanceSpec::oic3("dev"))
        .synthetic(5, 1)
        .start()
        .await
        .unwrap();
    let bench = bench();
    let instance = save(&bench, &sandbox, "dev").await;
    let run = bench
        .app
        .backup_start(&instance.id, SelectionView::Everything, None)
        .await
        .unwrap();
    let summary = ended(&bench.app, &run.id).await.summary;
    assert_eq!(summary.status, RunStatus::Done, "{summary:?}");
    (bench, sandbox, summary.snapshot.unwrap())
}

fn password_on(sheet: &str) -> String {
    let start = sheet.find(r#"<div class="password">"#).unwrap();
    let text = &sheet[start..start + sheet[start..].find("</div>").unwrap()];
    text.split('>')
        .filter_map(|part| part.split('<').next())
        .collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn the_recovery_sheet_opens_the_vault_elsewhere_and_with_restic() {
    let (bench, _sandbox, snapshot) = backed_up().await;
    let app = &bench.app;
    assert_eq!(app.vault_status().await.unwrap().recovery_sheet_at, None);
    let sheet = bench.folder.path().join("sheet.html");
    app.recovery_sheet_write(&sheet).await.unwrap();
    let status = app.vault_status().await.unwrap();
    assert!(status.recovery_sheet_at.is_some());
    assert_eq!(status.password, SecretPlace::Session);
    let password = password_on(&std::fs::read_to_string(&sheet).unwrap());
    let shown = app.vault_password_show().await.unwrap();
    assert_eq!(password, shown.expose_secret());
    assert!(password.len() >= 32);

    // Another start has no password any more: the session took it along.
    let home = bench.folder.path().join("home");
    let later = Waybill::open(options(&home)).unwrap();
    let locked = later.vault_status().await.unwrap();
    assert_eq!(locked.state, VaultState::Locked);
    assert_eq!(locked.password, SecretPlace::Missing);
    let missing = later.snapshots(None).await.unwrap_err();
    assert_eq!(missing.code, ErrorCode::SecretMissing);
    assert!(missing.guidance.unwrap().contains("recovery sheet"));
    let wrong = later
        .vault_unlock(SecretString::from("not-the-password"))
        .await
        .unwrap_err();
    assert_eq!(wrong.code, ErrorCode::WrongVaultPassword);
    let open = later
        .vault_unlock(SecretString::from(password.clone()))
        .await
        .unwrap();
    assert_eq!(open.state, VaultState::Ready);
    assert_eq!(later.snapshots(None).await.unwrap()[0].id, snapshot);
    with_restic(&home.join("vault"), &password, bench.folder.path());
}

fn with_restic(vault: &Path, password: &str, folder: &Path) {
    let file = folder.join("password.txt");
    std::fs::write(&file, password).unwrap();
    let restic = Command::new("restic")
        .args(["--no-cache", "--password-file"])
        .arg(&file)
        .arg("-r")
        .arg(vault)
        .args(["check", "--read-data"])
        .env("HOME", folder)
        .output();
    match restic {
        Ok(output) => assert!(
            output.status.success(),
            "{}",
            String::from_utf8_lossy(&output.stderr)
        ),
        Err(_) => eprintln!("passed over: there is no restic on this computer"),
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_flipped_byte_is_found_and_said() {
    let (bench, _sandbox, snapshot) = backed_up().await;
    let app = &bench.app;
    let whole = app.vault_check_now().await.unwrap();
    assert!(whole.passed, "{:?}", whole.problems);
    assert_eq!(app.vault_status().await.unwrap().check_passed, Some(true));
    let data = bench.folder.path().join("home").join("vault").join("data");
    let pack = std::fs::read_dir(data)
        .unwrap()
        .flat_map(|folder| std::fs::read_dir(folder.unwrap().path()).unwrap())
        .map(|file| file.unwrap().path())
        .max_by_key(|path| path.metadata().unwrap().len())
        .unwrap();
    let mut bytes = std::fs::read(&pack).unwrap();
    let middle = bytes.len() / 2;
    bytes[middle] ^= 1;
    let mut writable = std::fs::metadata(&pack).unwrap().permissions();
    #[expect(clippy::permissions_set_readonly_false, reason = "a file of this test")]
    writable.set_readonly(false);
    std::fs::set_permissions(&pack, writable).unwrap();
    std::fs::write(&pack, bytes).unwrap();

    let run = app.vault_check().await.unwrap();
    let summary = ended(app, &run.id).await.summary;
    assert_eq!(summary.status, RunStatus::Failed, "{summary:?}");
    assert!(summary.guidance.is_some());
    assert_eq!(app.vault_status().await.unwrap().check_passed, Some(false));
    let verified = app.snapshot_verify_now(&snapshot).await.unwrap();
    assert!(
        !verified.passed,
        "{verified:?} {:?}",
        app.vault_check_now().await
    );
    let detail = app.snapshot_detail(&snapshot).await;
    if let Ok(detail) = detail {
        assert_eq!(detail.verify_passed, Some(false));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn without_a_place_for_secrets_nothing_is_made_and_the_remedy_is_named() {
    let sandbox = Sandbox::builder()
        .instance(InstanceSpec::oic3("dev"))
        .synthetic(2, 1)
        .start()
        .await
        .unwrap();
    let folder = tempfile::tempdir().unwrap();
    let home = folder.path().join("home");
    let app = Waybill::open(options(&home)).unwrap();
    let status = app.secrets_status().await.unwrap();
    assert_eq!((status.chosen, status.open), (None, false));
    let instance = sandbox.instance("dev").unwrap();
    let refused = app
        .instance_save(
            support::form(instance, "dev"),
            Some(support::secret(instance)),
            true,
        )
        .await
        .unwrap_err();
    assert_eq!(refused.code, ErrorCode::NoKeychain);
    assert!(app.instances().unwrap().is_empty());
    app.practice_start().await.unwrap();
    let refused = app
        .backup_start("Practice DEV", SelectionView::Everything, None)
        .await
        .unwrap_err();
    assert_eq!(refused.code, ErrorCode::NoKeychain);
    assert!(!home.join("vault").exists());
    assert!(app.runs().await.unwrap().is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn secrets_move_with_the_choice_of_their_place() {
    use waybill_app::view::SecretStoreKind::{EncryptedFile, Session};
    let sandbox = Sandbox::builder()
        .instance(InstanceSpec::oic3("dev"))
        .synthetic(2, 1)
        .start()
        .await
        .unwrap();
    let folder = tempfile::tempdir().unwrap();
    let home = folder.path().join("home");
    let open = || Waybill::open(options(&home)).unwrap();
    let app = open();
    app.secrets_choose(Session, None).await.unwrap();
    let ready = sandbox.instance("dev").unwrap();
    app.instance_save(
        support::form(ready, "dev"),
        Some(support::secret(ready)),
        true,
    )
    .await
    .unwrap();
    let run = app
        .backup_start("dev", SelectionView::Everything, None)
        .await
        .unwrap();
    assert_eq!(ended(&app, &run.id).await.summary.status, RunStatus::Done);

    let no_passphrase = app.secrets_choose(EncryptedFile, None).await.unwrap_err();
    assert_eq!(no_passphrase.context["field"], "passphrase");
    let short = app
        .secrets_choose(EncryptedFile, Some("short".into()))
        .await
        .unwrap_err();
    assert_eq!(short.code, ErrorCode::BadInput);
    let view = app
        .secrets_choose(EncryptedFile, Some("correct horse battery".into()))
        .await
        .unwrap();
    assert!(view.open);
    assert_eq!(
        app.instances().unwrap()[0].secret,
        SecretPlace::EncryptedFile
    );

    let later = open();
    assert!(later.secrets_status().await.unwrap().wants_passphrase);
    let wrong = later
        .secrets_unlock("wrong horse".into())
        .await
        .unwrap_err();
    assert_eq!(wrong.code, ErrorCode::WrongPassphrase);
    later
        .secrets_unlock("correct horse battery".into())
        .await
        .unwrap();
    assert_eq!(later.snapshots(None).await.unwrap().len(), 1);
    let again = later
        .backup_start("dev", SelectionView::Everything, None)
        .await
        .unwrap();
    assert_eq!(
        ended(&later, &again.id).await.summary.status,
        RunStatus::Done
    );

    // What ends with this program never takes the vault's password with it.
    later.secrets_choose(Session, None).await.unwrap();
    let third = open();
    third
        .secrets_choose(EncryptedFile, Some("correct horse battery".into()))
        .await
        .unwrap();
    assert_eq!(third.snapshots(None).await.unwrap().len(), 2);

    // A secrets file that is lost does not keep anybody from choosing another place.
    std::fs::remove_file(home.join("secrets.age")).unwrap();
    let without = open();
    without.secrets_choose(Session, None).await.unwrap();
    assert!(without.secrets_status().await.unwrap().open);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_vault_whose_password_would_be_lost_is_not_made() {
    let folder = tempfile::tempdir().unwrap();
    let home = folder.path().join("home");
    let one_command = || {
        let mut options = options(&home);
        options.secret_store = Some(waybill_app::view::SecretStoreKind::Session);
        Waybill::open(options).unwrap()
    };
    let app = one_command();
    app.practice_start().await.unwrap();
    let everything = || SelectionView::Everything;
    let refused = app
        .backup_start("Practice DEV", everything(), None)
        .await
        .unwrap_err();
    assert_eq!(refused.code, ErrorCode::SecretMissing);
    assert!(!home.join("vault").exists());
    let status = app.vault_unlock("one of my own".into()).await.unwrap();
    assert_eq!(status.state, VaultState::None);
    let run = app
        .backup_start("Practice DEV", everything(), None)
        .await
        .unwrap();
    assert_eq!(ended(&app, &run.id).await.summary.status, RunStatus::Done);
    drop(app);
    let later = one_command();
    later.vault_unlock("one of my own".into()).await.unwrap();
    assert_eq!(later.snapshots(None).await.unwrap().len(), 1);
}
