//! JWT user assertions, with keys as people have them.

use std::path::Path;

use p12_keystore::{Certificate, KeyStore, KeyStoreEntry, PrivateKey, PrivateKeyChain};
use waybill_app::view::{
    KeyFile, SecretInputs, SecretPlace, SignInForm, StageName, StageState, TestReport,
};

use crate::provider::{CLIENT_SECRET, Provider, SCOPE, Settings};
use crate::support::{Bench, bench};

/// A key with its certificate.
struct Key {
    der: Vec<u8>,
    pem: String,
    certificate: rcgen::Certificate,
}

fn key() -> Key {
    let pair = rcgen::KeyPair::generate_for(&rcgen::PKCS_RSA_SHA256).unwrap();
    let parameters = rcgen::CertificateParams::new(vec!["waybill.example".to_owned()]).unwrap();
    Key {
        certificate: parameters.self_signed(&pair).unwrap(),
        der: pair.serialize_der(),
        pem: pair.serialize_pem(),
    }
}

fn pkcs12(key: &Key, passphrase: &str) -> Vec<u8> {
    let certificate = Certificate::from_der(key.certificate.der()).unwrap();
    let private = PrivateKey::from_der(&key.der).unwrap();
    let chain = PrivateKeyChain::new("waybill".as_bytes(), private, [certificate]);
    let mut store = KeyStore::new();
    store.add_entry("waybill", KeyStoreEntry::PrivateKeyChain(chain));
    store.writer(passphrase).write().unwrap()
}

fn file(path: &Path, passphrase: Option<&str>) -> SecretInputs {
    SecretInputs {
        client_secret: Some(CLIENT_SECRET.into()),
        password: None,
        key_file: Some(KeyFile {
            path: path.display().to_string(),
            passphrase: passphrase.map(Into::into),
        }),
    }
}

fn form(provider: &Provider, user: &str, key_id: Option<&str>) -> waybill_app::view::InstanceForm {
    provider.form(SignInForm::JwtAssertion {
        token_url: provider.token_url(),
        client_id: "asserting".to_owned(),
        scope: SCOPE.to_owned(),
        user: user.to_owned(),
        key_id: key_id.map(str::to_owned),
    })
}

fn sign_in_stage(report: &TestReport) -> (StageState, String) {
    let stage = report
        .stages
        .iter()
        .find(|stage| stage.stage == StageName::SignIn)
        .unwrap();
    (stage.state, stage.detail.clone())
}

#[tokio::test(flavor = "multi_thread")]
async fn an_assertion_signs_in_with_a_key_from_pem_or_pkcs12() {
    let key = key();
    let settings = Settings {
        certificate: Some(key.certificate.pem()),
        ..Settings::default()
    };
    let Some(provider) = Provider::start(settings) else {
        return;
    };
    let Bench { app, folder } = bench();
    let pem = folder.path().join("key.pem");
    std::fs::write(&pem, &key.pem).unwrap();
    let store = folder.path().join("key.p12");
    std::fs::write(&store, pkcs12(&key, "right")).unwrap();
    let test = async |user: &str, key_id: Option<&str>, secrets: SecretInputs| {
        app.instance_test(form(&provider, user, key_id), secrets, |_| {})
            .await
    };

    // PEM alone: the certificate is named by its alias.
    let report = test("ann", Some("waybill-key"), file(&pem, None))
        .await
        .unwrap();
    assert!(report.passed, "{report:#?}");
    // PKCS#12: the thumbprint of the certificate in it does.
    let report = test("ann", None, file(&store, Some("right")))
        .await
        .unwrap();
    assert!(report.passed, "{report:#?}");

    // Each way to be wrong has its own words.
    let wrong = test("ann", None, file(&store, Some("wrong")))
        .await
        .unwrap_err();
    assert_eq!(wrong.context["field"], "keyPassphrase", "{wrong:?}");
    let (state, words) =
        sign_in_stage(&test("ann", Some("other"), file(&pem, None)).await.unwrap());
    assert_eq!(state, StageState::Failed);
    assert!(words.contains("does not know the key"), "{words}");
    let (_, words) = sign_in_stage(
        &test("nobody", Some("waybill-key"), file(&pem, None))
            .await
            .unwrap(),
    );
    assert!(words.contains("does not accept the user"), "{words}");
    let stranger = folder.path().join("stranger.pem");
    std::fs::write(&stranger, self::key().pem).unwrap();
    let (_, words) = sign_in_stage(
        &test("ann", Some("waybill-key"), file(&stranger, None))
            .await
            .unwrap(),
    );
    assert!(words.contains("does not know the key"), "{words}");

    // Saved, the key lies in the place for secrets: its file may go.
    let saved = app
        .instance_save(
            form(&provider, "ann", None),
            file(&store, Some("right")),
            false,
        )
        .await
        .unwrap();
    assert_eq!(saved.secret, SecretPlace::Session);
    assert!(!saved.needs_browser);
    std::fs::remove_file(&store).unwrap();
    let before = provider.seen().await["tokens"].as_u64().unwrap();
    let mut calls = tokio::task::JoinSet::new();
    for _ in 0..16 {
        let (app, id) = (app.clone(), saved.id.clone());
        calls.spawn(async move { app.instance_sign_in_now(&id).await.unwrap() });
    }
    while let Some(call) = calls.join_next().await {
        assert!(call.unwrap().can_renew);
    }
    assert_eq!(
        provider.seen().await["tokens"].as_u64().unwrap(),
        before + 1,
        "one token for sixteen calls"
    );
}
