//! The examples for pipelines, run as a pipeline runs them: their scripts with the program on the path, and the
//! files around them for what they call.

use std::fs;
use std::path::PathBuf;
use std::process::Output;

use crate::support::moving::list;
use crate::support::{Home, Keychain, Repository, Stand, canary, oic3, text};

const DEV: &str = "Acme DEV";
const TEST: &str = "Acme TEST";

fn examples() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../docs/pipelines")
}

/// Runs a script of the examples with the program on the path and these variables.
fn script(home: &Home, name: &str, variables: &[(&str, &str)]) -> Output {
    let folder = home.path("bin");
    fs::create_dir_all(&folder).unwrap();
    let link = folder.join("waybill");
    if !link.exists() {
        std::os::unix::fs::symlink(env!("CARGO_BIN_EXE_waybill"), &link).unwrap();
    }
    let path = std::env::var("PATH").unwrap_or_default();
    let mut command = home.command("sh");
    command
        .arg(examples().join(name))
        .current_dir(home.path("."))
        .env("PATH", format!("{}:{path}", folder.display()))
        .env("WAYBILL_HOME", home.data())
        .envs(variables.iter().copied());
    command.output().unwrap()
}

#[test]
fn the_scripts_release_and_promote_with_nothing_but_variables() {
    let home = Home::new();
    let Some(_keychain) = Keychain::start(&home) else {
        return;
    };
    let stand = Stand::start(|builder| {
        builder
            .instance(oic3("dev"))
            .instance(oic3("test").empty())
            .synthetic(2, 11)
            .inside_projects(3)
    });
    home.add(DEV, stand.dev());
    home.add(TEST, stand.instance("test"));
    let repository = Repository::start(&home);
    repository.add(&home, "Releases");
    let variables = [
        ("FROM", DEV),
        ("PROJECT", "RETURNS_PORTAL"),
        ("BUILD", "12"),
        ("GIT_TARGET", "Releases"),
        ("ROUTE", TEST),
        ("MESSAGE", "Fixes the labels"),
        ("READ", "secrets open draft holds-more not-scanned"),
    ];
    let released = script(&home, "release.sh", &variables);
    assert!(
        released.status.success(),
        "{}",
        String::from_utf8_lossy(&released.stderr)
    );
    let release = String::from_utf8(released.stdout)
        .unwrap()
        .trim()
        .to_owned();
    assert_eq!(release, "RL-0001");

    // What connections take in Test is entered once, by a person.
    let base = ["release", "promote", &release, "--to", TEST];
    let first = home.run(&base).one("waybill");
    let file = home.path("attached.zip");
    fs::write(&file, b"a wallet").unwrap();
    let mut attach = Vec::new();
    for one in first["toEnter"].as_array().into_iter().flatten() {
        let (connection, name) = (text(&one["connection"]), text(&one["name"]));
        if one["kind"] == "secret" {
            let setting = [
                "secrets",
                "set",
                "--to",
                TEST,
                "--connection",
                connection,
                "--name",
                name,
            ];
            home.run_with(&setting, &[&canary()]).expect_code(0);
        } else {
            attach.push(format!("{connection},{name}={}", file.display()));
        }
    }
    let mut entering = base.to_vec();
    for one in &attach {
        entering.extend(["--attach", one.as_str()]);
    }
    let waybill = home.run(&entering).one("waybill");
    let rules: Vec<&str> = list(&waybill["findings"])
        .iter()
        .filter(|one| one["severity"] == "warning")
        .map(|one| text(&one["rule"]))
        .collect();
    let report = home.path("test.json");
    let promoted = script(
        &home,
        "promote.sh",
        &[
            ("RELEASE", &release),
            ("TO", TEST),
            ("APPROVED_BY", "pipeline"),
            ("READ", &rules.join(" ")),
            ("REPORT", report.to_str().unwrap()),
        ],
    );
    assert!(
        promoted.status.success(),
        "{}{}",
        String::from_utf8_lossy(&promoted.stdout),
        String::from_utf8_lossy(&promoted.stderr)
    );
    let report: serde_json::Value = serde_json::from_slice(&fs::read(report).unwrap()).unwrap();
    assert_eq!(report["failed"], 0);
    let there = home.run(&["release", "where"]).one("builds");
    assert_eq!(there["builds"][0]["build"], 12, "{there}");
}

#[test]
fn every_pipeline_calls_the_scripts_and_sets_what_they_want() {
    let wanted = ["release.sh", "promote.sh"];
    for name in [
        "Jenkinsfile",
        "github-actions.yml",
        "oci-devops-build-spec.yaml",
        "visual-builder-studio.sh",
    ] {
        let file = fs::read_to_string(examples().join(name)).unwrap();
        for script in wanted {
            assert!(
                file.contains(&format!("docs/pipelines/{script}")),
                "{name}: {script}"
            );
        }
        for variable in [
            "FROM",
            "GIT_TARGET",
            "BUILD",
            "ROUTE",
            "TO",
            "APPROVED_BY",
            "REPORT",
        ] {
            assert!(file.contains(variable), "{name}: {variable}");
        }
    }
}
