//! Who may change anything in an instance: the client's calls that do are used at two doors alone, which
//! ask for the permit.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

/// The doors: one for single changes, one for runs of waybills.
const DOORS: [&str; 2] = [
    "crates/engine/src/change/writer.rs",
    "crates/engine/src/haul/writer.rs",
];
/// What calls that change something answer with.
const MARKS: [&str; 3] = ["Changed", "Made<", "ArchiveJobStarted"];
/// Changes whose answer is an object as a read has it.
const MORE: [&str; 1] = ["test_connection"];

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn sources(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).expect("a folder of sources") {
        let path = entry.expect("an entry of it").path();
        if path.is_dir() {
            sources(&path, found);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            found.push(path);
        }
    }
}

/// The names of the client's public calls that change something.
fn changing_calls() -> BTreeSet<String> {
    let mut files = Vec::new();
    sources(&root().join("crates/client/src/calls"), &mut files);
    let mut names: BTreeSet<String> = MORE.iter().map(ToString::to_string).collect();
    for file in files {
        let text = fs::read_to_string(&file).expect("a source");
        for part in text.split("pub async fn ").skip(1) {
            let head = part.split(" {\n").next().unwrap_or_default();
            let name: String = part
                .chars()
                .take_while(|letter| letter.is_alphanumeric() || *letter == '_')
                .collect();
            let answer = head.rsplit("-> ").next().unwrap_or_default();
            if MARKS.iter().any(|mark| answer.contains(mark)) {
                names.insert(name);
            }
        }
    }
    names
}

#[test]
fn instances_are_changed_through_the_doors_alone() {
    let calls = changing_calls();
    assert!(
        calls.len() > 40,
        "the calls that change something were not found: {calls:?}"
    );
    let mut files = Vec::new();
    for folder in [
        "crates/engine/src",
        "crates/app/src",
        "crates/cli/src",
        "src-tauri/src",
    ] {
        sources(&root().join(folder), &mut files);
    }
    let mut strays = Vec::new();
    for file in files {
        let place = file.strip_prefix(root()).expect("below the root");
        if DOORS.iter().any(|door| place == Path::new(door)) {
            continue;
        }
        let text = fs::read_to_string(&file).expect("a source");
        for name in &calls {
            let is_used = text
                .match_indices(&format!(".{name}("))
                .any(|(at, _)| !is_own_method(&text[..at]));
            if is_used {
                strays.push(format!("{} calls `{name}`", place.display()));
            }
        }
    }
    assert!(
        strays.is_empty(),
        "{strays:#?}\nChanges of an instance go through {DOORS:?}, which ask for the permit before each. \
         Give it a method, and call that."
    );
}

/// `self.name(` and `journal.name(` are other methods of the same name.
fn is_own_method(before: &str) -> bool {
    let owner: String = before
        .chars()
        .rev()
        .take_while(|letter| letter.is_alphanumeric() || *letter == '_')
        .collect();
    let owner: String = owner.chars().rev().collect();
    // An identity domain is written through the doors too.
    !owner.contains("client") && !owner.contains("domain") && owner != "looking"
}
