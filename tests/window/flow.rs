//! What an integration does: drawn, walked with the arrows, listed, its maps as text; and the way
//! back, one layer after the other.

use serde_json::json;

use super::support::{Program, User, explore, find, in_turn, test};

const ESCAPE: char = '\u{E00C}';
const ENTER: char = '\u{E007}';
const DOWN: char = '\u{E015}';

async fn focus_is_in(program: &Program, css: &str) {
    program
        .until(&format!("document.activeElement?.closest({})", json!(css)))
        .await;
}

/// The step that the arrows stand on.
async fn current(program: &Program) -> String {
    let key = program
        .run(
            "const canvas = document.querySelector('[data-test=flow]'); \
             return document.getElementById(canvas.getAttribute('aria-activedescendant'))\
               ?.dataset.key ?? ''",
        )
        .await;
    key.as_str().unwrap().to_owned()
}

#[test]
fn a_flow_is_walked_by_the_keyboard_and_left_layer_by_layer() {
    in_turn(|| async {
        let user = User::with_keychain();
        let program = Program::start(&user).await;
        program.click(&test("start-practising")).await;
        program.see("article[aria-label=\"Practice DEV\"]").await;
        explore(&program, "Practice DEV").await;
        find(&program, "shipments france", "FRANCE_SYNC_SHIPMENTS").await;
        program.press(&[ENTER]).await;
        program.see(&test("flow")).await;
        let drawn = program.attribute(&test("flow"), "data-drawn").await;
        assert!(drawn.parse::<u32>().unwrap() > 2, "{drawn} steps are drawn");

        arrows_walk_to_a_map(&program).await;
        the_map_is_read_as_text(&program).await;
        the_same_as_a_list(&program).await;
        program.press(&[ESCAPE]).await;
        program.until("location.hash.startsWith('#/explore')").await;
        program
            .reads(&test("artifact-panel"), "FRANCE_SYNC_SHIPMENTS")
            .await;
        program.quit().await;
    });
}

/// Goes down the flow until the panel tells of a map.
async fn arrows_walk_to_a_map(program: &Program) {
    program.tab_to(&test("flow")).await;
    let first = current(program).await;
    program.press(&[DOWN]).await;
    program
        .until(&format!(
            "(() => {{ const canvas = document.querySelector('[data-test=flow]'); \
             const on = document.getElementById(canvas.getAttribute('aria-activedescendant')); \
             return on && on.dataset.key !== {}; }})()",
            json!(first)
        ))
        .await;
    program.press(&[ENTER]).await;
    program.see(&test("step-panel")).await;
    for _ in 0..20 {
        let map = program
            .run("return document.querySelector('[data-test=map-text]') !== null")
            .await;
        if map == json!(true) {
            return;
        }
        let before = current(program).await;
        program.press(&[DOWN]).await;
        // With the panel open, the arrows choose at once.
        program
            .until(&format!(
                "(() => {{ const canvas = document.querySelector('[data-test=flow]'); \
                 const on = document.getElementById(canvas.getAttribute('aria-activedescendant')); \
                 return on && on.dataset.key !== {} && on.ariaSelected === 'true'; }})()",
                json!(before)
            ))
            .await;
    }
    panic!("no map on the way: {}", program.text("main").await);
}

async fn the_map_is_read_as_text(program: &Program) {
    program.tab_to(&test("map-text")).await;
    program.press(&[ENTER]).await;
    program.reads(&test("map-lines"), "xsl:stylesheet").await;
    focus_is_in(program, "[role=\"dialog\"]").await;
    program.press(&[ESCAPE]).await;
    program.gone("[role=\"dialog\"]").await;
    program.see(&test("step-panel")).await;
    focus_is_in(program, &test("map-text")).await;
    program.press(&[ESCAPE]).await;
    program.gone(&test("step-panel")).await;
    focus_is_in(program, &test("flow")).await;
}

async fn the_same_as_a_list(program: &Program) {
    program.click(&test("flow-switch")).await;
    program.see(&test("flow-list-step")).await;
    focus_is_in(program, &test("flow-switch")).await;
    program.tab_to(&test("flow-list-step")).await;
    program.press(&[ENTER]).await;
    program.see(&test("step-panel")).await;
    program.press(&[ESCAPE]).await;
    program.gone(&test("step-panel")).await;
    focus_is_in(program, &test("flow-list-step")).await;
}
