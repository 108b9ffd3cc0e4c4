//! Integration Cloud Service, the generation before Gen 2, with its own paths.

use crate::support::{Caller, Home, Stand, canary, files_below, ics, text};

#[test]
fn an_ics_instance_is_backed_up_whole_with_user_and_password() {
    let stand = Stand::start(|builder| builder.instance(ics("old")).synthetic(15, 11));
    let home = Home::new();
    let old = stand.instance("old");
    let added = home.add_with("Old", old, &["--test"]);
    added.expect_code(0);
    let saved = added.one("instance");
    assert_eq!(saved["generation"], "ics", "{saved}");
    assert_eq!(saved["signIn"]["type"], "basic", "{saved}");

    let first = home.run(&["backup", "Old"]);
    let detail = home.run(&["snapshot", "show", "latest"]).one("snapshot");
    assert_eq!(
        detail["unread"],
        serde_json::json!([]),
        "{}",
        detail["unread"]
    );
    first.expect_code(0);
    assert_eq!(first.one("result")["failed"], 0);
    home.run(&["snapshot", "verify", "latest"]).expect_code(0);
    let folder = home.path("extracted");
    home.run(&[
        "snapshot",
        "extract",
        "latest",
        "--to",
        folder.to_str().unwrap(),
    ])
    .expect_code(0);
    let files = files_below(&folder);
    let held = detail["items"].as_array().unwrap();
    let caller = Caller::new(old);
    let served = caller.served();
    assert!(served.len() >= 15);
    for (id, list, name) in served {
        let item = held
            .iter()
            .find(|item| item["id"] == id.as_str())
            .unwrap_or_else(|| panic!("{id} is missing"));
        let archive = caller.archive(list, &name);
        // What the sandbox makes itself has another seal each time.
        if caller.archive(list, &name) == archive {
            assert!(files[text(&item["path"])] == archive, "{id}");
        }
    }
    let again = home.back_up("Old");
    assert_eq!(again["fetched"], 0, "{again}");
}

#[test]
fn a_wrong_password_for_ics_is_named_as_such() {
    let stand = Stand::start(|builder| builder.instance(ics("old")).synthetic(3, 11));
    let home = Home::new();
    let old = stand.instance("old");
    let user = old.user.as_deref().unwrap();
    let auth = ["basic", "--user", user, "--test"];
    let arguments = Home::adding_by("Old", old, &auth);
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let wrong = format!("{}x", canary());
    let refused = home.run_with(&arguments, &[&wrong]);
    refused.expect_code(1);
    assert!(refused.stderr.contains("password"), "{}", refused.stderr);
    let listed = home.run(&["instance", "list"]).one("instances");
    assert_eq!(listed["instances"], serde_json::json!([]));
}
