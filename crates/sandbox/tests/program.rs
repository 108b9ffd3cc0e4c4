//! The program: one line once it listens, and an end when it is told.
#![allow(
    clippy::unwrap_used,
    reason = "a test may stop at what it did not expect"
)]

mod support;

use std::io::{BufRead, BufReader, Read};
use std::process::{Command, Stdio};

use support::Caller;
use waybill_sandbox::Ready;

#[tokio::test]
async fn it_prints_one_line_and_stops_when_its_input_ends() {
    let mut child = Command::new(env!("CARGO_BIN_EXE_oic-sandbox"))
        .args([
            "--synthetic",
            "5",
            "--generation",
            "oic3,gen2",
            "--until-stdin-closes",
        ])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut output = BufReader::new(child.stdout.take().unwrap());
    let mut line = String::new();
    output.read_line(&mut line).unwrap();
    let ready: Ready = serde_json::from_str(&line).unwrap();
    assert!(ready.ready);
    assert_eq!(ready.instances.len(), 2);
    for instance in &ready.instances {
        assert!(instance.design_url.starts_with("http://127.0.0.1:"));
        let caller = Caller::sign_in(instance).await;
        assert_eq!(caller.list("integrations").await.len(), 5);
    }
    drop(child.stdin.take());
    assert!(child.wait().unwrap().success());
    let mut rest = String::new();
    output.read_to_string(&mut rest).unwrap();
    assert_eq!(rest, "");
}

#[test]
fn a_folder_that_is_not_there_is_named() {
    let output = Command::new(env!("CARGO_BIN_EXE_oic-sandbox"))
        .args(["--load", "/no/such/folder"])
        .output()
        .unwrap();
    assert!(!output.status.success());
    assert!(output.stdout.is_empty());
    let message = String::from_utf8(output.stderr).unwrap();
    assert!(message.contains("/no/such/folder"), "{message}");
}
