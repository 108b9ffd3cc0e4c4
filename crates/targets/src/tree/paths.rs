//! Which paths a copy may have, and the names that are kept for the program.

use std::collections::BTreeSet;

use sha2::{Digest, Sha256};

use crate::{CopyFile, NOTE, TargetError};

/// What the note is called while the copy is not whole.
pub const PLAN: &str = "waybill-copy.partial.json";

/// What is added to the folder of a copy on its way.
pub const PARTIAL: &str = ".partial";

/// Looks at folder and files of a copy before anything is written.
pub fn check(folder: &str, files: &[CopyFile]) -> Result<(), TargetError> {
    sound(folder, "The folder of the copy")?;
    if folder.ends_with(PARTIAL) {
        return Err(unusable(
            "The folder of the copy",
            folder,
            "this ending is kept for copies on their way",
        ));
    }
    let mut seen = BTreeSet::new();
    for file in files {
        sound(&file.path, "The path of a file")?;
        if [NOTE, PLAN].contains(&file.path.as_str()) {
            return Err(unusable(
                "The path of a file",
                &file.path,
                "this name is kept for the note",
            ));
        }
        if !seen.insert(file.path.as_str()) {
            return Err(unusable(
                "The path of a file",
                &file.path,
                "there are two of them",
            ));
        }
    }
    Ok(())
}

fn sound(path: &str, what: &'static str) -> Result<(), TargetError> {
    let wrong = path
        .split('/')
        .any(|part| part.is_empty() || part == "." || part == ".." || part.contains(['\\', '\0']));
    if wrong {
        return Err(unusable(what, path, "it does not lead below the root"));
    }
    Ok(())
}

fn unusable(what: &'static str, path: &str, why: &str) -> TargetError {
    TargetError::Unusable {
        what,
        detail: format!("`{path}`: {why}"),
    }
}

/// The path of something in a folder; the root is empty.
pub fn below(folder: &str, path: &str) -> String {
    if folder.is_empty() {
        path.to_owned()
    } else {
        format!("{folder}/{path}")
    }
}

/// The folder that a path lies in.
pub fn folder_of(path: &str) -> &str {
    path.rsplit_once('/').map_or("", |(folder, _)| folder)
}

/// The name of a file while it is not whole. It is short, however long the real one is, and another one for
/// another content.
pub fn growing(file: &CopyFile) -> String {
    let name = hex(&Sha256::digest(format!("{} {}", file.path, file.sha256)));
    below(folder_of(&file.path), &format!(".{}.part", &name[..16]))
}

/// The deepest folders of these paths: making them makes all others.
pub fn folders<'a>(paths: impl Iterator<Item = &'a str>) -> BTreeSet<&'a str> {
    let all: BTreeSet<&str> = paths
        .map(folder_of)
        .filter(|folder| !folder.is_empty())
        .collect();
    let inner: BTreeSet<&str> = all
        .iter()
        .flat_map(|folder| folder.match_indices('/').map(|(end, _)| &folder[..end]))
        .collect();
    &all - &inner
}

/// Bytes as hexadecimal digits.
pub fn hex(bytes: &[u8]) -> String {
    use std::fmt::Write as _;
    bytes
        .iter()
        .fold(String::with_capacity(bytes.len() * 2), |mut text, byte| {
            let _ = write!(text, "{byte:02x}");
            text
        })
}

/// The SHA-256 of a content, in hexadecimal digits.
pub fn sha256(content: &[u8]) -> String {
    hex(&Sha256::digest(content))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn file(path: &str) -> CopyFile {
        CopyFile {
            path: path.to_owned(),
            origin: String::new(),
            sha256: sha256(path.as_bytes()),
            size: 1,
        }
    }

    #[test]
    fn what_leads_out_of_the_root_is_refused() {
        for path in ["../a", "/a", "a//b", "a/./b", "a\\b", "", "a/"] {
            check("x", &[file(path)]).unwrap_err();
            check(path, &[]).unwrap_err();
        }
        check(
            "2026/11/21/Test äöü",
            &[file("Integrations/A B_01.00.0000.iar")],
        )
        .unwrap();
    }

    #[test]
    fn kept_names_and_doubles_are_refused() {
        check("x", &[file(NOTE)]).unwrap_err();
        check("x", &[file("a"), file("a")]).unwrap_err();
        check("x.partial", &[]).unwrap_err();
    }

    #[test]
    fn only_the_deepest_folders_are_made() {
        let paths = ["a/b/c.iar", "a/d.iar", "e/f.iar", "g"];
        assert_eq!(folders(paths.into_iter()), BTreeSet::from(["a/b", "e"]));
    }

    #[test]
    fn a_growing_file_has_a_short_name_of_its_own() {
        let long = file(&format!("Lookups/{}", "ä".repeat(90)));
        assert!(growing(&long).len() < 40);
        let other = CopyFile {
            sha256: "00".to_owned(),
            ..long.clone()
        };
        assert_ne!(growing(&long), growing(&other));
    }
}
