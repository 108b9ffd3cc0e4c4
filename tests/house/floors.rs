//! Which crate may use which: a crate imports only from the floors below its own.

use std::{collections::BTreeMap, sync::LazyLock};

use cargo_metadata::{Metadata, MetadataCommand, Package};

/// The crates of the workspace and what each may use of the others. Development dependencies
/// count as well: a test that reaches upwards ties the floors together as firmly as the code.
const MAY_USE: &[(&str, &[&str])] = &[
    ("waybill-model", &[]),
    ("waybill-archive", &["waybill-model"]),
    ("waybill-client", &["waybill-model"]),
    ("waybill-vault", &["waybill-model"]),
    ("waybill-targets", &["waybill-model"]),
    (
        "waybill-engine",
        &[
            "waybill-archive",
            "waybill-client",
            "waybill-model",
            "waybill-targets",
            "waybill-vault",
        ],
    ),
    (
        "waybill-app",
        &[
            "waybill-archive",
            "waybill-client",
            "waybill-engine",
            "waybill-model",
            "waybill-targets",
            "waybill-vault",
            // The practice instances inside the application.
            "waybill-sandbox",
        ],
    ),
    ("waybill-cli", &["waybill-app", "waybill-model"]),
    ("waybill-desktop", &["waybill-app", "waybill-model"]),
    // Beside the house: what it shared with the client, both would misread alike.
    ("waybill-sandbox", &["waybill-archive", "waybill-model"]),
    // Starts the programs of the house, and is no part of it.
    ("xtask", &[]),
];

/// Tests may start an instance to talk to; that ties them to the sandbox and to no floor.
const TESTS_MAY_USE: &[(&str, &[&str])] = &[
    ("waybill-client", &["waybill-sandbox"]),
    ("waybill-engine", &["waybill-sandbox"]),
    ("waybill-cli", &["waybill-sandbox"]),
    ("waybill-desktop", &["waybill-sandbox"]),
];

static METADATA: LazyLock<Metadata> = LazyLock::new(|| {
    MetadataCommand::new()
        .manifest_path(concat!(env!("CARGO_MANIFEST_DIR"), "/Cargo.toml"))
        .no_deps()
        .exec()
        .expect("cargo describes the workspace that this test is part of")
});

fn packages() -> impl Iterator<Item = &'static Package> {
    METADATA.packages.iter()
}

#[test]
fn every_crate_has_its_floor() {
    let floors: BTreeMap<_, _> = MAY_USE.iter().copied().collect();
    let strangers: Vec<_> = packages()
        .map(|package| package.name.as_str())
        .filter(|name| !floors.contains_key(name))
        .collect();
    assert!(
        strangers.is_empty(),
        "no floor is given to {strangers:?}. Add it to MAY_USE in tests/house/floors.rs with the \
         crates that it may use, and to the drawing in ARCHITECTURE.md."
    );
    let gone: Vec<_> = floors
        .keys()
        .filter(|name| !packages().any(|package| package.name.as_str() == **name))
        .collect();
    assert!(
        gone.is_empty(),
        "{gone:?} is not in the workspace. Take it out of MAY_USE in tests/house/floors.rs."
    );
}

#[test]
fn a_crate_uses_only_the_floors_below_it() {
    let floors: BTreeMap<_, _> = MAY_USE.iter().copied().collect();
    let in_tests: BTreeMap<_, _> = TESTS_MAY_USE.iter().copied().collect();
    let mut wrong = Vec::new();
    for package in packages() {
        let name = package.name.as_str();
        let below = floors.get(name).copied().unwrap_or_default();
        let beside = in_tests.get(name).copied().unwrap_or_default();
        for dependency in &package.dependencies {
            let used = dependency.name.as_str();
            let of_the_house = floors.contains_key(used);
            let only_in_tests = dependency.kind == cargo_metadata::DependencyKind::Development;
            if of_the_house && !below.contains(&used) && !(only_in_tests && beside.contains(&used))
            {
                wrong.push(format!("{name} uses {used}"));
            }
        }
    }
    assert!(
        wrong.is_empty(),
        "{}. Imports go downwards only. Move what is needed into a crate below both, or let the \
         upper crate pass it in; tests/house/floors.rs has the whole list.",
        wrong.join(", ")
    );
}

#[test]
fn the_desktop_framework_appears_in_the_root_package_alone() {
    let mut wrong = Vec::new();
    for package in packages().filter(|package| package.name.as_str() != "waybill-desktop") {
        for dependency in &package.dependencies {
            if dependency.name == "tauri" || dependency.name.starts_with("tauri-") {
                wrong.push(format!("{} uses {}", package.name, dependency.name));
            }
        }
    }
    assert!(
        wrong.is_empty(),
        "{}. Only the shell in src-tauri knows the window. Let the crate take a trait or a channel, \
         and connect it to the window in src-tauri.",
        wrong.join(", ")
    );
}
