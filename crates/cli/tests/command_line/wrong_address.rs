//! Instances that were entered wrongly: each mistake has one message, and does no harm.

use std::net::TcpListener;

use waybill_sandbox::{ClientSpec, ReadyInstance, Role};

use crate::support::{Home, Stand, canary, oic3, text};

/// A home with a good instance and one backup of it.
fn home_with_a_backup(stand: &Stand) -> Home {
    let home = Home::new();
    home.add("Good", stand.dev());
    home.back_up("Good");
    home
}

/// Saved as it is, the instance cannot be tested, listed or backed up; each says so with this code.
#[track_caller]
fn is_unusable(home: &Home, instance: &ReadyInstance, code: &str) {
    let arguments = Home::adding("Bad", instance);
    let mut tested: Vec<&str> = arguments.iter().map(String::as_str).collect();
    tested.push("--test");
    let before = home.state();
    let outcome = home.run_with(&tested, &[&instance.client_secret]);
    outcome.expect_code(1);
    assert_eq!(outcome.one("error")["type"], "error");
    assert_eq!(home.state(), before, "an instance that fails is not saved");

    home.add("Bad", instance);
    let outcome = home.run(&["instance", "test", "Bad"]);
    outcome.expect_code(1);
    let report = outcome.one("test");
    assert_eq!(report["passed"], false);
    let failed = report["stages"]
        .as_array()
        .unwrap()
        .iter()
        .find(|stage| stage["state"] == "failed")
        .unwrap();
    assert!(text(&failed["detail"]).len() > 15, "{failed}");
    assert!(text(&failed["remedy"]).len() > 20, "{failed}");

    home.refuses(&["artifacts", "instance:Bad"], &[], 1, code);
    backup_fails(home, "Bad");
    home.run(&["instance", "remove", "Bad"]).expect_code(0);
}

/// The backup fails with a message and what to do, and leaves everything as it was.
#[track_caller]
pub fn backup_fails(home: &Home, name: &str) {
    let before = home.state();
    let outcome = home.run(&["backup", name, "--fresh"]);
    outcome.expect_code(1);
    let last = outcome.lines().pop().unwrap();
    outcome.expect_words(text(&last["message"]), text(&last["guidance"]));
    assert_eq!(home.state(), before);
}

#[test]
fn a_wrong_address_or_sign_in_has_one_clear_message_and_changes_nothing() {
    let stand = Stand::start(|builder| {
        builder
            .instance(oic3("dev"))
            .client(ClientSpec {
                id: "without-rights".to_owned(),
                secret: canary(),
                roles: vec![Role::Invoker],
                instances: Vec::new(),
            })
            .synthetic(6, 11)
    });
    let home = home_with_a_backup(&stand);
    let good = stand.dev();

    let nowhere = ReadyInstance {
        design_url: "https://design.nowhere.invalid".to_owned(),
        ..good.clone()
    };
    is_unusable(&home, &nowhere, "addressUnknown");

    let closed = TcpListener::bind("127.0.0.1:0").unwrap();
    let silent = ReadyInstance {
        design_url: format!("http://{}", closed.local_addr().unwrap()),
        ..good.clone()
    };
    drop(closed);
    is_unusable(&home, &silent, "unreachable");

    let wrong_secret = ReadyInstance {
        client_secret: "another-secret-than-the-right-one".to_owned(),
        ..good.clone()
    };
    home.also_secret(&wrong_secret.client_secret);
    is_unusable(&home, &wrong_secret, "signInRefused");

    let wrong_name = ReadyInstance {
        integration_instance: Some("no-such-instance-fr".to_owned()),
        ..good.clone()
    };
    is_unusable(&home, &wrong_name, "wrongInstanceName");

    let no_right = ReadyInstance {
        client_id: "without-rights".to_owned(),
        ..good.clone()
    };
    is_unusable(&home, &no_right, "rightMissing");

    // The good one is as good as before.
    home.back_up("Good");
}

#[test]
fn plain_http_to_another_computer_is_refused_at_once() {
    let stand = Stand::with(1);
    let home = Home::new();
    home.add("Good", stand.dev());
    let plain = ReadyInstance {
        design_url: "http://oic.example.com".to_owned(),
        ..stand.dev().clone()
    };
    let arguments = Home::adding("Bad", &plain);
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let error = home.refuses(&arguments, &[&plain.client_secret], 2, "badInput");
    assert_eq!(error["context"]["field"], "address");
    assert!(text(&error["message"]).contains("http"), "{error}");
}
