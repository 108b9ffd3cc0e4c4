//! Looking into files and folders: what they are, what they hold, what is unusual about them and
//! what they give away. It needs neither network nor vault nor data folder.
//!
//! `folder` finds what there is to read at a path, `queue` reads it, several files at a time,
//! `describe` puts what was read into the types of [`crate::view`] with the words of `facts`,
//! `outline` the flows.

mod describe;
pub(crate) mod facts;
mod folder;
mod outline;
mod queue;

pub(crate) use outline::word;

use std::fs;
use std::path::{Path, PathBuf};

use tokio_util::sync::CancellationToken;
use waybill_archive::{
    ArchiveError, Finding, Limits, Opened, Rule, findings, names_whole_instance,
    read_design_within, read_within,
};
use waybill_engine::{EngineError, read_file};

use crate::Waybill;
use crate::storage::file_failed;
use crate::view::{CommandError, ErrorCode, InspectAnswer, InspectReport, InspectView};
use describe::{Subject, describe};
use queue::Queue;

/// What is wanted of archives beside the facts.
#[derive(Clone, Copy, Debug)]
pub struct Wanted {
    /// The flows of integrations.
    pub flow: bool,
    /// What the archives give away. Without it they are read several times as fast, and a note
    /// says that nothing was looked for.
    pub findings: bool,
}

impl Wanted {
    /// Everything that archives give away; the flows, if so.
    const fn all(flow: bool) -> Self {
        Self {
            flow,
            findings: true,
        }
    }

    /// Says what was not looked for.
    fn note(self, opened: &mut Opened) {
        if !self.findings {
            opened.contents.notes.push(NOT_LOOKED_FOR.to_owned());
        }
    }
}

/// Nobody may take "not looked for" for "nothing found".
const NOT_LOOKED_FOR: &str =
    "What it gives away (secrets, names of one environment) was not looked for.";

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
        let paths = [PathBuf::from(path)];
        tokio::task::spawn_blocking(move || {
            let mut answers = Vec::new();
            let mut each = |answer| answers.push(answer);
            let passed_over = inspect(&paths, Wanted::all(with_flow), &|| false, &mut each);
            InspectReport {
                answers,
                passed_over,
            }
        })
        .await
        .map_err(CommandError::internal)
    }

    /// Everything at several paths: each answer is handed over as it comes, in the order of the
    /// paths. Says how many files that look like archives hold nothing of Oracle Integration.
    ///
    /// # Errors
    /// `Cancelled` if it was called off; what was handed over by then counts. Faults in Waybill
    /// itself.
    pub async fn inspect_all(
        &self,
        paths: Vec<PathBuf>,
        with_flow: bool,
        mut on_answer: impl FnMut(InspectAnswer) + Send + 'static,
        cancel: CancellationToken,
    ) -> Result<u32, CommandError> {
        tokio::task::spawn_blocking(move || {
            let stop = || cancel.is_cancelled();
            let passed_over = inspect(&paths, Wanted::all(with_flow), &stop, &mut on_answer);
            if cancel.is_cancelled() {
                let words = "Looking into the files was cancelled.";
                return Err(CommandError::new(ErrorCode::Cancelled, words));
            }
            Ok(passed_over)
        })
        .await
        .map_err(CommandError::internal)?
    }
}

/// Hands over everything at the paths, in their order, and says how many files that look like
/// archives hold nothing of Oracle Integration. Several files are read at a time, no more than there
/// are processors to do it, so that few answers exist at once however many there are. Ends early,
/// with what was handed over by then, once `stop` says so. Blocks.
///
/// A file is one answer. So is a folder that is an unpacked archive. Of other folders, every
/// archive below them is one, packed or unpacked.
pub fn inspect(
    paths: &[PathBuf],
    wanted: Wanted,
    stop: &(dyn Fn() -> bool + Sync),
    each: &mut dyn FnMut(InspectAnswer),
) -> u32 {
    rayon::in_place_scope(|scope| {
        let mut queue = Queue::new(scope, wanted, stop, each);
        for path in paths {
            if stop() {
                break;
            }
            match fs::metadata(path) {
                Ok(known) if known.is_dir() => folder::inspect(path, &mut queue),
                Ok(known) if known.is_file() => queue.file(path.clone(), true),
                Ok(_) => queue.tell(failed(
                    path,
                    CommandError::new(
                        ErrorCode::BadInput,
                        format!("`{}` is neither a file nor a folder.", path.display()),
                    )
                    .guide("Choose an archive, or a folder that holds archives."),
                )),
                Err(error) => queue.tell(failed(path, file_failed("read", path, &error))),
            }
        }
        queue.flush();
        queue.passed_over
    })
}

/// Reads a file and looks through it.
fn file(path: &Path, wanted: Wanted) -> Result<InspectView, Unread> {
    let bytes = read_file(path).map_err(|error| Unread::File(file_failed("read", path, &error)))?;
    let read = read_and_look(&bytes, wanted);
    let whole = path
        .file_name()
        .is_some_and(|name| names_whole_instance(&name.to_string_lossy()));
    let (mut opened, mut found) = match read {
        // What the service packed for cloning an instance is known by its name alone.
        Err(ArchiveError::NotAnArchive { .. }) if whole => (
            Opened::whole_instance(),
            look(wanted, || findings(&bytes, Limits::default())),
        ),
        other => other.map_err(Unread::Archive)?,
    };
    wanted.note(&mut opened);
    if whole
        && let Ok(found) = &mut found
        && !found.iter().any(|one| one.rule == Rule::WholeInstance)
    {
        found.insert(0, Finding::whole_instance());
    }
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
        findings: found,
    };
    Ok(describe(&opened, subject))
}

fn read_and_look(
    bytes: &[u8],
    wanted: Wanted,
) -> Result<(Opened, Result<Vec<Finding>, ArchiveError>), ArchiveError> {
    let limits = Limits::default();
    match (wanted.findings, wanted.flow) {
        (true, flow) => waybill_archive::inspect(bytes, limits, flow),
        (false, true) => Ok((read_design_within(bytes, limits)?, Ok(Vec::new()))),
        (false, false) => Ok((read_within(bytes, limits)?, Ok(Vec::new()))),
    }
}

/// What is found, where that is wanted.
fn look(
    wanted: Wanted,
    find: impl FnOnce() -> Result<Vec<Finding>, ArchiveError>,
) -> Result<Vec<Finding>, ArchiveError> {
    if wanted.findings {
        find()
    } else {
        Ok(Vec::new())
    }
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
