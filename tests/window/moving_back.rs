//! The ways back: a whole run taken back, and one artifact taken out of a snapshot.

use serde_json::{Value, json};
use waybill_model::{ArtifactId, ArtifactKind};

use super::support::{
    Program, Stand, User, at_step, begin_move, checked, choose, enter_on, go_on, in_turn, oic3,
    on_to_review, read_warnings, run_it, test,
};

/// A lookup that none of the integrations made here uses.
const LOOKUP: &str = "Country_Codes";

/// Backs an instance up; the snapshot.
fn kept(user: &User, instance: &str) -> String {
    let kept = user.command_line(&["backup", instance], &[]);
    assert_eq!(kept["status"], "complete", "{kept}");
    kept["snapshot"].as_str().unwrap().to_owned()
}

/// The instance holds what the snapshot holds: the same artifacts, each the same and in its state.
fn is_as_kept(user: &User, snapshot: &str, instance: &str) {
    // It answers with another exit code where something differs.
    let compared = user.command_line(&["compare", &format!("snapshot:{snapshot}"), instance], &[]);
    let rows = compared["rows"].as_array().unwrap();
    assert!(!rows.is_empty(), "{compared}");
    let differs = |row: &&Value| row["verdict"] != "same" || row["stateDiffers"] == json!(true);
    let different: Vec<&Value> = rows.iter().filter(differs).collect();
    assert_eq!(different, Vec::<&Value>::new());
}

/// Somebody deletes the lookup.
fn lose_lookup(stand: &Stand, instance: &str) {
    let id = ArtifactId::global(ArtifactKind::Lookup, LOOKUP, None);
    assert!(stand.control().delete(instance, &id));
}

/// Takes one artifact along, by its code.
async fn take(program: &Program, code: &str) {
    program.fill(&test("what-filter"), code).await;
    program
        .until(&format!(
            "(() => {{ const rows = [...document.querySelectorAll('[data-test=what-row]')]; \
               return rows.length > 0 && rows.every((row) => row.innerText.includes({})); }})()",
            json!(code)
        ))
        .await;
    choose(program, code).await;
}

/// The row of an artifact in the report.
async fn row(program: &Program, code: &str, words: &str) {
    let rows = format!("{} tbody tr", test("report-table"));
    program
        .until(&format!(
            "[...document.querySelectorAll({})].some((row) => \
               row.innerText.includes({}) && row.innerText.includes({}))",
            json!(rows),
            json!(code),
            json!(words)
        ))
        .await;
}

#[test]
fn what_a_move_brought_and_replaced_is_taken_back_and_the_report_says_so() {
    in_turn(|| async {
        let stand = Stand::start(|builder| {
            builder
                .instance(oic3("dev"))
                .instance(oic3("test"))
                .synthetic(4, 11)
        })
        .await;
        let user = User::with_keychain();
        user.add("Acme DEV", stand.dev());
        user.add_as("Acme TEST", stand.instance("test"), "test");
        // One of them is new in Test, and one is another there.
        lose_lookup(&stand, "test");
        let replaced = stand.control().touch_integrations("dev", 1);
        let replaced = replaced[0].code.clone();
        let before = kept(&user, "Acme TEST");

        let program = Program::start(&user).await;
        begin_move(&program, "Acme DEV", "Acme TEST").await;
        take(&program, LOOKUP).await;
        take(&program, &replaced).await;
        go_on(&program).await;
        checked(&program).await;
        read_warnings(&program).await;
        on_to_review(&program).await;
        let headline = run_it(&program).await;
        assert!(headline.contains("imported"), "{headline}");

        enter_on(&program, &test("roll-back")).await;
        program.click(&test("rollback-all")).await;
        enter_on(&program, &test("rollback-plan")).await;
        at_step(&program, "checks").await;
        program.reads("main", "WB-0002").await;
        checked(&program).await;
        read_warnings(&program).await;
        on_to_review(&program).await;
        program.reads(&test("paper"), LOOKUP).await;
        program.see(&test("group-delete")).await;
        let headline = run_it(&program).await;
        println!("{}", program.text(&test("report-table")).await);
        row(&program, LOOKUP, "eleted").await;
        row(&program, &replaced, "eplaced").await;
        assert!(headline.contains("deleted"), "{headline}");
        program.quit().await;
        is_as_kept(&user, &before, "Acme TEST");
    });
}

#[test]
fn an_artifact_that_was_deleted_comes_back_out_of_a_snapshot() {
    in_turn(|| async {
        let stand = Stand::start(|builder| builder.instance(oic3("dev")).synthetic(3, 5)).await;
        let user = User::with_keychain();
        user.add("Acme", stand.dev());
        let snapshot = kept(&user, "Acme");
        lose_lookup(&stand, "dev");

        let program = Program::start(&user).await;
        program.click("[data-test^=\"last-snapshot-\"]").await;
        program.click(&test("restore-move")).await;
        at_step(&program, "what").await;
        take(&program, LOOKUP).await;
        go_on(&program).await;
        checked(&program).await;
        on_to_review(&program).await;
        // The plan knows the instance as the backup read it; the look finds what is gone.
        program.reads(&test("look-changed"), LOOKUP).await;
        program.click(&test("plan-again")).await;
        program
            .reads(&test("looked"), "nothing in Acme has changed")
            .await;
        let headline = run_it(&program).await;
        assert!(headline.contains("1 imported"), "{headline}");
        program.reads(&test("report-table"), LOOKUP).await;
        program.quit().await;
        is_as_kept(&user, &snapshot, "Acme");
    });
}
