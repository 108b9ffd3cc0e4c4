//! A service that misbehaves while it is backed up.

use std::time::Duration;

use waybill_sandbox::{Fault, FaultKind};

use crate::support::{Home, Stand, oic3, text};
use crate::wrong_address::backup_fails;

#[test]
fn a_server_that_answers_in_html_is_named_as_such() {
    let stand = Stand::with(6);
    let home = Home::new();
    home.add("Acme", stand.dev());
    home.back_up("Acme");
    stand.fail_always(FaultKind::Html, "/");
    home.refuses(
        &["artifacts", "instance:Acme"],
        &[],
        1,
        "notOracleIntegration",
    );
    backup_fails(&home, "Acme");
    stand.control().heal();
    home.back_up("Acme");
}

fn slow() -> Stand {
    Stand::start(|builder| {
        builder
            .instance(oic3("dev"))
            .synthetic(60, 11)
            .latency(Duration::from_millis(25))
    })
}

#[test]
fn a_token_that_ends_in_the_middle_is_renewed_and_nobody_notices() {
    let stand = slow();
    let home = Home::new();
    home.add("Acme", stand.dev());
    let before = stand.control().calls().token;
    let mut live = home.spawn(&["backup", "Acme"]);
    assert!(live.wait_for_fetched(10));
    stand.control().expire_tokens();
    let outcome = live.wait();
    outcome.expect_code(0);
    assert_eq!(outcome.one("result")["status"], "complete");
    assert!(stand.control().calls().token >= before + 2);
}

#[test]
fn a_token_that_cannot_be_renewed_ends_the_backup_which_goes_on_later_where_it_was() {
    let stand = slow();
    let home = Home::new();
    home.add("Acme", stand.dev());
    let mut live = home.spawn(&["backup", "Acme"]);
    assert!(live.wait_for_fetched(10));
    let refused = FaultKind::Status {
        code: 401,
        retry_after: None,
    };
    stand.fail_always(refused, "/oauth2/v1/token");
    stand.control().expire_tokens();
    let outcome = live.wait();
    outcome.expect_code(1);
    let result = outcome.one("result");
    assert_eq!(result["status"], "failed", "{result}");
    outcome.expect_words(text(&result["message"]), text(&result["guidance"]));
    let kept = result["fetched"].as_u64().unwrap();
    assert!(kept >= 10, "{result}");
    assert!(home.snapshots().is_empty());

    stand.control().heal();
    stand.control().reset_calls();
    let resumed = home.run(&["run", "resume", text(&result["run"])]);
    resumed.expect_code(0);
    let result = resumed.one("result");
    assert_eq!(result["status"], "complete");
    let again = stand.control().calls().archives;
    let planned = result["planned"].as_u64().unwrap();
    assert!(again + 10 <= planned, "{again} archives again of {planned}");
}

#[test]
fn a_service_that_asks_for_fewer_calls_and_stumbles_is_backed_up_whole() {
    let stand = Stand::start(|builder| builder.instance(oic3("dev")).synthetic(30, 11).rate(60));
    let home = Home::new();
    home.add("Acme", stand.dev());
    stand.control().fail(Fault {
        kind: FaultKind::Status {
            code: 503,
            retry_after: Some(1),
        },
        times: 3,
        path: Some("/archive".to_owned()),
    });
    let result = home.back_up("Acme");
    assert_eq!(result["failed"], 0);
    assert!(stand.control().calls().too_many > 0);
}
