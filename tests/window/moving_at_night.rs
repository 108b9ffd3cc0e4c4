//! The night of the twenty-five.

use std::time::Duration;

use serde_json::json;

use super::support::night::{DRAFTS, INTEGRATIONS, Night};
use super::support::{
    Program, Review, User, allow_changes, at_step, begin_move, checked, count, enter_on,
    enter_values, go_on, has_run, in_turn, read_warnings, report, test,
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
        allow_changes(&program, "Acme PROD").await;
        checked(&program).await;
        tokio::time::sleep(Duration::from_millis(500)).await;
        checked(&program).await;
        read_warnings(&program).await;
        program.click(&test("fix-enterValues")).await;
        at_step(&program, "connections").await;
        program.see(&test("bind-values")).await;
        review.look(&program, "move-connections").await;
        for round in 0..DRAFTS {
            enter_values(&program, &user, round < 2).await;
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
