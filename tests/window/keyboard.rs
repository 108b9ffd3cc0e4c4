//! Without a mouse: every step of the first backup, the palette, layers and regions.

use fantoccini::key::Key;

use super::support::{Program, User, in_turn, is_backed_up, test};

const CONTROL: char = '\u{E009}';

fn key(key: Key) -> char {
    char::from(key)
}

/// Presses Enter on what the focus is brought to with Tab.
async fn enter_on(program: &Program, css: &str) {
    program.tab_to(css).await;
    program.press(&[key(Key::Enter)]).await;
}

async fn is_at(program: &Program, place: &str) {
    program
        .until(&format!("location.hash.startsWith('#/{place}')"))
        .await;
}

async fn focus_is_in(program: &Program, css: &str) {
    program
        .until(&format!("document.activeElement.closest('{css}')"))
        .await;
}

#[test]
fn the_keyboard_alone_leads_from_the_first_start_into_a_snapshot() {
    in_turn(|| async {
        let user = User::without_keychain();
        let program = Program::start(&user).await;
        // The first thing to do has the focus already.
        focus_is_in(&program, &test("start-practising")).await;
        program.press(&[key(Key::Enter)]).await;
        enter_on(&program, "[aria-label=\"Back up now, Practice DEV\"]").await;
        enter_on(&program, &test("choose-session-store")).await;
        is_backed_up(&program).await;
        enter_on(&program, "[data-test^=\"last-snapshot-\"]").await;
        enter_on(&program, &test("open-snapshot")).await;
        program.see(&test("artifact-row")).await;

        layers_close_one_by_one(&program).await;
        palette_finds_and_runs(&program).await;
        regions_follow_each_other(&program).await;
        assert_eq!(program.clicks(), 0);
        program.quit().await;
    });
}

async fn layers_close_one_by_one(program: &Program) {
    program.press(&[CONTROL, 'f']).await;
    focus_is_in(program, &test("artifact-filter")).await;
    program.type_text("order").await;
    program
        .until("document.querySelector('[data-test=artifact-filter]').value === 'order'")
        .await;
    program.press(&[key(Key::Down)]).await;
    focus_is_in(program, &test("artifact-table")).await;
    program.see(&test("artifact-panel")).await;
    program.press(&[key(Key::Enter)]).await;
    is_at(program, "artifact").await;
    program.see("[role=\"tablist\"]").await;
    program.press(&[key(Key::Escape)]).await;
    is_at(program, "explore").await;
    program.see(&test("artifact-panel")).await;
    program.press(&[key(Key::Escape)]).await;
    program.gone(&test("artifact-panel")).await;
    focus_is_in(program, &test("artifact-table")).await;
    program.press(&[key(Key::Escape)]).await;
    program
        .until("document.querySelector('[data-test=artifact-filter]').value === ''")
        .await;
}

async fn palette_finds_and_runs(program: &Program) {
    program.press(&[CONTROL, 'k']).await;
    focus_is_in(program, "[role=dialog]").await;
    program.press(&[key(Key::Escape)]).await;
    program.gone("[role=\"dialog\"]").await;
    program.press(&[CONTROL, 'k']).await;
    focus_is_in(program, "[role=dialog]").await;
    program.type_text("activity").await;
    program.press(&[key(Key::Enter)]).await;
    is_at(program, "activity").await;
    program.gone("[role=\"dialog\"]").await;
    program.press(&[CONTROL, '1']).await;
    is_at(program, "home").await;
    program.press(&[CONTROL, '3']).await;
    is_at(program, "explore").await;
    program.press(&[CONTROL, '1']).await;
    is_at(program, "home").await;
}

async fn regions_follow_each_other(program: &Program) {
    let mut seen = Vec::new();
    for _ in 0..4 {
        program.press(&[key(Key::F6)]).await;
        let region = program
            .run("return document.activeElement.closest('[data-region]')?.dataset.region ?? ''")
            .await;
        seen.push(region.as_str().unwrap().to_owned());
    }
    assert!(seen.iter().any(|region| region == "rail"), "{seen:?}");
    assert!(seen.iter().any(|region| region == "main"), "{seen:?}");
    program.press(&['?']).await;
    program.reads("[role=\"dialog\"]", "F6").await;
    program.press(&[key(Key::Escape)]).await;
    program.gone("[role=\"dialog\"]").await;
}
