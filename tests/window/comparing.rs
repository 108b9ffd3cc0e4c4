//! Two places side by side: a snapshot and the instance it was taken of, before and after a change;
//! Development and Test; and the second time without fetching anything.

use serde_json::{Value, json};

use super::support::{
    Program, User, carry_out, close, enter_on, explore, find, in_turn, is_backed_up,
    leave_artifact, plan, practise_and_back_up, test,
};

const ESCAPE: char = '\u{E00C}';
const NEW_ADDRESS: &str = "https://wms2.example.com/api";

/// Compares through the shell what the address names, and answers the whole.
const COMPARE: &str = "
    const done = arguments[arguments.length - 1];
    const place = (words) => {
      const [, type, id] = /^([a-z]+):(.*)$/.exec(words);
      return { type, id };
    };
    const asked = new URLSearchParams(location.hash.split('?')[1]);
    const shell = window.__TAURI_INTERNALS__;
    shell.invoke('compare', {
      left: place(asked.get('left')),
      right: place(asked.get('right')),
      refresh: false,
      ticket: 'test',
      onProgress: `__CHANNEL__:${shell.transformCallback(() => {})}`,
    }).then((view) => done(view), (error) => done({ error: JSON.stringify(error) }));";

async fn compare_again(program: &Program) -> Value {
    program
        .client
        .execute_async(COMPARE, Vec::new())
        .await
        .unwrap()
}

/// The comparison has ended; its figures by tab.
async fn compared(program: &Program) -> String {
    program.see(&test("tab-all")).await;
    program.gone(&test("working")).await;
    let tabs = program.text("[role=\"tablist\"]").await;
    println!("{}", tabs.replace('\n', " "));
    tabs
}

#[test]
fn what_changed_since_a_snapshot_is_told_exactly() {
    in_turn(|| async {
        let user = User::with_keychain();
        let program = Program::start(&user).await;
        practise_and_back_up(&program).await;
        is_backed_up(&program).await;

        program.click("[data-test^=\"last-snapshot-\"]").await;
        program.click(&test("what-changed")).await;
        compared(&program).await;
        let rows = program
            .run("return document.querySelectorAll('[data-test=difference]').length")
            .await;
        assert_eq!(rows, json!(0), "nothing was changed yet");
        let address = program.run("return location.hash").await;

        change_a_connection(&program).await;
        program.go(address.as_str().unwrap()).await;
        program.click(&test("read-both")).await;
        exactly_that_is_told(&program).await;
        let again = compare_again(&program).await;
        println!(
            "the second time: {} fetched, {} ms",
            again["fetched"], again["tookMs"]
        );
        assert_eq!(again["fetched"], json!(0), "{again}");
        assert_eq!(again["counts"]["onlyLeft"], json!(0), "{again}");
        program.quit().await;
    });
}

async fn change_a_connection(program: &Program) {
    explore(program, "Practice DEV").await;
    find(program, "WMS_API", "WMS_API").await;
    enter_on(program, &test("action-editConnection")).await;
    program
        .fill(&test("value-connectionUrl"), NEW_ADDRESS)
        .await;
    enter_on(program, &test("edit-review")).await;
    plan(program).await;
    carry_out(program).await;
    close(program).await;
    leave_artifact(program).await;
}

async fn exactly_that_is_told(program: &Program) {
    program.reads(&test("difference"), "WMS_API").await;
    compared(program).await;
    let rows = program
        .run(
            "return [...document.querySelectorAll('[data-test=difference]')]\
               .map((one) => one.innerText)",
        )
        .await;
    println!("{rows}");
    assert_eq!(rows.as_array().unwrap().len(), 1, "{rows}");
    program.click(&test("difference")).await;
    program.reads(&test("answer"), NEW_ADDRESS).await;
    program
        .reads(&test("answer"), "https://wms.example.com")
        .await;
    let told = program.text(&test("answer")).await;
    println!("{}", told.replace('\n', " | "));
}

#[test]
fn development_is_laid_beside_test() {
    in_turn(|| async {
        let user = User::with_keychain();
        let program = Program::start(&user).await;
        program.click(&test("start-practising")).await;
        program.see("article[aria-label=\"Practice TEST\"]").await;
        program.go("#/compare").await;
        program.click(&format!("{} a", test("offer-steps"))).await;
        compared(&program).await;
        let again = compare_again(&program).await;
        println!(
            "Development and Test: {}; the second time {} fetched, {} ms",
            again["counts"], again["fetched"], again["tookMs"]
        );
        assert_eq!(again["fetched"], json!(0), "the second time: {again}");
        assert!(
            again["counts"]["different"].as_u64().unwrap() > 3,
            "{again}"
        );
        letters_walk_the_list(&program).await;
        the_text_is_shown(&program).await;
        the_list_walks_by_arrows(&program).await;
        program.quit().await;
    });
}

/// Name, code and version of what is told.
const HEADING: &str = "document.querySelector('[data-test=answer] .eh')?.innerText";

async fn letters_walk_the_list(program: &Program) {
    program.tab_to(&test("differences")).await;
    program.until(HEADING).await;
    let first = program.run(&format!("return {HEADING}")).await;
    program.press(&['j']).await;
    program
        .until(&format!("{HEADING} && {HEADING} !== {first}"))
        .await;
    program.press(&['k']).await;
    program.until(&format!("{HEADING} === {first}")).await;
}

/// Two versions of one integration: the map differs, and its text is shown.
async fn the_text_is_shown(program: &Program) {
    program.click(&test("tab-onlyLeft")).await;
    program.fill(&test("difference-filter"), "customer").await;
    program.click(&test("difference")).await;
    program.click("[data-test^=\"compare-with-\"]").await;
    enter_on(program, "[data-test^=\"text-\"]").await;
    program
        .see("[data-test^=\"text-\"][aria-expanded=\"true\"]")
        .await;
    program.see(&test("text")).await;
    let shown = program.text(&test("text")).await;
    assert!(!shown.trim().is_empty());
    program.press(&[ESCAPE]).await;
    program.see(&test("differences")).await;
    // The list is found again as it was left.
    program
        .until("document.querySelector('[data-test=difference-filter]')?.value === 'customer'")
        .await;
}

async fn the_list_walks_by_arrows(program: &Program) {
    program
        .run("document.querySelector('[data-test=differences]').focus()")
        .await;
    let before = program.run(&format!("return {HEADING}")).await;
    program.press(&['\u{E015}']).await;
    program
        .until(&format!("{HEADING} && {HEADING} !== {before}"))
        .await;
    program.press(&['\u{E007}']).await;
    program
        .until("document.activeElement?.closest('[data-test=answer]')")
        .await;
    program.press(&[ESCAPE]).await;
}
