//! Moves, as a person makes them: from a place to a place, step after step.

use std::time::Duration;

use serde_json::json;

use super::{Program, enter_on, test};

const LONG: Duration = Duration::from_mins(2);
/// How long a run may take on a busy computer.
const A_RUN: Duration = Duration::from_mins(4);

/// The id of a saved instance, as addresses of the window have it.
async fn instance_id(program: &Program, name: &str) -> String {
    program.go("#/home").await;
    let card = format!("article[aria-label=\"{name}\"]");
    let card = program.attribute(&card, "data-test").await;
    card.trim_start_matches("card-").to_owned()
}

/// Begins a move between two saved instances, as far as the table of what can go along.
pub async fn begin_move(program: &Program, from: &str, to: &str) {
    let source = instance_id(program, from).await;
    let destination = instance_id(program, to).await;
    program.go("#/move").await;
    program.click(&test("move-new")).await;
    program.click(&test(&format!("source-{source}"))).await;
    at_step(program, "source").await;
    program
        .go(&step_address(program, "destination").await)
        .await;
    program
        .click(&test(&format!("destination-{destination}")))
        .await;
    program.reads(&test("move-sentence"), to).await;
    program.go(&step_address(program, "what").await).await;
    program.see(&test("what-row")).await;
}

/// The move that is open, `WB-0001`.
async fn open_move(program: &Program) -> String {
    let hash = program.run("return location.hash").await;
    let mut parts = hash.as_str().unwrap().split('/').skip(2);
    parts.next().unwrap_or_default().to_owned()
}

/// The address of a step of the open move.
pub async fn step_address(program: &Program, step: &str) -> String {
    format!("#/move/{}/{step}", open_move(program).await)
}

/// The open move shows this step.
pub async fn at_step(program: &Program, step: &str) {
    program
        .until(&format!(
            "new RegExp('^#/move/WB-[0-9]+/{step}([/?]|$)').test(location.hash)"
        ))
        .await;
}

/// Narrows the table of what can go along and takes all rows that are left.
pub async fn choose(program: &Program, words: &str) {
    program.fill(&test("what-filter"), words).await;
    program
        .click(&format!("{} input[type=\"checkbox\"]", test("what-row")))
        .await;
}

/// The checks are made for what is chosen now, and nothing is being read any more.
pub async fn checked(program: &Program) -> String {
    at_step(program, "checks").await;
    program
        .until_within(
            LONG,
            "document.querySelector('[data-test=check-again]') && \
             !document.querySelector('[data-test=planning]') && \
             !document.querySelector('[data-test=check-again]').matches(':disabled, [aria-disabled=\"true\"], [aria-busy=\"true\"]') && \
             document.querySelector('[data-test=move-next]:not(:disabled, [aria-disabled=\"true\"])')",
        )
        .await;
    program.text(&test("checks-title")).await
}

/// Says of all warnings that they were read, where several are of one kind in one go.
pub async fn read_warnings(program: &Program) {
    let all = json!(format!(
        ":is({}, {})",
        test("group-read"),
        test("finding-read")
    ));
    let title = json!(test("warnings-title"));
    // While one is being written down, none of them can be used, and a tick does not count yet.
    program
        .until(&format!(
            "(() => {{ const all = [...document.querySelectorAll({all})]; \
               const next = all.find((one) => !one.checked); \
               if (next && !all.some((one) => one.disabled)) next.click(); \
               const [told, read] = document.querySelector({title})?.innerText.match(/[0-9]+/g) ?? []; \
               return !next && told === read; }})()"
        ))
        .await;
}

/// From the checks to the review by the route: all connections stay as they are.
pub async fn on_to_review(program: &Program) {
    program.click(&test("step-review")).await;
    at_step(program, "review").await;
}

/// Starts the run from the review, where nothing has changed since the plan, and waits for its end.
/// Answers the headline of its report.
pub async fn run_it(program: &Program) -> String {
    program.reads(&test("looked"), "has changed").await;
    enter_on(program, &test("move-run")).await;
    at_step(program, "run").await;
    has_run(program).await;
    report(program).await
}

/// The run that is shown has ended.
pub async fn has_run(program: &Program) {
    let ended = json!(test("run-end"));
    program
        .until_within(A_RUN, &format!("document.querySelector({ended})"))
        .await;
    println!("{}", program.text(&test("run-end")).await);
}

/// Opens the report of the run that has ended; its headline.
pub async fn report(program: &Program) -> String {
    enter_on(program, &test("show-report")).await;
    at_step(program, "report").await;
    let headline = program.text(&test("report-headline")).await;
    println!("{headline}");
    headline
}

/// Goes on by the button at the foot.
pub async fn go_on(program: &Program) {
    enter_on(program, &test("move-next")).await;
}

/// The number of elements.
pub async fn count(program: &Program, css: &str) -> u64 {
    let script = format!("return document.querySelectorAll({}).length", json!(css));
    program.run(&script).await.as_u64().unwrap()
}
