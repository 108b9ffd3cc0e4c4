//! What surrounds a change, under the rules of accessibility, and its pictures.

use super::support::{
    Program, Review, Stand, User, canary, carry_out, choose_from_menu, choose_sign_in, close,
    enter_on, explore, find, in_turn, is_backed_up, leave_artifact, oic3, plan,
    practise_and_back_up, test,
};

const ESCAPE: char = '\u{E00C}';

#[test]
fn changes_and_their_traces_have_no_serious_accessibility_finding() {
    in_turn(|| async {
        let user = User::with_keychain();
        let program = Program::start(&user).await;
        let mut review = Review::new();
        practise_and_back_up(&program).await;
        is_backed_up(&program).await;
        development(&program, &mut review).await;
        production(&program, &mut review).await;
        traces(&program, &mut review).await;
        program.quit().await;
        review.end();
    });
}

async fn leave_dialog(program: &Program) {
    program.press(&[ESCAPE]).await;
    program.gone("[role=\"dialog\"]").await;
}

async fn development(program: &Program, review: &mut Review) {
    explore(program, "Practice DEV").await;
    find(program, "stock levels france", "FRANCE_SYNC_STOCK_LEVELS").await;
    review.look(program, "change-panel").await;
    enter_on(program, &test("action-deactivate")).await;
    plan(program).await;
    review.look(program, "change-plan").await;
    carry_out(program).await;
    review.look(program, "change-result").await;
    close(program).await;
    choose_from_menu(program, "menu-delete").await;
    plan(program).await;
    review.look(program, "change-delete").await;
    leave_dialog(program).await;
    leave_artifact(program).await;

    find(program, "WMS_API", "WMS_API").await;
    enter_on(program, &test("action-editConnection")).await;
    program.see(&test("edit-connection")).await;
    program
        .fill(&test("value-connectionUrl"), "https://wms2.example.com/api")
        .await;
    enter_on(program, "[data-test^=\"replace-\"]").await;
    program.fill("input[data-test^=\"secret-\"]", "n3w").await;
    review.look(program, "change-edit").await;
    enter_on(program, &test("edit-review")).await;
    plan(program).await;
    review.look(program, "change-edit-plan").await;
    carry_out(program).await;
    close(program).await;
    leave_artifact(program).await;
}

async fn production(program: &Program, review: &mut Review) {
    explore(program, "Practice PROD").await;
    find(program, "shipments france", "FRANCE_SYNC_SHIPMENTS").await;
    review.look(program, "change-read-only").await;
    enter_on(program, &test("allow-15")).await;
    program.fill(&test("allow-typed"), "Practice PROD").await;
    review.look(program, "change-allow").await;
    enter_on(program, &test("allow-confirm")).await;
    program.see(&test("writes-left")).await;
    review.look(program, "change-allowed").await;
    enter_on(program, &test("action-deactivate")).await;
    plan(program).await;
    review.look(program, "change-plan-production").await;
    leave_dialog(program).await;
}

async fn traces(program: &Program, review: &mut Review) {
    // What was said about Production does not belong into these pictures.
    program
        .run("document.querySelectorAll('.notices button').forEach((one) => one.click())")
        .await;
    program.go("#/activity").await;
    program.see(&test("run-row")).await;
    review.look(program, "activity-changes").await;
    program.click(&format!("{} a", test("run-row"))).await;
    program.see("main h1").await;
    review.look(program, "activity-change").await;
    program.go("#/activity/audit").await;
    program.see(&test("audit-row")).await;
    program
        .reads(&test("audit-chain"), "The log is whole")
        .await;
    review.look(program, "audit").await;
    program.click(&format!("{} .open", test("audit-row"))).await;
    program.see("[role=\"dialog\"]").await;
    review.look(program, "audit-entry").await;
    leave_dialog(program).await;
    program.go("#/home").await;
    program.see("[data-test^=\"card-\"]").await;
    review.look(program, "home-changes").await;
}

#[test]
fn the_ways_to_sign_in_have_no_serious_accessibility_finding() {
    in_turn(|| async {
        let stand = Stand::start(|builder| builder.instance(oic3("dev")).synthetic(3, 5)).await;
        let user = User::with_keychain();
        user.add("Acme", stand.dev());
        let program = Program::start(&user).await;
        let mut review = Review::new();
        explore(&program, "Acme").await;
        program.go("#/instances").await;
        program.click(&format!("{} a", test("instance-row"))).await;
        program.reads(&test("current-sign-in"), "Ends").await;
        review.look(&program, "sign-in-current").await;

        program.go("#/instances/new").await;
        program
            .fill("[name=\"address\"]", &stand.dev().design_url)
            .await;
        for (words, name) in [
            ("In the browser", "sign-in-browser"),
            ("Signed assertion", "sign-in-key"),
        ] {
            choose_sign_in(&program, words).await;
            review.look(&program, name).await;
        }
        program.click(&test("sign-in-password")).await;
        program.fill("[name=\"password\"]", &canary()).await;
        review.look(&program, "sign-in-password").await;
        program.quit().await;
        review.end();
    });
}
