//! What the tests of the application share: a data folder of its own, a sandbox, forms.
#![allow(dead_code, reason = "each test file uses its own part of this")]

use std::path::Path;

use secrecy::SecretString;
use tempfile::TempDir;
use waybill_app::view::{
    InstanceForm, InstanceView, RunDetail, RunProgress, RunStatus, SignInForm,
};
use waybill_app::{KeychainChoice, OpenOptions, Waybill};
use waybill_model::{Environment, Generation};
use waybill_sandbox::{ReadyInstance, Running};

/// An application in a folder of its own, without a keychain; secrets stay in memory.
pub struct Bench {
    pub app: Waybill,
    pub folder: TempDir,
}

pub fn options(home: &Path) -> OpenOptions {
    let mut options = OpenOptions::new(home);
    options.keychain = KeychainChoice::None;
    options.asked_by = "tester".into();
    options
}

pub fn bench() -> Bench {
    let folder = tempfile::tempdir().unwrap();
    let home = folder.path().join("home");
    std::fs::create_dir(&home).unwrap();
    std::fs::write(
        home.join("settings.json"),
        r#"{"version":1,"secretStore":"session"}"#,
    )
    .unwrap();
    let app = Waybill::open(options(&home)).unwrap();
    Bench { app, folder }
}

/// The form that a person would fill in for an instance of a sandbox.
pub fn form(instance: &ReadyInstance, name: &str) -> InstanceForm {
    InstanceForm {
        id: None,
        name: name.to_owned(),
        environment: Environment::Test,
        generation: instance.generation,
        address: instance.design_url.clone(),
        instance_name: instance.integration_instance.clone(),
        sign_in: match instance.generation {
            Generation::Gen2 => SignInForm::Basic {
                user: instance.user.clone().unwrap(),
            },
            _ => SignInForm::ClientCredentials {
                token_url: instance.token_url.clone(),
                client_id: instance.client_id.clone(),
                scope: instance.scope.clone(),
            },
        },
        write_policy: None,
        calls_per_minute: None,
        ca_file: None,
        proxy: None,
    }
}

pub fn secret(instance: &ReadyInstance) -> SecretString {
    match instance.generation {
        Generation::Gen2 => instance.password.clone().unwrap().into(),
        _ => instance.client_secret.clone().into(),
    }
}

/// Saves the sandbox's instance of that name, untested.
pub async fn save(bench: &Bench, sandbox: &Running, name: &str) -> InstanceView {
    let instance = sandbox.instance(name).unwrap();
    bench
        .app
        .instance_save(form(instance, name), Some(secret(instance)), true)
        .await
        .unwrap()
}

/// Follows a run to its end.
pub async fn follow(app: &Waybill, run: &str) -> (Vec<RunProgress>, RunDetail) {
    let mut watch = app.run_watch(run).await.unwrap();
    let mut messages = Vec::new();
    while let Some(message) = watch.next().await {
        messages.push(message);
    }
    (messages, app.run_detail(run).await.unwrap())
}

pub async fn ended(app: &Waybill, run: &str) -> RunDetail {
    let (_, detail) = follow(app, run).await;
    assert!(
        !matches!(
            detail.summary.status,
            RunStatus::Running | RunStatus::Cancelling
        ),
        "{:?}",
        detail.summary
    );
    detail
}
