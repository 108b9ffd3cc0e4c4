//! Secrets in an encrypted file: chosen once, asked for at each start.

use super::support::{Program, User, canary, in_turn, is_backed_up, practise_and_back_up, test};

#[test]
fn after_a_restart_the_passphrase_opens_secrets_and_snapshots() {
    in_turn(|| async {
        let user = User::without_keychain();
        let program = Program::start(&user).await;
        practise_and_back_up(&program).await;
        let passphrase = canary();
        program.fill(&test("new-passphrase"), &passphrase).await;
        program
            .fill(&test("new-passphrase-again"), "another one")
            .await;
        program.click(&test("choose-file-store")).await;
        program
            .reads("[role=\"dialog\"]", "not the same as above")
            .await;
        program
            .fill(&test("new-passphrase-again"), &passphrase)
            .await;
        program.click(&test("choose-file-store")).await;
        is_backed_up(&program).await;
        assert!(user.data().join("secrets.age").exists());
        program.quit().await;

        let program = Program::start(&user).await;
        program.click(&test("unlock-secrets")).await;
        program
            .fill(&test("passphrase"), "not the passphrase")
            .await;
        program.click(&test("passphrase-open")).await;
        program
            .see("[role=\"dialog\"] [aria-invalid=\"true\"]")
            .await;
        let told = program.text("[role=\"dialog\"]").await;
        assert!(told.contains("passphrase does not open"), "{told}");
        program.fill(&test("passphrase"), &passphrase).await;
        program.click(&test("passphrase-open")).await;
        program.gone("[role=\"dialog\"]").await;
        program.click("[data-test^=\"last-snapshot-\"]").await;
        program.click(&test("open-snapshot")).await;
        program.see(&test("artifact-row")).await;
        program.quit().await;
    });
}
