//! Production can only be read, until a person allows changes for a while.

use super::support::{
    Program, User, carry_out, close, enter_on, explore, find, in_turn, is_backed_up, plan,
    practise_and_back_up, row_reads, test,
};

const PROD: &str = "Practice PROD";

#[test]
fn production_is_read_only_until_changes_are_allowed_for_a_while() {
    in_turn(|| async {
        let user = User::with_keychain();
        let program = Program::start(&user).await;
        practise_and_back_up(&program).await;
        is_backed_up(&program).await;
        explore(&program, PROD).await;
        find(&program, "shipments france", "FRANCE_SYNC_SHIPMENTS").await;

        let panel = test("artifact-panel");
        program.reads(&panel, "Practice PROD is read only").await;
        is_off(&program, "action-deactivate").await;
        changes_are_allowed(&program).await;
        a_change_is_made(&program).await;

        enter_on(&program, &test("writes-end")).await;
        program.gone(&test("writes-left")).await;
        program.reads(&panel, "Practice PROD is read only").await;
        is_off(&program, "action-activate").await;

        program.go("#/activity/audit").await;
        program.reads(&test("audit-row"), PROD).await;
        program
            .reads(&test("audit-chain"), "each fits the one before")
            .await;
        program.quit().await;
    });
}

async fn is_off(program: &Program, action: &str) {
    program.see(&test(action)).await;
    program
        .until(&format!(
            "document.querySelector('[data-test={action}]').matches(':disabled, [aria-disabled=\"true\"]')"
        ))
        .await;
}

async fn changes_are_allowed(program: &Program) {
    enter_on(program, &test("allow-15")).await;
    program
        .reads(
            "[role=\"dialog\"]",
            "Allow changes in Practice PROD for a while",
        )
        .await;
    is_off(program, "allow-confirm").await;
    program.tab_to(&test("allow-typed")).await;
    program.type_text("Practice DEV").await;
    is_off(program, "allow-confirm").await;
    program.fill(&test("allow-typed"), PROD).await;
    enter_on(program, &test("allow-confirm")).await;
    program.gone("[role=\"dialog\"]").await;
    let left = program.text(&test("writes-left")).await;
    assert!(left.contains("14:") || left.contains("15:00"), "{left}");
    program
        .until(&format!(
            "document.querySelector('[data-test=writes-left]').innerText !== {}",
            serde_json::json!(left)
        ))
        .await;
}

async fn a_change_is_made(program: &Program) {
    enter_on(program, &test("action-deactivate")).await;
    plan(program).await;
    let told = carry_out(program).await;
    assert!(told.contains("Sync Shipments France"), "{told}");
    close(program).await;
    row_reads(program, "Configured").await;
}
