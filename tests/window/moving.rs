//! A move between practice instances, from the choice to what stands against it.

use super::support::{
    Program, User, begin_move, checked, choose, go_on, in_turn, is_backed_up, practise_and_back_up,
    step_address, test,
};

#[test]
fn what_somebody_has_open_in_test_stops_a_move_at_the_checks_and_at_the_review() {
    in_turn(|| async {
        let user = User::with_keychain();
        let program = Program::start(&user).await;
        practise_and_back_up(&program).await;
        is_backed_up(&program).await;
        begin_move(&program, "Practice DEV", "Practice TEST").await;
        choose(&program, "shipments").await;
        program.reads(&test("move-sentence"), "5 artifacts").await;
        go_on(&program).await;
        assert_eq!(checked(&program).await, "1 thing stops this move");
        program
            .reads(
                &test("finding-blocking"),
                "chitra.rao@example.com has it open",
            )
            .await;
        program.go(&step_address(&program, "review").await).await;
        program.see(&test("paper")).await;
        program
            .reads(&test("run-off"), "A finding stands against it")
            .await;
        program.quit().await;
    });
}
