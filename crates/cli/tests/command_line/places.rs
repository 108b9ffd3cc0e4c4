//! What is in an instance, a snapshot, a file; and names that file systems do not like.

use std::collections::BTreeSet;
use std::fs;

use serde_json::Value;

use crate::support::{Caller, Home, Outcome, Stand, files_below, oic3, text};

fn ids(outcome: &Outcome) -> BTreeSet<String> {
    outcome.expect_code(0);
    let catalogue = outcome.one("catalogue");
    catalogue["artifacts"]
        .as_array()
        .unwrap()
        .iter()
        .map(|artifact| text(&artifact["id"]).to_owned())
        .collect()
}

#[test]
fn the_same_artifacts_are_listed_and_saved_from_instance_snapshot_and_file() {
    let stand = Stand::with(10);
    let home = Home::new();
    home.add("Acme", stand.dev());
    home.back_up("Acme");
    let here = ids(&home.run(&["artifacts", "instance:Acme"]));
    let kept = ids(&home.run(&["artifacts", "snapshot:latest"]));
    assert_eq!(here, kept);
    let only = ids(&home.run(&["artifacts", "instance:Acme", "--kind", "connection"]));
    assert!(!only.is_empty() && only.iter().all(|id| id.contains("connection:")));
    let told = home.tell(&["artifacts", "snapshot:latest"]);
    told.expect_code(0);
    assert!(here.iter().all(|id| told.stdout.contains(id.as_str())));

    let integration = stand.an_integration().to_string();
    let folder = home.path("saved");
    fs::create_dir(&folder).unwrap();
    let (into, named) = (folder.to_str().unwrap(), folder.join("named.iar"));
    for (place, to) in [
        ("instance:Acme", into),
        ("snapshot:latest", named.to_str().unwrap()),
    ] {
        let saved = home.run(&["artifacts", place, "--save", &integration, "--to", to]);
        saved.expect_code(0);
        let saved = saved.one("saved");
        let bytes = fs::read(text(&saved["path"])).unwrap();
        assert!(bytes.starts_with(b"PK"));
        assert_eq!(saved["bytes"], bytes.len());
    }
    assert_eq!(files_below(&folder).len(), 2);

    let place = format!("file:{}", named.display());
    assert!(ids(&home.run(&["artifacts", &place])).contains(&integration));
    let again = home.path("again.iar");
    let to = again.to_str().unwrap();
    home.run(&["artifacts", &place, "--save", &integration, "--to", to])
        .expect_code(0);
    assert_eq!(fs::read(again).unwrap(), fs::read(named).unwrap());
}

#[test]
fn an_empty_instance_has_an_empty_snapshot() {
    let stand = Stand::start(|builder| builder.instance(oic3("dev")));
    let home = Home::new();
    home.add("Empty", stand.dev());
    let result = home.back_up("Empty");
    assert_eq!(result["failed"], 0);
    home.run(&["snapshot", "verify", "latest"]).expect_code(0);
    let held = ids(&home.run(&["artifacts", "snapshot:latest"]));
    assert!(held.iter().all(|id| !id.starts_with("integration:")));
    let to = home.path("empty");
    let extract = [
        "snapshot",
        "extract",
        "latest",
        "--to",
        to.to_str().unwrap(),
    ];
    home.run(&extract).expect_code(0);
    assert!(files_below(&to).contains_key("manifest.json"));
}

/// Names that Windows forbids, keeps for devices, shortens, or takes for one another.
const ODD: [&str; 9] = [
    "CON",
    "nul.txt",
    "ends with a dot.",
    "ends with a space ",
    "two  spaces",
    "Grüße_東京_🚚",
    "case",
    "CASE",
    "per%cent&more",
];

#[test]
fn names_that_file_systems_dislike_survive_a_backup_and_a_restore() {
    let home = Home::new();
    let loaded = home.path("loaded");
    fs::create_dir(&loaded).unwrap();
    for (number, name) in ODD.iter().enumerate() {
        let csv = format!("\u{feff}DVM,\"{name}\",\nA,B\n{number},x\n");
        fs::write(loaded.join(format!("{number}.csv")), csv).unwrap();
    }
    let stand = Stand::start(|builder| builder.instance(oic3("dev")).load(&loaded));
    home.add("Odd", stand.dev());
    home.back_up("Odd");
    let to = home.path("extracted");
    let extract = [
        "snapshot",
        "extract",
        "latest",
        "--to",
        to.to_str().unwrap(),
    ];
    home.run(&extract).expect_code(0);
    let files = files_below(&to);
    let detail = home.run(&["snapshot", "show", "latest"]).one("snapshot");
    let items = detail["items"].as_array().unwrap();
    let caller = Caller::new(stand.dev());
    let served = caller.served();
    assert!(served.len() >= ODD.len() - 1, "{served:?}");
    let mut taken = BTreeSet::new();
    for (id, list, name) in served {
        let of = |item: &&Value| item["id"] == id.as_str();
        let item = items.iter().find(of).unwrap_or_else(|| panic!("{id}"));
        let path = text(&item["path"]);
        assert!(files[path] == caller.archive(list, &name), "{id}");
        assert!(taken.insert(path.to_lowercase()), "{path} twice");
        for part in path.split('/') {
            assert!(!part.ends_with(['.', ' ']), "{path}");
            assert!(
                !part.contains(['<', '>', ':', '"', '\\', '|', '?', '*']),
                "{path}"
            );
            let stem = part.split('.').next().unwrap().to_uppercase();
            assert!(!matches!(stem.as_str(), "CON" | "NUL"), "{path}");
        }
    }
}

#[test]
fn two_thousand_integrations_are_listed() {
    let stand = Stand::with(2_000);
    let home = Home::new();
    home.add("Large", stand.dev());
    let outcome = home.run(&["artifacts", "instance:Large", "--kind", "integration"]);
    let global = |id: &&String| id.starts_with("integration:");
    assert_eq!(ids(&outcome).iter().filter(global).count(), 2_000);
}
