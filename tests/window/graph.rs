//! What depends on what in a place: drawn, walked with the arrows, and told as tables.

use serde_json::json;

use super::support::{Program, User, explore, in_turn, test};

const ESCAPE: char = '\u{E00C}';
const ENTER: char = '\u{E007}';
const RIGHT: char = '\u{E014}';
const DOWN: char = '\u{E015}';

/// What the arrows stand on, empty where they stand nowhere.
const CURRENT: &str =
    "(document.querySelector('[data-test=graph]')?.getAttribute('aria-activedescendant') ?? '')";

/// The box the arrows stand on is inside of what is seen of the drawing.
const IN_VIEW: &str = "(() => {
    const canvas = document.querySelector('[data-test=graph]');
    const box = document.getElementById(canvas?.getAttribute('aria-activedescendant'));
    if (!box) return false;
    const [seen, own] = [canvas.getBoundingClientRect(), box.getBoundingClientRect()];
    return own.top >= seen.top && own.bottom <= seen.bottom &&
      own.left >= seen.left && own.right <= seen.right;
  })()";

#[test]
fn dependencies_are_walked_by_the_keyboard_and_told_as_tables() {
    in_turn(|| async {
        let user = User::with_keychain();
        let program = Program::start(&user).await;
        program.click(&test("start-practising")).await;
        program.see("article[aria-label=\"Practice DEV\"]").await;
        explore(&program, "Practice DEV").await;
        let address = program.run("return location.hash").await;
        let address = address.as_str().unwrap().replace("#/explore", "#/graph");
        program.go(address.split('?').next().unwrap()).await;
        program.see(&test("graph")).await;
        let counts = program.text(&test("graph-count")).await;
        println!("{counts}");
        assert!(counts.contains("artifacts"), "{counts}");

        arrows_follow_dependencies(&program).await;
        a_change_reaches_what_uses_it(&program).await;
        layers_close_one_by_one(&program).await;
        program.quit().await;
    });
}

async fn arrows_follow_dependencies(program: &Program) {
    program.tab_to(&test("graph")).await;
    program.press(&[DOWN]).await;
    program.until(&format!("{CURRENT} !== ''")).await;
    for key in [DOWN, RIGHT] {
        let before = program.run(&format!("return {CURRENT}")).await;
        program.press(&[key]).await;
        program.until(&format!("{CURRENT} !== {before}")).await;
    }
}

/// What is searched for is gone to; beside it stands what a change of it reaches.
async fn a_change_reaches_what_uses_it(program: &Program) {
    program.fill(&test("graph-search"), "WMS_API").await;
    program.press(&[ENTER]).await;
    program
        .until("document.activeElement?.matches('[data-test=graph]')")
        .await;
    program
        .reads(&test("impact"), "Sync Stock Levels France")
        .await;
    let told = program.text(&test("impact")).await;
    println!("{}", told.replace('\n', " | "));
    let rows = program
        .run("return document.querySelectorAll('[data-test=impact] [data-test=graph-row]').length")
        .await;
    assert!(rows.as_u64().unwrap() > 1, "{rows}");
}

async fn layers_close_one_by_one(program: &Program) {
    program.press(&[' ']).await;
    program.until("location.hash.includes('focus=')").await;
    program
        .reads(&test("impact"), "Sync Stock Levels France")
        .await;
    program.until(IN_VIEW).await;
    program.press(&[ESCAPE]).await;
    program.until("!location.hash.includes('focus=')").await;
    program.see(&test("graph")).await;
    for _ in 0..3 {
        let place = program.run("return location.hash").await;
        if place.as_str().unwrap().starts_with("#/explore") {
            break;
        }
        program.press(&[ESCAPE]).await;
        // Each press closes one layer; what it closed is not asked here.
        program.until("document.querySelector('main h1')").await;
    }
    program.until("location.hash.startsWith('#/explore')").await;
    program.see(&test("artifact-row")).await;
    assert_eq!(
        program
            .run("return document.querySelectorAll('[role=dialog]').length")
            .await,
        json!(0)
    );
}
