//! Changes of one artifact, as a person makes them in Explore.

use std::time::Duration;

use fantoccini::key::Key;
use serde_json::json;

use super::{Program, test};

const CONTROL: char = '\u{E009}';

/// Opens Explore on a saved instance, and waits for its artifacts.
pub async fn explore(program: &Program, instance: &str) {
    program.go("#/home").await;
    let card = format!("article[aria-label=\"{instance}\"]");
    let card = program.attribute(&card, "data-test").await;
    let id = card.trim_start_matches("card-");
    program.go(&format!("#/explore/instance/{id}")).await;
    program.see(&test("artifact-row")).await;
}

/// Searches for an artifact and goes to its row, by the keyboard alone; its panel opens beside it.
pub async fn find(program: &Program, words: &str, code: &str) {
    program.press(&[CONTROL, 'f']).await;
    program
        .until("document.activeElement.closest('[data-test=artifact-filter]')")
        .await;
    program.type_text(words).await;
    program
        .until(&format!(
            "document.querySelector('[data-test=artifact-filter]').value === {} && \
             document.querySelectorAll('[data-test=artifact-row]').length < 5",
            json!(words)
        ))
        .await;
    program.press(&[char::from(Key::Down)]).await;
    program
        .until("document.activeElement.closest('[data-test=artifact-table]')")
        .await;
    program.reads(&test("artifact-panel"), code).await;
}

/// Closes what `find` opened, and its filter.
pub async fn leave_artifact(program: &Program) {
    program
        .run("document.querySelector('[data-test=artifact-table]').focus()")
        .await;
    program.press(&[char::from(Key::Escape)]).await;
    program.gone(&test("artifact-panel")).await;
    program.press(&[char::from(Key::Escape)]).await;
    program
        .until("document.querySelector('[data-test=artifact-filter]').value === ''")
        .await;
}

/// Presses Enter on what Tab brings the focus to, once it can be used.
pub async fn enter_on(program: &Program, css: &str) {
    let usable = format!(
        "document.querySelector({})?.matches(':not(:disabled, [aria-disabled=\"true\"])')",
        json!(css)
    );
    let focused = format!(
        "return Boolean(document.activeElement?.matches({}))",
        json!(css)
    );
    loop {
        program.until(&usable).await;
        program.tab_to(css).await;
        // What is read anew after a change is drawn anew, and may take the focus with it.
        tokio::time::sleep(Duration::from_millis(100)).await;
        if program.run(&focused).await == json!(true) {
            break;
        }
    }
    program.press(&[char::from(Key::Enter)]).await;
}

/// Reads the plan that is shown, once it can be started.
pub async fn plan(program: &Program) -> String {
    program
        .reads(&test("change-plan"), "was looked at in")
        .await;
    program.text("[role=\"dialog\"]").await
}

/// Starts what is planned, and reads how it went. The dialog stays.
pub async fn carry_out(program: &Program) -> String {
    enter_on(program, &test("change-start")).await;
    let told = program.text(&test("change-result")).await;
    println!("{}", told.replace('\n', " | "));
    told
}

/// Closes the dialog of a change that has ended; its button has the focus already.
pub async fn close(program: &Program) {
    program
        .until("document.activeElement.matches('[data-test=change-close]')")
        .await;
    program.press(&[char::from(Key::Enter)]).await;
    program.gone("[role=\"dialog\"]").await;
    program
        .until("document.activeElement && document.activeElement !== document.body")
        .await;
}

/// The row that is chosen in the table says this of its state.
pub async fn row_reads(program: &Program, words: &str) {
    program
        .reads(
            "tr[data-test=\"artifact-row\"][aria-selected=\"true\"]",
            words,
        )
        .await;
}

/// Opens one of the further actions of an artifact, by the keyboard.
pub async fn choose_from_menu(program: &Program, item: &str) {
    enter_on(program, &test("action-more")).await;
    program.see(&test(item)).await;
    // An arrow that is pressed before the menu has the focus goes nowhere.
    program
        .until("Boolean(document.activeElement?.closest('[role=menu]'))")
        .await;
    for _ in 0..12 {
        let there = program
            .run(&format!(
                "return Boolean(document.activeElement?.closest('[data-test={item}]'))"
            ))
            .await;
        if there == json!(true) {
            program.press(&[char::from(Key::Enter)]).await;
            return;
        }
        program.press(&[char::from(Key::Down)]).await;
    }
    let menu = program.text("[role=\"menu\"]").await;
    panic!("the arrow never comes to {item} in {menu}");
}
