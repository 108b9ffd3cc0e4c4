//! Backups that keep themselves, as a person sets them up: a schedule, the tray, and what Home says of them.

use std::time::Duration;

use super::support::{Program, Stand, User, close_window, in_turn, oic3, test, window_is_shown};

#[test]
fn a_schedule_is_set_and_the_program_stays_in_the_tray() {
    in_turn(|| async {
        let stand = Stand::start(|builder| builder.instance(oic3("dev")).synthetic(3, 5)).await;
        let user = User::with_keychain();
        user.add("Acme", stand.dev());
        let program = Program::start(&user).await;
        program.reads("article", "Not scheduled").await;
        program.click("[aria-label=\"Schedule of Acme\"]").await;

        program.click(&test("schedule-add")).await;
        program.fill(&test("schedule-at"), "25:00").await;
        program.click(&test("schedule-save")).await;
        program.reads("[role=dialog]", "is no time of day").await;
        program.fill(&test("schedule-at"), "05:30").await;
        program.click(&test("schedule-save")).await;
        program.reads(&test("schedule-S1"), "daily at 05:30").await;
        program.click(&test("tray")).await;
        program
            .until(&format!(
                "document.querySelector('{}').checked",
                test("tray")
            ))
            .await;
        program.go("#/home").await;
        program.reads("article", "daily at 05:30").await;

        close_window(&user).await;
        tokio::time::sleep(Duration::from_millis(500)).await;
        assert!(program.is_running(), "it stays in the tray");
        let second = user
            .command(env!("CARGO_BIN_EXE_waybill-desktop"))
            .status()
            .unwrap();
        assert!(second.success(), "a second start hands over to the first");
        window_is_shown(&user).await;
        program.reads("article", "daily at 05:30").await;

        let listed = user.command_line(&["schedule", "list"], &[]);
        assert_eq!(
            listed["schedules"][0]["words"], "daily at 05:30",
            "{listed}"
        );
    });
}
