//! The staged connection test against everything that can be wrong.
#![allow(clippy::unwrap_used, reason = "a test stops at what it did not expect")]

mod support;

use std::sync::{Arc, Mutex};
use std::time::Duration;

use secrecy::SecretString;
use support::{Bench, bench, form, secret};
use waybill_app::view::{
    ErrorCode, InstanceForm, SignInForm, StageName, StageState, TestReport, TestStage,
};
use waybill_model::{Generation, WritePolicy};
use waybill_sandbox::{
    ClientSpec, Fault, FaultKind, InstanceSpec, ReadyInstance, Role, Running, Sandbox,
};

async fn sandbox() -> Running {
    Sandbox::builder()
        .instance(InstanceSpec::oic3("dev"))
        .instance(InstanceSpec::gen2("old"))
        .client(ClientSpec {
            id: "no-role".into(),
            secret: "no-role-secret".into(),
            roles: Vec::new(),
            instances: Vec::new(),
        })
        .client(ClientSpec {
            id: "monitor".into(),
            secret: "monitor-secret".into(),
            roles: vec![Role::Monitor],
            instances: Vec::new(),
        })
        .synthetic(5, 1)
        .start()
        .await
        .unwrap()
}

async fn test(bench: &Bench, form: InstanceForm, secret: SecretString) -> TestReport {
    bench
        .app
        .instance_test(form, Some(secret), |_| {})
        .await
        .unwrap()
}

/// The stage that failed, with its words.
fn failed(report: &TestReport) -> &TestStage {
    assert!(!report.passed, "{report:#?}");
    let failed: Vec<_> = report
        .stages
        .iter()
        .filter(|stage| stage.state == StageState::Failed)
        .collect();
    assert_eq!(failed.len(), 1, "{report:#?}");
    let remedy = failed[0].remedy.as_deref().unwrap_or_default();
    assert!(remedy.len() > 40, "{report:#?}");
    assert!(failed[0].detail.ends_with('.'), "{report:#?}");
    let after = report
        .stages
        .iter()
        .skip_while(|stage| stage.stage != failed[0].stage)
        .skip(1);
    assert!(
        after
            .into_iter()
            .all(|stage| stage.state == StageState::Skipped)
    );
    failed[0]
}

fn with_client(instance: &ReadyInstance, id: &str) -> InstanceForm {
    let mut form = form(instance, "dev");
    if let SignInForm::ClientCredentials { client_id, .. } = &mut form.sign_in {
        id.clone_into(client_id);
    }
    form
}

#[tokio::test(flavor = "multi_thread")]
async fn all_stages_pass_and_are_told_in_order_and_the_instance_can_be_saved() {
    let sandbox = sandbox().await;
    let bench = bench();
    for name in ["dev", "old"] {
        let instance = sandbox.instance(name).unwrap();
        let told = Arc::new(Mutex::new(Vec::new()));
        let into = Arc::clone(&told);
        let unsaved = bench
            .app
            .instance_save(form(instance, name), Some(secret(instance)), false)
            .await
            .unwrap_err();
        assert_eq!(unsaved.context["field"], "test");
        let report = bench
            .app
            .instance_test(form(instance, name), Some(secret(instance)), move |stage| {
                into.lock().unwrap().push((stage.stage, stage.state));
            })
            .await
            .unwrap();
        assert!(report.passed, "{report:#?}");
        assert_eq!(report.stages.len(), 6);
        let told = told.lock().unwrap().clone();
        let finished: Vec<_> = told
            .iter()
            .filter(|(_, state)| *state != StageState::Running)
            .map(|(stage, _)| *stage)
            .collect();
        assert!(finished.is_sorted());
        assert_eq!(finished.len(), 6);
        let saved = bench
            .app
            .instance_save(form(instance, name), Some(secret(instance)), false)
            .await
            .unwrap();
        assert_eq!(saved.tested_at.as_deref(), Some(report.at.as_str()));
        assert_eq!(saved.write_policy, WritePolicy::Ask);
        // The stored secret serves the next test.
        let mut again = form(instance, name);
        again.id = Some(saved.id);
        let report = bench.app.instance_test(again, None, |_| {}).await.unwrap();
        assert!(report.passed, "{report:#?}");
    }
    sandbox.shutdown().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn wrong_secret_scope_role_and_name_fail_at_their_stage() {
    let sandbox = sandbox().await;
    let bench = bench();
    let dev = sandbox.instance("dev").unwrap();
    let old = sandbox.instance("old").unwrap();

    let report = test(&bench, form(dev, "dev"), "wrong".into()).await;
    let stage = failed(&report);
    assert_eq!(stage.stage, StageName::SignIn);
    assert!(
        stage
            .remedy
            .as_ref()
            .unwrap()
            .contains("Integrated applications")
    );
    assert!(stage.exchange.is_some());

    let report = test(&bench, form(old, "old"), "wrong".into()).await;
    assert_eq!(failed(&report).stage, StageName::SignIn);

    let mut wrong_scope = form(dev, "dev");
    if let SignInForm::ClientCredentials { scope, .. } = &mut wrong_scope.sign_in {
        *scope = "https://other.example:443/ic/api/".into();
    }
    let report = test(&bench, wrong_scope, secret(dev)).await;
    let stage = failed(&report);
    assert_eq!(stage.stage, StageName::SignIn);
    assert!(
        stage.remedy.as_ref().unwrap().contains("/ic/api/"),
        "{stage:#?}"
    );

    for (client, secret) in [("no-role", "no-role-secret"), ("monitor", "monitor-secret")] {
        let report = test(&bench, with_client(dev, client), secret.into()).await;
        let stage = failed(&report);
        assert_eq!(stage.stage, StageName::Rights, "{report:#?}");
        assert!(
            stage.remedy.as_ref().unwrap().contains("ServiceDeveloper"),
            "{stage:#?}"
        );
        assert!(stage.exchange.is_some());
    }

    let mut wrong_name = form(dev, "dev");
    wrong_name.instance_name = Some("not-this-one-ia".into());
    let report = test(&bench, wrong_name, secret(dev)).await;
    let stage = failed(&report);
    assert!(
        matches!(stage.stage, StageName::InstanceName | StageName::Rights),
        "{report:#?}"
    );
    sandbox.shutdown().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn addresses_that_lead_nowhere_and_pages_of_others_are_told_apart() {
    let sandbox = sandbox().await;
    let bench = bench();
    let dev = sandbox.instance("dev").unwrap();

    let mut nowhere = form(dev, "dev");
    nowhere.address = "https://oic.nowhere.invalid".into();
    let report = test(&bench, nowhere, secret(dev)).await;
    assert_eq!(failed(&report).stage, StageName::Address);

    // A port at which nobody listens.
    let free = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let closed = format!("http://{}", free.local_addr().unwrap());
    drop(free);
    let mut refused = form(dev, "dev");
    refused.address = closed;
    let report = test(&bench, refused, secret(dev)).await;
    assert_eq!(failed(&report).stage, StageName::Address);

    // TLS where the sandbox speaks plain HTTP.
    let mut not_tls = form(dev, "dev");
    not_tls.address = dev.design_url.replace("http://", "https://");
    let report = test(&bench, not_tls, secret(dev)).await;
    assert_eq!(failed(&report).stage, StageName::Tls);

    let mut insecure = form(dev, "dev");
    insecure.address = "http://oic.acme.com".into();
    let error = bench
        .app
        .instance_test(insecure, Some(secret(dev)), |_| {})
        .await
        .unwrap_err();
    assert_eq!(error.code, ErrorCode::BadInput);
    assert_eq!(error.context["field"], "address");

    sandbox.control().fail(Fault {
        kind: FaultKind::Html,
        times: 20,
        path: Some("/packages".into()),
    });
    let report = test(&bench, form(dev, "dev"), secret(dev)).await;
    let stage = failed(&report);
    assert_eq!(stage.stage, StageName::InstanceName, "{report:#?}");
    sandbox.control().heal();

    sandbox.control().fail(Fault {
        kind: FaultKind::Status {
            code: 401,
            retry_after: None,
        },
        times: 20,
        path: Some("/packages".into()),
    });
    let report = test(&bench, form(dev, "dev"), secret(dev)).await;
    let stage = failed(&report);
    assert_eq!(stage.stage, StageName::Rights, "{report:#?}");
    assert!(
        stage.remedy.as_ref().unwrap().contains("scope"),
        "{stage:#?}"
    );
    sandbox.shutdown().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_expired_token_is_renewed_and_a_test_can_be_cancelled() {
    let sandbox = sandbox().await;
    let bench = bench();
    let dev = sandbox.instance("dev").unwrap();
    let saved = support::save(&bench, &sandbox, "dev").await;
    let place = waybill_app::view::PlaceRef::Instance { id: saved.id };
    bench.app.catalogue(&place, true).await.unwrap();
    sandbox.control().expire_tokens();
    bench.app.catalogue(&place, true).await.unwrap();

    sandbox.control().fail(Fault {
        kind: FaultKind::Stall,
        times: 5,
        path: Some("/packages".into()),
    });
    let (app, form, key) = (bench.app.clone(), form(dev, "second"), secret(dev));
    let running = tokio::spawn(async move { app.instance_test(form, Some(key), |_| {}).await });
    tokio::time::sleep(Duration::from_millis(400)).await;
    bench.app.instance_test_cancel().await;
    let cancelled = tokio::time::timeout(Duration::from_secs(5), running)
        .await
        .unwrap()
        .unwrap()
        .unwrap_err();
    assert_eq!(cancelled.code, ErrorCode::Cancelled);
    sandbox.shutdown().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_instance_is_changed_and_removed_with_its_secret() {
    let sandbox = sandbox().await;
    let bench = bench();
    let app = &bench.app;
    let dev = sandbox.instance("dev").unwrap();
    let saved = support::save(&bench, &sandbox, "dev").await;
    assert_eq!(saved.generation, Generation::Oic3);

    // A new name alone needs neither test nor secret.
    let mut renamed = form(dev, "Acme DEV");
    renamed.id = Some(saved.id.clone());
    let renamed = app.instance_save(renamed, None, false).await.unwrap();
    assert_eq!(
        (renamed.id.as_str(), renamed.name.as_str()),
        (saved.id.as_str(), "Acme DEV")
    );
    // Another client id does: the secret that is kept belongs to another application.
    let mut changed = with_client(dev, "someone-else");
    changed.id = Some(saved.id.clone());
    let refused = app.instance_save(changed, None, false).await.unwrap_err();
    assert_eq!(refused.context["field"], "clientSecret");
    let policy = app
        .instance_policy_set("acme dev", WritePolicy::ReadOnly)
        .await
        .unwrap();
    assert_eq!(policy.write_policy, WritePolicy::ReadOnly);
    app.instance_remove("Acme DEV").await.unwrap();
    assert!(app.instances().unwrap().is_empty());
    let gone = app.instance_remove(&saved.id).await.unwrap_err();
    assert_eq!(gone.code, ErrorCode::UnknownSubject);
    sandbox.shutdown().await;
}

/// A server with a certificate that nobody vouches for; it shakes hands and hangs up.
async fn untrusted_server() -> (u16, String) {
    let made = rcgen::generate_simple_self_signed(vec!["localhost".to_owned()]).unwrap();
    let key = tokio_rustls::rustls::pki_types::PrivateKeyDer::Pkcs8(
        made.signing_key.serialize_der().into(),
    );
    let provider = Arc::new(tokio_rustls::rustls::crypto::aws_lc_rs::default_provider());
    let config = tokio_rustls::rustls::ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(vec![made.cert.der().clone()], key)
        .unwrap();
    let acceptor = tokio_rustls::TlsAcceptor::from(Arc::new(config));
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            let _ = acceptor.accept(stream).await;
        }
    });
    (port, made.cert.pem())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_certificate_that_nobody_vouches_for_is_refused_until_its_authority_is_given() {
    let sandbox = sandbox().await;
    let bench = bench();
    let dev = sandbox.instance("dev").unwrap();
    let (port, certificate) = untrusted_server().await;
    let mut form = form(dev, "dev");
    form.address = format!("https://localhost:{port}");
    let report = test(&bench, form.clone(), secret(dev)).await;
    let stage = failed(&report);
    assert_eq!(stage.stage, StageName::Tls, "{report:#?}");
    assert!(
        stage.remedy.as_ref().unwrap().contains("authority"),
        "{stage:#?}"
    );
    assert_eq!(report.stages[0].state, StageState::Passed);

    let file = bench.folder.path().join("authority.pem");
    std::fs::write(&file, certificate).unwrap();
    form.ca_file = Some(file.display().to_string());
    let report = test(&bench, form, secret(dev)).await;
    assert_eq!(report.stages[1].state, StageState::Passed, "{report:#?}");
    sandbox.shutdown().await;
}
