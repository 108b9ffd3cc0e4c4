//! What a snapshot is made of, as the caller gives it, and the order it has to be in.

use std::collections::HashSet;
use std::sync::Arc;

use bytes::Bytes;
use jiff::Timestamp;

use crate::error::{Result, VaultError};
use crate::staging::Staging;

/// The head of a snapshot to be written.
#[derive(Debug, Clone)]
pub struct NewSnapshot {
    /// Whose snapshot it is: the name of the instance. Stands in restic's `hostname` field.
    pub label: String,
    /// Tags; `waybill` is added to them.
    pub tags: Vec<String>,
    /// The moment the snapshot stands for.
    pub time: Timestamp,
    /// A note in words, kept in the snapshot (restic does not show it).
    pub description: Option<String>,
}

/// One file of a snapshot to be written.
#[derive(Debug)]
pub struct Entry {
    /// Path inside the snapshot, parts separated by `/`, relative.
    pub path: String,
    /// When the content was last changed.
    pub modified: Timestamp,
    /// Size of the content in bytes. A content of another size is refused.
    pub size: u64,
    /// Where the bytes are.
    pub content: Content,
}

/// Where the bytes of an entry come from. They are fetched when their turn comes, not before.
#[derive(Debug)]
pub enum Content {
    /// In memory.
    Bytes(Bytes),
    /// Under this key in a staging.
    Staged(String, Arc<Staging>),
    /// In a snapshot of the same vault.
    FromSnapshot {
        /// Full id, or unique beginning, of the snapshot.
        snapshot: String,
        /// Path inside it.
        path: String,
    },
}

/// Brings entries into the order that the format wants (part by part, so that a folder is never
/// left and entered again) and refuses paths that cannot be stored.
pub(crate) fn in_order(mut entries: Vec<Entry>) -> Result<Vec<Entry>> {
    for entry in &entries {
        if let Some(reason) = problem(&entry.path) {
            return Err(invalid(&entry.path, reason));
        }
    }
    entries.sort_by(|a, b| parts(&a.path).cmp(parts(&b.path)));
    assert_order(entries.iter().map(|entry| entry.path.as_str()))?;
    Ok(entries)
}

/// Holds that paths are sorted and unique, and that no file stands where a folder is needed.
pub(crate) fn assert_order<'a>(paths: impl Iterator<Item = &'a str> + Clone) -> Result<()> {
    for (before, after) in paths.clone().zip(paths.clone().skip(1)) {
        match parts(before).cmp(parts(after)) {
            std::cmp::Ordering::Less => {}
            std::cmp::Ordering::Equal => return Err(invalid(after, "two entries have this path")),
            std::cmp::Ordering::Greater => {
                return Err(invalid(after, "the entries are not in order"));
            }
        }
    }
    let files: HashSet<&str> = paths.clone().collect();
    for path in paths {
        let folder = path
            .match_indices('/')
            .map(|(end, _)| &path[..end])
            .find(|folder| files.contains(folder));
        if let Some(folder) = folder {
            return Err(invalid(folder, "it is a file and a folder at once"));
        }
    }
    Ok(())
}

fn parts(path: &str) -> impl Iterator<Item = &str> {
    path.split('/')
}

fn invalid(path: &str, reason: &'static str) -> VaultError {
    VaultError::InvalidEntry {
        path: path.to_owned(),
        reason,
    }
}

fn problem(path: &str) -> Option<&'static str> {
    if path.is_empty() {
        return Some("the path is empty");
    }
    if path.contains(['\\', '\0']) || path.chars().any(char::is_control) {
        return Some("the path contains a backslash or a control character");
    }
    path.split('/').find_map(|part| match part {
        "" => Some("a part of the path is empty"),
        "." | ".." => Some("the path points outside itself"),
        part if part.len() > 255 => Some("a part of the path is longer than 255 bytes"),
        // On Windows a part such as `C:` would be taken for a drive.
        part if part.contains(':') => Some("the path contains a colon"),
        _ => None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn entry(path: &str) -> Entry {
        Entry {
            path: path.to_owned(),
            modified: Timestamp::UNIX_EPOCH,
            size: 0,
            content: Content::Bytes(Bytes::new()),
        }
    }

    fn ordered(paths: &[&str]) -> Result<Vec<String>> {
        in_order(paths.iter().map(|path| entry(path)).collect())
            .map(|entries| entries.into_iter().map(|entry| entry.path).collect())
    }

    #[test]
    fn a_folder_is_sorted_by_its_parts_not_by_its_text() {
        let sorted = ordered(&["a-b/x", "a/y", "a.b", "a/x"]).expect("valid");
        assert_eq!(sorted, ["a/x", "a/y", "a-b/x", "a.b"]);
    }

    #[test]
    fn paths_that_cannot_be_stored_are_refused() {
        for bad in [
            "", "/a", "a/", "a//b", "../a", "a/./b", "a\\b", "C:/a", "a\nb",
        ] {
            assert!(
                matches!(ordered(&[bad]), Err(VaultError::InvalidEntry { .. })),
                "{bad:?} was taken"
            );
        }
        assert!(ordered(&["a", "a"]).is_err());
        assert!(ordered(&["a", "a-b", "a/b"]).is_err());
    }

    #[test]
    fn unsorted_paths_do_not_pass_the_assertion() {
        assert!(assert_order(["a/x", "b", "a/y"].into_iter()).is_err());
        assert!(assert_order(["a/x", "a/y", "b"].into_iter()).is_ok());
    }
}
