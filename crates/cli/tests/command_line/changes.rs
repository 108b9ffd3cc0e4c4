//! Changes from the command line: looked at, agreed to, made, written down.

use serde_json::Value;

use crate::support::{Caller, Home, Stand, canary};

fn first(stand: &Stand, path: &str, fits: impl Fn(&Value) -> bool) -> Value {
    let all = Caller::new(stand.dev()).list(path);
    all.into_iter().find(|one| fits(one)).unwrap()
}

#[test]
fn a_change_is_planned_agreed_to_made_and_written_down() {
    let stand = Stand::with(20);
    let home = Home::new();
    home.add("Acme", stand.dev());
    let one = first(&stand, "integrations", |one| {
        one["status"] == "ACTIVATED"
            && one["pattern"] == "Orchestration"
            && one["lockedFlag"] == false
    });
    let id = format!("integration:{}", one["id"].as_str().unwrap());
    let change = ["change", "deactivate", "Acme", id.as_str()];
    let with = |more: &[&'static str]| [&change[..], more].concat();

    // Without a vault nothing is kept, so nothing is changed.
    let plan = home.run(&with(&["--plan"]));
    plan.expect_code(1);
    assert_eq!(plan.one("plan")["runPossible"], false);
    home.run(&with(&["--yes"])).expect_error(1, "changeBlocked");
    home.back_up("Acme");

    let plan = home.run(&with(&["--plan"]));
    plan.expect_code(0);
    assert!(plan.one("plan")["effects"][0].is_string());
    // Nobody at a terminal, nobody agreed.
    home.run(&change).expect_error(2, "badInput");

    home.run(&["instance", "read-only", "Acme"]).expect_code(0);
    home.run(&with(&["--yes"])).expect_error(1, "readOnly");
    let wrong = ["instance", "allow-writes", "Acme", "--minutes", "20"];
    home.refuses(&wrong, &[], 2, "badInput");
    let allowed = home.run(&["instance", "allow-writes", "Acme", "--minutes", "15"]);
    allowed.expect_code(0);
    assert!(allowed.one("instance")["writesAllowedUntil"].is_string());

    let made = home.run(&with(&["--yes"]));
    made.expect_code(0);
    let result = made.one("result");
    assert_eq!(
        (&result["kind"], &result["status"]),
        (&"change".into(), &"complete".into()),
        "{result}"
    );
    assert!(result["snapshot"].is_string());

    let list = home.run(&["audit", "list", "--instance", "Acme"]);
    list.expect_code(0);
    let entries = list.one("audit")["entries"].clone();
    let done = entries
        .as_array()
        .unwrap()
        .iter()
        .find(|entry| entry["action"] == "deactivate")
        .unwrap();
    assert_eq!(done["subject"], id.as_str());
    assert_eq!(done["after"], "configured");
    let check = home.run(&["audit", "check"]);
    check.expect_code(0);
    assert_eq!(check.one("auditCheck")["whole"], true);
}

#[test]
fn secrets_of_a_connection_come_through_standard_input_and_stay_nowhere() {
    let stand = Stand::with(20);
    let home = Home::new();
    home.add("Acme", stand.dev());
    home.back_up("Acme");
    let is_password = |property: &Value| property["propertyType"] == "PASSWORD";
    let one = first(&stand, "connections", |one| {
        one["status"] == "CONFIGURED"
            && one["lockedFlag"] == false
            && one["securityProperties"]
                .as_array()
                .is_some_and(|all| all.iter().any(is_password))
    });
    let properties = one["securityProperties"].as_array().unwrap();
    let secret = properties.iter().find(|one| is_password(one)).unwrap();
    let name = secret["propertyName"].as_str().unwrap();
    let id = format!("connection:{}", one["id"].as_str().unwrap());
    let line = format!("{name}={}", canary());
    let arguments = [
        "change",
        "set-values",
        "Acme",
        &id,
        "--secret-values-stdin",
        "--yes",
    ];
    let made = home.run_with(&arguments, &[&line]);
    made.expect_code(0);
    assert_eq!(made.one("result")["status"], "complete");
    // Given as an open value it is refused, and not repeated.
    let open = [
        "change",
        "set-values",
        "Acme",
        &id,
        "--value",
        "nonsense",
        "--yes",
    ];
    home.refuses(&open, &[], 2, "badInput");
}
