//! The way of a newcomer: practise, back up, open the snapshot, take an archive out of it.

use std::fs;
use std::time::Duration;

use super::support::{
    Program, User, cancel_dialog, in_turn, is_backed_up, open_integration, practise_and_back_up,
    save_as, test,
};

#[test]
fn from_the_first_start_to_a_file_of_the_snapshot_with_a_keychain() {
    in_turn(|| async {
        let user = User::with_keychain();
        let program = Program::start(&user).await;
        practise_and_back_up(&program).await;
        is_backed_up(&program).await;
        let (clicks, took) = (program.clicks(), program.started.elapsed());
        println!("first backup, with a keychain: {clicks} clicks, {took:.1?} from the start");
        assert!(clicks <= 4, "{clicks} clicks");
        assert!(took < Duration::from_mins(1), "{took:?}");

        program.click("[data-test^=\"last-snapshot-\"]").await;
        program.reads(&test("snapshot-card"), "Equal").await;
        program.click(&test("open-snapshot")).await;
        program.see(&test("artifact-row")).await;
        let id = export_first_integration(&program, &user).await;

        let snapshot = user.command_line(&["snapshot", "list"], &[]);
        let snapshot = snapshot["snapshots"][0]["id"].as_str().unwrap();
        let place = format!("snapshot:{snapshot}");
        let same = user.path("same.iar");
        user.command_line(
            &[
                "artifacts",
                &place,
                "--save",
                &id,
                "--to",
                same.to_str().unwrap(),
            ],
            &[],
        );
        let saved = fs::read(user.path("saved.iar")).unwrap();
        assert!(saved.starts_with(b"PK"), "an archive");
        assert_eq!(saved, fs::read(same).unwrap());
        program.quit().await;
    });
}

/// Exports an integration through the native dialog, after changing one's mind once.
async fn export_first_integration(program: &Program, user: &User) -> String {
    open_integration(program).await;
    program.click(&test("export-archive")).await;
    cancel_dialog(user, "Export archive").await;
    program.click(&test("export-archive")).await;
    let file = user.path("saved.iar");
    save_as(user, "Export archive", &file).await;
    program.reads("body", "saved.iar").await;
    let address = program.run("return location.hash").await;
    let address = address.as_str().unwrap();
    let id = address.split("artifact=").nth(1).unwrap();
    id.split('&')
        .next()
        .unwrap()
        .replace("%3A", ":")
        .replace("%7C", "|")
        .replace("%2F", "/")
}

#[test]
fn without_a_keychain_the_place_for_secrets_is_chosen_first() {
    in_turn(|| async {
        let user = User::without_keychain();
        let program = Program::start(&user).await;
        practise_and_back_up(&program).await;
        program
            .reads("[role=\"dialog\"]", "Where should secrets lie?")
            .await;
        program.click(&test("choose-session-store")).await;
        is_backed_up(&program).await;
        let (clicks, took) = (program.clicks(), program.started.elapsed());
        println!("first backup, without a keychain: {clicks} clicks, {took:.1?} from the start");
        assert!(clicks <= 4, "{clicks} clicks");
        assert!(took < Duration::from_mins(1), "{took:?}");
        assert!(!user.data().join("secrets.age").exists());
        program.quit().await;
    });
}
