//! The first steps that many walks begin with.

use serde_json::json;

use super::{Program, test};

/// The name of an integration in the wide table that belongs to no project.
const INTEGRATION: &str = "tr[data-test=\"artifact-row\"]:has([aria-label=\"Integration\"])\
     :not(:has(td:nth-child(6) span)) td:nth-child(3)";

/// From the first screen to the start of a backup.
pub async fn practise_and_back_up(program: &Program) {
    program.click(&test("start-practising")).await;
    program
        .click("[aria-label=\"Back up now, Practice DEV\"]")
        .await;
}

/// The backup is there, complete, and was read back.
pub async fn is_backed_up(program: &Program) {
    program.see("[data-test^=\"last-snapshot-\"]").await;
    program.reads("[data-test^=\"card-\"]", "Complete,").await;
}

/// Scrolls the table until it shows an integration that can be exported by itself, and opens it.
/// What belongs to a project is exported with the project.
pub async fn open_integration(program: &Program) {
    program.see(&test("artifact-row")).await;
    let found = json!(INTEGRATION);
    program
        .until(&format!(
            "document.querySelector({found}) ?? (() => {{ \
               const table = document.querySelector('[data-test=artifact-table]'); \
               const scroller = table.closest('.scroll'); \
               scroller.scrollTop += scroller.clientHeight / 2; \
             }})()"
        ))
        .await;
    program.click(INTEGRATION).await;
    program.see(&test("export-archive")).await;
}

/// Chooses a way to sign in, in the form of an instance, by the words it is called with.
pub async fn choose_sign_in(program: &Program, words: &str) {
    program
        .until(&format!(
            "(() => {{ const one = [...document.querySelectorAll('.seg button')]\
               .find((one) => one.innerText.trim() === {}); one?.click(); return one; }})()",
            json!(words)
        ))
        .await;
}
