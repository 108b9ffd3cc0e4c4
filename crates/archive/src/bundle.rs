//! A plain ZIP or a folder that holds archives, packed or unpacked, as tutorials and people keep
//! them.

use std::collections::HashSet;

use crate::container::{Container, is_zip};
use crate::limits::Budget;
use crate::open::{Member, Opened, looks_like_lookup, read_at, read_root};
use crate::roots::{Root, is_inside};
use crate::{ArchiveError, Contents, gather};

pub(crate) fn read_archive(
    container: &mut Container<'_>,
    roots: &[Root],
    depth: usize,
    unread: &mut Vec<(String, ArchiveError)>,
    budget: &mut Budget,
) -> Result<(Contents, Vec<Member>), ArchiveError> {
    let mut members = Vec::new();
    let mut notes = Vec::new();
    for root in roots {
        let path = root.folder.trim_end_matches('/').to_owned();
        let (contents, inner) = match read_root(container, root, depth, budget) {
            Ok(read) => read,
            Err(error) => {
                notes.push(passed_over(&path, &error, container.is_folder())?);
                unread.push((path, error));
                continue;
            }
        };
        let mut opened = Opened::new(root.kind.into(), contents);
        opened.members = inner;
        members.push(Member {
            path,
            bytes: Vec::new(),
            opened,
        });
    }
    let claimed: HashSet<&str> = roots.iter().map(Root::claim).collect();
    let names: Vec<String> = container
        .names()
        .filter(|name| !is_inside(name, &claimed))
        .map(str::to_owned)
        .collect();
    for path in names {
        let head = container.head(&path);
        if !is_zip(&head) && !looks_like_lookup(&head) {
            continue;
        }
        let opened = container.read(&path, budget).and_then(|bytes| {
            let opened = read_at(&bytes, depth + 1, budget)?;
            budget.keep(&bytes)?;
            Ok((bytes, opened))
        });
        match opened {
            Ok((bytes, opened)) => members.push(Member {
                path,
                bytes,
                opened,
            }),
            Err(ArchiveError::NotAnArchive { .. }) => notes.push(format!(
                "`{path}` holds nothing of Oracle Integration and was passed over"
            )),
            Err(error) => {
                notes.push(passed_over(&path, &error, container.is_folder())?);
                unread.push((path, error));
            }
        }
    }
    if members.is_empty() {
        return Err(ArchiveError::NotAnArchive {
            reason: notes
                .into_iter()
                .next()
                .unwrap_or_else(|| "it holds no archive".to_owned()),
        });
    }
    members.sort_by(|one, other| one.path.cmp(&other.path));
    let mut contents = gather::gather(&members);
    contents.notes.extend(notes);
    Ok((contents, members))
}

/// One bad file does not hide the others; what endangers the reader does, unless the files lie in
/// a folder and so did not come as one.
fn passed_over(path: &str, error: &ArchiveError, folder: bool) -> Result<String, ArchiveError> {
    let dangerous = matches!(
        error,
        ArchiveError::TooLarge(_)
            | ArchiveError::UnsafeName { .. }
            | ArchiveError::Deceptive { .. }
    );
    if dangerous && !folder {
        return Err(error.clone());
    }
    Ok(format!("`{path}` was passed over: {error}"))
}
