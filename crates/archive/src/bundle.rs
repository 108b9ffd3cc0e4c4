//! A plain ZIP that holds archives, as tutorials and people pack them.

use crate::container::{Container, is_zip};
use crate::limits::Budget;
use crate::open::{Member, looks_like_lookup, read_at};
use crate::{ArchiveError, Contents};

pub(crate) fn read_archive(
    container: &mut Container<'_>,
    depth: usize,
    budget: &mut Budget,
) -> Result<(Contents, Vec<Member>), ArchiveError> {
    let mut contents = Contents::default();
    let mut members = Vec::new();
    for path in container.matching(|_| true) {
        let bytes = container.read(&path, budget)?;
        if !is_zip(&bytes) && !looks_like_lookup(&bytes) {
            continue;
        }
        match read_at(&bytes, depth + 1, budget) {
            Ok(opened) => {
                contents.absorb(opened.contents.clone());
                members.push(Member {
                    path,
                    bytes,
                    opened,
                });
            }
            Err(error @ (ArchiveError::TooLarge(_) | ArchiveError::UnsafeName { .. })) => {
                return Err(error);
            }
            Err(ArchiveError::NotAnArchive { .. }) => contents.notes.push(format!(
                "`{path}` holds nothing of Oracle Integration and was passed over"
            )),
            Err(error) => contents
                .notes
                .push(format!("`{path}` was passed over: {error}")),
        }
    }
    if members.is_empty() {
        return Err(ArchiveError::NotAnArchive {
            reason: contents
                .notes
                .into_iter()
                .next()
                .unwrap_or_else(|| "the ZIP holds no archive".to_owned()),
        });
    }
    Ok((contents, members))
}
