//! Clients of other people: shell scripts with curl and jq, and Python, with the habits of published ones.
//! They know nothing of the sandbox but addresses and credentials. Passed over where their tools are not
//! installed.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]
#![allow(clippy::print_stdout, reason = "a test says what it passed over")]

mod support;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::time::Duration;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use tokio::process::Command;
use waybill_model::{ArtifactId, ArtifactKind};
use waybill_sandbox::{InstanceSpec, ReadyInstance, Sandbox};

const API: &str = "/ic/api/integration/v1";

/// Runs a script in a folder of its own; its words where it ends well.
async fn run(script: &str, folder: &Path, environment: &[(&str, String)]) -> Option<String> {
    let tools = ["bash", "curl", "jq", "python3", "unzip"];
    let missing: Vec<&str> = tools
        .into_iter()
        .filter(|tool| !is_installed(tool))
        .collect();
    if !missing.is_empty() {
        println!(
            "passed over `{script}`: not installed: {}",
            missing.join(", ")
        );
        return None;
    }
    let path = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("tests/strangers")
        .join(script);
    let program = if path.extension().is_some_and(|extension| extension == "py") {
        "python3"
    } else {
        "bash"
    };
    let mut command = Command::new(program);
    command.arg(path).current_dir(folder).kill_on_drop(true);
    for name in [
        "http_proxy",
        "https_proxy",
        "HTTP_PROXY",
        "HTTPS_PROXY",
        "ALL_PROXY",
    ] {
        command.env_remove(name);
    }
    command.env("PYTHONDONTWRITEBYTECODE", "1");
    for (name, value) in environment {
        command.env(name, value);
    }
    let output = tokio::time::timeout(Duration::from_mins(3), command.output())
        .await
        .unwrap_or_else(|_| panic!("`{script}` does not end"))
        .unwrap();
    let words = String::from_utf8_lossy(&output.stdout).into_owned();
    assert!(
        output.status.success(),
        "`{script}` failed: {words}\n{}",
        String::from_utf8_lossy(&output.stderr)
    );
    Some(words)
}

fn is_installed(tool: &str) -> bool {
    std::env::var_os("PATH")
        .is_some_and(|path| std::env::split_paths(&path).any(|folder| folder.join(tool).is_file()))
}

fn login(instance: &ReadyInstance) -> String {
    format!(
        "{}:{}",
        instance.user.clone().unwrap(),
        instance.password.clone().unwrap()
    )
}

fn basic(login: &str) -> String {
    format!("Authorization: Basic {}", STANDARD.encode(login))
}

async fn bearer(instance: &ReadyInstance) -> String {
    let answer = support::ask_token(
        instance,
        &instance.client_id,
        &instance.client_secret,
        &instance.scope,
    )
    .await;
    let token = answer.json()["access_token"].as_str().unwrap().to_owned();
    format!("Authorization: Bearer {token}")
}

fn folder_in(parent: &Path, name: &str) -> PathBuf {
    let folder = parent.join(name);
    std::fs::create_dir(&folder).unwrap();
    folder
}

/// Archives of the first integrations of an instance, by file name.
async fn archives(instance: &ReadyInstance, authorization: &str, folder: &Path, count: usize) {
    let selector = instance
        .integration_instance
        .as_ref()
        .map_or(String::new(), |name| format!("?integrationInstance={name}"));
    let list = support::ask(
        &instance.design_url,
        "GET",
        &format!("{API}/integrations{selector}"),
        &[authorization],
        b"",
    )
    .await
    .json();
    for item in list["items"].as_array().unwrap().iter().take(count) {
        let (code, version) = (
            item["code"].as_str().unwrap(),
            item["version"].as_str().unwrap(),
        );
        let archive = support::ask(
            &instance.design_url,
            "GET",
            &format!("{API}/integrations/{code}%7C{version}/archive{selector}"),
            &[authorization],
            b"",
        )
        .await;
        assert_eq!(archive.status, 200);
        std::fs::write(folder.join(format!("{code}_{version}.iar")), archive.body).unwrap();
    }
}

#[tokio::test]
async fn scripts_of_older_years_export_everything() {
    let sandbox = Sandbox::builder()
        .instance(InstanceSpec::gen2("gen2"))
        .instance(InstanceSpec::ics("ics"))
        .synthetic(12, 3)
        .start()
        .await
        .unwrap();
    let places: BTreeMap<&str, &str> = BTreeMap::from([
        ("/ic/api/integration/v1/", "gen2"),
        ("/icsapis/v1/", "ics"),
        ("/icsapis/v2/", "ics"),
    ]);
    for (api, name) in places {
        let home = tempfile::tempdir().unwrap();
        let out = folder_in(home.path(), "out");
        let instance = sandbox
            .ready
            .instances
            .iter()
            .find(|one| one.name == name)
            .unwrap();
        let words = run(
            "export_older.sh",
            home.path(),
            &[
                ("BASE", instance.design_url.clone()),
                ("API", api.to_owned()),
                ("LOGIN", login(instance)),
                ("OUT", out.display().to_string()),
            ],
        )
        .await;
        if let Some(words) = words {
            assert!(words.contains("exported 12 of 12"), "{api}: {words}");
        }
    }
}

#[tokio::test]
async fn a_script_exports_a_package() {
    let sandbox = Sandbox::builder()
        .instance(InstanceSpec::gen2("gen2"))
        .synthetic(40, 3)
        .start()
        .await
        .unwrap();
    let instance = &sandbox.ready.instances[0];
    let basic = basic(&login(instance));
    let packages = support::ask(
        &instance.design_url,
        "GET",
        &format!("{API}/packages"),
        &[&basic],
        b"",
    )
    .await
    .json();
    let package = packages["items"][0]["name"].as_str().unwrap().to_owned();
    let home = tempfile::tempdir().unwrap();
    let out = folder_in(home.path(), "out");
    run(
        "package_gen2.sh",
        home.path(),
        &[
            ("BASE", instance.design_url.clone()),
            ("LOGIN", login(instance)),
            ("PACKAGE", package),
            ("OUT", out.display().to_string()),
        ],
    )
    .await;
}

#[tokio::test]
async fn a_script_deploys_to_gen_2_twice() {
    let sandbox = Sandbox::builder()
        .instance(InstanceSpec::gen2("from"))
        .synthetic(6, 5)
        .start()
        .await
        .unwrap();
    let target = Sandbox::builder()
        .instance(InstanceSpec::gen2("to"))
        .start()
        .await
        .unwrap();
    let from = &sandbox.ready.instances[0];
    let to = &target.ready.instances[0];
    let home = tempfile::tempdir().unwrap();
    let folder = folder_in(home.path(), "archives");
    archives(from, &basic(&login(from)), &folder, 6).await;
    std::fs::write(
        home.path().join("STRANGE.csv"),
        "DVM,STRANGE,\nshort,long\nA,Alpha\nB,Beta\n",
    )
    .unwrap();
    let library = home.path().join("stranger.js");
    std::fs::write(&library, "function add(a, b) { return a + b; }").unwrap();
    let environment = [
        ("BASE", to.design_url.clone()),
        ("LOGIN", login(to)),
        ("ARCHIVES", folder.display().to_string()),
        (
            "LOOKUP",
            home.path().join("STRANGE.csv").display().to_string(),
        ),
        ("LOOKUP_NAME", "STRANGE".to_owned()),
        ("LIBRARY", library.display().to_string()),
    ];
    if let Some(words) = run("deploy_gen2.sh", home.path(), &environment).await {
        assert!(words.contains("deployed 6"), "{words}");
    }
}

#[tokio::test]
async fn a_pipeline_carries_a_deployment() {
    let from = Sandbox::builder()
        .instance(InstanceSpec::oic3("dev"))
        .instance(InstanceSpec::oic3("test"))
        .synthetic(4, 9)
        .start()
        .await
        .unwrap();
    let (dev, test) = (&from.ready.instances[0], &from.ready.instances[1]);
    let older = ArtifactId::global(ArtifactKind::Project, "RETURNS_PORTAL", None);
    assert!(from.control().delete("test", &older));
    let home = tempfile::tempdir().unwrap();
    run(
        "projects_oic3.sh",
        home.path(),
        &[
            ("TOKEN_URL", dev.token_url.clone()),
            ("CLIENT", format!("{}:{}", dev.client_id, dev.client_secret)),
            ("SCOPE", dev.scope.clone()),
            ("BASE", dev.design_url.clone()),
            ("SOURCE", dev.integration_instance.clone().unwrap()),
            ("TARGET", test.integration_instance.clone().unwrap()),
            ("TARGET_SCOPE", test.scope.clone()),
            (
                "TARGET_CLIENT",
                format!("{}:{}", test.client_id, test.client_secret),
            ),
            ("PROJECT", "RETURNS_PORTAL".to_owned()),
            ("LABEL", "STRANGERS_1".to_owned()),
        ],
    )
    .await;
}

#[tokio::test]
async fn python_clients_list_bring_and_watch() {
    let sandbox = Sandbox::builder()
        .instance(InstanceSpec::oic3("dev"))
        .synthetic(130, 4)
        .start()
        .await
        .unwrap();
    let others = Sandbox::builder()
        .instance(InstanceSpec::oic3("other"))
        .synthetic(5, 77)
        .start()
        .await
        .unwrap();
    let (dev, other) = (&sandbox.ready.instances[0], &others.ready.instances[0]);
    let home = tempfile::tempdir().unwrap();
    let folder = folder_in(home.path(), "archives");
    let bearer = bearer(other).await;
    archives(other, &bearer, &folder, 5).await;
    run(
        "clients_oic3.py",
        home.path(),
        &[
            ("CONSOLE", dev.console_url.clone().unwrap()),
            ("BASE", dev.design_url.clone()),
            ("TOKEN_URL", dev.token_url.clone()),
            ("INSTANCE", dev.integration_instance.clone().unwrap()),
            ("CLIENT_ID", dev.client_id.clone()),
            ("CLIENT_SECRET", dev.client_secret.clone()),
            ("SCOPE", dev.scope.clone()),
            ("ARCHIVES", folder.display().to_string()),
        ],
    )
    .await;
}

#[tokio::test]
async fn scripts_copy_a_whole_instance_through_a_bucket() {
    let sandbox = Sandbox::builder()
        .instance(InstanceSpec::gen2("from"))
        .instance(InstanceSpec::gen2("to"))
        .synthetic(8, 6)
        .start()
        .await
        .unwrap();
    let (from, to) = (&sandbox.ready.instances[0], &sandbox.ready.instances[1]);
    let list = support::ask(
        &to.design_url,
        "GET",
        &format!("{API}/integrations"),
        &[&basic(&login(to))],
        b"",
    )
    .await
    .json();
    for item in list["items"].as_array().unwrap() {
        let id = ArtifactId::global(
            ArtifactKind::Integration,
            item["code"].as_str().unwrap(),
            item["version"].as_str(),
        );
        assert!(sandbox.control().delete("to", &id));
    }
    let store = &sandbox.ready.object_store;
    let home = tempfile::tempdir().unwrap();
    let environment = [
        ("SOURCE", from.design_url.clone()),
        ("TARGET", to.design_url.clone()),
        ("SOURCE_LOGIN", login(from)),
        ("TARGET_LOGIN", login(to)),
        ("STORE", store.url.clone()),
        ("STORE_USER", store.user.clone()),
        ("STORE_PASSWORD", store.password.clone()),
    ];
    if let Some(words) = run("clone.sh", home.path(), &environment).await {
        assert!(words.contains("cloned 8"), "{words}");
    }
}
