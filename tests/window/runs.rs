//! Runs that fail, that a page loaded anew finds again, and that outlive their window.

use std::time::Duration;

use waybill_sandbox::FaultKind;

use super::support::{Program, Stand, User, close_window, in_turn, oic3, test};

/// A user with a keychain who has saved the stand's instance as Acme.
fn user_of(stand: &Stand) -> User {
    let user = User::with_keychain();
    user.add("Acme", stand.dev());
    user
}

#[test]
fn a_run_that_fails_says_why_and_what_to_do() {
    in_turn(|| async {
        let stand = Stand::start(|builder| builder.instance(oic3("dev")).synthetic(3, 5)).await;
        let user = user_of(&stand);
        stand.fail_always(FaultKind::Html, "/");
        let program = Program::start(&user).await;
        program.click("[aria-label=\"Back up now, Acme\"]").await;
        program.reads("main", "Signing in failed").await;
        program.go("#/activity").await;
        program.click(&format!("{} a", test("run-row"))).await;
        program.reads("main", "What to do").await;
        let shown = program.text("main").await;
        assert!(shown.contains("did not answer with a token"), "{shown}");

        stand.heal();
        program.go("#/home").await;
        program.click("[aria-label=\"Back up now, Acme\"]").await;
        program.reads("[data-test^=\"card-\"]", "Complete,").await;
        program.quit().await;
    });
}

#[test]
fn a_run_that_the_service_slows_down_says_so() {
    in_turn(|| async {
        let stand =
            Stand::start(|builder| builder.instance(oic3("dev")).synthetic(60, 5).rate(4)).await;
        let user = user_of(&stand);
        let program = Program::start(&user).await;
        program.click("[aria-label=\"Back up now, Acme\"]").await;
        program.click(&test("rail-run")).await;
        program
            .reads(&test("pace-slowed"), "asks for fewer calls")
            .await;
        println!("{}", program.text(&test("pace-slowed")).await);
        drop(program);
    });
}

#[test]
fn a_run_goes_on_through_a_reload_and_after_the_window_is_closed() {
    in_turn(|| async {
        let stand = Stand::start(|builder| {
            builder
                .instance(oic3("dev"))
                .synthetic(60, 5)
                .latency(Duration::from_millis(700))
        })
        .await;
        let user = user_of(&stand);
        let program = Program::start(&user).await;
        program.click("[aria-label=\"Back up now, Acme\"]").await;
        program.see(&test("run-progress")).await;
        program.reload().await;
        program.see(&test("run-progress")).await;
        // It still moves: the window hears of the run again.
        let settled = "Number(document.querySelector('[data-test=run-progress]').ariaValueNow \
                       ?? document.querySelector('[data-test=run-progress]').getAttribute('aria-valuenow'))";
        let before = program.run(&format!("return {settled}")).await;
        program.until(&format!("{settled} > {before}")).await;

        close_window(&user).await;
        tokio::time::sleep(Duration::from_millis(300)).await;
        assert!(program.is_running(), "the run goes on without its window");
        program.has_ended(Duration::from_mins(1)).await;
        drop(program);
        let listed = user.command_line(&["snapshot", "list"], &[]);
        let snapshots = listed["snapshots"].as_array().unwrap();
        assert_eq!(snapshots.len(), 1, "{listed}");
        assert_eq!(snapshots[0]["status"], "complete", "{listed}");
    });
}
