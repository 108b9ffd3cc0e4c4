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

#[tokio::test]
async fn its_options_reach_the_sandbox_and_its_state_outlives_it() {
    let folder = tempfile::tempdir().unwrap();
    let run = |more: &[&str]| {
        let mut child = Command::new(env!("CARGO_BIN_EXE_oic-sandbox"))
            .args(["--synthetic", "4", "--until-stdin-closes", "--state"])
            .arg(folder.path())
            .args(["--redirect-uri", "http://localhost:9/back"])
            .args(more)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let mut line = String::new();
        BufReader::new(child.stdout.take().unwrap())
            .read_line(&mut line)
            .unwrap();
        (child, serde_json::from_str::<Ready>(&line).unwrap())
    };
    let (mut child, ready) = run(&["--generation", "ics"]);
    let instance = &ready.instances[0];
    let back = "http://localhost:9/back".to_owned();
    assert!(instance.redirect_uris.contains(&back));
    assert!(instance.user.is_some() && instance.integration_instance.is_none());
    drop(child.stdin.take());
    assert!(child.wait().unwrap().success());
    assert!(folder.path().join("state.json").is_file());

    let authority = tempfile::tempdir().unwrap();
    let tls = authority.path().to_str().unwrap().to_owned();
    let (mut child, ready) = run(&["--generation", "ics", "--tls", &tls]);
    assert_eq!(ready.instances.len(), 1);
    assert!(
        ready.instances[0]
            .design_url
            .starts_with("https://127.0.0.1:")
    );
    let file = ready.ca_file.unwrap();
    assert!(
        std::fs::read_to_string(file)
            .unwrap()
            .starts_with("-----BEGIN CERTIFICATE")
    );
    drop(child.stdin.take());
    assert!(child.wait().unwrap().success());
}
