//! The files of an archive that a person can read, for places that show differences line by line.

use crate::container::{Container, check_depth, is_zip};
use crate::limits::Budget;
use crate::{ArchiveError, Limits};

/// The text files of an archive, sorted by path. Those of archives inside it lie in a folder that is
/// named like the inner archive. What is no archive has none.
///
/// # Errors
/// Where the archive is damaged or asks for more than the limits allow.
pub fn readable_files(
    bytes: &[u8],
    limits: Limits,
) -> Result<Vec<(String, Vec<u8>)>, ArchiveError> {
    let mut found = Vec::new();
    if is_zip(bytes) {
        let mut budget = Budget::new(limits, bytes.len() as u64, false);
        walk(bytes, "", 1, &mut budget, &mut found)?;
    }
    found.sort();
    found.dedup_by(|later, earlier| later.0 == earlier.0);
    Ok(found)
}

fn walk(
    bytes: &[u8],
    folder: &str,
    depth: usize,
    budget: &mut Budget,
    found: &mut Vec<(String, Vec<u8>)>,
) -> Result<(), ArchiveError> {
    check_depth(depth, budget)?;
    let mut container = Container::open(bytes, budget)?;
    let names: Vec<String> = container.names().map(str::to_owned).collect();
    for name in names.iter().filter(|name| !name.ends_with('/')) {
        let content = container.read(name, budget)?;
        let path = if folder.is_empty() {
            name.clone()
        } else {
            format!("{folder}/{name}")
        };
        if is_zip(&content) {
            walk(&content, &path, depth + 1, budget, found)?;
        } else if is_text(&content) {
            budget.keep(&content)?;
            found.push((path, content));
        }
    }
    Ok(())
}

fn is_text(content: &[u8]) -> bool {
    !content.contains(&0) && std::str::from_utf8(content).is_ok()
}

#[cfg(test)]
mod tests {
    use std::io::{Cursor, Write as _};

    use super::*;

    fn zip(files: &[(&str, &[u8])]) -> Vec<u8> {
        let mut writer = zip::ZipWriter::new(Cursor::new(Vec::new()));
        for (name, content) in files {
            writer
                .start_file(*name, zip::write::SimpleFileOptions::default())
                .unwrap();
            writer.write_all(content).unwrap();
        }
        writer.finish().unwrap().into_inner()
    }

    #[test]
    fn what_can_be_read_is_told_and_inner_archives_are_folders() {
        let inner = zip(&[("project.xml", b"<a/>"), ("picture.png", b"\x89PNG\0")]);
        let outer = zip(&[("b.properties", b"k=v\n"), ("x/A_01.iar", &inner)]);
        let found = readable_files(&outer, Limits::default()).unwrap();
        assert_eq!(
            found,
            [
                ("b.properties".to_owned(), b"k=v\n".to_vec()),
                ("x/A_01.iar/project.xml".to_owned(), b"<a/>".to_vec()),
            ]
        );
        assert!(
            readable_files(b"DVM,Codes", Limits::default())
                .unwrap()
                .is_empty()
        );
        assert!(readable_files(&outer[..outer.len() / 2], Limits::default()).is_err());
    }
}
