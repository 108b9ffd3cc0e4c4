//! The shape of `inspect --json` as it is documented, for every real archive, and the facts in it
//! that an independent reader wrote down.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use serde_json::Value;

use crate::support::{Home, real_archives, text};

/// Members of a line. What is null is there all the same.
const FILE: [&str; 22] = [
    "file",
    "type",
    "unpacked",
    "bytes",
    "exportedAt",
    "generation",
    "serviceVersion",
    "project",
    "package",
    "deployments",
    "integrations",
    "connections",
    "lookups",
    "libraries",
    "certificates",
    "events",
    "documents",
    "recordings",
    "artifacts",
    "oddities",
    "notes",
    "findings",
];

/// Members of an integration in it, without the flow.
const INTEGRATION: [&str; 13] = [
    "code",
    "version",
    "name",
    "project",
    "style",
    "state",
    "generation",
    "serviceVersion",
    "connections",
    "lookups",
    "libraries",
    "calls",
    "schedule",
];

fn list(of: &Value) -> &[Value] {
    of.as_array().unwrap_or_else(|| panic!("no list: {of}"))
}

fn strings(of: &Value) -> BTreeSet<String> {
    list(of).iter().map(|one| text(one).to_owned()).collect()
}

#[track_caller]
fn has(of: &Value, members: &[&str]) {
    let object = of.as_object().unwrap_or_else(|| panic!("no object: {of}"));
    for member in members {
        assert!(object.contains_key(*member), "`{member}` is not in {of}");
    }
}

/// Every member of every object, as the page about the command line names it.
fn has_the_shape(line: &Value) {
    has(line, &FILE);
    for one in list(&line["integrations"]) {
        has(one, &INTEGRATION);
        has(one, &["oddities", "flow", "steps"]);
        for using in list(&one["connections"]) {
            has(using, &["code", "adapter", "role"]);
            assert!(["trigger", "invoke"].contains(&text(&using["role"])));
        }
        if !one["schedule"].is_null() {
            let members = ["name", "expression", "frequency", "interval", "timeZone"];
            has(&one["schedule"], &members);
            has(&one["schedule"], &["start", "end"]);
        }
        for step in list(&one["flow"]) {
            has(step, &["kind", "name", "connection", "operation", "steps"]);
        }
        for oddity in list(&one["oddities"]) {
            has(oddity, &["kind", "path", "words"]);
        }
    }
    for one in list(&line["connections"]) {
        let members = ["code", "name", "adapter", "securityPolicy", "agentGroup"];
        has(one, &members);
    }
    for one in list(&line["oddities"]) {
        has(one, &["kind", "path", "words"]);
    }
    for one in list(&line["findings"]) {
        has(one, &["severity", "rule", "where", "shown"]);
        let severity = text(&one["severity"]);
        assert!(["warning", "note"].contains(&severity), "{one}");
    }
    for name in ["deployments", "lookups", "libraries", "certificates"] {
        strings(&line[name]);
    }
}

/// Each file of the folder and of those below it that may be an archive.
fn archives(folder: &Path, found: &mut BTreeSet<String>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            archives(&path, found);
        } else if path.extension().is_some_and(|ending| {
            ["iar", "par", "car", "zip"]
                .iter()
                .any(|one| ending == *one)
        }) {
            found.insert(path.display().to_string());
        }
    }
}

#[test]
fn every_real_archive_is_told_in_the_documented_shape() {
    let Some(folder) = real_archives() else {
        return;
    };
    let home = Home::new();
    let path = folder.to_str().unwrap();
    let outcome = home.run_bare(&["inspect", "--json", "--flow", path], &[]);
    outcome.expect_code(0);
    let (result, lines) = outcome
        .lines()
        .split_last()
        .map(|(result, lines)| (result.clone(), lines.to_vec()))
        .unwrap();
    assert_eq!(result["read"], lines.len());
    assert_eq!(result["failed"], 0);
    has(&result, &["read", "failed", "passedOver"]);
    let mut there = BTreeSet::new();
    archives(&folder, &mut there);
    let told: BTreeSet<String> = lines
        .iter()
        .map(|line| text(&line["file"]).to_owned())
        .collect();
    assert_eq!(told, there);
    lines.iter().for_each(has_the_shape);
}

#[test]
fn what_a_real_archive_needs_is_told_as_an_independent_reader_tells_it() {
    let Some(folder) = real_archives() else {
        return;
    };
    let expected = fs::read(folder.join("expected.json")).unwrap();
    let expected: Value = serde_json::from_slice(&expected).unwrap();
    let home = Home::new();
    let mut compared = 0;
    for (name, facts) in expected.as_object().unwrap() {
        // Of some nothing but their hash is written down.
        if facts["type"].is_null() {
            continue;
        }
        compared += 1;
        let path = folder.join(name);
        let outcome = home.run_bare(&["inspect", "--json", path.to_str().unwrap()], &[]);
        outcome.expect_code(0);
        let line = outcome.lines()[0].clone();
        let integrations = list(&line["integrations"]);
        let every = |key: &str| -> BTreeSet<String> {
            let all = integrations.iter().flat_map(|one| strings(&one[key]));
            all.collect()
        };
        let needed = strings(&facts["lookupsReferenced"]);
        assert_eq!(every("lookups"), needed, "lookups of {name}");
        let groups: BTreeSet<String> = list(&line["connections"])
            .iter()
            .filter_map(|one| one["agentGroup"].as_str())
            .map(str::to_owned)
            .collect();
        assert_eq!(groups, strings(&facts["agents"]), "agent groups of {name}");

        // One of another project is told with its project, one outside projects without.
        let project = line["project"].as_str().unwrap_or_default();
        let calls: BTreeSet<String> = every("calls")
            .into_iter()
            .map(|call| match call.split_once('/') {
                None => call,
                Some((own, call)) if own == project => format!("INTRA_PROJECT:{call}"),
                Some((_, call)) => format!("INTER_PROJECT:{call}"),
            })
            .collect();
        let expected_calls: BTreeSet<String> = strings(&facts["childIntegrations"])
            .into_iter()
            .map(|call| call.trim_start_matches("GLOBAL:").to_owned())
            .collect();
        assert_eq!(calls, expected_calls, "calls of {name}");

        // The reader wrote down the version that last changed each integration, and the archive
        // tells the one that exported it: the same release, or a later one.
        let year = |version: &str| version.split('.').next().map(str::to_owned);
        let changed: BTreeSet<_> = strings(&facts["icsVersions"])
            .iter()
            .filter_map(|version| year(version))
            .collect();
        for one in integrations {
            if let Some(exported) = one["serviceVersion"].as_str() {
                let own = year(exported);
                let fits =
                    changed.is_empty() || changed.iter().any(|one| Some(one) <= own.as_ref());
                assert!(fits, "{exported} of {name}, changed with {changed:?}");
            }
        }
    }
    assert!(compared >= 16, "{compared} compared");
}
