//! What connections need before a move, entered as a person does.

use serde_json::json;

use super::{Program, User, canary, count, enter_on, open_file, test};

/// Takes the values of the source for the connection that is open, enters each secret that is missing, and goes on.
pub async fn enter_values(program: &Program, user: &User, by_keyboard: bool) {
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

/// Allows changes from a finding of the checks, by the typed name of the instance.
pub async fn allow_changes(program: &Program, name: &str) {
    enter_on(program, &test("fix-allowChanges")).await;
    program.fill(&test("allow-typed"), name).await;
    enter_on(program, &test("allow-confirm")).await;
    program.gone("[role=\"dialog\"]").await;
}
