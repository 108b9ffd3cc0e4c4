//! Webhooks: the form that each receiver wants, and what a refusal leads to.

use std::collections::BTreeMap;

use secrecy::SecretString;
use waybill_app::view::{
    ErrorCode, HookKind, SecretPlace, WordSecrets, WordSeverity, WordStageName, WordState,
};

use crate::receiver::Receiver;
use crate::{CANARY, Office};

#[tokio::test(flavor = "multi_thread")]
async fn each_receiver_gets_its_form_and_its_weight() {
    let office = Office::begin().await;
    let receiver = Receiver::open().await;
    let address = |name: &str| format!("http://127.0.0.1:{}/{name}/{CANARY}", receiver.port);
    for (name, kind, severity) in [
        ("slack", HookKind::Slack, WordSeverity::Warning),
        ("teams", HookKind::Teams, WordSeverity::Info),
        ("json", HookKind::Json, WordSeverity::Info),
    ] {
        office.hook(name, kind, &address(name), severity).await;
        let test = office.app().word_test(name, &|_| {}).await.unwrap();
        assert!(test.passed, "{test:?}");
    }
    let posted = receiver.posted();
    assert!(posted[0].path.starts_with("/slack/"));
    assert!(
        posted[0].body["text"]
            .as_str()
            .unwrap()
            .starts_with("*Waybill: this is a test*")
    );
    let card = &posted[1].body["attachments"][0];
    assert_eq!(
        card["contentType"],
        "application/vnd.microsoft.card.adaptive"
    );
    assert_eq!(posted[2].body["source"], "waybill");

    // A change in Production from outside is worth knowing, not a warning.
    office.back_up().await;
    assert_eq!(
        office.sandbox.control().touch_integrations("one", 1).len(),
        1
    );
    office.back_up().await;
    let told: Vec<String> = receiver.posted()[3..]
        .iter()
        .map(|one| one.path.split('/').nth(1).unwrap().to_owned())
        .collect();
    assert_eq!(told, ["teams", "json"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_receiver_that_is_busy_is_asked_again_and_one_that_does_not_understand_is_not() {
    let office = Office::begin().await;
    let receiver = Receiver::open().await;
    let address = format!("http://127.0.0.1:{}/{CANARY}", receiver.port);
    office
        .hook("ours", HookKind::Json, &address, WordSeverity::Info)
        .await;
    receiver.answers(503);
    office.back_up().await;
    assert_eq!(
        office.sandbox.control().touch_integrations("one", 1).len(),
        1
    );
    office.back_up().await;
    let line = office.app().word_log(1).unwrap().remove(0);
    assert_eq!((line.state, line.tries), (WordState::Waiting, 1));
    assert!(line.problem.unwrap().contains("503"));
    office.app().words_look().await;
    assert_eq!(receiver.posted().len(), 1, "not before its time");
    receiver.answers(400);
    office.forward(1);
    office.app().words_look().await;
    let line = office.app().word_log(1).unwrap().remove(0);
    assert_eq!(line.state, WordState::GivenUp, "{line:?}");
    let test = office.app().word_test("ours", &|_| {}).await.unwrap();
    let last = test.stages.last().unwrap();
    assert_eq!((last.stage, last.passed), (WordStageName::Accepted, false));
}

#[tokio::test]
async fn addresses_are_kept_as_secrets_and_forgotten_with_their_webhook() {
    let office = Office::begin().await;
    office
        .hook(
            "ours",
            HookKind::Slack,
            "https://hooks.example.com/x",
            WordSeverity::Info,
        )
        .await;
    let view = office.app().word().unwrap();
    let id = view.form.hooks[0].id.clone().unwrap();
    assert_eq!(view.hook_addresses[&id], SecretPlace::Session);
    let mut form = view.form.clone();
    form.hooks.clear();
    let view = office
        .app()
        .word_set(&form, WordSecrets::default())
        .await
        .unwrap();
    assert!(view.hook_addresses.is_empty());

    let mut form = view.form;
    form.hooks.push(waybill_app::view::HookForm {
        id: None,
        name: "plain".into(),
        kind: HookKind::Json,
        on: true,
        severity: WordSeverity::Info,
    });
    let secrets = WordSecrets {
        mail_password: None,
        hook_addresses: BTreeMap::from([(
            "plain".to_owned(),
            SecretString::from("http://example.com/x"),
        )]),
    };
    let refused = office.app().word_set(&form, secrets).await.unwrap_err();
    assert_eq!(refused.code, ErrorCode::BadInput);
    assert_eq!(refused.context["field"], "hookAddress");
    assert!(office.app().word().unwrap().form.hooks.is_empty());
}
