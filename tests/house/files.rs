//! How files may be named, how long they may be, and what they may not say.

use std::{fs, path::PathBuf, process::Command, sync::LazyLock};

/// Above this a file has a second subject.
const LONGEST: usize = 500;

/// Names that say nothing about what is inside.
const SAYS_NOTHING: &[&str] = &[
    "common",
    "commons",
    "helper",
    "helpers",
    "manager",
    "misc",
    "util",
    "utils",
    "utilities",
];

/// Folders whose files are generated.
const GENERATED: &[&str] = &[
    "ui/src/lib/backend/generated/",
    "ui/src/lib/paraglide/",
    "gen/",
];

/// Begins of paths that exist on one machine only, put together here so that this file has none.
static OF_ONE_MACHINE: LazyLock<Vec<String>> = LazyLock::new(|| {
    ["/home/", "/root/", "/Users/", "/mnt/", "C:\\Users\\"]
        .iter()
        .map(|begin| (*begin).to_owned())
        .collect()
});

struct Tracked {
    name: String,
    path: PathBuf,
}

impl Tracked {
    fn stem(&self) -> String {
        self.path
            .file_stem()
            .unwrap_or_default()
            .to_string_lossy()
            .to_lowercase()
    }

    fn has_extension(&self, extensions: &[&str]) -> bool {
        self.path
            .extension()
            .and_then(|extension| extension.to_str())
            .is_some_and(|extension| extensions.contains(&extension))
    }

    fn is_code(&self) -> bool {
        self.has_extension(&["rs", "ts", "svelte"])
            && !GENERATED.iter().any(|folder| self.name.starts_with(folder))
    }

    /// Nothing for what is no text: a picture, an archive.
    fn text(&self) -> Option<String> {
        fs::read_to_string(&self.path).ok()
    }
}

/// What git knows of, and what it would take if asked: new files are held to the rules before
/// they are committed.
static FILES: LazyLock<Vec<Tracked>> = LazyLock::new(|| {
    let root = PathBuf::from(env!("CARGO_MANIFEST_DIR"));
    let listed = Command::new("git")
        .current_dir(&root)
        .args([
            "ls-files",
            "-z",
            "--cached",
            "--others",
            "--exclude-standard",
        ])
        .output()
        .expect("git, with which this project was cloned");
    assert!(
        listed.status.success(),
        "git lists no files: {}",
        String::from_utf8_lossy(&listed.stderr)
    );
    let files: Vec<_> = String::from_utf8_lossy(&listed.stdout)
        .split('\0')
        .filter(|name| !name.is_empty())
        .map(|name| Tracked {
            name: name.to_owned(),
            path: root.join(name),
        })
        .filter(|file| file.path.is_file())
        .collect();
    assert!(
        files.len() > 20,
        "only {} files found: the rules would hold for nothing",
        files.len()
    );
    files
});

fn report(found: &[String], remedy: &str) {
    assert!(found.is_empty(), "\n  {}\n{remedy}", found.join("\n  "));
}

#[test]
fn no_file_is_longer_than_its_subject() {
    let long: Vec<_> = FILES
        .iter()
        .filter(|file| file.is_code())
        .filter_map(|file| Some((file, file.text()?.lines().count())))
        .filter(|(_, lines)| *lines > LONGEST)
        .map(|(file, lines)| format!("{}: {lines} lines", file.name))
        .collect();
    report(
        &long,
        "Files have one subject and at most 500 lines. Find the second subject and give it a file.",
    );
}

#[test]
fn every_name_says_what_is_inside() {
    let empty: Vec<_> = FILES
        .iter()
        .filter(|file| {
            SAYS_NOTHING.contains(&file.stem().as_str())
                || file
                    .name
                    .split('/')
                    .any(|part| SAYS_NOTHING.contains(&part))
        })
        .map(|file| file.name.clone())
        .collect();
    report(
        &empty,
        "These names fit anything. Name the file after its subject, or move each part to where it is used.",
    );
}

#[test]
fn only_the_backend_folder_of_the_front_end_knows_the_desktop_framework() {
    let wrong: Vec<_> = FILES
        .iter()
        .filter(|file| {
            file.name.starts_with("ui/src/") && !file.name.starts_with("ui/src/lib/backend/")
        })
        .filter(|file| file.has_extension(&["ts", "js", "svelte"]))
        .filter(|file| file.text().is_some_and(|text| text.contains("@tauri-apps")))
        .map(|file| file.name.clone())
        .collect();
    report(
        &wrong,
        "Only ui/src/lib/backend imports @tauri-apps. Add what is missing to its interface and call that.",
    );
}

#[test]
fn no_file_names_a_place_on_one_machine() {
    let this = "tests/house/files.rs";
    let mut wrong = Vec::new();
    for file in FILES.iter().filter(|file| file.name != this) {
        let Some(text) = file.text() else { continue };
        for (index, line) in text.lines().enumerate() {
            if OF_ONE_MACHINE
                .iter()
                .any(|begin| names_a_place(line, begin))
            {
                wrong.push(format!("{}:{}: {}", file.name, index + 1, line.trim()));
            }
        }
    }
    report(
        &wrong,
        "These paths exist on one machine. Take the folder from the workspace, a variable or a temporary folder.",
    );
}

/// Whether a path begins here: `/home/` in `"/home/ana/x"`, and not in `$ROOT/home/x` or in
/// `https://example.org/home/`.
fn names_a_place(line: &str, begin: &str) -> bool {
    line.match_indices(begin).any(|(at, _)| {
        let before = line[..at].chars().next_back();
        let after = line[at + begin.len()..].chars().next();
        before.is_none_or(|letter| " \"'`(=:<[".contains(letter))
            && after.is_some_and(char::is_alphanumeric)
    })
}

#[test]
fn places_are_told_from_addresses() {
    assert!(names_a_place("let x = \"/home/ana/vault\";", "/home/"));
    assert!(names_a_place("dir: C:\\Users\\ana", "C:\\Users\\"));
    assert!(!names_a_place("https://example.org/home/page", "/home/"));
    assert!(!names_a_place("join(\"/home/\")", "/home/"));
}
