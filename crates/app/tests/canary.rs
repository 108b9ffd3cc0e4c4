//! A secret used everywhere is found nowhere: in no file of the data folder, no error, no printout.
#![allow(clippy::unwrap_used, reason = "a test stops at what it did not expect")]

mod support;

use std::fmt::Write as _;
use std::path::Path;

use support::{ended, form, options};
use waybill_app::Waybill;
use waybill_app::view::{PlaceRef, RunStatus, SecretStoreKind, SelectionView};
use waybill_sandbox::{Fault, FaultKind, InstanceSpec, Sandbox};

const CANARY: &str = "canary-8d1f0c5e7b29";
const PASSPHRASE: &str = "canary-passphrase-41c7";

#[tokio::test(flavor = "multi_thread")]
async fn a_secret_used_everywhere_is_found_nowhere() {
    let mut with_client = InstanceSpec::oic3("new");
    with_client.client_secret = CANARY.to_owned();
    let mut with_password = InstanceSpec::gen2("old");
    with_password.password = CANARY.to_owned();
    let sandbox = Sandbox::builder()
        .instance(with_client)
        .instance(with_password)
        .synthetic(4, 1)
        .start()
        .await
        .unwrap();
    let folder = tempfile::tempdir().unwrap();
    let home = folder.path().join("home");
    let log = waybill_app::logging::start(&home).unwrap();
    let mut options = options(&home);
    options.secret_store = Some(SecretStoreKind::EncryptedFile);
    let app = Waybill::open(options).unwrap();
    app.secrets_unlock(PASSPHRASE.into()).await.unwrap();
    let mut printed = String::new();
    for name in ["new", "old"] {
        let instance = sandbox.instance(name).unwrap();
        let report = app
            .instance_test(form(instance, name), Some(CANARY.into()), |_| {})
            .await
            .unwrap();
        assert!(report.passed, "{report:#?}");
        // A failure that quotes what was sent, as careless services do.
        sandbox.control().fail(Fault {
            kind: FaultKind::Status {
                code: 403,
                retry_after: None,
            },
            times: 1,
            path: Some("/packages".into()),
        });
        let failed = app
            .instance_test(form(instance, name), Some(CANARY.into()), |_| {})
            .await
            .unwrap();
        assert!(!failed.passed);
        printed += &serde_json::to_string(&failed).unwrap();
        sandbox.control().heal();
        let wrong = format!("{CANARY}-wrong");
        let refused = app
            .instance_test(form(instance, name), Some(wrong.into()), |_| {})
            .await
            .unwrap();
        assert!(!refused.passed);
        printed += &serde_json::to_string(&refused).unwrap();
        let saved = app
            .instance_save(form(instance, name), Some(CANARY.into()), false)
            .await
            .unwrap();
        write!(printed, "{saved:?}").unwrap();
        let run = app
            .backup_start(&saved.id, SelectionView::Everything, None)
            .await
            .unwrap();
        let detail = ended(&app, &run.id).await;
        assert_eq!(
            detail.summary.status,
            RunStatus::Done,
            "{:?}",
            detail.summary
        );
        printed += &serde_json::to_string(&detail).unwrap();
    }
    let password = app.vault_password_show().await.unwrap();
    let password = secrecy::ExposeSecret::expose_secret(&password).to_owned();
    tracing::warn!(client_secret = CANARY, "as if somebody had logged it");
    sandbox.shutdown().await;
    let place = PlaceRef::Instance { id: "new".into() };
    let unreachable = app.catalogue(&place, true).await.unwrap_err();
    write!(printed, "{unreachable:?}").unwrap();
    write!(printed, "{app:?}").unwrap();
    printed += &serde_json::to_string(&app.home().await.unwrap()).unwrap();
    drop(app);
    drop(log);

    let secrets = [CANARY, PASSPHRASE, password.as_str()];
    for secret in secrets {
        assert!(!printed.contains(secret), "{secret} was printed");
    }
    let mut files = 0;
    search(&home, &secrets, &mut files);
    assert!(files > 10, "{files} files");
}

/// Looks through every file, its name included, also for the secrets in Base64.
fn search(folder: &Path, secrets: &[&str], files: &mut usize) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            search(&path, secrets, files);
            continue;
        }
        *files += 1;
        let bytes = std::fs::read(&path).unwrap();
        for secret in secrets {
            let found = bytes
                .windows(secret.len())
                .any(|window| window == secret.as_bytes());
            assert!(!found, "`{secret}` is in {}", path.display());
        }
    }
}
