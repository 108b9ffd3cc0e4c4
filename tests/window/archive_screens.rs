//! The screens that explain archives, under the rules of accessibility, and their pictures.

use std::path::PathBuf;

use super::support::{
    Drag, Program, Review, User, explore, find, in_turn, is_backed_up, made, practise_and_back_up,
    test,
};

const ESCAPE: char = '\u{E00C}';
const ENTER: char = '\u{E007}';
const DOWN: char = '\u{E015}';

#[test]
fn what_explains_archives_has_no_serious_accessibility_finding() {
    in_turn(|| async {
        let user = User::with_keychain();
        let program = Program::start(&user).await;
        let mut review = Review::new();
        practise_and_back_up(&program).await;
        is_backed_up(&program).await;
        inspecting(&program, &mut review, &user).await;
        flow(&program, &mut review).await;
        comparing(&program, &mut review).await;
        graph(&program, &mut review).await;
        searching(&program, &mut review).await;
        program.quit().await;
        review.end();
    });
}

/// Files as people have them: some of a snapshot, one that gives a password away, a broken one.
fn files(user: &User) -> Vec<PathBuf> {
    let snapshots = user.command_line(&["snapshot", "list"], &[]);
    let place = format!(
        "snapshot:{}",
        snapshots["snapshots"][0]["id"].as_str().unwrap()
    );
    let held = user.command_line(&["artifacts", &place], &[]);
    let ids: Vec<&str> = held["artifacts"]
        .as_array()
        .unwrap()
        .iter()
        .filter_map(|one| one["id"].as_str())
        .collect();
    let mut paths = Vec::new();
    for (kind, name) in [
        ("project", "Practice.car"),
        ("package", "practice.par"),
        ("lookup", "Codes.csv"),
    ] {
        let id = ids.iter().find(|id| id.starts_with(&format!("{kind}:")));
        let path = user.path(name);
        let id = id.unwrap_or_else(|| panic!("no {kind} in {ids:?}"));
        let to = path.to_str().unwrap();
        user.command_line(&["artifacts", &place, "--save", id, "--to", to], &[]);
        paths.push(path);
    }
    let access = user.path("ORDER_01.00.0000.iar");
    made::giving_away(&access);
    let damaged = user.path("HIRE_TO_RETIRE.car");
    made::half(&paths[0], &damaged);
    paths.splice(0..0, [access]);
    paths.push(damaged);
    paths
}

async fn inspecting(program: &Program, review: &mut Review, user: &User) {
    program.go("#/inspect").await;
    program.see(&test("open-files")).await;
    review.look(program, "inspect-empty").await;
    let paths = files(user);
    let drag = Drag::over_window(user, &paths).await;
    program.see(&test("drop-overlay")).await;
    review.look(program, "drop").await;
    drag.drop_them();
    program.see("[data-test^=\"secret-\"]").await;
    program
        .until(&format!(
            "document.querySelectorAll('[data-test=file]').length === {}",
            paths.len()
        ))
        .await;
    review.look(program, "inspect").await;
    for (name, screen) in [
        ("Practice.car", "inspect-project"),
        ("HIRE_TO_RETIRE.car", "inspect-damaged"),
    ] {
        program
            .click(&format!("{}[title$=\"/{name}\"]", test("file")))
            .await;
        program.see("[data-region=\"panel\"] h2").await;
        review.look(program, screen).await;
    }
}

async fn flow(program: &Program, review: &mut Review) {
    explore(program, "Practice DEV").await;
    find(program, "shipments france", "FRANCE_SYNC_SHIPMENTS").await;
    program.press(&[ENTER]).await;
    program.see(&test("flow")).await;
    review.look(program, "flow-alone").await;
    program.click("[data-test=\"flow\"] .node.step, [data-test=\"flow\"] [role=\"option\"]:nth-of-type(2)").await;
    program.see(&test("step-panel")).await;
    program.tab_to(&test("flow")).await;
    for _ in 0..6 {
        let there = program
            .run("return document.querySelector('[data-test=map-text]') !== null")
            .await;
        if there == serde_json::json!(true) {
            break;
        }
        program.press(&[DOWN]).await;
        tokio::time::sleep(std::time::Duration::from_millis(300)).await;
    }
    program.see(&test("map-text")).await;
    review.look(program, "flow").await;
    program.click(&test("map-text")).await;
    program.reads(&test("map-lines"), "xsl").await;
    review.look(program, "flow-text").await;
    // The panel is another one in a narrow window, and its dialog went with it.
    program.press(&[ESCAPE]).await;
    program.gone("[role=\"dialog\"]").await;
    explore(program, "Practice DEV").await;
    find(program, "shipments france", "FRANCE_SYNC_SHIPMENTS").await;
    program.press(&[ENTER]).await;
    program.see(&test("flow")).await;
    program.click(&test("flow-switch")).await;
    program.see(&test("flow-list-step")).await;
    review.look(program, "flow-list").await;
    for (tab, screen) in [
        ("tab-dependencies", "artifact-dependencies"),
        ("tab-about", "artifact-about"),
    ] {
        let there = format!("document.querySelector('[data-test={tab}]') !== null");
        if program.run(&format!("return {there}")).await == serde_json::json!(true) {
            program.click(&test(tab)).await;
            program.see("[role=\"tabpanel\"]").await;
            review.look(program, screen).await;
        }
    }
}

async fn comparing(program: &Program, review: &mut Review) {
    program.go("#/compare").await;
    program.see(&test("offer-steps")).await;
    review.look(program, "compare-choose").await;
    program.click(&format!("{} a", test("offer-steps"))).await;
    program.see(&test("tab-different")).await;
    program.gone(&test("working")).await;
    program.click(&test("tab-onlyLeft")).await;
    program.fill(&test("difference-filter"), "customer").await;
    program.click(&test("difference")).await;
    program.see("[data-test^=\"compare-with-\"]").await;
    review.look(program, "compare-only").await;
    program.click("[data-test^=\"compare-with-\"]").await;
    program.see("[data-test^=\"text-\"]").await;
    review.look(program, "compare-versions").await;
    program.click("[data-test^=\"text-\"]").await;
    program.see(&test("text")).await;
    review.look(program, "compare-text").await;
    program.press(&[ESCAPE]).await;
    program.click(&test("tab-different")).await;
    program.fill(&test("difference-filter"), "codes").await;
    program.click(&test("difference")).await;
    program.see(&test("headline")).await;
    review.look(program, "compare").await;
}

async fn graph(program: &Program, review: &mut Review) {
    explore(program, "Practice DEV").await;
    let address = program.run("return location.hash").await;
    let address = address.as_str().unwrap().replace("#/explore", "#/graph");
    program.go(address.split('?').next().unwrap()).await;
    program.see(&test("graph")).await;
    review.look(program, "graph-whole").await;
    program.fill(&test("graph-search"), "WMS_API").await;
    program.press(&[ENTER]).await;
    program.see(&test("impact")).await;
    program.press(&[' ']).await;
    program.until("location.hash.includes('focus=')").await;
    program.reads(&test("impact"), "Sync Stock Levels").await;
    review.look(program, "graph").await;
}

async fn searching(program: &Program, review: &mut Review) {
    program.go("#/search").await;
    program.see(&test("search-text")).await;
    review.look(program, "search-empty").await;
    program.fill(&test("search-text"), "erp.example.com").await;
    program.click(&test("search-start")).await;
    program.see(&test("hit")).await;
    program.gone(&test("search-progress")).await;
    review.look(program, "search").await;
}
