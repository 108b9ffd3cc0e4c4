//! The first steps as the documents tell them.

use crate::support::{Home, files_below, text};

#[test]
fn practice_backup_and_extract_work_as_the_documents_say() {
    let home = Home::new();
    let mut practice = home.spawn(&["practice", "start"]);
    assert!(practice.wait_for(|text| text.contains("\"ready\":true")));
    let names = ["Practice DEV", "Practice TEST", "Practice PROD"];
    let listed = home.run(&["instance", "list"]).one("instances");
    for name in names {
        assert!(listed.to_string().contains(name), "{listed}");
    }
    home.run(&["instance", "test", "Practice DEV"])
        .expect_code(0);
    let told = home.tell(&["backup", "Practice DEV", "--note", "first steps"]);
    told.expect_code(0);
    assert!(told.stdout.starts_with("Complete"), "{}", told.stdout);
    let to = home.path("practice");
    let told = home.tell(&[
        "snapshot",
        "extract",
        "latest",
        "--to",
        to.to_str().unwrap(),
    ]);
    told.expect_code(0);
    let files = files_below(&to);
    assert!(files.keys().any(|path| path.starts_with("integrations/")));
    assert!(files.contains_key("manifest.json"));
    practice.interrupt();
    practice.wait().expect_code(0);
    assert!(!home.data().join("practice.json").exists());

    // Whoever uses a practice instance starts it. Somebody has an integration of TEST open.
    let partial = home.run(&["backup", "Practice TEST"]);
    partial.expect_code(3);
    assert_eq!(partial.one("result")["failed"], 1);
    let port = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let taken = port.local_addr().unwrap().port().to_string();
    home.refuses(&["practice", "start", "--port", &taken], &[], 2, "badInput");

    let snapshot = &home.snapshots()[1];
    assert_eq!(snapshot["note"], "first steps");
    assert_eq!(snapshot["askedBy"], "tester");
    assert_eq!(text(&snapshot["instanceName"]), "Practice DEV");
}
