//! Backups that keep themselves, as a person sets them up: a schedule, the tray, and what Home says of them.

use std::time::Duration;

use super::support::{
    Program, Stand, User, close_window, count, in_turn, oic3, test, window_is_shown,
};

#[test]
fn a_schedule_is_set_and_the_program_stays_in_the_tray() {
    in_turn(|| async {
        let stand = Stand::start(|builder| builder.instance(oic3("dev")).synthetic(3, 5)).await;
        let user = User::with_keychain();
        user.add("Acme", stand.dev());
        let program = Program::start(&user).await;
        program.reads("article", "Not scheduled").await;
        program.click("[aria-label=\"Set a schedule, Acme\"]").await;

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

#[test]
fn a_backup_is_copied_its_changes_told_its_restore_proven_and_old_ones_let_go() {
    in_turn(|| async {
        let stand = Stand::start(|builder| builder.instance(oic3("dev")).synthetic(3, 5)).await;
        let user = User::with_keychain();
        user.add("Acme", stand.dev());
        let share = user.path("share");
        std::fs::create_dir(&share).unwrap();
        let program = Program::start(&user).await;

        program.go("#/settings/targets").await;
        program.click(&test("target-add")).await;
        program.fill(&test("target-name"), "Share").await;
        program
            .fill(&test("target-path"), share.to_str().unwrap())
            .await;
        program.click(&test("target-try")).await;
        program
            .see(&format!("{} .g-ok", test("target-stage-Remove")))
            .await;
        program.click(&test("target-save")).await;
        program.gone("[role=dialog]").await;
        program.reads("main", "Share").await;

        for _ in 0..3 {
            assert_eq!(stand.control().touch_integrations("dev", 1).len(), 1);
            user.command_line(&["backup", "Acme"], &[]);
        }
        // It leads to the instance at once.
        program.run("location.hash = '#/backups'").await;
        program.reads(&test("copies"), "Share").await;
        program.reads(&test("snapshot-card"), "changed").await;
        program.click(&test("drift")).await;
        program.reads("main", "Acme").await;
        assert!(share.join("OIC_Backups").is_dir());

        program.go("#/settings/vault").await;
        program.fill(&test("keep-last"), "1").await;
        program.reads("main", "2 snapshots would go").await;
        program.click(&test("keep-show")).await;
        program
            .reads("[role=dialog]", "Nothing is removed until you say so")
            .await;
        assert_eq!(count(&program, &test("keep-goes")).await, 2);
        program.click(&test("keep-remove")).await;
        program
            .until_within(Duration::from_secs(40), "location.hash.startsWith('#/settings') && document.body.innerText.includes('nothing goes')")
            .await;
        let listed = user.command_line(&["snapshot", "list"], &[]);
        assert_eq!(listed["snapshots"].as_array().unwrap().len(), 1, "{listed}");

        program.click(&test("proof-now")).await;
        program
            .until_within(
                Duration::from_secs(40),
                &format!(
                    "document.querySelector('{}')?.checkVisibility()",
                    test("proof-evidence")
                ),
            )
            .await;
        let proofs = user.command_line(&["verify", "--list"], &[]);
        assert_eq!(proofs["proofs"][0]["passed"], true, "{proofs}");
    });
}
