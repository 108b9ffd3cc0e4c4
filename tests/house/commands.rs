//! What the window may ask of the shell stands in four files. A name that is missing in one of them
//! shows only when somebody presses the button.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

/// The commands that `build.rs` asks permissions for.
const BUILD: &str = "src-tauri/build.rs";
/// The commands that the window is permitted.
const CAPABILITY: &str = "src-tauri/capabilities/main.json";
/// The commands that the shell answers.
const SHELL: &str = "src-tauri/src/main.rs";
/// The commands that the front end calls.
const FRONT_END: &str = "ui/src/lib/backend/tauri.ts";

fn source(path: &str) -> String {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    fs::read_to_string(root.join(path)).expect("one of the four files")
}

/// What lies between two texts.
fn between<'a>(text: &'a str, start: &str, end: &str) -> &'a str {
    let (_, rest) = text.split_once(start).expect("the start of the list");
    rest.split_once(end).expect("the end of the list").0
}

/// The letters, digits and underscores at the start of a text.
fn word(text: &str) -> String {
    let is_of_name = |letter: &char| letter.is_ascii_alphanumeric() || *letter == '_';
    text.chars().take_while(is_of_name).collect()
}

/// The names that follow each of these beginnings.
fn named(text: &str, beginning: &str) -> Vec<String> {
    let names = text.match_indices(beginning);
    names
        .map(|(at, _)| word(&text[at + beginning.len()..]))
        .filter(|name| !name.is_empty())
        .collect()
}

fn built() -> Vec<String> {
    let text = source(BUILD);
    let list = between(&text, "const COMMANDS: &[&str] = &[", "];");
    list.split('"')
        .skip(1)
        .step_by(2)
        .map(str::to_owned)
        .collect()
}

fn permitted() -> Vec<String> {
    let text = source(CAPABILITY).replace('-', "_");
    named(&text, "\"allow_")
}

fn answered() -> Vec<String> {
    let text = source(SHELL);
    let list = between(&text, "tauri::generate_handler![", "]");
    let paths = list.split(',').map(str::trim);
    paths
        .filter(|path| !path.is_empty())
        .map(|path| path.rsplit("::").next().unwrap_or(path).to_owned())
        .collect()
}

fn called() -> BTreeSet<String> {
    let text = source(FRONT_END);
    // Where the type of the answer is named, it stands between.
    let typed = named(&text, ">('");
    named(&text, "call('").into_iter().chain(typed).collect()
}

/// Each name once; a list that names one twice has a slip in it.
fn once(file: &str, names: Vec<String>) -> BTreeSet<String> {
    let mut seen = BTreeSet::new();
    for name in names {
        assert!(
            seen.insert(name.clone()),
            "{file} names `{name}` twice. Take one out."
        );
    }
    seen
}

#[test]
fn four_files_name_the_same_commands() {
    let built = once(BUILD, built());
    assert!(built.len() > 50, "{BUILD}: the list was not found");
    let others = [
        (CAPABILITY, once(CAPABILITY, permitted())),
        (SHELL, once(SHELL, answered())),
        (FRONT_END, called()),
    ];
    for (file, names) in others {
        let missing: Vec<_> = built.difference(&names).collect();
        let more: Vec<_> = names.difference(&built).collect();
        assert!(
            missing.is_empty() && more.is_empty(),
            "{file} lacks {missing:?} and {BUILD} lacks {more:?}. A command stands in {BUILD}, \
             {CAPABILITY} (with `allow-` and hyphens), {SHELL} and {FRONT_END}."
        );
    }
}
