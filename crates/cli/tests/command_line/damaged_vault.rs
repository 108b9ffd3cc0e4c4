//! A disk that changes what was written.

use std::fs;

use crate::support::{Home, Stand, flip_a_byte, largest_file};

#[test]
fn one_changed_byte_in_the_vault_is_found_by_verify_and_check_and_can_be_put_right() {
    let stand = Stand::with(6);
    let home = Home::new();
    home.add("Acme", stand.dev());
    home.back_up("Acme");
    let damaged = largest_file(&home.vault().join("data"));
    let whole = fs::read(&damaged).unwrap();
    flip_a_byte(&damaged);

    let verified = home.run(&["snapshot", "verify", "latest"]);
    verified.expect_code(1);
    let result = verified.one("result");
    assert_eq!(result["passed"], false);
    let problems = result["problems"].to_string();
    let detail = home.run(&["snapshot", "show", "latest"]).one("snapshot");
    let named = detail["items"]
        .as_array()
        .unwrap()
        .iter()
        .any(|item| problems.contains(item["path"].as_str().unwrap()));
    assert!(named, "{problems}");
    let told = home.tell(&["snapshot", "verify", "latest"]);
    told.expect_code(1);
    assert!(told.stderr.contains("damaged"), "{}", told.stderr);

    let checked = home.run(&["vault", "check"]);
    checked.expect_code(1);
    let result = checked.one("result");
    assert_eq!(result["passed"], false);
    let pack = damaged.file_name().unwrap().to_str().unwrap();
    assert!(
        result["problems"].to_string().contains(&pack[..8]),
        "{result}"
    );

    let folder = home.path("extracted");
    let to = folder.to_str().unwrap();
    let extracted = home.run(&["snapshot", "extract", "latest", "--to", to]);
    extracted.expect_code(3);
    assert_ne!(extracted.one("result")["problems"], serde_json::json!([]));

    // The next backup fetches again what can no longer be read.
    home.back_up("Acme");
    home.run(&["snapshot", "verify", "latest"]).expect_code(0);
    fs::write(&damaged, whole).unwrap();
    home.run(&["vault", "check"]).expect_code(0);
}
