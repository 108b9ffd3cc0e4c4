//! The form of an instance: a wrong value fails at its stage with what to do, Production begins
//! read-only, and saving without a passed test is asked about.

use std::net::TcpListener;

use waybill_sandbox::{ClientSpec, FaultKind, Role};

use super::support::{Program, Stand, User, canary, in_turn, oic3, open_untrusted_door, test};

/// Tests what stands in the form; the stage has to fail and say these words.
async fn fails_at(program: &Program, stage: &str, words: &str, remedy: &str) {
    program
        .run("document.querySelectorAll('li.failed').forEach((one) => one.dataset.old = '1')")
        .await;
    let button = "[data-region=\"panel\"] .btn--primary";
    program.click(button).await;
    program
        .until("!document.querySelector('li.failed[data-old]')")
        .await;
    program.see("li.failed").await;
    let shown = program.text("li.failed").await;
    println!("{stage}: {}", shown.replace('\n', " | "));
    assert_eq!(
        program.attribute("li.failed", "data-test").await,
        format!("stage-{stage}"),
        "{shown}"
    );
    assert!(shown.contains(words), "no {words:?} in {shown}");
    assert!(shown.contains("What to do"), "{shown}");
    assert!(shown.contains(remedy), "no {remedy:?} in {shown}");
    program
        .until("document.querySelectorAll('li.skipped, li.failed').length >= 1")
        .await;
}

#[test]
fn each_wrong_value_fails_at_its_stage_and_says_what_to_do() {
    in_turn(|| async {
        let stand = Stand::start(|builder| {
            builder
                .instance(oic3("dev"))
                .client(ClientSpec {
                    id: "without-rights".to_owned(),
                    secret: canary(),
                    roles: vec![Role::Invoker],
                    instances: Vec::new(),
                })
                .synthetic(3, 5)
        })
        .await;
        let dev = stand.dev().clone();
        let wire_name = dev.integration_instance.clone().unwrap();
        let untrusted = open_untrusted_door(&dev.design_url).await;
        let closed = TcpListener::bind("127.0.0.1:0").unwrap();
        let silent = format!("http://{}", closed.local_addr().unwrap());
        drop(closed);

        let user = User::without_keychain();
        let program = Program::start(&user).await;
        program.click(&test("add-instance")).await;
        program.fill("[name=\"address\"]", &dev.design_url).await;
        program.fill("[name=\"instanceName\"]", &wire_name).await;
        program.fill("[name=\"name\"]", "Acme").await;
        program
            .click("label:has([data-test=\"environment-production\"])")
            .await;
        // Production begins read-only.
        program.reads("[aria-pressed=\"true\"]", "Read only").await;
        program.fill("[name=\"tokenUrl\"]", &dev.token_url).await;
        program.fill("[name=\"scope\"]", &dev.scope).await;
        program.fill("[name=\"clientId\"]", &dev.client_id).await;
        program.fill("[name=\"secret\"]", "not-the-secret").await;
        fails_at(&program, "signIn", "refused", "secret").await;

        program.fill("[name=\"secret\"]", &canary()).await;
        program.fill("[name=\"clientId\"]", "without-rights").await;
        fails_at(&program, "rights", "may not", "role").await;

        program.fill("[name=\"clientId\"]", &dev.client_id).await;
        program
            .fill("[name=\"instanceName\"]", "no-such-instance-fr")
            .await;
        fails_at(
            &program,
            "instanceName",
            "no-such-instance-fr",
            "Service instance",
        )
        .await;

        program.fill("[name=\"instanceName\"]", &wire_name).await;
        for (address, stage, words, remedy) in [
            (
                "https://design.nowhere.invalid",
                "address",
                "design.nowhere.invalid",
                "Copy the address",
            ),
            (silent.as_str(), "address", "127.0.0.1", "firewall"),
            (
                untrusted.as_str(),
                "tls",
                "certificate",
                "Further certificate authorities",
            ),
        ] {
            program.fill("[name=\"address\"]", address).await;
            fails_at(&program, stage, words, remedy).await;
        }
        program.fill("[name=\"address\"]", &dev.design_url).await;
        stand.fail_always(FaultKind::Html, "/integrations");
        fails_at(&program, "oneRead", "web page", "sign-in page").await;
        stand.heal();

        saving_untested_is_asked_about(&program).await;
        program.quit().await;
    });
}

async fn saving_untested_is_asked_about(program: &Program) {
    program.click(&test("save-untested")).await;
    program
        .reads("[role=\"dialog\"]", "Save without passing the test?")
        .await;
    program.click(&test("save-untested-confirm")).await;
    // Without a keychain the place for the secret is chosen now.
    program.click(&test("choose-session-store")).await;
    program.reads(&test("instances-table"), "Acme").await;
    program.reads(&test("instances-table"), "Not tested").await;
    program.reads(&test("instances-table"), "Read only").await;
    program.click("[data-test^=\"test-\"]").await;
    program
        .reads("[role=\"dialog\"]", "All stages passed")
        .await;
    program.press(&['\u{E00C}']).await;
    program.gone("[role=\"dialog\"]").await;
}
