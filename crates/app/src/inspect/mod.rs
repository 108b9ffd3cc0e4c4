//! Looking into files and folders: what they are, what they hold, what is unusual about them and
//! what they give away. It needs neither network nor vault nor data folder.
//!
//! `folder` finds what there is to read at a path, `describe` puts what was read into the types of
//! [`crate::view`], `outline` the flows.

mod describe;
mod folder;
mod outline;

use std::fs;
use std::path::{Path, PathBuf};

use waybill_archive::{ArchiveError, Limits, findings, read, read_design};
use waybill_engine::EngineError;

use crate::Waybill;
use crate::storage::file_failed;
use crate::view::{CommandError, ErrorCode, InspectAnswer, InspectReport, InspectView};
use describe::{Subject, describe};

impl Waybill {
    /// Everything at a path, with the flows of integrations if asked for.
    ///
    /// # Errors
    /// Only faults in Waybill itself: what cannot be read is an answer in its place.
    pub async fn inspect(
        &self,
        path: &str,
        with_flow: bool,
    ) -> Result<InspectReport, CommandError> {
        let path = PathBuf::from(path);
        tokio::task::spawn_blocking(move || {
            let mut answers = Vec::new();
            let passed_over = inspect(&path, with_flow, &mut |answer| answers.push(answer));
            InspectReport {
                answers,
                passed_over,
            }
        })
        .await
        .map_err(CommandError::internal)
    }
}

/// Hands over everything at a path, one after the other, and says how many files that look like
/// archives hold nothing of Oracle Integration. Blocks.
///
/// A file is one answer. So is a folder that is an unpacked archive. Of other folders, every
/// archive below them is one, packed or unpacked.
pub fn inspect(path: &Path, with_flow: bool, each: &mut dyn FnMut(InspectAnswer)) -> u32 {
    match fs::metadata(path) {
        Ok(known) if known.is_dir() => return folder::inspect(path, with_flow, each),
        Ok(known) if known.is_file() => each(answer(path, file(path, with_flow))),
        Ok(_) => each(failed(
            path,
            CommandError::new(
                ErrorCode::BadInput,
                format!("`{}` is neither a file nor a folder.", path.display()),
            )
            .guide("Choose an archive, or a folder that holds archives."),
        )),
        Err(error) => each(failed(path, file_failed("read", path, &error))),
    }
    0
}

/// Reads a file and looks through it.
fn file(path: &Path, with_flow: bool) -> Result<InspectView, Unread> {
    let bytes = fs::read(path).map_err(|error| Unread::File(file_failed("read", path, &error)))?;
    let opened = if with_flow {
        read_design(&bytes)
    } else {
        read(&bytes)
    }
    .map_err(Unread::Archive)?;
    let renamed = path
        .file_name()
        .and_then(|name| opened.renamed(&name.to_string_lossy()));
    let subject = Subject {
        path,
        unpacked: false,
        bytes: bytes.len() as u64,
        text: !bytes.starts_with(b"PK"),
        xml: bytes.trim_ascii_start().starts_with(b"<") || bytes.starts_with(b"\xef\xbb\xbf<"),
        renamed,
        findings: findings(&bytes, Limits::default()),
    };
    Ok(describe(&opened, subject))
}

/// Why a file was not read.
enum Unread {
    File(CommandError),
    Archive(ArchiveError),
}

impl Unread {
    /// It is some other file, and was not said to be an archive.
    fn is_something_else(&self) -> bool {
        matches!(self, Self::Archive(ArchiveError::NotAnArchive { .. }))
    }
}

fn answer(path: &Path, read: Result<InspectView, Unread>) -> InspectAnswer {
    match read {
        Ok(view) => InspectAnswer::Read(Box::new(view)),
        Err(Unread::File(error)) => failed(path, error),
        Err(Unread::Archive(error)) => failed(path, damaged(path, error)),
    }
}

fn failed(path: &Path, error: CommandError) -> InspectAnswer {
    InspectAnswer::Failed {
        file: path.display().to_string(),
        error: Box::new(error),
    }
}

fn damaged(path: &Path, error: ArchiveError) -> CommandError {
    CommandError::from(EngineError::Archive {
        path: path.to_owned(),
        source: Box::new(error),
    })
}
