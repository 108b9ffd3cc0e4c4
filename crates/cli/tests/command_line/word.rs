//! `waybill word`: set without a secret in the arguments, tested, and told of what changed from outside.

use std::io::{Read as _, Write as _};
use std::net::TcpListener;
use std::sync::{Arc, Mutex};
use std::thread;

use serde_json::Value;

use crate::support::{Home, Stand, canary, text};

/// A receiver of webhooks: its address, and what was posted to it.
fn receiver() -> (String, Arc<Mutex<Vec<Value>>>) {
    let door = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = format!("http://{}/{}", door.local_addr().unwrap(), canary());
    let posted: Arc<Mutex<Vec<Value>>> = Arc::default();
    let kept = Arc::clone(&posted);
    thread::spawn(move || {
        for mut caller in door.incoming().flatten() {
            let mut bytes = Vec::new();
            let mut part = [0; 4096];
            // The body is one object, and ends with its brace.
            while let Ok(count @ 1..) = caller.read(&mut part) {
                bytes.extend_from_slice(&part[..count]);
                let text = String::from_utf8_lossy(&bytes).into_owned();
                let body = text.split_once("\r\n\r\n").map(|(_, body)| body);
                if let Some(body) = body.and_then(|body| serde_json::from_str(body).ok()) {
                    kept.lock().unwrap().push(body);
                    break;
                }
            }
            let _ = caller
                .write_all(b"HTTP/1.1 200 OK\r\ncontent-length: 0\r\nconnection: close\r\n\r\n");
        }
    });
    (address, posted)
}

#[test]
fn a_webhook_is_set_by_standard_input_tested_and_told_of_a_backup_with_gaps() {
    let stand = Stand::with(4);
    let home = Home::new();
    home.add("Acme", stand.dev());
    let (address, posted) = receiver();
    let set = [
        "word",
        "set",
        "--hook",
        "ops",
        "--hook-kind",
        "json",
        "--hook-severity",
        "info",
    ];
    let outcome = home.run_with(&set, &[&address]);
    outcome.expect_code(0);
    assert_eq!(outcome.one("word")["form"]["hooks"][0]["name"], "ops");
    let test = home.run(&["word", "test", "ops"]);
    test.expect_code(0);
    assert_eq!(test.one("test")["passed"], true);

    home.back_up("Acme");
    let id = stand.an_integration();
    assert!(stand.control().touch("dev", &id) && stand.control().lock("dev", &id));
    home.run(&["backup", "Acme"]).expect_code(3);
    let titles: Vec<String> = posted
        .lock()
        .unwrap()
        .iter()
        .map(|body| text(&body["title"]).to_owned())
        .collect();
    assert_eq!(
        titles,
        ["Waybill: this is a test", "Acme: the backup has gaps"]
    );
    let log = home.tell(&["word", "log"]);
    log.expect_code(0);
    assert!(
        log.stdout.contains("ops  sent: Acme: the backup has gaps"),
        "{}",
        log.stdout
    );
    let shown = home.tell(&["word", "show"]);
    assert!(
        shown.stdout.contains("Webhook ops (json)"),
        "{}",
        shown.stdout
    );
    assert!(
        shown.stdout.contains("Acme: the backup has gaps"),
        "{}",
        shown.stdout
    );
    home.refuses(&["word", "test", "mail"], &[], 1, "unknownSubject");
    home.refuses(&["word", "set", "--digest", "noon"], &[], 2, "badInput");
    home.run(&["word", "set", "--no-hook", "ops"])
        .expect_code(0);
    home.run(&["word", "set", "--no-hook", "ops"])
        .expect_error(2, "badInput");
}

#[test]
fn a_mail_server_that_is_not_there_is_named_with_its_stage() {
    let home = Home::new();
    let free = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = free.local_addr().unwrap().port().to_string();
    drop(free);
    let password = canary();
    home.run_with(
        &[
            "word",
            "set",
            "--mail-host",
            "127.0.0.1",
            "--mail-port",
            &port,
            "--mail-user",
            "me",
            "--mail-password",
            "--mail-from",
            "waybill@acme.com",
            "--mail-to",
            "ops@acme.com",
        ],
        &[&password],
    )
    .expect_code(0);
    let told = home.tell(&["word", "test", "mail"]);
    told.expect_code(1);
    assert!(told.stdout.contains("Address: failed."), "{}", told.stdout);
    let refused = home.refuses(
        &[
            "word",
            "set",
            "--mail-host",
            "mail.acme.com",
            "--mail-security",
            "none",
        ],
        &[],
        2,
        "badInput",
    );
    assert_eq!(refused["context"]["field"], "mailSecurity");
}

#[test]
fn the_history_of_an_instance_says_what_changed_and_who_did_it() {
    let stand = Stand::with(4);
    let home = Home::new();
    home.add("Acme", stand.dev());
    home.back_up("Acme");
    home.run(&["drift", "Acme", "--history"]).expect_code(0);
    let id = stand.an_integration();
    assert!(stand.control().touch("dev", &id));
    home.back_up("Acme");
    let outcome = home.run(&["drift", "Acme", "--history"]);
    outcome.expect_code(5);
    let view = outcome.one("drift");
    let change = view["instances"][0]["steps"][0]["changes"]
        .as_array()
        .unwrap()
        .iter()
        .find(|change| text(&change["id"]) == id.to_string())
        .unwrap()
        .clone();
    assert_eq!(change["by"], "developer@example.com");
    assert_eq!(change["outside"], true);
    let told = home.tell(&["drift", "--outside", "--exit-zero"]);
    told.expect_code(0);
    assert!(
        told.stdout.contains("by developer@example.com (outside)"),
        "{}",
        told.stdout
    );
    let later = home.run(&["drift", "Acme", "--since", "2999-01-01"]);
    later.expect_code(0);
    home.run(&["drift", "Acme", "--since", "soon"])
        .expect_error(2, "badInput");
    let artifact = id.to_string();
    home.run(&["drift", "Acme", "--artifact", &artifact])
        .expect_code(5);
}
