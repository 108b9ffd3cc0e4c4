//! What is left behind: nothing of an opened copy, and no secret.

use secrecy::SecretString;
use waybill_app::view::{EncryptionWay, RunStatus, TargetPlace, TargetSecrets};

use crate::kept::{Kept, folder, names, passphrase};
use crate::support::Bench;

#[tokio::test(flavor = "multi_thread")]
async fn an_opened_copy_leaves_nothing_behind_and_no_secret_lies_in_the_data_folder() {
    let kept = Kept::begin().await;
    let sealed = kept.at("sealed");
    let canary = format!("canary-{}", uuid());
    kept.add_with("Sealed", folder(&sealed), passphrase(&canary), |form| {
        form.encryption = EncryptionWay::Passphrase;
    })
    .await;
    let token = TargetSecrets {
        access: Some(SecretString::from(canary.clone())),
        ..TargetSecrets::default()
    };
    let upload = TargetPlace::Upload {
        prefix: String::new(),
        reads: false,
        ca_file: None,
    };
    let address = TargetSecrets {
        access: Some(SecretString::from(format!(
            "http://127.0.0.1:9/p/{canary}/o/"
        ))),
        ..TargetSecrets::default()
    };
    kept.add_with("Upload", upload, address, |_| {}).await;
    let swift = TargetPlace::Swift {
        address: "http://127.0.0.1:9/v1/here".into(),
        token_first: false,
        user: "anna".into(),
        container: "c".into(),
        prefix: String::new(),
        make_container: false,
        ca_file: None,
    };
    kept.add_with("Swift", swift, token, |_| {}).await;
    for target in ["Upload", "Swift"] {
        let (status, headline) = kept.copy(target).await;
        assert_eq!(status, RunStatus::Failed);
        assert!(!headline.contains(&canary), "{headline}");
    }
    assert_eq!(kept.copy("Sealed").await.0, RunStatus::Done);
    kept.is_equal("Sealed").await;

    let home = kept.bench.folder.path().join("home");
    let scratch = home.join("scratch");
    assert_eq!(std::fs::read_dir(&scratch).unwrap().count(), 1);
    let Kept {
        bench: Bench { app, folder: own },
        sandbox,
        ..
    } = kept;
    sandbox.shutdown().await;
    drop(app);
    for path in names(&home) {
        let bytes = std::fs::read(home.join(&path)).unwrap_or_default();
        let held = bytes
            .windows(canary.len())
            .any(|part| part == canary.as_bytes());
        assert!(!held, "{path} holds a secret");
    }
    assert_eq!(std::fs::read_dir(&scratch).unwrap().count(), 0);
    drop(own);
}

/// A word that nobody else has.
fn uuid() -> String {
    use std::hash::{BuildHasher as _, Hasher as _, RandomState};
    format!("{:016x}", RandomState::new().build_hasher().finish())
}
