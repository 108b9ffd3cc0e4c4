//! Single changes of what an instance holds, each with its plan before and its result afterwards.

use super::support::{
    Program, User, canary, carry_out, choose_from_menu, close, enter_on, explore, find, in_turn,
    is_backed_up, leave_artifact, plan, practise_and_back_up, row_reads, test,
};

const DEV: &str = "Practice DEV";

#[test]
fn a_development_instance_is_changed_by_the_keyboard() {
    in_turn(|| async {
        let user = User::with_keychain();
        let program = Program::start(&user).await;
        practise_and_back_up(&program).await;
        is_backed_up(&program).await;
        explore(&program, DEV).await;
        an_integration_is_deactivated_and_activated(&program).await;
        a_connection_gets_new_values(&program).await;
        what_nothing_uses_is_deleted(&program).await;
        activity_and_the_audit_log_tell_of_it(&program).await;
        program.quit().await;
    });
}

async fn an_integration_is_deactivated_and_activated(program: &Program) {
    find(program, "shipments france", "FRANCE_SYNC_SHIPMENTS").await;
    row_reads(program, "Active").await;
    enter_on(program, &test("action-deactivate")).await;
    let shown = plan(program).await;
    assert!(shown.contains("takes no more requests"), "{shown}");
    assert!(
        shown.contains("a snapshot of it goes into the vault"),
        "{shown}"
    );
    let told = carry_out(program).await;
    assert!(told.contains("Sync Shipments France"), "{told}");
    close(program).await;
    row_reads(program, "Configured").await;

    enter_on(program, &test("action-activate")).await;
    let shown = plan(program).await;
    assert!(shown.contains("takes requests"), "{shown}");
    carry_out(program).await;
    close(program).await;
    row_reads(program, "Active").await;
    leave_artifact(program).await;
}

async fn a_connection_gets_new_values(program: &Program) {
    find(program, "WMS_API", "WMS_API").await;
    enter_on(program, &test("action-editConnection")).await;
    program.see(&test("edit-connection")).await;
    let address = test("value-connectionUrl");
    program.fill(&address, "not an address").await;
    enter_on(program, &test("edit-review")).await;
    program
        .reads(&test("edit-connection"), "This is not an address")
        .await;
    program.fill(&address, "https://wms2.example.com/api").await;

    enter_on(program, "[data-test^=\"replace-\"]").await;
    program.see("input[data-test^=\"secret-\"]").await;
    program
        .until("document.activeElement.matches('input[data-test^=\"secret-\"]')")
        .await;
    program.type_text(&canary()).await;
    program.reads("[role=\"dialog\"]", "2 values changed").await;
    enter_on(program, &test("edit-review")).await;
    let shown = plan(program).await;
    assert!(shown.contains("https://wms2.example.com/api"), "{shown}");
    assert!(!shown.contains(&canary()), "the secret is shown: {shown}");
    let told = carry_out(program).await;
    assert!(told.contains("Warehouse Management API"), "{told}");
    close(program).await;
    program
        .reads(&test("artifact-panel"), "https://wms2.example.com/api")
        .await;

    enter_on(program, &test("action-testConnection")).await;
    let shown = plan(program).await;
    assert!(shown.contains("Nothing has to be kept"), "{shown}");
    let told = carry_out(program).await;
    assert!(told.contains("succeeded"), "{told}");
    close(program).await;
    leave_artifact(program).await;
}

async fn what_nothing_uses_is_deleted(program: &Program) {
    find(program, "Language_Codes", "Language_Codes").await;
    choose_from_menu(program, "menu-delete").await;
    plan(program).await;
    let start = test("change-start");
    let off = program
        .run("return document.querySelector('[data-test=change-start]').matches(':disabled, [aria-disabled=\"true\"]')")
        .await;
    assert_eq!(off, serde_json::json!(true), "nothing was typed yet");
    program.tab_to(&test("typed-name")).await;
    let wanted = program
        .text(".field:has([data-test=\"typed-name\"]) strong")
        .await;
    program.type_text(&wanted).await;
    program
        .until("!document.querySelector('[data-test=change-start]').matches(':disabled, [aria-disabled=\"true\"]')")
        .await;
    program.see(&start).await;
    let told = carry_out(program).await;
    assert!(told.contains("Language_Codes"), "{told}");
    close(program).await;
    program.gone("tr[aria-selected=\"true\"]").await;
}

async fn activity_and_the_audit_log_tell_of_it(program: &Program) {
    program.go("#/activity").await;
    for title in [
        "Deactivate Sync Shipments France 01.00.0000",
        "Activate Sync Shipments France 01.00.0000",
        "Warehouse Management API",
        "Language_Codes",
    ] {
        program.reads(&test("run-row"), title).await;
    }
    program.click(&test("tab-audit")).await;
    program.reads(&test("audit-row"), "Deactivate").await;
    program.reads(&test("audit-row"), "Delete").await;
    program
        .reads(&test("audit-chain"), "each fits the one before")
        .await;
    program.click(&format!("{} .open", test("audit-row"))).await;
    program.reads("[role=\"dialog\"]", DEV).await;
    program.press(&['\u{E00C}']).await;
    program.gone("[role=\"dialog\"]").await;
}
