//! Every screen under the rules of accessibility, and its pictures: light and dark, at the usual
//! size and at 200 %.

use super::support::{
    Program, Review, User, in_turn, is_backed_up, open_integration, practise_and_back_up, test,
};

/// Shows an address anew, whatever was open before.
async fn show(program: &Program, hash: &str, css: &str) {
    program.press(&['\u{E00C}']).await;
    program.go("#/home").await;
    program.go(hash).await;
    program.see(css).await;
}

#[test]
fn no_screen_has_a_serious_accessibility_finding() {
    in_turn(|| async {
        let user = User::without_keychain();
        let program = Program::start(&user).await;
        let mut review = Review::new();
        before_the_first_backup(&program, &mut review).await;
        practise_and_back_up(&program).await;
        program.see(&test("choose-session-store")).await;
        review.look(&program, "secrets").await;
        program.click(&test("choose-session-store")).await;
        is_backed_up(&program).await;
        review.look(&program, "home").await;
        places(&program, &mut review).await;
        backups_and_runs(&program, &mut review).await;
        settings(&program, &mut review).await;
        above_the_screen(&program, &mut review).await;
        program.quit().await;
        review.end();
    });
}

async fn before_the_first_backup(program: &Program, review: &mut Review) {
    review.look(program, "home-first").await;
    for (hash, name) in [
        ("#/instances", "instances-empty"),
        ("#/explore", "explore-empty"),
        ("#/backups", "backups-empty"),
        ("#/activity", "activity-empty"),
    ] {
        show(program, hash, "main h1").await;
        review.look(program, name).await;
    }
    show(program, "#/instances/new", "[name=\"address\"]").await;
    let address = "https://design.integration.eu-frankfurt-1.ocp.oraclecloud.com/\
                   ?integrationInstance=acme-dev-oci4711-fr";
    program.fill("[name=\"address\"]", address).await;
    program.reads("main", "eu-frankfurt-1").await;
    program.fill("[name=\"name\"]", "ACME PROD").await;
    program
        .click("label:has([data-test=\"environment-production\"])")
        .await;
    program
        .fill("[name=\"tokenUrl\"]", "https://idcs-4711.nowhere.invalid")
        .await;
    program
        .fill(
            "[name=\"scope\"]",
            "https://4711.integration.eu-frankfurt-1.ocp.oraclecloud.com:443/ic/api/",
        )
        .await;
    program
        .fill("[name=\"clientId\"]", "8f2c41d09b7e4c55")
        .await;
    program.fill("[name=\"secret\"]", "nothing-real").await;
    program
        .fill(
            "[name=\"address\"]",
            "https://design.nowhere.invalid/?integrationInstance=acme-dev-oci4711-fr",
        )
        .await;
    program.click(&test("test-instance")).await;
    program.see("li.failed").await;
    review.look(program, "instance-form").await;
    program.click(&test("rail-home")).await;
    program.click(&test("leave-unsaved")).await;
    program.see(&test("start-practising")).await;
}

async fn places(program: &Program, review: &mut Review) {
    show(program, "#/instances", &test("instance-row")).await;
    review.look(program, "instances").await;
    program.click(&format!("{} a", test("instance-row"))).await;
    program.see("main h1").await;
    review.look(program, "instance-practice").await;
    program.go("#/home").await;
    program.click("[aria-label^=\"Explore, Practice\"]").await;
    program.see(&test("artifact-row")).await;
    review.look(program, "explore-live").await;
    program.go("#/home").await;
    program.click("[data-test^=\"last-snapshot-\"]").await;
    program.click(&test("open-snapshot")).await;
    program.see(&test("artifact-row")).await;
    review.look(program, "explore-snapshot").await;
    open_integration(program).await;
    review.look(program, "explore-panel").await;
    program.press(&['\u{E00C}']).await;
    program.click(&test("place-pick")).await;
    program.see("[role=\"menu\"]").await;
    review.look(program, "explore-places").await;
    program.press(&['\u{E00C}']).await;
}

async fn backups_and_runs(program: &Program, review: &mut Review) {
    program.go("#/home").await;
    program.click("[data-test^=\"last-snapshot-\"]").await;
    program.see(&test("open-snapshot")).await;
    review.look(program, "backups").await;
    program.click(&test("drift")).await;
    program.see(&test("drift-back")).await;
    review.look(program, "backups-changes").await;
    show(program, "#/activity", &test("run-row")).await;
    review.look(program, "activity").await;
    program.click(&format!("{} a", test("run-row"))).await;
    program.see(&test("run-items")).await;
    review.look(program, "activity-run").await;
}

async fn settings(program: &Program, review: &mut Review) {
    show(program, "#/settings", &test("settings-general")).await;
    for (section, dialog) in [
        ("general", None),
        ("vault", Some("proof-change")),
        ("schedules", Some("schedule-add")),
        ("targets", Some("target-add")),
        ("notifications", Some("mail")),
        ("secrets", None),
        ("proxy", None),
        ("practice", None),
        ("about", None),
    ] {
        program.click(&test(&format!("settings-{section}"))).await;
        program
            .see(&format!("[data-test=\"settings-{section}\"][aria-current]"))
            .await;
        review.look(program, &format!("settings-{section}")).await;
        if let Some(dialog) = dialog {
            program.click(&test(dialog)).await;
            program.see("[role=\"dialog\"]").await;
            review
                .look(program, &format!("settings-{section}-dialog"))
                .await;
            program.press(&['\u{E00C}']).await;
            program.gone("[role=\"dialog\"]").await;
        }
    }
}

async fn above_the_screen(program: &Program, review: &mut Review) {
    program.go("#/home").await;
    program.press(&['\u{E009}', 'k']).await;
    program.see("[role=\"combobox\"]").await;
    review.look(program, "palette").await;
    program.press(&['\u{E00C}']).await;
    program.gone("[role=\"dialog\"]").await;
    program.press(&['?']).await;
    program.reads("[role=\"dialog\"]", "F6").await;
    review.look(program, "keys").await;
    program.press(&['\u{E00C}']).await;
}
