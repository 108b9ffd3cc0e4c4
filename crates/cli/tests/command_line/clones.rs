//! Instances as a whole from the command line: cloned through a real Swift server, killed and taken up, refused.

use std::path::Path;
use std::sync::OnceLock;
use std::time::Duration;

use serde_json::Value;

use crate::support::moving::{FROM, TO, allow, list, states};
use crate::support::{Home, Outcome, Stand, canary, files_below, ics, oic3, text};
use crate::swift_server::{ACCOUNT, SwiftServer, WRITING_KEY};

/// May do all there, in the words of a cloud whose users cannot have a colon.
const USER: &str = "backup/writer";

fn server() -> &'static SwiftServer {
    static SERVER: OnceLock<SwiftServer> = OnceLock::new();
    SERVER.get_or_init(|| SwiftServer::start(Path::new(env!("CARGO_TARGET_TMPDIR"))))
}

/// A full instance and an empty one; jobs take so long.
fn stand(job: Duration) -> Stand {
    Stand::start(|builder| {
        builder
            .instance(oic3("dev"))
            .instance(oic3("prod").empty())
            .synthetic(8, 11)
            .activation_time(job)
    })
}

/// Saves both; the destination in this environment.
fn save(home: &Home, stand: &Stand, environment: &str) {
    home.add(FROM, stand.dev());
    let prod = stand.instance("prod");
    let arguments = Home::adding(TO, prod);
    let arguments: Vec<&str> = arguments
        .iter()
        .map(|one| match one.as_str() {
            "development" => environment,
            other => other,
        })
        .collect();
    home.run_with(&arguments, &[&prod.client_secret])
        .expect_code(0);
}

/// Keeps a container of this bucket, with this key.
fn container(home: &Home, name: &str, bucket: &str, key: &str) -> Outcome {
    let address = format!("http://{}/v1/{ACCOUNT}", server().address);
    home.also_secret(key);
    let arguments = [
        "clone",
        "container",
        name,
        "--address",
        &address,
        "--bucket",
        bucket,
        "--user",
        USER,
        "--token-stdin",
    ];
    home.run_with(&arguments, &[key])
}

fn archives(home: &Home) -> Vec<String> {
    let found = home.run(&["clone", "archives", "--container", "Archives"]);
    found.expect_code(0);
    list(&found.one("archives")["archives"])
        .iter()
        .map(|one| text(&one["name"]).to_owned())
        .filter(|name| {
            std::path::Path::new(name)
                .extension()
                .is_none_or(|end| end != "log")
        })
        .collect()
}

fn part<'a>(clone: &'a Value, name: &str) -> &'a Value {
    let all = list(&clone["parts"]);
    all.iter().find(|one| one["part"] == name).unwrap()
}

/// The codes that an instance has, whatever their state.
fn codes(stand: &Stand, name: &str) -> Vec<String> {
    let all = states(stand.instance(name)).into_iter();
    all.map(|(id, _)| id).collect()
}

#[test]
fn an_instance_is_cloned_compared_and_what_is_left_is_signed_off() {
    let stand = stand(Duration::from_millis(200));
    let home = Home::new();
    save(&home, &stand, "test");
    home.back_up(TO);
    let made = container(&home, "Archives", "cli-whole", WRITING_KEY);
    made.expect_code(0);
    home.run(&["target", "check", "Archives"]).expect_code(0);
    let into = ["clone", "into", FROM, TO, "--container", "Archives"];
    let with = |more: &[&'static str]| [&into[..], more].concat();

    let plan = home.run(&with(&["--dry-run"]));
    plan.expect_code(0);
    let plan = plan.one("clonePlan");
    assert_eq!(plan["effect"], format!("Import into {TO}"));
    assert!(
        list(&plan["notes"])
            .iter()
            .any(|one| one["key"] == "noWayBack")
    );
    assert_eq!(archives(&home), [""; 0], "nothing was sent");
    // What has to be read was not.
    home.run(&with(&[])).expect_error(1, "changeBlocked");

    // Agent groups stay behind, so that it ends with something left out.
    let cloned = home.run(&with(&["--with-secrets", "--yes"]));
    cloned.expect_code(3);
    let clone = cloned.one("clone");
    for part in list(&clone["parts"]) {
        assert_eq!(part["state"], "done", "{part}");
    }
    assert_eq!(codes(&stand, "prod"), codes(&stand, "dev"));
    let archive = text(&clone["archive"]["name"]).to_owned();
    assert_eq!(archives(&home), [archive]);
    // What every ZIP begins with is in no file of this user.
    for (path, bytes) in files_below(&home.data()) {
        let holds = bytes.windows(4).any(|four| four == b"PK\x03\x04");
        assert!(!holds, "{path}");
    }

    let shown = home.run(&["clone", "show"]);
    shown.expect_code(0);
    let before = shown.one("clone");
    let open = before["open"].as_u64().unwrap();
    assert_eq!(open, list(&before["residuals"]).len() as u64);
    let sign = |more: &[&'static str]| [&["clone", "sign-off", "latest"][..], more].concat();
    let signed = home.run(&sign(&[
        "beside/callers",
        "--by",
        "Mei",
        "--note",
        "Turned.",
    ]));
    signed.expect_code(0);
    assert_eq!(signed.one("clone")["open"], open - 1);
    let told = home.tell(&["clone", "show"]);
    assert!(told.stdout.contains("signed off by Mei"), "{}", told.stdout);
    let undone = home.run(&sign(&["beside/callers", "--undo"]));
    assert_eq!(undone.one("clone")["open"], open);
    home.run(&sign(&["beside/nothing", "--by", "Mei"]))
        .expect_error(1, "unknownSubject");
    home.run(&sign(&["beside/callers"]))
        .expect_error(2, "badInput");

    // The next backup knows where all of it came from.
    home.back_up(TO);
    let drift = home.run(&["drift", TO, "--history"]).one("drift");
    let changes = list(&drift["instances"][0]["steps"][0]["changes"]);
    let run = &clone["summary"]["id"];
    assert!(!changes.is_empty(), "{drift}");
    for change in changes {
        assert_eq!(
            (&change["run"], &change["outside"]),
            (run, &Value::Bool(false))
        );
    }
    let entries = home.run(&["audit", "list", "--instance", TO]).one("audit");
    let actions: Vec<&str> = list(&entries["entries"])
        .iter()
        .map(|entry| text(&entry["action"]))
        .collect();
    for action in ["clone of the instance begun", "left-over signed off"] {
        assert!(actions.contains(&action), "{actions:?}");
    }
}

#[test]
fn a_clone_that_is_killed_follows_the_same_job_afterwards() {
    let stand = stand(Duration::from_millis(200));
    let home = Home::new();
    save(&home, &stand, "test");
    container(&home, "Archives", "cli-killed", WRITING_KEY).expect_code(0);
    let mut live = home.spawn(&[
        "clone",
        "into",
        FROM,
        TO,
        "--container",
        "Archives",
        "--yes",
    ]);
    assert!(live.wait_for(|printed| printed.contains("has begun job")));
    live.kill();
    let before = home.run(&["clone", "show"]).one("clone");
    assert_eq!(before["summary"]["status"], "interrupted", "{before}");
    assert_eq!(before["summary"]["resumable"], true);
    let job = part(&before, "export")["job"].clone();
    assert!(job.is_string(), "{before}");

    let run = text(&before["summary"]["id"]);
    home.run(&["resume", run]).expect_code(3);
    let after = home.run(&["clone", "show"]).one("clone");
    assert_eq!(part(&after, "export")["job"], job);
    assert_eq!(archives(&home).len(), 1);
    assert_eq!(codes(&stand, "prod"), codes(&stand, "dev"));
}

#[test]
fn an_archive_is_kept_and_imported_later() {
    let stand = stand(Duration::from_millis(100));
    let home = Home::new();
    save(&home, &stand, "production");
    container(&home, "Archives", "cli-kept", WRITING_KEY).expect_code(0);
    let through = ["--container", "Archives", "--yes"];
    let export = ["clone", "export", FROM, "--name", "Nightly-1"];
    home.run(&[&export[..], &through].concat()).expect_code(0);
    assert_eq!(archives(&home), ["Nightly-1"]);
    home.run(&[&export[..], &through].concat()).expect_code(1);

    let import = [
        "clone",
        "import",
        "Nightly-1",
        TO,
        "--from",
        FROM,
        "--remove-archive",
    ];
    let import = [&import[..], &through].concat();
    // Production is read-only until it is allowed, and wants its name typed.
    home.run(&import).expect_error(1, "readOnly");
    allow(&home);
    home.run(&import).expect_error(2, "badInput");
    let typed = [&import[..], &["--instance-name", TO]].concat();
    home.run(&typed).expect_code(3);
    assert_eq!(codes(&stand, "prod"), codes(&stand, "dev"));
    assert_eq!(archives(&home), [""; 0]);
}

#[test]
fn what_cannot_be_is_refused_before_anything_is_sent() {
    let stand = Stand::start(|builder| {
        builder
            .instance(oic3("dev"))
            .instance(oic3("prod").empty())
            .instance(ics("old"))
            .synthetic(3, 11)
    });
    let home = Home::new();
    home.add(FROM, stand.dev());
    home.add(TO, stand.instance("prod"));
    home.add("Old", stand.instance("old"));
    container(&home, "Archives", "cli-refused", WRITING_KEY).expect_code(0);
    container(&home, "Shut", "cli-refused", "another-key-entirely").expect_code(0);
    stand.control().reset_calls();
    for (source, destination, more) in [
        (FROM, FROM, &["--container", "Archives"][..]),
        (FROM, "Old", &["--container", "Archives"]),
        (FROM, TO, &["--container", "Nowhere"]),
        (FROM, TO, &["--container", "Archives", "--name", "a name"]),
        (
            FROM,
            TO,
            &["--container", "Archives", "--mode", "activate-only"],
        ),
    ] {
        let arguments = [&["clone", "into", source, destination, "--yes"], more].concat();
        let (exit, code) = if more.contains(&"Nowhere") {
            (1, "unknownSubject")
        } else {
            (2, "badInput")
        };
        home.run(&arguments).expect_error(exit, code);
    }
    let shut = ["clone", "export", FROM, "--container", "Shut", "--yes"];
    let failed = home.run(&shut);
    failed.expect_code(1);
    let clone = failed.one("clone");
    let why = text(&part(&clone, "container")["why"]);
    assert!(why.contains("does not let the user in"), "{why}");
    let begun = stand.control().calls();
    let begun: Vec<_> = begun.by_path.keys().collect();
    assert!(
        begun
            .iter()
            .all(|path| !path.contains("ServiceInstanceArchive")),
        "{begun:?}"
    );
    let region = [
        "clone",
        "container",
        "C",
        "--region",
        "eu frankfurt",
        "--namespace",
        "n",
        "--bucket",
        "b",
        "--user",
        "u",
        "--token-stdin",
    ];
    home.run_with(&region, &[&canary()])
        .expect_error(2, "badInput");
}
