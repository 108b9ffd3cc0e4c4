//! A move into Production without a mouse: wherever a step opens, the focus is at its head and is seen.

use fantoccini::key::Key;
use serde_json::json;
use waybill_model::{ArtifactId, ArtifactKind};

use super::support::{
    Program, Stand, User, at_step, canary, checked, enter_on, has_run, in_turn, oic3, test,
};

const CONTROL: char = '\u{E009}';
const PROD: &str = "Acme PROD";

/// What has the focus shows it, inside of the window.
const SEEN: &str = "(() => { const at = document.activeElement; \
    if (!at || at === document.body || !at.checkVisibility() || !at.matches(':focus-visible')) return false; \
    const { top, bottom } = at.getBoundingClientRect(); \
    if (bottom <= 0 || top >= innerHeight) return false; \
    return [at, at.closest('label'), at.querySelector('.is-current td')].some((one) => one && \
      (getComputedStyle(one).outlineStyle !== 'none' || getComputedStyle(one).boxShadow !== 'none')); })()";

fn key(key: Key) -> char {
    char::from(key)
}

/// A step has opened, and the focus is at its head.
async fn arrives(program: &Program, step: &str) {
    at_step(program, step).await;
    program
        .until("document.activeElement?.matches('main h1, main [data-arrival]')")
        .await;
    program.until(SEEN).await;
}

/// Presses the one button that leads on.
async fn go_on(program: &Program) {
    program
        .until("document.querySelector('.foot .btn--primary:enabled')")
        .await;
    program.press(&[CONTROL, key(Key::Enter)]).await;
}

/// Picks one of a group of radio buttons, by Tab into the group and arrows within it.
async fn pick(program: &Program, name: &str) {
    let wanted = json!(name);
    let there = format!(
        "const at = document.activeElement; const choice = at.closest('.choice'); \
         return at.type !== 'radio' ? 'elsewhere' : choice.innerText.includes({wanted}) ? 'there' : 'beside'"
    );
    program.see("main input[type=\"radio\"]").await;
    for _ in 0..60 {
        let at = program.run(&there).await;
        match at.as_str().unwrap() {
            "there" => {
                program.press(&[' ']).await;
                program.until("document.activeElement.checked").await;
                program.until(SEEN).await;
                program.reads(&test("move-sentence"), name).await;
                return;
            }
            "beside" => program.press(&[key(Key::Down)]).await,
            _ => program.press(&[key(Key::Tab)]).await,
        }
    }
    panic!("the keyboard never comes to {name}");
}

/// A connection that the choice needs.
async fn needed_connection(program: &Program) -> String {
    let code = format!("{} li code", test("needs-connection"));
    program.text(&code).await.trim().to_owned()
}

#[test]
fn a_move_into_production_is_made_by_the_keyboard_alone() {
    in_turn(|| async {
        let stand = Stand::start(|builder| {
            builder
                .instance(oic3("dev"))
                .instance(oic3("prod"))
                .synthetic(4, 11)
        })
        .await;
        let user = User::with_keychain();
        user.add("Acme DEV", stand.dev());
        user.add_as(PROD, stand.instance("prod"), "production");
        let changed = stand.control().touch_integrations("dev", 1);
        let changed = &changed[0].code;

        let program = Program::start(&user).await;
        program.see("[data-test^=\"card-\"]").await;
        program.press(&[CONTROL, '5']).await;
        enter_on(&program, &test("move-new")).await;
        arrives(&program, "source").await;
        pick(&program, "Acme DEV").await;
        go_on(&program).await;
        arrives(&program, "what").await;
        choose(&program, changed).await;
        let connection = needed_connection(&program).await;
        let connection = ArtifactId::global(ArtifactKind::Connection, &connection, None);
        assert!(
            stand
                .control()
                .set_status("prod", &connection, "INPROGRESS"),
            "{connection}"
        );
        go_on(&program).await;
        arrives(&program, "destination").await;
        pick(&program, PROD).await;
        go_on(&program).await;
        arrives(&program, "checks").await;
        from_finding_to_finding(&program).await;
        allow(&program).await;
        read(&program).await;
        go_on(&program).await;
        arrives(&program, "connections").await;
        enter_value(&program).await;
        arrives(&program, "review").await;
        program.reads(&test("looked"), "nothing").await;
        program.tab_to(&test("typed-name")).await;
        program.type_text(PROD).await;
        enter_on(&program, &test("move-run")).await;
        arrives(&program, "run").await;
        has_run(&program).await;
        program.until(SEEN).await;
        go_on(&program).await;
        arrives(&program, "report").await;
        let headline = program.text(&test("report-headline")).await;
        assert!(headline.contains("1 connection"), "{headline}");
        assert_eq!(program.clicks(), 0);
        program.quit().await;
    });
}

/// Searches for an integration and takes it along.
async fn choose(program: &Program, code: &str) {
    program.see(&test("what-row")).await;
    program.press(&[CONTROL, 'f']).await;
    program
        .until("document.activeElement.matches('[data-test=what-filter]')")
        .await;
    program.type_text(code).await;
    program
        .until(&format!(
            "[...document.querySelectorAll('[data-test=what-row]')].every((row) => row.innerText.includes({}))",
            json!(code)
        ))
        .await;
    program.press(&[key(Key::Down)]).await;
    program
        .until("document.activeElement.matches('[data-test=what-table]')")
        .await;
    program.until(SEEN).await;
    program.press(&[' ']).await;
    program.reads(&test("what-count"), "1 of").await;
}

/// J and K, and arrows once a finding has the focus.
async fn from_finding_to_finding(program: &Program) {
    checked(program).await;
    program
        .until("document.querySelectorAll('[data-finding]').length > 1")
        .await;
    let at = |at: u32| {
        format!("document.activeElement === document.querySelectorAll('[data-finding]')[{at}]")
    };
    program.press(&['j']).await;
    program.until(&at(0)).await;
    program.press(&[key(Key::Down)]).await;
    program.until(&at(1)).await;
    program.until(SEEN).await;
    program.press(&['k']).await;
    program.until(&at(0)).await;
}

/// Allows changes in Production, from the finding that says that there may be none.
async fn allow(program: &Program) {
    enter_on(program, &test("fix-allowChanges")).await;
    program.tab_to(&test("allow-typed")).await;
    program.type_text(PROD).await;
    enter_on(program, &test("allow-confirm")).await;
    program.gone("[role=\"dialog\"]").await;
    program.gone(&test("fix-allowChanges")).await;
    checked(program).await;
    program.until(SEEN).await;
}

/// Ticks each warning as read.
async fn read(program: &Program) {
    let open = ":is([data-test=finding-read], [data-test=group-read]):not(:checked)";
    let count = format!("document.querySelectorAll({}).length", json!(open));
    loop {
        let left = program.run(&format!("return {count}")).await;
        let left = left.as_u64().unwrap();
        if left == 0 {
            return;
        }
        program.tab_to(open).await;
        program.press(&[' ']).await;
        program.until(&format!("{count} < {left}")).await;
    }
}

/// Takes the values of Development for the draft, and types the secret that no archive carries.
async fn enter_value(program: &Program) {
    program.see("[data-region=\"connection\"]").await;
    enter_on(
        program,
        "[data-region=\"connection\"] .seg button:last-child",
    )
    .await;
    program.see(&test("bind-save")).await;
    program
        .tab_to(&format!("{} input[type=\"password\"]", test("bind-values")))
        .await;
    program.until(SEEN).await;
    program.type_text(&canary()).await;
    program.press(&[key(Key::Enter)]).await;
}
