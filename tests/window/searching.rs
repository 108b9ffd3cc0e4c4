//! Where a host is used, in all snapshots and in files; and no secret is found by its text.

use serde_json::json;

use super::support::{Program, User, in_turn, is_backed_up, made, practise_and_back_up, test};

const HOST: &str = "wms.example.com";

async fn search_for(program: &Program, text: &str) {
    program.fill(&test("search-text"), text).await;
    program.click(&test("search-start")).await;
    program.gone(&test("search-progress")).await;
    program.reads(".found", text).await;
}

#[test]
fn a_host_is_found_where_it_is_used_and_a_secret_is_not() {
    in_turn(|| async {
        let user = User::with_keychain();
        let access = user.path("access.iar");
        made::giving_away(&access);
        let program = Program::start(&user).await;
        practise_and_back_up(&program).await;
        is_backed_up(&program).await;
        program.go("#/search").await;
        program
            .until("document.activeElement?.matches('[data-test=search-text]')")
            .await;
        search_for(&program, HOST).await;
        program.reads(&test("hit"), "WMS_API").await;
        program.reads(&test("hit"), HOST).await;
        let shown = program.text(".found").await;
        println!("{}", shown.replace('\n', " | "));

        secrets_are_not_found(&program, &access).await;

        search_for(&program, HOST).await;
        program
            .click("[data-test=\"hit\"] h3 a[href*=\"connection\"]")
            .await;
        program.reads("main h1", "Warehouse Management API").await;
        program.quit().await;
    });
}

/// The password in a file that is searched has no hit; the host beside it has.
async fn secrets_are_not_found(program: &Program, access: &std::path::Path) {
    program
        .go(&format!("#/search/file/{}", made::in_address(access)))
        .await;
    search_for(program, made::PASSWORD).await;
    let hits = program
        .run("return document.querySelectorAll('[data-test=hit]').length")
        .await;
    assert_eq!(hits, json!(0), "a password is found by its text");
    search_for(program, made::HOST).await;
    program.reads(&test("hit"), "ERP").await;
    program.go("#/search").await;
    program
        .run("[...document.querySelectorAll('.seg button')][0].click()")
        .await;
}
