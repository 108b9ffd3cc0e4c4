//! The first steps that many walks begin with.

use super::{Program, test};

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
