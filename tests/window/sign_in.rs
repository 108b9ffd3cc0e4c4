//! The ways to sign in, as the form asks for them, and the sign-in that lasts.

use super::support::{Program, Stand, User, canary, choose_sign_in, explore, in_turn, oic3, test};

#[test]
fn the_browser_is_waited_for_and_can_be_given_up() {
    in_turn(|| async {
        let stand = Stand::start(|builder| builder.instance(oic3("dev")).synthetic(3, 5)).await;
        let dev = stand.dev();
        let user = User::with_keychain();
        let program = Program::start(&user).await;
        program.click(&test("add-instance")).await;
        program.fill("[name=\"address\"]", &dev.design_url).await;
        let wire_name = dev.integration_instance.as_deref().unwrap();
        program.fill("[name=\"instanceName\"]", wire_name).await;
        program.fill("[name=\"name\"]", "Acme").await;
        program
            .click("label:has([data-test=\"environment-development\"])")
            .await;
        choose_sign_in(&program, "In the browser").await;
        program.fill("[name=\"tokenUrl\"]", &dev.token_url).await;
        program.fill("[name=\"scope\"]", &dev.scope).await;
        program.fill("[name=\"clientId\"]", &dev.client_id).await;
        program
            .reads(&test("redirect-address"), "http://127.0.0.1:8734/callback")
            .await;
        program.click(&test("sign-in")).await;
        program
            .reads(&test("browser-sign-in"), "Waiting for the browser")
            .await;
        let opened = user.opened().await;
        assert!(opened.contains("code_challenge_method=S256"), "{opened}");
        assert!(opened.contains("response_type=code"), "{opened}");
        program.click(&test("sign-in-cancel")).await;
        program.see(&test("sign-in")).await;
        program.click(&test("save-untested")).await;
        program.click(&test("save-untested-confirm")).await;
        program.reads(&test("instances-table"), "Acme").await;
        program.see("[data-test^=\"sign-in-\"]").await;
        program.quit().await;
    });
}

#[test]
fn the_current_sign_in_is_told_without_its_token() {
    in_turn(|| async {
        let stand = Stand::start(|builder| builder.instance(oic3("dev")).synthetic(3, 5)).await;
        let user = User::with_keychain();
        user.add("Acme", stand.dev());
        let program = Program::start(&user).await;
        explore(&program, "Acme").await;
        program.go("#/instances").await;
        program.click(&format!("{} a", test("instance-row"))).await;
        let now = test("current-sign-in");
        program.reads(&now, "Token given").await;
        program.reads(&now, "Ends").await;
        program.reads(&now, "/ic/api/").await;
        let shown = program.text("body").await;
        assert!(!shown.contains("eyJ"), "a token is shown: {shown}");
        assert!(!shown.contains(&canary()), "the secret is shown: {shown}");
        program.quit().await;
    });
}
