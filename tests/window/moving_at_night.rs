//! The night of the twenty-five.

use std::time::Duration;

use serde_json::json;

use super::support::night::{DRAFTS, INTEGRATIONS, Night};
use super::support::{
    Program, Review, User, at_step, begin_move, canary, checked, count, enter_on, go_on, has_run,
    in_turn, open_file, read_warnings, report, test,
};

const CONTROL: char = '\u{E009}';
/// Connections of real archives that have nothing to enter: the service never holds them for drafts.
const ASK_FOR_NOTHING: [&str; 6] = [
    "APPLICATION_EVENT_CONNECTION",
    "CON_OIC_REST",
    "TRIGGERESSHEALTHINFO",
    "INT_TCC_SERVICE",
    "INT_TCC_SERVICE_IMPORT",
    "OIC_FA_INTEGRAT_OAUTHCOD",
];

#[test]
fn twenty_five_integrations_are_held_until_eighteen_drafts_in_production_have_values() {
    in_turn(|| async {
        let night = Night::begin().await;
        let user = User::with_keychain();
        user.add("Acme DEV", night.stand.dev());
        user.add_as("Acme PROD", night.stand.instance("prod"), "production");
        let program = Program::start(&user).await;
        let mut review = Review::new();
        begin_move(&program, "Acme DEV", "Acme PROD").await;
        choose_integrations(&program).await;
        activate_all(&program).await;
        tokio::time::sleep(Duration::from_secs(1)).await;
        let mut needed = needed_connections(&program).await;
        needed.retain(|code| !ASK_FOR_NOTHING.contains(&code.as_str()));
        night.leave_drafts(&needed[..DRAFTS]);
        review.look(&program, "move-what").await;
        go_on(&program).await;
        checked(&program).await;
        program.click(&test("check-again")).await;
        tokio::time::sleep(Duration::from_millis(300)).await;
        checked(&program).await;
        assert_eq!(
            count(&program, &test("fix-enterValues")).await,
            DRAFTS as u64
        );
        assert_eq!(
            count(&program, &test("finding-blocking")).await,
            DRAFTS as u64 + 1
        );
        review.look(&program, "move-checks").await;
        allow(&program, "Acme PROD").await;
        checked(&program).await;
        tokio::time::sleep(Duration::from_millis(500)).await;
        checked(&program).await;
        read_warnings(&program).await;
        program.click(&test("fix-enterValues")).await;
        at_step(&program, "connections").await;
        program.see(&test("bind-values")).await;
        review.look(&program, "move-connections").await;
        for round in 0..DRAFTS {
            enter(&program, &user, round < 2).await;
        }
        at_step(&program, "review").await;
        program
            .reads(&test("looked"), "nothing in PROD has changed")
            .await;
        review.look(&program, "move-review").await;
        run(&program, "Acme PROD", &mut review).await;
        let headline = report(&program).await;
        review.look(&program, "move-report").await;
        review.end();
        assert!(
            headline.contains(&format!(
                "{INTEGRATIONS} imported, {DRAFTS} connections set"
            )),
            "{headline}"
        );
        assert!(
            headline.contains(&format!(", {INTEGRATIONS} activated")),
            "{headline}"
        );
        program.quit().await;
    });
}

/// Starts the run from the review and waits until it has ended.
async fn run(program: &Program, name: &str, review: &mut Review) {
    program.fill(&test("typed-name"), name).await;
    enter_on(program, &test("move-run")).await;
    at_step(program, "run").await;
    program.see(&test("run-settled")).await;
    review.look(program, "move-run").await;
    has_run(program).await;
}

/// One of them is only configured in Development, and is to be active all the same.
async fn activate_all(program: &Program) {
    let policy = test("policy-activate");
    program.click(&policy).await;
    program
        .until(
            "(() => { const one = [...document.querySelectorAll('.menu__item')]\
               .find((one) => one.innerText.trim() === 'All that are moved'); \
               one?.dispatchEvent(new PointerEvent('pointerup', { bubbles: true, pointerType: 'mouse' })); return one; })()",
        )
        .await;
    program.reads(&policy, "All that are moved").await;
}

/// Takes the values of Development, enters each secret that is missing, and goes on.
async fn enter(program: &Program, user: &User, by_keyboard: bool) {
    let canary = canary();
    program.see(&test("bind-values")).await;
    let code = program.text("#connection-head").await;
    from_source(program).await;
    program.see(&test("bind-save")).await;
    choose_key(program, user).await;
    // What is missing; where nothing is, a password all the same: a draft has none.
    let names = program
        .run(
            "const form = document.querySelector('[data-test=bind-values]');
             const missing = [...form.querySelectorAll('tr:has(.missing) input')];
             const shown = missing.length > 0 ? missing
               : [...form.querySelectorAll('input[type=password]')].slice(0, 1);
             return shown.map((one) => [one.dataset.test, one.type]);",
        )
        .await;
    let names = names.as_array().unwrap();
    for name in names {
        let field = test(name[0].as_str().unwrap());
        if by_keyboard {
            program.tab_to(&field).await;
        } else {
            program
                .run(&format!("document.querySelector({}).focus()", json!(field)))
                .await;
        }
        let secret = name[1] == json!("password");
        program.type_text(if secret { &canary } else { "22" }).await;
    }
    if names.is_empty() {
        enter_on(program, &test("bind-next")).await;
    } else {
        program.press(&['\u{E007}']).await;
    }
    let there = format!("document.querySelector('[data-test=\"connection-{code}\"]')");
    program
        .until(&format!("!{there} || !{there}.innerText.includes('To enter') && document.querySelector('#connection-head').innerText !== {}", json!(code)))
        .await;
}

/// Chooses the file of a key where the connection signs in by one.
async fn choose_key(program: &Program, user: &User) {
    let choose = format!(
        "{} tr:has(.missing) [data-test^=\"file-\"]",
        test("bind-values")
    );
    if count(program, &choose).await == 0 {
        return;
    }
    let file = user.path("bank.key");
    std::fs::write(&file, "The key of somebody who is only in this walk.\n").unwrap();
    program.click(&choose).await;
    open_file(user, "Choose a file", &file).await;
    program.gone(&choose).await;
}

async fn from_source(program: &Program) {
    program
        .until("(() => { const one = [...document.querySelectorAll('[data-region=connection] .seg button')].find((one) => one.innerText.startsWith('Take from')); one?.click(); return one; })()")
        .await;
}

async fn allow(program: &Program, name: &str) {
    enter_on(program, &test("fix-allowChanges")).await;
    program.fill(&test("allow-typed"), name).await;
    enter_on(program, &test("allow-confirm")).await;
    program.gone("[role=\"dialog\"]").await;
}

/// All integrations, by the filter of kinds and the keyboard.
async fn choose_integrations(program: &Program) {
    program.click("[aria-label^=\"Kind:\"]").await;
    program
        .until(
            "(() => { const one = [...document.querySelectorAll('.menu__item')]\
               .find((one) => one.innerText.trim().startsWith('Integration')); \
               one?.dispatchEvent(new PointerEvent('pointerup', { bubbles: true, pointerType: 'mouse' })); return one; })()",
        )
        .await;
    program.press(&['\u{E00C}']).await;
    program.tab_to(&test("what-table")).await;
    program.press(&[CONTROL, 'a']).await;
    program
        .reads(&test("what-count"), &format!("{INTEGRATIONS} of"))
        .await;
}

/// The codes of the connections that go along because they are needed.
async fn needed_connections(program: &Program) -> Vec<String> {
    let group = test("needs-connection");
    program.see(&group).await;
    let more = format!("{group} {}", test("needs-more"));
    if count(program, &more).await > 0 {
        enter_on(program, &more).await;
    }
    let codes = program
        .run(&format!(
            "return [...document.querySelectorAll({})].map((one) => one.innerText.trim())",
            json!(format!("{group} li code"))
        ))
        .await;
    let codes = codes.as_array().unwrap();
    codes
        .iter()
        .map(|code| code.as_str().unwrap().to_owned())
        .collect()
}
