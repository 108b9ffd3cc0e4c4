//! Files dropped on the window: what each one is and gives away, and no secret of them on a screen.

use std::fs;
use std::path::PathBuf;

use serde_json::json;

use super::support::{Drag, Program, User, in_turn, made, test};

const ESCAPE: char = '\u{E00C}';
const DOWN: char = '\u{E015}';

/// Lets files go above the window, and waits for the overlay before and the list after.
async fn drop_on(program: &Program, user: &User, paths: &[PathBuf]) {
    let drag = Drag::over_window(user, paths).await;
    program
        .reads(&test("drop-overlay"), "Drop to look inside")
        .await;
    drag.drop_them();
    program.gone(&test("drop-overlay")).await;
    program.see(&test("files")).await;
}

/// Chooses a file of the list and answers what is told of it.
async fn told(program: &Program, file: &str) -> String {
    program
        .click(&format!("{}[title$=\"/{file}\"]", test("file")))
        .await;
    program
        .until(&format!(
            "document.querySelector('[data-region=panel] .top p[title]:not(.mute)')?.title.endsWith({})",
            json!(format!("/{file}"))
        ))
        .await;
    program.text("[data-region=\"panel\"]").await
}

/// Neither what is read nor what only the engine holds says the password.
async fn nothing_given_away(program: &Program) {
    let page = program
        .run("return document.documentElement.outerHTML + document.body.innerText")
        .await;
    let page = page.as_str().unwrap();
    assert!(!page.contains(made::PASSWORD), "a password is on the page");
}

#[test]
fn dropped_files_are_looked_into_and_give_no_secret_away() {
    in_turn(|| async {
        let user = User::with_keychain();
        let order = user.path("ORDER_01.00.0000.iar");
        let access = user.path("with password.iar");
        let package = user.path("acme.orders.par");
        let damaged = user.path("damaged.iar");
        let lookup = user.path("Country_Codes.csv");
        made::integration(&order, 12);
        made::giving_away(&access);
        made::package(&package, &[&order]);
        made::half(&order, &damaged);
        fs::write(
            &lookup,
            "\u{feff}DVM,Country_Codes,Countries\ncode,name\nFR,France\nDE,Germany\n",
        )
        .unwrap();
        let mut paths = vec![order, access, package, damaged, lookup];
        let real = [
            "SoumenGhoshDev__Oracle-Integration-Cloud/DEMO_FIRST_PROJECT_3.car",
            "oracle-livelabs__oic/oic.ocw.hol.par",
            "oracle-livelabs__oic/JITSIEVENTS_01.00.0000.iar",
        ];
        paths.extend(real.iter().filter_map(|path| made::real(path)));

        let program = Program::start(&user).await;
        what_is_taken_away_is_not_opened(&program, &user, &paths).await;
        drop_on(&program, &user, &paths).await;
        program
            .until(&format!(
                "document.querySelectorAll('[data-test=file]').length === {}",
                paths.len()
            ))
            .await;
        made_ones_are_understood(&program).await;
        if let Some(car) = made::real(real[0]) {
            let shown = told(&program, car.file_name().unwrap().to_str().unwrap()).await;
            assert!(shown.contains("HELLO_WORLD"), "{shown}");
            let package = told(&program, "oic.ocw.hol.par").await;
            println!("{}", package.replace('\n', " | "));
            assert!(package.contains("oic.ocw.hol"), "{package}");
            nothing_given_away(&program).await;
        }
        the_keyboard_walks_the_list(&program).await;
        program.quit().await;
    });
}

async fn what_is_taken_away_is_not_opened(program: &Program, user: &User, paths: &[PathBuf]) {
    let drag = Drag::over_window(user, paths).await;
    program.see(&test("drop-overlay")).await;
    drag.take_away();
    program.gone(&test("drop-overlay")).await;
    let place = program.run("return location.hash").await;
    assert!(!place.as_str().unwrap().contains("inspect"), "{place}");
}

async fn made_ones_are_understood(program: &Program) {
    let shown = told(program, "ORDER_01.00.0000.iar").await;
    println!("{}", shown.replace('\n', " | "));
    assert!(shown.contains("ORDER"), "{shown}");
    let shown = told(program, "acme.orders.par").await;
    assert!(shown.contains("acme.orders"), "{shown}");
    let shown = told(program, "Country_Codes.csv").await;
    println!("{}", shown.replace('\n', " | "));
    assert!(shown.contains("Country_Codes"), "{shown}");
    let shown = told(program, "damaged.iar").await;
    assert!(
        shown.contains("the archive is damaged or incomplete"),
        "{shown}"
    );

    let shown = told(program, "with password.iar").await;
    println!("{}", shown.replace('\n', " | "));
    program.see("[data-test^=\"secret-\"]").await;
    assert!(shown.contains("••••"), "{shown}");
    nothing_given_away(program).await;
    the_lookup_shows_dots(program).await;
}

/// The lookup that holds the password, opened as a table of its own.
async fn the_lookup_shows_dots(program: &Program) {
    program.click(&test("explore-file")).await;
    program.see(&test("artifact-row")).await;
    nothing_given_away(program).await;
    let table = test("artifact-table");
    program
        .run(&format!("document.querySelector({}).focus()", json!(table)))
        .await;
    program.reads(&table, "ACCESS").await;
    program
        .click("tr[data-test=\"artifact-row\"]:has([aria-label=\"Lookup\"]) td:nth-child(3)")
        .await;
    program.reads(&test("artifact-panel"), "ACCESS").await;
    program.click(&test("panel-open")).await;
    program.reads("[role=\"tabpanel\"]", "ftp_password").await;
    program.reads("[role=\"tabpanel\"]", "••••••").await;
    nothing_given_away(program).await;
    program.go("#/inspect").await;
    program.see(&test("files")).await;
}

async fn the_keyboard_walks_the_list(program: &Program) {
    let list = test("files");
    program.click(&test("file")).await;
    program
        .run(&format!("document.querySelector({}).focus()", json!(list)))
        .await;
    let current = "document.querySelector('[data-test=file][aria-selected=true]')?.title";
    let first = program.run(&format!("return {current}")).await;
    program.press(&[DOWN]).await;
    program.until(&format!("{current} !== {first}")).await;
    program.press(&['\u{E007}']).await;
    program
        .until("document.activeElement.closest('[data-region=panel]')")
        .await;
    program.press(&[ESCAPE]).await;
    program.see(&list).await;
}
