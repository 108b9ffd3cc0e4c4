//! The authorization code flow from end to end.

use std::path::Path;
use std::time::Duration;

use tokio::sync::oneshot;
use url::Url;
use waybill_app::view::{
    CommandError, ErrorCode, RefreshTokenState, SecretInputs, SecretPlace, SecretStoreKind,
    SignInKind, SignInView, StageName, StageState,
};
use waybill_app::{SignInTarget, Waybill};

use crate::person::Person;
use crate::provider::{CLIENT_SECRET, Provider, SCOPE, Settings};
use crate::support::options;

const PASSPHRASE: &str = "a passphrase of the tests";

/// An application whose secrets lie in the encrypted file, so that they survive it.
async fn open(home: &Path) -> Waybill {
    let mut options = options(home);
    options.secret_store = Some(SecretStoreKind::EncryptedFile);
    let app = Waybill::open(options).unwrap();
    app.secrets_unlock(PASSPHRASE.into()).await.unwrap();
    app
}

fn confidential() -> SecretInputs {
    SecretInputs {
        client_secret: Some(CLIENT_SECRET.into()),
        ..SecretInputs::default()
    }
}

/// Signs in, the browser being driven meanwhile; the view and the last page.
async fn sign_in(
    app: &Waybill,
    target: SignInTarget,
    secrets: SecretInputs,
    browse: impl AsyncFnOnce(Url) -> String,
) -> (Result<SignInView, CommandError>, String) {
    let (address, addressed) = oneshot::channel();
    let signing_in = app.sign_in_browser(target, secrets, move |url: &Url| {
        address
            .send(url.clone())
            .map_err(|_| "nobody browses".to_owned())
    });
    tokio::join!(signing_in, async { browse(addressed.await.unwrap()).await })
}

#[tokio::test(flavor = "multi_thread")]
async fn a_person_signs_in_in_the_browser_and_stays_signed_in() {
    let settings = Settings {
        token_life: Some(4),
        ..Settings::default()
    };
    let Some(provider) = Provider::start(settings) else {
        return;
    };
    let Some(person) = Person::arrive().await else {
        return;
    };
    let folder = tempfile::tempdir().unwrap();
    let app = open(folder.path()).await;

    // Nobody has signed in: the test says so and asks for it.
    let form = provider.form(provider.in_browser("confidential"));
    let report = app
        .instance_test(form.clone(), confidential(), |_| {})
        .await
        .unwrap();
    assert!(!report.passed);
    let stage = report
        .stages
        .iter()
        .find(|stage| stage.stage == StageName::SignIn)
        .unwrap();
    assert_eq!(stage.state, StageState::Failed);
    assert!(stage.needs_browser, "{stage:#?}");

    // With the form, before anything is saved.
    let target = SignInTarget::Form(Box::new(form.clone()));
    let (view, page) = sign_in(&app, target, confidential(), async |address| {
        person.sign_in(&address, "ann").await
    })
    .await;
    let view = view.unwrap();
    assert!(page.contains("You can close this page."), "{page}");
    assert!(!view.needs_browser && view.can_renew);
    assert_eq!(view.kind, SignInKind::AuthorizationCode);
    assert!(view.scopes.iter().any(|scope| scope == SCOPE), "{view:?}");
    let seen = provider.seen().await;
    assert_eq!(seen["authorizations"][0]["method"], "S256");
    let asked = seen["authorizations"][0]["scope"].as_str().unwrap();
    assert!(asked.contains("offline_access"), "{asked}");

    let report = app
        .instance_test(form.clone(), confidential(), |_| {})
        .await
        .unwrap();
    assert!(report.passed, "{report:#?}");
    let saved = app
        .instance_save(form, confidential(), false)
        .await
        .unwrap();
    assert_eq!(saved.secret, SecretPlace::EncryptedFile);
    assert!(!saved.needs_browser);

    // The token ends; the next call renews it, without a person.
    tokio::time::sleep(Duration::from_secs(5)).await;
    let before = provider.seen().await["refreshes"].as_u64().unwrap();
    let view = app.instance_sign_in_now(&saved.id).await.unwrap();
    assert_eq!(view.refresh_token, RefreshTokenState::Kept);
    let after = provider.seen().await["refreshes"].as_u64().unwrap();
    assert_eq!(after, before + 1);

    // Another start knows the rotated refresh token.
    drop(app);
    let app = open(folder.path()).await;
    let view = app.instance_sign_in_view(&saved.id).unwrap();
    assert!(!view.needs_browser && view.issued_at.is_none());
    let view = app.instance_sign_in_now(&saved.id).await.unwrap();
    assert!(view.issued_at.is_some() && view.expires_at.is_some());
    let after_restart = provider.seen().await["refreshes"].as_u64().unwrap();
    assert_eq!(after_restart, after + 1);

    // The identity domain no longer knows it: somebody has to sign in again.
    let provider = provider.forgetting();
    tokio::time::sleep(Duration::from_secs(5)).await;
    let ended = app.instance_sign_in_now(&saved.id).await.unwrap_err();
    assert_eq!(ended.code, ErrorCode::SignInNeeded, "{ended:?}");
    assert!(ended.guidance.unwrap().starts_with("Sign in again"));
    let view = app.instance_sign_in_view(&saved.id).unwrap();
    assert!(view.needs_browser);
    assert_eq!(view.refresh_token, RefreshTokenState::None);

    // And does, from the saved instance; signing out forgets it.
    let target = SignInTarget::Saved(saved.id.clone());
    let (view, _) = sign_in(&app, target, SecretInputs::default(), async |address| {
        person.sign_in(&address, "ben").await
    })
    .await;
    assert_eq!(view.unwrap().refresh_token, RefreshTokenState::Kept);
    let view = app.sign_out(&saved.id).await.unwrap();
    assert!(view.needs_browser);
    assert_eq!(view.refresh_token, RefreshTokenState::None);
    let view = app.instances().unwrap().remove(0);
    assert!(view.needs_browser);
    person.leave().await;
    drop(provider);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_public_application_refusals_and_strange_answers() {
    let Some(provider) = Provider::start(Settings::default()) else {
        return;
    };
    let Some(person) = Person::arrive().await else {
        return;
    };
    let folder = tempfile::tempdir().unwrap();
    let app = open(folder.path()).await;
    let form = provider.form(provider.in_browser("public"));
    let saved = app
        .instance_save(form, SecretInputs::default(), true)
        .await
        .unwrap();
    assert!(saved.needs_browser);
    assert_eq!(saved.secret, SecretPlace::Missing);
    let target = || SignInTarget::Saved(saved.id.clone());

    // The person refuses.
    let (refused, page) = sign_in(&app, target(), SecretInputs::default(), async |address| {
        person.refuse(&address, "ann").await
    })
    .await;
    let refused = refused.unwrap_err();
    assert_eq!(refused.code, ErrorCode::SignInRefused);
    assert!(page.contains("was refused"), "{page}");

    // An answer with another state is refused, and the sign-in goes on.
    let port = provider.redirect_port;
    let (view, _) = sign_in(&app, target(), SecretInputs::default(), async |address| {
        let wrong = format!("http://127.0.0.1:{port}/callback?code=stolen&state=guessed");
        let page = person.visit(&wrong).await;
        assert!(
            page.contains("Not the sign-in that Waybill waits for"),
            "{page}"
        );
        person.sign_in(&address, "ann").await
    })
    .await;
    assert!(!view.unwrap().needs_browser);
    assert!(
        std::net::TcpStream::connect(("127.0.0.1", port)).is_err(),
        "nobody listens once it is over"
    );

    // Sixteen calls at once share the one token.
    let before = provider.seen().await["tokens"].as_u64().unwrap();
    let mut calls = tokio::task::JoinSet::new();
    for _ in 0..16 {
        let (app, id) = (app.clone(), saved.id.clone());
        calls.spawn(async move { app.instance_sign_in_now(&id).await.unwrap() });
    }
    while let Some(call) = calls.join_next().await {
        assert!(call.unwrap().issued_at.is_some());
    }
    assert_eq!(provider.seen().await["tokens"].as_u64().unwrap(), before);

    // A port that somebody else has, and a person who gives up.
    let taken = std::net::TcpListener::bind(("127.0.0.1", port)).unwrap();
    let error = app
        .sign_in_browser(target(), SecretInputs::default(), |_| Ok(()))
        .await
        .unwrap_err();
    assert_eq!(error.context["field"], "redirectPort");
    drop(taken);
    let (given_up, ()) = tokio::join!(
        app.sign_in_browser(target(), SecretInputs::default(), |_| Ok(())),
        async {
            tokio::time::sleep(Duration::from_millis(300)).await;
            app.sign_in_cancel();
        }
    );
    assert_eq!(given_up.unwrap_err().code, ErrorCode::Cancelled);

    // Nothing of it lies open in the folder.
    for word in ["canary", "stolen"] {
        assert!(!holds(folder.path(), word), "{word} lies open");
    }
    app.instance_remove(&saved.id).await.unwrap();
    person.leave().await;
}

/// Whether a file of the folder holds the word.
fn holds(folder: &Path, word: &str) -> bool {
    std::fs::read_dir(folder).unwrap().any(|entry| {
        let path = entry.unwrap().path();
        if path.is_dir() {
            return holds(&path, word);
        }
        let bytes = std::fs::read(&path).unwrap_or_default();
        bytes
            .windows(word.len())
            .any(|window| window == word.as_bytes())
    })
}
