//! Secrets that are kept for one application are told to no other, and a Production instance does not
//! become writable by another name for it.
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

mod support;

use secrecy::SecretString;
use waybill_app::view::{ErrorCode, SignInForm};
use waybill_model::{Environment, WritePolicy};
use waybill_sandbox::{InstanceSpec, Sandbox};

fn secret(text: &str) -> SecretString {
    SecretString::from(text.to_owned())
}

#[tokio::test]
async fn another_token_address_or_application_gets_no_kept_secret() {
    let sandbox = Sandbox::builder()
        .instance(InstanceSpec::oic3("dev"))
        .start()
        .await
        .unwrap();
    let strangers = Sandbox::builder()
        .instance(InstanceSpec::oic3("other"))
        .start()
        .await
        .unwrap();
    let (dev, other) = (&sandbox.ready.instances[0], &strangers.ready.instances[0]);
    let bench = support::bench();
    let app = &bench.app;
    let form = support::form(dev, "DEV");
    let saved = app
        .instance_save(form.clone(), Some(secret(&dev.client_secret)), true)
        .await
        .unwrap();
    let mut elsewhere = form;
    elsewhere.id = Some(saved.id.clone());
    elsewhere.sign_in = SignInForm::ClientCredentials {
        token_url: other.token_url.clone(),
        client_id: dev.client_id.clone(),
        scope: dev.scope.clone(),
    };
    let refused = app
        .instance_test(elsewhere.clone(), None::<SecretString>, |_| {})
        .await
        .unwrap_err();
    assert_eq!(refused.code, ErrorCode::SecretMissing);
    assert_eq!(
        strangers.control().calls().token,
        0,
        "nothing was sent there"
    );
    app.instance_save(elsewhere, None::<SecretString>, true)
        .await
        .unwrap();
    let refused = app.instance_sign_in_now(&saved.id).await.unwrap_err();
    assert_eq!(refused.code, ErrorCode::SecretMissing);
    assert_eq!(strangers.control().calls().token, 0);
}

#[tokio::test]
async fn a_production_instance_under_another_environment_stays_read_only() {
    let sandbox = Sandbox::builder()
        .instance(InstanceSpec::oic3("prod"))
        .start()
        .await
        .unwrap();
    let instance = &sandbox.ready.instances[0];
    let bench = support::bench();
    let app = &bench.app;
    let mut form = support::form(instance, "PROD");
    form.environment = Environment::Production;
    let saved = app
        .instance_save(form.clone(), Some(secret(&instance.client_secret)), true)
        .await
        .unwrap();
    form.id = Some(saved.id);
    form.environment = Environment::Test;
    form.write_policy = Some(WritePolicy::Allow);
    let saved = app
        .instance_save(form, None::<SecretString>, true)
        .await
        .unwrap();
    assert_eq!(saved.write_policy, WritePolicy::ReadOnly);
}
