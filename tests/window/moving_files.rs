//! A file dropped on the window, brought into an instance.

use super::support::{
    Drag, Program, Stand, User, at_step, checked, go_on, in_turn, made, oic3, on_to_review,
    read_warnings, run_it, test,
};

#[test]
fn a_dropped_file_is_imported_into_an_instance() {
    in_turn(|| async {
        let stand = Stand::start(|builder| builder.instance(oic3("dev")).synthetic(1, 5)).await;
        let user = User::with_keychain();
        user.add("Acme", stand.dev());
        let file = user.path("ORDER_01.00.0000.iar");
        made::integration(&file, 4);

        let program = Program::start(&user).await;
        program.see("[data-test^=\"card-\"]").await;
        let drag = Drag::over_window(&user, &[file]).await;
        program.see(&test("drop-overlay")).await;
        drag.drop_them();
        program.see(&test("files")).await;
        program.reads("[data-region=\"panel\"]", "ORDER").await;
        program.click(&test("import-files")).await;
        at_step(&program, "destination").await;
        program.reads(".band", "ORDER_01.00.0000.iar").await;
        program
            .click("[data-test^=\"destination-\"][type=\"radio\"]")
            .await;
        program.reads(&test("move-sentence"), "Acme").await;
        go_on(&program).await;
        println!("{}", checked(&program).await);
        read_warnings(&program).await;
        on_to_review(&program).await;
        let headline = run_it(&program).await;
        assert!(headline.contains("1 imported"), "{headline}");
        program.reads(&test("report-table"), "ORDER").await;
        program.quit().await;
        let listed = user.command_line(&["artifacts", "Acme"], &[]);
        let listed = listed["artifacts"].to_string();
        assert!(listed.contains("integration:ORDER|01.00.0000"), "{listed}");
    });
}
