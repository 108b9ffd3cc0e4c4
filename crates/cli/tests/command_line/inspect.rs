//! Looking into archives: made ones, real ones, damaged ones, folders.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use serde_json::Value;
use waybill_sandbox::ReadyInstance;

use crate::support::{Caller, Home, Outcome, Stand, flip_a_byte, real_archives, text};

/// Runs `inspect` without anything that other verbs need.
fn inspect(home: &Home, arguments: &[&str]) -> Outcome {
    let mut all = vec!["inspect"];
    all.extend(arguments);
    home.run_bare(&all, &[])
}

/// An integration of the instance, as it is exported.
fn export(instance: &ReadyInstance, to: &Path) -> String {
    let caller = Caller::new(instance);
    let id = text(&caller.list("integrations")[0]["id"]).to_owned();
    fs::write(to, caller.archive("integrations", &id)).unwrap();
    id
}

fn members(value: &Value) -> &[Value] {
    value
        .as_array()
        .unwrap_or_else(|| panic!("no list: {value}"))
}

fn strings(value: &Value) -> BTreeSet<String> {
    members(value)
        .iter()
        .map(|one| text(one).to_owned())
        .collect()
}

#[test]
fn an_export_is_told_with_its_flow_and_nothing_is_written() {
    let stand = Stand::with(10);
    let home = Home::new();
    let path = home.path("export.iar");
    let id = export(stand.dev(), &path);
    let (code, version) = id.split_once('|').unwrap();
    let file = path.to_str().unwrap();

    let outcome = inspect(&home, &["--json", "--flow", file]);
    outcome.expect_code(0);
    let lines = outcome.lines();
    assert_eq!(lines.len(), 2, "{}", outcome.stdout);
    let result = outcome.one("result");
    assert_eq!(result["read"], 1);
    assert_eq!(result["failed"], 0);
    let view = &lines[0];
    assert_eq!(view["file"], file);
    assert_eq!(view["type"], "iar");
    assert_eq!(view["project"], Value::Null);
    assert_eq!(members(&view["deployments"]).len(), 0);
    let [integration] = members(&view["integrations"]) else {
        panic!("{view}");
    };
    assert_eq!(integration["code"], code);
    assert_eq!(integration["version"], version);
    for name in ["name", "style", "state"] {
        assert!(
            !text(&integration[name]).is_empty(),
            "{name}: {integration}"
        );
    }
    let connections = members(&integration["connections"]);
    assert!(!connections.is_empty(), "{integration}");
    for one in connections {
        assert!(!text(&one["code"]).is_empty());
        assert!(["trigger", "invoke"].contains(&text(&one["role"])), "{one}");
    }
    for name in ["lookups", "libraries", "calls", "oddities"] {
        assert!(integration[name].is_array(), "{name}: {integration}");
    }
    let kinds: Vec<&str> = oddities(integration);
    assert!(kinds.contains(&"renamed"), "{integration}");
    assert!(!members(&integration["flow"]).is_empty());

    let told = inspect(&home, &["--flow", file]);
    told.expect_code(0);
    assert!(told.stdout.starts_with(file));
    assert!(told.stdout.contains(&id) && told.stdout.contains("\n    Flow\n      "));
    let plain = inspect(&home, &["--json", file]);
    assert_eq!(plain.lines()[0]["integrations"][0]["flow"], Value::Null);
    let facts = inspect(&home, &["--json", "--facts-only", file]);
    facts.expect_code(0);
    let facts = &facts.lines()[0];
    assert!(facts["notes"].to_string().contains("not looked for"));
    assert_eq!(facts["integrations"], plain.lines()[0]["integrations"]);

    let lookup = home.path("access.csv");
    std::fs::write(
        &lookup,
        "DVM,Access,\nname,value\npassword,W3lcome-to-tests\n",
    )
    .unwrap();
    let lookup = lookup.to_str().unwrap();
    let found = |arguments: &[&str]| {
        let told = inspect(&home, arguments);
        members(&told.lines()[0]["findings"]).len()
    };
    assert!(found(&["--json", lookup]) > 0);
    assert_eq!(found(&["--json", "--facts-only", lookup]), 0);
    assert!(!home.data().exists(), "looking makes no data folder");
}

fn oddities(of: &Value) -> Vec<&str> {
    members(&of["oddities"])
        .iter()
        .map(|one| text(&one["kind"]))
        .collect()
}

#[test]
fn what_cannot_be_read_is_told_in_its_place_and_the_rest_is_read() {
    let stand = Stand::with(10);
    let home = Home::new();
    let folder = home.path("archives");
    fs::create_dir_all(folder.join(".git")).unwrap();
    let whole = folder.join("2.iar");
    export(stand.dev(), &whole);
    let bytes = fs::read(&whole).unwrap();
    fs::write(folder.join("1.iar"), &bytes[..bytes.len() / 2]).unwrap();
    fs::write(folder.join("3.csv"), "DVM,\"CODES\",\nA,B\n1,2\n").unwrap();
    fs::write(folder.join("notes.txt"), "nothing").unwrap();
    fs::write(folder.join("other.zip"), b"PK\x05\x06").unwrap();
    fs::write(folder.join(".git/4.iar"), &bytes).unwrap();

    let outcome = inspect(&home, &["--json", folder.to_str().unwrap()]);
    outcome.expect_code(3);
    let lines = outcome.lines();
    let types: Vec<&str> = lines.iter().map(|line| text(&line["type"])).collect();
    assert_eq!(types, ["error", "iar", "csv", "result"]);
    let error = &lines[0];
    assert!(text(&error["file"]).ends_with("1.iar"), "{error}");
    assert_eq!(error["code"], "archiveDamaged");
    outcome.expect_words(text(&error["message"]), text(&error["guidance"]));
    assert_eq!(lines[2]["lookups"], serde_json::json!(["CODES"]));
    assert_eq!(lines[3]["read"], 2);
    assert_eq!(lines[3]["failed"], 1);

    let damaged = folder.join("1.iar");
    let alone = inspect(&home, &["--json", damaged.to_str().unwrap()]);
    alone.expect_code(1);
    assert_eq!(alone.one("result")["failed"], 1);
    let absent = inspect(&home, &["--json", "no-such-file.iar"]);
    absent.expect_code(1);
    assert_eq!(absent.lines()[0]["code"], "fileFailed");
    let both = inspect(&home, &[whole.to_str().unwrap(), "no-such-file.iar"]);
    both.expect_code(3);
    assert!(both.stderr.contains("no-such-file.iar"), "{}", both.stderr);
    let nothing = home.path("user");
    inspect(&home, &[nothing.to_str().unwrap()]).expect_code(1);
    inspect(&home, &[]).expect_code(2);

    // One damaged file inside: either the archive is refused, or what is missing is told.
    flip_a_byte(&whole);
    let flipped = inspect(&home, &["--json", "--flow", whole.to_str().unwrap()]);
    let view = &flipped.lines()[0];
    assert!(
        view["type"] == "error"
            || !members(&view["oddities"]).is_empty()
            || members(&view["findings"])
                .iter()
                .any(|one| one["rule"] == "not-scanned"),
        "{view}"
    );
}

/// The model of the smallest integration.
const MODEL: &str = r#"<p:icsproject xmlns="http://www.oracle.com/2014/03/ics/project/definition" xmlns:p="http://www.oracle.com/2014/03/ics/project"><projectName>Small</projectName><projectCode>SMALL</projectCode><projectVersion>01.00.0000</projectVersion><p:icsflow/></p:icsproject>"#;

/// Puts an unpacked integration with a connection and a lookup into a folder.
fn unpack_into(folder: &Path, secret: &str) {
    let write = |name: &str, words: &str| {
        let path = folder.join("icspackage").join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, words).unwrap();
    };
    write("project/SMALL_01.00.0000/PROJECT-INF/project.xml", MODEL);
    write(
        "dvms/KEYS.dvm",
        &format!(
            r#"<dvm name="KEYS" xmlns="http://xmlns.oracle.com/dvm"><columns><column name="user"/><column name="db_password"/></columns><rows><row><cell>scott</cell><cell>{secret}</cell></row></rows></dvm>"#
        ),
    );
    write(
        "appinstances/C.xml",
        &format!(
            r#"<a:ApplicationInstance xmlns:a="http://xmlns.oracle.com/adapters/cloud"><instanceCode>C</instanceCode><displayName>C</displayName><applicationTypeRef>rest</applicationTypeRef><connectionProperties><connectionProperty><name>oauth.client.secret</name><value>{secret}</value></connectionProperty></connectionProperties></a:ApplicationInstance>"#
        ),
    );
}

#[test]
fn unpacked_archives_are_read_as_archives_and_their_secrets_are_not_shown() {
    let home = Home::new();
    // Not below the home, where no file may hold it: nothing that is printed may.
    let outside = tempfile::tempdir().unwrap();
    let secret = "W3lcomeToTheTable";
    home.also_secret(secret);
    let unpacked = outside.path().join("one");
    unpack_into(&unpacked, secret);
    let outcome = inspect(&home, &["--json", "--flow", unpacked.to_str().unwrap()]);
    outcome.expect_code(0);
    let lines = outcome.lines();
    assert_eq!(lines.len(), 2, "{}", outcome.stdout);
    assert_eq!(lines[0]["type"], "iar");
    assert_eq!(lines[0]["unpacked"], true);
    assert_eq!(lines[0]["integrations"][0]["code"], "SMALL");
    assert_eq!(lines[0]["lookups"], serde_json::json!(["KEYS"]));
    let warnings: Vec<&Value> = members(&lines[0]["findings"])
        .iter()
        .filter(|one| one["severity"] == "warning")
        .collect();
    assert_eq!(warnings.len(), 2, "{warnings:?}");
    for one in &warnings {
        assert_eq!(one["rule"], "password");
        assert_eq!(one["shown"], "•••• (17 characters)");
    }
    let places: Vec<&str> = warnings.iter().map(|one| text(&one["where"])).collect();
    assert!(
        places[0].contains("C.xml: oauth.client.secret"),
        "{places:?}"
    );
    assert!(places[1].contains("KEYS.dvm: row 1"), "{places:?}");

    let told = inspect(&home, &["--flow", unpacked.to_str().unwrap()]);
    assert!(told.stdout.contains("2 warnings"), "{}", told.stdout);

    // A repository: two archives unpacked, one packed.
    unpack_into(&outside.path().join("two"), secret);
    fs::write(outside.path().join("3.csv"), "DVM,L,\nA,B\n1,2\n").unwrap();
    let outcome = inspect(&home, &["--json", outside.path().to_str().unwrap()]);
    outcome.expect_code(0);
    let lines = outcome.lines();
    let types: Vec<&str> = lines.iter().map(|line| text(&line["type"])).collect();
    assert_eq!(types, ["iar", "iar", "csv", "result"]);
    for line in &lines[..2] {
        assert_eq!(members(&line["findings"]).len(), 2, "{line}");
    }
}

#[test]
fn real_archives_are_told_as_an_independent_reader_tells_them() {
    let Some(folder) = real_archives() else {
        return;
    };
    let expected = fs::read(folder.join("expected.json")).unwrap();
    let expected: Value = serde_json::from_slice(&expected).unwrap();
    let home = Home::new();
    let outcome = inspect(&home, &["--json", folder.to_str().unwrap()]);
    outcome.expect_code(0);
    let lines = outcome.lines();
    assert_eq!(lines.len(), expected.as_object().unwrap().len() + 1);
    let mut compared = 0;
    for (name, facts) in expected.as_object().unwrap() {
        // Of some nothing but their hash is written down.
        if facts["type"].is_null() {
            continue;
        }
        compared += 1;
        let path = folder.join(name).display().to_string();
        let view = lines
            .iter()
            .find(|line| line["file"] == path.as_str())
            .unwrap_or_else(|| panic!("{name} is not told"));
        let integrations = members(&view["integrations"]);
        let own = |key: &str| -> BTreeSet<String> {
            integrations
                .iter()
                .map(|one| text(&one[key]).to_owned())
                .collect()
        };
        assert_eq!(view["type"], facts["type"], "{name}");
        for key in ["project", "package"] {
            let told = view[key].as_str().unwrap_or_default();
            assert_eq!(told, text(&facts[key]), "{key} of {name}");
        }
        let references: BTreeSet<String> = integrations
            .iter()
            .map(|one| format!("{}|{}", text(&one["code"]), text(&one["version"])))
            .collect();
        assert_eq!(references, strings(&facts["integrations"]), "{name}");
        assert_eq!(own("style"), strings(&facts["styles"]), "{name}");
        assert_eq!(own("state"), strings(&facts["states"]), "{name}");
        let connections: BTreeSet<String> = members(&view["connections"])
            .iter()
            .map(|one| format!("{}:{}", text(&one["code"]), text(&one["adapter"])))
            .collect();
        assert_eq!(connections, strings(&facts["connections"]), "{name}");
        assert_eq!(strings(&view["lookups"]), strings(&facts["lookupsBundled"]));
        assert_eq!(strings(&view["libraries"]), strings(&facts["libraries"]));
        assert_eq!(strings(&view["deployments"]), strings(&facts["labels"]));
        let scheduled = integrations
            .iter()
            .filter(|one| one["schedule"].is_object());
        assert_eq!(
            scheduled.count(),
            members(&facts["schedules"]).len(),
            "{name}"
        );
        let called: BTreeSet<&str> = integrations
            .iter()
            .flat_map(|one| members(&one["calls"]))
            .map(|call| text(call).rsplit('/').next().unwrap())
            .collect();
        let expected_calls = strings(&facts["childIntegrations"]);
        let expected_calls: BTreeSet<&str> = expected_calls
            .iter()
            .map(|call| call.rsplit(':').next().unwrap())
            .collect();
        assert_eq!(called, expected_calls, "{name}");
    }
    assert!(compared >= 10, "{compared} compared");
}
