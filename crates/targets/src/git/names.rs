//! Names: of the folder of an instance, of tags, of files. What a person called something is made fit for Git
//! and for every system that may check it out.

use git2::Reference;

use super::settings::{BUILD, INSTANCE};
use crate::{CopyFile, CopyHead, NOTE, Result, TargetError};

/// The folder of an instance, by the pattern of the settings.
pub(super) fn folder(pattern: &str, instance: &str) -> Result<String> {
    let name: String = instance
        .chars()
        .map(|char| {
            if char.is_control() || r#"/\:*?"<>|"#.contains(char) {
                '_'
            } else {
                char
            }
        })
        .collect();
    let name = name.trim().trim_end_matches('.');
    let path = pattern
        .trim_matches('/')
        .replace(INSTANCE, if name.is_empty() { "_" } else { name });
    match fault(&path) {
        None => Ok(path),
        Some(detail) => Err(TargetError::Unusable {
            what: "The folder in the repository",
            detail: format!("`{path}` {detail}"),
        }),
    }
}

/// The name of the tag of a copy, without `refs/tags/`.
pub(super) fn tag(pattern: &str, head: &CopyHead) -> Result<String> {
    let instance: String = head
        .instance
        .chars()
        .map(|char| {
            if char.is_alphanumeric() || "-_".contains(char) {
                char
            } else {
                '-'
            }
        })
        .collect();
    let name = pattern
        .replace(INSTANCE, &instance)
        .replace(BUILD, &head.build.to_string());
    if Reference::is_valid_name(&format!("refs/tags/{name}")) {
        Ok(name)
    } else {
        Err(TargetError::Unusable {
            what: "The pattern of the tags",
            detail: format!("Git has no tags of the name `{name}`"),
        })
    }
}

/// Looks through the paths of a copy.
pub(super) fn check_files(files: &[CopyFile]) -> Result<()> {
    let mut seen = std::collections::BTreeSet::new();
    for file in files {
        let detail = if file.path == NOTE {
            Some("is the name of the note")
        } else if !seen.insert(&file.path) {
            Some("is there twice")
        } else {
            fault(&file.path)
        };
        if let Some(detail) = detail {
            return Err(TargetError::Unusable {
                what: "A file name",
                detail: format!("`{}` {detail}", file.path),
            });
        }
    }
    Ok(())
}

/// What is wrong with a path.
fn fault(path: &str) -> Option<&'static str> {
    if path.is_empty() {
        return Some("is empty");
    }
    path.split('/').find_map(|part| {
        if matches!(part, "" | "." | "..") {
            Some("has a part that names no folder or file")
        } else if part.eq_ignore_ascii_case(".git") {
            Some("has a part `.git`, which Git keeps for itself")
        } else if part.contains('\\') || part.chars().any(char::is_control) {
            Some("has a character that no file name may have")
        } else {
            None
        }
    })
}

/// Whether a folder may be that of some instance by the pattern, part by part.
pub(super) fn may_be(pattern_part: &str, name: &str) -> bool {
    match pattern_part.split_once(INSTANCE) {
        None => pattern_part == name,
        Some((before, after)) => {
            name.len() >= before.len() + after.len()
                && name.starts_with(before)
                && name.ends_with(after)
        }
    }
}

#[cfg(test)]
mod tests {
    use jiff::Timestamp;

    use super::*;

    fn head(instance: &str) -> CopyHead {
        CopyHead {
            folder: String::new(),
            title: String::new(),
            body: String::new(),
            instance: instance.to_owned(),
            snapshot: String::new(),
            taken: Timestamp::UNIX_EPOCH,
            build: 17,
        }
    }

    #[test]
    fn an_instance_has_a_folder_and_tags_whatever_it_is_called() {
        assert_eq!(
            folder("oic/<instance>", "ERP Köln/1:").unwrap(),
            "oic/ERP Köln_1_"
        );
        assert_eq!(
            tag("waybill/<instance>/<build>", &head("ERP Köln/1")).unwrap(),
            "waybill/ERP-Köln-1/17"
        );
        assert!(folder("<instance>", ".Git").is_err());
        assert!(folder("../<instance>", "ERP").is_err());
        assert!(tag("a..b", &head("ERP")).is_err());
    }

    #[test]
    fn folders_are_told_by_the_pattern() {
        assert!(may_be("oic", "oic") && !may_be("oic", "oic2"));
        assert!(may_be("oic-<instance>-x", "oic-ERP-x") && !may_be("oic-<instance>-x", "oic-x"));
    }
}
