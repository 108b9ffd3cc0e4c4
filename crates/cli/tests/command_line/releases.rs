//! Releases by the command line alone: Development to Test to Production, with a Git server, as a pipeline does it.

use std::thread;
use std::time::{Duration, Instant};

use serde_json::Value;
use waybill_sandbox::{ActivationFault, ReadyInstance};

use crate::support::moving::{having_read, list, warnings};
use crate::support::{Chance, Home, Repository, Stand, canary, oic3, text};

const PROJECT: &str = "RETURNS_PORTAL";
const DEV: &str = "Acme DEV";
const TEST: &str = "Acme TEST";
const PROD: &str = "Acme PROD";

fn three(inside: usize) -> Stand {
    Stand::start(|builder| {
        builder
            .instance(oic3("dev"))
            .instance(oic3("test").empty())
            .instance(oic3("prod").empty())
            .synthetic(2, 11)
            .inside_projects(inside)
            .activation_time(Duration::from_millis(50))
    })
}

fn save(home: &Home, stand: &Stand) {
    for (name, instance, environment) in [
        (DEV, "dev", "development"),
        (TEST, "test", "test"),
        (PROD, "prod", "production"),
    ] {
        let instance = stand.instance(instance);
        let arguments = Home::adding(name, instance);
        let arguments: Vec<&str> = arguments
            .iter()
            .map(|one| match one.as_str() {
                "development" => environment,
                other => other,
            })
            .collect();
        home.run_with(&arguments, &[&instance.client_secret])
            .expect_code(0);
    }
    home.run(&[
        "instance",
        "allow-writes",
        PROD,
        "--minutes",
        "60",
        "--type-name",
        PROD,
    ])
    .expect_code(0);
}

/// Begins a release along the usual route, and reads what it warns of.
fn released(home: &Home, more: &[&str]) -> Value {
    let begin = [
        &[
            "release",
            "new",
            "--from",
            DEV,
            "--project",
            PROJECT,
            "--route",
            TEST,
            PROD,
        ][..],
        more,
    ]
    .concat();
    finished(home, &home.run(&begin).one("release"))
}

fn finished(home: &Home, begun: &Value) -> Value {
    let mut view = begun.clone();
    for _ in 0..3 {
        if view["summary"]["stage"] == "ready" {
            return view;
        }
        let rules: Vec<String> = list(&view["findings"])
            .iter()
            .filter(|one| one["severity"] == "warning")
            .map(|one| text(&one["rule"]).to_owned())
            .collect();
        let id = text(&view["summary"]["id"]).to_owned();
        let go_on = having_read(&rules, &["release", "go-on", &id]);
        view = home.run(&go_on).one("release");
    }
    panic!("not ready: {view:#}");
}

/// Prepares a promotion, enters what it lacks, and gives the arguments that run it.
fn prepared(home: &Home, stand: &Stand, id: &str, to: &str) -> Vec<String> {
    let agreed = ["--approved-by", "Petra", "--instance-name", to];
    let base = [&["release", "promote", id, "--to", to][..], &agreed].concat();
    let first = home.run(&base).one("waybill");
    let file = home.path("attached.zip");
    std::fs::write(&file, b"a wallet").unwrap();
    let mut files = Vec::new();
    for one in first["toEnter"].as_array().into_iter().flatten() {
        let (connection, name) = (text(&one["connection"]), text(&one["name"]));
        match text(&one["kind"]) {
            "secret" => {
                let setting = [
                    "secrets",
                    "set",
                    "--to",
                    to,
                    "--connection",
                    connection,
                    "--name",
                    name,
                ];
                home.run_with(&setting, &[&canary()]).expect_code(0);
            }
            "file" => files.push(format!("{connection},{name}={}", file.display())),
            other => panic!("{other} is to be entered: {one}"),
        }
    }
    let mut entering = base.clone();
    for one in &files {
        entering.extend(["--attach", one.as_str()]);
    }
    let waybill = home.run(&entering).one("waybill");
    assert_eq!(waybill["blocked"], false, "{:#}", waybill["findings"]);
    let rules = warnings(&waybill);
    let yes = [&base[..], &["--yes"]].concat();
    let arguments = having_read(&rules, &yes);
    assert_eq!(stand.control().calls().in_flight, 0);
    arguments.into_iter().map(str::to_owned).collect()
}

fn run(home: &Home, arguments: &[String], more: &[&str]) -> crate::support::Outcome {
    let all: Vec<&str> = arguments
        .iter()
        .map(String::as_str)
        .chain(more.iter().copied())
        .collect();
    home.run(&all)
}

/// The integrations of the project in an instance, by id, with their states.
fn states(instance: &ReadyInstance) -> Vec<(String, String)> {
    let path = format!("projects/{PROJECT}/integrations");
    let mut all: Vec<(String, String)> = crate::support::Caller::new(instance)
        .list(&path)
        .iter()
        .map(|one| (text(&one["id"]).to_owned(), text(&one["status"]).to_owned()))
        .collect();
    all.sort();
    all
}

#[test]
fn twenty_integrations_go_from_development_to_test_to_production_as_one_tagged_build() {
    let stand = three(20);
    let home = Home::new();
    save(&home, &stand);
    let repository = Repository::start(&home);
    repository.add(&home, "Releases");
    let view = released(
        &home,
        &[
            "--build",
            "41",
            "--git",
            "Releases",
            "-m",
            "Fixes the labels",
        ],
    );
    let id = text(&view["summary"]["id"]).to_owned();
    assert_eq!(list(&view["integrations"]).len(), 20);
    assert_eq!(view["pushed"]["tag"], format!("{PROJECT}/41"));

    for to in [TEST, PROD] {
        let arguments = prepared(&home, &stand, &id, to);
        let ran = run(&home, &arguments, &[]);
        ran.expect_code(0);
    }
    assert_eq!(states(stand.instance("test")), states(stand.dev()));
    assert_eq!(states(stand.instance("prod")), states(stand.dev()));

    // One tag, one commit, and in it byte for byte what the snapshot holds and the runs sent.
    assert_eq!(
        repository.lines(&["tag", "--list"]),
        [format!("{PROJECT}/41")]
    );
    assert_eq!(repository.lines(&["rev-list", "main"]).len(), 1);
    let message = repository
        .lines(&["log", "-1", "--format=%B", "main"])
        .join("\n");
    assert!(message.contains("Fixes the labels"), "{message}");
    let archive = repository.git(&[
        "show",
        &format!("refs/tags/{PROJECT}/41:releases/{PROJECT}/{PROJECT}.car"),
    ]);
    let snapshot = format!("snapshot:{}", text(&view["snapshot"]));
    let saved = home.path("saved.car");
    let deployment = format!(
        "{PROJECT}/deployment:{}",
        text(&view["summary"]["deployment"])
    );
    home.run(&[
        "artifacts",
        &snapshot,
        "--save",
        &deployment,
        "--to",
        saved.to_str().unwrap(),
    ])
    .expect_code(0);
    assert_eq!(std::fs::read(&saved).unwrap(), archive);
    let shown = home.run(&["release", "show", &id]).one("release");
    for promotion in list(&shown["promotions"]) {
        assert_eq!(promotion["state"], "done", "{promotion:#}");
        let report = home
            .run(&["report", text(&promotion["run"]["id"])])
            .one("report");
        let sent = list(&report["rows"])
            .iter()
            .find(|row| row["id"] == deployment.as_str())
            .unwrap();
        assert_eq!(sent["sha256"], view["sha256"], "{sent}");
    }

    let there = home.run(&["release", "where"]).one("builds");
    let in_production = list(&there["builds"])
        .iter()
        .find(|one| one["instanceName"] == PROD)
        .unwrap();
    assert_eq!(in_production["build"], 41);
    home.tell(&["release", "where"]).expect_code(0);
    home.tell(&["release", "list"]).expect_code(0);
    home.run(&["audit", "check"]).expect_code(0);
}

#[test]
fn a_failed_activation_in_test_stops_the_promotion_and_rolls_back_when_asked() {
    let stand = three(4);
    let home = Home::new();
    save(&home, &stand);
    let view = released(&home, &[]);
    let id = text(&view["summary"]["id"]).to_owned();
    let victim = states(stand.dev())
        .into_iter()
        .find(|(_, status)| status == "ACTIVATED")
        .unwrap()
        .0;
    stand.control().disturb_activations(ActivationFault {
        integration: victim,
        millis: None,
        error: Some("The endpoint does not answer.".to_owned()),
        times: None,
    });
    let arguments = prepared(&home, &stand, &id, TEST);
    let ran = run(&home, &arguments, &["--roll-back"]);
    assert_ne!(ran.code, Some(0));
    let shown = ran.one("release");
    assert_eq!(shown["promotions"][0]["state"], "takenBack", "{shown:#}");
    let projects = crate::support::Caller::new(stand.instance("test")).list("projects");
    assert!(projects.is_empty(), "{projects:?}");
    let further = [
        "release",
        "promote",
        &id,
        "--to",
        PROD,
        "--approved-by",
        "Petra",
    ];
    home.run(&further).expect_error(1, "changeBlocked");
}

#[test]
fn a_promotion_that_is_killed_is_taken_up_and_does_nothing_twice() {
    let stand = three(5);
    let home = Home::new();
    save(&home, &stand);
    let view = released(&home, &[]);
    let id = text(&view["summary"]["id"]).to_owned();
    let arguments = prepared(&home, &stand, &id, TEST);
    stand.control().reset_calls();
    let all: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let mut live = home.spawn(&all);
    let under_way = |printed: &str| {
        let lines = printed
            .lines()
            .filter_map(|line| serde_json::from_str::<Value>(line).ok());
        lines.filter(|line| line["type"] == "progress").any(|line| {
            let steps = line["steps"].as_array().into_iter().flatten();
            steps.filter(|step| step["state"] == "done").count() >= 2
        })
    };
    assert!(
        live.wait_for(under_way),
        "it ended before it could be cut off"
    );
    live.kill();
    let shown = home.run(&["release", "show", &id]).one("release");
    assert_eq!(shown["promotions"][0]["state"], "failed", "{shown:#}");
    assert!(shown["route"][1]["waitsFor"].is_string());
    home.run(&["resume", "latest"]).expect_code(0);
    let shown = home.run(&["release", "show", &id]).one("release");
    assert_eq!(shown["promotions"][0]["state"], "done", "{shown:#}");
    assert_eq!(shown["route"][0]["there"], true);
    assert_eq!(states(stand.instance("test")), states(stand.dev()));
    for (kind, subjects) in &stand.control().calls().effects {
        for (subject, times) in subjects {
            let once = kind.contains("archive") || kind.contains("ACTIVATED");
            assert!(!once || *times == 1, "{kind} {subject}: {times} times");
        }
    }
}

#[test]
fn a_tag_that_is_there_already_is_told_and_nothing_is_overwritten() {
    let stand = three(2);
    let home = Home::new();
    save(&home, &stand);
    let repository = Repository::start(&home);
    repository.add(&home, "Releases");
    released(&home, &["--git", "Releases", "--tag", "current"]);
    let before = repository.lines(&["rev-parse", "refs/tags/current"]);
    let begun = home.run(&[
        "release",
        "new",
        "--from",
        DEV,
        "--project",
        PROJECT,
        "--git",
        "Releases",
        "--tag",
        "current",
    ]);
    let shown = home.run(&["release", "show", "RL-0002"]).one("release");
    if shown["summary"]["stage"] == "checking" {
        let rules: Vec<String> = list(&shown["findings"])
            .iter()
            .map(|one| text(&one["rule"]).to_owned())
            .collect();
        let go_on = having_read(&rules, &["release", "go-on", "RL-0002"]);
        home.run(&go_on).expect_error(2, "badInput");
    } else {
        begun.expect_error(2, "badInput");
    }
    assert_eq!(
        repository.lines(&["rev-parse", "refs/tags/current"]),
        before
    );
}

#[test]
fn kills_between_the_deployment_and_the_tag_end_in_one_of_each() {
    const KILLS: u32 = 6;
    let stand = three(6);
    let home = Home::new();
    save(&home, &stand);
    let repository = Repository::start(&home);
    repository.add(&home, "Releases");
    let first = released(&home, &["--git", "Releases"]);
    let mut chance = Chance::of_the_day();
    let mut whole = Duration::from_secs(2);
    let mut builds = vec![text(&first["summary"]["id"]).to_owned()];
    let (mut cut_off, mut tries) = (0, 0);
    stand.control().reset_calls();
    while cut_off < KILLS {
        tries += 1;
        assert!(tries < 4 * KILLS, "only {cut_off} of {tries} were cut off");
        let began = Instant::now();
        let live = home.spawn(&[
            "release",
            "new",
            "--from",
            DEV,
            "--project",
            PROJECT,
            "--git",
            "Releases",
        ]);
        thread::sleep(chance.part_of(whole));
        let killed = live.kill().code.is_none();
        cut_off += u32::from(killed);
        let all = home.run(&["release", "list"]).one("releases");
        let newest = text(&list(&all["releases"])[0]["id"]).to_owned();
        if builds.contains(&newest) {
            // It was cut off before it had a number.
            continue;
        }
        let shown = home.run(&["release", "go-on", &newest]).one("release");
        finished(&home, &shown);
        if !killed {
            whole = began.elapsed();
        }
        builds.push(newest);
    }
    let calls = stand.control().calls();
    for (kind, subjects) in &calls.effects {
        for (subject, times) in subjects {
            assert_eq!(*times, 1, "{kind} {subject}");
        }
    }
    // Each build has its tag and its commit, and no other.
    assert_eq!(repository.lines(&["tag", "--list"]).len(), builds.len());
    assert_eq!(repository.lines(&["rev-list", "main"]).len(), builds.len());
    home.run(&["verify", "--all"]).expect_code(0);
}
